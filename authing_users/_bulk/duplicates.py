"""Finds items of a run that stand for the same user, in little memory."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3

# Identifiers that are kept in memory. All are moved to a file when there are more.
IN_MEMORY = 10_000
_TABLE = "CREATE TABLE seen (digest BLOB PRIMARY KEY, position INTEGER) WITHOUT ROWID"
_PAGES = "PRAGMA cache_size = -2000"  # 2 MB


class Duplicate(NamedTuple):
    """An identifier that an earlier item has.

    Attributes:
        identifier: The identifier, such as ``email=ada@example.com``.
        first: Position of the earlier item.
    """

    identifier: str
    first: int


class SeenIdentifiers:
    """Remembers which item had an identifier first. Only one thread may use it."""

    def __init__(self) -> None:
        self._positions: dict[bytes, int] = {}
        self._database: sqlite3.Connection | None = None

    def add(self, identifiers: Iterable[str], position: int) -> Duplicate | None:
        """Remember the identifiers of an item, unless an earlier item has one of them.

        Args:
            identifiers: The identifiers.
            position: Position of the item.
        """
        digests = {_digest(identifier): identifier for identifier in identifiers}
        for digest, identifier in digests.items():
            first = self._find(digest)
            if first is not None:
                return Duplicate(identifier, first)
        for digest in digests:
            self._insert(digest, position)
        return None

    def close(self) -> None:
        """Delete the file."""
        if self._database is not None:
            self._database.close()

    def _find(self, digest: bytes) -> int | None:
        if self._database is None:
            return self._positions.get(digest)
        row = self._database.execute("SELECT position FROM seen WHERE digest = ?", (digest,))
        found: tuple[int] | None = row.fetchone()
        return None if found is None else found[0]

    def _insert(self, digest: bytes, position: int) -> None:
        if self._database is None:
            self._positions[digest] = position
            if len(self._positions) > IN_MEMORY:
                self._move_to_file()
        else:
            self._database.execute("INSERT INTO seen VALUES (?, ?)", (digest, position))

    def _move_to_file(self) -> None:
        import sqlite3

        # The empty name stands for a temporary file that SQLite deletes.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(_PAGES)
        self._database.execute(_TABLE)
        self._database.execute("BEGIN")
        rows = sorted(self._positions.items())
        self._database.executemany("INSERT INTO seen VALUES (?, ?)", rows)
        self._positions.clear()


def _digest(identifier: str) -> bytes:
    return blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=16).digest()
