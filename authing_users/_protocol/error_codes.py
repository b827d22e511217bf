"""The error codes of the API: meaning, error class, and the field that a conflict is about."""

from typing import NamedTuple

from ..errors import (
    APIError,
    AuthenticationError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
)

BUSY = 1000
TOO_MANY_REQUESTS = 429
RATE_LIMITED = 2100
USER_DOES_NOT_EXIST = 2004
# It has many meanings, such as "already bound". The HTTP status tells more.
UNSPECIFIC = 500
# The operation that creates many users.
CREATE_USERS = "CreateUsers"
TOKEN_REJECTED = frozenset({2020, 2206, 2207})


class ErrorCode(NamedTuple):
    """A code of the API.

    Attributes:
        meaning: The problem.
        error: The error class.
        field: API name of the field whose value is taken, if the code says which.
    """

    meaning: str
    error: type[APIError] = InvalidRequestError
    field: str | None = None


GENERAL: dict[int, ErrorCode] = {
    401: ErrorCode("No valid token", AuthenticationError),
    403: ErrorCode("No permission", PermissionDeniedError),
    404: ErrorCode("The group, role, policy, custom field or identity is unknown", NotFoundError),
    409: ErrorCode("The code is in use", ConflictError),
    422: ErrorCode("A custom field that has values cannot get another type"),
    TOO_MANY_REQUESTS: ErrorCode("Too many requests", RateLimitError),
    UNSPECIFIC: ErrorCode("The request failed; only the message says why"),
    BUSY: ErrorCode("The service is busy", ServerError),
    1001: ErrorCode(
        "No permission; for a token request, the secret is wrong", PermissionDeniedError
    ),
    2020: ErrorCode("The request has no valid token", AuthenticationError),
    RATE_LIMITED: ErrorCode("Requests are too frequent", RateLimitError),
    2101: ErrorCode("The ID of the application or user pool is missing"),
    2206: ErrorCode("The login has expired", AuthenticationError),
    2207: ErrorCode("The login is invalid", AuthenticationError),
    2224: ErrorCode("The user pool does not exist", NotFoundError),
    2231: ErrorCode("A parameter is missing or invalid"),
    # 500 apart, the codes from 501 to 599 repeat an HTTP status.
    **dict.fromkeys(range(501, 600), ErrorCode("The server failed", ServerError)),
}
"""Codes that many operations return."""

USERS: dict[int, ErrorCode] = {
    USER_DOES_NOT_EXIST: ErrorCode("The user does not exist", NotFoundError),
    2014: ErrorCode("The text to search for is malformed"),
    2015: ErrorCode("Users cannot be searched by this field"),
    2016: ErrorCode("The password cannot be decrypted"),
    2018: ErrorCode("The user may not change this field", PermissionDeniedError),
    2026: ErrorCode("The user already exists", ConflictError),
    2028: ErrorCode("A valid phone number or email address is required"),
    2029: ErrorCode("The password is shorter than 6 characters"),
    2030: ErrorCode("More than 80 users were requested at once"),
    2032: ErrorCode("The password is missing"),
    2034: ErrorCode("The username is taken", ConflictError, "username"),
    2035: ErrorCode("The phone number is taken", ConflictError, "phone"),
    2036: ErrorCode("The user belongs to another user pool", PermissionDeniedError),
    # Newer pages say that the domain of the user pool is taken. No operation here sets that.
    2040: ErrorCode("The user pool has as many users as it may have", PermissionDeniedError),
    2200: ErrorCode("The email address is taken", ConflictError, "email"),
    2202: ErrorCode("The data belong to another user", PermissionDeniedError),
    2204: ErrorCode("The email address is malformed"),
    2209: ErrorCode("This user may not be deleted", PermissionDeniedError),
    2210: ErrorCode("A user to delete does not exist", NotFoundError),
    2211: ErrorCode("The username is missing"),
    2212: ErrorCode("The root user cannot be deleted", PermissionDeniedError),
    2219: ErrorCode("The user has no email address"),
}
"""Codes of operations on users."""

OWN_ACCOUNT: dict[int, ErrorCode] = {
    2019: ErrorCode("Changing the password requires a verification"),
    2037: ErrorCode("The old email address is wrong"),
    2038: ErrorCode("The old phone number is wrong"),
    2201: ErrorCode("The old password is missing"),
    2203: ErrorCode("The old password is wrong", AuthenticationError),
    2208: ErrorCode("Another email address is required"),
    **dict.fromkeys(
        range(2213, 2218), ErrorCode("An account of another provider cannot be linked or unlinked")
    ),
    2218: ErrorCode("Changing the password requires an email address"),
    2225: ErrorCode("The email address is changed by another operation, updateEmail"),
    2226: ErrorCode("The phone number is changed by another operation, updatePhone"),
    2227: ErrorCode("The old email address must be verified"),
    2228: ErrorCode("The old phone number must be verified"),
    2229: ErrorCode("The new email address equals the old one"),
    2230: ErrorCode("The new phone number equals the old one"),
}
"""Codes of users who change their own account."""

