# Derived from authing_users/_async/__init__.py by `make generate`; change that file instead.

"""The synchronous clients. Written by hand; ``_sync`` is this."""
