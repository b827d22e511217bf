# Derived from authing_users/_async/custom_fields.py: change that, and run `make generate`.

"""The custom fields of a user pool: their definitions, and values of any kind of target."""

from collections.abc import Mapping
from typing import Any, Literal

from authing_graphql import CommonMessage, UDFDataType, UDFTargetType, UserDefinedField

from .._inputs.checks import non_empty_string, one_of, optional_string
from .._inputs.custom_fields import python_value, values_by_key, wire_values
from .._protocol.response import require_outcome
from ..models import UserDefinedValue
from .base import ClientBase
from .user_defined_data import list_values, set_values

__all__ = ["UdfManagementClient"]

TargetType = (
    UDFTargetType | Literal["NODE", "ORG", "USER", "USERPOOL", "ROLE", "PERMISSION", "APPLICATION"]
)
DataType = UDFDataType | Literal["STRING", "NUMBER", "DATETIME", "BOOLEAN", "OBJECT", "SELECT"]
TARGET_TYPES = tuple(kind.value for kind in UDFTargetType)
DATA_TYPES = tuple(kind.value for kind in UDFDataType)


class UdfManagementClient(ClientBase):
    """Manages the custom fields of a user pool (*udf*, user-defined fields).

    ``targetType`` says whose fields they are: ``USER``, ``ROLE``, ``NODE``, ``ORG``,
    ``USERPOOL``, ``PERMISSION`` or ``APPLICATION``.
    """

    def list(self, targetType: TargetType) -> "Fields":
        """List the fields that are defined for a kind of target.

        Args:
            targetType: Kind of target.

        API: query ``udf``.
        """
        return self._api.list_user_defined_fields(_target_type(targetType, "targetType"))

    def set(
        self,
        targetType: TargetType,
        key: str,
        dataType: DataType,
        label: str,
        *,
        options: str | None = None,
    ) -> UserDefinedField:
        """Define a field, or change its definition.

        Args:
            targetType: Kind of target.
            key: Key of the field.
            dataType: Type of its values: ``STRING``, ``NUMBER``, ``DATETIME``, ``BOOLEAN``,
                ``OBJECT`` or ``SELECT``.
            label: Display name.
            options: JSON text with the choices of a ``SELECT``.

        API: mutation ``setUdf``.
        """
        return self._api.set_user_defined_field(
            _target_type(targetType, "targetType"),
            non_empty_string(key, "key"),
            UDFDataType(one_of(dataType, "dataType", DATA_TYPES)),
            non_empty_string(label, "label"),
            optional_string(options, "options"),
        )

    def remove(self, targetType: TargetType, key: str) -> CommonMessage:
        """Remove the definition of a field, and with it all its values.

        Args:
            targetType: Kind of target.
            key: Key of the field.

        Raises:
            NotFoundError: There is no such field.

        API: mutation ``removeUdf``.
        """
        kind = _target_type(targetType, "targetType")
        message = self._api.remove_user_defined_field(kind, non_empty_string(key, "key"))
        return require_outcome(message, "RemoveUserDefinedField")

    def list_udf_value(self, target_type: TargetType, target_id: str) -> "Values":
        """List the custom values of a target.

        Args:
            target_type: Kind of target.
            target_id: Id of the target.

        Returns:
            Each value with the key, label and declared type of its field.

        API: query ``udv``.
        """
        kind = _target_type(target_type, "target_type")
        items = list_values(self._api, kind, non_empty_string(target_id, "target_id"))
        return [python_value(item) for item in items]

    def set_udf_value_batch(
        self,
        target_type: TargetType,
        target_id: str,
        udf_value_list: Mapping[str, object],
    ) -> dict[str, Any]:
        """Store custom values of a target.

        Args:
            target_type: Kind of target.
            target_id: Id of the target.
            udf_value_list: The values by key. What is not in it stays as it is.

        Returns:
            The custom values by key, as far as the API answers them.

        Raises:
            InvalidInputError: There are no values, or one has no form in JSON.
            APIError: A field is not defined, or a value does not fit its type.

        API: mutation ``setUdvBatch``.
        """
        kind = _target_type(target_type, "target_type")
        values = wire_values(udf_value_list, "udf_value_list")
        return values_by_key(
            set_values(self._api, kind, non_empty_string(target_id, "target_id"), values)
        )


def _target_type(value: object, name: str) -> UDFTargetType:
    return UDFTargetType(one_of(value, name, TARGET_TYPES))


# Inside of the class, `list` is the method.
Fields = list[UserDefinedField]
Values = list[UserDefinedValue]
