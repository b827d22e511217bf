"""Checks of the arguments that callers pass in, before anything is sent."""
