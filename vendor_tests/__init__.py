"""The vendor's own SDKs at work against our emulator: ``make vendor-tests``."""
