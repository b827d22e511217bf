# Derived from authing_users/_async/management.py: change that, and run `make generate`.

"""The client of a user pool."""

from functools import cached_property
from typing import TYPE_CHECKING

from .._runtime.secret import Secret
from ..errors import InvalidResponseError
from .base import ClientBase

if TYPE_CHECKING:
    from authing_graphql import TokenStatus

    from .custom_fields import UdfManagementClient
    from .groups import GroupsManagementClient
    from .policies import PoliciesManagementClient
    from .roles import RolesManagementClient
    from .users import UsersManagementClient

__all__ = ["ManagementClient"]


class ManagementClient(ClientBase):
    """Manages a user pool; its parts share connections and one management token.

    Works with and without ``with``; without, call ``close()`` at the end.
    """

    # Each part is loaded when it is first used: a program that imports this starts faster.

    @cached_property
    def users(self) -> "UsersManagementClient":
        """The users of the pool."""
        from .users import UsersManagementClient

        return UsersManagementClient._over(self._transport)

    @cached_property
    def groups(self) -> "GroupsManagementClient":
        """The groups of the pool."""
        from .groups import GroupsManagementClient

        return GroupsManagementClient._over(self._transport)

    @cached_property
    def roles(self) -> "RolesManagementClient":
        """The roles of the pool."""
        from .roles import RolesManagementClient

        return RolesManagementClient._over(self._transport)

    @cached_property
    def policies(self) -> "PoliciesManagementClient":
        """The policies of the pool."""
        from .policies import PoliciesManagementClient

        return PoliciesManagementClient._over(self._transport)

    @cached_property
    def udf(self) -> "UdfManagementClient":
        """The custom fields of the pool."""
        from .custom_fields import UdfManagementClient

        return UdfManagementClient._over(self._transport)

    def check_login_status(self, token: str) -> "TokenStatus":
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
        response = self._api.check_login_status(masked)
        if response is None:
            raise InvalidResponseError(
                "The server did not say whether the token is valid", operation="CheckLoginStatus"
            )
        return response
