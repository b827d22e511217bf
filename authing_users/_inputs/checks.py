"""Generic argument checks. Each raises ``InvalidInputError`` before anything is sent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from enum import Enum
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast, get_args, get_origin

from pydantic import ValidationError

from authing_graphql import UNSET, InputModel, UnsetType
from authing_graphql.graphql_model import attributes_by_graphql_name

from ..errors import InvalidInputError

InputT = TypeVar("InputT", bound=InputModel)
StrT = TypeVar("StrT", bound=str)

# The default of an argument for which None means something else than "not given".
NOT_GIVEN: Any = object()

GRAPHQL_INT_MIN = -(2**31)
GRAPHQL_INT_MAX = 2**31 - 1


def non_empty_string(value: object, name: str) -> str:
    """Return a string argument that is neither empty nor blank."""
    if not isinstance(value, str):
        raise InvalidInputError(f"{name} must be a string, not {type_name(value)}")
    if not value.strip():
        raise InvalidInputError(f"{name} is empty")
    return value if value.isascii() else encodable(value, name)


def encodable(value: StrT, name: str) -> StrT:
    """Return a string that UTF-8 can encode."""
    if not _is_encodable(value):
        raise InvalidInputError(f"{name} contains a lone surrogate, which UTF-8 cannot encode")
    return value


def _is_encodable(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


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
    if not isinstance(values, Iterable) or isinstance(values, Mapping):
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
        raise InvalidInputError(f"{name} must be a whole number from 1, not {value!r}")
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
    if not isinstance(value, Mapping):
        raise InvalidInputError(f"{name} must be a dict, not {type_name(value)}: write {example}")
    return dict(cast("Mapping[str, object]", value))


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
    if isinstance(items, str | Mapping | InputModel) or not isinstance(items, Iterable):
        raise InvalidInputError(f"{name} must be a list of dicts, not {type_name(items)}")
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
        value = value.model_dump(by_alias=True, exclude_unset=True, warnings=False)
    schema = _input_schema(model)
    fields = mapping(value, name, schema.example)
    if not fields.keys() <= schema.fields.keys():
        reject_unknown(fields, (*schema.fields, *other_keys), name)
    for key, field_value in fields.items():
        if field_value is not None:
            fields[key] = _field_value(schema.fields[key], field_value, f"{name}.{key}")
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise InvalidInputError(_message(error, name)) from None


class _InputField(NamedTuple):
    """The type of a field, without optionals and lists, and whether the field is a list."""

    type: type
    is_list: bool


class _InputSchema(NamedTuple):
    """The fields of an input by GraphQL name, and an example of it."""

    fields: dict[str, _InputField]
    example: str


@cache
def _input_schema(model: type[InputModel]) -> _InputSchema:
    model.model_rebuild()
    attributes = attributes_by_graphql_name(model)
    annotations = {key: model.model_fields[name].annotation for key, name in attributes.items()}
    fields = {
        key: _InputField(_innermost_type(annotation), _is_list(annotation))
        for key, annotation in annotations.items()
    }
    key, attribute = next(iter(attributes.items()))
    return _InputSchema(fields, f"{{'{key}': …}} or {model.__name__}({attribute}=…)")


def _field_value(field: _InputField, value: Any, name: str) -> object:
    """Convert the value of a field from what callers write to what strict validation accepts."""
    field_type = field.type
    if isinstance(value, str):
        encodable(value, name)
        if field_type is str and not field.is_list:
            return value
    if isinstance(value, int) and not GRAPHQL_INT_MIN <= value <= GRAPHQL_INT_MAX:
        raise InvalidInputError(
            f"{name} must be from {GRAPHQL_INT_MIN} to {GRAPHQL_INT_MAX}, the range of an Int"
        )
    if isinstance(value, datetime) and field_type is str:
        raise InvalidInputError(f"{name} must be a string: write value.isoformat()")
    if issubclass(field_type, Enum) and isinstance(value, str):
        return field_type(one_of(value, name, [member.value for member in field_type]))
    is_sequence = isinstance(value, Sequence) and not isinstance(value, str)
    if issubclass(field_type, InputModel):
        if is_sequence:
            return input_models(field_type, value, name)
        model = input_model(field_type, value, name)
        return [model] if field.is_list else model
    if field.is_list:
        # As in GraphQL, a single value stands for a list of one.
        items = cast("Sequence[object]", value if is_sequence else [value])
        return _list_value(items, name)
    return cast("object", value)


def _list_value(items: Sequence[object], name: str) -> list[object]:
    for index, item in enumerate(items):
        if isinstance(item, str):
            encodable(item, f"{name}[{index}]")
    return list(items)


def _innermost_type(annotation: object) -> type:
    """Return the class inside of optionals and lists: ``str`` for ``List[str] | None``."""
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return annotation
    return next((_innermost_type(part) for part in get_args(annotation)), object)


def _is_list(annotation: object) -> bool:
    return get_origin(annotation) is list or any(map(_is_list, get_args(annotation)))


def _message(error: ValidationError, name: str) -> str:
    # The value itself stays out of the message: it may be a password.
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    path = ".".join(str(part) for part in (name, *first["loc"]))
    return f"{path}: {first['msg'][:1].lower()}{first['msg'][1:]}"


def reject_unknown(fields: Mapping[Any, object], known: Iterable[str], name: str) -> None:
    """Reject a dict argument with an unknown key, and suggest a similar known one."""
    known = list(known)
    for key in fields:
        if not isinstance(key, str):
            raise InvalidInputError(f"The keys of {name} must be strings, not {type_name(key)}")
        if key not in known:
            raise InvalidInputError(f"Unknown key {key!r} in {name}.{did_you_mean(key, known)}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a sentence that suggests a known name similar to ``name``, or an empty string."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.7)
    return f" Did you mean {close[0]!r}?" if close else ""


def type_name(value: Any) -> str:
    """Return the name of a value's type, for messages that must not show the value."""
    return "None" if value is None else type(value).__name__
