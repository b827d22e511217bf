"""Custom values as the API takes them."""

import json
from typing import Any

from authing_graphql import SetUdfValueBatchInput, UserDefinedData, UserDefinedDataInput
from authing_graphql.custom_data import value_from_wire, value_to_wire

from ..errors import InvalidInputError
from ..models import UserDefinedValue
from .checks import mapping, non_empty_string


def wire_value(key: str, value: object) -> str:
    """Return the text for the value of a custom field.

    Raises:
        InvalidInputError: The value has no form in JSON; the message names the field.
    """
    try:
        return value_to_wire(value)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"Custom field {key!r}: {error}") from None


def wire_values(data: object, argument: str) -> list[UserDefinedDataInput]:
    """Return the input for the custom values of one target."""
    values = mapping(data, argument, "{'KEY': value}")
    if not values:
        raise InvalidInputError(f"{argument} is empty")
    return [
        UserDefinedDataInput(
            key=non_empty_string(key, f"{argument} key"), value=wire_value(key, value)
        )
        for key, value in values.items()
    ]


def wire_values_of_many(data: object) -> list[SetUdfValueBatchInput]:
    """Return the input for the custom values of several targets, by target."""
    targets = mapping(data, "data", "{'USER_ID': {'KEY': value}}")
    if not targets:
        raise InvalidInputError("data is empty")
    return [
        SetUdfValueBatchInput(
            target_id=non_empty_string(target, "data key"), key=item.key, value=item.value or "null"
        )
        for target, values in targets.items()
        for item in wire_values(values, f"data[{target!r}]")
    ]


def creation_params(custom_data: object) -> str:
    """Return ``params`` of ``createUser``, in which the values stand as JSON, not as text of it."""
    items = wire_values(custom_data, "custom_data")
    return json.dumps(
        [{"key": item.key, "value": json.loads(item.value or "null")} for item in items]
    )


def python_value(data: UserDefinedData) -> UserDefinedValue:
    """Return a custom value with its text converted by the declared type."""
    return UserDefinedValue(
        key=data.key,
        data_type=data.data_type,
        label=data.label,
        value=value_from_wire(data.data_type, data.value),
    )


def values_by_key(items: list[UserDefinedData]) -> dict[str, Any]:
    """Return custom values as a dict of Python values."""
    return {item.key or "": value_from_wire(item.data_type, item.value) for item in items}
