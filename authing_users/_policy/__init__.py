"""Decisions without I/O: retries, tokens, limits, timeouts, pagination."""
