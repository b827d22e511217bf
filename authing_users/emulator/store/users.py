"""Users: written, read, listed and looked up."""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from ..errors import ApiError, ErrorCode
from .records import (
    Page,
    Record,
    Store,
    change,
    count,
    insert,
    json_list,
    next_revision,
    offset,
    order,
)
from .timestamps import user_time
from .user_fields import COLUMNS, DEFAULTS, IDENTIFIERS

MOST_AT_ONCE = 80
"""How many users one userBatch may ask for."""

ARCHIVED = "users.status = 'Archived'"
NOT_ARCHIVED = "users.status IS NOT 'Archived'"
"""What is archived is listed apart from the rest, and found by its identifiers all the same."""

_BATCH_KINDS = frozenset({"id", "username", "phone", "email", "externalId"})


def add(store: Store, values: Mapping[str, object], *, reset_password: bool = False) -> str:
    """Insert a user with values of ``writable``, and return the id.

    Raises:
        ApiError: An identifier is taken.
    """
    _check_free(store, values)
    now = store.clock()
    user_id = store.new_id(now)
    given = {name: value for name, value in values.items() if value is not None}
    fields = {
        **DEFAULTS,
        "signedUp": user_time(now),
        **given,
        "id": user_id,
        "arn": store.pool.arn("user", user_id),
        "userPoolId": store.pool.id,
        "createdAt": user_time(now),
        "updatedAt": user_time(now),
    }
    numbers = {
        "revision": next_revision(store, "users"),
        "resetPasswordOnFirstLogin": reset_password,
    }
    insert(store, "users", COLUMNS.encoded(fields) | numbers)
    return user_id


def update(store: Store, user_id: str, values: Mapping[str, object]) -> None:
    """Change a user to values of ``writable``; ``None`` clears a field.

    Raises:
        ApiError: There is no such user, or an identifier is taken.
    """
    check_exist(store, [user_id])
    _check_free(store, values, but=user_id)
    fields = {**values, "updatedAt": user_time(store.clock())}
    change(store, "users", user_id, COLUMNS.encoded(fields))


def set_status(store: Store, user_ids: Iterable[str], status: str) -> None:
    """Move users to a place in the account life cycle.

    Raises:
        ApiError: One of them does not exist; none is changed then.
    """
    wanted = list(user_ids)
    check_exist(store, wanted)
    for user_id in wanted:
        change(store, "users", user_id, {"status": status, "updatedAt": user_time(store.clock())})


def delete(store: Store, user_ids: Iterable[str]) -> None:
    """Delete users, and with them whatever hangs on them.

    Raises:
        ApiError: One of them does not exist; none is deleted then.
    """
    check_exist(store, user_ids, ErrorCode.NOTHING_TO_DELETE)
    store.connection.execute(
        "DELETE FROM users WHERE id IN (SELECT value FROM json_each(?))", (json_list(user_ids),)
    )


def check_exist(
    store: Store, user_ids: Iterable[str], code: ErrorCode = ErrorCode.USER_NOT_FOUND
) -> None:
    """Refuse, with a code, ids of which one is no user's."""
    wanted = set(user_ids)
    found = count(
        store, "FROM users WHERE id IN (SELECT value FROM json_each(?))", (json_list(wanted),)
    )
    if found != len(wanted):
        raise ApiError(code)


def get(store: Store, user_id: str) -> Record | None:
    """One user by id."""
    return _first(_select(store, "WHERE users.id = ?", (user_id,)))


def find(store: Store, criteria: Mapping[str, str], identities: str = "") -> Record | None:
    """The user for whom all criteria hold: columns with their values.

    Args:
        store: The store.
        criteria: Names of columns of users or identities, as ``table.column``, and values.
        identities: A join with identities, where criteria need one.
    """
    conditions = " AND ".join(f"{column} = ?" for column in criteria)
    return _first(
        _select(store, f"{identities} WHERE {conditions} LIMIT 1", tuple(criteria.values()))
    )


def batch(store: Store, identifiers: Sequence[str], kind: str) -> list[Record]:
    """Users in the order of their identifiers; unknown ones are left out, and each comes once.

    Raises:
        ApiError: There are too many identifiers, or they cannot be of this kind.
    """
    if kind not in _BATCH_KINDS:
        raise ApiError(ErrorCode.UNKNOWN_SEARCH_FIELD, kind if kind.isidentifier() else "type")
    if len(identifiers) > MOST_AT_ONCE:
        raise ApiError(ErrorCode.TOO_MANY_USERS)
    if kind == "email":
        identifiers = [identifier.lower() for identifier in identifiers]
    return _select(
        store,
        "JOIN (SELECT value, min(key) AS place FROM json_each(?) GROUP BY value) AS wanted"
        f" ON users.{kind} = wanted.value ORDER BY wanted.place",
        (json_list(identifiers),),
    )


def page(
    store: Store,
    number: int | None,
    limit: int | None,
    sort_by: str | None = None,
    *,
    members_of: tuple[str, ...] | None = None,
) -> Page:
    """One page of the users, or of the members of something.

    Args:
        store: The store.
        number: One-based number of the page; 1 when ``None``.
        limit: Users on a page; 10 when ``None``.
        sort_by: A value of SortByEnum; newest first when ``None``.
        members_of: A condition on the users with its parameters, where not all are wanted.

    Raises:
        ApiError: The number or the limit is less than 1.
    """
    window = offset(number, limit)
    condition, parameters = ("", ()) if members_of is None else (members_of[0], members_of[1:])
    where = f"WHERE {condition}" if condition else ""
    return {
        "totalCount": count(store, f"FROM users {where}", parameters),
        "list": _select(
            store,
            f"{where} ORDER BY {order('users', sort_by)} LIMIT ? OFFSET ?",
            (*parameters, *window),
        ),
    }


def numbered(store: Store, numbers: Sequence[int]) -> list[Record]:
    """The users with these values of ``seq``, newest first."""
    return _select(
        store,
        "WHERE users.seq IN (SELECT value FROM json_each(?)) ORDER BY users.seq DESC",
        (json_list(map(str, numbers)),),
    )


def _select(store: Store, rest: str, parameters: Sequence[object]) -> list[Record]:
    records = COLUMNS.records(
        store.connection.execute(f"SELECT {COLUMNS.selection} FROM users {rest}", parameters)
    )
    for record in records:
        record["password"] = None
    return records


def _first(records: list[Record]) -> Record | None:
    return records[0] if records else None


def _check_free(store: Store, values: Mapping[str, object], but: str = "") -> None:
    for column, code in IDENTIFIERS.items():
        value = cast("str | None", values.get(column))
        if value is not None and count(
            store, f"FROM users WHERE {column} = ? AND id != ?", (value, but)
        ):
            raise ApiError(code, column)
