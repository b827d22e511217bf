"""Groups and their members."""

from collections.abc import Mapping, Sequence
from typing import cast

from ..errors import ApiError, ErrorCode
from . import users
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
    reject_nul,
    update_row,
)
from .tables import Table
from .timestamps import local_timestamp

TABLE = Table("user_groups")


def create(store: Store, code: str, name: str, description: str | None) -> Record:
    """Create a group.

    Raises:
        ApiError: The code is invalid or already in use.
    """
    _require_free_code(store, code)
    now = store.clock()
    fields = {
        "revision": next_revision(store, "user_groups"),
        "id": store.new_id(now),
        "code": code,
        "name": name,
        "description": description,
        "createdAt": local_timestamp(now),
        "updatedAt": local_timestamp(now),
    }
    insert_row(store, "user_groups", fields)
    return _get_or_raise(store, code)


def update(store: Store, code: str, values: Mapping[str, object]) -> Record:
    """Update the code, the name or the description of a group.

    Raises:
        ApiError: The group does not exist, or the new code is invalid or already in use.
    """
    group = _get_or_raise(store, code)
    new_code = cast("str", values.get("code", code))
    if new_code != code:
        _require_free_code(store, new_code)
    update_row(
        store, "user_groups", group.id, {**values, "updatedAt": local_timestamp(store.clock())}
    )
    return _get_or_raise(store, new_code)


def delete(store: Store, codes: Sequence[str]) -> None:
    """Delete groups atomically.

    Raises:
        ApiError: A group does not exist. No group is deleted.
    """
    group_ids = [_get_or_raise(store, code).id for code in codes]
    store.connection.execute(
        "DELETE FROM user_groups WHERE id IN (SELECT value FROM json_each(?))",
        (json_array(group_ids),),
    )


def get(store: Store, code: str) -> Record | None:
    """Return a group by code."""
    records = _select(store, "WHERE user_groups.code = ?", (code,))
    return records[0] if records else None


def list_groups(
    store: Store,
    user_id: str | None,
    page: int | None,
    limit: int | None,
    sort_by: str | None,
) -> Page[Record]:
    """Return one page of all groups, or of the groups of a user.

    Raises:
        ApiError: The user does not exist, or the page or the limit is out of range.
    """
    where = ""
    parameters: tuple[str, ...] = ()
    if user_id is not None:
        users.require_users(store, [user_id])
        where = "WHERE user_groups.id IN (SELECT groupId FROM group_users WHERE userId = ?)"
        parameters = (user_id,)
    return {
        "totalCount": count_rows(store, f"FROM user_groups {where}", parameters),
        "list": _select(
            store,
            f"{where} ORDER BY {order_by(store, 'user_groups', sort_by)} LIMIT ? OFFSET ?",
            (*parameters, *limit_and_offset(page, limit)),
        ),
    }


def groups_of_users(store: Store, user_ids: Sequence[str]) -> dict[str, list[Record]]:
    """Return the groups by user ID, newest first."""
    rows = store.connection.execute(
        f"SELECT {TABLE.selection}, group_users.userId FROM group_users"
        " JOIN user_groups ON user_groups.id = group_users.groupId"
        " WHERE group_users.userId IN (SELECT value FROM json_each(?))"
        " ORDER BY user_groups.seq DESC",
        (json_array(user_ids),),
    ).fetchall()
    groups: dict[str, list[Record]] = {user_id: [] for user_id in user_ids}
    for row, group in zip(rows, TABLE.records(rows), strict=True):
        groups[row[-1]].append(group)
    return groups


def list_members(store: Store, group: Record, page: int | None, limit: int | None) -> Page[Record]:
    """Return one page of the members of a group."""
    condition = "users.id IN (SELECT userId FROM group_users WHERE groupId = ?)"
    return users.list_users(store, page, limit, where=(condition, group.id))


def add_members(store: Store, code: str, user_ids: Sequence[str]) -> None:
    """Add users to a group. Existing members are ignored.

    Raises:
        ApiError: The group or a user does not exist. Nothing is changed.
    """
    _write_members(
        store,
        code,
        user_ids,
        "INSERT OR IGNORE INTO group_users (groupId, userId) VALUES (?, ?)",
    )


def remove_members(store: Store, code: str, user_ids: Sequence[str]) -> None:
    """Remove users from a group. Other users are ignored.

    Raises:
        ApiError: The group or a user does not exist. Nothing is changed.
    """
    _write_members(
        store, code, user_ids, "DELETE FROM group_users WHERE groupId = ? AND userId = ?"
    )


def _write_members(store: Store, code: str, user_ids: Sequence[str], statement: str) -> None:
    group_id = _get_or_raise(store, code).id
    users.require_users(store, user_ids)
    store.connection.executemany(statement, [(group_id, user_id) for user_id in user_ids])


def _select(store: Store, rest: str, parameters: Sequence[object]) -> list[Record]:
    return TABLE.records(
        store.connection.execute(f"SELECT {TABLE.selection} FROM user_groups {rest}", parameters)
    )


def _get_or_raise(store: Store, code: str) -> Record:
    group = get(store, code)
    if group is None:
        raise ApiError(ErrorCode.NOT_FOUND, "group")
    return group


def _require_free_code(store: Store, code: str) -> None:
    reject_nul(code, "code")
    if not code.strip():
        raise ApiError(ErrorCode.INVALID_PARAMETER, "code")
    if get(store, code) is not None:
        raise ApiError(ErrorCode.TAKEN, "code")
