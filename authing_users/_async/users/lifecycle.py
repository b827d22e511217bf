"""End sessions of users, and change their status."""

from collections.abc import Iterable
from typing import cast

from authing_graphql import CommonMessage

from ..._inputs.checks import non_empty_string, non_empty_string_list
from ..._protocol.rest import rest_message, rest_request, rest_result
from ..._runtime.user_type import UserT_co
from ...models import LoginStatus
from ..base import AsyncUserClientBase


class AsyncLifecycle(AsyncUserClientBase[UserT_co]):
    """Ends sessions of users, and changes their status."""

    async def kick(self, user_ids: Iterable[str]) -> CommonMessage:
        """End all sessions of the given users. Unknown IDs are ignored.

        Args:
            user_ids: IDs of the users.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``user_ids`` is empty or not a list of strings.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v2/users/kick``.
        """
        ids = non_empty_string_list(user_ids, "user_ids", "kick(['USER_ID'])")
        request = rest_request("KickUsers", "POST", "/api/v2/users/kick", body={"userIds": ids})
        return await self._transport.run(request, rest_message)

    async def logout(self, user_id: str, app_id: str | None = None) -> CommonMessage:
        """End the sessions of a user in one application or in all.

        Args:
            user_id: ID of the user.
            app_id: ID of the application. Default: all applications.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``user_id`` is empty.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``GET /logout``.
        """
        query = {"userId": non_empty_string(user_id, "user_id"), "appId": app_id}
        request = rest_request("LogOutUser", "GET", "/logout", query=query, is_mutation=True)
        return await self._transport.run(request, rest_message)

    async def check_login_status(
        self, user_id: str, app_id: str | None = None, device_id: str | None = None
    ) -> LoginStatus[UserT_co]:
        """Check whether a user is logged in.

        Args:
            user_id: ID of the user.
            app_id: ID of an application. Default: any application.
            device_id: ID of a device. Default: any device.

        Returns:
            ``isLogin``, and the ``user`` if the server returns it.

        Raises:
            InvalidInputError: ``user_id`` is empty.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``GET /api/v2/users/login-status``.
        """
        query = {
            "userId": non_empty_string(user_id, "user_id"),
            "appId": app_id,
            "deviceId": device_id,
        }
        request = rest_request(
            "CheckUserLoginStatus", "GET", "/api/v2/users/login-status", query=query
        )
        result_type = self._result_type(LoginStatus)
        status = await self._transport.run(
            request, lambda response: rest_result(result_type, response)
        )
        return cast("LoginStatus[UserT_co]", status)

    async def suspend(self, user_id: str) -> CommonMessage:
        """Suspend a user, who cannot log in until ``activate`` is called.

        Args:
            user_id: ID of the user.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``user_id`` is empty.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v2/users/{id}/suspend``.
        """
        return await self._change_status("SuspendUser", user_id, "suspend")

    async def activate(self, user_id: str) -> CommonMessage:
        """Reactivate a user who was suspended or has resigned.

        Args:
            user_id: ID of the user.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``user_id`` is empty.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v2/users/{id}/activate``.
        """
        return await self._change_status("ActivateUser", user_id, "activate")

    async def resign(self, user_id: str) -> CommonMessage:
        """Mark a user as having left the organization.

        Args:
            user_id: ID of the user.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``user_id`` is empty.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v2/users/{id}/resign``.
        """
        return await self._change_status("ResignUser", user_id, "resign")

    async def resign_batch(self, user_ids: Iterable[str]) -> CommonMessage:
        """Mark several users as having left the organization.

        If any ID is unknown, no user is marked.

        Args:
            user_ids: IDs of the users.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``user_ids`` is empty or not a list of strings.
            NotFoundError: One of the users does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v3/resign-user-batch``.
        """
        ids = non_empty_string_list(user_ids, "user_ids", "resign_batch(['USER_ID'])")
        path = "/api/v3/resign-user-batch"
        request = rest_request("ResignUsers", "POST", path, body={"userIds": ids})
        return await self._transport.run(request, rest_message)

    async def _change_status(self, operation: str, user_id: str, action: str) -> CommonMessage:
        path = f"/api/v2/users/{{}}/{action}"
        request = rest_request(
            operation, "POST", path, non_empty_string(user_id, "user_id"), body={}
        )
        return await self._transport.run(request, rest_message)
