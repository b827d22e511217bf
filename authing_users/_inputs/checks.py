"""Generic argument checks. Each raises ``InvalidInputError`` before anything is sent."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any, TypeGuard, TypeVar, cast

from authing_graphql import InputModel, UnsetType
from authing_graphql.graphql_model import GraphQLModel, attributes_by_graphql_name
from authing_graphql.input_values import (
    InputError,
    build_input,
    did_you_mean as did_you_mean,
    set_fields,
    to_text,
    type_name as type_name,
)

from .._generated import UNSET  # which makes the constructors of models raise InvalidInputError
from ..errors import InvalidInputError
from .signatures import NOT_GIVEN

InputT = TypeVar("InputT", bound=InputModel)

GRAPHQL_INT_MAX = 2**31 - 1


def text(value: object, name: str) -> str:
    """Return a string argument, or the text of a ``UUID`` or an enum member."""
    try:
        return to_text(value, name)
    except InputError as error:
        raise InvalidInputError(f"{error}{_text_advice(value, name)}") from None


def _text_advice(value: object, name: str) -> str:
    """Return how to write the text that a user, a group or another object stands for."""
    if isinstance(value, list | tuple | set | frozenset):
        return ": write one string"
    key = "id" if name.rstrip("[]0123456789").lower().endswith(("id", "ids")) else "code"
    if isinstance(value, GraphQLModel) and hasattr(value, key):
        return f": write {type_name(value).lower()}.{key}"
    return f": write value[{key!r}]" if isinstance(value, Mapping) and key in value else ""


def nullable_text(value: object, name: str) -> str | UnsetType | None:
    """Return text, ``None`` to clear a field, or ``UNSET`` for ``NOT_GIVEN``."""
    if value is NOT_GIVEN:
        return UNSET
    return None if value is None else text(value, name)


def non_empty_string(value: object, name: str) -> str:
    """Return a text argument that is neither empty nor blank."""
    if not isinstance(value, str) or isinstance(value, Enum) or not value.isascii():
        value = text(value, name)
    if not value.strip():
        raise InvalidInputError(f"{name} is empty")
    return value


def is_absent(value: object) -> bool:
    """Return whether an optional argument is not given. The vendor's SDKs treat empty text so."""
    return value is None or (isinstance(value, str) and not value)


def is_dict(value: object) -> TypeGuard[Mapping[Any, object]]:
    """Return whether an argument is a dict or similar. Results are not."""
    return isinstance(value, Mapping)


def optional_string(value: object, name: str) -> str | UnsetType:
    """Return a non-empty string argument, or ``UNSET`` for ``None``."""
    return UNSET if value is None else non_empty_string(value, name)


def string_list(values: object, name: str, example: str) -> list[str]:
    """Return a list of non-empty strings without duplicates, in the given order.

    Args:
        values: The argument: any iterable of strings, but not a single string.
        name: Name of the argument, for messages.
        example: A correct call, for messages.
    """
    if isinstance(values, str | bytes):
        raise InvalidInputError(f"{name} must be a list, not one string: write {example}")
    if not isinstance(values, Iterable) or isinstance(values, Mapping | GraphQLModel):
        raise InvalidInputError(
            f"{name} must be a list of strings, not {type_name(values)}: write {example}"
        )
    items = cast("Iterable[object]", values)
    return list(
        dict.fromkeys(
            non_empty_string(item, f"{name}[{index}]") for index, item in enumerate(items)
        )
    )


def non_empty_string_list(values: object, name: str, example: str) -> list[str]:
    """Return a list as ``string_list`` does, but reject an empty one."""
    strings = string_list(values, name, example)
    if not strings:
        raise InvalidInputError(f"{name} is empty")
    return strings


