"""The groups that a user is in."""

from typing import overload

from authing_graphql import CommonMessage, PaginatedGroups

from ..._inputs.checks import MISSING, non_empty_string, user_id_argument
from ..._protocol.response import user_not_found
from ...errors import InvalidResponseError
from ..assignments import add_to_group, remove_from_group
from ..base import AsyncClientBase


class AsyncGroups(AsyncClientBase):
    """Reads and changes the groups that a user is in."""

    @overload
    async def list_groups(self, userId: str) -> PaginatedGroups: ...
    @overload
    async def list_groups(self, *, user_id: str) -> PaginatedGroups: ...
    async def list_groups(self, userId: object = MISSING, **others: object) -> PaginatedGroups:
        """List the groups that a user is in, all of them.

        Args:
            userId: Id of the user; ``user_id`` is another name for it.

        Raises:
            InvalidInputError: The id is missing; nothing was sent.
            NotFoundError: There is no such user.

        API: query ``user``, its field ``groups``.
        """
        checked_id = user_id_argument("list_groups", userId, others)
        user = await self._api.list_user_groups(checked_id)
        if user is None:
            raise user_not_found("ListUserGroups")
        if user.groups is None:
            raise InvalidResponseError(
                "The server did not answer the groups", operation="ListUserGroups"
            )
        return user.groups

    async def add_group(self, userId: str, group: str) -> CommonMessage:
        """Add a user to a group.

        Args:
            userId: Id of the user.
            group: Code of the group.

        Returns:
            The outcome; its ``code`` is 200.

        Raises:
            NotFoundError: There is no such user, or no such group.

        API: mutation ``addUserToGroup``.
        """
        user_id, code = non_empty_string(userId, "userId"), non_empty_string(group, "group")
        return await add_to_group(self._api, [user_id], code)

    async def remove_group(self, userId: str, group: str) -> CommonMessage:
        """Remove a user from a group. Not being in the group is no error.

        Args:
            userId: Id of the user.
            group: Code of the group.

        Returns:
            The outcome; its ``code`` is 200.

        Raises:
            NotFoundError: There is no such user, or no such group.

        API: mutation ``removeUserFromGroup``.
        """
        user_id, code = non_empty_string(userId, "userId"), non_empty_string(group, "group")
        return await remove_from_group(self._api, [user_id], code)
