"""Checks what callers pass in, before anything is sent."""
