"""Resolvers of groups and their members."""

from collections.abc import Sequence

from ..messages import Success
from ..store import groups
from ..store.records import Page, Record
from .bindings import Info, bind_resolvers, non_empty, required


def group(_: object, info: Info, code: str) -> Record | None:
    return groups.get(info.context.store, code)


def list_groups(
    _: object,
    info: Info,
    user_id: str | None = None,
    page: int | None = None,
    limit: int | None = None,
    sort_by: str | None = None,
) -> Page[Record]:
    return groups.list_groups(info.context.store, user_id, page, limit, sort_by)


def create_group(
    _: object, info: Info, code: str, name: str, description: str | None = None
) -> Record:
    return groups.create(info.context.store, code, name, description)


def update_group(
    _: object,
    info: Info,
    code: str,
    new_code: str | None = None,
    name: str | None = None,
    **changes: str | None,  # the description; null clears it, absence keeps it
) -> Record:
    given = {"code": new_code, "name": name}
    values = {key: value for key, value in given.items() if value is not None}
    return groups.update(info.context.store, code, {**changes, **values})


def delete_groups(_: object, info: Info, code_list: Sequence[str]) -> dict[str, object]:
    groups.delete(info.context.store, non_empty(code_list, "codeList"))
    return info.context.common_message(Success.DELETED)


def add_user_to_group(
    _: object, info: Info, user_ids: Sequence[str], code: str | None = None
) -> dict[str, object]:
    groups.add_members(info.context.store, required(code, "code"), non_empty(user_ids, "userIds"))
    return info.context.common_message(Success.ADDED_TO_GROUP)


def remove_user_from_group(
    _: object, info: Info, user_ids: Sequence[str], code: str | None = None
) -> dict[str, object]:
    groups.remove_members(
        info.context.store, required(code, "code"), non_empty(user_ids, "userIds")
    )
    return info.context.common_message(Success.REMOVED_FROM_GROUP)


def group_users(
    group: Record, info: Info, page: int | None = None, limit: int | None = None
) -> Page[Record]:
    return groups.list_members(info.context.store, group, page, limit)


GROUP_BINDINGS = (
    bind_resolvers("Query", {"group": group, "groups": list_groups}),
    bind_resolvers(
        "Mutation",
        {
            "createGroup": create_group,
            "updateGroup": update_group,
            "deleteGroups": delete_groups,
            "addUserToGroup": add_user_to_group,
            "removeUserFromGroup": remove_user_from_group,
        },
    ),
    bind_resolvers("Group", {"users": group_users}),
)
