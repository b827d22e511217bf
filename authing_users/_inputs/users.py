"""Arguments of the methods that read, create and update users."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Literal, TypeVar, cast

from authing_graphql import (
    UNSET,
    CreateUserIdentityInput,
    CreateUserIdentityInputDict,
    CreateUserInput,
    CreateUserInputDict,
    InputModel,
    SortByEnum,
    UnsetType,
    UpdateUserInput,
    UpdateUserInputDict,
    User,
)
from authing_graphql.graphql_model import attributes_by_graphql_name
from authing_graphql.input_dicts import (
    CreateUserIdentityInputKey,
    CreateUserInputKey,
    UpdateUserInputKey,
)

from .._runtime.secret import masked
from ..errors import InvalidInputError
from .checks import (
    did_you_mean,
    input_model,
    input_models,
    is_dict,
    non_empty_string,
    one_of,
)
from .signatures import NOT_GIVEN, WrongKeyOrValue

__all__ = ["QueryField", "SortBy", "UserInfoDict"]

UserInputT = TypeVar("UserInputT", bound=CreateUserInput | UpdateUserInput)

QueryField = Literal["id", "username", "phone", "email", "externalId"]
"""The identifiers that ``batch_get`` can look users up by."""
SortBy = SortByEnum | Literal["CREATEDAT_DESC", "CREATEDAT_ASC", "UPDATEDAT_DESC", "UPDATEDAT_ASC"]
"""The orders that ``list`` can return users in."""

UserUpdates = UpdateUserInput | UpdateUserInputDict | Mapping[UpdateUserInputKey, WrongKeyOrValue]
"""The fields that ``update`` changes."""
NewIdentity = (
    CreateUserIdentityInput
    | CreateUserIdentityInputDict
    | Mapping[CreateUserIdentityInputKey, WrongKeyOrValue]
)
"""An identity that ``create`` links to the new user."""

QUERY_FIELDS = ("id", "username", "phone", "email", "externalId")
SORT_ORDERS = tuple(order.value for order in SortByEnum)
TIME_FIELDS = ("lastLogin", "signedUp", "tokenExpiredAt")
# The API accepts these fields in the update input only, so `create` sends an update after them.
UPDATE_ONLY_FIELDS = ("city", "province")


def _both(advice: str) -> tuple[str, str]:
    return advice, advice


READ_ONLY = "the API sets this field, which is read-only"
ONLY_ON_CREATION = "can be set only when a user is created: the API cannot update it"
ONLY_BY_UPDATE = "can be set only by update(), not when a user is created"
# How to set fields of users that an input lacks: when a user is created, and later.
OTHER_WAYS: Mapping[str, tuple[str, str]] = {
    "signedUp": (READ_ONLY, ONLY_ON_CREATION),
    "registerSource": (READ_ONLY, ONLY_ON_CREATION),
    "isDeleted": (
        READ_ONLY,
        "can be set only when a user is created: call delete('USER_ID') to delete an existing user",
    ),
    "status": (
        "a new user is active: call suspend('USER_ID') afterwards to suspend the user",
        "call suspend('USER_ID'), activate('USER_ID') or resign('USER_ID') instead",
    ),
    "customData": (
        "write create({…}, custom_data={'KEY': value}) instead",
        "call set_udf_value('USER_ID', {'KEY': value}) instead",
    ),
    "identities": (
        "write create({…}, identity={…}) instead",
        "call link_identity('USER_ID', …) or unlink_identity('USER_ID', …) instead",
    ),
    "groups": _both("call add_group('USER_ID', 'GROUP') or remove_group(…) instead"),
    "roles": _both("call add_roles('USER_ID', ['ROLE']) or remove_roles(…) instead"),
    "policies": _both("call add_policies('USER_ID', ['POLICY']) or remove_policies(…) instead"),
}


UPDATE_HINTS = dict.fromkeys(
    attributes_by_graphql_name(UpdateUserInput), " Write update('USER_ID', {'FIELD': value})."
)


class UserInfoDict(CreateUserInputDict, total=False):
    """The fields of a new user. ``city`` and ``province`` are set by a second request."""

    city: str | None
    """City."""
    province: str | None
    """Province."""


UserInfoKey = CreateUserInputKey | Literal["city", "province"]
"""The keys of ``UserInfoDict``."""
UserInfo = CreateUserInput | UserInfoDict | Mapping[UserInfoKey, WrongKeyOrValue]
"""The fields of a new user."""


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
    if not is_dict(user):
        return user
    fields = dict(user)
    if "password" in fields:
        fields["password"] = masked(fields["password"])
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
    if is_dict(user_info):
        fields = dict(user_info)
        model = create_model or CreateUserInput
        later = {name: fields.pop(name) for name in UPDATE_ONLY_FIELDS if name in fields}
        check_keys(fields, model, "userInfo", is_new=True)
        created = _user_input(model, fields, "userInfo", UPDATE_ONLY_FIELDS)
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
    if isinstance(users, Iterable) and not isinstance(users, str | Mapping | InputModel):
        users = list(cast("Iterable[object]", users))
        for index, user in enumerate(users):
            if is_dict(user):
                model = create_model or CreateUserInput
                check_keys(user, model, f"users[{index}]", is_new=True)
    inputs = input_models(CreateUserInput, users, "users", for_dicts=create_model)
    for index, user in enumerate(inputs):
        check_times(user, f"users[{index}]")
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
    model = UpdateUserInput
    if is_dict(updates):
        model = update_model or model
        check_keys(updates, model, "updates", is_new=False)
    return _user_input(model, updates, "updates")


def check_keys(
    fields: Mapping[Any, object], model: type[InputModel], where: str, *, is_new: bool
) -> None:
    """Say how to set fields of users that an input lacks.

    Args:
        fields: The argument.
        model: The input.
        where: Name of the argument, for messages.
        is_new: Whether the user is created.
    """
    known = attributes_by_graphql_name(model)
    names = _names_of_users()
    for key in fields:
        name = names.get(key) if isinstance(key, str) else None
        if name is None or name in known:
            continue
        advice = OTHER_WAYS.get(name, (READ_ONLY, READ_ONLY))[0 if is_new else 1]
        if is_new and name in attributes_by_graphql_name(UpdateUserInput):
            advice = ONLY_BY_UPDATE
        raise InvalidInputError(f"{where}.{key}: {advice}")


@cache
def _names_of_users() -> dict[str, str]:
    """Return the GraphQL names of the fields of users, by themselves and by attribute."""
    attributes = attributes_by_graphql_name(User)
    names = {attribute: name for name, attribute in attributes.items()}
    return names | {name: name for name in (*attributes, *OTHER_WAYS)}


def sort_order(sort_by: object) -> SortByEnum | UnsetType:
    """Return the order of a list of users, or ``UNSET`` for the API's default."""
    return UNSET if sort_by is None else SortByEnum(one_of(sort_by, "sort_by", SORT_ORDERS))


def _user_input(
    model: type[UserInputT], value: Any, name: str, other_keys: Iterable[str] = ()
) -> UserInputT:
    user = input_model(model, value, name, other_keys=tuple(other_keys))
    check_times(user, name)
    return user


def check_times(user: CreateUserInput | UpdateUserInput, name: str) -> None:
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
