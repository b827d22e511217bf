"""All errors that this library raises.

AuthingError
├── InvalidInputError              invalid argument, nothing was sent (also a ValueError)
│   ├── ConfigurationError         invalid or unsupported client options
│   └── files.FileError            a file of users is wrong, in ``authing_users.files``
├── APIError                       the API returned an error (alias: AuthingException)
│   ├── AuthenticationError        invalid user pool ID, secret or management token
│   ├── PermissionDeniedError      the user pool is not allowed to make this call
│   ├── NotFoundError              the user, role, group … does not exist
│   ├── ConflictError              the name, email address, phone number … is taken, see ``field``
│   ├── InvalidRequestError        the API rejected the values or the GraphQL document
│   ├── RateLimitError             too many requests, see ``retry_after``
│   └── ServerError                the server is overloaded or failed
├── TransportError                 no response: connection refused, reset …
│   └── TransportTimeoutError      no response within the timeout
│       └── DeadlineExceededError  the call did not finish before its deadline
├── InvalidResponseError           the response cannot be read
│   └── ResponseTooLargeError      the response is larger than ``max_response_bytes``
├── InvalidTokenError              the token of a user is not valid, found by ``verify_token``
│   └── TokenExpiredError          it has expired, see ``expired_at``
├── PartialFailureError            the first of two requests succeeded, the second failed
├── DeletionLimitError             a plan would suspend or delete more users than is allowed
└── PlanOutdatedError              a user changed since the plan was made

SchemaDriftWarning                 the server has another schema (a ``UserWarning``)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = [
    "APIError",
    "AuthenticationError",
    "AuthingError",
    "AuthingException",
    "ConfigurationError",
    "ConflictError",
    "DeadlineExceededError",
    "DeletionLimitError",
    "ErrorDetail",
    "InvalidInputError",
    "InvalidRequestError",
    "InvalidResponseError",
    "InvalidTokenError",
    "NotFoundError",
    "PartialFailureError",
    "PermissionDeniedError",
    "PlanOutdatedError",
    "RateLimitError",
    "ResponseTooLargeError",
    "SchemaDriftWarning",
    "ServerError",
    "TokenExpiredError",
    "TransportError",
    "TransportTimeoutError",
]


class AuthingError(Exception):
    """Base class of all errors of this library.

    Attributes:
        message: Description of the problem.
        code: Error code of the API, such as 2004. ``None`` if there is none.
        operation: Name of the operation, such as ``ListUsers``. ``None`` if no operation failed.
        index: Position of the user that the error is about, in the argument of ``create_users``.
            ``None`` for other errors.
    """

    code: int | None = None
    index: int | None = None

    def __init__(self, message: str, *, operation: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.operation = operation

    def __str__(self) -> str:
        details = ", ".join(self._details())
        return f"{self.message} ({details})" if details else self.message

    def __repr__(self) -> str:
        names = ("code", "field", "operation", "index")
        shown = [(name, getattr(self, name, None)) for name in names]
        details = [f"{name}={value!r}" for name, value in shown if value is not None]
        return f"{type(self).__name__}({', '.join([repr(self.message), *details])})"

    def __reduce__(self) -> tuple[Any, ...]:
        # The default pickling of exceptions loses keyword arguments.
        return _rebuild, (type(self), self.args, self.__dict__.copy())

    def _details(self) -> list[str]:
        details = [] if self.code is None else [f"code {self.code}"]
        details += [f"operation {self.operation}"] if self.operation else []
        details += [] if self.index is None else [f"users[{self.index}]"]
        return details


def _rebuild(
    error_type: type[AuthingError], args: tuple[Any, ...], attributes: dict[str, Any]
) -> AuthingError:
    error = error_type.__new__(error_type, *args)
    error.args = args
    error.__dict__.update(attributes)
    return error


class InvalidInputError(AuthingError, ValueError):
    """An argument is invalid. Nothing was sent."""


class ConfigurationError(InvalidInputError):
    """The options of a client are invalid, or do not support this call. Nothing was sent."""


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One of the errors of a GraphQL response.

    Attributes:
        message: Message of the API.
        code: Error code of the API. ``None`` if there is none.
        path: Field of the response that it is about: ``("users", "list", 0, "email")``. Empty if
            the response does not say.
        data: Further details from the API, if any.
    """

    message: str
    code: int | None = None
    path: tuple[str | int, ...] = ()
    data: object = None


