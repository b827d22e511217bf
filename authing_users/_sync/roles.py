# Derived from authing_users/_async/roles.py: change that, and run `make generate`.

"""The roles of a user pool."""

from collections.abc import Generator, Iterable
from typing import cast

from authing_graphql import (
    UNSET,
    CommonMessage,
    PaginatedAuthorizedResources,
    PaginatedRoles,
    PaginatedUsers,
    Role,
)

from .._inputs.checks import (
    non_empty_string,
    non_empty_string_list,
    nullable_text,
    optional_string,
    positive_int,
)
from .._inputs.search import ResourceKind, resource_kind
from .._inputs.signatures import NOT_GIVEN
from .._protocol.response import not_found, require_outcome
from .._runtime.user_type import UserT_co
from .base import UserClientBase, UserRequest
from .paging import paginate_by_code, paginate_users
from .role_custom_fields import RoleCustomFields
from .role_policies import RolePolicies

__all__ = ["RolesManagementClient"]


class RolesManagementClient(RoleCustomFields, RolePolicies, UserClientBase[UserT_co]):
    """Manages the roles of a user pool.

    The code of a role is unique within its permission namespace. Methods without a ``namespace``
    use the API's default namespace. The methods for custom fields, such as ``get_udf_value``, take
    the ``id`` of a role.
    """

    def list(self, page: int = 1, limit: int = 10, namespace: str | None = None) -> PaginatedRoles:
        """List the roles of a namespace, newest first.

        Args:
            page: Page number, starting at 1.
            limit: Roles per page.
            namespace: Permission namespace. Default: the API's default namespace.

        Returns:
            ``totalCount``, the number of roles on all pages, and ``list``, the roles of this
            page.

        Raises:
            InvalidInputError: ``page`` or ``limit`` is not a whole number from 1.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``roles``.
        """
        page, limit = positive_int(page, "page"), positive_int(limit, "limit")
        return self._roles_page(page, limit, namespace)

    def iter_list(
        self, limit: int = 100, namespace: str | None = None, *, prefetch: int = 1
    ) -> Generator[Role, None, None]:
        """Iterate over all roles of a namespace.

        Pages are requested during the iteration, and each role is yielded once. If a page cannot
        be fetched, its error is raised when the iteration reaches it.

        Args:
            limit: Roles per request.
            namespace: Permission namespace. Default: the API's default namespace.
            prefetch: Maximum number of pages to request at the same time, from 1 to 64.

        Raises:
            InvalidInputError: ``limit`` or ``prefetch`` is out of range.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``roles``.
        """
        limit = positive_int(limit, "limit")
        return paginate_by_code(lambda page: self._roles_page(page, limit, namespace), prefetch)

    def create(
        self,
        code: str,
        description: str | None = None,
        parentCode: str | None = None,
        namespace: str | None = None,
    ) -> Role:
        """Create a role.

        Args:
            code: Code of the role, unique within its namespace.
            description: Description.
            parentCode: Code of the role to inherit from.
            namespace: Permission namespace. Default: the API's default namespace.

        Returns:
            The role as stored.

        Raises:
            InvalidInputError: A string is empty.
            ConflictError: Another role has this code.
            NotFoundError: The parent role does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

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
            namespace: Permission namespace. Default: the API's default namespace.

        Returns:
            The role, or ``None`` if it does not exist.

        Raises:
            InvalidInputError: A string is empty.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``role``.
        """
        return self._api.get_role(
            non_empty_string(code, "code"), optional_string(namespace, "namespace")
        )

    def update(
        self,
        code: str,
        description: str | None = NOT_GIVEN,
        newCode: str | None = None,
        namespace: str | None = None,
    ) -> Role:
        """Update a role. Arguments that are not given leave the role unchanged.

        Args:
            code: Current code of the role.
            description: New description. ``None`` clears it.
            newCode: New code.
            namespace: Permission namespace. Default: the API's default namespace.

        Returns:
            The updated role.

        Raises:
            InvalidInputError: A string is empty.
            NotFoundError: The role does not exist.
            ConflictError: Another role has the new code.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``updateRole``.
        """
        return self._api.update_role(
            non_empty_string(code, "code"),
            description=nullable_text(description, "description"),
            new_code=optional_string(newCode, "newCode"),
            namespace=optional_string(namespace, "namespace"),
        )

    def delete(self, code: str, namespace: str | None = None) -> CommonMessage:
        """Delete a role. Users with the role are not deleted.

        Args:
            code: Code of the role.
            namespace: Permission namespace. Default: the API's default namespace.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: A string is empty.
            NotFoundError: The role does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``deleteRole``.
        """
        message = self._api.delete_role(
            non_empty_string(code, "code"), optional_string(namespace, "namespace")
        )
        return require_outcome(message, "DeleteRole")

    def delete_many(self, code_list: Iterable[str], namespace: str | None = None) -> CommonMessage:
        """Delete several roles atomically. If any code is unknown, no role is deleted.

        Users with the roles are not deleted.

        Args:
            code_list: Codes of the roles.
            namespace: Permission namespace. Default: the API's default namespace.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``code_list`` is empty or not a list of strings.
            NotFoundError: One of the roles does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``deleteRoles``.
        """
        codes = non_empty_string_list(code_list, "code_list", "delete_many(['ROLE'])")
        message = self._api.delete_roles(codes, optional_string(namespace, "namespace"))
        return require_outcome(message, "DeleteRoles")

    def list_users(
        self,
        code: str,
        page: int = 1,
        limit: int = 10,
        namespace: str | None = None,
        with_custom_data: bool = False,
        *,
        fields: Iterable[str] | None = None,
    ) -> PaginatedUsers[UserT_co]:
        """List the users with a role.

        Args:
            code: Code of the role.
            page: Page number, starting at 1.
            limit: Users per page.
            namespace: Permission namespace. Default: the API's default namespace.
            with_custom_data: Whether to include the values of the users' custom fields.
            fields: Names of the fields to request besides ``id``, such as ``["username"]``.
                Names of attributes and GraphQL names are accepted. Other attributes have their
                default, which is ``None``. Default: all fields.

        Returns:
            ``totalCount``, the number of users with the role, and ``list``, the users of this
            page.

        Raises:
            InvalidInputError: A string is empty, ``page`` or ``limit`` is not a whole number from
                1, or users have no such field.
            NotFoundError: The role does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``role``, field ``users``.
        """
        code, page = non_empty_string(code, "code"), positive_int(page, "page")
        limit = positive_int(limit, "limit")
        request = self._requesting(fields, with_custom_data)
        return self._users_page(code, page, limit, namespace, request)

    def iter_users(
        self,
        code: str,
        limit: int = 100,
        namespace: str | None = None,
        *,
        with_custom_data: bool = False,
        prefetch: int = 1,
        fields: Iterable[str] | None = None,
    ) -> Generator[UserT_co, None, None]:
        """Iterate over all users with a role.

        Pages are requested during the iteration, and each user is yielded once. If a page cannot
        be fetched, its error is raised when the iteration reaches it.

        Args:
            code: Code of the role.
            limit: Users per request.
            namespace: Permission namespace. Default: the API's default namespace.
            with_custom_data: Whether to include the values of the users' custom fields.
            fields: Names of the fields to request besides ``id``, such as ``["username"]``.
                Names of attributes and GraphQL names are accepted. Other attributes have their
                default, which is ``None``. Default: all fields.
            prefetch: Maximum number of pages to request at the same time, from 1 to 64.

        Raises:
            InvalidInputError: A string is empty, ``limit`` or ``prefetch`` is out of range, or
                users have no such field.
            NotFoundError: The role does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``role``, field ``users``.
        """
        code, limit = non_empty_string(code, "code"), positive_int(limit, "limit")
        request = self._requesting(fields, with_custom_data)
        return paginate_users(
            lambda page: self._users_page(code, page, limit, namespace, request), prefetch
        )

    def add_users(
        self, code: str, userIds: Iterable[str], namespace: str | None = None
    ) -> CommonMessage:
        """Assign a role to users atomically. If any ID is unknown, no user gets the role.

        Args:
            code: Code of the role.
            userIds: IDs of the users.
            namespace: Permission namespace. Default: the API's default namespace.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``code`` or ``userIds`` is empty or has the wrong type.
            NotFoundError: The role or one of the users does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``assignRole``.
        """
        ids = non_empty_string_list(userIds, "userIds", "add_users('ROLE', ['USER_ID'])")
        message = self._api.assign_role(
            [non_empty_string(code, "code")], ids, optional_string(namespace, "namespace")
        )
        return require_outcome(message, "AssignRole")

    def remove_users(
        self, code: str, userIds: Iterable[str], namespace: str | None = None
    ) -> CommonMessage:
        """Revoke a role from users. Users without the role are ignored.

        Args:
            code: Code of the role.
            userIds: IDs of the users.
            namespace: Permission namespace. Default: the API's default namespace.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``code`` or ``userIds`` is empty or has the wrong type.
            NotFoundError: The role or one of the users does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``revokeRole``.
        """
        ids = non_empty_string_list(userIds, "userIds", "remove_users('ROLE', ['USER_ID'])")
        message = self._api.revoke_role(
            [non_empty_string(code, "code")], ids, optional_string(namespace, "namespace")
        )
        return require_outcome(message, "RevokeRole")

    def list_authorized_resources(
        self, code: str, namespace: str | None = None, resource_type: ResourceKind | None = None
    ) -> PaginatedAuthorizedResources:
        """List the resources that a role grants access to.

        Args:
            code: Code of the role.
            namespace: Permission namespace. Default: the API's default namespace.
            resource_type: Return only resources of this kind: ``DATA``, ``API``, ``MENU``, ``UI``
                or ``BUTTON``.

        Returns:
            ``totalCount``, and ``list`` with the ``code``, ``type`` and ``actions`` of each
            resource.

        Raises:
            InvalidInputError: A string is empty, or ``resource_type`` is unknown.
            NotFoundError: The role does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``role``, field ``authorizedResources``.
        """
        role = self._api.list_role_authorized_resources(
            non_empty_string(code, "code"),
            namespace=optional_string(namespace, "namespace"),
            resource_type=resource_kind(resource_type),
        )
        if role is None or role.authorized_resources is None:
            raise not_found("role", "ListRoleAuthorizedResources")
        return role.authorized_resources

    def _roles_page(self, page: int, limit: int, namespace: str | None) -> PaginatedRoles:
        return self._api.list_roles(
            namespace=optional_string(namespace, "namespace"), page=page, limit=limit
        )

    def _users_page(
        self, code: str, page: int, limit: int, namespace: str | None, request: UserRequest
    ) -> PaginatedUsers[UserT_co]:
        role = request.api.list_role_users(
            code,
            namespace=optional_string(namespace, "namespace"),
            page=page,
            limit=limit,
            with_custom_data=request.with_custom_data or UNSET,
        )
        if role is None or role.users is None:
            raise not_found("role", "ListRoleUsers")
        return cast("PaginatedUsers[UserT_co]", role.users)
