"""Resolvers of departments, and of who is in them."""

from ..messages import Success
from ..store import departments
from ..store.records import Page, Record
from .bindings import Info, binding


def set_main_department(
    _: object, info: Info, user_id: str, department_id: str | None = None
) -> dict[str, object]:
    departments.set_main(info.context.store, user_id, department_id or None)
    return info.context.done(Success.OK)


def user_departments(user: Record, info: Info, org_id: str | None = None) -> dict[str, object]:
    store = info.context.store
    memberships = user.batch.related(
        "departments", user.id, lambda ids: departments.of_users(store, ids)
    )
    shown = [
        {
            "department": membership.department,
            "isMainDepartment": membership.department.id == user["mainDepartmentId"],
            "joinedAt": membership.joined_at,
        }
        for membership in memberships or []
        if org_id is None or membership.department["orgId"] == org_id
    ]
    return {"totalCount": len(shown), "list": shown}


def node_children(node: Record, info: Info) -> list[str]:
    store = info.context.store
    found = node.batch.related("children", node.id, lambda ids: departments.children(store, ids))
    return found or []


def node_users(
    node: Record,
    info: Info,
    page: int | None = None,
    limit: int | None = None,
    sort_by: str | None = None,
    include_children_nodes: bool | None = None,
) -> Page:
    return departments.members(
        info.context.store, node, page, limit, sort_by, below=include_children_nodes is not False
    )


DEPARTMENT_BINDINGS = (
    binding("Mutation", {"setMainDepartment": set_main_department}),
    binding("User", {"departments": user_departments}),
    binding("Node", {"children": node_children, "users": node_users}),
)
