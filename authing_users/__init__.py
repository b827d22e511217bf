"""A typed client for the users of an Authing user pool.

Importing this package imports neither ``httpx`` nor ``pydantic``: the module that defines a name
is imported when the name is first used.
"""

import importlib
from typing import TYPE_CHECKING

from ._version import __version__ as __version__

if TYPE_CHECKING:
    from ._async.acl import *
    from ._async.custom_fields import *
    from ._async.groups import *
    from ._async.management import *
    from ._async.orgs import *
    from ._async.policies import *
    from ._async.roles import *
    from ._async.userpool import *
    from ._async.users import *
    from ._generated import *
    from ._inputs.acl import *
    from ._inputs.custom_fields import *
    from ._inputs.emails import *
    from ._inputs.policies import *
    from ._inputs.records import *
    from ._inputs.search import *
    from ._inputs.user_tokens import *
    from ._inputs.user_updates import *
    from ._inputs.users import *
    from ._sync.acl import *
    from ._sync.custom_fields import *
    from ._sync.groups import *
    from ._sync.management import *
    from ._sync.orgs import *
    from ._sync.policies import *
    from ._sync.roles import *
    from ._sync.userpool import *
    from ._sync.users import *
    from .bulk import *
    from .errors import *
    from .http_interface import *
    from .models import *
    from .options import *
    from .plans import *
    from .scaling import *

_NAMES = {
    "_generated": """
        AsyncExecutor Executor
        AuthorizedResource AuthorizedTarget AuthorizedTargetsActionsInput
        AuthorizedTargetsActionsInputDict AuthorizeResourceOpt AuthorizeResourceOptDict
        CommonMessage CreateUserIdentityInput CreateUserIdentityInputDict
        CreateUserInput CreateUserInputDict Department EmailScene FindUserByIdentityInput
        FindUserByIdentityInputDict Group Identity Operator Org PaginatedAuthorizedResources
        PaginatedAuthorizedTargets PaginatedDepartments PaginatedGroups PaginatedOrgs
        PaginatedPolicies PaginatedPolicyAssignments PaginatedRoles PaginatedUsers Policy
        PolicyAssignment PolicyAssignmentTargetType
        PolicyEffect PolicyStatement PolicyStatementCondition PolicyStatementConditionInput
        PolicyStatementConditionInputDict PolicyStatementInput PolicyStatementInputDict
        RefreshToken ResourceType Role RoleParent SearchUserDepartmentOpt
        SearchUserDepartmentOptDict SearchUserGroupOpt SearchUserGroupOptDict
        SearchUserRoleOpt SearchUserRoleOptDict SortByEnum TokenStatus TokenStatusData
        UDFDataType UDFTargetType UNSET UpdateUserInput UpdateUserInputDict User
        UserDefinedField UserDepartment UserStatus
    """,
    "_async.acl": "AsyncAclManagementClient",
    "_async.groups": "AsyncGroupsManagementClient",
    "_async.management": "AsyncManagementClient",
    "_async.orgs": "AsyncOrgsManagementClient",
    "_async.policies": "AsyncPoliciesManagementClient",
    "_async.roles": "AsyncRolesManagementClient",
    "_async.custom_fields": "AsyncUdfManagementClient",
    "_async.userpool": "AsyncUserpoolManagementClient",
    "_async.users": "AsyncUsersManagementClient",
    "_sync.acl": "AclManagementClient",
    "_sync.groups": "GroupsManagementClient",
    "_sync.management": "ManagementClient",
    "_sync.orgs": "OrgsManagementClient",
    "_sync.policies": "PoliciesManagementClient",
    "_sync.roles": "RolesManagementClient",
    "_sync.custom_fields": "UdfManagementClient",
    "_sync.userpool": "UserpoolManagementClient",
    "_sync.users": "UsersManagementClient",
    "http_interface": "AsyncHTTPClient AsyncHTTPResponse HTTPClient HTTPResponse",
    "_inputs.custom_fields": """
        CustomFieldDataType CustomFieldTargetType CustomValueDict RoleCustomValuesDict
        UserCustomValuesDict
    """,
    "_inputs.acl": "ActionsCondition AuthorizationTargets ResourceActionDict ResourceActions",
    "_inputs.emails": "EmailSceneName",
    "_inputs.policies": "PolicyStatementInputs PolicyTargetType",
    "_inputs.records": "UserRecord UserRecordIdentity UserRecordStatus",
    "_inputs.search": """
        FilterCondition FilterOperator FilterTargetDict FindOptionsDict ResourceKind
        SearchDepartments SearchGroups SearchOptionsDict SearchRoles
    """,
    "_inputs.user_tokens": "TokenAlgorithm",
    "_inputs.user_updates": "UserUpdatesDict",
    "_inputs.users": "QueryField SortBy UserInfoDict",
    "bulk": """
        BulkItem BulkKey BulkOptionsDict BulkOutcome BulkProgress BulkResult BulkStop Checkpoint
        ItemState OnConflict StopSignal
    """,
    "errors": """
        APIError AuthenticationError AuthingError AuthingException ConfigurationError
        ConflictError DeadlineExceededError DeletionLimitError ErrorDetail InvalidInputError
        InvalidRequestError InvalidResponseError InvalidTokenError NotFoundError
        PartialFailureError PermissionDeniedError PlanOutdatedError RateLimitError
        ResponseTooLargeError SchemaDriftWarning ServerError TokenExpiredError TransportError
        TransportTimeoutError
    """,
    "models": """
        CreatedUser EnvVariable LoginStatus OrgNode PasswordCheck PermissionNamespace
        PermissionNamespaces PermittedResource Resource ResourceAction Resources RestModel
        RolesUpdate TokenClaims UserAction UserActions UserDefinedValue UserDepartments
        UserPoolDetail UserTenants WellKnown
    """,
    "options": """
        AsyncClientOptionsDict BaseClientOptionsDict ClientOptionsDict Language Limiter
        ManagementClientOptions RequestOptions RequestOptionsDict Verify
    """,
    "scaling": """
        CheckpointSummary Shard SharedLimiter SQLiteCheckpoint
    """,
    "plans": """
        Change MembershipChange MissingAction Plan PlanConflict PlanConflictKind PlannedCreate
        PlannedMissing PlannedStep PlannedUpdate RecordRow UnwritableDifference
    """,
}
"""The exported names, by the module that defines them."""

_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names.split()}

if not TYPE_CHECKING:
    __all__ = ["__version__", *_MODULE_OF]  # noqa: PLE0604

    def __getattr__(name: str) -> object:
        """Import the module that defines a name when the name is first used."""
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f".{_MODULE_OF[name]}", __name__), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted(__all__)
