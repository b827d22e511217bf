# Derived from authing_users/_async/management.py: change that, and run `make generate`.

"""The client of a user pool."""

from functools import cached_property
from typing import TYPE_CHECKING

from .._runtime.secret import Secret
from .._runtime.user_type import UserT_co
from ..errors import InvalidResponseError
from .base import UserClientBase

if TYPE_CHECKING:
    from authing_graphql import TokenStatus

    from .custom_fields import UdfManagementClient
    from .groups import GroupsManagementClient
    from .policies import PoliciesManagementClient
    from .roles import RolesManagementClient
    from .users import UsersManagementClient

__all__ = ["ManagementClient"]


class ManagementClient(UserClientBase[UserT_co]):
    """Manages a user pool. All parts of the client share connections and one management token.

    Use it as a context manager, or call ``close()`` when it is no longer needed.

    Every call can raise a subclass of ``AuthingError``.
    """

    # Each part is imported on first use, which makes programs that need only one start faster.

    @cached_property
    def users(self) -> "UsersManagementClient[UserT_co]":
        """The users of the user pool."""
        from .users import UsersManagementClient

        return UsersManagementClient[UserT_co]._over(self._transport)

    @cached_property
    def groups(self) -> "GroupsManagementClient[UserT_co]":
        """The groups of the user pool."""
        from .groups import GroupsManagementClient

        return GroupsManagementClient[UserT_co]._over(self._transport)

    @cached_property
    def roles(self) -> "RolesManagementClient[UserT_co]":
        """The roles of the user pool."""
        from .roles import RolesManagementClient

        return RolesManagementClient[UserT_co]._over(self._transport)

    @cached_property
    def policies(self) -> "PoliciesManagementClient":
        """The policies of the user pool."""
        from .policies import PoliciesManagementClient

        return PoliciesManagementClient._over(self._transport)

    @cached_property
    def udf(self) -> "UdfManagementClient":
        """The custom fields of the user pool."""
        from .custom_fields import UdfManagementClient

        return UdfManagementClient._over(self._transport)

    def check_login_status(self, token: str) -> "TokenStatus":
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
        response = self._api.check_login_status(masked)
        if response is None:
            raise InvalidResponseError(
                "The response does not say whether the token is valid",
                operation="CheckLoginStatus",
            )
        return response
