"""Read and change the groups of a user."""

from typing import overload

from authing_graphql import CommonMessage, PaginatedGroups

from ..._inputs.checks import non_empty_string
from ..._inputs.signatures import NOT_GIVEN, show_last_overload
from ..._inputs.users import user_id_argument
from ..._protocol.response import require_outcome, user_not_found
from ...errors import InvalidResponseError
from ..base import AsyncClientBase


class AsyncUserGroups(AsyncClientBase):
    """Reads and changes the groups of a user."""

    @overload
    async def list_groups(self, *, user_id: str) -> PaginatedGroups: ...
    @overload
    async def list_groups(self, userId: str) -> PaginatedGroups: ...
    @show_last_overload
    async def list_groups(self, userId: object = NOT_GIVEN, **others: object) -> PaginatedGroups:
        """List all groups that a user is a member of.

        Args:
            userId: ID of the user. ``user_id`` is another name of this argument.

        Returns:
            ``totalCount``, and ``list`` with all groups on one page.

        Raises:
            InvalidInputError: The ID is missing or empty.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``user``, field ``groups``.
        """
        user = await self._api.list_user_groups(user_id_argument("list_groups", userId, others))
        if user is None:
            raise user_not_found("ListUserGroups")
        if user.groups is None:
            raise InvalidResponseError(
                "The response does not contain the groups of the user", operation="ListUserGroups"
            )
        return user.groups

    async def add_group(self, userId: str, group: str) -> CommonMessage:
        """Add a user to a group.

        Args:
            userId: ID of the user.
            group: Code of the group.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``userId`` or ``group`` is empty.
            NotFoundError: The user or the group does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``addUserToGroup``.
        """
        user_id, code = non_empty_string(userId, "userId"), non_empty_string(group, "group")
        message = await self._api.add_user_to_group([user_id], code)
        return require_outcome(message, "AddUserToGroup")

    async def remove_group(self, userId: str, group: str) -> CommonMessage:
        """Remove a user from a group. If the user is not a member, nothing changes.

        Args:
            userId: ID of the user.
            group: Code of the group.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``userId`` or ``group`` is empty.
            NotFoundError: The user or the group does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``removeUserFromGroup``.
        """
        user_id, code = non_empty_string(userId, "userId"), non_empty_string(group, "group")
        message = await self._api.remove_user_from_group([user_id], code)
        return require_outcome(message, "RemoveUserFromGroup")
