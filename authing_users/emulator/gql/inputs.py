"""Validate REST bodies against the input types of the schema."""

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
from ..store.added_fields import AddedFields, InputField
from .schema import executable_schema


def read_input(type_name: str, value: object, name: str, added: AddedFields) -> dict[str, object]:
    """Validate a JSON object against an input type of scalars and lists of scalars.

    Args:
        type_name: Name of the input type.
        value: The JSON value.
        name: Name of the value in the request, for error messages; empty for the whole body.
        added: What the served schema adds.

    Raises:
        ApiError: The value does not match. The subject is the path of the invalid field.
    """
    input_type = executable_schema().type_map[type_name]
    if not isinstance(input_type, GraphQLInputObjectType):
        message = f"{type_name} is not an input type."
        raise TypeError(message)
    if not isinstance(value, dict):
        raise ApiError(ErrorCode.INVALID_PARAMETER, name or "body")
    fields = cast("Mapping[str, object]", value)
    added_inputs = added.inputs.get(type_name, {})
    for field in fields:
        if field not in input_type.fields and field not in added_inputs:
            raise ApiError(
                ErrorCode.INVALID_PARAMETER, _path(name, field if field.isidentifier() else "?")
            )
    values = {
        field: _read_field(fields[field], definition.type, _path(name, field))
        for field, definition in input_type.fields.items()
        if field in fields and field not in added_inputs
    }
    return values | _read_added(fields, added_inputs, added.defaults.get(type_name, {}), name)


def _read_added(
    fields: Mapping[str, object],
    inputs: Mapping[str, InputField],
    defaults: Mapping[str, object],
    name: str,
) -> dict[str, object]:
    values = {field: default for field, default in defaults.items() if field not in fields}
    for field, definition in inputs.items():
        if field in fields:
            try:
                values[field] = definition.coerce(fields[field])
            except ValueError:
                raise ApiError(ErrorCode.INVALID_PARAMETER, _path(name, field)) from None
        elif definition.is_required:
            raise ApiError(ErrorCode.INVALID_PARAMETER, _path(name, field))
    return values


def _read_field(value: object, field_type: object, path: str) -> object:
    notation = str(field_type)
    if value is None:
        if notation.endswith("!"):
            raise ApiError(ErrorCode.INVALID_PARAMETER, path)
        return None
    scalar = get_named_type(cast("GraphQLScalarType", field_type))
    if not notation.startswith("["):
        return _parse_scalar(value, scalar, path)
    items = cast("Sequence[object]", value if isinstance(value, list) else [value])
    return [_parse_scalar(item, scalar, f"{path}.{index}") for index, item in enumerate(items)]


def _parse_scalar(value: object, scalar: GraphQLNamedType, path: str) -> object:
    if value is None or not isinstance(scalar, GraphQLScalarType):
        raise ApiError(ErrorCode.INVALID_PARAMETER, path)
    try:
        return scalar.parse_value(value)
    except GraphQLError:
        raise ApiError(ErrorCode.INVALID_PARAMETER, path) from None


def _path(name: str, field: str) -> str:
    return f"{name}.{field}" if name else field
