"""The error codes that each operation of the API can return.

The client's docstrings say which errors a call can raise; tests compare them with this table. An
operation that returns another code logs it as a mistake of the emulator.
"""

import logging
from collections.abc import Mapping

from .errors import ErrorCode

_log = logging.getLogger(__name__)

COMMON_ERRORS = frozenset(
    {
        ErrorCode.INVALID_PARAMETER,
        ErrorCode.LOGIN_EXPIRED,
        ErrorCode.LOGIN_INVALID,
        ErrorCode.NOT_LOGGED_IN,
        ErrorCode.POOL_NOT_FOUND,
        ErrorCode.UNEXPECTED,
        ErrorCode.UNSUPPORTED,
    }
)
"""The codes that every operation can return. A fault can add any other."""

_NOT_FOUND = frozenset({ErrorCode.NOT_FOUND})
_USER_NOT_FOUND = frozenset({ErrorCode.USER_NOT_FOUND})
_EITHER_NOT_FOUND = _NOT_FOUND | _USER_NOT_FOUND
_TAKEN = frozenset({ErrorCode.TAKEN})
_USER_VALUES = frozenset(
    {
        ErrorCode.EMAIL_TAKEN,
        ErrorCode.INVALID_EMAIL,
        ErrorCode.PASSWORD_NOT_DECRYPTABLE,
        ErrorCode.PASSWORD_TOO_SHORT,
        ErrorCode.PHONE_TAKEN,
        ErrorCode.USERNAME_TAKEN,
        ErrorCode.USER_EXISTS,
    }
)
_LOGIN = frozenset(
    {
        ErrorCode.APP_ID_MISSING,
        ErrorCode.NOT_FOUND,  # of a custom field
        ErrorCode.NO_PASSWORD,
        ErrorCode.PASSWORD_NOT_DECRYPTABLE,
        ErrorCode.PASSWORD_TOO_SHORT,
        ErrorCode.RESET_PASSWORD_FIRST,
        ErrorCode.USER_LOCKED,
        ErrorCode.USER_NOT_FOUND,
        ErrorCode.WRONG_PASSWORD,
    }
)

