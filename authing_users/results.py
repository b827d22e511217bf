"""Results that join the answers of several requests."""

from authing_graphql import PaginatedRoles

__all__ = ["RolesUpdate"]


class RolesUpdate(PaginatedRoles):
    """The outcome of adding or removing roles, and the roles that the user has now."""

    code: int
    "200: the roles were changed."
    message: str | None = None
    "The outcome in words."
