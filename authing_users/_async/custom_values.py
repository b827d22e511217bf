"""The custom field values of one kind of target, for the clients of users and of roles."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from authing_graphql import CommonMessage, UDFTargetType

from .._inputs.checks import non_empty_string, string_list
from .._inputs.custom_fields import values_by_key, wire_values, wire_values_by_target
from .._protocol.response import require_outcome

if TYPE_CHECKING:
    from authing_graphql import AsyncClient


class AsyncCustomValues:
    """Reads and sets the custom field values of one kind of target.

    Args:
        api: The generated client.
        target_type: The kind of target.
    """

    def __init__(self, api: "AsyncClient", target_type: UDFTargetType) -> None:
        self._api = api
        self._type = target_type

    async def get(self, target_id: str, name: str) -> dict[str, Any]:
        """Return the values of a target by key. ``name`` is that of the argument with its ID."""
        return values_by_key(
            await self._api.list_user_defined_data(self._type, non_empty_string(target_id, name))
        )

    async def get_many(self, target_ids: Iterable[str], name: str) -> dict[str, dict[str, Any]]:
        """Return the values of several targets by ID and key, in the order of the IDs."""
        ids = string_list(target_ids, name, "get_udf_value_batch(['ID'])")
        if not ids:
            return {}
        response = await self._api.batch_get_user_defined_data(self._type, [*ids])
        values = {item.target_id: values_by_key(item.data) for item in response}
        return {target_id: values.get(target_id, {}) for target_id in ids}

    async def set(self, target_id: str, name: str, data: Mapping[str, object]) -> dict[str, Any]:
        """Set values of a target, and return its values by key."""
        values = wire_values(data, "data")
        items = await self._api.set_user_defined_data_batch(
            self._type, non_empty_string(target_id, name), [*values]
        )
        return values_by_key(items)

    async def set_many(self, data: object, id_name: str) -> CommonMessage:
        """Set values of several targets; see ``wire_values_by_target``."""
        values = wire_values_by_target(data, id_name)
        message = await self._api.set_user_defined_data_of_many(self._type, values)
        return require_outcome(message, "SetUserDefinedDataOfMany")

    async def remove(self, target_id: str, name: str, key: str) -> dict[str, Any]:
        """Remove a value of a target, and return the remaining values by key."""
        items = await self._api.remove_user_defined_data(
            self._type, non_empty_string(target_id, name), non_empty_string(key, "key")
        )
        return values_by_key(items)
