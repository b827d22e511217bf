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
        AuthorizedResource,
        CommonMessage,
        CreateUserIdentityInput,
        CreateUserIdentityInputDict,
        CreateUserInput,
        CreateUserInputDict,
        Department,
        FindUserByIdentityInput,
        FindUserByIdentityInputDict,
        Group,
        Identity,
        PaginatedAuthorizedResources,
        PaginatedDepartments,
        PaginatedGroups,
        PaginatedPolicies,
        PaginatedPolicyAssignments,
        PaginatedRoles,
        PaginatedUsers,
        Policy,
        PolicyAssignment,
        PolicyAssignmentTargetType,
        PolicyEffect,
        PolicyStatementInput,
        PolicyStatementInputDict,
        RefreshToken,
        ResourceType,
        Role,
        SearchUserDepartmentOpt,
        SearchUserDepartmentOptDict,
        SearchUserGroupOpt,
        SearchUserGroupOptDict,
        SearchUserRoleOpt,
        SearchUserRoleOptDict,
        SortByEnum,
        TokenStatus,
        UDFDataType,
        UDFTargetType,
        UpdateUserInput,
        UpdateUserInputDict,
        User,
        UserDefinedField,
        UserDepartment,
        UserStatus,
    )

    from ._async.custom_fields import AsyncUdfManagementClient
    from ._async.groups import AsyncGroupsManagementClient
    from ._async.management import AsyncManagementClient
    from ._async.policies import AsyncPoliciesManagementClient
    from ._async.roles import AsyncRolesManagementClient
    from ._async.users import AsyncUsersManagementClient
    from ._config import ManagementClientOptions
    from ._inputs.checks import UserInfoDict
    from ._inputs.search import (
        FilterCondition,
        FilterTargetDict,
        FindOptionsDict,
        SearchOptionsDict,
    )
    from ._sync.custom_fields import UdfManagementClient
    from ._sync.groups import GroupsManagementClient
    from ._sync.management import ManagementClient
    from ._sync.policies import PoliciesManagementClient
    from ._sync.roles import RolesManagementClient
    from ._sync.users import UsersManagementClient
    from .errors import (
        APIError,
        AuthenticationError,
        AuthingError,
        AuthingException,
        ConfigurationError,
        ConflictError,
        DeadlineExceededError,
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
    from .models import RolesUpdate, UserDefinedValue

_MODULES = {
    "authing_graphql": (
        "AuthorizedResource",
        "CommonMessage",
        "CreateUserIdentityInput",
        "CreateUserIdentityInputDict",
        "CreateUserInput",
        "CreateUserInputDict",
        "Department",
        "FindUserByIdentityInput",
        "FindUserByIdentityInputDict",
        "Group",
        "Identity",
        "PaginatedAuthorizedResources",
        "PaginatedDepartments",
        "PaginatedGroups",
        "PaginatedPolicies",
        "PaginatedPolicyAssignments",
        "PaginatedRoles",
        "PaginatedUsers",
        "Policy",
        "PolicyAssignment",
        "PolicyAssignmentTargetType",
        "PolicyEffect",
        "PolicyStatementInput",
        "PolicyStatementInputDict",
        "RefreshToken",
        "ResourceType",
        "Role",
        "SearchUserDepartmentOpt",
        "SearchUserDepartmentOptDict",
        "SearchUserGroupOpt",
        "SearchUserGroupOptDict",
        "SearchUserRoleOpt",
        "SearchUserRoleOptDict",
        "SortByEnum",
        "TokenStatus",
        "UDFDataType",
        "UDFTargetType",
        "UNSET",
        "UpdateUserInput",
        "UpdateUserInputDict",
        "User",
        "UserDefinedField",
        "UserDepartment",
        "UserStatus",
    ),
    "authing_users._async.groups": ("AsyncGroupsManagementClient",),
    "authing_users._async.management": ("AsyncManagementClient",),
    "authing_users._async.policies": ("AsyncPoliciesManagementClient",),
    "authing_users._async.roles": ("AsyncRolesManagementClient",),
    "authing_users._async.custom_fields": ("AsyncUdfManagementClient",),
    "authing_users._async.users": ("AsyncUsersManagementClient",),
    "authing_users._config": ("ManagementClientOptions",),
    "authing_users._inputs.checks": ("UserInfoDict",),
    "authing_users._inputs.search": (
        "FilterCondition",
        "FilterTargetDict",
        "FindOptionsDict",
        "SearchOptionsDict",
    ),
    "authing_users._sync.groups": ("GroupsManagementClient",),
    "authing_users._sync.management": ("ManagementClient",),
    "authing_users._sync.policies": ("PoliciesManagementClient",),
    "authing_users._sync.roles": ("RolesManagementClient",),
    "authing_users._sync.custom_fields": ("UdfManagementClient",),
    "authing_users._sync.users": ("UsersManagementClient",),
    "authing_users.errors": (
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
        "ServerError",
        "TransportError",
        "TransportTimeoutError",
    ),
    "authing_users.models": (
        "RolesUpdate",
        "UserDefinedValue",
    ),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "UNSET",
    "APIError",
    "AsyncGroupsManagementClient",
    "AsyncManagementClient",
    "AsyncPoliciesManagementClient",
    "AsyncRolesManagementClient",
    "AsyncUdfManagementClient",
    "AsyncUsersManagementClient",
    "AuthenticationError",
    "AuthingError",
    "AuthingException",
    "AuthorizedResource",
    "CommonMessage",
    "ConfigurationError",
    "ConflictError",
    "CreateUserIdentityInput",
    "CreateUserIdentityInputDict",
    "CreateUserInput",
    "CreateUserInputDict",
    "DeadlineExceededError",
    "Department",
    "FilterCondition",
    "FilterTargetDict",
    "FindOptionsDict",
    "FindUserByIdentityInput",
    "FindUserByIdentityInputDict",
    "Group",
    "GroupsManagementClient",
    "Identity",
    "InvalidInputError",
    "InvalidRequestError",
    "InvalidResponseError",
    "ManagementClient",
    "ManagementClientOptions",
    "NotFoundError",
    "PaginatedAuthorizedResources",
    "PaginatedDepartments",
    "PaginatedGroups",
    "PaginatedPolicies",
    "PaginatedPolicyAssignments",
    "PaginatedRoles",
    "PaginatedUsers",
    "PartialFailureError",
    "PermissionDeniedError",
    "PoliciesManagementClient",
    "Policy",
    "PolicyAssignment",
    "PolicyAssignmentTargetType",
    "PolicyEffect",
    "PolicyStatementInput",
    "PolicyStatementInputDict",
    "RateLimitError",
    "RefreshToken",
    "ResourceType",
    "Role",
    "RolesManagementClient",
    "RolesUpdate",
    "SearchOptionsDict",
    "SearchUserDepartmentOpt",
    "SearchUserDepartmentOptDict",
    "SearchUserGroupOpt",
    "SearchUserGroupOptDict",
    "SearchUserRoleOpt",
    "SearchUserRoleOptDict",
    "ServerError",
    "SortByEnum",
    "TokenStatus",
    "TransportError",
    "TransportTimeoutError",
    "UDFDataType",
    "UDFTargetType",
    "UdfManagementClient",
    "UpdateUserInput",
    "UpdateUserInputDict",
    "User",
    "UserDefinedField",
    "UserDefinedValue",
    "UserDepartment",
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
