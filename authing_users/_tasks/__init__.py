"""What the asynchronous clients do I/O with, on asyncio; written by hand, as is ``_threads``."""
