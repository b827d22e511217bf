"""The emulator in tests: fixtures, factories, and the guard against requests to the service."""
