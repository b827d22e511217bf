"""Stubbed responses for unit tests, without HTTP and without an emulator."""
