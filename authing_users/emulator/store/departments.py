"""Organisations: trees of departments, and who is in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from ..errors import ApiError, ErrorCode
from . import users
from .records import Columns, Page, Record, Store, check_name, count, insert, json_list
from .timestamps import role_time

COLUMNS = Columns(
    "departments",
    (
        *("id", "orgId", "name", "description", "code", "root", "depth"),
        *("path", "codePath", "namePath", "createdAt", "updatedAt"),
    ),
    booleans=("root",),
    json=("path", "codePath", "namePath"),
)

CONSTANTS: Mapping[str, object] = {
    **dict.fromkeys(("nameI18n", "descriptionI18n", "order")),
    "isVirtualNode": False,
}
"""Fields of a department that nothing in the emulator can set."""

OUTSIDE = "users.id NOT IN (SELECT userId FROM department_users)"
"""The condition on users to be in no organisation."""

MEMBERS = (
    "users.id IN (SELECT userId FROM department_users WHERE departmentId IN"
    " (SELECT value FROM json_each(?)))"
)
MEMBERS_BELOW = (
    "users.id IN (WITH RECURSIVE below (id) AS (SELECT value FROM json_each(?)"
    " UNION SELECT departments.id FROM departments JOIN below ON departments.parentId = below.id)"
    " SELECT userId FROM department_users JOIN below ON below.id = departmentId)"
)
"""The conditions on users to be in one of some departments, whose ids are the parameter as a JSON
list: without and with the departments below them."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A department to plant: the root of an organisation, or one below another.

    Attributes:
        name: Its name.
        code: Its code, unique in the organisation.
        members: Ids of users.
        children: The departments below it.
    """

    name: str
    code: str
    members: Sequence[str] = ()
    children: "Sequence[Sketch]" = field(default=())


@dataclass(frozen=True, slots=True)
class Membership:
    """That a user is in a department."""

    department: Record
    joined_at: str


def plant(store: Store, sketch: Sketch) -> None:
    """Create an organisation.

    Raises:
        ApiError: A code is taken, by another organisation or twice in this one, or a member is
            no user.
    """
    if count(store, "FROM departments WHERE root AND code = ?", (sketch.code,)):
        raise ApiError(ErrorCode.TAKEN, "organisation")
    _plant(store, sketch, store.new_id(store.clock()), None)


def get(store: Store, department_id: str) -> Record | None:
    """One department by id."""
    found = _select(store, "WHERE departments.id = ?", (department_id,))
    return found[0] if found else None


def path_to(store: Store, department: Record) -> list[Record]:
    """The departments from the root of the organisation to a department, this one included."""
    return _select(
        store,
        "WHERE departments.id IN (SELECT value FROM json_each(?)) ORDER BY departments.depth",
        (json_list(cast("list[str]", department["path"])),),
    )


def children(store: Store, department_ids: Sequence[str]) -> dict[str, list[str]]:
    """The ids of the departments directly below each of some departments."""
    found: dict[str, list[str]] = {department_id: [] for department_id in department_ids}
    for parent_id, department_id in store.connection.execute(
        "SELECT parentId, id FROM departments"
        " WHERE parentId IN (SELECT value FROM json_each(?)) ORDER BY seq",
        (json_list(department_ids),),
    ):
        found[parent_id].append(department_id)
    return found


def of_users(store: Store, user_ids: Sequence[str]) -> dict[str, list[Membership]]:
    """The departments that each of some users is in, in the order in which they were created."""
    rows = store.connection.execute(
        f"SELECT {COLUMNS.selection}, department_users.userId, department_users.joinedAt"
        " FROM department_users JOIN departments ON departments.id = departmentId"
        " WHERE department_users.userId IN (SELECT value FROM json_each(?))"
        " ORDER BY departments.seq",
        (json_list(user_ids),),
    ).fetchall()
    found: dict[str, list[Membership]] = {user_id: [] for user_id in user_ids}
    for row, department in zip(rows, _complete(COLUMNS.records(rows)), strict=True):
        found[row[-2]].append(Membership(department, row[-1]))
    return found


def members(
    store: Store,
    department: Record,
    number: int | None,
    limit: int | None,
    sort_by: str | None,
    *,
    below: bool,
) -> Page:
    """One page of the users in a department.

    Args:
        store: The store.
        department: The department.
        number: One-based number of the page; 1 when ``None``.
        limit: Users on a page; 10 when ``None``.
        sort_by: A value of SortByEnum; newest first when ``None``.
        below: Whether members of the departments below count.

    Raises:
        ApiError: The number or the limit is less than 1.
    """
    circle = (MEMBERS_BELOW if below else MEMBERS, json_list([department.id]))
    return users.page(store, number, limit, sort_by, members_of=circle)


def set_main(store: Store, user_id: str, department_id: str | None) -> None:
    """Make a department a user's main one, or none when ``None``.

    Raises:
        ApiError: There is no such user, or the user is not in such a department.
    """
    users.check_exist(store, [user_id])
    users.update(store, user_id, main_fields(store, user_id, {"mainDepartmentId": department_id}))


def main_fields(store: Store, user_id: str, given: Mapping[str, object]) -> dict[str, object]:
    """Both fields of the main department, where a change names one of them or both.

    Args:
        store: The store.
        user_id: Id of the user that is changed.
        given: The fields of the change; others than these two are left out.

    Raises:
        ApiError: The user is not in such a department.
    """
    named = {
        name: given[field_name]
        for name, field_name in (("id", "mainDepartmentId"), ("code", "mainDepartmentCode"))
        if field_name in given
    }
    if not named:
        return {}
    wanted = {name: value for name, value in named.items() if value is not None}
    if not wanted:
        return {"mainDepartmentId": None, "mainDepartmentCode": None}
    for membership in of_users(store, [user_id])[user_id]:
        department = membership.department
        if all(department[name] == value for name, value in wanted.items()):
            return {
                "mainDepartmentId": department["id"],
                "mainDepartmentCode": department["code"],
            }
    raise ApiError(ErrorCode.NOT_FOUND, "department of the user")


def _plant(store: Store, sketch: Sketch, org_id: str, parent: Record | None) -> None:
    check_name(sketch.code, "code")
    if count(store, "FROM departments WHERE orgId = ? AND code = ?", (org_id, sketch.code)):
        raise ApiError(ErrorCode.TAKEN, "code")
    users.check_exist(store, sketch.members)
    now = store.clock()
    department_id = store.new_id(now)

    def path(name: str, own: str) -> list[str]:
        return [*(cast("list[str]", parent[name]) if parent is not None else []), own]

    fields: dict[str, object] = {
        "id": department_id,
        "orgId": org_id,
        "name": sketch.name,
        "code": sketch.code,
        "root": parent is None,
        "depth": 0 if parent is None else cast("int", parent["depth"]) + 1,
        "path": path("path", department_id),
        "codePath": path("codePath", sketch.code),
        "namePath": path("namePath", sketch.name),
        "createdAt": role_time(now),
        "updatedAt": role_time(now),
    }
    insert(
        store,
        "departments",
        {"description": None, **fields, "parentId": None if parent is None else parent.id}
        | COLUMNS.encoded({name: fields[name] for name in ("path", "codePath", "namePath")}),
    )
    store.connection.executemany(
        "INSERT OR IGNORE INTO department_users (departmentId, userId, joinedAt) VALUES (?, ?, ?)",
        [(department_id, user_id, role_time(now)) for user_id in sketch.members],
    )
    for child in sketch.children:
        _plant(store, child, org_id, cast("Record", get(store, department_id)))


def _select(store: Store, rest: str, parameters: Sequence[object]) -> list[Record]:
    rows = store.connection.execute(
        f"SELECT {COLUMNS.selection} FROM departments {rest}", parameters
    )
    return _complete(COLUMNS.records(rows))


def _complete(records: list[Record]) -> list[Record]:
    for record in records:
        record.update(CONSTANTS)
    return records
