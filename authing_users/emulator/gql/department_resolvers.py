"""Resolvers of departments and their members."""

from ..messages import Success
from ..store import departments
from ..store.records import Page, Record, whole_page
from .bindings import Info, bind_resolvers


def set_main_department(
    _: object, info: Info, user_id: str, department_id: str | None = None
) -> dict[str, object]:
    departments.set_main_department(info.context.store, user_id, department_id or None)
    return info.context.common_message(Success.OK)


def user_departments(
    user: Record, info: Info, org_id: str | None = None
) -> Page[dict[str, object]]:
    store = info.context.store
    memberships = user.batch.related(
        "departments", user.id, lambda ids: departments.memberships_of_users(store, ids)
    )
    return whole_page(
        [
            departments.user_department(membership, user["mainDepartmentId"])
            for membership in memberships or []
            if org_id is None or membership.department["orgId"] == org_id
        ]
    )


def node_children(node: Record, info: Info) -> list[str]:
    store = info.context.store
    children = node.batch.related(
        "children", node.id, lambda ids: departments.child_ids(store, ids)
    )
    return children or []


def node_users(
    node: Record,
    info: Info,
    page: int | None = None,
    limit: int | None = None,
    sort_by: str | None = None,
    include_children_nodes: bool | None = None,
) -> Page[Record]:
    return departments.list_members(
        info.context.store,
        node,
        page,
        limit,
        sort_by,
        include_children=include_children_nodes is not False,
    )


DEPARTMENT_BINDINGS = (
    bind_resolvers("Mutation", {"setMainDepartment": set_main_department}),
    bind_resolvers("User", {"departments": user_departments}),
    bind_resolvers("Node", {"children": node_children, "users": node_users}),
)
