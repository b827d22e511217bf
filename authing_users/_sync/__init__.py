# Derived from authing_users/_async/__init__.py: change that, and run `make generate`.

"""The synchronous clients. Written by hand; ``_sync`` is this."""
