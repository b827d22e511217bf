"""Custom fields, and the conversion of their values to and from the API."""

import json
from typing import Any, Literal

from authing_graphql import (
    SetUdfValueBatchInput,
    UDFDataType,
    UDFTargetType,
    UserDefinedData,
    UserDefinedDataInput,
)
from authing_graphql.custom_data import value_from_wire, value_to_wire

from ..errors import InvalidInputError
from ..models import UserDefinedValue
from .checks import mapping, non_empty_string, one_of

__all__ = ["CustomFieldDataType", "CustomFieldTargetType"]

CustomFieldTargetType = (
    UDFTargetType | Literal["NODE", "ORG", "USER", "USERPOOL", "ROLE", "PERMISSION", "APPLICATION"]
)
"""The kinds of targets that have custom fields."""
CustomFieldDataType = (
    UDFDataType | Literal["STRING", "NUMBER", "DATETIME", "BOOLEAN", "OBJECT", "SELECT"]
)
"""The types that custom fields can have."""

TARGET_TYPES = tuple(target_type.value for target_type in UDFTargetType)
DATA_TYPES = tuple(data_type.value for data_type in UDFDataType)


def field_target_type(value: object, name: str) -> UDFTargetType:
    """Return the kind of the targets that a custom field belongs to."""
    return UDFTargetType(one_of(value, name, TARGET_TYPES))


def field_data_type(value: object, name: str) -> UDFDataType:
    """Return the type of a custom field."""
    return UDFDataType(one_of(value, name, DATA_TYPES))


def wire_value(key: str, value: object) -> str:
    """Return the JSON text of the value of a custom field.

    Raises:
        InvalidInputError: JSON cannot represent the value. The message names the field.
    """
    try:
        return value_to_wire(value)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"Custom field {key!r}: {error}") from None


def wire_values(data: object, name: str) -> list[UserDefinedDataInput]:
    """Return the input for the custom field values of one target."""
    values = mapping(data, name, "{'KEY': value}")
    if not values:
        raise InvalidInputError(f"{name} is empty")
    return [
        UserDefinedDataInput(key=non_empty_string(key, f"{name} key"), value=wire_value(key, value))
        for key, value in values.items()
    ]


def wire_values_by_target(data: object) -> list[SetUdfValueBatchInput]:
    """Return the input for the custom field values of several targets."""
    values_by_target = mapping(data, "data", "{'USER_ID': {'KEY': value}}")
    if not values_by_target:
        raise InvalidInputError("data is empty")
    return [
        SetUdfValueBatchInput(
            target_id=non_empty_string(target, "data key"), key=item.key, value=item.value or "null"
        )
        for target, values in values_by_target.items()
        for item in wire_values(values, f"data[{target!r}]")
    ]


def creation_params(custom_data: object) -> str:
    """Return the argument ``params`` of ``createUser``, which nests the values as JSON."""
    items = wire_values(custom_data, "custom_data")
    return json.dumps(
        [{"key": item.key, "value": json.loads(item.value or "null")} for item in items]
    )


def python_value(data: UserDefinedData) -> UserDefinedValue:
    """Return the value of a custom field, converted from text by the type of the field."""
    return UserDefinedValue(
        key=data.key,
        data_type=data.data_type,
        label=data.label,
        value=value_from_wire(data.data_type, data.value),
    )


def values_by_key(items: list[UserDefinedData] | None) -> dict[str, Any]:
    """Return the values of custom fields as a dict of Python values."""
    return {item.key or "": value_from_wire(item.data_type, item.value) for item in items or []}
