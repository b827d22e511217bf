"""Resolvers that create, update and delete users."""

from collections.abc import Mapping, Sequence

from .. import accounts
from ..messages import Action, Success
from ..store import users
from ..store.records import Record
from .bindings import Info, bind_resolvers, non_empty, require_user_id


def create_user(
    _: object,
    info: Info,
    user_info: Mapping[str, object],
    keep_password: bool | None = None,
    reset_password_on_first_login: bool | None = None,
    params: str | None = None,
    identity: Mapping[str, object] | None = None,
) -> Record:
    return accounts.create_user(
        info.context,
        user_info,
        keep_password=bool(keep_password),
        reset_password=bool(reset_password_on_first_login),
        identity=identity,
        params=params,
    )


def update_user(
    _: object,
    info: Info,
    input_: Mapping[str, object],
    id_: str | None = None,
    # End users prove a new address with these tokens. Administrators do not need them.
    email_token: str | None = None,  # noqa: ARG001
    phone_token: str | None = None,  # noqa: ARG001
) -> Record:
    return accounts.update_user(info.context, require_user_id(id_), input_)


def delete_user(_: object, info: Info, id_: str) -> dict[str, object]:
    return _delete(info, [id_], Action.DELETE_USER)


def delete_users(_: object, info: Info, ids: Sequence[str]) -> dict[str, object]:
    return _delete(info, non_empty(ids, "ids"), Action.DELETE_USERS)


def _delete(info: Info, ids: Sequence[str], action: Action) -> dict[str, object]:
    users.delete(info.context.store, ids)
    info.context.log(action, ids)
    return info.context.common_message(Success.DELETED)


USER_MUTATION_BINDINGS = (
    bind_resolvers(
        "Mutation",
        {
            "createUser": create_user,
            "updateUser": update_user,
            "deleteUser": delete_user,
            "deleteUsers": delete_users,
        },
    ),
)
