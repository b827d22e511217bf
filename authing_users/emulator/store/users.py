"""Users: create, read, update, delete and look up."""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from ..errors import ApiError, ErrorCode
from . import added_fields
from .records import (
    Page,
    Record,
    Store,
    count_rows,
    insert_row,
    json_array,
    limit_and_offset,
    next_revision,
    order_by,
    update_row,
)
from .timestamps import local_timestamp
from .user_fields import DEFAULTS, TABLE, UNIQUE_FIELDS

MAX_BATCH_SIZE = 80
"""How many users one userBatch may request."""

ARCHIVED = "users.status = 'Archived'"
NOT_ARCHIVED = "users.status IS NOT 'Archived'"
"""SQL conditions. Lists omit archived users, but lookups by identifier find them."""

_LOOKUP_FIELDS = frozenset({"id", "username", "phone", "email", "externalId"})


def create(
    store: Store,
    values: Mapping[str, object],
    *,
    reset_password: bool = False,
    added: Mapping[str, object] | None = None,
) -> str:
    """Insert a user with values from ``normalize_fields`` and return the ID.

    Args:
        store: The store.
        values: The values.
        reset_password: Require a new password at the first login.
        added: Values of fields that only the served schema has.

    Raises:
        ApiError: An identifier is already in use.
    """
    _require_unique(store, values)
    now = store.clock()
    user_id = store.new_id(now)
    non_null = {name: value for name, value in values.items() if value is not None}
    fields = {
        **DEFAULTS,
        "signedUp": local_timestamp(now),
        **non_null,
        "id": user_id,
        "arn": store.pool.arn("user", user_id),
        "userPoolId": store.pool.id,
        "createdAt": local_timestamp(now),
        "updatedAt": local_timestamp(now),
    }
    internal = {
        "revision": next_revision(store, "users"),
        "resetPasswordOnFirstLogin": reset_password,
    }
    insert_row(store, "users", TABLE.encode(fields) | internal)
    added_fields.write(store.connection, "User", user_id, added or {})
    return user_id


def update(
    store: Store,
    user_id: str,
    values: Mapping[str, object],
    added: Mapping[str, object] | None = None,
) -> None:
    """Update a user with values from ``normalize_fields``. ``None`` clears a field.

    Args:
        store: The store.
        user_id: ID of the user.
        values: The values.
        added: Values of fields that only the served schema has.

    Raises:
        ApiError: The user does not exist, or an identifier is already in use.
    """
    require_users(store, [user_id])
    _require_unique(store, values, ignored_id=user_id)
    fields = {**values, "updatedAt": local_timestamp(store.clock())}
    update_row(store, "users", user_id, TABLE.encode(fields))
    added_fields.write(store.connection, "User", user_id, added or {})


def set_status(store: Store, user_ids: Iterable[str], status: str) -> None:
    """Set the status of users atomically.

    Raises:
        ApiError: A user does not exist. No user is changed.
    """
    user_ids = list(user_ids)
    require_users(store, user_ids)
    for user_id in user_ids:
        update_row(
            store, "users", user_id, {"status": status, "updatedAt": local_timestamp(store.clock())}
        )


def must_reset_password(store: Store, user_id: str) -> bool:
    """Return whether a user must set a new password before the first login."""
    return bool(
        count_rows(store, "FROM users WHERE id = ? AND resetPasswordOnFirstLogin", (user_id,))
    )


def set_must_reset_password(store: Store, user_id: str, *, must_reset: bool) -> None:
    """Set whether a user must set a new password before the first login."""
    update_row(store, "users", user_id, {"resetPasswordOnFirstLogin": must_reset})


def delete(store: Store, user_ids: Iterable[str]) -> None:
    """Delete users and their data atomically.

    Raises:
        ApiError: A user does not exist. No user is deleted.
    """
    require_users(store, user_ids, ErrorCode.NOTHING_TO_DELETE)
    store.connection.execute(
        "DELETE FROM users WHERE id IN (SELECT value FROM json_each(?))", (json_array(user_ids),)
    )


