"""The tokens of users."""

from typing import overload

from authing_graphql import RefreshToken

from ..._answers import missing_user
from ..._inputs import MISSING, check_user_id
from ..base import AsyncClientBase


class AsyncSessions(AsyncClientBase):
    """Issues tokens of users."""

    @overload
    async def refresh_token(self, userId: str) -> RefreshToken: ...
    @overload
    async def refresh_token(self, *, id: str) -> RefreshToken: ...
    @overload
    async def refresh_token(self, *, user_id: str) -> RefreshToken: ...
    async def refresh_token(self, userId: object = MISSING, **others: object) -> RefreshToken:
        """Issue a new token for a user.

        Args:
            userId: Id of the user; ``id`` and ``user_id`` are other names for it.

        Returns:
            ``token``, and when it was issued and expires: ``iat`` and ``exp``, in Unix seconds.

        Raises:
            InvalidInputError: The id is missing; nothing was sent.
            NotFoundError: There is no such user.

        API: mutation ``refreshToken``.
        """
        checked_id = check_user_id("refresh_token", userId, others, also=("id", "user_id"))
        token = await self._api.refresh_user_token(checked_id)
        if token is None:
            raise missing_user("RefreshUserToken")
        return token
