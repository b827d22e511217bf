"""Issue user tokens, and send verification emails."""

from typing import overload

from authing_graphql import CommonMessage, RefreshToken

from ..._inputs.checks import non_empty_string
from ..._inputs.signatures import NOT_GIVEN, show_last_overload
from ..._inputs.users import user_id_argument
from ..._protocol.response import require_outcome, user_not_found
from ..base import AsyncClientBase


class AsyncSessions(AsyncClientBase):
    """Issues user tokens, and sends verification emails."""

    @overload
    async def refresh_token(self, *, id: str) -> RefreshToken: ...
    @overload
    async def refresh_token(self, *, user_id: str) -> RefreshToken: ...
    @overload
    async def refresh_token(self, userId: str) -> RefreshToken: ...
    @show_last_overload
    async def refresh_token(self, userId: object = NOT_GIVEN, **others: object) -> RefreshToken:
        """Issue a new token for a user.

        Args:
            userId: ID of the user. ``id`` and ``user_id`` are other names of this argument.

        Returns:
            ``token``; ``iat`` and ``exp``, when it was issued and expires, in Unix seconds.

        Raises:
            InvalidInputError: The ID is missing or empty.
            NotFoundError: The user does not exist.
            PermissionDeniedError: The user is suspended, blocked or otherwise not allowed to log
                in.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``refreshToken``.
        """
        user_id = user_id_argument("refresh_token", userId, others, aliases=("id", "user_id"))
        token = await self._api.refresh_user_token(user_id)
        if token is None:
            raise user_not_found("RefreshUserToken")
        return token

    async def send_first_login_verify_email(self, app_id: str, user_id: str) -> CommonMessage:
        """Send a user the email that verifies the first login.

        Args:
            app_id: ID of the application that the user logs in to.
            user_id: ID of the user.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``app_id`` or ``user_id`` is empty.
            NotFoundError: The user does not exist.
            InvalidRequestError: The user has no email address.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``sendFirstLoginVerifyEmail``.
        """
        message = await self._api.send_first_login_verify_email(
            non_empty_string(user_id, "user_id"), non_empty_string(app_id, "app_id")
        )
        return require_outcome(message, "SendFirstLoginVerifyEmail")
