"""Checks of what callers pass in. Whatever is refused here was not sent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any, TypedDict, TypeVar, cast

from pydantic import ValidationError

from authing_graphql import (
    CreateUserInput,
    CreateUserInputDict,
    InputModel,
    UpdateUserInput,
    User,
)
from authing_graphql.graphql_model import attributes_by_graphql_name

from .errors import InvalidInputError

InputT = TypeVar("InputT", bound=InputModel)

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


class FindOptionsDict(TypedDict, total=False):
    """What ``find`` looks for; all that is given must fit."""

    username: str
    """User name, case sensitive."""
    email: str
    """E-mail address, not case sensitive."""
    phone: str
    """Phone number."""
    externalId: str
    """The user's id in an outside system."""


class SearchOptionsDict(TypedDict, total=False):
    """How ``search`` searches."""

    fields: Sequence[str] | None
    """GraphQL names of the fields to look in; the API's default fields when absent."""


def check_user_id(
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
            advice = (instead or {}).get(name) or _did_you_mean(name, ("userId", *also))
            raise InvalidInputError(f"{method}() has no argument {name!r}.{advice}")
        named[name] = value
    if not named:
        raise InvalidInputError(f"{method}() needs the id of a user: {method}('USER_ID')")
    if len(named) > 1:
        raise InvalidInputError(
            f"{method}() takes the id of the user once, not as {' and '.join(named)}"
        )
    ((name, value),) = named.items()
    return check_text(value, name)


def check_text(value: object, name: str) -> str:
    """Return a non-empty string argument."""
    if not isinstance(value, str):
        raise InvalidInputError(f"{name} is a string, not {_kind(value)}")
    if not value.strip():
        raise InvalidInputError(f"{name} is empty")
    return value


def check_texts(values: object, name: str, example: str) -> list[str]:
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
    return list(dict.fromkeys(check_text(item, f"{name}[{at}]") for at, item in enumerate(items)))


def check_some_texts(values: object, name: str, example: str) -> list[str]:
    """Return a list of strings as ``check_texts`` does, which must not be empty."""
    checked = check_texts(values, name, example)
    if not checked:
        raise InvalidInputError(f"{name} is empty")
    return checked


def check_count(value: object, name: str) -> int:
    """Return a whole number of at least 1 that fits a GraphQL Int."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInputError(f"{name} is a whole number, not {_kind(value)}")
    if value < 1:
        raise InvalidInputError(f"{name} starts at 1, not at {value}")
    if value > GRAPHQL_INT_MAX:
        raise InvalidInputError(f"{name} is at most {GRAPHQL_INT_MAX}")
    return value


def new_user(user_info: object) -> tuple[CreateUserInput, UpdateUserInput | None]:
    """Split what a user is created with into what ``createUser`` and ``updateUser`` take.

    Returns:
        The input to create the user with, and the input to update it with afterwards, if any.
    """
    if isinstance(user_info, Mapping):
        info = dict(cast("Mapping[str, object]", user_info))
        later = {name: info.pop(name) for name in AFTER_CREATION if name in info}
        created = _input(CreateUserInput, info, "userInfo", also=AFTER_CREATION)
        updated = _input(UpdateUserInput, later, "userInfo")
        has_more = any(value is not None for value in later.values())
        return created, updated if has_more else None
    return _input(CreateUserInput, user_info, "userInfo"), None


def user_updates(updates: object) -> UpdateUserInput:
    """Return the input of ``updateUser``."""
    if updates is MISSING:
        raise InvalidInputError("update() needs the fields to change: update('USER_ID', {…})")
    if isinstance(updates, Mapping):
        for name in cast("Mapping[object, object]", updates):
            if isinstance(name, str) and name in ON_CREATION_ONLY:
                raise InvalidInputError(ON_CREATION_ONLY[name])
    return _input(UpdateUserInput, updates, "updates")


def find_criteria(options: object, named: Mapping[str, object]) -> dict[str, str]:
    """Return what ``find`` looks for, by GraphQL name.

    Args:
        options: The documented options object, or ``None``.
        named: The criteria given by keyword, ``MISSING`` where not given.
    """
    known = ("username", "email", "phone", "externalId")
    given = {name: value for name, value in named.items() if value is not MISSING}
    if "external_id" in given:
        if "externalId" in given:
            raise InvalidInputError("find() takes externalId and external_id, but not both at once")
        given["externalId"] = given.pop("external_id")
    if options is not None:
        if given:
            raise InvalidInputError("find() takes its criteria as a dict or by keyword, not both")
        given = mapping(options, "options", "find({'username': 'bob'}) or find(username='bob')")
    _refuse_unknown(given, known, "find()")
    if not given:
        raise InvalidInputError(f"find() needs one of {', '.join(known)}")
    return {name: check_text(value, name) for name, value in given.items()}


def search_fields(options: object) -> list[str] | None:
    """Return the fields that ``search`` looks in; ``None`` for the API's default fields."""
    if options is None:
        return None
    if isinstance(options, int):
        raise InvalidInputError(
            "The second argument of search() is options; write search(query, page=…, limit=…)"
        )
    if isinstance(options, Mapping):
        given = mapping(options, "options", "{'fields': ['username']}")
        _refuse_unknown(given, ("fields",), "search() options")
        if given.get("fields") is None:
            return None
        options = given["fields"]
    fields = check_some_texts(options, "fields", "fields=['username']")
    known = attributes_by_graphql_name(User)
    for name in fields:
        if name not in known:
            raise InvalidInputError(f"Users have no field {name!r}.{_did_you_mean(name, known)}")
    return fields


def mapping(value: Any, name: str, example: str) -> dict[str, object]:
    """Return a copy of a dict argument."""
    if not isinstance(value, Mapping):
        raise InvalidInputError(f"{name} is a dict, not {_kind(value)}: write {example}")
    return dict(cast("Mapping[str, object]", value))


def _input(model: type[InputT], given: Any, argument: str, *, also: Sequence[str] = ()) -> InputT:
    """Return a checked input of the API; the caller's object stays as it is."""
    if isinstance(given, InputModel):
        if not isinstance(given, model):
            raise InvalidInputError(f"{argument} is a {model.__name__}, not {_kind(given)}")
        given = given.model_dump(by_alias=True, exclude_unset=True)
    fields = mapping(given, argument, f"{{'nickname': …}} or {model.__name__}(nickname=…)")
    _refuse_unknown(fields, (*attributes_by_graphql_name(model), *also), argument)
    for name in LIST_FIELDS:
        value = fields.get(name)
        if isinstance(value, str):
            fields[name] = [value]
        elif isinstance(value, Sequence):
            fields[name] = list(cast("Sequence[object]", value))
    for name in ISO_8601_FIELDS:
        _check_time(fields.get(name), f"{argument}.{name}")
    try:
        checked = model.model_validate(fields)
    except ValidationError as error:
        raise InvalidInputError(_sentence(error, argument)) from None
    for name, value in fields.items():
        if isinstance(value, int) and abs(value) > GRAPHQL_INT_MAX:
            raise InvalidInputError(f"{argument}.{name} is at most {GRAPHQL_INT_MAX}")
    return checked


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


def _refuse_unknown(given: Mapping[Any, object], known: Iterable[str], where: str) -> None:
    names = list(known)
    for name in given:
        if not isinstance(name, str):
            raise InvalidInputError(f"{where}: a key is a string, not {_kind(name)}")
        if name not in names:
            raise InvalidInputError(f"{where} has no {name!r}.{_did_you_mean(name, names)}")


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1, cutoff=0.7)
    return f" Did you mean {close[0]!r}?" if close else ""


def _kind(value: Any) -> str:
    return "None" if value is None else type(value).__name__
