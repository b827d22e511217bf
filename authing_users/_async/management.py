"""The client of a user pool."""

from functools import cached_property
from typing import TYPE_CHECKING

from .._runtime.secret import Secret
from .._runtime.user_type import UserT_co
from ..errors import InvalidResponseError
from .base import AsyncUserClientBase

if TYPE_CHECKING:
    from authing_graphql import TokenStatus

    from .custom_fields import AsyncUdfManagementClient
    from .groups import AsyncGroupsManagementClient
    from .policies import AsyncPoliciesManagementClient
    from .roles import AsyncRolesManagementClient
    from .users import AsyncUsersManagementClient

__all__ = ["AsyncManagementClient"]


class AsyncManagementClient(AsyncUserClientBase[UserT_co]):
    """Manages a user pool. All parts of the client share connections and one management token.

    Use it as a context manager, or call ``aclose()`` when it is no longer needed.

    Every call can raise a subclass of ``AuthingError``.
    """

    # Each part is imported on first use, which makes programs that need only one start faster.

    @cached_property
    def users(self) -> "AsyncUsersManagementClient[UserT_co]":
        """The users of the user pool."""
        from .users import AsyncUsersManagementClient

        return AsyncUsersManagementClient[UserT_co]._over(self._transport)

    @cached_property
    def groups(self) -> "AsyncGroupsManagementClient[UserT_co]":
        """The groups of the user pool."""
        from .groups import AsyncGroupsManagementClient

        return AsyncGroupsManagementClient[UserT_co]._over(self._transport)

    @cached_property
    def roles(self) -> "AsyncRolesManagementClient[UserT_co]":
        """The roles of the user pool."""
        from .roles import AsyncRolesManagementClient

        return AsyncRolesManagementClient[UserT_co]._over(self._transport)

    @cached_property
    def policies(self) -> "AsyncPoliciesManagementClient":
        """The policies of the user pool."""
        from .policies import AsyncPoliciesManagementClient

        return AsyncPoliciesManagementClient._over(self._transport)

    @cached_property
    def udf(self) -> "AsyncUdfManagementClient":
        """The custom fields of the user pool."""
        from .custom_fields import AsyncUdfManagementClient

        return AsyncUdfManagementClient._over(self._transport)

    async def check_login_status(self, token: str) -> "TokenStatus":
        """Check whether a user's token is valid.

        Args:
            token: Token of the user.

        Returns:
            ``status``, whether the token is valid; ``code``, 200 or the reason why it is not;
            ``iat`` and ``exp``, when it was issued and expires, in Unix seconds; ``data``, the
            user that it belongs to.

        Raises:
            InvalidInputError: ``token`` is empty.

        API: query ``checkLoginStatus``.
        """
        from .._inputs.checks import non_empty_string

        masked = Secret(non_empty_string(token, "token"))
        del token  # tracebacks with locals would show it
        response = await self._api.check_login_status(masked)
        if response is None:
            raise InvalidResponseError(
                "The response does not say whether the token is valid",
                operation="CheckLoginStatus",
            )
        return response
