"""Read and set the custom field values of roles."""

from collections.abc import Iterable, Mapping
from typing import Any

from authing_graphql import CommonMessage, UDFTargetType

from .._inputs.checks import non_empty_string
from .._inputs.custom_fields import RoleCustomValuesDict
from .base import AsyncClientBase
from .custom_values import AsyncCustomValues


class AsyncRoleCustomFields(AsyncClientBase):
    """Reads and sets the custom field values of roles.

    The methods take the ``id`` of a role, not its code.
    """

    async def get_udf_value(self, id: str) -> dict[str, Any]:
        """Fetch the custom field values of a role as a dict.

        Args:
            id: ID of the role.

        Returns:
            The values by key.

        Raises:
            InvalidInputError: ``id`` is empty.
            NotFoundError: The role does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``udv``.
        """
        return await self._custom_values.get(id, "id")

    async def get_specific_udf_value(self, id: str, key: str) -> Any:
        """Fetch the value of one custom field of a role.

        All values of the role are requested. To read several, call ``get_udf_value``.

        Args:
            id: ID of the role.
            key: Key of the field.

        Returns:
            The value, or ``None`` if the role has no value or the field does not exist.

        Raises:
            InvalidInputError: ``id`` or ``key`` is empty.
            NotFoundError: The role does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``udv``.
        """
        key = non_empty_string(key, "key")
        return (await self._custom_values.get(id, "id")).get(key)

    async def get_udf_value_batch(self, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Fetch the custom field values of several roles.

        Args:
            ids: IDs of the roles. If the list is empty, no request is sent.

        Returns:
            The values by role ID and key, with an empty dict for roles without values and for
            unknown IDs.

        Raises:
            InvalidInputError: ``ids`` is not a list of strings.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``udfValueBatch``.
        """
        return await self._custom_values.get_many(ids, "ids")

    async def set_udf_value(self, id: str, data: Mapping[str, object]) -> dict[str, Any]:
        """Set custom field values of a role. Fields that are not given keep their values.

        Args:
            id: ID of the role.
            data: The values by key.

        Returns:
            The custom field values by key, as returned by the API.

        Raises:
            InvalidInputError: ``data`` is empty, or JSON cannot represent a value.
            NotFoundError: The role or a field does not exist.
            InvalidRequestError: A value does not match the type of its field.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``setUdvBatch``.
        """
        return await self._custom_values.set(id, "id", data)

    async def set_udf_value_batch(
        self, data: Mapping[str, Mapping[str, object]] | Iterable[RoleCustomValuesDict]
    ) -> CommonMessage:
        """Set custom field values of several roles atomically.

        Fields that are not given keep their values.

        Args:
            data: The values by role ID and key; or a list of dicts with ``roleId`` and
                ``data``, the values by key.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``data`` is empty, or JSON cannot represent a value.
            NotFoundError: A role or a field does not exist.
            InvalidRequestError: A value does not match the type of its field.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``setUdfValueBatch``.
        """
        return await self._custom_values.set_many(data, "roleId")

    async def remove_udf_value(self, id: str, key: str) -> dict[str, Any]:
        """Remove the value of one custom field of a role.

        Args:
            id: ID of the role.
            key: Key of the field.

        Returns:
            The remaining custom field values by key.

        Raises:
            InvalidInputError: ``id`` or ``key`` is empty.
            NotFoundError: The role or the field does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``removeUdv``.
        """
        return await self._custom_values.remove(id, "id", key)

    @property
    def _custom_values(self) -> AsyncCustomValues:
        return AsyncCustomValues(self._api, UDFTargetType.ROLE)
