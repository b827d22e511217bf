"""Custom fields, and the conversion of their values to and from the API."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypedDict, cast

from authing_graphql import (
    SetUdfValueBatchInput,
    UDFDataType,
    UDFTargetType,
    UserDefinedData,
    UserDefinedDataInput,
)
from authing_graphql.custom_data import StoredJSON, value_from_wire, value_to_wire

from ..errors import InvalidInputError
from ..models import UserDefinedValue
from .checks import mapping, non_empty_string, one_of, reject_unknown, text

__all__ = [
    "CustomFieldDataType",
    "CustomFieldTargetType",
    "CustomValueDict",
    "RoleCustomValuesDict",
    "UserCustomValuesDict",
]

CustomFieldTargetType = (
    UDFTargetType | Literal["NODE", "ORG", "USER", "USERPOOL", "ROLE", "PERMISSION", "APPLICATION"]
)
"""The kinds of targets that have custom fields."""
CustomFieldDataType = (
    UDFDataType | Literal["STRING", "NUMBER", "DATETIME", "BOOLEAN", "OBJECT", "SELECT"]
)
"""The types that custom fields can have."""


class CustomValueDict(TypedDict):
    """The value of a custom field in a list, as in the vendor's SDK for Python."""

    key: str
    """Key of the field."""
    value: object
    """JSON text, or any value that is not a string."""


class UserCustomValuesDict(TypedDict):
    """The custom field values of one of several users, as in the vendor's SDK for JavaScript."""

    userId: str
    """ID of the user."""
    data: Mapping[str, object]
    """The values by key."""


class RoleCustomValuesDict(TypedDict):
    """The custom field values of one of several roles, as in the vendor's SDK for JavaScript."""

    roleId: str
    """ID of the role."""
    data: Mapping[str, object]
    """The values by key."""


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
        json_text = value_to_wire(value)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"Custom field {key!r}: {error}") from None
    return text(json_text, f"Custom field {key!r}")


def wire_values(data: object, name: str) -> list[UserDefinedDataInput]:
    """Return the input for the custom field values of one target."""
    values = mapping(data, name, "{'KEY': value}")
    if not values:
        raise InvalidInputError(f"{name} is empty")
    return [
        UserDefinedDataInput(key=non_empty_string(key, f"{name} key"), value=wire_value(key, value))
        for key, value in values.items()
    ]


def listed_wire_values(data: object, name: str) -> list[UserDefinedDataInput]:
    """Return the input for the values of one target: a dict, or a list of keys and values."""
    items = _listed(data)
    if items is None:
        return wire_values(data, name)
    if not items:
        raise InvalidInputError(f"{name} is empty")
    return [_listed_wire_value(item, f"{name}[{at}]") for at, item in enumerate(items)]


def _listed_wire_value(item: object, name: str) -> UserDefinedDataInput:
    if isinstance(item, UserDefinedValue):
        key = non_empty_string(item.key, f"{name}.key")
        return UserDefinedDataInput(key=key, value=wire_value(key, item.value))
    key, value = _entry(item, name, "key", "value")
    if isinstance(value, StoredJSON) or not isinstance(value, str):
        return UserDefinedDataInput(key=key, value=wire_value(key, value))
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        raise InvalidInputError(
            f"{name}['value'] must be JSON text, as json.dumps(value) returns."
            f" To give Python values, pass a dict: {{{key!r}: value}}"
        ) from None
    return UserDefinedDataInput(key=key, value=text(value, f"Custom field {key!r}"))


def wire_values_by_target(data: object, id_name: str) -> list[SetUdfValueBatchInput]:
    """Return the input for the custom field values of several targets.

    Args:
        data: The values by target and key, or a list of dicts with a target and its values.
        id_name: Name of the target in such dicts, such as ``userId``.
    """
    items = _listed(data)
    if items is None:
        values_by_target = mapping(data, "data", "{'ID': {'KEY': value}}")
        targets = [(id_, values, f"data[{id_!r}]") for id_, values in values_by_target.items()]
    else:
        targets = [
            (*_entry(item, f"data[{at}]", id_name, "data"), f"data[{at}]['data']")
            for at, item in enumerate(items)
        ]
    if not targets:
        raise InvalidInputError("data is empty")
    return [
        SetUdfValueBatchInput(
            target_id=non_empty_string(id_, "data key"), key=item.key, value=item.value or "null"
        )
        for id_, values, name in targets
        for item in wire_values(values, name)
    ]


def _listed(data: object) -> list[object] | None:
    """Return the items of an argument that is a list, and ``None`` if it is not."""
    if isinstance(data, str | bytes | Mapping) or not isinstance(data, Iterable):
        return None
    return list(cast("Iterable[object]", data))


def _entry(item: object, name: str, key_name: str, value_name: str) -> tuple[str, object]:
    """Return the two values of a dict in a list."""
    fields = mapping(item, name, f"{{{key_name!r}: …, {value_name!r}: …}}")
    reject_unknown(fields, (key_name, value_name), name)
    if value_name not in fields:
        raise InvalidInputError(f"{name} has no {value_name!r}")
    return non_empty_string(fields.get(key_name), f"{name}[{key_name!r}]"), fields[value_name]


def creation_params(custom_data: object) -> str:
    """Return the argument ``params`` of ``createUser``, which nests the values as JSON."""
    # Joined as text, because parsing a value again can change how it is written.
    items = [
        f'{{"key": {json.dumps(item.key)}, "value": {item.value}}}'
        for item in wire_values(custom_data, "custom_data")
    ]
    return f"[{', '.join(items)}]"


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
