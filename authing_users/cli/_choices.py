"""Choices that options of several commands offer."""

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from authing_graphql.enums import (
        PolicyAssignmentTargetType,
        SortByEnum,
        UDFDataType,
        UDFTargetType,
    )

__all__ = ["AssignmentTarget", "FieldOwner", "FieldType", "SortBy"]


class SortBy(StrEnum):
    """Orders of users."""

    NEWEST = "newest"
    OLDEST = "oldest"
    LAST_UPDATED = "last-updated"
    FIRST_UPDATED = "first-updated"

    @property
    def api_name(self) -> "SortByEnum":
        """The name of the API."""
        from authing_graphql.enums import SortByEnum

        return {
            SortBy.NEWEST: SortByEnum.CREATEDAT_DESC,
            SortBy.OLDEST: SortByEnum.CREATEDAT_ASC,
            SortBy.LAST_UPDATED: SortByEnum.UPDATEDAT_DESC,
            SortBy.FIRST_UPDATED: SortByEnum.UPDATEDAT_ASC,
        }[self]


class AssignmentTarget(StrEnum):
    """Kinds of objects that policies are assigned to."""

    USER = "user"
    ROLE = "role"
    GROUP = "group"
    DEPARTMENT = "department"

    @property
    def api_name(self) -> "PolicyAssignmentTargetType":
        """The name of the API."""
        from authing_graphql.enums import PolicyAssignmentTargetType

        return PolicyAssignmentTargetType({"department": "ORG"}.get(self, self.upper()))


class FieldOwner(StrEnum):
    """Kinds of objects that have custom fields."""

    USER = "user"
    ROLE = "role"
    NODE = "node"
    ORG = "org"

    @property
    def api_name(self) -> "UDFTargetType":
        """The name of the API."""
        from authing_graphql.enums import UDFTargetType

        return UDFTargetType(self.upper())


class FieldType(StrEnum):
    """Types of custom fields."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATETIME = "datetime"
    OBJECT = "object"
    SELECT = "select"

    @property
    def api_name(self) -> "UDFDataType":
        """The name of the API."""
        from authing_graphql.enums import UDFDataType

        return UDFDataType(self.upper())
