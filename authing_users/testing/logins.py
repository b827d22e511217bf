"""Log users in, to test what their applications see."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Unpack, cast, overload

if TYPE_CHECKING:
    from .._async.management import AsyncManagementClient
    from .._inputs.logins import LoginArguments
    from .._runtime.user_type import UserT
    from .._sync.management import ManagementClient


@overload
def log_in(client: "ManagementClient[UserT]", **arguments: Unpack["LoginArguments"]) -> "UserT": ...
@overload
def log_in(
    client: "AsyncManagementClient[UserT]", **arguments: Unpack["LoginArguments"]
) -> "Awaitable[UserT]": ...
def log_in(
    client: "ManagementClient[UserT] | AsyncManagementClient[UserT]",
    **arguments: Unpack["LoginArguments"],
) -> "UserT | Awaitable[UserT]":
    """Log a user in with a password, as the user's application does.

    The request contains no management token. Await the result if the client is asynchronous.

    Args:
        client: The client of the user pool. It encrypts the password and sends the request.
        **arguments: ``password``, not encrypted, and exactly one of ``username``, ``email`` and
            ``phone``. Optional are ``auto_register``, whether to create the user if it does not
            exist; ``client_ip``, the IP address of the user; and ``custom_data``, values of custom
            fields to set, by key.

    Returns:
        The user. ``token`` is the token of the new session.

    Raises:
        InvalidInputError: An argument is missing or unknown, or has the wrong type.
        AuthenticationError: The password is wrong.
        PermissionDeniedError: The user cannot log in, for example because it is suspended.
        NotFoundError: The user does not exist.
        InvalidRequestError: The user has no password, or must set a new one first.

    API: mutations ``loginByUsername``, ``loginByEmail``, ``loginByPhonePassword``.
    """
    from .._async.log_in import log_in as log_in_async
    from .._inputs.users import mask_password
    from .._sync.log_in import log_in as log_in_sync
    from .._sync.management import ManagementClient

    masked = cast("dict[str, object]", mask_password(arguments))
    del arguments  # tracebacks with locals would show the password
    if isinstance(client, ManagementClient):
        return log_in_sync(client, masked)
    return log_in_async(client, masked)
