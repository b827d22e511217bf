"""The fields of a user: their columns, their defaults, and what may be written into them."""

import re
from collections.abc import Mapping
from typing import cast

from ..errors import ApiError, ErrorCode
from .records import Columns, check_name
from .timestamps import normalised

BOOLEANS = ("emailVerified", "phoneVerified", "blocked", "isDeleted")

_TIMES = ("lastLogin", "signedUp", "tokenExpiredAt")

# In the order in which the service lists them.
COLUMNS = Columns(
    "users",
    (
        *("id", "arn", "userPoolId", "status", "username", "email", "emailVerified"),
        *("phone", "phoneCountryCode", "phoneVerified", "unionid", "openid", "nickname"),
        *("registerSource", "photo", "oauth", "token", "tokenExpiredAt", "loginsCount"),
        *("lastLogin", "lastIP", "signedUp", "blocked", "isDeleted", "device", "browser"),
        *("company", "name", "givenName", "familyName", "middleName", "profile"),
        *("preferredUsername", "website", "gender", "birthdate", "zoneinfo", "locale"),
        *("address", "formatted", "streetAddress", "locality", "region", "postalCode", "city"),
        *("province", "country", "createdAt", "updatedAt", "externalId"),
        *("mainDepartmentId", "mainDepartmentCode", "expiredAt", "directManagement"),
    ),
    booleans=BOOLEANS,
    json=("registerSource",),
)

# The answer has a password, but it is always null: hashes are not shown.
FIELDS = frozenset(COLUMNS.names) | {"password"}

IDENTIFIERS = {
    "username": ErrorCode.USERNAME_TAKEN,
    "email": ErrorCode.EMAIL_TAKEN,
    "phone": ErrorCode.PHONE_TAKEN,
    "unionid": ErrorCode.USER_EXISTS,
    "openid": ErrorCode.USER_EXISTS,
    "externalId": ErrorCode.USER_EXISTS,
}
"""The fields that name one user, and how the API refuses one that is taken."""

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

SEARCHABLE = frozenset(COLUMNS.names) - {
    *BOOLEANS,
    *_TIMES,
    *("arn", "userPoolId", "registerSource", "oauth", "token", "loginsCount"),
    *("createdAt", "updatedAt", "expiredAt"),
}
"""The fields that hold text of the user's own."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def email_address(text: str) -> str:
    """The stored form of an e-mail address.

    Raises:
        ApiError: The text is no e-mail address.
    """
    if not _EMAIL.fullmatch(text):
        raise ApiError(ErrorCode.EMAIL_MALFORMED)
    return text.lower()


def writable(given: Mapping[str, object]) -> dict[str, object]:
    """The values to store for the fields of a CreateUserInput or UpdateUserInput.

    The password is left out: it goes its own way. An empty identifier is none, as some clients
    send empty texts for what they do not know.

    Raises:
        ApiError: A value is malformed.
    """
    values = {name: value for name, value in given.items() if name != "password"}
    for name in IDENTIFIERS:
        identifier = cast("str | None", values.get(name))
        if identifier == "":
            values[name] = None
        elif identifier is not None:
            check_name(identifier, name)
    if values.get("email") is not None:
        values["email"] = email_address(cast("str", values["email"]))
    for name in _TIMES:
        if values.get(name) is not None:
            values[name] = normalised(cast("str", values[name]), name)
    return values
