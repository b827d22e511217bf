"""Arguments of the methods that read, create and update users."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeVar, cast

from authing_graphql import (
    UNSET,
    CreateUserIdentityInput,
    CreateUserInput,
    CreateUserInputDict,
    InputModel,
    SortByEnum,
    UnsetType,
    UpdateUserInput,
)
from authing_graphql.graphql_model import attributes_by_graphql_name

from .._runtime.secret import Secret
from ..errors import InvalidInputError
from .checks import (
    NOT_GIVEN,
    did_you_mean,
    input_model,
    input_models,
    non_empty_string,
    one_of,
)

__all__ = ["QueryField", "SortBy", "UserInfoDict"]

UserInputT = TypeVar("UserInputT", bound=CreateUserInput | UpdateUserInput)

QueryField = Literal["id", "username", "phone", "email", "externalId"]
"""The identifiers that ``batch_get`` can look users up by."""
SortBy = SortByEnum | Literal["CREATEDAT_DESC", "CREATEDAT_ASC", "UPDATEDAT_DESC", "UPDATEDAT_ASC"]
"""The orders that ``list`` can return users in."""

QUERY_FIELDS = ("id", "username", "phone", "email", "externalId")
SORT_ORDERS = tuple(order.value for order in SortByEnum)
TIME_FIELDS = ("lastLogin", "signedUp", "tokenExpiredAt")
# The API accepts these fields in the update input only, so `create` sends an update after them.
UPDATE_ONLY_FIELDS = ("city", "province")
CREATE_ONLY_FIELDS = {
    "signedUp": "signedUp can be set only when a user is created: the API cannot update it",
    "registerSource": (
        "registerSource can be set only when a user is created: the API cannot update it"
    ),
    "isDeleted": (
        "isDeleted can be set only when a user is created. "
        "Call delete('USER_ID') to delete an existing user."
    ),
}


class UserInfoDict(CreateUserInputDict, total=False):
    """The fields of a new user. ``city`` and ``province`` are set by a second request."""

    city: str | None
    """City."""
    province: str | None
    """Province."""


def user_id_argument(
    method: str,
    user_id: object,
    other_arguments: Mapping[str, object],
    *,
    aliases: Sequence[str] = ("user_id",),
    hints: Mapping[str, str] | None = None,
) -> str:
    """Return the user ID that a method was called with.

    Args:
        method: Name of the method, for messages.
        user_id: The documented argument ``userId``, or ``NOT_GIVEN``.
        other_arguments: All other keyword arguments.
        aliases: Other names of the argument.
        hints: Sentences for the messages about wrong keywords, by keyword.
    """
    if user_id is not NOT_GIVEN and not other_arguments:
        return non_empty_string(user_id, "userId")
    arguments = {} if user_id is NOT_GIVEN else {"userId": user_id}
    for name, value in other_arguments.items():
        if name not in aliases:
            hint = (hints or {}).get(name) or did_you_mean(name, ("userId", *aliases))
            raise InvalidInputError(f"{method}() has no argument {name!r}.{hint}")
        arguments[name] = value
    if not arguments:
        raise InvalidInputError(f"{method}() needs a user ID: write {method}('USER_ID')")
    if len(arguments) > 1:
        raise InvalidInputError(f"{method}() takes only one of {' and '.join(arguments)}")
    ((name, value),) = arguments.items()
    return non_empty_string(value, name)


def mask_password(user: object) -> object:
    """Return a copy of a user's fields whose password does not appear in tracebacks."""
    if isinstance(user, InputModel):
        return user.model_copy()
    if not isinstance(user, Mapping):
        return user
    fields = dict(cast("Mapping[object, object]", user))
    if isinstance(fields.get("password"), str):
        fields["password"] = Secret(cast("str", fields["password"]))
    return fields


def new_user(
    user_info: object,
    create_model: type[CreateUserInput] | None = None,
    update_model: type[UpdateUserInput] | None = None,
) -> tuple[CreateUserInput, UpdateUserInput | None]:
    """Split the fields of a new user into the inputs of ``createUser`` and ``updateUser``.

    Args:
        user_info: The fields.
        create_model: The model for a dict of fields. Default: ``CreateUserInput``.
        update_model: The same for the update. Default: ``UpdateUserInput``.

    Returns:
        The input that creates the user, and the input of the update that must follow, if any.
    """
    if isinstance(user_info, Mapping):
        fields = dict(cast("Mapping[str, object]", user_info))
        later = {name: fields.pop(name) for name in UPDATE_ONLY_FIELDS if name in fields}
        created = _user_input(
            create_model or CreateUserInput, fields, "userInfo", UPDATE_ONLY_FIELDS
        )
        if not later:
            return created, None
        updated = _user_input(update_model or UpdateUserInput, later, "userInfo")
        needs_update = any(value is not None for value in later.values())
        return created, updated if needs_update else None
    return _user_input(CreateUserInput, user_info, "userInfo"), None


def new_users(
    users: object, create_model: type[CreateUserInput] | None = None
) -> list[CreateUserInput]:
    """Return the inputs of a bulk creation, which cannot set ``city`` and ``province``.

    Args:
        users: The users.
        create_model: The model for a dict of fields. Default: ``CreateUserInput``.
    """
    inputs = input_models(CreateUserInput, users, "users", for_dicts=create_model)
    for index, user in enumerate(inputs):
        _check_times(user, f"users[{index}]")
    return inputs


def new_identity(identity: object) -> CreateUserIdentityInput:
    """Return the input for an identity that is linked when a user is created."""
    return input_model(CreateUserIdentityInput, identity, "identity")


def user_updates(
    updates: object, update_model: type[UpdateUserInput] | None = None
) -> UpdateUserInput:
    """Return the input of ``updateUser``.

    Args:
        updates: The fields.
        update_model: The model for a dict of fields. Default: ``UpdateUserInput``.
    """
    if updates is NOT_GIVEN:
        raise InvalidInputError("update() needs the fields to change: write update('USER_ID', {…})")
    if isinstance(updates, Mapping):
        for name in cast("Mapping[object, object]", updates):
            if isinstance(name, str) and name in CREATE_ONLY_FIELDS:
                raise InvalidInputError(CREATE_ONLY_FIELDS[name])
    is_dict = isinstance(updates, Mapping)
    model = update_model if is_dict and update_model is not None else UpdateUserInput
    return _user_input(model, updates, "updates")


def sort_order(sort_by: object) -> SortByEnum | UnsetType:
    """Return the order of a list of users, or ``UNSET`` for the API's default."""
    return UNSET if sort_by is None else SortByEnum(one_of(sort_by, "sort_by", SORT_ORDERS))


def _user_input(
    model: type[UserInputT], value: Any, name: str, other_keys: Iterable[str] = ()
) -> UserInputT:
    user = input_model(model, value, name, other_keys=tuple(other_keys))
    _check_times(user, name)
    return user


def _check_times(user: CreateUserInput | UpdateUserInput, name: str) -> None:
    attributes = attributes_by_graphql_name(type(user))
    for field in TIME_FIELDS:
        text = user.get(field) if field in attributes else None
        if text is None:
            continue
        try:
            datetime.fromisoformat(text)
        except ValueError:
            raise InvalidInputError(
                f"{name}.{field} must be an ISO 8601 time such as 2017-06-07T14:34:08.700Z, "
                f"not {text!r}"
            ) from None
