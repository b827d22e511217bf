"""Conversion of the values of inputs, and the errors about them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from functools import cache
from os import PathLike
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NamedTuple, cast, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, ValidationError

from .graphql_model import GraphQLModel, attributes_by_graphql_name

INT_MIN, INT_MAX = -(2**31), 2**31 - 1


class InputError(ValueError):
    """An input is invalid. The message contains no values, which may be secret."""


class Accepts(NamedTuple):
    """The type whose values a text field accepts too, because each has one right text."""

    type: type


DateTimeText = Annotated[str, Accepts(datetime)]
"""ISO 8601 text with a UTC offset, or a ``datetime`` with a time zone."""
DateText = Annotated[str, Accepts(date)]
"""ISO 8601 text, or a ``date``."""
UUIDText = Annotated[str, Accepts(UUID)]
"""Text, or a ``UUID``."""


class InputField(NamedTuple):
    """A field of an input.

    Attributes:
        value_type: The type, without optionals and lists.
        depth: How deep lists are nested: 0 if the field is not a list.
        accepts: The type whose values a text field accepts too, or ``None``.
        is_limited: Whether whole numbers must be in the range of the GraphQL type ``Int``.
    """

    value_type: type
    depth: int
    accepts: type | None
    is_limited: bool


@cache
def input_fields(model: type[BaseModel]) -> dict[str, InputField]:
    """Return the fields of an input by GraphQL name."""
    model.model_rebuild()
    is_limited = bool(getattr(model, "_limits_int", False))
    fields: dict[str, InputField] = {}
    for name, attribute in attributes_by_graphql_name(model).items():
        annotation: Any = model.model_fields[attribute].annotation
        if model.model_fields[attribute].metadata:
            annotation = Annotated[annotation, *model.model_fields[attribute].metadata]
        parts = [*_parts(annotation)]
        type_ = next((part for part in parts if isinstance(part, type)), object)
        accepts = next((part.type for part in parts if isinstance(part, Accepts)), None)
        fields[name] = InputField(type_, _depth(annotation), accepts, is_limited)
    return fields


@cache
def _fields_by_any_name(model: type[BaseModel]) -> dict[str, InputField]:
    """Return the fields of an input by attribute and by GraphQL name."""
    by_name = input_fields(model)
    attributes = attributes_by_graphql_name(model)
    return {attributes[name]: field for name, field in by_name.items()} | by_name


def _parts(annotation: Any) -> Iterable[Any]:
    """Yield what an annotation consists of, in its order: ``str`` for ``List[str] | None``."""
    if isinstance(annotation, Accepts) or get_origin(annotation) is None:
        yield annotation
        return
    for part in get_args(annotation):
        yield from _parts(part)


def _depth(annotation: object) -> int:
    inner = max(map(_depth, get_args(annotation)), default=0)
    return inner + 1 if get_origin(annotation) is list else inner


def set_fields(model: BaseModel) -> dict[str, object]:
    """Return the fields of a model that are set, by GraphQL name."""
    attributes = attributes_by_graphql_name(type(model))
    return {
        name: getattr(model, attribute)
        for name, attribute in attributes.items()
        if attribute in model.model_fields_set
    }


NamesOfFields = Callable[[type[BaseModel]], Mapping[str, InputField]]


def build_input(
    model: type[BaseModel],
    fields: Mapping[str, object],
    name: str,
    known: Iterable[str] = (),
    *,
    names: NamesOfFields = input_fields,
) -> Any:
    """Return an input with converted values.

    Args:
        model: Class of the input.
        fields: The values by name.
        name: Name of the input, for messages.
        known: More keys to suggest for an unknown one.
        names: Returns the fields of an input by the names that are accepted.

    Raises:
        InputError: A key is unknown, or a value is invalid.
    """
    accepted = names(model)
    for key in fields:
        if key not in accepted:
            raise InputError(_unknown(key, name, [*accepted, *known]))
    converted = _converted(fields, name, accepted, names)
    try:
        return model.model_validate(converted)
    except ValidationError as error:
        raise InputError(_message(error, name, accepted)) from None


def _converted(
    fields: Mapping[str, object],
    name: str,
    accepted: Mapping[str, InputField],
    names: NamesOfFields,
) -> dict[str, object]:
    """Return fields with values as strict validation accepts them. Unknown ones do not change."""
    return {
        key: field_value(accepted[key], value, f"{name}.{key}", names)
        if value is not None and key in accepted
        else value
        for key, value in fields.items()
    }


def field_value(
    field: InputField, value: Any, name: str, names: NamesOfFields = input_fields
) -> object:
    """Return the value of a field as strict validation accepts it.

    Args:
        field: The field.
        value: The value, not ``None``.
        name: Name of the field, for messages.
        names: Returns the fields of an inner input by the names that are accepted.

    Raises:
        InputError: The value has the wrong type.
    """
    if not field.depth:
        return _item(field, value, name, names)
    inner = field._replace(depth=field.depth - 1)
    if isinstance(value, str | bytes | bytearray | Mapping | BaseModel | Enum) or not isinstance(
        value, Iterable
    ):
        # As in GraphQL, a single value stands for a list of one.
        return [field_value(inner, value, name, names)]
    items = cast("Iterable[object]", value)
    return [
        None if item is None else field_value(inner, item, f"{name}[{index}]", names)
        for index, item in enumerate(items)
    ]


def _item(field: InputField, value: Any, name: str, names: NamesOfFields) -> object:
    type_ = field.value_type
    if type_ is str:
        return to_text(value, name, field.accepts)
    if issubclass(type_, Enum):
        return _member(type_, value, name)
    if issubclass(type_, BaseModel):
        if isinstance(value, type_):
            return build_input(type(value), set_fields(value), name)
        if isinstance(value, BaseModel) or not isinstance(value, Mapping):
            raise InputError(f"{name} must be a dict or {type_.__name__}, not {type_name(value)}")
        return build_input(type_, cast("Mapping[str, object]", value), name, names=names)
    _check_scalar(field, value, name)
    return cast("object", value)


def to_text(value: Any, name: str, accepts: type | None = None) -> str:
    """Return the text of a value that has exactly one right text.

    Args:
        value: The value.
        name: Name of the value, for messages.
        accepts: ``datetime`` or ``date`` if the text is a time or a date.

    Raises:
        InputError: The value has no such text. The message shows the code to write.
    """
    if isinstance(value, Enum) and isinstance(value.value, str):
        value = value.value
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            message = f"{name} contains a lone surrogate, which UTF-8 cannot encode"
            raise InputError(message) from None
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):
        return _time_text(value, name, accepts)
    code = _text_code(value)
    raise InputError(
        f"{name} must be a string, not {type_name(value)}" + (f": write {code}" if code else "")
    )


def _time_text(value: date, name: str, accepts: type | None) -> str:
    if isinstance(value, datetime):
        if accepts is date:
            raise InputError(f"{name} must be a date, not datetime: write value.date()")
        if accepts is datetime and value.utcoffset() is None:
            raise InputError(
                f"{name} must be a datetime with a time zone: write value.astimezone() for local "
                "time, or value.replace(tzinfo=timezone.utc) for UTC"
            )
    elif accepts is datetime:
        code = f"datetime({value.year}, {value.month}, {value.day}, tzinfo=timezone.utc)"
        raise InputError(f"{name} must be a datetime, not date: write {code}")
    if accepts not in (date, datetime):
        kind = type_name(value)
        raise InputError(f"{name} must be a string, not {kind}: write value.isoformat()")
    return value.isoformat()


def _text_code(value: Any) -> str:
    """Return the code that makes text of a value, if there is one."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, bytes | bytearray):
        return "value.decode()"
    if isinstance(value, Enum):
        return "str(value.value)"
    if hasattr(value, "get_secret_value"):
        return "value.get_secret_value()"
    return "str(value)" if isinstance(value, int | float | Decimal | PathLike) else ""


