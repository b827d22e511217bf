"""Rows as records, pages of them, and the helpers that every query shares."""

import json
import sqlite3
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypedDict, TypeVar, cast

from ..errors import ApiError, ErrorCode
from .added_fields import NO_ADDED_FIELDS, AddedFields
from .userpool import UserPool

T = TypeVar("T")

_DEFAULT_PAGE = 1
_DEFAULT_LIMIT = 10
_MAX_INT = 2**31 - 1  # of the API's Int; REST requests can exceed it, SQLite offsets cannot

MAX_PAGE_SIZE = 10_000
"""How many objects one page may have."""

_SORT_TERMS = {
    "CREATEDAT_DESC": "seq DESC",
    "CREATEDAT_ASC": "seq",
    "UPDATEDAT_DESC": "revision DESC",
    "UPDATEDAT_ASC": "revision",
}


@dataclass(frozen=True, slots=True)
class Store:
    """The user pool within one transaction.

    Attributes:
        connection: The connection of the transaction.
        pool: The pool.
        clock: Returns the current Unix time in seconds.
        new_id: Returns an ID for an object created at a time, in Unix seconds.
        new_hex: Returns a unique string of 32 hexadecimal digits for a purpose.
        added: What the served schema adds to the stored objects.
    """

    connection: sqlite3.Connection
    pool: UserPool
    clock: Callable[[], float]
    new_id: Callable[[float], str]
    new_hex: Callable[[str], str]
    added: AddedFields = NO_ADDED_FIELDS


class Batch:
    """Records of one query. Related rows are loaded once for all of them."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = ids
        self._loaded: dict[Hashable, Mapping[str, object]] = {}

    def related(
        self, kind: Hashable, owner_id: str, load: Callable[[Sequence[str]], Mapping[str, T]]
    ) -> T | None:
        """Return the related rows of one record.

        Args:
            kind: The cache key of the relation.
            owner_id: ID of the record.
            load: Loads the relation for a list of record IDs.
        """
        if kind not in self._loaded:
            self._loaded[kind] = load(self._ids)
        return cast("T | None", self._loaded[kind].get(owner_id))


class Record(dict[str, object]):
    """A stored object: its fields under their API names, and the batch it was read with."""

    __slots__ = ("batch",)
    batch: Batch

    @property
    def id(self) -> str:
        """The ID of the object."""
        return cast("str", self["id"])


class Page(TypedDict, Generic[T]):
    """One page of a list, and the length of the whole list."""

    totalCount: int
    list: list[T]


def whole_page(items: list[T]) -> Page[T]:
    """Return a page that holds the whole list."""
    return {"totalCount": len(items), "list": items}


def limit_and_offset(page: int | None, limit: int | None) -> tuple[int, int]:
    """Return the values for LIMIT and OFFSET.

    Args:
        page: One-based page number; 1 when ``None``.
        limit: Page size, at most ``MAX_PAGE_SIZE``; 10 when ``None``.

    Raises:
        ApiError: The page or the limit is out of range.
    """
    page = _DEFAULT_PAGE if page is None else page
    limit = _DEFAULT_LIMIT if limit is None else limit
    for name, number, maximum in (("page", page, _MAX_INT), ("limit", limit, MAX_PAGE_SIZE)):
        if not 1 <= number <= maximum:
            subject = f"{name} (at most {maximum})" if number > maximum else name
            raise ApiError(ErrorCode.INVALID_PARAMETER, subject)
    return limit, (page - 1) * limit


def order_by(store: Store, table: str, sort_by: str | None) -> str:
    """Return the ORDER BY term for a SortByEnum value; newest first when ``None``.

    Raises:
        ApiError: The served schema adds the value, and no field belongs to it.
    """
    value = sort_by or "CREATEDAT_DESC"
    if value not in _SORT_TERMS:
        return store.added.sort_term(table, value)
    return f"{table}.{_SORT_TERMS[value]}"


def insert_row(store: Store, table: str, values: Mapping[str, object]) -> None:
    """Insert one row. Column names must come from code, never from a request."""
    columns = ", ".join(values)
    marks = ", ".join("?" * len(values))
    store.connection.execute(
        f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(values.values())
    )


def update_row(store: Store, table: str, row_id: str, values: Mapping[str, object]) -> None:
    """Update one row by ID and give it the next revision."""
    assignments = ", ".join(f"{name} = ?" for name in values)
    store.connection.execute(
        f"UPDATE {table} SET {assignments}, revision = ? WHERE id = ?",
        (*values.values(), next_revision(store, table), row_id),
    )


def next_revision(store: Store, table: str) -> int:
    """Return the revision for the next change of a table."""
    (last,) = store.connection.execute(f"SELECT max(revision) FROM {table}").fetchone()
    return (last or 0) + 1


def count_rows(store: Store, from_clause: str, parameters: Sequence[object] = ()) -> int:
    """Count the rows of a query, which starts at its FROM."""
    (number,) = store.connection.execute(f"SELECT count(*) {from_clause}", parameters).fetchone()
    return int(number)


def json_array(values: Iterable[str | tuple[str, ...]]) -> str:
    """Encode names, or tuples of names, as one parameter for ``json_each``.

    Names with a NUL are dropped: ``reject_nul`` never stores one, and SQLite would compare only
    the part before the NUL.
    """
    return json.dumps([value for value in values if "\0" not in "".join(value)])


def reject_nul(name: str, field: str) -> None:
    """Reject a name with a NUL: SQLite could not find it again."""
    if "\0" in name:
        raise ApiError(ErrorCode.INVALID_PARAMETER, field)
