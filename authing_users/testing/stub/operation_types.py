"""The operations that can be stubbed: their variables, and the types of their results.

Written by ``scripts/stub_operations.py``: change ``queries/`` or ``operations.py``, and run
``make generate``.
"""

from collections.abc import Mapping
from typing import Any, Literal, overload

from authing_graphql import (
    CommonMessage,
    Department,
    Group,
    Org,
    PaginatedAuthorizedResources,
    PaginatedAuthorizedTargets,
    PaginatedDepartments,
    PaginatedGroups,
    PaginatedOrgs,
    PaginatedPolicies,
    PaginatedPolicyAssignments,
    PaginatedRoles,
    PaginatedUsers,
    Policy,
    RefreshToken,
    Role,
    TokenStatus,
    User,
    UserDefinedData,
    UserDefinedDataMap,
    UserDefinedField,
)

from ...models import (
    CreatedUser,
    LoginStatus,
    OrgNode,
    PermissionNamespace,
    PermissionNamespaces,
    PermittedResource,
    Resource,
    Resources,
    UserActions,
    UserTenants,
)
from .expectations import Stub


class StubsOperations:
    """The overloads of ``AuthingStub.on``."""

    @overload
    def on(
        self, operation: Literal["ActivateUser"], /, *, userId: object = ...
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["AddPolicyAssignments"],
        /,
        *,
        inheritByChildren: object = ...,
        namespace: object = ...,
        policies: object = ...,
        targetIdentifiers: object = ...,
        targetType: object = ...,
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self, operation: Literal["AddUserToGroup"], /, *, code: object = ..., userIds: object = ...
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["Allow"],
        /,
        *,
        action: object = ...,
        namespace: object = ...,
        resource: object = ...,
        roleCode: object = ...,
        userId: object = ...,
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["AssignRole"],
        /,
        *,
        namespace: object = ...,
        roleCodes: object = ...,
        userIds: object = ...,
    ) -> Stub[CommonMessage | None]: ...
    @overload
    def on(
        self,
        operation: Literal["AuthorizeResource"],
        /,
        *,
        namespace: object = ...,
        opts: object = ...,
        resource: object = ...,
        resourceType: object = ...,
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["BatchGetUserDefinedData"],
        /,
        *,
        targetIds: object = ...,
        targetType: object = ...,
    ) -> Stub[list[UserDefinedDataMap]]: ...
    @overload
    def on(
        self,
        operation: Literal["BatchGetUsers"],
        /,
        *,
        ids: object = ...,
        type: object = ...,
        withCustomData: object = ...,
    ) -> Stub[list[User]]: ...
    @overload
    def on(
        self, operation: Literal["CheckLoginStatus"], /, *, token: object = ...
    ) -> Stub[TokenStatus | None]: ...
    @overload
    def on(
        self,
        operation: Literal["CheckResourcePermissionBatch"],
        /,
        *,
        namespace: object = ...,
        resources: object = ...,
        userId: object = ...,
    ) -> Stub[list[PermittedResource]]: ...
    @overload
    def on(
        self,
        operation: Literal["CheckUserLoginStatus"],
        /,
        *,
        appId: object = ...,
        deviceId: object = ...,
        userId: object = ...,
    ) -> Stub[LoginStatus]: ...
    @overload
    def on(
        self, operation: Literal["CountLoginsOfApplication"], /, *, appId: object = ...
    ) -> Stub[int]: ...
    @overload
    def on(
        self,
        operation: Literal["CountUsersOfCustomField"],
        /,
        *,
        appId: object = ...,
        definedFieldKey: object = ...,
    ) -> Stub[int]: ...
    @overload
    def on(
        self,
        operation: Literal["CreateGroup"],
        /,
        *,
        code: object = ...,
        description: object = ...,
        name: object = ...,
    ) -> Stub[Group]: ...
    @overload
    def on(
        self,
        operation: Literal["CreateNamespace"],
        /,
        *,
        code: object = ...,
        description: object = ...,
        name: object = ...,
        userPoolId: object = ...,
    ) -> Stub[PermissionNamespace]: ...
    @overload
    def on(
        self,
        operation: Literal["CreatePolicy"],
        /,
        *,
        code: object = ...,
        description: object = ...,
        namespace: object = ...,
        statements: object = ...,
    ) -> Stub[Policy]: ...
    @overload
    def on(
        self,
        operation: Literal["CreateResource"],
        /,
        *,
        actions: object = ...,
        apiIdentifier: object = ...,
        code: object = ...,
        description: object = ...,
        namespace: object = ...,
        type: object = ...,
    ) -> Stub[Resource]: ...
    @overload
    def on(
        self,
        operation: Literal["CreateRole"],
        /,
        *,
        code: object = ...,
        description: object = ...,
        namespace: object = ...,
        parent: object = ...,
    ) -> Stub[Role]: ...
    @overload
    def on(
        self,
        operation: Literal["CreateUser"],
        /,
        *,
        identity: object = ...,
        keepPassword: object = ...,
        params: object = ...,
        resetPasswordOnFirstLogin: object = ...,
        userInfo: object = ...,
        withCustomData: object = ...,
    ) -> Stub[User]: ...
    @overload
    def on(
        self,
        operation: Literal["CreateUsers"],
        /,
        *,
        rawPassword: object = ...,
        users: object = ...,
    ) -> Stub[list[CreatedUser]]: ...
    @overload
    def on(
        self, operation: Literal["DeleteGroups"], /, *, codeList: object = ...
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["DeleteNamespace"],
        /,
        *,
        id: object = ...,
        userPoolId: object = ...,
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["DeletePolicies"],
        /,
        *,
        codeList: object = ...,
        namespace: object = ...,
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self, operation: Literal["DeletePolicy"], /, *, code: object = ..., namespace: object = ...
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["DeleteResource"],
        /,
        *,
        code: object = ...,
        namespace: object = ...,
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self, operation: Literal["DeleteRole"], /, *, code: object = ..., namespace: object = ...
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["DeleteRoles"],
        /,
        *,
        codeList: object = ...,
        namespace: object = ...,
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self, operation: Literal["DeleteUser"], /, *, id: object = ...
    ) -> Stub[CommonMessage | None]: ...
    @overload
    def on(
        self, operation: Literal["DeleteUsers"], /, *, ids: object = ...
    ) -> Stub[CommonMessage | None]: ...
    @overload
    def on(
        self,
        operation: Literal["DisablePolicyAssignment"],
        /,
        *,
        namespace: object = ...,
        policy: object = ...,
        targetIdentifier: object = ...,
        targetType: object = ...,
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["EnablePolicyAssignment"],
        /,
        *,
        namespace: object = ...,
        policy: object = ...,
        targetIdentifier: object = ...,
        targetType: object = ...,
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["FilterUsers"],
        /,
        *,
        filter: object = ...,
        limit: object = ...,
        page: object = ...,
    ) -> Stub[PaginatedUsers]: ...
    @overload
    def on(
        self,
        operation: Literal["FindUser"],
        /,
        *,
        email: object = ...,
        externalId: object = ...,
        identity: object = ...,
        phone: object = ...,
        username: object = ...,
        withCustomData: object = ...,
    ) -> Stub[User | None]: ...
    @overload
    def on(
        self, operation: Literal["GetDepartment"], /, *, id: object = ...
    ) -> Stub[Department | None]: ...
    @overload
    def on(
        self,
        operation: Literal["GetDepartmentByCode"],
        /,
        *,
        code: object = ...,
        orgId: object = ...,
    ) -> Stub[Department | None]: ...
    @overload
    def on(
        self, operation: Literal["GetGroup"], /, *, code: object = ...
    ) -> Stub[Group | None]: ...
    @overload
    def on(self, operation: Literal["GetOrg"], /, *, id: object = ...) -> Stub[Org]: ...
    @overload
    def on(
        self, operation: Literal["GetPolicy"], /, *, code: object = ..., namespace: object = ...
    ) -> Stub[Policy | None]: ...
    @overload
    def on(
        self,
        operation: Literal["GetResource"],
        /,
        *,
        code: object = ...,
        id: object = ...,
        namespace: object = ...,
    ) -> Stub[Resource | None]: ...
    @overload
    def on(
        self, operation: Literal["GetRole"], /, *, code: object = ..., namespace: object = ...
    ) -> Stub[Role | None]: ...
    @overload
    def on(
        self, operation: Literal["GetRootDepartment"], /, *, orgId: object = ...
    ) -> Stub[Department]: ...
    @overload
    def on(
        self, operation: Literal["GetUser"], /, *, id: object = ..., withCustomData: object = ...
    ) -> Stub[User | None]: ...
    @overload
    def on(
        self, operation: Literal["GetUserTenants"], /, *, userId: object = ...
    ) -> Stub[UserTenants | None]: ...
    @overload
    def on(
        self,
        operation: Literal["IsActionAllowed"],
        /,
        *,
        action: object = ...,
        namespace: object = ...,
        resource: object = ...,
        userId: object = ...,
    ) -> Stub[bool]: ...
    @overload
    def on(
        self,
        operation: Literal["IsRootDepartment"],
        /,
        *,
        nodeId: object = ...,
        orgId: object = ...,
    ) -> Stub[bool | None]: ...
    @overload
    def on(
        self,
        operation: Literal["IsUserExists"],
        /,
        *,
        email: object = ...,
        externalId: object = ...,
        phone: object = ...,
        username: object = ...,
    ) -> Stub[bool | None]: ...
    @overload
    def on(
        self, operation: Literal["KickUsers"], /, *, userIds: object = ...
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["LinkIdentity"],
        /,
        *,
        extIdpId: object = ...,
        identifier: object = ...,
        isSocial: object = ...,
        type: object = ...,
        userId: object = ...,
        userIdInIdp: object = ...,
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["ListArchivedUsers"],
        /,
        *,
        limit: object = ...,
        page: object = ...,
        withCustomData: object = ...,
    ) -> Stub[PaginatedUsers]: ...
    @overload
    def on(
        self,
        operation: Literal["ListAuthorizedResources"],
        /,
        *,
        namespace: object = ...,
        resourceType: object = ...,
        targetIdentifier: object = ...,
        targetType: object = ...,
    ) -> Stub[PaginatedAuthorizedResources | None]: ...
    @overload
    def on(
        self,
        operation: Literal["ListAuthorizedResourcesOfKind"],
        /,
        *,
        namespace: object = ...,
        resource: object = ...,
        userId: object = ...,
    ) -> Stub[list[PermittedResource]]: ...
    @overload
    def on(
        self,
        operation: Literal["ListAuthorizedTargets"],
        /,
        *,
        actions: object = ...,
        namespace: object = ...,
        resource: object = ...,
        resourceType: object = ...,
        targetType: object = ...,
    ) -> Stub[PaginatedAuthorizedTargets | None]: ...
    @overload
    def on(
        self, operation: Literal["ListChildDepartments"], /, *, nodeId: object = ...
    ) -> Stub[list[Department]]: ...
    @overload
    def on(
        self,
        operation: Literal["ListDepartmentAuthorizedResources"],
        /,
        *,
        id: object = ...,
        namespace: object = ...,
        resourceType: object = ...,
    ) -> Stub[PaginatedAuthorizedResources | None]: ...
    @overload
    def on(
        self,
        operation: Literal["ListDepartmentAuthorizedResourcesByCode"],
        /,
        *,
        code: object = ...,
        namespace: object = ...,
        orgId: object = ...,
        resourceType: object = ...,
    ) -> Stub[PaginatedAuthorizedResources | None]: ...
    @overload
    def on(
        self,
        operation: Literal["ListDepartmentMembers"],
        /,
        *,
        id: object = ...,
        includeChildrenNodes: object = ...,
        limit: object = ...,
        page: object = ...,
        sortBy: object = ...,
        withCustomData: object = ...,
    ) -> Stub[PaginatedUsers | None]: ...
    @overload
    def on(
        self,
        operation: Literal["ListGroupAuthorizedResources"],
        /,
        *,
        code: object = ...,
        namespace: object = ...,
        resourceType: object = ...,
    ) -> Stub[PaginatedAuthorizedResources | None]: ...
    @overload
    def on(
        self,
        operation: Literal["ListGroupUsers"],
        /,
        *,
        code: object = ...,
        limit: object = ...,
        page: object = ...,
        withCustomData: object = ...,
    ) -> Stub[PaginatedUsers | None]: ...
    @overload
    def on(
        self,
        operation: Literal["ListGroups"],
        /,
        *,
        limit: object = ...,
        page: object = ...,
        sortBy: object = ...,
        userId: object = ...,
    ) -> Stub[PaginatedGroups]: ...
    @overload
    def on(
        self,
        operation: Literal["ListNamespaces"],
        /,
        *,
        limit: object = ...,
        page: object = ...,
        userPoolId: object = ...,
    ) -> Stub[PermissionNamespaces]: ...
    @overload
    def on(
        self,
        operation: Literal["ListOrgs"],
        /,
        *,
        limit: object = ...,
        page: object = ...,
        sortBy: object = ...,
    ) -> Stub[PaginatedOrgs]: ...
    @overload
    def on(
        self,
        operation: Literal["ListPolicies"],
        /,
        *,
        excludeDefault: object = ...,
        limit: object = ...,
        namespace: object = ...,
        page: object = ...,
    ) -> Stub[PaginatedPolicies]: ...
    @overload
    def on(
        self,
        operation: Literal["ListPolicyAssignments"],
        /,
        *,
        code: object = ...,
        limit: object = ...,
        namespace: object = ...,
        page: object = ...,
        targetIdentifier: object = ...,
        targetType: object = ...,
    ) -> Stub[PaginatedPolicyAssignments]: ...
    @overload
    def on(
        self,
        operation: Literal["ListResources"],
        /,
        *,
        limit: object = ...,
        namespace: object = ...,
        page: object = ...,
        type: object = ...,
    ) -> Stub[Resources]: ...
    @overload
    def on(
        self,
        operation: Literal["ListRoleAuthorizedResources"],
        /,
        *,
        code: object = ...,
        namespace: object = ...,
        resourceType: object = ...,
    ) -> Stub[PaginatedAuthorizedResources | None]: ...
    @overload
    def on(
        self,
        operation: Literal["ListRoleUsers"],
        /,
        *,
        code: object = ...,
        limit: object = ...,
        namespace: object = ...,
        page: object = ...,
        withCustomData: object = ...,
    ) -> Stub[PaginatedUsers | None]: ...
    @overload
    def on(
        self,
        operation: Literal["ListRoles"],
        /,
        *,
        limit: object = ...,
        namespace: object = ...,
        page: object = ...,
        sortBy: object = ...,
    ) -> Stub[PaginatedRoles]: ...
    @overload
    def on(
        self,
        operation: Literal["ListUserActions"],
        /,
        *,
        app_id: object = ...,
        clientip: object = ...,
        end: object = ...,
        exclude_non_app_records: object = ...,
        limit: object = ...,
        operation_name: object = ...,
        operator_arn: object = ...,
        page: object = ...,
        start: object = ...,
    ) -> Stub[UserActions]: ...
    @overload
    def on(
        self,
        operation: Literal["ListUserAuthorizedResources"],
        /,
        *,
        id: object = ...,
        namespace: object = ...,
        resourceType: object = ...,
    ) -> Stub[PaginatedAuthorizedResources | None]: ...
    @overload
    def on(
        self,
        operation: Literal["ListUserDefinedData"],
        /,
        *,
        targetId: object = ...,
        targetType: object = ...,
    ) -> Stub[list[UserDefinedData]]: ...
    @overload
    def on(
        self, operation: Literal["ListUserDefinedFields"], /, *, targetType: object = ...
    ) -> Stub[list[UserDefinedField]]: ...
    @overload
    def on(
        self, operation: Literal["ListUserDepartments"], /, *, id: object = ..., orgId: object = ...
    ) -> Stub[PaginatedDepartments | None]: ...
    @overload
    def on(
        self, operation: Literal["ListUserGroups"], /, *, id: object = ...
    ) -> Stub[PaginatedGroups | None]: ...
    @overload
    def on(
        self, operation: Literal["ListUserOrgs"], /, *, userId: object = ...
    ) -> Stub[list[list[OrgNode]]]: ...
    @overload
    def on(
        self, operation: Literal["ListUserRoles"], /, *, id: object = ..., namespace: object = ...
    ) -> Stub[PaginatedRoles | None]: ...
    @overload
    def on(
        self,
        operation: Literal["ListUsers"],
        /,
        *,
        excludeUsersInOrg: object = ...,
        limit: object = ...,
        page: object = ...,
        sortBy: object = ...,
        withCustomData: object = ...,
    ) -> Stub[PaginatedUsers]: ...
    @overload
    def on(
        self, operation: Literal["LogOutUser"], /, *, appId: object = ..., userId: object = ...
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["LoginByEmail"],
        /,
        *,
        input: object = ...,
        withCustomData: object = ...,
    ) -> Stub[User | None]: ...
    @overload
    def on(
        self,
        operation: Literal["LoginByPhonePassword"],
        /,
        *,
        input: object = ...,
        withCustomData: object = ...,
    ) -> Stub[User | None]: ...
    @overload
    def on(
        self,
        operation: Literal["LoginByUsername"],
        /,
        *,
        input: object = ...,
        withCustomData: object = ...,
    ) -> Stub[User | None]: ...
    @overload
    def on(
        self, operation: Literal["RefreshUserToken"], /, *, id: object = ...
    ) -> Stub[RefreshToken | None]: ...
    @overload
    def on(
        self,
        operation: Literal["RemovePolicyAssignments"],
        /,
        *,
        namespace: object = ...,
        policies: object = ...,
        targetIdentifiers: object = ...,
        targetType: object = ...,
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["RemoveUserDefinedData"],
        /,
        *,
        key: object = ...,
        targetId: object = ...,
        targetType: object = ...,
    ) -> Stub[list[UserDefinedData] | None]: ...
    @overload
    def on(
        self,
        operation: Literal["RemoveUserDefinedField"],
        /,
        *,
        key: object = ...,
        targetType: object = ...,
    ) -> Stub[CommonMessage | None]: ...
    @overload
    def on(
        self,
        operation: Literal["RemoveUserFromGroup"],
        /,
        *,
        code: object = ...,
        userIds: object = ...,
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self, operation: Literal["ResignUser"], /, *, userId: object = ...
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self, operation: Literal["ResignUsers"], /, *, userIds: object = ...
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["RevokeResource"],
        /,
        *,
        namespace: object = ...,
        opts: object = ...,
        resource: object = ...,
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["RevokeRole"],
        /,
        *,
        namespace: object = ...,
        roleCodes: object = ...,
        userIds: object = ...,
    ) -> Stub[CommonMessage | None]: ...
    @overload
    def on(
        self, operation: Literal["SearchDepartments"], /, *, keyword: object = ...
    ) -> Stub[list[Department]]: ...
    @overload
    def on(
        self,
        operation: Literal["SearchUsers"],
        /,
        *,
        departmentOpts: object = ...,
        fields: object = ...,
        groupOpts: object = ...,
        limit: object = ...,
        page: object = ...,
        query: object = ...,
        roleOpts: object = ...,
        withCustomData: object = ...,
    ) -> Stub[PaginatedUsers]: ...
    @overload
    def on(
        self,
        operation: Literal["SendFirstLoginVerifyEmail"],
        /,
        *,
        appId: object = ...,
        userId: object = ...,
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["SetUserDefinedData"],
        /,
        *,
        key: object = ...,
        targetId: object = ...,
        targetType: object = ...,
        value: object = ...,
    ) -> Stub[list[UserDefinedData] | None]: ...
    @overload
    def on(
        self,
        operation: Literal["SetUserDefinedDataBatch"],
        /,
        *,
        targetId: object = ...,
        targetType: object = ...,
        udvList: object = ...,
    ) -> Stub[list[UserDefinedData] | None]: ...
    @overload
    def on(
        self,
        operation: Literal["SetUserDefinedDataOfMany"],
        /,
        *,
        input: object = ...,
        targetType: object = ...,
    ) -> Stub[CommonMessage | None]: ...
    @overload
    def on(
        self,
        operation: Literal["SetUserDefinedField"],
        /,
        *,
        dataType: object = ...,
        key: object = ...,
        label: object = ...,
        options: object = ...,
        targetType: object = ...,
    ) -> Stub[UserDefinedField]: ...
    @overload
    def on(
        self, operation: Literal["SuspendUser"], /, *, userId: object = ...
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["UnlinkIdentity"],
        /,
        *,
        extIdpId: object = ...,
        identifier: object = ...,
        isSocial: object = ...,
        type: object = ...,
        userId: object = ...,
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["UnlinkOwnIdentity"],
        /,
        *,
        identifier: object = ...,
        type: object = ...,
    ) -> Stub[CommonMessage]: ...
    @overload
    def on(
        self,
        operation: Literal["UpdateGroup"],
        /,
        *,
        code: object = ...,
        description: object = ...,
        name: object = ...,
        newCode: object = ...,
    ) -> Stub[Group]: ...
    @overload
    def on(
        self,
        operation: Literal["UpdateNamespace"],
        /,
        *,
        code: object = ...,
        description: object = ...,
        id: object = ...,
        name: object = ...,
        userPoolId: object = ...,
    ) -> Stub[PermissionNamespace]: ...
    @overload
    def on(
        self,
        operation: Literal["UpdatePolicy"],
        /,
        *,
        code: object = ...,
        description: object = ...,
        namespace: object = ...,
        newCode: object = ...,
        statements: object = ...,
    ) -> Stub[Policy]: ...
    @overload
    def on(
        self,
        operation: Literal["UpdateResource"],
        /,
        *,
        actions: object = ...,
        apiIdentifier: object = ...,
        code: object = ...,
        description: object = ...,
        namespace: object = ...,
        type: object = ...,
    ) -> Stub[Resource]: ...
    @overload
    def on(
        self,
        operation: Literal["UpdateRole"],
        /,
        *,
        code: object = ...,
        description: object = ...,
        namespace: object = ...,
        newCode: object = ...,
    ) -> Stub[Role]: ...
    @overload
    def on(
        self,
        operation: Literal["UpdateUser"],
        /,
        *,
        id: object = ...,
        input: object = ...,
        withCustomData: object = ...,
    ) -> Stub[User]: ...

    def on(self, operation: Any, /, **variables: object) -> Any:
        """Stub the calls of an operation.

        Args:
            operation: Name of the operation, as errors and logs show it: ``ListUsers``.
            **variables: Variables that the calls must have, as in ``on("ListUsers", page=1)``.
                Others do not matter. A dict stands for an object with at least these fields. If
                several stubs match a call, the last one responds.

        Raises:
            InvalidInputError: The operation or a variable does not exist.
        """
        return self._on(operation, variables)

    def _on(self, operation: str, variables: Mapping[str, object]) -> Stub[Any]:
        raise NotImplementedError
