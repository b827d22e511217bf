"""Resolvers that write users."""

from collections.abc import Mapping, Sequence

from ..messages import Action, Success
from ..store import accounts, custom_data, users
from ..store.custom_values import read_params
from ..store.records import Record
from .bindings import Info, binding, filled, own_user


def create_user(
    _: object,
    info: Info,
    user_info: Mapping[str, object],
    keep_password: bool | None = None,
    reset_password_on_first_login: bool | None = None,
    params: str | None = None,
    identity: Mapping[str, object] | None = None,
) -> Record:
    values = read_params(params) if params else {}
    draft = accounts.draft_new(
        info.context.emulator.pool,
        user_info,
        keep_password=bool(keep_password),
        reset_password=bool(reset_password_on_first_login),
        identity=identity,
    )
    user = accounts.create(info.context.store, draft)
    if values:
        custom_data.set_params(info.context.store, user.id, values)
    info.context.log(Action.CREATE_USER, [user.id])
    return user


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
    user = accounts.update(info.context.store, user_id, draft)
    info.context.log(Action.UPDATE_USER, [user_id])
    return user


def delete_user(_: object, info: Info, id_: str) -> dict[str, object]:
    return _delete(info, [id_], Action.DELETE_USER)


def delete_users(_: object, info: Info, ids: Sequence[str]) -> dict[str, object]:
    return _delete(info, filled(ids, "ids"), Action.DELETE_USERS)


def _delete(info: Info, ids: Sequence[str], action: Action) -> dict[str, object]:
    users.delete(info.context.store, ids)
    info.context.log(action, ids)
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
