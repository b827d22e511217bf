# Derived from authing_users/_async/users/custom_fields.py: change that, and run `make generate`.

"""Values of the custom fields of users."""

from collections.abc import Iterable, Mapping
from typing import Any

from authing_graphql import CommonMessage, UDFTargetType

from ..._inputs.checks import non_empty_string, string_list
from ..._inputs.custom_fields import (
    python_value,
    values_by_key,
    wire_value,
    wire_values,
    wire_values_of_many,
)
from ...models import UserDefinedValue
from ..base import ClientBase
from ..user_defined_data import (
    list_values,
    remove_value,
    set_values,
    set_values_of_many,
    values_of_many,
)

USER = UDFTargetType.USER


class UserCustomFields(ClientBase):
    """Reads and changes the values of custom fields of users.

    Values are Python values by the declared type of the field: text, numbers, truth values,
    ``datetime`` and any JSON content. A field has to be defined before it can have values.
    """

    def list_udv(self, userId: str) -> list[UserDefinedValue]:
        """List the custom values of a user.

        Args:
            userId: Id of the user.

        Returns:
            Each value with the key, label and declared type of its field.

        Raises:
            NotFoundError: There is no such user.

        API: query ``udv``.
        """
        items = list_values(self._api, USER, non_empty_string(userId, "userId"))
        return [python_value(item) for item in items]

    def set_udv(self, userId: str, key: str, value: object) -> list[UserDefinedValue]:
        """Store one custom value of a user.

        Args:
            userId: Id of the user.
            key: Key of the field.
            value: The value. A ``datetime`` keeps its instant.

        Returns:
            The custom values of the user, as far as the API answers them.

        Raises:
            InvalidInputError: The value has no form in JSON; nothing was sent.
            APIError: The field is not defined, or the value does not fit its type.

        API: mutation ``setUdv``.
        """
        user_id, key = non_empty_string(userId, "userId"), non_empty_string(key, "key")
        text = wire_value(key, value)
        items = self._api.set_user_defined_data(USER, user_id, key, text)
        return [python_value(item) for item in items or []]

    def remove_udv(self, userId: str, key: str) -> list[UserDefinedValue]:
        """Remove one custom value of a user.

        Args:
            userId: Id of the user.
            key: Key of the field.

        Returns:
            The custom values that remain.

        Raises:
            NotFoundError: There is no such user, or no such field.

        API: mutation ``removeUdv``.
        """
        user_id, key = non_empty_string(userId, "userId"), non_empty_string(key, "key")
        items = remove_value(self._api, USER, user_id, key)
        return [python_value(item) for item in items]

    def get_udf_value(self, user_id: str) -> dict[str, Any]:
        """Read the custom values of a user as a dict.

        Args:
            user_id: Id of the user.

        Returns:
            The values by key.

        Raises:
            NotFoundError: There is no such user.

        API: query ``udv``.
        """
        return values_by_key(list_values(self._api, USER, non_empty_string(user_id, "user_id")))

    def get_udf_value_batch(self, user_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Read the custom values of several users.

        Args:
            user_ids: Ids of the users.

        Returns:
            The values by user id and key; a user without values has an empty dict.

        Raises:
            InvalidInputError: ``user_ids`` is no list of ids; nothing was sent.

        API: query ``udfValueBatch``.
        """
        ids = string_list(user_ids, "user_ids", "get_udf_value_batch(['USER_ID'])")
        return values_of_many(self._api, USER, ids)

    def set_udf_value(self, user_id: str, data: Mapping[str, object]) -> dict[str, Any]:
        """Store custom values of a user.

        Args:
            user_id: Id of the user.
            data: The values by key. What is not in it stays as it is.

        Returns:
            The custom values by key, as far as the API answers them.

        Raises:
            InvalidInputError: ``data`` is empty, or a value has no form in JSON.
            APIError: A field is not defined, or a value does not fit its type.

        API: mutation ``setUdvBatch``.
        """
        values = wire_values(data, "data")
        return values_by_key(
            set_values(self._api, USER, non_empty_string(user_id, "user_id"), values)
        )

    def set_udf_value_batch(self, data: Mapping[str, Mapping[str, object]]) -> CommonMessage:
        """Store custom values of several users.

        Args:
            data: The values by user id and key.

        Returns:
            The outcome; its ``code`` is 200.

        Raises:
            InvalidInputError: ``data`` is empty, or a value has no form in JSON.
            APIError: A field is not defined, or a value does not fit its type.

        API: mutation ``setUdfValueBatch``.
        """
        return set_values_of_many(self._api, USER, wire_values_of_many(data))

    def remove_udf_value(self, user_id: str, key: str) -> dict[str, Any]:
        """Remove one custom value of a user.

        Args:
            user_id: Id of the user.
            key: Key of the field.

        Returns:
            The values that remain, by key.

        Raises:
            NotFoundError: There is no such user, or no such field.

        API: mutation ``removeUdv``.
        """
        checked_id, key = non_empty_string(user_id, "user_id"), non_empty_string(key, "key")
        return values_by_key(remove_value(self._api, USER, checked_id, key))
