"""Organisations: trees of departments and their members."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
    order_by,
    reject_nul,
)
from .tables import Table
from .timestamps import utc_timestamp

TABLE = Table(
    "departments",
    booleans=("root",),
    json=("path", "codePath", "namePath"),
    hidden=("parentId",),
)

CONSTANTS: Mapping[str, object] = {
    **dict.fromkeys(("nameI18n", "descriptionI18n", "order")),
    "isVirtualNode": False,
}
"""Fields of a department that the emulator cannot set."""

NOT_IN_ORGANISATION = "users.id NOT IN (SELECT userId FROM department_users)"
"""SQL condition: the user is not a member of any organisation."""

IN_DEPARTMENTS = (
    "users.id IN (SELECT userId FROM department_users WHERE departmentId IN"
    " (SELECT value FROM json_each(?)))"
)
IN_DEPARTMENT_TREES = (
    "users.id IN (WITH RECURSIVE below (id) AS (SELECT value FROM json_each(?)"
    " UNION SELECT departments.id FROM departments JOIN below ON departments.parentId = below.id)"
    " SELECT userId FROM department_users JOIN below ON below.id = departmentId)"
)
"""SQL conditions: the user is a member of a department, or of a department or its descendants. The
parameter is a JSON list of department IDs."""


@dataclass(frozen=True, slots=True)
class DepartmentSeed:
    """A department to create, with its subtree.

    Attributes:
        name: Name of the department.
        code: Code of the department, unique in the organisation.
        members: IDs of users.
        children: The child departments.
        description: Description of the department.
    """

    name: str
    code: str
    members: Sequence[str] = ()
    children: "Sequence[DepartmentSeed]" = field(default=())
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """The membership of a user in a department."""

    department: Record
    joined_at: str


def organisation_exists(store: Store, code: str) -> bool:
    """Return whether an organisation has a code."""
    return bool(count_rows(store, "FROM departments WHERE root AND code = ?", (code,)))


def create_tree(store: Store, seed: DepartmentSeed) -> None:
    """Create an organisation from its root department.

    Raises:
        ApiError: The organisation already exists, a code is not unique, or a member does not
            exist.
    """
    if organisation_exists(store, seed.code):
        raise ApiError(ErrorCode.TAKEN, "organisation")
    _create_subtree(store, seed, store.new_id(store.clock()), None)


def list_organisations(
    store: Store, page: int | None, limit: int | None, sort_by: str | None
) -> Page[dict[str, object]]:
    """Return one page of the organisations.

    Raises:
        ApiError: The page or the limit is out of range.
    """
    if sort_by is not None:  # departments never change
        sort_by = sort_by.replace("UPDATEDAT", "CREATEDAT")
    roots = _select(
        store,
        f"WHERE root ORDER BY {order_by(store, 'departments', sort_by)} LIMIT ? OFFSET ?",
        limit_and_offset(page, limit),
    )
    return {
        "totalCount": count_rows(store, "FROM departments WHERE root"),
        "list": _organisations(store, roots),
    }


def get_organisation(store: Store, org_id: str) -> dict[str, object]:
    """Return an organisation.

    Raises:
        ApiError: The organisation does not exist.
    """
    return _organisations(store, [get_root(store, org_id)])[0]


def get_root(store: Store, org_id: str) -> Record:
    """Return the root department of an organisation.

    Raises:
        ApiError: The organisation does not exist.
    """
    records = _select(store, "WHERE root AND orgId = ?", (org_id,))
    if not records:
        raise ApiError(ErrorCode.NOT_FOUND, "organisation")
    return records[0]


def get_by_code(store: Store, org_id: str, code: str) -> Record | None:
    """Return a department by its code in an organisation."""
    records = _select(store, "WHERE orgId = ? AND code = ?", (org_id, code))
    return records[0] if records else None


def list_children(store: Store, department_id: str, org_id: str | None) -> list[Record]:
    """Return the child departments of a department, oldest first.

    Raises:
        ApiError: The department does not exist, or not in the organisation.
    """
    department = get(store, department_id)
    if department is None or (org_id is not None and department["orgId"] != org_id):
        raise ApiError(ErrorCode.NOT_FOUND, "department")
    return _select(store, "WHERE parentId = ? ORDER BY seq", (department_id,))


def search(store: Store, text: str) -> list[Record]:
    """Return the departments with a text in their name, oldest first. Case is ignored.

    Raises:
        ApiError: The text is blank.
    """
    if not text.strip():
        raise ApiError(ErrorCode.EMPTY_SEARCH)
    return _select(store, "WHERE contains_text(?, name) ORDER BY seq", (text.casefold(),))


def get(store: Store, department_id: str) -> Record | None:
    """Return a department by ID."""
    records = _select(store, "WHERE departments.id = ?", (department_id,))
    return records[0] if records else None


def path_from_root(store: Store, department: Record) -> list[Record]:
    """Return the departments from the root of the organisation to a department, inclusive."""
    return _select(
        store,
        "WHERE departments.id IN (SELECT value FROM json_each(?)) ORDER BY departments.depth",
        (json_array(cast("list[str]", department["path"])),),
    )


def child_ids(store: Store, department_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the IDs of the child departments by department ID."""
    children: dict[str, list[str]] = {department_id: [] for department_id in department_ids}
    for parent_id, department_id in store.connection.execute(
        "SELECT parentId, id FROM departments"
        " WHERE parentId IN (SELECT value FROM json_each(?)) ORDER BY seq",
        (json_array(department_ids),),
    ):
        children[parent_id].append(department_id)
    return children


