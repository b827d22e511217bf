"""IDs in the format of the service: 24 lower-case hexadecimal digits."""

import hashlib
import itertools
import secrets
import sqlite3

_DETERMINISTIC_RUN = "de7e2a1b0c"
_OWNER = 0xFFFFFF  # a number that the sequence of a test does not reach


class ObjectIdGenerator:
    """Generates IDs that begin with the time of creation.

    Five random bytes distinguish processes, and a counter distinguishes the IDs of one second.
    """

    def __init__(self) -> None:
        self._run = secrets.token_hex(5)
        self._counter = itertools.count()  # next() is atomic, so it needs no lock

    def new_id(self, now: float) -> str:
        """Return an ID for an object created at ``now``, in Unix seconds."""
        return _object_id(now, self._run, next(self._counter))


class SequentialIds:
    """Generates IDs that depend only on the time and on the IDs before.

    The sequences are stored in the database, so that a change that is rolled back uses no ID, and
    a restored snapshot continues as it did before.

    Args:
        connection: The connection of a transaction that writes.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def new_id(self, now: float) -> str:
        """Return an ID for an object created at ``now``, in Unix seconds."""
        return _object_id(now, _DETERMINISTIC_RUN, next_in_sequence(self._connection, "object"))

    def new_hex(self, purpose: str) -> str:
        """Return a unique string of 32 hexadecimal digits."""
        return hex_of(purpose, next_in_sequence(self._connection, purpose))


def deterministic_owner_id(now: float) -> str:
    """Return the ID of the owner of a deterministic pool."""
    return _object_id(now, _DETERMINISTIC_RUN, _OWNER)


def random_hex(_: str) -> str:
    """Return a random string of 32 hexadecimal digits."""
    return secrets.token_hex(16)


def hex_of(purpose: str, number: int) -> str:
    """Return the string of 32 hexadecimal digits for a number of a sequence."""
    return hashlib.sha256(f"{purpose} {number}".encode()).hexdigest()[:32]


def next_in_sequence(connection: sqlite3.Connection, name: str) -> int:
    """Increment a sequence, and return its new value."""
    (value,) = connection.execute(
        "INSERT INTO sequences (name, value) VALUES (?, 1)"
        " ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
        (name,),
    ).fetchone()
    return int(value)


def last_in_sequence(connection: sqlite3.Connection, name: str) -> int:
    """Return the last value of a sequence; 0 if it was never incremented."""
    row = connection.execute("SELECT value FROM sequences WHERE name = ?", (name,)).fetchone()
    return 0 if row is None else int(row[0])


def _object_id(now: float, run: str, number: int) -> str:
    return f"{int(now) & 0xFFFFFFFF:08x}{run}{number & 0xFFFFFF:06x}"
