"""The user pool in SQLite: its storage and its rules."""
