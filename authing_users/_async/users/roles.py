"""The roles that a user holds."""

from collections.abc import Iterable
from typing import overload

from authing_graphql import CommonMessage, PaginatedRoles, UnsetType

from ..._inputs.checks import (
    MISSING,
    non_empty_string,
    non_empty_string_list,
    optional_string,
    user_id_argument,
)
from ..._protocol.response import SUCCESS, user_not_found
from ...errors import AuthingError, InvalidResponseError, PartialFailureError
from ...models import RolesUpdate
from ..assignments import assign_roles, revoke_roles
from ..base import AsyncClientBase


class AsyncRoles(AsyncClientBase):
    """Reads and changes the roles that a user holds."""

    @overload
    async def list_roles(self, userId: str, namespace: str | None = None) -> PaginatedRoles: ...
    @overload
    async def list_roles(self, *, user_id: str, namespace: str | None = None) -> PaginatedRoles: ...
    async def list_roles(
        self, userId: object = MISSING, namespace: object = None, **others: object
    ) -> PaginatedRoles:
        """List the roles that a user holds, all of them.

        Args:
            userId: Id of the user; ``user_id`` is another name for it.
            namespace: Permission namespace of the roles; when ``None``, it is left to the API.

        Raises:
            InvalidInputError: The id is missing; nothing was sent.
            NotFoundError: There is no such user.

        API: query ``user``, its field ``roles``.
        """
        checked_id = user_id_argument("list_roles", userId, others)
        return await self._roles(checked_id, optional_string(namespace, "namespace"))

    async def has_role(self, user_id: str, role_code: str, namespace: str | None = None) -> bool:
        """Say whether a user holds a role.

        Args:
            user_id: Id of the user.
            role_code: Code of the role.
            namespace: Permission namespace of the role; when ``None``, it is left to the API.

        Raises:
            NotFoundError: There is no such user.

        API: query ``user``, its field ``roles``.
        """
        code, scope = (
            non_empty_string(role_code, "role_code"),
            optional_string(namespace, "namespace"),
        )
        roles = await self._roles(non_empty_string(user_id, "user_id"), scope)
        return any(role.code == code for role in roles.list)

    async def add_roles(
        self, userId: str, roles: Iterable[str], namespace: str | None = None
    ) -> RolesUpdate:
        """Give roles to a user.

        Args:
            userId: Id of the user.
            roles: Codes of the roles.
            namespace: Permission namespace of the roles; when ``None``, it is left to the API.

        Returns:
            ``code`` and ``message``, the outcome; ``totalCount`` and ``list``, the roles that the
            user has now.

        Raises:
            InvalidInputError: ``roles`` is no list of codes; nothing was sent.
            NotFoundError: The user or a role does not exist; nothing was changed.
            PartialFailureError: The roles were added, but could not be listed afterwards.

        API: mutation ``assignRole``, then query ``user``, its field ``roles``.
        """
        user_id, codes, scope = _change("add_roles", userId, roles, namespace)
        message = await assign_roles(self._api, codes, [user_id], scope)
        return await self._updated(user_id, scope, message, "AssignRole")

    async def remove_roles(
        self, userId: str, roles: Iterable[str], namespace: str | None = None
    ) -> RolesUpdate:
        """Take roles from a user.

        Args:
            userId: Id of the user.
            roles: Codes of the roles.
            namespace: Permission namespace of the roles; when ``None``, it is left to the API.

        Returns:
            ``code`` and ``message``, the outcome; ``totalCount`` and ``list``, the roles that the
            user has now.

        Raises:
            InvalidInputError: ``roles`` is no list of codes; nothing was sent.
            NotFoundError: The user or a role does not exist; nothing was changed.
            PartialFailureError: The roles were removed, but could not be listed afterwards.

        API: mutation ``revokeRole``, then query ``user``, its field ``roles``.
        """
        user_id, codes, scope = _change("remove_roles", userId, roles, namespace)
        message = await revoke_roles(self._api, codes, [user_id], scope)
        return await self._updated(user_id, scope, message, "RevokeRole")

    async def _roles(self, user_id: str, namespace: "str | UnsetType") -> PaginatedRoles:
        user = await self._api.list_user_roles(user_id, namespace)
        if user is None:
            raise user_not_found("ListUserRoles")
        if user.roles is None:
            raise InvalidResponseError(
                "The server did not answer the roles", operation="ListUserRoles"
            )
        return user.roles

    async def _updated(
        self, user_id: str, namespace: "str | UnsetType", message: CommonMessage, operation: str
    ) -> RolesUpdate:
        try:
            roles = await self._roles(user_id, namespace)
        except AuthingError as error:
            raise PartialFailureError(
                f"The roles of user {user_id} were changed, but could not be listed afterwards",
                user_id=user_id,
                completed=operation,
                error=error,
            ) from error
        return RolesUpdate(
            code=SUCCESS,
            message=message.message,
            total_count=roles.total_count,
            list=roles.list,
        )


def _change(
    method: str, user_id: object, roles: object, namespace: object
) -> tuple[str, list[str], "str | UnsetType"]:
    codes = non_empty_string_list(roles, "roles", f"{method}('USER_ID', ['ROLE'])")
    return non_empty_string(user_id, "userId"), codes, optional_string(namespace, "namespace")
