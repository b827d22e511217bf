"""Resolvers that read users and the user pool."""

from collections.abc import Mapping, Sequence
from typing import cast

from ..store import departments, groups, identities, pool_settings, roles, search, users
from ..store.records import Page, Record, whole_page
from .bindings import Info, bind_resolvers, non_empty, required


def list_users(
    _: object,
    info: Info,
    page: int | None = None,
    limit: int | None = None,
    sort_by: str | None = None,
    exclude_users_in_org: bool | None = None,
) -> Page[Record]:
    condition = users.NOT_ARCHIVED
    if exclude_users_in_org:
        condition = f"{condition} AND {departments.NOT_IN_ORGANISATION}"
    return users.list_users(info.context.store, page, limit, sort_by, where=(condition,))


def archived_users(
    _: object, info: Info, page: int | None = None, limit: int | None = None
) -> Page[Record]:
    return users.list_users(info.context.store, page, limit, where=(users.ARCHIVED,))


def user(_: object, info: Info, id_: str | None = None) -> Record | None:
    return users.get(info.context.store, info.context.permitted_user_id(id_))


def user_batch(_: object, info: Info, ids: Sequence[str], type_: str | None = None) -> list[Record]:
    return users.get_many(info.context.store, ids, "id" if type_ is None else type_)


def find_user(
    _: object,
    info: Info,
    email: str | None = None,
    phone: str | None = None,
    username: str | None = None,
    external_id: str | None = None,
    identity: Mapping[str, object] | None = None,
) -> Record | None:
    criteria = {
        "email": email or "",
        "phone": phone or "",
        "username": username or "",
        "externalId": external_id or "",
    }
    return identities.find_user(info.context.store, criteria, identity or {})


def is_user_exists(
    _: object,
    info: Info,
    email: str | None = None,
    phone: str | None = None,
    username: str | None = None,
    external_id: str | None = None,
) -> bool:
    return find_user(_, info, email, phone, username, external_id) is not None


def search_user(
    _: object,
    info: Info,
    query: str,
    fields: Sequence[str | None] | None = None,
    page: int | None = None,
    limit: int | None = None,
    department_opts: Sequence[Mapping[str, object] | None] | None = None,
    group_opts: Sequence[Mapping[str, str | None] | None] | None = None,
    role_opts: Sequence[Mapping[str, str | None] | None] | None = None,
) -> Page[Record]:
    scope = search.SearchScope(
        group_codes=[
            required(group.get("code"), "groupOpts") for group in non_empty(group_opts, "groupOpts")
        ]
        if group_opts
        else None,
        roles=[
            (
                roles.namespace_or_default(role.get("namespace")),
                required(role.get("code"), "roleOpts"),
            )
            for role in non_empty(role_opts, "roleOpts")
        ]
        if role_opts
        else None,
        departments=[
            (
                cast("str", required(option.get("departmentId"), "departmentOpts")),
                bool(option.get("includeChildrenDepartments")),
            )
            for option in non_empty(department_opts, "departmentOpts")
        ]
        if department_opts
        else None,
    )
    return search.search_users(
        info.context.store, query, [field or "" for field in fields or ()], scope, page, limit
    )


def userpool(_: object, info: Info) -> dict[str, object]:
    return pool_settings.get_settings(info.context.store)


def check_password_strength(_: object, info: Info, password: str) -> dict[str, object]:
    return info.context.check_password_strength(password)


def user_identities(user: Record, info: Info) -> list[dict[str, object]]:
    return identities.identities_of_user(info.context.store, user)


def user_roles(user: Record, info: Info, namespace: str | None = None) -> Page[Record]:
    store, namespace = info.context.store, roles.namespace_or_default(namespace)
    records = user.batch.related(
        ("roles", namespace), user.id, lambda ids: roles.roles_of_users(store, namespace, ids)
    )
    return whole_page(records or [])


def user_groups(user: Record, info: Info) -> Page[Record]:
    store = info.context.store
    records = user.batch.related("groups", user.id, lambda ids: groups.groups_of_users(store, ids))
    return whole_page(records or [])


USER_QUERY_BINDINGS = (
    bind_resolvers(
        "Query",
        {
            "users": list_users,
            "archivedUsers": archived_users,
            "user": user,
            "userBatch": user_batch,
            "findUser": find_user,
            "isUserExists": is_user_exists,
            "searchUser": search_user,
            "userpool": userpool,
            "checkPasswordStrength": check_password_strength,
        },
    ),
    bind_resolvers(
        "User",
        {"identities": user_identities, "roles": user_roles, "groups": user_groups},
    ),
)
