# Derived from authing_users/_async/__init__.py: change that, and run `make generate`.

"""The synchronous clients: derived from the synchronous clients by `make generate`."""
