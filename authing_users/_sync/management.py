# Derived from authing_users/_async/management.py: change that, and run `make generate`.

"""The client of a user pool."""

from authing_graphql import TokenStatus

from .._inputs import check_text
from .._secret import Secret
from ..errors import InvalidResponseError
from .base import ClientBase
from .groups import GroupsManagementClient
from .policies import PoliciesManagementClient
from .roles import RolesManagementClient
from .transport import Transport
from .udf import UdfManagementClient
from .users import UsersManagementClient


class ManagementClient(ClientBase):
    """Manages a user pool; its parts share one HTTP client and one management token.

    Works with and without ``with``; without, call ``close()`` at the end.

    Attributes:
        users: The users of the pool.
        groups: Its groups.
        roles: Its roles.
        policies: Its policies.
        udf: Its custom fields.
    """

    users: UsersManagementClient
    groups: GroupsManagementClient
    roles: RolesManagementClient
    policies: PoliciesManagementClient
    udf: UdfManagementClient

    def _attach(self, transport: Transport) -> None:
        super()._attach(transport)
        self.users = UsersManagementClient._over(transport)
        self.groups = GroupsManagementClient._over(transport)
        self.roles = RolesManagementClient._over(transport)
        self.policies = PoliciesManagementClient._over(transport)
        self.udf = UdfManagementClient._over(transport)

    def check_login_status(self, token: str) -> TokenStatus:
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
        answer = self._api.check_login_status(shield)
        if answer is None:
            raise InvalidResponseError(
                "The server did not say whether the token is valid", operation="CheckLoginStatus"
            )
        return answer
