# Derived from authing_users/_async/users/bulk.py: change that, and run `make generate`.

"""Create many users."""

from collections.abc import Iterable, Mapping
from typing import Any, cast, overload

from authing_graphql import CreateUserInput, InputModel

from ..._inputs.signatures import show_last_overload
from ..._inputs.users import UserInfoDict, mask_password, new_users
from ..._protocol.error_codes import CREATE_USERS
from ..._protocol.request import Request
from ..._protocol.response import Response
from ..._protocol.rest import rest_request, rest_result
from ..._runtime.secret import Scrubber
from ..._runtime.user_type import UserT_co
from ...errors import AuthingError, InvalidInputError, InvalidResponseError, TransportError
from ...models import CreatedUser, failed_creation
from ..base import UserClientBase

# The vendor's SDKs reject more.
USERS_PER_REQUEST = 100
CREATE_USERS_PATH = "/api/v2/users/create/batch"


class BulkCreation(UserClientBase[UserT_co]):
    """Creates many users."""

    @overload
    def create_users(self, users: Iterable[UserInfoDict]) -> list[CreatedUser[UserT_co]]: ...
    @overload
    def create_users(
        self, users: Iterable[CreateUserInput | UserInfoDict]
    ) -> list[CreatedUser[UserT_co]]: ...
    @overload
    def create_users(  # type: ignore[overload-cannot-match]
        self, users: Iterable[UserInfoDict]
    ) -> list[CreatedUser[UserT_co]]: ...
    @show_last_overload
    def create_users(
        self, users: Iterable[CreateUserInput | UserInfoDict]
    ) -> list[CreatedUser[UserT_co]]:
        """Create many users. Users that fail do not affect the others.

        One request is sent for every 100 users, after all users have been checked. If a request
        fails after others have succeeded, nothing is raised and no further request is sent: the
        outcomes of its users, and of those after them, have the error.

        Passwords are sent unencrypted within the HTTPS connection, because this endpoint of the
        API does not accept encrypted ones.

        Args:
            users: The users, as for ``create``, but without ``city`` and ``province``.

        Returns:
            The outcome for each user, in the given order. ``user`` is the created user. ``error``
            is why it was not created: usually a ``ConflictError`` or ``InvalidRequestError``. If
            its request failed, it is the error of the request. If its request was not sent, it is
            a ``TransportError`` whose ``maybe_sent`` is ``False``.

        Raises:
            InvalidInputError: There are no users, or a field is unknown or has the wrong type.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v2/users/create/batch``.
        """
        masked = _masked(users)
        del users  # tracebacks with locals would show the passwords
        inputs = new_users(masked, self._transport.config.create_input)
        if not inputs:
            raise InvalidInputError("users is empty")
        outcomes: list[CreatedUser[UserT_co]] = []
        for start in range(0, len(inputs), USERS_PER_REQUEST):
            try:
                outcomes += self._create(inputs[start : start + USERS_PER_REQUEST], start)
            except AuthingError as error:
                if not outcomes:
                    raise
                return outcomes + self._failed(error, start, len(inputs))
        return outcomes

    def _create(self, inputs: list[CreateUserInput], start: int) -> list[Any]:
        """Create users with one request, and return their outcomes.

        Args:
            inputs: The users.
            start: Position of the first of them among all users of the call.
        """
        number = len(inputs)
        request = _creation_request(inputs)
        del inputs
        rows = self._rows(request, number)
        for index, row in enumerate(rows, start):
            row.index = index
        return rows

    def _rows(self, request: Request, number: int) -> list[Any]:
        """Send a request that creates users, and return their outcomes.

        Args:
            request: The request.
            number: Number of the users.
        """
        result_type: Any = self._result_type(CreatedUser)

        def read(response: Response) -> list[Any]:
            rows: list[Any] = rest_result(list[result_type], response)
            if len(rows) != number:
                raise InvalidResponseError(
                    f"The response has the outcomes of {len(rows)} users, not of {number}",
                    operation=CREATE_USERS,
                    http_status=response.status,
                )
            return rows

        rows = self._transport.run(request, read)
        # The API may repeat a password in its message.
        scrubber = Scrubber(self._transport._secrets(request))
        for row in rows:
            row.err_msg = scrubber.value(row.err_msg)
        return rows

    def _failed(self, error: AuthingError, start: int, end: int) -> list[CreatedUser[UserT_co]]:
        """Return the outcomes of the users from ``start`` on, whose request failed."""
        model = cast("type[CreatedUser[UserT_co]]", self._result_type(CreatedUser))
        unsent = min(start + USERS_PER_REQUEST, end)
        not_sent = TransportError(
            f"Not sent, because the request for users[{start}] to users[{unsent - 1}] failed: "
            f"{error.message}",
            operation=CREATE_USERS,
            maybe_sent=False,
        )
        return [
            failed_creation(model, error if index < unsent else not_sent, index)
            for index in range(start, end)
        ]


def _masked(users: Any) -> object:
    if not isinstance(users, Iterable) or isinstance(users, str | Mapping | InputModel):
        return cast("object", users)
    return list(map(mask_password, cast("Iterable[object]", users)))


def _creation_request(inputs: list[CreateUserInput]) -> Request:
    # A function of its own, so that tracebacks with locals do not show the body.
    users = [user.model_dump(by_alias=True, exclude_unset=True) for user in inputs]
    body = {"users": users, "rawPassword": True}
    return rest_request(CREATE_USERS, "POST", CREATE_USERS_PATH, body=body)
