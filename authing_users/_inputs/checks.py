"""Checks of what callers pass in. Whatever is refused here was not sent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any, TypeVar, cast, get_args

from pydantic import ValidationError

from authing_graphql import (
    UNSET,
    CreateUserIdentityInput,
    CreateUserInput,
    CreateUserInputDict,
    InputModel,
    OpenEnum,
    UnsetType,
    UpdateUserInput,
)
from authing_graphql.graphql_model import attributes_by_graphql_name

from .._runtime.secret import Secret
from ..errors import InvalidInputError

__all__ = ["UserInfoDict"]

InputT = TypeVar("InputT", bound=InputModel)
TextT = TypeVar("TextT", bound=str)

# Distinguishes an argument that was not given from None.
MISSING: Any = object()

GRAPHQL_INT_MAX = 2**31 - 1
ISO_8601_FIELDS = ("lastLogin", "signedUp", "tokenExpiredAt")
LIST_FIELDS = ("registerSource",)
# The API has these in the update input only; create sends them with an update of its own.
AFTER_CREATION = ("city", "province")
ON_CREATION_ONLY = {
    "signedUp": "signedUp can be set on creation only: the API has no such field in an update",
    "registerSource": (
        "registerSource can be set on creation only: the API has no such field in an update"
    ),
    "isDeleted": "isDeleted can be set on creation only; delete(id) deletes a user",
}


class UserInfoDict(CreateUserInputDict, total=False):
    """What a user is created with. ``city`` and ``province`` are set by an update that follows."""

    city: str | None
    """City."""
    province: str | None
    """Province."""


def user_id_argument(
    method: str,
    given: object,
    others: Mapping[str, object],
    *,
    also: Sequence[str] = ("user_id",),
    instead: Mapping[str, str] | None = None,
) -> str:
    """Return the user id that a method was called with.

    Args:
        method: Name of the method, for messages.
        given: The documented argument ``userId``, or ``MISSING``.
        others: All other keyword arguments.
        also: Other names that the argument goes by.
        instead: Advice for wrong keywords, by keyword.
    """
    named = {} if given is MISSING else {"userId": given}
    for name, value in others.items():
        if name not in also:
            advice = (instead or {}).get(name) or did_you_mean(name, ("userId", *also))
            raise InvalidInputError(f"{method}() has no argument {name!r}.{advice}")
        named[name] = value
    if not named:
        raise InvalidInputError(f"{method}() needs the id of a user: {method}('USER_ID')")
    if len(named) > 1:
        raise InvalidInputError(
            f"{method}() takes the id of the user once, not as {' and '.join(named)}"
        )
    ((name, value),) = named.items()
    return non_empty_string(value, name)


def non_empty_string(value: object, name: str) -> str:
    """Return a non-empty string argument."""
    if not isinstance(value, str):
        raise InvalidInputError(f"{name} is a string, not {kind(value)}")
    if not value.strip():
        raise InvalidInputError(f"{name} is empty")
    return encodable(value, name)


def encodable(value: TextT, name: str) -> TextT:
    """Return a text that can be sent: every character of it is whole."""
    if not _is_encodable(value):
        raise InvalidInputError(f"{name} holds half of a character: it cannot be sent")
    return value


def _is_encodable(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def mask_password(info: object) -> object:
    """Return a copy of the fields of a user in which the password shows in no traceback."""
    if isinstance(info, InputModel):
        return info.model_copy()
    if not isinstance(info, Mapping):
        return info
    fields = dict(cast("Mapping[object, object]", info))
    if isinstance(fields.get("password"), str):
        fields["password"] = Secret(cast("str", fields["password"]))
    return fields


def optional_string(value: object, name: str) -> str | UnsetType:
    """Return a text argument, or what stands for none: it is not sent then."""
    return UNSET if value is None else non_empty_string(value, name)


def string_list(values: object, name: str, example: str) -> list[str]:
    """Return a list of non-empty strings, each once, in their order.

    Args:
        values: The argument.
        name: Its name, for messages.
        example: How to write it.
    """
    if isinstance(values, str | bytes):
        raise InvalidInputError(f"{name} is a list, not one string: write {example}")
    if not isinstance(values, Iterable) or isinstance(values, Mapping):
        raise InvalidInputError(f"{name} is a list of strings: write {example}")
    items = cast("Iterable[object]", values)
    return list(
        dict.fromkeys(non_empty_string(item, f"{name}[{at}]") for at, item in enumerate(items))
    )


def non_empty_string_list(values: object, name: str, example: str) -> list[str]:
    """Return a list of strings as ``string_list`` does, which must not be empty."""
    checked = string_list(values, name, example)
    if not checked:
        raise InvalidInputError(f"{name} is empty")
    return checked


def positive_int(value: object, name: str, most: int | None = GRAPHQL_INT_MAX) -> int:
    """Return a whole number of at least 1, and at most what fits a GraphQL Int."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInputError(f"{name} is a whole number, not {kind(value)}")
    if value < 1:
        raise InvalidInputError(f"{name} starts at 1, not at {value}")
    if most is not None and value > most:
        raise InvalidInputError(f"{name} is at most {most}")
    return value


def new_user(user_info: object) -> tuple[CreateUserInput, UpdateUserInput | None]:
    """Split what a user is created with into what ``createUser`` and ``updateUser`` take.

    Returns:
        The input to create the user with, and the input to update it with afterwards, if any.
    """
    if isinstance(user_info, Mapping):
        info = dict(cast("Mapping[str, object]", user_info))
        later = {name: info.pop(name) for name in AFTER_CREATION if name in info}
        created = input_model(CreateUserInput, info, "userInfo", also=AFTER_CREATION)
        updated = input_model(UpdateUserInput, later, "userInfo")
        has_more = any(value is not None for value in later.values())
        return created, updated if has_more else None
    return input_model(CreateUserInput, user_info, "userInfo"), None


