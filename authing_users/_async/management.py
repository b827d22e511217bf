"""The client of a user pool."""

from authing_graphql import TokenStatus

from .._inputs import check_text
from .._secret import Secret
from ..errors import InvalidResponseError
from .base import AsyncClientBase
from .groups import AsyncGroupsManagementClient
from .policies import AsyncPoliciesManagementClient
from .roles import AsyncRolesManagementClient
from .transport import AsyncTransport
from .udf import AsyncUdfManagementClient
from .users import AsyncUsersManagementClient


class AsyncManagementClient(AsyncClientBase):
    """Manages a user pool; its parts share one HTTP client and one management token.

    Works with and without ``async with``; without, call ``aclose()`` at the end.

    Attributes:
        users: The users of the pool.
        groups: Its groups.
        roles: Its roles.
        policies: Its policies.
        udf: Its custom fields.
    """

    users: AsyncUsersManagementClient
    groups: AsyncGroupsManagementClient
    roles: AsyncRolesManagementClient
    policies: AsyncPoliciesManagementClient
    udf: AsyncUdfManagementClient

    def _attach(self, transport: AsyncTransport) -> None:
        super()._attach(transport)
        self.users = AsyncUsersManagementClient._over(transport)
        self.groups = AsyncGroupsManagementClient._over(transport)
        self.roles = AsyncRolesManagementClient._over(transport)
        self.policies = AsyncPoliciesManagementClient._over(transport)
        self.udf = AsyncUdfManagementClient._over(transport)

    async def check_login_status(self, token: str) -> TokenStatus:
        """Say whether a user's token is still valid.

        Args:
            token: The token.

        Returns:
            ``status``, whether it is valid; ``code``, 200 or why it is not; ``exp`` and ``iat``
            in Unix seconds; ``data``, whose token it is.

        API: query ``checkLoginStatus``.
        """
        shield = Secret(check_text(token, "token"))
        del token  # It shows in a traceback that shows locals.
        answer = await self._api.check_login_status(shield)
        if answer is None:
            raise InvalidResponseError(
                "The server did not say whether the token is valid", operation="CheckLoginStatus"
            )
        return answer
