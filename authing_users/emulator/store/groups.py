"""Groups, and who is in them."""

from collections.abc import Mapping, Sequence
from typing import cast

from ..errors import ApiError, ErrorCode
from . import users
from .records import (
    Columns,
    Page,
    Record,
    Store,
    change,
    check_name,
    count,
    insert,
    json_list,
    next_revision,
    offset,
    order,
)
from .timestamps import user_time

COLUMNS = Columns(
    "user_groups",
    ("id", "code", "name", "description", "createdAt", "updatedAt"),
    booleans=(),
)


def add(store: Store, code: str, name: str, description: str | None) -> Record:
    """Create a group.

    Raises:
        ApiError: The code is blank or taken.
    """
    _check_code(store, code)
    now = store.clock()
    fields = {
        "revision": next_revision(store, "user_groups"),
        "id": store.new_id(now),
        "code": code,
        "name": name,
        "description": description,
        "createdAt": user_time(now),
        "updatedAt": user_time(now),
    }
    insert(store, "user_groups", fields)
    return _existing(store, code)


def update(store: Store, code: str, values: Mapping[str, object]) -> Record:
    """Change the code, the name or the description of a group.

    Raises:
        ApiError: There is no such group, or the new code is blank or taken.
    """
    group = _existing(store, code)
    new_code = cast("str", values.get("code", code))
    if new_code != code:
        _check_code(store, new_code)
    change(store, "user_groups", group.id, {**values, "updatedAt": user_time(store.clock())})
    return _existing(store, new_code)


def delete(store: Store, codes: Sequence[str]) -> None:
    """Delete groups; nobody is in them any more then.

    Raises:
        ApiError: One of them does not exist; none is deleted then.
    """
    group_ids = [_existing(store, code).id for code in codes]
    store.connection.execute(
        "DELETE FROM user_groups WHERE id IN (SELECT value FROM json_each(?))",
        (json_list(group_ids),),
    )


def get(store: Store, code: str) -> Record | None:
    """One group by code."""
    found = _select(store, "WHERE user_groups.code = ?", (code,))
    return found[0] if found else None


def page(
    store: Store,
    user_id: str | None,
    number: int | None,
    limit: int | None,
    sort_by: str | None,
) -> Page:
    """One page of the groups, or of those that a user is in.

    Raises:
        ApiError: There is no such user, or the number or the limit is less than 1.
    """
    where = ""
    parameters: tuple[str, ...] = ()
    if user_id is not None:
        users.check_exist(store, [user_id])
        where = "WHERE user_groups.id IN (SELECT groupId FROM group_users WHERE userId = ?)"
        parameters = (user_id,)
    return {
        "totalCount": count(store, f"FROM user_groups {where}", parameters),
        "list": _select(
            store,
            f"{where} ORDER BY {order('user_groups', sort_by)} LIMIT ? OFFSET ?",
            (*parameters, *offset(number, limit)),
        ),
    }


def of_users(store: Store, user_ids: Sequence[str]) -> dict[str, list[Record]]:
    """The groups that each of some users is in, newest first."""
    rows = store.connection.execute(
        f"SELECT {COLUMNS.selection}, group_users.userId FROM group_users"
        " JOIN user_groups ON user_groups.id = group_users.groupId"
        " WHERE group_users.userId IN (SELECT value FROM json_each(?))"
        " ORDER BY user_groups.seq DESC",
        (json_list(user_ids),),
    ).fetchall()
    joined: dict[str, list[Record]] = {user_id: [] for user_id in user_ids}
    for row, group in zip(rows, COLUMNS.records(rows), strict=True):
        joined[row[-1]].append(group)
    return joined


def members(store: Store, group: Record, number: int | None, limit: int | None) -> Page:
    """One page of the users in a group."""
    condition = "users.id IN (SELECT userId FROM group_users WHERE groupId = ?)"
    return users.page(store, number, limit, members_of=(condition, group.id))


def add_members(store: Store, code: str, user_ids: Sequence[str]) -> None:
    """Add users to a group; who is in it already stays.

    Raises:
        ApiError: The group or a user does not exist; nothing is changed then.
    """
    _write_members(
        store,
        code,
        user_ids,
        "INSERT OR IGNORE INTO group_users (groupId, userId) VALUES (?, ?)",
    )


def remove_members(store: Store, code: str, user_ids: Sequence[str]) -> None:
    """Remove users from a group; who is not in it is no error.

    Raises:
        ApiError: The group or a user does not exist; nothing is changed then.
    """
    _write_members(
        store, code, user_ids, "DELETE FROM group_users WHERE groupId = ? AND userId = ?"
    )


def _write_members(store: Store, code: str, user_ids: Sequence[str], statement: str) -> None:
    group_id = _existing(store, code).id
    users.check_exist(store, user_ids)
    store.connection.executemany(statement, [(group_id, user_id) for user_id in user_ids])


def _select(store: Store, rest: str, parameters: Sequence[object]) -> list[Record]:
    return COLUMNS.records(
        store.connection.execute(f"SELECT {COLUMNS.selection} FROM user_groups {rest}", parameters)
    )


def _existing(store: Store, code: str) -> Record:
    group = get(store, code)
    if group is None:
        raise ApiError(ErrorCode.NOT_FOUND, "group")
    return group


def _check_code(store: Store, code: str) -> None:
    check_name(code, "code")
    if not code.strip():
        raise ApiError(ErrorCode.INCOMPLETE, "code")
    if get(store, code) is not None:
        raise ApiError(ErrorCode.TAKEN, "code")