def new_identity(identity: object) -> CreateUserIdentityInput:
    """Return the input for an account that is linked at creation."""
    return input_model(CreateUserIdentityInput, identity, "identity")


def user_updates(updates: object) -> UpdateUserInput:
    """Return the input of ``updateUser``."""
    if updates is MISSING:
        raise InvalidInputError("update() needs the fields to change: update('USER_ID', {…})")
    if isinstance(updates, Mapping):
        for name in cast("Mapping[object, object]", updates):
            if isinstance(name, str) and name in ON_CREATION_ONLY:
                raise InvalidInputError(ON_CREATION_ONLY[name])
    return input_model(UpdateUserInput, updates, "updates")


def input_models(model: type[InputT], items: Any, argument: str) -> list[InputT]:
    """Return a list of checked inputs of the API."""
    if isinstance(items, str | Mapping | InputModel) or not isinstance(items, Iterable):
        raise InvalidInputError(f"{argument} is a list of dicts, not {kind(items)}")
    checked = cast("Iterable[object]", items)
    return [input_model(model, item, f"{argument}[{at}]") for at, item in enumerate(checked)]


def one_of(value: object, name: str, choices: Sequence[str]) -> str:
    """Return one of several texts."""
    if not isinstance(value, str) or value not in choices:
        raise InvalidInputError(f"{name} is one of {', '.join(choices)}, not {value!r}")
    return str(value)


def boolean(value: object, name: str) -> bool:
    """Return a truth value."""
    if not isinstance(value, bool):
        raise InvalidInputError(f"{name} is True or False, not {kind(value)}")
    return value


def mapping(value: Any, name: str, example: str) -> dict[str, object]:
    """Return a copy of a dict argument."""
    if not isinstance(value, Mapping):
        raise InvalidInputError(f"{name} is a dict, not {kind(value)}: write {example}")
    return dict(cast("Mapping[str, object]", value))


def input_model(
    model: type[InputT], given: Any, argument: str, *, also: Sequence[str] = ()
) -> InputT:
    """Return a checked input of the API; the caller's object stays as it is."""
    if isinstance(given, InputModel):
        if not isinstance(given, model):
            raise InvalidInputError(f"{argument} takes {model.__name__}, not {kind(given)}")
        given = given.model_dump(by_alias=True, exclude_unset=True, warnings=False)
    model.model_rebuild()
    fields = mapping(given, argument, f"{{'nickname': …}} or {model.__name__}(nickname=…)")
    reject_unknown(fields, (*attributes_by_graphql_name(model), *also), argument)
    for name in LIST_FIELDS:
        value = fields.get(name)
        if isinstance(value, str):
            fields[name] = [value]
        elif isinstance(value, Sequence):
            fields[name] = list(cast("Sequence[object]", value))
    for name, attribute in attributes_by_graphql_name(model).items():
        if fields.get(name) is not None:
            wanted = _class_of(model.model_fields[attribute].annotation)
            fields[name] = _nested(wanted, fields[name], f"{argument}.{name}")
    for name in ISO_8601_FIELDS:
        _check_time(fields.get(name), f"{argument}.{name}")
    try:
        checked = model.model_validate(fields)
    except ValidationError as error:
        raise InvalidInputError(_sentence(error, argument)) from None
    for name, value in fields.items():
        if isinstance(value, int) and not -GRAPHQL_INT_MAX - 1 <= value <= GRAPHQL_INT_MAX:
            raise InvalidInputError(f"{argument}.{name} is at most {GRAPHQL_INT_MAX}")
        if isinstance(value, str):
            encodable(value, f"{argument}.{name}")
    return checked


def _class_of(annotation: object) -> type:
    """Return the class that an optional, or a list, is of."""
    if isinstance(annotation, type):
        return annotation
    return next((_class_of(part) for part in get_args(annotation)), object)


def _nested(wanted: type, value: Any, argument: str) -> object:
    """Return enum members for their texts and inputs for dicts; all else as it is."""
    if issubclass(wanted, OpenEnum) and isinstance(value, str):
        return wanted(one_of(value, argument, [member.value for member in wanted]))
    if issubclass(wanted, InputModel):
        is_list = isinstance(value, Sequence) and not isinstance(value, str)
        if is_list:
            return input_models(wanted, value, argument)
        return [input_model(wanted, value, argument)]
    return value


def _check_time(value: object, name: str) -> None:
    if value is None:
        return
    if isinstance(value, datetime):
        raise InvalidInputError(f"{name} is text: write value.isoformat()")
    if isinstance(value, str):
        try:
            datetime.fromisoformat(value)
        except ValueError:
            raise InvalidInputError(
                f"{name} is a time such as 2017-06-07T14:34:08.700Z, not {value!r}"
            ) from None


def _sentence(error: ValidationError, argument: str) -> str:
    # The value itself stays out of the message: it may be a password.
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    path = ".".join(str(part) for part in (argument, *first["loc"]))
    return f"{path}: {first['msg'][:1].lower()}{first['msg'][1:]}"


def reject_unknown(given: Mapping[Any, object], known: Iterable[str], where: str) -> None:
    names = list(known)
    for name in given:
        if not isinstance(name, str):
            raise InvalidInputError(f"{where}: a key is a string, not {kind(name)}")
        if name not in names:
            raise InvalidInputError(f"{where} has no {name!r}.{did_you_mean(name, names)}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1, cutoff=0.7)
    return f" Did you mean {close[0]!r}?" if close else ""


def kind(value: Any) -> str:
    return "None" if value is None else type(value).__name__
