"""What queries answer, and the store that they and changes run on."""

import json
import sqlite3
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict, TypeVar, cast

from ..errors import ApiError, ErrorCode
from .userpool import UserPool

T = TypeVar("T")

_DEFAULT_PAGE = 1
_DEFAULT_LIMIT = 10
_LARGEST = 2**31 - 1  # of the API's Int; what REST requests have beyond it, SQLite cannot skip

_ORDERS = {
    "CREATEDAT_DESC": "seq DESC",
    "CREATEDAT_ASC": "seq",
    "UPDATEDAT_DESC": "revision DESC",
    "UPDATEDAT_ASC": "revision",
}


@dataclass(frozen=True, slots=True)
class Store:
    """The user pool within one transaction."""

    connection: sqlite3.Connection
    pool: UserPool
    clock: Callable[[], float]
    new_id: Callable[[float], str]


class Batch:
    """Things answered together, so that what hangs on them is read once for all of them."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = ids
        self._loaded: dict[Hashable, Mapping[str, object]] = {}

    def related(
        self, kind: Hashable, owner_id: str, load: Callable[[Sequence[str]], Mapping[str, T]]
    ) -> T | None:
        """What of a kind hangs on one of the things; ``load`` reads it for all their ids."""
        if kind not in self._loaded:
            self._loaded[kind] = load(self._ids)
        return cast("T | None", self._loaded[kind].get(owner_id))


class Record(dict[str, object]):
    """A user, role or group: its fields under their API names, and what it was read with."""

    __slots__ = ("batch",)
    batch: Batch

    @property
    def id(self) -> str:
        """The id, which everything that is stored has."""
        return cast("str", self["id"])


class Page(TypedDict):
    """A part of a list, and the length of the whole."""

    totalCount: int
    list: list[Record]


class Columns:
    """How the columns of a table become a record, and back.

    Args:
        table: The table.
        names: Its columns, in the order of the answer.
        booleans: Which of them hold truth values.
        json: Which of them hold JSON text.
    """

    def __init__(
        self, table: str, names: Sequence[str], *, booleans: Iterable[str], json: Iterable[str] = ()
    ) -> None:
        self.names: tuple[str, ...] = tuple(names)
        self.selection: str = ", ".join(f"{table}.{name}" for name in names)
        self._booleans = tuple(booleans)
        self._json = tuple(json)

    def records(self, rows: Iterable[Sequence[object]]) -> list[Record]:
        """The records of rows that ``selection`` selected; more columns at the end are ignored."""
        records = [self._record(row) for row in rows]
        batch = Batch([record.id for record in records])
        for record in records:
            record.batch = batch
        return records

    def decoded(self, row: Sequence[object]) -> dict[str, object]:
        """The fields of one row."""
        fields = dict(zip(self.names, row, strict=False))
        for name in self._booleans:
            if fields[name] is not None:
                fields[name] = bool(fields[name])
        for name in self._json:
            text = fields[name]
            if isinstance(text, str):
                fields[name] = json.loads(text)
        return fields

    def encoded(self, fields: Mapping[str, object]) -> dict[str, object]:
        """Values for the columns; lists become JSON text."""
        return {
            name: json.dumps(value, ensure_ascii=False)
            if name in self._json and value is not None
            else value
            for name, value in fields.items()
        }

    def _record(self, row: Sequence[object]) -> Record:
        return Record(self.decoded(row))


def offset(page: int | None, limit: int | None) -> tuple[int, int]:
    """How many rows to take and how many to skip before, for a one-based page."""
    page = _DEFAULT_PAGE if page is None else page
    limit = _DEFAULT_LIMIT if limit is None else limit
    for name, number in (("page", page), ("limit", limit)):
        if not 1 <= number <= _LARGEST:
            raise ApiError(ErrorCode.INCOMPLETE, name)
    return limit, (page - 1) * limit


def order(table: str, sort_by: str | None) -> str:
    """The ORDER BY terms of a value of SortByEnum; newest first when absent."""
    return f"{table}.{_ORDERS[sort_by or 'CREATEDAT_DESC']}"


def insert(store: Store, table: str, values: Mapping[str, object]) -> None:
    """Insert one row; the column names come from code, never from a request."""
    columns = ", ".join(values)
    marks = ", ".join("?" * len(values))
    store.connection.execute(
        f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(values.values())
    )


def change(store: Store, table: str, row_id: str, values: Mapping[str, object]) -> None:
    """Change columns of the row with an id, and move it to the end of the order of changes."""
    settings = ", ".join(f"{name} = ?" for name in values)
    store.connection.execute(
        f"UPDATE {table} SET {settings}, revision = ? WHERE id = ?",
        (*values.values(), next_revision(store, table), row_id),
    )


def next_revision(store: Store, table: str) -> int:
    """The number that the next change of a table gets."""
    (last,) = store.connection.execute(f"SELECT max(revision) FROM {table}").fetchone()
    return (last or 0) + 1


def count(store: Store, query: str, parameters: Sequence[object] = ()) -> int:
    """How many rows a query has, given from its FROM on."""
    (number,) = store.connection.execute(f"SELECT count(*) {query}", parameters).fetchone()
    return int(number)


def json_list(values: Iterable[str | tuple[str, ...]]) -> str:
    """Names, or tuples of names, as one parameter for ``json_each``, however many they are.

    A name with a NUL in it is left out. ``check_name`` lets none be stored, and SQLite would take
    what is before the NUL for the whole.
    """
    return json.dumps([value for value in values if "\0" not in "".join(value)])


def check_name(name: str, field: str) -> None:
    """Refuse a text by which nothing could be found again."""
    if "\0" in name:
        raise ApiError(ErrorCode.INCOMPLETE, field)
