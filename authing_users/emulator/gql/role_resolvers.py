"""Resolvers of roles and their holders."""

from collections.abc import Sequence

from ..messages import Success
from ..store import roles
from ..store.records import Page, Record
from .bindings import Info, bind_resolvers, non_empty, reject_unsupported, required


def role(_: object, info: Info, code: str, namespace: str | None = None) -> Record | None:
    return roles.get(info.context.store, roles.namespace_or_default(namespace), code)


def list_roles(
    _: object,
    info: Info,
    namespace: str | None = None,
    page: int | None = None,
    limit: int | None = None,
    sort_by: str | None = None,
) -> Page[Record]:
    return roles.list_roles(
        info.context.store, roles.namespace_or_default(namespace), page, limit, sort_by
    )


def create_role(
    _: object,
    info: Info,
    code: str,
    namespace: str | None = None,
    description: str | None = None,
    parent: str | None = None,
) -> Record:
    return roles.create(
        info.context.store,
        roles.namespace_or_default(namespace),
        code,
        description,
        parent or None,
    )


def update_role(
    _: object,
    info: Info,
    code: str,
    new_code: str | None = None,
    namespace: str | None = None,
    **changes: str | None,  # the description; null clears it, absence keeps it
) -> Record:
    renamed = {} if new_code is None else {"code": new_code}
    return roles.update(
        info.context.store,
        roles.namespace_or_default(namespace),
        code,
        {**changes, **renamed},
    )


def delete_role(
    _: object, info: Info, code: str, namespace: str | None = None
) -> dict[str, object]:
    return delete_roles(_, info, [code], namespace)


def delete_roles(
    _: object, info: Info, code_list: Sequence[str], namespace: str | None = None
) -> dict[str, object]:
    roles.delete(
        info.context.store,
        roles.namespace_or_default(namespace),
        non_empty(code_list, "codeList"),
    )
    return info.context.common_message(Success.DELETED)


def assign_role(
    _: object,
    info: Info,
    namespace: str | None = None,
    role_code: str | None = None,
    role_codes: Sequence[str | None] | None = None,
    user_ids: Sequence[str] | None = None,
    group_codes: Sequence[str] | None = None,
    node_codes: Sequence[str] | None = None,
) -> dict[str, object]:
    _reject_other_holders(group_codes, node_codes)
    roles.assign(
        info.context.store,
        roles.namespace_or_default(namespace),
        _codes(role_code, role_codes),
        non_empty(user_ids, "userIds"),
    )
    return info.context.common_message(Success.ROLE_ASSIGNED)


def revoke_role(
    _: object,
    info: Info,
    namespace: str | None = None,
    role_code: str | None = None,
    role_codes: Sequence[str | None] | None = None,
    user_ids: Sequence[str] | None = None,
    group_codes: Sequence[str] | None = None,
    node_codes: Sequence[str] | None = None,
) -> dict[str, object]:
    _reject_other_holders(group_codes, node_codes)
    roles.revoke(
        info.context.store,
        roles.namespace_or_default(namespace),
        _codes(role_code, role_codes),
        non_empty(user_ids, "userIds"),
    )
    return info.context.common_message(Success.ROLE_REVOKED)


def role_users(
    role: Record, info: Info, page: int | None = None, limit: int | None = None
) -> Page[Record]:
    return roles.list_holders(info.context.store, role, page, limit)


def role_parent(role: Record, info: Info) -> Record | None:
    store = info.context.store
    return role.batch.related("parent", role.id, lambda ids: roles.parents_of_roles(store, ids))


def _codes(role_code: str | None, role_codes: Sequence[str | None] | None) -> list[str]:
    if role_code is None:
        return non_empty(role_codes, "roleCodes")
    return [role_code, *(required(code, "roleCodes") for code in role_codes or ())]


def _reject_other_holders(
    group_codes: Sequence[str] | None, node_codes: Sequence[str] | None
) -> None:
    # The API shows no roles of groups or departments. Only guesses about inheritance could make
    # such a role visible.
    reject_unsupported("groupCodes", group_codes)
    reject_unsupported("nodeCodes", node_codes)


ROLE_BINDINGS = (
    bind_resolvers("Query", {"role": role, "roles": list_roles}),
    bind_resolvers(
        "Mutation",
        {
            "createRole": create_role,
            "updateRole": update_role,
            "deleteRole": delete_role,
            "deleteRoles": delete_roles,
            "assignRole": assign_role,
            "revokeRole": revoke_role,
        },
    ),
    bind_resolvers("Role", {"users": role_users, "parent": role_parent}),
)
