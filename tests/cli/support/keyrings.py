"""Keyrings for tests."""

import json
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked

__all__ = ["NO_KEYRING", "NULL_KEYRING", "FileKeyring", "LockedKeyring", "PlaintextKeyring"]

NO_KEYRING: KeyringBackend = fail.Keyring()  # type: ignore[no-untyped-call]
NULL_KEYRING: KeyringBackend = null.Keyring()  # type: ignore[no-untyped-call]


class FileKeyring(KeyringBackend):
    """Stores secrets in a file of the test.

    Attributes:
        path: The file.
    """

    priority = 5.0  # pyright: ignore[reportAssignmentType]

    def __init__(self, path: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.path = path

    @property
    def entries(self) -> dict[str, str]:
        """The secrets, by service and name."""
        if not self.path.exists():
            return {}
        entries: dict[str, str] = json.loads(self.path.read_text("utf-8"))
        return entries

    def add(self, username: str, password: str) -> None:
        """Store a secret of this library."""
        self._write({**self.entries, f"authing-users/{username}": password})

    def get_password(self, service: str, username: str) -> str | None:
        """Return a secret."""
        return self.entries.get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store a secret."""
        self._write({**self.entries, f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        """Delete a secret."""
        entries = self.entries
        del entries[f"{service}/{username}"]
        self._write(entries)

    def _write(self, entries: dict[str, str]) -> None:
        self.path.write_text(json.dumps(entries), "utf-8")


class PlaintextKeyring(FileKeyring):
    """Says by its name that it does not protect secrets."""


class LockedKeyring(FileKeyring):
    """Cannot be unlocked."""

    def get_password(self, service: str, username: str) -> str | None:
        """Raise an error without a message, as some keyrings do."""
        raise KeyringLocked

    def set_password(self, service: str, username: str, password: str) -> None:
        """Raise an error that has a message."""
        raise KeyringLocked("The collection is locked\nand stays so")
