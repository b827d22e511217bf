"""Roles and their holders."""

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
from .timestamps import utc_timestamp

DEFAULT_NAMESPACE = "default"

TABLE = Table("roles", booleans=("isSystem",))


def namespace_or_default(namespace: str | None) -> str:
    """Return the namespace, or the default one. Some clients send an empty string for it."""
    return namespace or DEFAULT_NAMESPACE


def create(
    store: Store, namespace: str, code: str, description: str | None, parent: str | None
) -> Record:
    """Create a role.

    Args:
        store: The store.
        namespace: Namespace of the role.
        code: Code of the role, unique in the namespace.
        description: Description of the role.
        parent: Code of the parent role in the same namespace.

    Raises:
        ApiError: The code is invalid or already in use, or the parent does not exist.
    """
    _require_free_code(store, namespace, code)
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
        "createdAt": utc_timestamp(now),
        "updatedAt": utc_timestamp(now),
        "parentId": None if parent is None else _get_or_raise(store, namespace, parent).id,
    }
    insert_row(store, "roles", fields)
    return _get_or_raise(store, namespace, code)


def update(store: Store, namespace: str, code: str, values: Mapping[str, object]) -> Record:
    """Update the code or the description of a role.

    Raises:
        ApiError: The role does not exist, or the new code is invalid or already in use.
    """
    role = _get_or_raise(store, namespace, code)
    new_code = cast("str", values.get("code", code))
    if new_code != code:
        _require_free_code(store, namespace, new_code)
    update_row(store, "roles", role.id, {**values, "updatedAt": utc_timestamp(store.clock())})
    return _get_or_raise(store, namespace, new_code)


def delete(store: Store, namespace: str, codes: Sequence[str]) -> None:
    """Delete roles atomically.

    Raises:
        ApiError: A role does not exist. No role is deleted.
    """
    store.connection.execute(
        "DELETE FROM roles WHERE id IN (SELECT value FROM json_each(?))",
        (json_array(_ids(store, namespace, codes)),),
    )


def get(store: Store, namespace: str, code: str) -> Record | None:
    """Return a role by code."""
    records = TABLE.records(
        store.connection.execute(
            f"SELECT {TABLE.selection} FROM roles WHERE namespace = ? AND code = ?",
            (namespace, code),
        )
    )
    return records[0] if records else None


def list_roles(
    store: Store, namespace: str, page: int | None, limit: int | None, sort_by: str | None
) -> Page[Record]:
    """Return one page of the roles of a namespace.

    Raises:
        ApiError: The page or the limit is out of range.
    """
    return {
        "totalCount": count_rows(store, "FROM roles WHERE namespace = ?", (namespace,)),
        "list": TABLE.records(
            store.connection.execute(
                f"SELECT {TABLE.selection} FROM roles WHERE namespace = ?"
                f" ORDER BY {order_by(store, 'roles', sort_by)} LIMIT ? OFFSET ?",
                (namespace, *limit_and_offset(page, limit)),
            )
        ),
    }


def parents_of_roles(store: Store, role_ids: Sequence[str]) -> dict[str, Record]:
    """Return the parent roles by role ID."""
    rows = store.connection.execute(
        f"SELECT {TABLE.selection}, child.id FROM roles"
        " JOIN roles AS child ON child.parentId = roles.id"
        " WHERE child.id IN (SELECT value FROM json_each(?))",
        (json_array(role_ids),),
    ).fetchall()
    return {row[-1]: parent for row, parent in zip(rows, TABLE.records(rows), strict=True)}


def roles_of_users(
    store: Store, namespace: str, user_ids: Sequence[str]
) -> dict[str, list[Record]]:
    """Return the roles of a namespace by user ID, newest first."""
    rows = store.connection.execute(
        f"SELECT {TABLE.selection}, role_users.userId FROM role_users"
        " JOIN roles ON roles.id = role_users.roleId"
        " WHERE roles.namespace = ?"
        " AND role_users.userId IN (SELECT value FROM json_each(?)) ORDER BY roles.seq DESC",
        (namespace, json_array(user_ids)),
    ).fetchall()
    roles: dict[str, list[Record]] = {user_id: [] for user_id in user_ids}
    for row, role in zip(rows, TABLE.records(rows), strict=True):
        roles[row[-1]].append(role)
    return roles


def list_holders(store: Store, role: Record, page: int | None, limit: int | None) -> Page[Record]:
    """Return one page of the users with a role."""
    condition = "users.id IN (SELECT userId FROM role_users WHERE roleId = ?)"
    return users.list_users(store, page, limit, where=(condition, role.id))


def assign(store: Store, namespace: str, codes: Sequence[str], user_ids: Sequence[str]) -> None:
    """Assign roles to users. Existing assignments are ignored.

    Raises:
        ApiError: A role or a user does not exist. Nothing is changed.
    """
    _write_holders(
        store,
        namespace,
        codes,
        user_ids,
        "INSERT OR IGNORE INTO role_users (roleId, userId) VALUES (?, ?)",
    )


def revoke(store: Store, namespace: str, codes: Sequence[str], user_ids: Sequence[str]) -> None:
    """Revoke roles from users. Missing assignments are ignored.

    Raises:
        ApiError: A role or a user does not exist. Nothing is changed.
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
    users.require_users(store, user_ids)
    store.connection.executemany(
        statement, [(role_id, user_id) for role_id in role_ids for user_id in user_ids]
    )


def _ids(store: Store, namespace: str, codes: Sequence[str]) -> list[str]:
    return [_get_or_raise(store, namespace, code).id for code in codes]


def _get_or_raise(store: Store, namespace: str, code: str) -> Record:
    role = get(store, namespace, code)
    if role is None:
        raise ApiError(ErrorCode.NOT_FOUND, "role")
    return role


def _require_free_code(store: Store, namespace: str, code: str) -> None:
    reject_nul(namespace, "namespace")
    reject_nul(code, "code")
    if not code.strip():
        raise ApiError(ErrorCode.INVALID_PARAMETER, "code")
    if get(store, namespace, code) is not None:
        raise ApiError(ErrorCode.TAKEN, "code")
