"""The user pool in SQLite: what is stored, and the rules it obeys."""