def _member(enum: type[Enum], value: Any, name: str) -> Enum:
    choices = [str(member.value) for member in enum]
    text = value.value if isinstance(value, Enum) else value
    if not isinstance(text, str) or text not in choices:
        raise InputError(f"{name} must be one of {', '.join(choices)}, not {text!r}")
    return enum(text)


# The scalars that are checked: which values they accept, and the code that makes such values.
_SCALARS: Mapping[type, tuple[str, tuple[type, ...], str]] = {
    int: ("a whole number", (int,), "int(value)"),
    float: ("a number", (int, float), "float(value)"),
    bool: ("True or False", (bool,), ""),
}


def _check_scalar(field: InputField, value: object, name: str) -> None:
    type_ = field.value_type
    if type_ not in _SCALARS:
        return
    wanted, accepted, code = _SCALARS[type_]
    if not isinstance(value, accepted) or (isinstance(value, bool) and type_ is not bool):
        has_code = code and isinstance(value, str | float | Decimal)
        raise InputError(
            f"{name} must be {wanted}, not {type_name(value)}"
            + (f": write {code}" if has_code else "")
        )
    if type_ is int and field.is_limited and not INT_MIN <= cast("int", value) <= INT_MAX:
        raise InputError(f"{name} must be from {INT_MIN} to {INT_MAX}, the range of an Int")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a sentence that suggests a known name similar to ``name``, or an empty string."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.7)
    return f" Did you mean {close[0]!r}?" if close else ""


