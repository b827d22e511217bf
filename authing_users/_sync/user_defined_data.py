# Derived from authing_users/_async/user_defined_data.py: change that, and run `make generate`.

"""Values of custom fields, of any kind of target: calls that several clients make."""

from typing import Any

from authing_graphql import (
    Client,
    CommonMessage,
    SetUdfValueBatchInput,
    UDFTargetType,
    UserDefinedData,
    UserDefinedDataInput,
)

from .._inputs.custom_fields import values_by_key
from .._protocol.response import require_outcome


def list_values(api: Client, target_type: UDFTargetType, target_id: str) -> list[UserDefinedData]:
    """Read the values of one target."""
    return api.list_user_defined_data(target_type, target_id)


def values_of_many(
    api: Client, target_type: UDFTargetType, target_ids: list[str]
) -> dict[str, dict[str, Any]]:
    """Read the values of several targets, by target and key."""
    if not target_ids:
        return {}
    response = api.batch_get_user_defined_data(target_type, [*target_ids])
    found = {item.target_id: values_by_key(item.data or []) for item in response}
    return {target_id: found.get(target_id, {}) for target_id in target_ids}


def set_values(
    api: Client,
    target_type: UDFTargetType,
    target_id: str,
    values: list[UserDefinedDataInput],
) -> list[UserDefinedData]:
    """Store values of one target."""
    return api.set_user_defined_data_batch(target_type, target_id, [*values]) or []


def set_values_of_many(
    api: Client, target_type: UDFTargetType, values: list[SetUdfValueBatchInput]
) -> CommonMessage:
    """Store values of several targets."""
    message = api.set_user_defined_data_of_many(target_type, values)
    return require_outcome(message, "SetUserDefinedDataOfMany")


def remove_value(
    api: Client, target_type: UDFTargetType, target_id: str, key: str
) -> list[UserDefinedData]:
    """Remove a value of one target; return those that remain."""
    return api.remove_user_defined_data(target_type, target_id, key) or []
