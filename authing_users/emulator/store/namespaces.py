"""Permission namespaces, and the resources that are registered in them.

Roles, policies and grants can be in any namespace, registered or not.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from ..errors import ApiError, ErrorCode
from .records import Page, Store, count_rows, insert_row, limit_and_offset, reject_nul
from .roles import DEFAULT_NAMESPACE, namespace_or_default
from .tables import Table
from .timestamps import utc_timestamp

NAMESPACES = Table("namespaces")
RESOURCES = Table("resources", json=("actions",))

RESERVED_CODES = frozenset(
    {
        *("*", "userpool", "user", "application", "role", "group", "org", "api"),
        *("resource-namespace", "custom-resource"),
    }
)
"""Codes that the API uses for resources of its own."""

# The tables whose rows are in a namespace by its code.
_CONTENT = ("roles", "policies", "grants")


def create(store: Store, code: str, name: str, description: str | None) -> dict[str, object]:
    """Create a namespace.

    Raises:
        ApiError: The code is invalid or already in use.
    """
    _require_free_code(store, code)
    insert_row(store, "namespaces", {"code": code, "name": name, "description": description})
    return _namespace(_by_code(store, code))


def update(store: Store, namespace_id: int, changes: Mapping[str, object]) -> dict[str, object]:
    """Update a namespace. A new code moves everything in the namespace.

    Args:
        store: The store.
        namespace_id: ID of the namespace.
        changes: New values of ``code``, ``name`` and ``description``.

    Raises:
        ApiError: The namespace does not exist, the new code is invalid or already in use, or the
            namespace is the default one and would get another code.
    """
    row = _by_id(store, namespace_id)
    if row is None:
        raise ApiError(ErrorCode.NAMESPACE_TO_UPDATE_NOT_FOUND)
    old, new = cast("str", row["code"]), cast("str", changes.get("code", row["code"]))
    if new != old:
        if old == DEFAULT_NAMESPACE:
            raise ApiError(ErrorCode.INVALID_PARAMETER, "code")
        _require_free_code(store, new)
        for table in _CONTENT:
            if count_rows(store, f"FROM {table} WHERE namespace = ?", (new,)):
                raise ApiError(ErrorCode.TAKEN, "code")
            store.connection.execute(
                f"UPDATE {table} SET namespace = ? WHERE namespace = ?", (new, old)
            )
    updated = {**row, **changes}
    store.connection.execute(
        "UPDATE namespaces SET code = ?, name = ?, description = ? WHERE id = ?",
        (updated["code"], updated["name"], updated["description"], namespace_id),
    )
    return _namespace(updated)


def delete(store: Store, namespace_id: int) -> None:
    """Delete a namespace and everything in it.

    Raises:
        ApiError: The namespace does not exist or is the default one.
    """
    row = _by_id(store, namespace_id)
    if row is None:
        raise ApiError(ErrorCode.NAMESPACE_TO_DELETE_NOT_FOUND)
    if row["code"] == DEFAULT_NAMESPACE:
        raise ApiError(ErrorCode.INVALID_PARAMETER, "id")
    for table in _CONTENT:
        store.connection.execute(f"DELETE FROM {table} WHERE namespace = ?", (row["code"],))
    store.connection.execute("DELETE FROM namespaces WHERE id = ?", (namespace_id,))


def delete_all(store: Store) -> None:
    """Delete all namespaces but the default one, without what is in them."""
    store.connection.execute("DELETE FROM namespaces WHERE code != ?", (DEFAULT_NAMESPACE,))


def list_namespaces(
    store: Store, page: int | None, limit: int | None
) -> tuple[int, list[dict[str, object]]]:
    """Return the number of namespaces, and one page of them, newest first.

    Raises:
        ApiError: The page or the limit is out of range.
    """
    rows = store.connection.execute(
        f"SELECT {NAMESPACES.selection} FROM namespaces ORDER BY id DESC LIMIT ? OFFSET ?",
        limit_and_offset(page, limit),
    )
    return count_rows(store, "FROM namespaces"), [
        _namespace(NAMESPACES.decode(row)) for row in rows
    ]


def create_resource(
    store: Store, namespace: str | None, code: str, fields: Mapping[str, object]
) -> dict[str, object]:
    """Register a resource.

    Args:
        store: The store.
        namespace: Code of the namespace; the default one when empty.
        code: Code of the resource, unique in the namespace.
        fields: The values of ``type``, ``actions``, ``description`` and ``apiIdentifier``.

    Raises:
        ApiError: The namespace does not exist, or the code is invalid or already in use.
    """
    namespace_id = _require_namespace(store, namespace)
    reject_nul(code, "code")
    if not code.strip() or code in RESERVED_CODES:
        raise ApiError(ErrorCode.INVALID_PARAMETER, "code")
    where = "namespaceId = ? AND resources.code = ?"
    if _find_resource(store, where, (namespace_id, code)) is not None:
        raise ApiError(ErrorCode.TAKEN, "code")
    now = store.clock()
    values = {
        "id": store.new_id(now),
        "namespaceId": namespace_id,
        "code": code,
        "createdAt": utc_timestamp(now),
        "updatedAt": utc_timestamp(now),
        **fields,
    }
    insert_row(store, "resources", RESOURCES.encode(values))
    return _require_resource(store, namespace_id, code)


def update_resource(
    store: Store, namespace: str | None, code: str, changes: Mapping[str, object]
) -> dict[str, object]:
    """Update a resource.

    Raises:
        ApiError: The namespace or the resource does not exist.
    """
    namespace_id = _require_namespace(store, namespace)
    resource = _require_resource(store, namespace_id, code)
    values = RESOURCES.encode({**changes, "updatedAt": utc_timestamp(store.clock())})
    assignments = ", ".join(f"{name} = ?" for name in values)
    store.connection.execute(
        f"UPDATE resources SET {assignments} WHERE id = ?", (*values.values(), resource["id"])
    )
    return _require_resource(store, namespace_id, code)


def delete_resource(store: Store, namespace: str | None, code: str) -> None:
    """Delete a resource. Grants stay.

    Raises:
        ApiError: The namespace or the resource does not exist.
    """
    resource = _require_resource(store, _require_namespace(store, namespace), code)
    store.connection.execute("DELETE FROM resources WHERE id = ?", (resource["id"],))


def list_resources(
    store: Store, namespace: str | None, kind: str | None, page: int | None, limit: int | None
) -> Page[dict[str, object]]:
    """Return one page of resources, newest first.

    Args:
        store: The store.
        namespace: Code of the namespace; the default one when empty.
        kind: Return only resources of this ResourceType.
        page: One-based page number; 1 when ``None``.
        limit: Page size; 10 when ``None``.

    Raises:
        ApiError: The namespace does not exist, or the page or the limit is out of range.
    """
    where = "namespaceId = ? AND type = coalesce(?, type)"
    parameters = (_require_namespace(store, namespace), kind)
    return {
        "totalCount": count_rows(store, f"FROM resources WHERE {where}", parameters),
        "list": _select_resources(
            store,
            f"{where} ORDER BY resources.seq DESC LIMIT ? OFFSET ?",
            (*parameters, *limit_and_offset(page, limit)),
        ),
    }


def get_resource(store: Store, namespace: str | None, code: str) -> dict[str, object] | None:
    """Return a resource by code."""
    where = "namespaces.code = ? AND resources.code = ?"
    return _find_resource(store, where, (namespace_or_default(namespace), code))


def get_resource_by_id(store: Store, resource_id: str) -> dict[str, object] | None:
    """Return a resource by ID."""
    return _find_resource(store, "resources.id = ?", (resource_id,))


def resource_types(store: Store, namespace: str) -> dict[str, tuple[str, str | None]]:
    """Return the ResourceType and the API identifier of the resources in a namespace, by code."""
    rows = store.connection.execute(
        "SELECT resources.code, type, apiIdentifier FROM resources"
        " JOIN namespaces ON namespaces.id = namespaceId WHERE namespaces.code = ?",
        (namespace,),
    )
    return {code: (kind, identifier) for code, kind, identifier in rows}


def _namespace(row: Mapping[str, object]) -> dict[str, object]:
    # The emulator has no applications, which have namespaces too.
    return {"appId": None, "appName": None, **row, "status": 1}


def _by_id(store: Store, namespace_id: int) -> dict[str, object] | None:
    row = store.connection.execute(
        f"SELECT {NAMESPACES.selection} FROM namespaces WHERE id = ?", (namespace_id,)
    ).fetchone()
    return None if row is None else NAMESPACES.decode(row)


def _by_code(store: Store, code: str) -> dict[str, object]:
    row = store.connection.execute(
        f"SELECT {NAMESPACES.selection} FROM namespaces WHERE code = ?", (code,)
    ).fetchone()
    if row is None:
        raise ApiError(ErrorCode.NOT_FOUND, "namespace")
    return NAMESPACES.decode(row)


def _require_namespace(store: Store, code: str | None) -> int:
    return cast("int", _by_code(store, namespace_or_default(code))["id"])


def _require_free_code(store: Store, code: str) -> None:
    reject_nul(code, "code")
    if not code.strip():
        raise ApiError(ErrorCode.INVALID_PARAMETER, "code")
    if count_rows(store, "FROM namespaces WHERE code = ?", (code,)):
        raise ApiError(ErrorCode.TAKEN, "code")


def _require_resource(store: Store, namespace_id: int, code: str) -> dict[str, object]:
    where = "namespaceId = ? AND resources.code = ?"
    resource = _find_resource(store, where, (namespace_id, code))
    if resource is None:
        raise ApiError(ErrorCode.NOT_FOUND, "resource")
    return resource


def _find_resource(
    store: Store, where: str, parameters: Sequence[object]
) -> dict[str, object] | None:
    resources = _select_resources(store, where, parameters)
    return resources[0] if resources else None


def _select_resources(
    store: Store, where: str, parameters: Sequence[object]
) -> list[dict[str, object]]:
    rows = store.connection.execute(
        f"SELECT {RESOURCES.selection}, namespaces.code FROM resources"
        f" JOIN namespaces ON namespaces.id = namespaceId WHERE {where}",
        parameters,
    ).fetchall()
    return [
        {"userPoolId": store.pool.id, **RESOURCES.decode(row), "namespace": row[-1]} for row in rows
    ]
