# Derived from authing_users/_async/users/custom_fields.py: change that, and run `make generate`.

"""Read and set the custom field values of users."""

from collections.abc import Iterable, Mapping
from typing import Any

from authing_graphql import CommonMessage, UDFTargetType

from ..._inputs.checks import non_empty_string
from ..._inputs.custom_fields import UserCustomValuesDict, python_value, wire_value
from ...models import UserDefinedValue
from ..base import ClientBase
from ..custom_values import CustomValues

USER = UDFTargetType.USER


class UserCustomFields(ClientBase):
    """Reads and sets the custom field values of users.

    Values have the Python type that corresponds to the type of the field: ``str``, ``int``,
    ``float``, ``bool``, ``datetime``, ``date``, or any JSON content. Writing a value that was read
    does not change what is stored. A field must be defined before it can have values.
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
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``udv``.
        """
        items = self._api.list_user_defined_data(USER, non_empty_string(userId, "userId"))
        return [python_value(item) for item in items]

    def set_udv(self, userId: str, key: str, value: object) -> list[UserDefinedValue]:
        """Set the value of one custom field of a user.

        Args:
            userId: ID of the user.
            key: Key of the field.
            value: The value. A ``datetime`` without a time zone is stored without one.

        Returns:
            The custom field values of the user, as returned by the API.

        Raises:
            InvalidInputError: A string is empty, or JSON cannot represent the value.
            NotFoundError: The user or the field does not exist.
            InvalidRequestError: The value does not match the type of the field.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

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
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``removeUdv``.
        """
        items = self._api.remove_user_defined_data(
            USER, non_empty_string(userId, "userId"), non_empty_string(key, "key")
        )
        return [python_value(item) for item in items or []]

    def get_udf_value(self, user_id: str) -> dict[str, Any]:
        """Fetch the custom field values of a user as a dict.

        Args:
            user_id: ID of the user.

        Returns:
            The values by key.

        Raises:
            InvalidInputError: ``user_id`` is empty.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``udv``.
        """
        return self._custom_values.get(user_id, "user_id")

    def get_specific_udf_value(self, user_id: str, key: str) -> Any:
        """Fetch the value of one custom field of a user.

        All values of the user are requested. To read several, call ``get_udf_value``.

        Args:
            user_id: ID of the user.
            key: Key of the field.

        Returns:
            The value, or ``None`` if the user has no value or the field does not exist.

        Raises:
            InvalidInputError: ``user_id`` or ``key`` is empty.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``udv``.
        """
        key = non_empty_string(key, "key")
        return (self._custom_values.get(user_id, "user_id")).get(key)

    def get_udf_value_batch(self, user_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Fetch the custom field values of several users.

        Args:
            user_ids: IDs of the users. If the list is empty, no request is sent.

        Returns:
            The values by user ID and key, with an empty dict for users without values and for
            unknown IDs.

        Raises:
            InvalidInputError: ``user_ids`` is not a list of strings.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``udfValueBatch``.
        """
        return self._custom_values.get_many(user_ids, "user_ids")

    def set_udf_value(self, user_id: str, data: Mapping[str, object]) -> dict[str, Any]:
        """Set custom field values of a user. Fields that are not given keep their values.

        Args:
            user_id: ID of the user.
            data: The values by key.

        Returns:
            The custom field values by key, as returned by the API.

        Raises:
            InvalidInputError: ``data`` is empty, or JSON cannot represent a value.
            NotFoundError: The user or a field does not exist.
            InvalidRequestError: A value does not match the type of its field.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``setUdvBatch``.
        """
        return self._custom_values.set(user_id, "user_id", data)

    def set_udf_value_batch(
        self, data: Mapping[str, Mapping[str, object]] | Iterable[UserCustomValuesDict]
    ) -> CommonMessage:
        """Set custom field values of several users atomically.

        Fields that are not given keep their values.

        Args:
            data: The values by user ID and key; or a list of dicts with ``userId`` and
                ``data``, the values by key.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``data`` is empty, or JSON cannot represent a value.
            NotFoundError: A user or a field does not exist.
            InvalidRequestError: A value does not match the type of its field.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``setUdfValueBatch``.
        """
        return self._custom_values.set_many(data, "userId")

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
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``removeUdv``.
        """
        return self._custom_values.remove(user_id, "user_id", key)

    @property
    def _custom_values(self) -> CustomValues:
        return CustomValues(self._api, USER)
