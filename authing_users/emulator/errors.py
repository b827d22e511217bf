"""Errors of the API."""

from enum import IntEnum


class ErrorCode(IntEnum):
    """The API's error codes. ``messages`` has their texts."""

    NOT_FOUND = 404
    TAKEN = 409
    FIELD_IN_USE = 422
    UNEXPECTED = 500
    UNSUPPORTED = 501
    WRONG_SECRET = 1001
    RESET_PASSWORD_FIRST = 1639
    INVALID_LOGIN_EMAIL = 2003
    USER_NOT_FOUND = 2004
    USER_LOCKED = 2005
    WRONG_PASSWORD = 2006
    EMPTY_SEARCH = 2014
    UNKNOWN_SEARCH_FIELD = 2015
    PASSWORD_NOT_DECRYPTABLE = 2016
    NOT_LOGGED_IN = 2020
    USER_EXISTS = 2026
    NO_PASSWORD = 2027
    PASSWORD_TOO_SHORT = 2029
    TOO_MANY_USERS = 2030
    USERNAME_TAKEN = 2034
    PHONE_TAKEN = 2035
    RATE_LIMITED = 2100
    APP_ID_MISSING = 2101
    EMAIL_TAKEN = 2200
    OTHER_USER = 2202
    INVALID_EMAIL = 2204
    LOGIN_EXPIRED = 2206
    LOGIN_INVALID = 2207
    NOTHING_TO_DELETE = 2210
    NO_EMAIL = 2219
    POOL_NOT_FOUND = 2224
    INVALID_PARAMETER = 2231
    NAMESPACE_TO_DELETE_NOT_FOUND = 3003
    NAMESPACE_TO_UPDATE_NOT_FOUND = 3005


class RequestLimitError(Exception):
    """A request needs too much CPU time or memory, or the emulator is stopping.

    The message is for the client.
    """


class ControlError(ValueError):
    """A test wants something impossible of the emulator. The message is for the user."""


class UnusableSchemaError(ValueError):
    """A schema cannot be served. The message has every problem and is for the user.

    Args:
        problems: The problems.
    """

    def __init__(self, *problems: str) -> None:
        message = "; ".join(problems)
        super().__init__(message if message.endswith("?") else f"{message}.")


class ApiError(Exception):
    """Raised when the API rejects a request. The client gets the code and a message.

    Args:
        code: The API's error code.
        subject: Name of the field, argument or object at fault. Never a value, so that messages
            contain no secrets.
        data: Data for the client beside the message.
        message: The message in every language; the message of the code when ``None``.
    """

    def __init__(
        self, code: int, subject: str = "", *, data: object = None, message: str | None = None
    ) -> None:
        super().__init__(code, subject)
        self.code = code
        self.subject = subject
        self.data = data
        self.message = message