LOGINS: dict[int, ErrorCode] = {
    1576: ErrorCode("The user may not log in to the application", PermissionDeniedError),
    1600: ErrorCode("The steps after the login are complete"),
    1635: ErrorCode("A second factor of the user is required"),
    1636: ErrorCode("A second factor of the application is required"),
    1639: ErrorCode("The user must set a password at the first login"),
    1640: ErrorCode("The identity must be linked to an existing user"),
    1641: ErrorCode("The identity must be linked to an existing or a new user"),
    1642: ErrorCode("The user must complete the profile"),
    1643: ErrorCode("The user can unlock the account"),
    1699: ErrorCode("The steps after the login were aborted"),
    1700: ErrorCode("The user has not registered a photo of the face"),
    1701: ErrorCode("The photo of the face is missing"),
    1702: ErrorCode("The face does not match"),
    1703: ErrorCode("The user has no email address or phone number to register a face with"),
    1704: ErrorCode("The phone number could not be verified"),
    1705: ErrorCode("The email address could not be verified"),
    1706: ErrorCode("The face is registered already"),
    1707: ErrorCode("The face could not be registered"),
    2000: ErrorCode("A captcha is required"),
    2001: ErrorCode("The verification code is wrong"),
    # Not a RateLimitError, which is retried: the quota lasts for a month.
    2002: ErrorCode("The monthly number of logins is used up", PermissionDeniedError),
    2003: ErrorCode("The email address is malformed"),
    2005: ErrorCode("The user is locked", PermissionDeniedError),
    2006: ErrorCode("The password is wrong", AuthenticationError),
    2027: ErrorCode("The user has no password"),
    2031: ErrorCode("The registration of users is disabled", PermissionDeniedError),
    2058: ErrorCode("The user must set a new password"),
    2205: ErrorCode("The parameter registerInClient is missing"),
    2300: ErrorCode("The verification code has expired"),
    2333: ErrorCode("The username or the password is wrong", AuthenticationError),
    2401: ErrorCode("There is no session on the mobile device", AuthenticationError),
    6001: ErrorCode("The TOTP code is wrong"),
    6002: ErrorCode("The recovery code of TOTP is wrong"),
    6003: ErrorCode("The TOTP code is missing"),
    6004: ErrorCode("The recovery code of TOTP is missing"),
    7348: ErrorCode("The SAML service provider does not exist", NotFoundError),
    8128: ErrorCode("The SAML assertion is invalid"),
    2120008: ErrorCode("The user is suspended, or not in the tenant", PermissionDeniedError),
    2130010: ErrorCode("The user may not log in to the tenant", PermissionDeniedError),
    2820002: ErrorCode("The LDAP connection is invalid"),
}
"""Codes of logins and registrations."""

EMAILS: dict[int, ErrorCode] = {
    2017: ErrorCode("A macro of the email template is invalid"),
    2021: ErrorCode("The email template is missing", NotFoundError),
    2022: ErrorCode("The template of the verification email is missing", NotFoundError),
    2023: ErrorCode("The link of the verification email has expired"),
    2025: ErrorCode("The email service failed", ServerError),
    3012: ErrorCode("A macro of the email is invalid"),
    3013: ErrorCode("The email could not be sent", ServerError),
    3014: ErrorCode("The user pool has no email service", ServerError),
}
"""Codes of operations that send emails."""

PERMISSIONS: dict[int, ErrorCode] = {
    3003: ErrorCode("The permission namespace to delete does not exist", NotFoundError),
    3005: ErrorCode("The permission namespace to update does not exist", NotFoundError),
}
"""Codes of permission namespaces."""

OTHERS: dict[int, ErrorCode] = {
    2007: ErrorCode("The name of the application is malformed"),
    2008: ErrorCode("The name of the application is taken", ConflictError, "name"),
    2009: ErrorCode("The type of the application is unknown"),
    2010: ErrorCode("The ID of the application is missing"),
    2011: ErrorCode("The application does not exist", NotFoundError),
    2012: ErrorCode("The default group does not exist", NotFoundError),
    2013: ErrorCode("The description of the application is malformed"),
    2024: ErrorCode("The description is longer than 140 characters"),
    2039: ErrorCode("The domain is taken", ConflictError, "domain"),
    2220: ErrorCode("The name of the OAuth application is taken", ConflictError, "name"),
    2221: ErrorCode("The OAuth application does not exist", NotFoundError),
    2222: ErrorCode("The domain of the OAuth application is reserved"),
    2223: ErrorCode("The domain of the OAuth application is taken", ConflictError, "domain"),
    **dict.fromkeys(range(3617, 3625), ErrorCode("The collaborator cannot be added or changed")),
    3829: ErrorCode("The subdomain is taken", ConflictError, "domain"),
    4021: ErrorCode("The plan does not include this", PermissionDeniedError),
    4032: ErrorCode("The invitation has expired"),
    4033: ErrorCode("The invitation is invalid"),
    4212: ErrorCode("The OIDC application does not exist", NotFoundError),
    **dict.fromkeys(
        (5000, 5001, *range(5022, 5026)), ErrorCode("The order cannot be placed or changed")
    ),
}
"""Codes of applications, collaborators and orders, which this library does not manage."""

ERROR_CODES: dict[int, ErrorCode] = {
    **GENERAL,
    **USERS,
    **OWN_ACCOUNT,
    **LOGINS,
    **EMAILS,
    **PERMISSIONS,
    **OTHERS,
}
"""All known codes. ``docs/errors.md`` lists them."""
