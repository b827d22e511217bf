"""The custom fields of a user pool: their definitions, and their values for any target."""

from collections.abc import Iterable, Mapping
from typing import Any

from authing_graphql import CommonMessage, UserDefinedField

from .._inputs.checks import non_empty_string, optional_string
from .._inputs.custom_fields import (
    CustomFieldDataType,
    CustomFieldTargetType,
    CustomValueDict,
    field_data_type,
    field_target_type,
    listed_wire_values,
    python_value,
    values_by_key,
)
from .._protocol.response import require_outcome
from ..models import UserDefinedValue
from .base import AsyncClientBase

__all__ = ["AsyncUdfManagementClient"]


class AsyncUdfManagementClient(AsyncClientBase):
    """Manages the custom fields of a user pool (*UDF*, user-defined fields).

    Custom fields exist for several kinds of targets: ``USER``, ``ROLE``, ``NODE`` (departments),
    ``ORG``, ``USERPOOL``, ``PERMISSION`` and ``APPLICATION``.
    """

    async def list(self, targetType: CustomFieldTargetType) -> "_Fields":
        """List the custom fields that are defined for a kind of target.

        Args:
            targetType: Kind of target, such as ``USER``.

        Returns:
            All definitions, on one page.

        Raises:
            InvalidInputError: ``targetType`` is unknown.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``udf``.
        """
        return await self._api.list_user_defined_fields(field_target_type(targetType, "targetType"))

    async def set(
        self,
        targetType: CustomFieldTargetType,
        key: str,
        dataType: CustomFieldDataType,
        label: str,
        *,
        options: str | None = None,
    ) -> UserDefinedField:
        """Define a custom field, or change its definition if the key exists.

        Args:
            targetType: Kind of target, such as ``USER``.
            key: Key of the field.
            dataType: Type of the values: ``STRING``, ``NUMBER``, ``DATETIME``, ``BOOLEAN``,
                ``OBJECT`` or ``SELECT``.
            label: Display name.
            options: The choices of a ``SELECT`` field, as JSON text.

        Returns:
            The definition as stored.

        Raises:
            InvalidInputError: A string is empty, or a type is unknown.
            InvalidRequestError: The field has values, and the data type would change.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``setUdf``.
        """
        return await self._api.set_user_defined_field(
            field_target_type(targetType, "targetType"),
            non_empty_string(key, "key"),
            field_data_type(dataType, "dataType"),
            non_empty_string(label, "label"),
            optional_string(options, "options"),
        )

    async def remove(self, targetType: CustomFieldTargetType, key: str) -> CommonMessage:
        """Delete a custom field and all its values.

        Args:
            targetType: Kind of target, such as ``USER``.
            key: Key of the field.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``key`` is empty, or ``targetType`` is unknown.
            NotFoundError: The field does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``removeUdf``.
        """
        message = await self._api.remove_user_defined_field(
            field_target_type(targetType, "targetType"), non_empty_string(key, "key")
        )
        return require_outcome(message, "RemoveUserDefinedField")

    async def list_udf_value(
        self, target_type: CustomFieldTargetType, target_id: str
    ) -> "_FieldValues":
        """List the custom field values of a target.

        Args:
            target_type: Kind of target, such as ``USER``.
            target_id: ID of the target.

        Returns:
            Each value with the key, label and type of its field.

        Raises:
            InvalidInputError: ``target_id`` is empty, or ``target_type`` is unknown.
            NotFoundError: The target does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``udv``.
        """
        items = await self._api.list_user_defined_data(
            field_target_type(target_type, "target_type"), non_empty_string(target_id, "target_id")
        )
        return [python_value(item) for item in items]

    async def set_udf_value_batch(
        self,
        target_type: CustomFieldTargetType,
        target_id: str,
        udf_value_list: "Mapping[str, object] | Iterable[CustomValueDict | UserDefinedValue]",
    ) -> dict[str, Any]:
        """Set custom field values of a target. Fields that are not given keep their values.

        Args:
            target_type: Kind of target, such as ``USER``.
            target_id: ID of the target.
            udf_value_list: The values by key; or a list of dicts ``{"key": …, "value": …}``, as in
                the vendor's SDK. A string in such a list is JSON text: ``'"UCL"'``, not ``"UCL"``.
                Results of ``list_udf_value`` are accepted as well.

        Returns:
            The custom field values by key, as returned by the API.

        Raises:
            InvalidInputError: No value is given, JSON cannot represent one, or a string in a list
                is not JSON text.
            NotFoundError: The target or a field does not exist.
            InvalidRequestError: A value does not match the type of its field.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``setUdvBatch``.
        """
        values = listed_wire_values(udf_value_list, "udf_value_list")
        items = await self._api.set_user_defined_data_batch(
            field_target_type(target_type, "target_type"),
            non_empty_string(target_id, "target_id"),
            [*values],
        )
        return values_by_key(items)


# Inside the class, `list` is the method.
_Fields = list[UserDefinedField]
_FieldValues = list[UserDefinedValue]
