"""What the synchronous clients do I/O with, in threads; written by hand, as is ``_tasks``."""
