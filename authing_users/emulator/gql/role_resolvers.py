"""Resolvers of roles."""

from collections.abc import Sequence

from ..messages import Success
from ..store import roles
from ..store.records import Page, Record
from .bindings import Info, binding, filled, refuse, required


def role(_: object, info: Info, code: str, namespace: str | None = None) -> Record | None:
    return roles.get(info.context.store, roles.namespace_or_default(namespace), code)


def list_roles(
    _: object,
    info: Info,
    namespace: str | None = None,
    page: int | None = None,
    limit: int | None = None,
    sort_by: str | None = None,
) -> Page:
    wanted = roles.namespace_or_default(namespace)
    return roles.page(info.context.store, wanted, page, limit, sort_by)


def create_role(
    _: object,
    info: Info,
    code: str,
    namespace: str | None = None,
    description: str | None = None,
    parent: str | None = None,
) -> Record:
    wanted = roles.namespace_or_default(namespace)
    return roles.add(info.context.store, wanted, code, description, parent or None)


def update_role(
    _: object,
    info: Info,
    code: str,
    new_code: str | None = None,
    namespace: str | None = None,
    **changes: str | None,  # the description, which null clears and absence keeps
) -> Record:
    renamed = {} if new_code is None else {"code": new_code}
    wanted = roles.namespace_or_default(namespace)
    return roles.update(info.context.store, wanted, code, {**changes, **renamed})


def delete_role(
    _: object, info: Info, code: str, namespace: str | None = None
) -> dict[str, object]:
    return delete_roles(_, info, [code], namespace)


def delete_roles(
    _: object, info: Info, code_list: Sequence[str], namespace: str | None = None
) -> dict[str, object]:
    wanted = roles.namespace_or_default(namespace)
    roles.delete(info.context.store, wanted, filled(code_list, "codeList"))
    return info.context.done(Success.DELETED)


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
    _refuse_other_holders(group_codes, node_codes)
    roles.assign(
        info.context.store,
        roles.namespace_or_default(namespace),
        _codes(role_code, role_codes),
        filled(user_ids, "userIds"),
    )
    return info.context.done(Success.ROLE_ASSIGNED)


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
    _refuse_other_holders(group_codes, node_codes)
    roles.revoke(
        info.context.store,
        roles.namespace_or_default(namespace),
        _codes(role_code, role_codes),
        filled(user_ids, "userIds"),
    )
    return info.context.done(Success.ROLE_REVOKED)


def role_users(role: Record, info: Info, page: int | None = None, limit: int | None = None) -> Page:
    return roles.holders(info.context.store, role, page, limit)


def role_parent(role: Record, info: Info) -> Record | None:
    store = info.context.store
    return role.batch.related("parent", role.id, lambda ids: roles.parents(store, ids))


def _codes(role_code: str | None, role_codes: Sequence[str | None] | None) -> list[str]:
    if role_code is None:
        return filled(role_codes, "roleCodes")
    return [role_code, *(required(code, "roleCodes") for code in role_codes or ())]


def _refuse_other_holders(
    group_codes: Sequence[str] | None, node_codes: Sequence[str] | None
) -> None:
    # The API has no field that shows the roles of a group or a department, so a role given to
    # one could be seen only through guesses about inheritance.
    refuse("groupCodes", group_codes)
    refuse("nodeCodes", node_codes)


ROLE_BINDINGS = (
    binding("Query", {"role": role, "roles": list_roles}),
    binding(
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
    binding("Role", {"users": role_users, "parent": role_parent}),
)