class APIError(AuthingError):
    """The API returned an error.

    Attributes:
        code: Error code of the API, such as 2004. ``None`` if the response has no code.
        message: Message of the API, in the language of the client option ``lang``.
        data: Further details from the API, if any.
        http_status: HTTP status of the response. Most errors of this API have status 200.
        request_id: ID of the request, if the server sends one.
        retry_after: Seconds to wait before a retry, if the server sends them.
        maybe_executed: Whether the server may have executed the request. ``False`` if the API
            rejected it before that: because of its token, the rate limit, or a field that the call
            sets and the server's schema lacks.
        errors: All errors of a GraphQL response. The other attributes are those of the first.
        partial_data: The ``data`` beside the errors, with the API's field names. ``None`` if it is
            empty.
    """

    def __init__(
        self,
        message: str,
        *,
        code: int | None = None,
        data: object = None,
        operation: str | None = None,
        http_status: int | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        maybe_executed: bool = True,
        errors: Sequence[ErrorDetail] = (),
        partial_data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, operation=operation)
        self.maybe_executed = maybe_executed
        self.errors: tuple[ErrorDetail, ...] = tuple(errors)
        self.partial_data = partial_data
        self.code = code
        self.data = data
        self.http_status = http_status
        self.request_id = request_id
        self.retry_after = retry_after

    def _details(self) -> list[str]:
        details = super()._details()
        if self.http_status is not None:
            details.append(f"HTTP status {self.http_status}")
        if self.request_id:
            details.append(f"request ID {self.request_id}")
        if len(self.errors) > 1:
            details.append(f"first of {len(self.errors)} errors")
        return details


class AuthenticationError(APIError):
    """The API rejected the user pool ID, the secret or the token."""


class PermissionDeniedError(APIError):
    """The user pool is not allowed to make this call."""


class NotFoundError(APIError):
    """The user, role, group or other object does not exist."""


