# Derived from authing_users/_async/log_in.py: change that, and run `make generate`.

"""Log a user in with a password, as the user's application does: without a management token."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from .._policy.server_schema import read_graphql
from ..errors import InvalidResponseError
from .management import ManagementClient
from .transport import Transport

if TYPE_CHECKING:
    from pydantic import BaseModel

    from authing_graphql import User

    from .._inputs.logins import LoginInput

ModelT = TypeVar("ModelT", bound="BaseModel")


def log_in(client: ManagementClient, arguments: Mapping[str, object]) -> "User":
    """Log a user in with a password.

    Args:
        client: The client, which encrypts the password and sends the request.
        arguments: The arguments of ``authing_users.testing.log_in``.
    """
    from .._inputs.logins import login_input

    login, password = login_input(arguments)
    login.password = client.users._passwords.encrypt(password)
    user = _send(client._transport, login)
    if user is None:
        raise InvalidResponseError(
            "The response does not contain the user", operation=type(login).__name__
        )
    return user


def _send(transport: Transport, login: "LoginInput") -> "User | None":
    from authing_graphql import Client, LoginByEmailInput, LoginByPhonePasswordInput

    api = Client(_TokenlessExecutor(transport))
    if isinstance(login, LoginByEmailInput):
        return api.login_by_email(login)
    if isinstance(login, LoginByPhonePasswordInput):
        return api.login_by_phone_password(login)
    return api.login_by_username(login)


class _TokenlessExecutor:
    """Executes operations without the management token."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def execute(
        self,
        result_type: type[ModelT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
        /,
    ) -> ModelT:
        """Execute a GraphQL operation and return its data."""
        request = self._transport.schema.request(
            document, operation_name, variables, authorized=False
        )
        return self._transport.run(request, lambda response: read_graphql(result_type, response))
