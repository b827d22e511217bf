"""The tables of the database. The migrations are the only place that lists their columns."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from functools import cache

from .migrations import migrate
from .records import Batch, Record

_INTERNAL = frozenset({"seq", "revision"})


@cache
def table_columns() -> Mapping[str, tuple[str, ...]]:
    """Return the columns of every table, read from a migrated database in memory."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection)
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: tuple(
                column for _, column, *_ in connection.execute(f"PRAGMA table_info({name})")
            )
            for (name,) in tables.fetchall()
        }


class Table:
    """Converts between the rows of a table and the fields that the API shows.

    Args:
        name: Name of the table.
        booleans: The columns that hold booleans.
        json: The columns that hold JSON text.
        hidden: The columns that the API does not show, besides ``seq`` and ``revision``.

    Attributes:
        columns: The columns that the API shows.
        selection: The same as a list of expressions for SELECT.
    """

    def __init__(
        self,
        name: str,
        *,
        booleans: Iterable[str] = (),
        json: Iterable[str] = (),
        hidden: Iterable[str] = (),
    ) -> None:
        internal = _INTERNAL.union(hidden)
        self.columns: tuple[str, ...] = tuple(
            column for column in table_columns()[name] if column not in internal
        )
        self.selection: str = ", ".join(f"{name}.{column}" for column in self.columns)
        self._booleans = tuple(booleans)
        self._json = tuple(json)

    def records(self, rows: Iterable[Sequence[object]]) -> list[Record]:
        """Decode rows of ``selection``. Further columns at the end of a row are ignored."""
        records = [Record(self.decode(row)) for row in rows]
        batch = Batch([record.id for record in records])
        for record in records:
            record.batch = batch
        return records

    def decode(self, row: Sequence[object]) -> dict[str, object]:
        """Decode one row of ``selection``."""
        fields = dict(zip(self.columns, row, strict=False))
        for name in self._booleans:
            if fields[name] is not None:
                fields[name] = bool(fields[name])
        for name in self._json:
            text = fields[name]
            if isinstance(text, str):
                fields[name] = json.loads(text)
        return fields

    def encode(self, fields: Mapping[str, object]) -> dict[str, object]:
        """Encode fields as column values."""
        return {
            name: json.dumps(value, ensure_ascii=False)
            if name in self._json and value is not None
            else value
            for name, value in fields.items()
        }
