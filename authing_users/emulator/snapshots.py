"""Named copies of the whole pool, in memory."""

import contextlib
import sqlite3
import threading

from .core import Emulator
from .errors import ControlError
from .operations import did_you_mean

MAX_SNAPSHOTS = 100
_MAX_NAME_LENGTH = 100


class SnapshotError(ControlError):
    """A snapshot cannot be created or restored."""


class Snapshots:
    """The snapshots of one emulator. Thread-safe.

    Args:
        emulator: The emulator.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._copies: dict[str, sqlite3.Connection] = {}
        self._lock = threading.Lock()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all snapshots, oldest first."""
        return tuple(self._copies)

    def create(self, name: str) -> None:
        """Copy the pool. A snapshot with the same name is replaced.

        Raises:
            SnapshotError: The name is invalid, or there are too many snapshots.
        """
        if not (name.strip() and name.isprintable() and len(name) <= _MAX_NAME_LENGTH):
            message = (
                "The name of a snapshot must be a text of up to"
                f" {_MAX_NAME_LENGTH} printable characters that is not blank."
            )
            raise SnapshotError(message)
        with self._lock:
            if name not in self._copies and len(self._copies) >= MAX_SNAPSHOTS:
                message = (
                    f"An emulator keeps at most {MAX_SNAPSHOTS} snapshots: use the name of an"
                    " existing one to replace it."
                )
                raise SnapshotError(message)
            copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            try:
                self._emulator.copy_to(copy)
            except BaseException:
                copy.close()
                raise
            if previous := self._copies.pop(name, None):
                previous.close()
            self._copies[name] = copy

    def restore(self, name: str) -> None:
        """Replace the pool by a snapshot, in one commit.

        Raises:
            SnapshotError: The snapshot does not exist.
        """
        with self._lock:
            copy = self._copies.get(name)
            if copy is None:
                hint = did_you_mean(name, self.names) if self._copies else "There are none yet."
                message = f"Unknown snapshot {name!r}. {hint}"
                raise SnapshotError(message)
            self._emulator.replace_with(copy)

    def close(self) -> None:
        """Remove all snapshots."""
        with self._lock, contextlib.ExitStack() as stack:
            for copy in self._copies.values():
                stack.callback(copy.close)
            self._copies.clear()
