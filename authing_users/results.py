"""Results that are not just what one operation answers."""

from typing import Any, ClassVar

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from authing_graphql import PaginatedRoles, UDFDataType
from authing_graphql.graphql_model import GraphQLModel

__all__ = ["RolesUpdate", "UserDefinedValue"]


class RolesUpdate(PaginatedRoles):
    """The outcome of adding or removing roles, and the roles that the user has now."""

    code: int
    "200: the roles were changed."
    message: str | None = None
    "The outcome in words."


class UserDefinedValue(GraphQLModel):
    """The value of a custom field, converted by the field's declared type."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, defer_build=True
    )

    key: str | None
    "Key of the field."
    data_type: UDFDataType | None
    "Declared type of the field."
    label: str | None
    "Display name of the field."
    value: Any
    "A str, int, float, bool, datetime or any JSON content; None for no value."
