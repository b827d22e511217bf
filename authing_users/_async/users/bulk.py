"""Create many users with one request."""

from collections.abc import Iterable, Sequence
from typing import Any, cast, overload

from authing_graphql import CreateUserInput

from ..._inputs.signatures import show_last_overload
from ..._inputs.users import UserInfoDict, mask_password, new_users
from ..._protocol.request import Request
from ..._protocol.rest import rest_request, rest_result
from ..._runtime.user_type import UserT_co
from ...errors import InvalidInputError
from ...models import CreatedUser
from ..base import AsyncUserClientBase

# The vendor's SDKs reject more.
MAX_USERS_PER_REQUEST = 100


class AsyncBulkCreation(AsyncUserClientBase[UserT_co]):
    """Creates many users with one request."""

    @overload
    async def create_users(self, users: Iterable[UserInfoDict]) -> list[CreatedUser[UserT_co]]: ...
    @overload
    async def create_users(
        self, users: Iterable[CreateUserInput | UserInfoDict]
    ) -> list[CreatedUser[UserT_co]]: ...
    @overload
    async def create_users(  # type: ignore[overload-cannot-match]
        self, users: Iterable[UserInfoDict]
    ) -> list[CreatedUser[UserT_co]]: ...
    @show_last_overload
    async def create_users(
        self, users: Iterable[CreateUserInput | UserInfoDict]
    ) -> list[CreatedUser[UserT_co]]:
        """Create up to 100 users with one request. Users that fail do not affect the others.

        Passwords are sent unencrypted within the HTTPS connection, because this endpoint of the
        API does not accept encrypted ones.

        Args:
            users: 1 to 100 users, as for ``create``, but without ``city`` and ``province``.

        Returns:
            The outcome for each user, in the given order: the created user, or an error message.

        Raises:
            InvalidInputError: There are no users or more than 100, or a field is unknown or has
                the wrong type.

        API: ``POST /api/v2/users/create/batch``.
        """
        masked: object = users
        if isinstance(users, Sequence) and not isinstance(users, str):
            masked = [mask_password(user) for user in users]
        del users  # tracebacks with locals would show the passwords
        inputs = new_users(masked, self._transport.config.create_input)
        if not 1 <= len(inputs) <= MAX_USERS_PER_REQUEST:
            raise InvalidInputError(
                f"users must contain 1 to {MAX_USERS_PER_REQUEST} users, not {len(inputs)}"
            )
        request = _creation_request(inputs)
        result_type: Any = self._result_type(CreatedUser)
        created = await self._transport.run(
            request, lambda response: rest_result(list[result_type], response)
        )
        return cast("list[CreatedUser[UserT_co]]", created)


def _creation_request(inputs: list[CreateUserInput]) -> Request:
    # A function of its own, so that tracebacks with locals do not show the body.
    users = [user.model_dump(by_alias=True, exclude_unset=True) for user in inputs]
    body = {"users": users, "rawPassword": True}
    return rest_request("CreateUsers", "POST", "/api/v2/users/create/batch", body=body)
