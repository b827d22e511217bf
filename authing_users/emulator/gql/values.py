"""Convert values between the types of the served schema and those of the API's own schema."""

from collections.abc import Mapping, Sequence
from typing import cast

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLScalarType,
    Undefined,
    get_named_type,
    is_composite_type,
    is_required_input_field,
    is_specified_scalar_type,
    value_from_ast_untyped,
)

from ..errors import ApiError, ErrorCode

TYPES_OF_INPUTS: Mapping[str, str] = {
    "CreateUserInput": "User",
    "UpdateUserInput": "User",
    "CreateUserIdentityInput": "Identity",
}
"""The inputs whose added fields are stored, and the types of the objects."""

_OPEN_ENUMS = frozenset({"SortByEnum", "EmailScene"})
"""The enums whose added values the store handles."""


def own_value(value: object, served: GraphQLInputType, own: GraphQLInputType, path: str) -> object:
    """Convert the value of an argument to the type that the resolver expects.

    Args:
        value: The value.
        served: The type of the argument in the served schema.
        own: Its type in the API's own schema.
        path: Name of the argument, for errors.

    Raises:
        ApiError: The value cannot be converted, or the emulator does not support it.
    """
    served = _nullable(served)
    if value is None:
        if isinstance(own, GraphQLNonNull):
            raise ApiError(ErrorCode.INVALID_PARAMETER, path)
        return None
    own = _nullable(own)
    if isinstance(own, GraphQLList):
        item_type = served.of_type if isinstance(served, GraphQLList) else served
        items = cast("Sequence[object]", value if isinstance(value, list) else [value])
        return [own_value(item, item_type, own.of_type, path) for item in items]
    if isinstance(own, GraphQLInputObjectType):
        return _own_input(value, served, own, path)
    if isinstance(value, list | dict):
        raise ApiError(ErrorCode.INVALID_PARAMETER, path)
    if isinstance(own, GraphQLEnumType):
        if value not in own.values and own.name not in _OPEN_ENUMS:
            raise ApiError(ErrorCode.UNSUPPORTED, f"{own.name}.{value}")
        return value
    try:
        return convert_leaf(value, served, own)
    except ValueError:
        raise ApiError(ErrorCode.INVALID_PARAMETER, path) from None


def _own_input(
    value: object, served: GraphQLInputType, own: GraphQLInputObjectType, path: str
) -> object:
    if not isinstance(value, dict):
        raise ApiError(ErrorCode.INVALID_PARAMETER, path)
    values = cast("Mapping[str, object]", value)
    if not isinstance(served, GraphQLInputObjectType):  # a scalar that accepts objects
        try:
            return coerce(value, own, path)
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


def coerce(value: object, graphql_type: GraphQLInputType, path: str) -> object:
    """Check a JSON value against an input type and return the value of the API.

    Raises:
        ValueError: The value does not match. The message is the path of the wrong part.
    """
    if isinstance(graphql_type, GraphQLNonNull):
        if value is None:
            raise ValueError(path)
        return coerce(value, graphql_type.of_type, path)
    if value is None:
        return None
    if isinstance(graphql_type, GraphQLList):
        items = cast("Sequence[object]", value if isinstance(value, list | tuple) else [value])
        return [coerce(item, graphql_type.of_type, f"{path}.{i}") for i, item in enumerate(items)]
    if isinstance(graphql_type, GraphQLInputObjectType):
        return _coerce_object(value, graphql_type, path)
    try:
        return cast("GraphQLScalarType", graphql_type).parse_value(value)
    except GraphQLError:
        raise ValueError(path) from None


def _coerce_object(value: object, graphql_type: GraphQLInputObjectType, path: str) -> object:
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


def default_value(definition: GraphQLArgument | GraphQLInputField) -> object:
    """Return the default value of an argument or input field, or ``Undefined``."""
    node = definition.ast_node
    if node is None or node.default_value is None:
        return Undefined
    return coerce(value_from_ast_untyped(node.default_value), definition.type, "")


def is_default(value: object, default: object) -> bool:
    """Return whether the value of an argument without effect can be ignored."""
    return value is None or (default is not Undefined and value == default)


def _nullable(graphql_type: GraphQLInputType) -> GraphQLInputType:
    return graphql_type.of_type if isinstance(graphql_type, GraphQLNonNull) else graphql_type


def convert_leaf(value: object, served: GraphQLInputType, own: GraphQLInputType) -> object:
    """Convert a scalar of one type to another, as results are converted.

    Raises:
        ValueError: The value has no equivalent.
    """
    scalar = get_named_type(own)
    if not isinstance(scalar, GraphQLScalarType) or str(served) == str(own):
        return value
    try:
        return scalar.serialize(value)
    except GraphQLError as error:
        raise ValueError(error.message) from None


def column_value(value: object, served: GraphQLInputType, own: GraphQLInputType) -> object:
    """Convert the value of a field to the type of its column.

    Raises:
        ValueError: The column cannot hold the value so that it can be returned unchanged.
    """
    served, own = _nullable(served), _nullable(own)
    if value is None:
        return None
    if isinstance(value, list) and isinstance(served, GraphQLList) and isinstance(own, GraphQLList):
        items = cast("list[object]", value)
        return [column_value(item, served.of_type, own.of_type) for item in items]
    if isinstance(value, list | dict) or isinstance(own, GraphQLList):
        message = "The column holds another kind of value."
        raise ValueError(message)
    column = convert_leaf(value, served, own)
    try:
        is_same = cast("GraphQLScalarType", get_named_type(served)).serialize(column) == value
    except GraphQLError as error:
        raise ValueError(error.message) from None
    if not is_same:
        message = "The value would change."
        raise ValueError(message)
    return column


def check_result(value: object, served: GraphQLOutputType, coordinate: str) -> None:
    """Check that a value has the shape of an added or changed field.

    Raises:
        GraphQLError: It has not. The message names the field, not the value.
    """
    if isinstance(served, GraphQLNonNull):
        if value is None:
            raise GraphQLError(f"Cannot return null for non-nullable field {coordinate}.")
        served = served.of_type
    if value is None:
        return
    if isinstance(served, GraphQLList):
        if not isinstance(value, list | tuple):
            raise GraphQLError(f"Cannot return a value that is not a list for {coordinate}.")
        for item in cast("Sequence[object]", value):
            check_result(item, served.of_type, coordinate)
    elif is_composite_type(served):
        if not isinstance(value, dict):
            raise GraphQLError(f"Cannot return a scalar for {coordinate}, which is an object.")
    elif isinstance(value, dict | list) and _is_simple(served):
        raise GraphQLError(f"Cannot return an object or a list for {coordinate}.")


def _is_simple(graphql_type: GraphQLOutputType) -> bool:
    return isinstance(graphql_type, GraphQLEnumType) or (
        isinstance(graphql_type, GraphQLScalarType) and is_specified_scalar_type(graphql_type)
    )