def type_name(value: Any) -> str:
    """Return the name of a value's type, for messages that must not show the value."""
    return "None" if value is None else type(value).__name__


def _unknown(key: str, name: str, known: Iterable[str]) -> str:
    return f"Unknown key {key!r} in {name}.{did_you_mean(key, known)}"


def _message(error: ValidationError, name: str, known: Iterable[str]) -> str:
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    first = min(errors, key=lambda one: one["type"] != "extra_forbidden")
    if first["type"] == "extra_forbidden":
        return _unknown(str(first["loc"][-1]), name, known)
    path = name
    for part in first["loc"]:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    if first["type"] == "missing":
        return f"{path} is missing"
    message = first["msg"].removeprefix("Value error, ")
    return f"{path}: {message[:1].lower()}{message[1:]}"


if TYPE_CHECKING:

    class CheckedModel(GraphQLModel):
        """A model whose constructor converts values, and explains what is wrong with them."""

        _error_type: ClassVar[type[ValueError]]
        _limits_int: ClassVar[bool]

else:

    class _Checked(type(GraphQLModel)):
        """Only direct calls of a class are checked: pydantic validates models without them."""

        def __call__(cls, /, *args, **fields):
            outcome = _new(cls, args, fields)
            del args, fields  # tracebacks with locals would show secrets
            if isinstance(outcome, InputError):
                raise cls._error_type(str(outcome))
            return outcome

        def _create(cls, args, fields):
            return super().__call__(*args, **fields)

    class CheckedModel(GraphQLModel, metaclass=_Checked):
        """A model whose constructor converts values, and explains what is wrong with them."""

        _error_type: ClassVar[type[ValueError]] = InputError
        # A scalar of a schema can be a longer whole number, and has the same type in Python.
        _limits_int: ClassVar[bool] = False

    def _new(model, args, fields):
        # pydantic knows more names: other aliases of subclasses, and those of allowed extra fields.
        accepted = _fields_by_any_name(model)
        try:
            fields = _converted(fields, model.__name__, accepted, _fields_by_any_name)
            return model._create(args, fields)
        except InputError as error:
            return error
        except ValidationError as error:
            return InputError(_message(error, model.__name__, accepted))
