"""Decisions of runs over many users, without I/O of their own."""
