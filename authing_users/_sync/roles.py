# Derived from authing_users/_async/roles.py: change that, and run `make generate`.

"""The roles of a user pool."""

from collections.abc import Generator, Iterable

from authing_graphql import (
    UNSET,
    CommonMessage,
    PaginatedAuthorizedResources,
    PaginatedPolicyAssignments,
    PaginatedRoles,
    PaginatedUsers,
    PolicyAssignmentTargetType,
    Role,
    User,
)

from .._inputs.checks import (
    MISSING,
    non_empty_string,
    non_empty_string_list,
    optional_string,
    positive_int,
)
from .._inputs.search import ResourceKind, resource_kind
from .._protocol.response import not_found, require_outcome
from .assignments import (
    assign_policies,
    assign_roles,
    policy_assignments,
    revoke_roles,
    unassign_policies,
)
from .base import ClientBase
from .paging import paginate_users

__all__ = ["RolesManagementClient"]

ROLE = PolicyAssignmentTargetType.ROLE


class RolesManagementClient(ClientBase):
    """Manages the roles of a user pool.

    A role is known by its code within a permission namespace. Where ``namespace`` is ``None``,
    it is left to the API, which takes the default namespace.
    """

    def list(self, page: int = 1, limit: int = 10, namespace: str | None = None) -> PaginatedRoles:
        """List the roles of a namespace, newest first.

        Args:
            page: One-based number of the page.
            limit: Roles on a page.
            namespace: Permission namespace.

        API: query ``roles``.
        """
        return self._api.list_roles(
            namespace=optional_string(namespace, "namespace"),
            page=positive_int(page, "page"),
            limit=positive_int(limit, "limit"),
        )

    def create(
        self,
        code: str,
        description: str | None = None,
        parentCode: str | None = None,
        namespace: str | None = None,
    ) -> Role:
        """Create a role.

        Args:
            code: Code that identifies the role in its namespace.
            description: What the role is for.
            parentCode: Code of the role that it inherits from.
            namespace: Permission namespace.

        Raises:
            ConflictError: The code is taken.
            NotFoundError: There is no such parent.

        API: mutation ``createRole``.
        """
        return self._api.create_role(
            non_empty_string(code, "code"),
            namespace=optional_string(namespace, "namespace"),
            description=optional_string(description, "description"),
            parent=optional_string(parentCode, "parentCode"),
        )

    def detail(self, code: str, namespace: str | None = None) -> Role | None:
        """Fetch one role.

        Args:
            code: Code of the role.
            namespace: Permission namespace.

        Returns:
            The role, or ``None`` when there is none.

        API: query ``role``.
        """
        code = non_empty_string(code, "code")
        return self._api.get_role(code, optional_string(namespace, "namespace"))

    def update(
        self,
        code: str,
        description: str | None = MISSING,
        newCode: str | None = None,
        namespace: str | None = None,
    ) -> Role:
        """Change a role.

        Args:
            code: Code of the role.
            description: What the role is for; as it is when not given, cleared by ``None``.
            newCode: The code that the role gets; as it is when ``None``.
            namespace: Permission namespace.

        Raises:
            NotFoundError: There is no such role.
            ConflictError: The new code is taken.

        API: mutation ``updateRole``.
        """
        return self._api.update_role(
            non_empty_string(code, "code"),
            description=UNSET if description is MISSING else description,
            new_code=optional_string(newCode, "newCode"),
            namespace=optional_string(namespace, "namespace"),
        )

    def delete(self, code: str, namespace: str | None = None) -> CommonMessage:
        """Delete a role; its holders stay.

        Args:
            code: Code of the role.
            namespace: Permission namespace.

        Raises:
            NotFoundError: There is no such role.

        API: mutation ``deleteRole``.
        """
        code, scope = non_empty_string(code, "code"), optional_string(namespace, "namespace")
        return require_outcome(self._api.delete_role(code, scope), "DeleteRole")

    def delete_many(self, code_list: Iterable[str], namespace: str | None = None) -> CommonMessage:
        """Delete several roles; their holders stay.

        Args:
            code_list: Codes of the roles.
            namespace: Permission namespace.

        Raises:
            NotFoundError: One of the roles does not exist; none is deleted.

        API: mutation ``deleteRoles``.
        """
        codes = non_empty_string_list(code_list, "code_list", "delete_many(['ROLE'])")
        scope = optional_string(namespace, "namespace")
        return require_outcome(self._api.delete_roles(codes, scope), "DeleteRoles")

    def list_users(
        self,
        code: str,
        page: int = 1,
        limit: int = 10,
        namespace: str | None = None,
        with_custom_data: bool = False,
    ) -> PaginatedUsers:
        """List the holders of a role.

        Args:
            code: Code of the role.
            page: One-based number of the page.
            limit: Users on a page.
            namespace: Permission namespace.
            with_custom_data: Whether to read the custom data of the users too.

        Raises:
            NotFoundError: There is no such role.

        API: query ``role``, its field ``users``.
        """
        code, page = non_empty_string(code, "code"), positive_int(page, "page")
        limit = positive_int(limit, "limit")
        return self._users(code, page, limit, namespace, with_custom_data)

    def iter_users(
        self,
        code: str,
        limit: int = 100,
        namespace: str | None = None,
        *,
        with_custom_data: bool = False,
        prefetch: int = 1,
    ) -> Generator[User, None, None]:
        """Iterate over all holders of a role, each once.

        Asks for one page after another, or for several ahead. An error of a page is raised at its
        place.

        Args:
            code: Code of the role.
            limit: Users to ask for at once.
            namespace: Permission namespace.
            with_custom_data: Whether to read the custom data of the users too.
            prefetch: How many pages are asked for at once, ahead of where the walk is.

        API: query ``role``, its field ``users``.
        """
        code, limit = non_empty_string(code, "code"), positive_int(limit, "limit")
        return paginate_users(
            lambda page: self._users(code, page, limit, namespace, with_custom_data), prefetch
        )

    def add_users(
        self, code: str, userIds: Iterable[str], namespace: str | None = None
    ) -> CommonMessage:
        """Give a role to users.

        Args:
            code: Code of the role.
            userIds: Ids of the users.
            namespace: Permission namespace.

        Raises:
            NotFoundError: The role or a user does not exist; nothing was changed.

        API: mutation ``assignRole``.
        """
        ids = non_empty_string_list(userIds, "userIds", "add_users('ROLE', ['USER_ID'])")
        codes, scope = [non_empty_string(code, "code")], optional_string(namespace, "namespace")
        return assign_roles(self._api, codes, ids, scope)

    def remove_users(
        self, code: str, userIds: Iterable[str], namespace: str | None = None
    ) -> CommonMessage:
        """Take a role from users. Not holding it is no error.

        Args:
            code: Code of the role.
            userIds: Ids of the users.
            namespace: Permission namespace.

        Raises:
            NotFoundError: The role or a user does not exist; nothing was changed.

        API: mutation ``revokeRole``.
        """
        ids = non_empty_string_list(userIds, "userIds", "remove_users('ROLE', ['USER_ID'])")
        codes, scope = [non_empty_string(code, "code")], optional_string(namespace, "namespace")
        return revoke_roles(self._api, codes, ids, scope)

    def list_policies(
        self, code: str, page: int = 1, limit: int = 10
    ) -> PaginatedPolicyAssignments:
        """List the policies that are assigned to a role.

        Args:
            code: Code of the role.
            page: One-based number of the page.
            limit: Assignments on a page.

        API: query ``policyAssignments``.
        """
        page, limit = positive_int(page, "page"), positive_int(limit, "limit")
        code = non_empty_string(code, "code")
        return policy_assignments(self._api, page, limit, target_type=ROLE, target=code)

    def add_policies(self, code: str, policies: Iterable[str]) -> CommonMessage:
        """Assign policies to a role.

        Args:
            code: Code of the role.
            policies: Codes of the policies.

        Raises:
            NotFoundError: The role or a policy does not exist; nothing was changed.

        API: mutation ``addPolicyAssignments``.
        """
        codes = non_empty_string_list(policies, "policies", "add_policies('ROLE', ['POLICY'])")
        return assign_policies(self._api, codes, ROLE, [non_empty_string(code, "code")])

    def remove_policies(self, code: str, policies: Iterable[str]) -> CommonMessage:
        """Take policies from a role.

        Args:
            code: Code of the role.
            policies: Codes of the policies.

        API: mutation ``removePolicyAssignments``.
        """
        codes = non_empty_string_list(policies, "policies", "remove_policies('ROLE', ['POLICY'])")
        return unassign_policies(self._api, codes, ROLE, [non_empty_string(code, "code")])

    def list_authorized_resources(
        self, code: str, namespace: str | None = None, resource_type: ResourceKind | None = None
    ) -> PaginatedAuthorizedResources:
        """List the resources that the holders of a role may act on through it.

        Args:
            code: Code of the role.
            namespace: Permission namespace; when ``None``, it is left to the API.
            resource_type: Only resources of this kind: ``DATA``, ``API``, ``MENU``, ``UI`` or
                ``BUTTON``.

        Raises:
            NotFoundError: There is no such role.

        API: query ``role``, its field ``authorizedResources``.
        """
        role = self._api.list_role_authorized_resources(
            non_empty_string(code, "code"),
            namespace=optional_string(namespace, "namespace"),
            resource_type=resource_kind(resource_type),
        )
        if role is None or role.authorized_resources is None:
            raise not_found("role", "ListRoleAuthorizedResources")
        return role.authorized_resources

    def _users(
        self, code: str, page: int, limit: int, namespace: str | None, with_custom_data: bool
    ) -> PaginatedUsers:
        role = self._api.list_role_users(
            code,
            namespace=optional_string(namespace, "namespace"),
            page=page,
            limit=limit,
            with_custom_data=with_custom_data or UNSET,
        )
        if role is None or role.users is None:
            raise not_found("role", "ListRoleUsers")
        return role.users
