"""Convert values between the types of the served schema and those of the API's own schema."""

from collections.abc import Mapping, Sequence
from typing import cast

from graphql import (
    GraphQLError,
    Undefined,
    is_composite_type,
    is_required_input_field,
    is_scalar_type,
    is_specified_scalar_type,
    value_from_ast_untyped,
)

from ..errors import ApiError, ErrorCode
from .schema_types import (
    Definition,
    SchemaType,
    is_enum,
    is_input,
    is_list,
    is_required,
    named,
    nullable,
)

TYPES_OF_INPUTS: Mapping[str, str] = {
    "CreateUserInput": "User",
    "UpdateUserInput": "User",
    "CreateUserIdentityInput": "Identity",
}
"""The inputs whose added fields are stored, and the types of the objects."""

_OPEN_ENUMS = frozenset({"SortByEnum", "EmailScene"})
"""The enums whose added values the store handles."""


def own_value(value: object, served: SchemaType, own: SchemaType, path: str) -> object:
    """Convert the value of an argument to the type that the resolver expects.

    Args:
        value: The value.
        served: The type of the argument in the served schema.
        own: Its type in the API's own schema.
        path: Name of the argument, for errors.

    Raises:
        ApiError: The value cannot be converted, or the emulator does not support it.
    """
    served = nullable(served)
    if value is None:
        if is_required(own):
            raise ApiError(ErrorCode.INVALID_PARAMETER, path)
        return None
    own = nullable(own)
    if is_list(own):
        item_type = served.of_type if is_list(served) else served
        items = cast("Sequence[object]", value if isinstance(value, list) else [value])
        return [own_value(item, item_type, own.of_type, path) for item in items]
    if is_input(own):
        return _own_input(value, served, own, path)
    if _is_compound(value) and _is_simple(own):
        raise ApiError(ErrorCode.INVALID_PARAMETER, path)
    if is_enum(own):
        if value not in own.values and own.name not in _OPEN_ENUMS:
            raise ApiError(ErrorCode.UNSUPPORTED, f"{own.name}.{value}")
        return value
    try:
        return convert_leaf(value, served, own)
    except ValueError:
        raise ApiError(ErrorCode.INVALID_PARAMETER, path) from None


def _own_input(value: object, served: SchemaType, own: SchemaType, path: str) -> object:
    if not isinstance(value, dict):
        raise ApiError(ErrorCode.INVALID_PARAMETER, path)
    values = cast("Mapping[str, object]", value)
    if not is_input(served):  # a scalar that accepts objects
        try:
            return coerce(values, own, path)
        except ValueError as error:
            raise ApiError(ErrorCode.INVALID_PARAMETER, f"{error}") from None
    result: dict[str, object] = {}
    for name, item in values.items():
        if own.name in TYPES_OF_INPUTS:
            result[name] = item
        elif name in own.fields:
            field_path = f"{path}.{name}"
            result[name] = own_value(
                item, served.fields[name].type, own.fields[name].type, field_path
            )
        elif not is_default(item, default_value(served.fields[name])):
            raise ApiError(ErrorCode.UNSUPPORTED, f"{served.name}.{name}")
    for name, field in own.fields.items():
        if is_required_input_field(field) and result.get(name) is None:
            raise ApiError(ErrorCode.INVALID_PARAMETER, f"{path}.{name}")
    return result


def coerce(value: object, graphql_type: SchemaType, path: str) -> object:
    """Check a JSON value against an input type and return the value of the API.

    Raises:
        ValueError: The value does not match. The message is the path of the wrong part.
    """
    if is_required(graphql_type):
        if value is None:
            raise ValueError(path)
        return coerce(value, graphql_type.of_type, path)
    if value is None:
        return None
    if is_list(graphql_type):
        items = cast("Sequence[object]", value if isinstance(value, list | tuple) else [value])
        return [coerce(item, graphql_type.of_type, f"{path}.{i}") for i, item in enumerate(items)]
    if is_input(graphql_type):
        return _coerce_object(value, graphql_type, path)
    try:
        return graphql_type.parse_value(value)
    except GraphQLError:
        raise ValueError(path) from None


def _coerce_object(value: object, graphql_type: SchemaType, path: str) -> object:
    if not isinstance(value, dict) or cast("dict[str, object]", value).keys() - graphql_type.fields:
        raise ValueError(path)
    values = cast("Mapping[str, object]", value)
    result: dict[str, object] = {}
    for name, field in graphql_type.fields.items():
        default = default_value(field)
        if name in values:
            result[name] = coerce(values[name], field.type, f"{path}.{name}")
        elif default is not Undefined:
            result[name] = default
        elif is_required_input_field(field):
            raise ValueError(f"{path}.{name}")
    return result


def default_value(definition: Definition) -> object:
    """Return the default value of an argument or input field, or ``Undefined``."""
    node = definition.ast_node
    if node is None or node.default_value is None:
        return Undefined
    return coerce(value_from_ast_untyped(node.default_value), definition.type, "")


def is_default(value: object, default: object) -> bool:
    """Return whether the value of an argument without effect can be ignored."""
    return value is None or (default is not Undefined and value == default)


def convert_leaf(value: object, served: SchemaType, own: SchemaType) -> object:
    """Convert a scalar of one type to another, as results are converted.

    Raises:
        ValueError: The value has no equivalent.
    """
    scalar = named(own)
    if not is_scalar_type(scalar) or str(served) == str(own):
        return value
    try:
        return scalar.serialize(value)
    except GraphQLError as error:
        raise ValueError(error.message) from None


def column_value(value: object, served: SchemaType, own: SchemaType) -> object:
    """Convert the value of a field to the type of its column.

    Raises:
        ValueError: The column cannot hold the value so that it can be returned unchanged.
    """
    served, own = nullable(served), nullable(own)
    if value is None:
        return None
    if is_list(served) and is_list(own):
        items = cast("list[object]", value)
        return [column_value(item, served.of_type, own.of_type) for item in items]
    if _is_compound(value) or is_list(own):
        message = "The column holds another kind of value."
        raise ValueError(message)
    column = convert_leaf(value, served, own)
    try:
        is_same = named(served).serialize(column) == value
    except GraphQLError as error:
        raise ValueError(error.message) from None
    if not is_same:
        message = "The value would change."
        raise ValueError(message)
    return column


def check_result(value: object, served: SchemaType, coordinate: str) -> None:
    """Check that a value has the shape of an added or changed field.

    Raises:
        GraphQLError: It has not. The message names the field, not the value.
    """
    if is_required(served):
        if value is None:
            raise GraphQLError(f"Cannot return null for non-nullable field {coordinate}.")
        served = served.of_type
    if value is None:
        return
    if is_list(served):
        if not isinstance(value, list | tuple):
            raise GraphQLError(f"Cannot return a value that is not a list for {coordinate}.")
        for item in cast("Sequence[object]", value):
            check_result(item, served.of_type, coordinate)
    elif is_composite_type(served):
        if not isinstance(value, dict):
            raise GraphQLError(f"Cannot return a scalar for {coordinate}, which is an object.")
    elif _is_compound(value) and _is_simple(served):
        raise GraphQLError(f"Cannot return an object or a list for {coordinate}.")


def _is_compound(value: object) -> bool:
    return isinstance(value, list | dict)


def _is_simple(graphql_type: SchemaType) -> bool:
    return is_enum(graphql_type) or (
        is_scalar_type(graphql_type) and is_specified_scalar_type(graphql_type)
    )
