"""Ending logins, and where users stand in the account life cycle."""

from collections.abc import Iterable

from authing_graphql import CommonMessage

from ..._inputs.checks import non_empty_string, non_empty_string_list
from ..._protocol.rest import rest_message, rest_request, rest_result
from ...models import LoginStatus
from ..base import AsyncClientBase


class AsyncLifecycle(AsyncClientBase):
    """Ends logins, and moves users through the account life cycle."""

    async def kick(self, user_ids: Iterable[str]) -> CommonMessage:
        """Log users out everywhere. An id of nobody is no error.

        Args:
            user_ids: Ids of the users.

        Returns:
            The outcome; its ``code`` is 200.

        Raises:
            InvalidInputError: ``user_ids`` is no list of ids, or empty; nothing was sent.

        API: ``POST /api/v2/users/kick``.
        """
        ids = non_empty_string_list(user_ids, "user_ids", "kick(['USER_ID'])")
        request = rest_request("KickUsers", "POST", "/api/v2/users/kick", body={"userIds": ids})
        return await self._transport.run(request, rest_message)

    async def logout(self, user_id: str, app_id: str | None = None) -> CommonMessage:
        """Log a user out.

        Args:
            user_id: Id of the user.
            app_id: Id of the application to log out of; of all of them when ``None``.

        Returns:
            The outcome; its ``code`` is 200.

        Raises:
            NotFoundError: There is no such user.

        API: ``GET /logout``.
        """
        query = {"userId": non_empty_string(user_id, "user_id"), "appId": app_id}
        request = rest_request("LogOutUser", "GET", "/logout", query=query, is_mutation=True)
        return await self._transport.run(request, rest_message)

    async def check_login_status(
        self, user_id: str, app_id: str | None = None, device_id: str | None = None
    ) -> LoginStatus:
        """Say whether a user is logged in.

        Args:
            user_id: Id of the user.
            app_id: Id of an application; any when ``None``.
            device_id: Id of a device; any when ``None``.

        Returns:
            ``isLogin``, and the ``user`` where the service answers it.

        Raises:
            NotFoundError: There is no such user.

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
        return await self._transport.run(
            request, lambda response: rest_result(LoginStatus, response)
        )

    async def suspend(self, user_id: str) -> CommonMessage:
        """Suspend a user: the account stays, but cannot log in.

        Args:
            user_id: Id of the user.

        Raises:
            NotFoundError: There is no such user.

        API: ``POST /api/v2/users/{id}/suspend``.
        """
        return await self._move("SuspendUser", user_id, "suspend")

    async def activate(self, user_id: str) -> CommonMessage:
        """Let a user log in again who was suspended or had resigned.

        Args:
            user_id: Id of the user.

        Raises:
            NotFoundError: There is no such user.

        API: ``POST /api/v2/users/{id}/activate``.
        """
        return await self._move("ActivateUser", user_id, "activate")

    async def resign(self, user_id: str) -> CommonMessage:
        """Mark a user as having left the organisation.

        Args:
            user_id: Id of the user.

        Raises:
            NotFoundError: There is no such user.

        API: ``POST /api/v2/users/{id}/resign``.
        """
        return await self._move("ResignUser", user_id, "resign")

    async def resign_batch(self, user_ids: Iterable[str]) -> CommonMessage:
        """Mark several users as having left the organisation; none, when an id is unknown.

        Args:
            user_ids: Ids of the users.

        Returns:
            The outcome; its ``code`` is 200.

        Raises:
            InvalidInputError: ``user_ids`` is no list of ids, or empty; nothing was sent.
            NotFoundError: One of the users does not exist.

        API: ``POST /api/v3/resign-user-batch``.
        """
        ids = non_empty_string_list(user_ids, "user_ids", "resign_batch(['USER_ID'])")
        path = "/api/v3/resign-user-batch"
        request = rest_request("ResignUsers", "POST", path, body={"userIds": ids})
        return await self._transport.run(request, rest_message)

    async def _move(self, operation: str, user_id: str, step: str) -> CommonMessage:
        path = f"/api/v2/users/{{}}/{step}"
        request = rest_request(
            operation, "POST", path, non_empty_string(user_id, "user_id"), body={}
        )
        return await self._transport.run(request, rest_message)
