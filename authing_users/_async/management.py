"""The client of a user pool."""

from functools import cached_property
from typing import TYPE_CHECKING

from .._runtime.secret import Secret
from ..errors import InvalidResponseError
from .base import AsyncClientBase

if TYPE_CHECKING:
    from authing_graphql import TokenStatus

    from .custom_fields import AsyncUdfManagementClient
    from .groups import AsyncGroupsManagementClient
    from .policies import AsyncPoliciesManagementClient
    from .roles import AsyncRolesManagementClient
    from .users import AsyncUsersManagementClient

__all__ = ["AsyncManagementClient"]


class AsyncManagementClient(AsyncClientBase):
    """Manages a user pool; its parts share connections and one management token.

    Works with and without ``async with``; without, call ``aclose()`` at the end.
    """

    # Each part is loaded when it is first used: a program that imports this starts faster.

    @cached_property
    def users(self) -> "AsyncUsersManagementClient":
        """The users of the pool."""
        from .users import AsyncUsersManagementClient

        return AsyncUsersManagementClient._over(self._transport)

    @cached_property
    def groups(self) -> "AsyncGroupsManagementClient":
        """The groups of the pool."""
        from .groups import AsyncGroupsManagementClient

        return AsyncGroupsManagementClient._over(self._transport)

    @cached_property
    def roles(self) -> "AsyncRolesManagementClient":
        """The roles of the pool."""
        from .roles import AsyncRolesManagementClient

        return AsyncRolesManagementClient._over(self._transport)

    @cached_property
    def policies(self) -> "AsyncPoliciesManagementClient":
        """The policies of the pool."""
        from .policies import AsyncPoliciesManagementClient

        return AsyncPoliciesManagementClient._over(self._transport)

    @cached_property
    def udf(self) -> "AsyncUdfManagementClient":
        """The custom fields of the pool."""
        from .custom_fields import AsyncUdfManagementClient

        return AsyncUdfManagementClient._over(self._transport)

    async def check_login_status(self, token: str) -> "TokenStatus":
        """Say whether a user's token is still valid.

        Args:
            token: The token.

        Returns:
            ``status``, whether it is valid; ``code``, 200 or why it is not; ``exp`` and ``iat``
            in Unix seconds; ``data``, whose token it is.

        API: query ``checkLoginStatus``.
        """
        from .._inputs.checks import non_empty_string

        masked = Secret(non_empty_string(token, "token"))
        del token  # It shows in a traceback that shows locals.
        response = await self._api.check_login_status(masked)
        if response is None:
            raise InvalidResponseError(
                "The server did not say whether the token is valid", operation="CheckLoginStatus"
            )
        return response
