"""What the API can answer instead of a result."""

from enum import IntEnum


class ErrorCode(IntEnum):
    """The API's own codes; ``messages`` gives them words."""

    NOT_FOUND = 404
    TAKEN = 409
    HAS_VALUES = 422
    UNEXPECTED = 500
    NOT_SERVED = 501
    WRONG_SECRET = 1001
    USER_NOT_FOUND = 2004
    USER_LOCKED = 2005
    EMPTY_SEARCH = 2014
    UNKNOWN_SEARCH_FIELD = 2015
    PASSWORD_UNREADABLE = 2016
    NOT_LOGGED_IN = 2020
    USER_EXISTS = 2026
    PASSWORD_TOO_SHORT = 2029
    TOO_MANY_USERS = 2030
    USERNAME_TAKEN = 2034
    PHONE_TAKEN = 2035
    EMAIL_TAKEN = 2200
    EMAIL_MALFORMED = 2204
    LOGIN_EXPIRED = 2206
    LOGIN_INVALID = 2207
    NOTHING_TO_DELETE = 2210
    NO_EMAIL = 2219
    POOL_NOT_FOUND = 2224
    INCOMPLETE = 2231


class ApiError(Exception):
    """A request is refused for a reason that the caller is told.

    Args:
        code: The API's code.
        subject: What the refusal is about: the name of a field, argument or object. Never a
            value, so that no secret can end up in a message.
    """

    def __init__(self, code: ErrorCode, subject: str = "") -> None:
        super().__init__(code, subject)
        self.code = code
        self.subject = subject
