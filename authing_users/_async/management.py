"""The client of a user pool."""

from .base import AsyncClientBase
from .transport import AsyncTransport
from .users import AsyncUsersManagementClient


class AsyncManagementClient(AsyncClientBase):
    """Manages a user pool; its parts share one HTTP client and one management token.

    Works with and without ``async with``; without, call ``aclose()`` at the end.

    Attributes:
        users: The users of the pool.
    """

    users: AsyncUsersManagementClient

    def _attach(self, transport: AsyncTransport) -> None:
        super()._attach(transport)
        self.users = AsyncUsersManagementClient._over(transport)