def positive_int(value: object, name: str, maximum: int | None = GRAPHQL_INT_MAX) -> int:
    """Return a whole number from 1 to ``maximum``, by default the largest GraphQL ``Int``."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        shown = repr(value) if isinstance(value, int | float | str) else type_name(value)
        raise InvalidInputError(f"{name} must be a whole number from 1, not {shown}")
    if maximum is not None and value > maximum:
        raise InvalidInputError(f"{name} must be at most {maximum}")
    return value


def one_of(value: object, name: str, choices: Sequence[str]) -> str:
    """Return a string argument that is one of several choices."""
    if not isinstance(value, str) or value not in choices:
        raise InvalidInputError(f"{name} must be one of {', '.join(choices)}, not {value!r}")
    return str(value)


def boolean(value: object, name: str) -> bool:
    """Return an argument that is ``True`` or ``False``."""
    if not isinstance(value, bool):
        raise InvalidInputError(f"{name} must be True or False, not {type_name(value)}")
    return value


def mapping(value: Any, name: str, example: str) -> dict[str, object]:
    """Return a copy of a dict argument.

    Args:
        value: The argument.
        name: Name of the argument, for messages.
        example: A correct value or call, for messages.
    """
    if not is_dict(value):
        raise InvalidInputError(f"{name} must be a dict, not {type_name(value)}: write {example}")
    return dict(value)


def input_models(
    model: type[InputT], items: Any, name: str, *, for_dicts: type[InputT] | None = None
) -> list[InputT]:
    """Return a list of validated inputs of the API, as ``input_model`` does for one.

    Args:
        model: Class of the inputs.
        items: The argument.
        name: Name of the argument, for messages.
        for_dicts: Subclass of ``model`` that dicts stand for. Default: ``model``.
    """
    if isinstance(items, str | Mapping | GraphQLModel) or not isinstance(items, Iterable):
        example = f"[{_dict_example(model)}]"
        raise InvalidInputError(
            f"{name} must be a list of dicts, not {type_name(items)}: write {example}"
        )
    return [
        input_model(
            model if for_dicts is None or isinstance(item, InputModel) else for_dicts,
            item,
            f"{name}[{index}]",
        )
        for index, item in enumerate(cast("Iterable[object]", items))
    ]


def input_model(
    model: type[InputT], value: Any, name: str, *, other_keys: Sequence[str] = ()
) -> InputT:
    """Return a validated input of the API. The caller's object is not modified.

    Args:
        model: Class of the input.
        value: The argument: an instance of ``model`` or of a subclass, or a dict with the API's
            camelCase keys.
        name: Name of the argument, for messages.
        other_keys: Keys that the method accepts beside those of ``model``, for suggestions.
    """
    if isinstance(value, InputModel):
        if not isinstance(value, model):
            raise InvalidInputError(
                f"{name} must be a dict or {model.__name__}, not {type_name(value)}"
            )
        model = type(value)
        value = set_fields(value)
    fields = mapping(value, name, _example(model))
    reject_non_string_keys(fields, name)
    try:
        built: InputT = build_input(model, fields, name, other_keys)
    except InputError as error:
        raise InvalidInputError(str(error)) from None
    return built


@cache
def _example(model: type[InputModel]) -> str:
    attribute = next(iter(attributes_by_graphql_name(model).values()))
    return f"{_dict_example(model)} or {model.__name__}({attribute}=…)"


def _dict_example(model: type[InputModel]) -> str:
    return f"{{'{next(iter(attributes_by_graphql_name(model)))}': …}}"


def reject_unknown(fields: Mapping[Any, object], known: Iterable[str], name: str) -> None:
    """Reject a dict argument with an unknown key, and suggest a similar known one."""
    known = list(known)
    reject_non_string_keys(fields, name)
    for key in fields:
        if key not in known:
            raise InvalidInputError(f"Unknown key {key!r} in {name}.{did_you_mean(key, known)}")


def reject_non_string_keys(fields: Mapping[Any, object], name: str) -> None:
    """Reject a dict argument with a key that is not a string."""
    for key in fields:
        if not isinstance(key, str):
            raise InvalidInputError(f"The keys of {name} must be strings, not {type_name(key)}")
