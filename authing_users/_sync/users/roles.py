# Derived from authing_users/_async/users/roles.py: change that, and run `make generate`.

"""Read and change the roles of a user."""

from collections.abc import Iterable
from typing import overload

from authing_graphql import CommonMessage, PaginatedRoles, UnsetType

from ..._inputs.checks import (
    non_empty_string,
    non_empty_string_list,
    optional_string,
)
from ..._inputs.signatures import NOT_GIVEN, show_last_overload
from ..._inputs.users import user_id_argument
from ..._protocol.response import SUCCESS, require_outcome, user_not_found
from ...errors import AuthingError, InvalidResponseError, PartialFailureError
from ...models import RolesUpdate
from ..base import ClientBase


class UserRoles(ClientBase):
    """Reads and changes the roles of a user."""

    @overload
    def list_roles(self, *, user_id: str, namespace: str | None = None) -> PaginatedRoles: ...
    @overload
    def list_roles(self, userId: str, namespace: str | None = None) -> PaginatedRoles: ...
    @show_last_overload
    def list_roles(
        self, userId: object = NOT_GIVEN, namespace: object = None, **others: object
    ) -> PaginatedRoles:
        """List all roles of a user.

        Args:
            userId: ID of the user. ``user_id`` is another name of this argument.
            namespace: Permission namespace of the roles. Default: chosen by the API.

        Returns:
            ``totalCount``, and ``list`` with all roles on one page.

        Raises:
            InvalidInputError: The ID is missing, or a string is empty.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``user``, field ``roles``.
        """
        user_id = user_id_argument("list_roles", userId, others)
        return self._roles(user_id, optional_string(namespace, "namespace"))

    def has_role(self, user_id: str, role_code: str, namespace: str | None = None) -> bool:
        """Check whether a user has a role.

        Args:
            user_id: ID of the user.
            role_code: Code of the role.
            namespace: Permission namespace of the role. Default: chosen by the API.

        Returns:
            Whether the user has the role.

        Raises:
            InvalidInputError: A string is empty.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``user``, field ``roles``.
        """
        code = non_empty_string(role_code, "role_code")
        roles = self._roles(
            non_empty_string(user_id, "user_id"), optional_string(namespace, "namespace")
        )
        return any(role.code == code for role in roles.list)

    def add_roles(
        self, userId: str, roles: Iterable[str], namespace: str | None = None
    ) -> RolesUpdate:
        """Assign roles to a user atomically. If any code is unknown, no role is assigned.

        Args:
            userId: ID of the user.
            roles: Codes of the roles.
            namespace: Permission namespace of the roles. Default: chosen by the API.

        Returns:
            The outcome in ``code`` and ``message``, and all roles that the user has afterwards in
            ``totalCount`` and ``list``.

        Raises:
            InvalidInputError: ``roles`` is empty or not a list of strings, or a string is empty.
            NotFoundError: The user or one of the roles does not exist.
            PartialFailureError: The roles were assigned, but could not be listed afterwards.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``assignRole``, then query ``user``, field ``roles``.
        """
        user_id, codes, api_namespace = _role_arguments("add_roles", userId, roles, namespace)
        message = self._api.assign_role(codes, [user_id], api_namespace)
        return self._roles_update(user_id, api_namespace, message, "AssignRole")

    def remove_roles(
        self, userId: str, roles: Iterable[str], namespace: str | None = None
    ) -> RolesUpdate:
        """Revoke roles from a user. Roles that the user does not have are ignored.

        Args:
            userId: ID of the user.
            roles: Codes of the roles.
            namespace: Permission namespace of the roles. Default: chosen by the API.

        Returns:
            The outcome in ``code`` and ``message``, and all roles that the user has afterwards in
            ``totalCount`` and ``list``.

        Raises:
            InvalidInputError: ``roles`` is empty or not a list of strings, or a string is empty.
            NotFoundError: The user or one of the roles does not exist.
            PartialFailureError: The roles were revoked, but could not be listed afterwards.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``revokeRole``, then query ``user``, field ``roles``.
        """
        user_id, codes, api_namespace = _role_arguments("remove_roles", userId, roles, namespace)
        message = self._api.revoke_role(codes, [user_id], api_namespace)
        return self._roles_update(user_id, api_namespace, message, "RevokeRole")

    def _roles(self, user_id: str, namespace: "str | UnsetType") -> PaginatedRoles:
        user = self._api.list_user_roles(user_id, namespace)
        if user is None:
            raise user_not_found("ListUserRoles")
        if user.roles is None:
            raise InvalidResponseError(
                "The response does not contain the roles of the user", operation="ListUserRoles"
            )
        return user.roles

    def _roles_update(
        self,
        user_id: str,
        namespace: "str | UnsetType",
        message: CommonMessage | None,
        operation: str,
    ) -> RolesUpdate:
        outcome = require_outcome(message, operation)
        try:
            roles = self._roles(user_id, namespace)
        except AuthingError as error:
            raise PartialFailureError(
                f"The roles of user {user_id} were changed, but could not be listed afterwards",
                user_id=user_id,
                completed=operation,
                error=error,
            ) from error
        return RolesUpdate(
            code=SUCCESS,
            message=outcome.message,
            total_count=roles.total_count,
            list=roles.list,
        )


def _role_arguments(
    method: str, user_id: object, roles: object, namespace: object
) -> tuple[str, list[str], "str | UnsetType"]:
    codes = non_empty_string_list(roles, "roles", f"{method}('USER_ID', ['ROLE'])")
    return non_empty_string(user_id, "userId"), codes, optional_string(namespace, "namespace")
