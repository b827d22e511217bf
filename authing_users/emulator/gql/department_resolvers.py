"""Resolvers of organisations, departments and their members."""

from ..messages import Success
from ..store import departments
from ..store.records import Page, Record, whole_page
from .bindings import Info, bind_resolvers


def list_organisations(
    _: object,
    info: Info,
    page: int | None = None,
    limit: int | None = None,
    sort_by: str | None = None,
) -> Page[dict[str, object]]:
    return departments.list_organisations(info.context.store, page, limit, sort_by)


def organisation(_: object, info: Info, id_: str) -> dict[str, object]:
    return departments.get_organisation(info.context.store, id_)


def root_department(_: object, info: Info, org_id: str) -> Record:
    return departments.get_root(info.context.store, org_id)


def is_root_department(_: object, info: Info, node_id: str, org_id: str) -> bool:
    return departments.get_root(info.context.store, org_id).id == node_id


def department(_: object, info: Info, id_: str) -> Record | None:
    return departments.get(info.context.store, id_)


def department_by_code(_: object, info: Info, org_id: str, code: str) -> Record | None:
    return departments.get_by_code(info.context.store, org_id, code)


def child_departments(
    _: object, info: Info, node_id: str, org_id: str | None = None
) -> list[Record]:
    return departments.list_children(info.context.store, node_id, org_id or None)


def search_departments(_: object, info: Info, keyword: str) -> list[Record]:
    return departments.search(info.context.store, keyword)


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
    bind_resolvers(
        "Query",
        {
            "orgs": list_organisations,
            "org": organisation,
            "rootNode": root_department,
            "isRootNode": is_root_department,
            "nodeById": department,
            "nodeByCode": department_by_code,
            "childrenNodes": child_departments,
            "searchNodes": search_departments,
        },
    ),
    bind_resolvers("Mutation", {"setMainDepartment": set_main_department}),
    bind_resolvers("User", {"departments": user_departments}),
    bind_resolvers("Node", {"children": node_children, "users": node_users}),
)
