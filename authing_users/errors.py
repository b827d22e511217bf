"""Every error that this library raises.

AuthingError
├── InvalidInputError              refused before anything was sent (also a ValueError)
│   └── ConfigurationError         a client that cannot be built or used as configured
├── APIError                       the API answered with an error (alias: AuthingException)
│   ├── AuthenticationError        no valid management token, or a wrong pool id or secret
│   ├── PermissionDeniedError      the caller may not do this
│   ├── NotFoundError              the user, role, group … does not exist
│   ├── ConflictError              the name, e-mail address, phone number … is taken
│   ├── InvalidRequestError        the API refused the values or the document
│   ├── RateLimitError             too many requests; carries ``retry_after``
│   └── ServerError                the service is busy or broken
├── TransportError                 no answer: connection refused, reset …
│   └── TransportTimeoutError      no answer in time
│       └── DeadlineExceededError  the deadline of the call has come
├── InvalidResponseError           a response that cannot be understood
│   └── ResponseTooLargeError      a response larger than ``max_response_bytes``
└── PartialFailureError            the first of two requests succeeded, the second failed
"""

from typing import Any

__all__ = [
    "APIError",
    "AuthenticationError",
    "AuthingError",
    "AuthingException",
    "ConfigurationError",
    "ConflictError",
    "DeadlineExceededError",
    "InvalidInputError",
    "InvalidRequestError",
    "InvalidResponseError",
    "NotFoundError",
    "PartialFailureError",
    "PermissionDeniedError",
    "RateLimitError",
    "ResponseTooLargeError",
    "ServerError",
    "TransportError",
    "TransportTimeoutError",
]


class AuthingError(Exception):
    """Root of every error of this library.

    Attributes:
        message: What went wrong, in a sentence.
        operation: Name of the operation, such as ``ListUsers``; ``None`` outside of one.
    """

    def __init__(self, message: str, *, operation: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.operation = operation

    def __str__(self) -> str:
        details = ", ".join(self._details())
        return f"{self.message} ({details})" if details else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # Keyword arguments do not survive the default pickling of exceptions.
        return _rebuild, (type(self), self.args, self.__dict__.copy())

    def _details(self) -> list[str]:
        return [f"operation {self.operation}"] if self.operation else []


def _rebuild(
    error_type: type[AuthingError], args: tuple[Any, ...], attributes: dict[str, Any]
) -> AuthingError:
    error = error_type.__new__(error_type, *args)
    error.args = args
    error.__dict__.update(attributes)
    return error


class InvalidInputError(AuthingError, ValueError):
    """An argument was refused; nothing was sent."""


class ConfigurationError(InvalidInputError):
    """A client cannot be built, or cannot do this, as it is configured; nothing was sent."""


class APIError(AuthingError):
    """The API answered with an error.

    Attributes:
        code: The API's own code, such as 2004; ``None`` when the answer has none.
        message: The API's message, in the language that the client asks for.
        data: What else the API says about the error, if anything.
        http_status: Status of the HTTP response; 200 for most errors of this API.
        request_id: Id of the request at the server, where the server sends one.
        retry_after: Seconds that the server asks to wait before another try, or ``None``.
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
    ) -> None:
        super().__init__(message, operation=operation)
        self.code = code
        self.data = data
        self.http_status = http_status
        self.request_id = request_id
        self.retry_after = retry_after

    def _details(self) -> list[str]:
        details = [] if self.code is None else [f"code {self.code}"]
        details += super()._details()
        if self.http_status is not None:
            details.append(f"HTTP status {self.http_status}")
        if self.request_id:
            details.append(f"request id {self.request_id}")
        return details


class AuthenticationError(APIError):
    """The management token, or the pool's id and secret, are not accepted."""


class PermissionDeniedError(APIError):
    """The caller may not do this."""


class NotFoundError(APIError):
    """What the call names does not exist."""


class ConflictError(APIError):
    """A name, e-mail address, phone number or code is taken."""


class InvalidRequestError(APIError):
    """The API refused the values of the call, or its document."""


class RateLimitError(APIError):
    """Too many requests; ``retry_after`` says how long to wait, where the server does."""


class ServerError(APIError):
    """The service is busy or broken."""


class TransportError(AuthingError):
    """The request got no answer. A change may or may not have been made.

    Attributes:
        maybe_sent: Whether the request may have reached the server; when not, nothing was done.
    """

    def __init__(
        self, message: str, *, operation: str | None = None, maybe_sent: bool = True
    ) -> None:
        super().__init__(message, operation=operation)
        self.maybe_sent = maybe_sent


class TransportTimeoutError(TransportError, TimeoutError):
    """The request got no answer in time. A change may or may not have been made."""


class DeadlineExceededError(TransportTimeoutError):
    """The deadline of the call came before its end. A change may or may not have been made."""


class InvalidResponseError(AuthingError):
    """The answer cannot be understood.

    Attributes:
        http_status: Status of the HTTP response.
        request_id: Id of the request at the server, where the server sends one.
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
    """The response is larger than the client's ``max_response_bytes``; the rest was not read."""


class PartialFailureError(AuthingError):
    """The first of two requests succeeded, the second failed.

    Attributes:
        user_id: Id of the user that the first request changed or created.
        completed: Operation that succeeded.
        operation: Operation that failed.
        error: The error of the operation that failed.
    """

    def __init__(self, message: str, *, user_id: str, completed: str, error: AuthingError) -> None:
        super().__init__(f"{message}: {error.message}", operation=error.operation)
        self.user_id = user_id
        self.completed = completed
        self.error = error


AuthingException = APIError
"""Name of the API error in the vendor's SDK."""