OPERATION_ERRORS: Mapping[str, frozenset[ErrorCode]] = {
    # GraphQL fields.
    "accessToken": frozenset({ErrorCode.WRONG_SECRET}),
    "addPolicyAssignments": _EITHER_NOT_FOUND,
    "addUserToGroup": _EITHER_NOT_FOUND,
    "allow": _EITHER_NOT_FOUND,
    "assignRole": _EITHER_NOT_FOUND,
    "authorizeResource": _EITHER_NOT_FOUND,
    "authorizedResources": _EITHER_NOT_FOUND,
    "checkPassword": frozenset(
        {ErrorCode.NO_PASSWORD, ErrorCode.PASSWORD_NOT_DECRYPTABLE, ErrorCode.WRONG_PASSWORD}
    ),
    "childrenNodes": _NOT_FOUND,
    "createGroup": _TAKEN,
    "createPolicy": _TAKEN,
    "createRole": _TAKEN | _NOT_FOUND,
    "createUser": _USER_VALUES | _NOT_FOUND,
    "deleteGroups": _NOT_FOUND,
    "deletePolicies": _NOT_FOUND,
    "deletePolicy": _NOT_FOUND,
    "deleteRole": _NOT_FOUND,
    "deleteRoles": _NOT_FOUND,
    "deleteUser": frozenset({ErrorCode.NOTHING_TO_DELETE}),
    "deleteUsers": frozenset({ErrorCode.NOTHING_TO_DELETE}),
    "disbalePolicyAssignment": _EITHER_NOT_FOUND,
    "enablePolicyAssignment": _EITHER_NOT_FOUND,
    "groups": _USER_NOT_FOUND,
    "isActionAllowed": _USER_NOT_FOUND,
    "isActionDenied": _USER_NOT_FOUND,
    "isRootNode": _NOT_FOUND,
    "loginByEmail": _LOGIN | {ErrorCode.INVALID_LOGIN_EMAIL},
    "loginByPhonePassword": _LOGIN,
    "loginByUsername": _LOGIN,
    "org": _NOT_FOUND,
    "policyAssignments": _EITHER_NOT_FOUND,
    "refreshToken": _USER_NOT_FOUND | {ErrorCode.OTHER_USER, ErrorCode.USER_LOCKED},
    "removePolicyAssignments": _EITHER_NOT_FOUND,
    "removeUdf": _NOT_FOUND,
    "removeUdv": _EITHER_NOT_FOUND,
    "removeUserFromGroup": _EITHER_NOT_FOUND,
    "resetPasswordByFirstLoginToken": frozenset(
        {ErrorCode.PASSWORD_NOT_DECRYPTABLE, ErrorCode.PASSWORD_TOO_SHORT, ErrorCode.USER_LOCKED}
    ),
    "revokeRole": _EITHER_NOT_FOUND,
    "rootNode": _NOT_FOUND,
    "searchNodes": frozenset({ErrorCode.EMPTY_SEARCH}),
    "searchUser": frozenset({ErrorCode.EMPTY_SEARCH, ErrorCode.UNKNOWN_SEARCH_FIELD}),
    "sendEmail": _USER_NOT_FOUND | {ErrorCode.INVALID_EMAIL},
    "sendFirstLoginVerifyEmail": _USER_NOT_FOUND | {ErrorCode.NO_EMAIL},
    "setMainDepartment": _EITHER_NOT_FOUND,
    "setUdf": frozenset({ErrorCode.FIELD_IN_USE}),
    "setUdfValueBatch": _EITHER_NOT_FOUND,
    "setUdv": _EITHER_NOT_FOUND,
    "setUdvBatch": _EITHER_NOT_FOUND,
    "udv": _EITHER_NOT_FOUND,
    "updateGroup": _TAKEN | _NOT_FOUND,
    "updatePolicy": _TAKEN | _NOT_FOUND,
    "updateRole": _TAKEN | _NOT_FOUND,
    "updateUser": _USER_VALUES | _EITHER_NOT_FOUND,
    "user": frozenset({ErrorCode.OTHER_USER}),
    "userBatch": frozenset({ErrorCode.TOO_MANY_USERS, ErrorCode.UNKNOWN_SEARCH_FIELD}),
    # REST endpoints.
    "DELETE /api/v2/env/{key}": _NOT_FOUND,
    "DELETE /api/v2/resource-namespace/{userPoolId}/{id}": frozenset(
        {ErrorCode.NAMESPACE_TO_DELETE_NOT_FOUND}
    ),
    "DELETE /api/v2/resources/{code}": _NOT_FOUND,
    "GET /api/v2/analysis/exist-defined-field-count": _NOT_FOUND,
    "GET /api/v2/resources": _NOT_FOUND,
    "GET /api/v2/userpools/accessToken": frozenset({ErrorCode.WRONG_SECRET}),
    "GET /api/v2/users/login-status": _USER_NOT_FOUND,
    "GET /api/v2/users/{id}/departments": _USER_NOT_FOUND,
    "GET /api/v2/users/{id}/has-role": _USER_NOT_FOUND,
    "GET /api/v2/users/{id}/orgs": _USER_NOT_FOUND,
    "GET /api/v2/users/{id}/roles": _USER_NOT_FOUND,
    "GET /logout": _USER_NOT_FOUND,
    "POST /api/v2/acl/check-resource-permission-batch": _USER_NOT_FOUND,
    "POST /api/v2/acl/get-authorized-resources-of-resource-kind": _USER_NOT_FOUND,
    "POST /api/v2/acl/revoke-resource": _EITHER_NOT_FOUND,
    "POST /api/v2/resource-namespace/{userPoolId}": _TAKEN,
    "POST /api/v2/resources": _TAKEN | _NOT_FOUND,
    "POST /api/v2/resources/{code}": _NOT_FOUND,
    "POST /api/v2/users": _USER_VALUES,
    "POST /api/v2/users/batch": frozenset(
        {ErrorCode.TOO_MANY_USERS, ErrorCode.UNKNOWN_SEARCH_FIELD}
    ),
    "POST /api/v2/users/filter": _NOT_FOUND,
    "POST /api/v2/users/identity/link": _USER_NOT_FOUND | {ErrorCode.USER_EXISTS},
    "POST /api/v2/users/identity/unlink": _EITHER_NOT_FOUND,
    "POST /api/v2/users/identity/unlinkByUser": _NOT_FOUND,
    "POST /api/v2/users/{id}": _USER_VALUES | _EITHER_NOT_FOUND,
    "POST /api/v2/users/{id}/activate": _USER_NOT_FOUND,
    "POST /api/v2/users/{id}/resign": _USER_NOT_FOUND,
    "POST /api/v2/users/{id}/roles": _EITHER_NOT_FOUND,
    "POST /api/v2/users/{id}/suspend": _USER_NOT_FOUND,
    "POST /api/v3/resign-user": _USER_NOT_FOUND,
    "POST /api/v3/resign-user-batch": _USER_NOT_FOUND,
    "PUT /api/v2/resource-namespace/{userPoolId}/{id}": _TAKEN
    | {ErrorCode.NAMESPACE_TO_UPDATE_NOT_FOUND},
}
"""The other codes that an operation can return. An operation without an entry has none."""


def check_declared(operation: str, code: int) -> None:
    """Log an error code that an operation returns, but does not declare.

    Args:
        operation: The GraphQL field, or the method and path of the REST endpoint.
        code: The code.
    """
    if code not in COMMON_ERRORS and code not in OPERATION_ERRORS.get(operation, ()):
        _log.error(
            "%s returned the error code %d, which emulator/operation_errors.py does not declare",
            operation,
            code,
        )
