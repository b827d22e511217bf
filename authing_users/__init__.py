"""A typed client for the users of an Authing user pool.

Importing this package imports neither ``httpx`` nor ``pydantic``: each name is loaded when it
is first used.
"""

import importlib
from typing import TYPE_CHECKING

from ._version import __version__

if TYPE_CHECKING:
    from authing_graphql import (
        UNSET,
        CommonMessage,
        CreateUserInput,
        CreateUserInputDict,
        Group,
        Identity,
        PaginatedGroups,
        PaginatedRoles,
        PaginatedUsers,
        RefreshToken,
        Role,
        UpdateUserInput,
        UpdateUserInputDict,
        User,
        UserStatus,
    )

    from ._async.management import AsyncManagementClient
    from ._async.users import AsyncUsersManagementClient
    from ._config import ManagementClientOptions
    from ._inputs import FindOptionsDict, SearchOptionsDict, UserInfoDict
    from ._sync.management import ManagementClient
    from ._sync.users import UsersManagementClient
    from .errors import (
        APIError,
        AuthenticationError,
        AuthingError,
        AuthingException,
        ConfigurationError,
        ConflictError,
        InvalidInputError,
        InvalidRequestError,
        InvalidResponseError,
        NotFoundError,
        PartialFailureError,
        PermissionDeniedError,
        RateLimitError,
        ServerError,
        TransportError,
        TransportTimeoutError,
    )
    from .results import RolesUpdate

_MODULES = {
    "authing_graphql": (
        "CommonMessage",
        "CreateUserInput",
        "CreateUserInputDict",
        "Group",
        "Identity",
        "PaginatedGroups",
        "PaginatedRoles",
        "PaginatedUsers",
        "RefreshToken",
        "Role",
        "UNSET",
        "UpdateUserInput",
        "UpdateUserInputDict",
        "User",
        "UserStatus",
    ),
    "authing_users._async.management": ("AsyncManagementClient",),
    "authing_users._async.users": ("AsyncUsersManagementClient",),
    "authing_users._config": ("ManagementClientOptions",),
    "authing_users._inputs": ("FindOptionsDict", "SearchOptionsDict", "UserInfoDict"),
    "authing_users._sync.management": ("ManagementClient",),
    "authing_users._sync.users": ("UsersManagementClient",),
    "authing_users.errors": (
        "APIError",
        "AuthenticationError",
        "AuthingError",
        "AuthingException",
        "ConfigurationError",
        "ConflictError",
        "InvalidInputError",
        "InvalidRequestError",
        "InvalidResponseError",
        "NotFoundError",
        "PartialFailureError",
        "PermissionDeniedError",
        "RateLimitError",
        "ServerError",
        "TransportError",
        "TransportTimeoutError",
    ),
    "authing_users.results": ("RolesUpdate",),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "UNSET",
    "APIError",
    "AsyncManagementClient",
    "AsyncUsersManagementClient",
    "AuthenticationError",
    "AuthingError",
    "AuthingException",
    "CommonMessage",
    "ConfigurationError",
    "ConflictError",
    "CreateUserInput",
    "CreateUserInputDict",
    "FindOptionsDict",
    "Group",
    "Identity",
    "InvalidInputError",
    "InvalidRequestError",
    "InvalidResponseError",
    "ManagementClient",
    "ManagementClientOptions",
    "NotFoundError",
    "PaginatedGroups",
    "PaginatedRoles",
    "PaginatedUsers",
    "PartialFailureError",
    "PermissionDeniedError",
    "RateLimitError",
    "RefreshToken",
    "Role",
    "RolesUpdate",
    "SearchOptionsDict",
    "ServerError",
    "TransportError",
    "TransportTimeoutError",
    "UpdateUserInput",
    "UpdateUserInputDict",
    "User",
    "UserInfoDict",
    "UserStatus",
    "UsersManagementClient",
    "__version__",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Load the module that a public name lives in when the name is first used."""
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(_MODULE_OF[name]), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted(__all__)
