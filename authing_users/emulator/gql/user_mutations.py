"""Resolvers that write users."""

from collections.abc import Mapping, Sequence

from ..messages import Success
from ..store import accounts, users
from ..store.records import Record
from .bindings import Info, binding, filled, own_user, refuse


def create_user(
    _: object,
    info: Info,
    user_info: Mapping[str, object],
    keep_password: bool | None = None,
    reset_password_on_first_login: bool | None = None,
    params: str | None = None,
    identity: Mapping[str, object] | None = None,
) -> Record:
    refuse("createUser(params:)", params)
    draft = accounts.draft_new(
        info.context.emulator.pool,
        user_info,
        keep_password=bool(keep_password),
        reset_password=bool(reset_password_on_first_login),
        identity=identity,
    )
    return accounts.create(info.context.store, draft)


def update_user(
    _: object,
    info: Info,
    input_: Mapping[str, object],
    id_: str | None = None,
    # End users prove a new address with these; an administrator need not.
    email_token: str | None = None,  # noqa: ARG001
    phone_token: str | None = None,  # noqa: ARG001
) -> Record:
    user_id = own_user(id_)
    draft = accounts.draft_change(info.context.emulator.pool, input_)
    return accounts.update(info.context.store, user_id, draft)


def delete_user(_: object, info: Info, id_: str) -> dict[str, object]:
    return delete_users(_, info, [id_])


def delete_users(_: object, info: Info, ids: Sequence[str]) -> dict[str, object]:
    users.delete(info.context.store, filled(ids, "ids"))
    return info.context.done(Success.DELETED)


USER_MUTATION_BINDINGS = (
    binding(
        "Mutation",
        {
            "createUser": create_user,
            "updateUser": update_user,
            "deleteUser": delete_user,
            "deleteUsers": delete_users,
        },
    ),
)
