"""The asynchronous clients: the source that ``_sync`` is derived from by `make generate`."""
