"""The asynchronous clients. Written by hand; ``_sync`` is derived from it by `make generate`."""
