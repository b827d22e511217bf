# Derived from authing_users/_async/management.py by `make generate`; change that file instead.

"""The client of a user pool."""

from .base import ClientBase
from .transport import Transport
from .users import UsersManagementClient


class ManagementClient(ClientBase):
    """Manages a user pool; its parts share one HTTP client and one management token.

    Works with and without ``with``; without, call ``close()`` at the end.

    Attributes:
        users: The users of the pool.
    """

    users: UsersManagementClient

    def _attach(self, transport: Transport) -> None:
        super()._attach(transport)
        self.users = UsersManagementClient._over(transport)