def memberships_of_users(store: Store, user_ids: Sequence[str]) -> dict[str, list[Membership]]:
    """Return the memberships by user ID, in the order of creation of the departments."""
    rows = store.connection.execute(
        f"SELECT {TABLE.selection}, department_users.userId, department_users.joinedAt"
        " FROM department_users JOIN departments ON departments.id = departmentId"
        " WHERE department_users.userId IN (SELECT value FROM json_each(?))"
        " ORDER BY departments.seq",
        (json_array(user_ids),),
    ).fetchall()
    memberships: dict[str, list[Membership]] = {user_id: [] for user_id in user_ids}
    for row, department in zip(rows, _with_constants(TABLE.records(rows)), strict=True):
        memberships[row[-2]].append(Membership(department, row[-1]))
    return memberships


def user_department(membership: Membership, main_department_id: object) -> dict[str, object]:
    """Return a UserDepartment."""
    return {
        "department": membership.department,
        "isMainDepartment": membership.department.id == main_department_id,
        "joinedAt": membership.joined_at,
    }


def list_members(
    store: Store,
    department: Record,
    page: int | None,
    limit: int | None,
    sort_by: str | None,
    *,
    include_children: bool,
) -> Page[Record]:
    """Return one page of the members of a department.

    Args:
        store: The store.
        department: The department.
        page: One-based page number; 1 when ``None``.
        limit: Page size; 10 when ``None``.
        sort_by: A SortByEnum value; newest first when ``None``.
        include_children: Include the members of all descendants.

    Raises:
        ApiError: The page or the limit is out of range.
    """
    condition = IN_DEPARTMENT_TREES if include_children else IN_DEPARTMENTS
    where = (condition, json_array([department.id]))
    return users.list_users(store, page, limit, sort_by, where=where)


def set_main_department(store: Store, user_id: str, department_id: str | None) -> None:
    """Set the main department of a user. ``None`` clears it.

    Raises:
        ApiError: The user does not exist or is not a member of the department.
    """
    users.require_users(store, [user_id])
    users.update(
        store, user_id, main_department_fields(store, user_id, {"mainDepartmentId": department_id})
    )


def main_department_fields(
    store: Store, user_id: str, changes: Mapping[str, object]
) -> dict[str, object]:
    """Complete a change of the main department, which has an ID and a code.

    Args:
        store: The store.
        user_id: ID of the user.
        changes: The changed fields of the user.

    Returns:
        Both fields of the main department, or nothing if the change contains neither.

    Raises:
        ApiError: The user is not a member of the department.
    """
    named = {
        name: changes[field_name]
        for name, field_name in (("id", "mainDepartmentId"), ("code", "mainDepartmentCode"))
        if field_name in changes
    }
    if not named:
        return {}
    criteria = {name: value for name, value in named.items() if value is not None}
    if not criteria:
        return {"mainDepartmentId": None, "mainDepartmentCode": None}
    for membership in memberships_of_users(store, [user_id])[user_id]:
        department = membership.department
        if all(department[name] == value for name, value in criteria.items()):
            return {
                "mainDepartmentId": department["id"],
                "mainDepartmentCode": department["code"],
            }
    raise ApiError(ErrorCode.NOT_FOUND, "department of the user")


def _create_subtree(store: Store, seed: DepartmentSeed, org_id: str, parent: Record | None) -> None:
    reject_nul(seed.code, "code")
    if count_rows(store, "FROM departments WHERE orgId = ? AND code = ?", (org_id, seed.code)):
        raise ApiError(ErrorCode.TAKEN, "code")
    users.require_users(store, seed.members)
    now = store.clock()
    department_id = store.new_id(now)

    def path(name: str, own: str) -> list[str]:
        return [*(cast("list[str]", parent[name]) if parent is not None else []), own]

    fields: dict[str, object] = {
        "id": department_id,
        "orgId": org_id,
        "name": seed.name,
        "code": seed.code,
        "root": parent is None,
        "depth": 0 if parent is None else cast("int", parent["depth"]) + 1,
        "path": path("path", department_id),
        "codePath": path("codePath", seed.code),
        "namePath": path("namePath", seed.name),
        "createdAt": utc_timestamp(now),
        "updatedAt": utc_timestamp(now),
    }
    insert_row(
        store,
        "departments",
        {
            **fields,
            "description": seed.description,
            "parentId": None if parent is None else parent.id,
        }
        | TABLE.encode({name: fields[name] for name in ("path", "codePath", "namePath")}),
    )
    store.connection.executemany(
        "INSERT OR IGNORE INTO department_users (departmentId, userId, joinedAt) VALUES (?, ?, ?)",
        [(department_id, user_id, utc_timestamp(now)) for user_id in seed.members],
    )
    for child in seed.children:
        _create_subtree(store, child, org_id, cast("Record", get(store, department_id)))


def _organisations(store: Store, roots: Sequence[Record]) -> list[dict[str, object]]:
    departments: dict[object, list[Record]] = {root["orgId"]: [] for root in roots}
    for department in _select(
        store,
        "WHERE orgId IN (SELECT value FROM json_each(?)) ORDER BY seq",
        (json_array(cast("Iterable[str]", departments)),),
    ):
        departments[department["orgId"]].append(department)
    return [
        {"id": root["orgId"], "rootNode": root, "nodes": departments[root["orgId"]]}
        for root in roots
    ]


def _select(store: Store, rest: str, parameters: Sequence[object]) -> list[Record]:
    rows = store.connection.execute(f"SELECT {TABLE.selection} FROM departments {rest}", parameters)
    return _with_constants(TABLE.records(rows))


def _with_constants(records: list[Record]) -> list[Record]:
    for record in records:
        record.update(CONSTANTS)
    return records
