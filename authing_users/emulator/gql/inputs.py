"""The input types of the schema, for requests that come without a document."""

from collections.abc import Mapping, Sequence
from typing import cast

from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLScalarType,
    get_named_type,
)

from ..errors import ApiError, ErrorCode
from .schema import executable_schema


def read_input(type_name: str, value: object, name: str) -> dict[str, object]:
    """Read a JSON object by the rules of an input type whose fields are scalars, or lists of them.

    Args:
        type_name: The input type.
        value: What the request has.
        name: What the request calls it, for the refusal; empty for the whole body.

    Raises:
        ApiError: It is no such object; the subject is the path of the field that is wrong.
    """
    input_type = executable_schema().type_map[type_name]
    if not isinstance(input_type, GraphQLInputObjectType):
        message = f"{type_name} is no input type."
        raise TypeError(message)
    if not isinstance(value, dict):
        raise ApiError(ErrorCode.INCOMPLETE, name or "body")
    given = cast("Mapping[str, object]", value)
    for field in given.keys() - input_type.fields.keys():
        raise ApiError(ErrorCode.INCOMPLETE, _path(name, field if field.isidentifier() else "?"))
    return {
        field: _read(given[field], definition.type, _path(name, field))
        for field, definition in input_type.fields.items()
        if field in given
    }


def _read(value: object, field_type: object, path: str) -> object:
    notation = str(field_type)
    if value is None:
        if notation.endswith("!"):
            raise ApiError(ErrorCode.INCOMPLETE, path)
        return None
    scalar = get_named_type(cast("GraphQLScalarType", field_type))
    if not notation.startswith("["):
        return _parsed(value, scalar, path)
    items = cast("Sequence[object]", value if isinstance(value, list) else [value])
    return [_parsed(item, scalar, f"{path}.{index}") for index, item in enumerate(items)]


def _parsed(value: object, scalar: GraphQLNamedType, path: str) -> object:
    if value is None or not isinstance(scalar, GraphQLScalarType):
        raise ApiError(ErrorCode.INCOMPLETE, path)
    try:
        return scalar.parse_value(value)
    except GraphQLError:
        raise ApiError(ErrorCode.INCOMPLETE, path) from None


def _path(name: str, field: str) -> str:
    return f"{name}.{field}" if name else field