def require_users(
    store: Store, user_ids: Iterable[str], code: ErrorCode = ErrorCode.USER_NOT_FOUND
) -> None:
    """Raise an error with the code unless all users exist."""
    unique_ids = set(user_ids)
    existing = count_rows(
        store, "FROM users WHERE id IN (SELECT value FROM json_each(?))", (json_array(unique_ids),)
    )
    if existing != len(unique_ids):
        raise ApiError(code)


def get(store: Store, user_id: str) -> Record | None:
    """Return a user by ID."""
    return _first(_select(store, "WHERE users.id = ?", (user_id,)))


def find(store: Store, criteria: Mapping[str, str], join: str = "") -> Record | None:
    """Return the user that matches all criteria.

    Args:
        store: The store.
        criteria: Values by column, as ``table.column``.
        join: A JOIN clause for criteria of other tables.
    """
    conditions = " AND ".join(f"{column} = ?" for column in criteria)
    return _first(_select(store, f"{join} WHERE {conditions} LIMIT 1", tuple(criteria.values())))


def get_many(store: Store, identifiers: Sequence[str], kind: str) -> list[Record]:
    """Return users in the order of their identifiers. Omit unknown identifiers and duplicates.

    Raises:
        ApiError: There are too many identifiers, or their kind is unsupported.
    """
    if kind not in _LOOKUP_FIELDS:
        raise ApiError(ErrorCode.UNKNOWN_SEARCH_FIELD, kind if kind.isidentifier() else "type")
    if len(identifiers) > MAX_BATCH_SIZE:
        raise ApiError(ErrorCode.TOO_MANY_USERS)
    if kind == "email":
        identifiers = [identifier.lower() for identifier in identifiers]
    return _select(
        store,
        "JOIN (SELECT value, min(key) AS place FROM json_each(?) GROUP BY value) AS input"
        f" ON users.{kind} = input.value ORDER BY input.place",
        (json_array(identifiers),),
    )


def list_users(
    store: Store,
    page: int | None,
    limit: int | None,
    sort_by: str | None = None,
    *,
    where: tuple[str, ...],
) -> Page[Record]:
    """Return one page of the users that match a condition.

    Args:
        store: The store.
        page: One-based page number; 1 when ``None``.
        limit: Page size; 10 when ``None``.
        sort_by: A SortByEnum value; newest first when ``None``.
        where: A SQL condition, followed by its parameters.

    Raises:
        ApiError: The page or the limit is out of range.
    """
    window = limit_and_offset(page, limit)
    condition, *parameters = where
    return {
        "totalCount": count_rows(store, f"FROM users WHERE {condition}", parameters),
        "list": _select(
            store,
            f"WHERE {condition} ORDER BY {order_by(store, 'users', sort_by)} LIMIT ? OFFSET ?",
            (*parameters, *window),
        ),
    }


def by_seq(store: Store, seqs: Sequence[int]) -> list[Record]:
    """Return the users with the given ``seq`` values, newest first."""
    return _select(
        store,
        "WHERE users.seq IN (SELECT value FROM json_each(?)) ORDER BY users.seq DESC",
        (json_array(map(str, seqs)),),
    )


def _select(store: Store, rest: str, parameters: Sequence[object]) -> list[Record]:
    records = TABLE.records(
        store.connection.execute(f"SELECT {TABLE.selection} FROM users {rest}", parameters)
    )
    for record in records:
        record["password"] = None
    return records


def _first(records: list[Record]) -> Record | None:
    return records[0] if records else None


def _require_unique(store: Store, values: Mapping[str, object], ignored_id: str = "") -> None:
    for column, code in UNIQUE_FIELDS.items():
        value = cast("str | None", values.get(column))
        if value is not None and count_rows(
            store, f"FROM users WHERE {column} = ? AND id != ?", (value, ignored_id)
        ):
            raise ApiError(code, column)
