"""Roles, and who holds them."""

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
from .timestamps import role_time

_DEFAULT_NAMESPACE = "default"

COLUMNS = Columns(
    "roles",
    (
        *("id", "namespace", "code", "arn", "description", "isSystem"),
        *("createdAt", "updatedAt", "parentId"),
    ),
    booleans=("isSystem",),
)


def namespace_or_default(namespace: str | None) -> str:
    """The namespace that is meant; some clients send an empty text for the default one."""
    return namespace or _DEFAULT_NAMESPACE


def add(
    store: Store, namespace: str, code: str, description: str | None, parent: str | None
) -> Record:
    """Create a role.

    Args:
        store: The store.
        namespace: Its namespace.
        code: Its code, unique in the namespace.
        description: What it is for.
        parent: Code of the role in the namespace that it inherits from.

    Raises:
        ApiError: The code is blank or taken, or there is no such parent.
    """
    _check_code(store, namespace, code)
    now = store.clock()
    role_id = store.new_id(now)
    fields = {
        "revision": next_revision(store, "roles"),
        "id": role_id,
        "namespace": namespace,
        "code": code,
        "arn": store.pool.arn("role", role_id),
        "description": description,
        "isSystem": False,
        "createdAt": role_time(now),
        "updatedAt": role_time(now),
        "parentId": None if parent is None else _existing(store, namespace, parent).id,
    }
    insert(store, "roles", fields)
    return _existing(store, namespace, code)


def update(store: Store, namespace: str, code: str, values: Mapping[str, object]) -> Record:
    """Change the code or the description of a role.

    Raises:
        ApiError: There is no such role, or the new code is blank or taken.
    """
    role = _existing(store, namespace, code)
    new_code = cast("str", values.get("code", code))
    if new_code != code:
        _check_code(store, namespace, new_code)
    change(store, "roles", role.id, {**values, "updatedAt": role_time(store.clock())})
    return _existing(store, namespace, new_code)


def delete(store: Store, namespace: str, codes: Sequence[str]) -> None:
    """Delete roles; nobody holds them any more then.

    Raises:
        ApiError: One of them does not exist; none is deleted then.
    """
    store.connection.execute(
        "DELETE FROM roles WHERE id IN (SELECT value FROM json_each(?))",
        (json_list(_ids(store, namespace, codes)),),
    )


def get(store: Store, namespace: str, code: str) -> Record | None:
    """One role by code."""
    found = COLUMNS.records(
        store.connection.execute(
            f"SELECT {COLUMNS.selection} FROM roles WHERE namespace = ? AND code = ?",
            (namespace, code),
        )
    )
    return found[0] if found else None


def page(
    store: Store, namespace: str, number: int | None, limit: int | None, sort_by: str | None
) -> Page:
    """One page of the roles of a namespace.

    Raises:
        ApiError: The number or the limit is less than 1.
    """
    return {
        "totalCount": count(store, "FROM roles WHERE namespace = ?", (namespace,)),
        "list": COLUMNS.records(
            store.connection.execute(
                f"SELECT {COLUMNS.selection} FROM roles WHERE namespace = ?"
                f" ORDER BY {order('roles', sort_by)} LIMIT ? OFFSET ?",
                (namespace, *offset(number, limit)),
            )
        ),
    }


def parents(store: Store, role_ids: Sequence[str]) -> dict[str, Record]:
    """The role that each of some roles inherits from."""
    rows = store.connection.execute(
        f"SELECT {COLUMNS.selection}, child.id FROM roles"
        " JOIN roles AS child ON child.parentId = roles.id"
        " WHERE child.id IN (SELECT value FROM json_each(?))",
        (json_list(role_ids),),
    ).fetchall()
    return {row[-1]: parent for row, parent in zip(rows, COLUMNS.records(rows), strict=True)}


def of_users(store: Store, namespace: str, user_ids: Sequence[str]) -> dict[str, list[Record]]:
    """The roles of a namespace that each of some users holds, newest first."""
    rows = store.connection.execute(
        f"SELECT {COLUMNS.selection}, role_users.userId FROM role_users"
        " JOIN roles ON roles.id = role_users.roleId"
        " WHERE roles.namespace = ?"
        " AND role_users.userId IN (SELECT value FROM json_each(?)) ORDER BY roles.seq DESC",
        (namespace, json_list(user_ids)),
    ).fetchall()
    held: dict[str, list[Record]] = {user_id: [] for user_id in user_ids}
    for row, role in zip(rows, COLUMNS.records(rows), strict=True):
        held[row[-1]].append(role)
    return held


def holders(store: Store, role: Record, number: int | None, limit: int | None) -> Page:
    """One page of the users who hold a role."""
    condition = "users.id IN (SELECT userId FROM role_users WHERE roleId = ?)"
    return users.page(store, number, limit, members_of=(condition, role.id))


def assign(store: Store, namespace: str, codes: Sequence[str], user_ids: Sequence[str]) -> None:
    """Give roles to users; who holds one already keeps it.

    Raises:
        ApiError: A role or a user does not exist; nothing is changed then.
    """
    _write_holders(
        store,
        namespace,
        codes,
        user_ids,
        "INSERT OR IGNORE INTO role_users (roleId, userId) VALUES (?, ?)",
    )


def revoke(store: Store, namespace: str, codes: Sequence[str], user_ids: Sequence[str]) -> None:
    """Take roles from users; who does not hold one is no error.

    Raises:
        ApiError: A role or a user does not exist; nothing is changed then.
    """
    _write_holders(
        store,
        namespace,
        codes,
        user_ids,
        "DELETE FROM role_users WHERE roleId = ? AND userId = ?",
    )


def _write_holders(
    store: Store, namespace: str, codes: Sequence[str], user_ids: Sequence[str], statement: str
) -> None:
    role_ids = _ids(store, namespace, codes)
    users.check_exist(store, user_ids)
    store.connection.executemany(
        statement, [(role_id, user_id) for role_id in role_ids for user_id in user_ids]
    )


def _ids(store: Store, namespace: str, codes: Sequence[str]) -> list[str]:
    return [_existing(store, namespace, code).id for code in codes]


def _existing(store: Store, namespace: str, code: str) -> Record:
    role = get(store, namespace, code)
    if role is None:
        raise ApiError(ErrorCode.NOT_FOUND, "role")
    return role


def _check_code(store: Store, namespace: str, code: str) -> None:
    check_name(namespace, "namespace")
    check_name(code, "code")
    if not code.strip():
        raise ApiError(ErrorCode.INCOMPLETE, "code")
    if get(store, namespace, code) is not None:
        raise ApiError(ErrorCode.TAKEN, "code")
