"""Log a user in with a password, as the user's application does: without a management token."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from .._runtime.user_type import UserT
from ..errors import InvalidResponseError
from .management import AsyncManagementClient
from .tokenless import AsyncTokenlessExecutor
from .transport import AsyncTransport

if TYPE_CHECKING:
    from authing_graphql import User

    from .._inputs.logins import LoginInput


async def log_in(client: AsyncManagementClient[UserT], arguments: Mapping[str, object]) -> UserT:
    """Log a user in with a password.

    Args:
        client: The client, which encrypts the password and sends the request.
        arguments: The arguments of ``authing_users.testing.log_in``.
    """
    from .._inputs.logins import login_input

    login, password = login_input(arguments)
    login.password = await client.users._passwords.encrypt(password)
    user = await _send(client._transport, login)
    if user is None:
        raise InvalidResponseError(
            "The response does not contain the user", operation=type(login).__name__
        )
    return cast("UserT", user)


async def _send(transport: AsyncTransport, login: "LoginInput") -> "User | None":
    from authing_graphql import AsyncClient, LoginByEmailInput, LoginByPhonePasswordInput

    api = AsyncClient(AsyncTokenlessExecutor(transport))
    if isinstance(login, LoginByEmailInput):
        return await api.login_by_email(login)
    if isinstance(login, LoginByPhonePasswordInput):
        return await api.login_by_phone_password(login)
    return await api.login_by_username(login)
