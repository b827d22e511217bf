"""The fields of a user: columns, defaults and validation."""

import re
from collections.abc import Mapping
from typing import cast

from ..errors import ApiError, ErrorCode
from .records import reject_nul
from .tables import Table
from .timestamps import normalize_time

BOOLEANS = ("emailVerified", "phoneVerified", "blocked", "isDeleted")

_TIMES = ("lastLogin", "signedUp", "tokenExpiredAt")

TABLE = Table(
    "users",
    booleans=BOOLEANS,
    json=("registerSource",),
    hidden=("resetPasswordOnFirstLogin",),
)

# The password is part of every response, but always null.
FIELDS = frozenset(TABLE.columns) | {"password"}

UNIQUE_FIELDS = {
    "username": ErrorCode.USERNAME_TAKEN,
    "email": ErrorCode.EMAIL_TAKEN,
    "phone": ErrorCode.PHONE_TAKEN,
    "unionid": ErrorCode.USER_EXISTS,
    "openid": ErrorCode.USER_EXISTS,
    "externalId": ErrorCode.USER_EXISTS,
}
"""The fields that identify a user, and the error code for a value that is already in use."""

DEFAULTS: Mapping[str, object] = {
    "status": "Activated",
    "gender": "U",
    "photo": "https://files.authing.co/authing-console/default-user-avatar.png",
    "registerSource": ["import:manual"],
    "loginsCount": 0,
    **dict.fromkeys(BOOLEANS, False),
}

DEFAULT_SEARCH_FIELDS = (
    *("username", "nickname", "email", "phone", "company", "name", "givenName", "familyName"),
    *("middleName", "profile", "preferredUsername"),
)

SEARCHABLE_FIELDS = frozenset(TABLE.columns) - {
    *BOOLEANS,
    *_TIMES,
    *("arn", "userPoolId", "registerSource", "oauth", "token", "loginsCount"),
    *("createdAt", "updatedAt", "expiredAt"),
}
"""The fields that a search accepts."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def normalize_email(text: str) -> str:
    """Return an e-mail address in lower case.

    Raises:
        ApiError: The address is invalid.
    """
    if not _EMAIL.fullmatch(text):
        raise ApiError(ErrorCode.INVALID_EMAIL)
    return text.lower()


def normalize_fields(fields: Mapping[str, object]) -> dict[str, object]:
    """Validate the fields of a CreateUserInput or UpdateUserInput and return the column values.

    The result does not contain the password. Empty identifiers become ``None``: some clients send
    empty strings for unknown values.

    Raises:
        ApiError: A value is invalid.
    """
    values = {name: value for name, value in fields.items() if name != "password"}
    for name in UNIQUE_FIELDS:
        identifier = cast("str | None", values.get(name))
        if identifier == "":
            values[name] = None
        elif identifier is not None:
            reject_nul(identifier, name)
    if values.get("email") is not None:
        values["email"] = normalize_email(cast("str", values["email"]))
    for name in _TIMES:
        if values.get(name) is not None:
            values[name] = normalize_time(cast("str", values[name]), name)
    return values
