# Derived from authing_users/_async/users/custom_fields.py: change that, and run `make generate`.

"""Read and set the custom field values of users."""

from collections.abc import Iterable, Mapping
from typing import Any

from authing_graphql import CommonMessage, UDFTargetType, UserDefinedData

from ..._inputs.checks import non_empty_string, string_list
from ..._inputs.custom_fields import (
    python_value,
    values_by_key,
    wire_value,
    wire_values,
    wire_values_by_target,
)
from ..._protocol.response import require_outcome
from ...models import UserDefinedValue
from ..base import ClientBase

USER = UDFTargetType.USER


class UserCustomFields(ClientBase):
    """Reads and sets the custom field values of users.

    Values have the Python type that corresponds to the type of the field: ``str``, ``int``,
    ``float``, ``bool``, ``datetime``, or any JSON content. A field must be defined before it can
    have values.
    """

    def list_udv(self, userId: str) -> list[UserDefinedValue]:
        """List the custom field values of a user.

        Args:
            userId: ID of the user.

        Returns:
            Each value with the key, label and type of its field.

        Raises:
            InvalidInputError: ``userId`` is empty.
            NotFoundError: The user does not exist.

        API: query ``udv``.
        """
        items = self._api.list_user_defined_data(USER, non_empty_string(userId, "userId"))
        return [python_value(item) for item in items]

    def set_udv(self, userId: str, key: str, value: object) -> list[UserDefinedValue]:
        """Set the value of one custom field of a user.

        Args:
            userId: ID of the user.
            key: Key of the field.
            value: The value. A ``datetime`` without a time zone is local time.

        Returns:
            The custom field values of the user, as returned by the API.

        Raises:
            InvalidInputError: JSON cannot represent the value.
            APIError: The field is not defined, or the value does not match its type.

        API: mutation ``setUdv``.
        """
        user_id, key = non_empty_string(userId, "userId"), non_empty_string(key, "key")
        text = wire_value(key, value)
        items = self._api.set_user_defined_data(USER, user_id, key, text)
        return [python_value(item) for item in items or []]

    def remove_udv(self, userId: str, key: str) -> list[UserDefinedValue]:
        """Remove the value of one custom field of a user.

        Args:
            userId: ID of the user.
            key: Key of the field.

        Returns:
            The remaining custom field values.

        Raises:
            InvalidInputError: ``userId`` or ``key`` is empty.
            NotFoundError: The user or the field does not exist.

        API: mutation ``removeUdv``.
        """
        items = self._remove_value(non_empty_string(userId, "userId"), non_empty_string(key, "key"))
        return [python_value(item) for item in items]

    def get_udf_value(self, user_id: str) -> dict[str, Any]:
        """Fetch the custom field values of a user as a dict.

        Args:
            user_id: ID of the user.

        Returns:
            The values by key.

        Raises:
            InvalidInputError: ``user_id`` is empty.
            NotFoundError: The user does not exist.

        API: query ``udv``.
        """
        return values_by_key(
            self._api.list_user_defined_data(USER, non_empty_string(user_id, "user_id"))
        )

    def get_udf_value_batch(self, user_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Fetch the custom field values of several users.

        Args:
            user_ids: IDs of the users. If the list is empty, no request is sent.

        Returns:
            The values by user ID and key, with an empty dict for users without values.

        Raises:
            InvalidInputError: ``user_ids`` is not a list of strings.

        API: query ``udfValueBatch``.
        """
        ids = string_list(user_ids, "user_ids", "get_udf_value_batch(['USER_ID'])")
        if not ids:
            return {}
        response = self._api.batch_get_user_defined_data(USER, [*ids])
        values = {item.target_id: values_by_key(item.data) for item in response}
        return {user_id: values.get(user_id, {}) for user_id in ids}

    def set_udf_value(self, user_id: str, data: Mapping[str, object]) -> dict[str, Any]:
        """Set custom field values of a user. Fields that are not given keep their values.

        Args:
            user_id: ID of the user.
            data: The values by key.

        Returns:
            The custom field values by key, as returned by the API.

        Raises:
            InvalidInputError: ``data`` is empty, or JSON cannot represent a value.
            APIError: A field is not defined, or a value does not match its type.

        API: mutation ``setUdvBatch``.
        """
        values = wire_values(data, "data")
        items = self._api.set_user_defined_data_batch(
            USER, non_empty_string(user_id, "user_id"), [*values]
        )
        return values_by_key(items)

    def set_udf_value_batch(self, data: Mapping[str, Mapping[str, object]]) -> CommonMessage:
        """Set custom field values of several users. Fields that are not given keep their values.

        Args:
            data: The values by user ID and key.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``data`` is empty, or JSON cannot represent a value.
            APIError: A field is not defined, or a value does not match its type.

        API: mutation ``setUdfValueBatch``.
        """
        message = self._api.set_user_defined_data_of_many(USER, wire_values_by_target(data))
        return require_outcome(message, "SetUserDefinedDataOfMany")

    def remove_udf_value(self, user_id: str, key: str) -> dict[str, Any]:
        """Remove the value of one custom field of a user.

        Args:
            user_id: ID of the user.
            key: Key of the field.

        Returns:
            The remaining custom field values by key.

        Raises:
            InvalidInputError: ``user_id`` or ``key`` is empty.
            NotFoundError: The user or the field does not exist.

        API: mutation ``removeUdv``.
        """
        return values_by_key(
            self._remove_value(non_empty_string(user_id, "user_id"), non_empty_string(key, "key"))
        )

    def _remove_value(self, user_id: str, key: str) -> list[UserDefinedData]:
        return self._api.remove_user_defined_data(USER, user_id, key) or []
