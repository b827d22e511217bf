"""Resolvers that read users."""

from collections.abc import Mapping, Sequence
from typing import cast

from ..store import departments, groups, identities, roles, search, settings, users
from ..store.records import Page, Record
from .bindings import Info, binding, filled, own_user, required


def list_users(
    _: object,
    info: Info,
    page: int | None = None,
    limit: int | None = None,
    sort_by: str | None = None,
    exclude_users_in_org: bool | None = None,
) -> Page:
    condition = users.NOT_ARCHIVED
    if exclude_users_in_org:
        condition = f"{condition} AND {departments.OUTSIDE}"
    return users.page(info.context.store, page, limit, sort_by, members_of=(condition,))


def archived_users(
    _: object, info: Info, page: int | None = None, limit: int | None = None
) -> Page:
    return users.page(info.context.store, page, limit, members_of=(users.ARCHIVED,))


def user(_: object, info: Info, id_: str | None = None) -> Record | None:
    return users.get(info.context.store, own_user(id_))


def user_batch(_: object, info: Info, ids: Sequence[str], type_: str | None = None) -> list[Record]:
    return users.batch(info.context.store, ids, "id" if type_ is None else type_)


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
        "email": (email or "").lower(),
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
) -> Page:
    circle = search.Circle(
        group_codes=[
            required(group.get("code"), "groupOpts") for group in filled(group_opts, "groupOpts")
        ]
        if group_opts
        else None,
        roles=[
            (
                roles.namespace_or_default(role.get("namespace")),
                required(role.get("code"), "roleOpts"),
            )
            for role in filled(role_opts, "roleOpts")
        ]
        if role_opts
        else None,
        departments=[
            (
                cast("str", required(option.get("departmentId"), "departmentOpts")),
                bool(option.get("includeChildrenDepartments")),
            )
            for option in filled(department_opts, "departmentOpts")
        ]
        if department_opts
        else None,
    )
    return search.search(
        info.context.store, query, [field or "" for field in fields or ()], circle, page, limit
    )


def userpool(_: object, info: Info) -> dict[str, object]:
    return settings.get(info.context.store)


def check_password_strength(_: object, info: Info, password: str) -> dict[str, object]:
    return info.context.judge_password(password)


def user_identities(user: Record, info: Info) -> list[dict[str, object]]:
    return identities.of(info.context.store, user)


def user_roles(user: Record, info: Info, namespace: str | None = None) -> Page:
    store, wanted = info.context.store, roles.namespace_or_default(namespace)
    held = user.batch.related(
        ("roles", wanted), user.id, lambda ids: roles.of_users(store, wanted, ids)
    )
    return {"totalCount": len(held or []), "list": held or []}


def user_groups(user: Record, info: Info) -> Page:
    store = info.context.store
    joined = user.batch.related("groups", user.id, lambda ids: groups.of_users(store, ids))
    return {"totalCount": len(joined or []), "list": joined or []}


USER_QUERY_BINDINGS = (
    binding(
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
    binding(
        "User",
        {"identities": user_identities, "roles": user_roles, "groups": user_groups},
    ),
)
