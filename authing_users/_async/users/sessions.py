"""Tokens of users, and what a login needs."""

from typing import overload

from authing_graphql import CommonMessage, RefreshToken

from ..._inputs.checks import MISSING, non_empty_string, user_id_argument
from ..._protocol.response import require_outcome, user_not_found
from ..base import AsyncClientBase


class AsyncSessions(AsyncClientBase):
    """Issues tokens of users, and sends what a login needs."""

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
        checked_id = user_id_argument("refresh_token", userId, others, also=("id", "user_id"))
        token = await self._api.refresh_user_token(checked_id)
        if token is None:
            raise user_not_found("RefreshUserToken")
        return token

    async def send_first_login_verify_email(self, app_id: str, user_id: str) -> CommonMessage:
        """Send a user the e-mail that verifies the first login.

        Args:
            app_id: Id of the application to log in to.
            user_id: Id of the user.

        Returns:
            The outcome; its ``code`` is 200.

        Raises:
            NotFoundError: There is no such user.
            InvalidRequestError: The user has no e-mail address.

        API: mutation ``sendFirstLoginVerifyEmail``.
        """
        user_id, app_id = non_empty_string(user_id, "user_id"), non_empty_string(app_id, "app_id")
        message = await self._api.send_first_login_verify_email(user_id, app_id)
        return require_outcome(message, "SendFirstLoginVerifyEmail")