class ConflictError(APIError):
    """The name, email address, phone number or code is taken.

    Attributes:
        field: API name of the field whose value is taken, such as ``username``, ``email``,
            ``phone``, ``externalId`` or ``code``. ``None`` if the response does not say.
    """

    def __init__(
        self,
        message: str,
        *,
        code: int | None = None,
        field: str | None = None,
        data: object = None,
        operation: str | None = None,
        http_status: int | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        maybe_executed: bool = True,
        errors: Sequence[ErrorDetail] = (),
        partial_data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(
            message,
            code=code,
            data=data,
            operation=operation,
            http_status=http_status,
            request_id=request_id,
            retry_after=retry_after,
            maybe_executed=maybe_executed,
            errors=errors,
            partial_data=partial_data,
        )
        self.field = field


class InvalidRequestError(APIError):
    """The API rejected the values or the GraphQL document of the request."""


class RateLimitError(APIError):
    """Too many requests were sent. Wait ``retry_after`` seconds, if it is set."""


class ServerError(APIError):
    """The server is overloaded or failed."""


class TransportError(AuthingError):
    """No response was received. The server may or may not have processed the request.

    Attributes:
        maybe_sent: Whether the request may have reached the server. If ``False``, the server has
            certainly not processed it.
    """

    def __init__(
        self, message: str, *, operation: str | None = None, maybe_sent: bool = True
    ) -> None:
        super().__init__(message, operation=operation)
        self.maybe_sent = maybe_sent


class TransportTimeoutError(TransportError, TimeoutError):
    """No response was received in time. The server may or may not have processed the request."""


class DeadlineExceededError(TransportTimeoutError):
    """The call did not finish before its deadline. It may or may not have been processed."""


class InvalidResponseError(AuthingError):
    """The response cannot be read. The server may have processed the request.

    Attributes:
        http_status: HTTP status of the response.
        request_id: ID of the request, if the server sends one.
    """

    def __init__(
        self,
        message: str,
        *,
        operation: str | None = None,
        http_status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, operation=operation)
        self.http_status = http_status
        self.request_id = request_id


class ResponseTooLargeError(InvalidResponseError):
    """The response is larger than ``max_response_bytes``. The rest was not read."""


class InvalidTokenError(AuthingError):
    """The token of a user is not valid, for example because of its signature or its audience.

    Raised by ``verify_token``. The token is not in the message.
    """


class TokenExpiredError(InvalidTokenError):
    """The token of a user has expired.

    Attributes:
        expired_at: When it expired, in UTC.
    """

    def __init__(self, message: str, *, expired_at: datetime, operation: str | None = None) -> None:
        super().__init__(message, operation=operation)
        self.expired_at = expired_at


class PartialFailureError(AuthingError):
    """The first of two requests of a call succeeded, and the second failed.

    Attributes:
        user_id: ID of the user that the first request created or changed.
        completed: Name of the operation that succeeded.
        operation: Name of the operation that failed.
        code: Error code of ``error``. ``None`` if it has none.
        error: Error of the operation that failed.
    """

    def __init__(self, message: str, *, user_id: str, completed: str, error: AuthingError) -> None:
        super().__init__(f"{message}: {error.message}", operation=error.operation)
        self.user_id = user_id
        self.completed = completed
        self.code: int | None = error.code
        self.error = error


class DeletionLimitError(AuthingError):
    """A plan would suspend or delete more users than ``max_missing`` allows. Nothing was changed.

    Attributes:
        count: Number of users that would be suspended or deleted. ``None`` if the input is empty,
            because the pool is not read then.
        limit: Number of users that ``max_missing`` allows. ``None`` if it is not given.
        total: Number of users in the pool that the plan considers. ``None`` if the input is empty.
    """

    def __init__(
        self,
        message: str,
        *,
        count: int | None = None,
        limit: int | None = None,
        total: int | None = None,
    ) -> None:
        super().__init__(message)
        self.count = count
        self.limit = limit
        self.total = total


class PlanOutdatedError(AuthingError):
    """A user changed since the plan was made. Nothing was sent for this user.

    Attributes:
        user_id: ID of the user. ``None`` if a user that the plan creates exists already.
        fields: API names of the fields that changed.
    """

    def __init__(
        self,
        message: str,
        *,
        user_id: str | None = None,
        fields: Sequence[str] = (),
        operation: str | None = None,
    ) -> None:
        super().__init__(message, operation=operation)
        self.user_id = user_id
        self.fields: tuple[str, ...] = tuple(fields)


class SchemaDriftWarning(UserWarning):
    """The schema of the server lacks a field or an argument, which requests therefore omit.

    Attributes:
        type_name: The GraphQL type that lacks the field, such as ``User``. For a model within the
            caller's ``user_model``, the field that contains it, such as ``User.badge``.
        field_name: The field, such as ``mainDepartmentCode``. In results, it is ``None``.
        argument_name: The argument of the field that the schema lacks. ``None`` if it lacks the
            field itself.
    """

    def __init__(self, type_name: str, field_name: str, argument_name: str | None = None) -> None:
        super().__init__(type_name, field_name, argument_name)
        self.type_name = type_name
        self.field_name = field_name
        self.argument_name = argument_name

    def __str__(self) -> str:
        if self.argument_name is None:
            return (
                f"This server does not support the field {self.field_name!r} of the type "
                f"{self.type_name!r}: it is not requested, and is None in results"
            )
        return (
            f"This server does not support the argument {self.argument_name!r} of "
            f"'{self.type_name}.{self.field_name}': it is omitted"
        )


AuthingException = APIError
"""The name of ``APIError`` in the vendor's SDK."""
