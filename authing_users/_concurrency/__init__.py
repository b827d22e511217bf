"""The differences between threads and tasks: one hand-written pair, everything else is derived."""
