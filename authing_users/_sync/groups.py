# Derived from authing_users/_async/groups.py: change that, and run `make generate`.

"""The groups of a user pool."""

from collections.abc import Generator, Iterable
from typing import cast

from authing_graphql import (
    UNSET,
    CommonMessage,
    Group,
    PaginatedAuthorizedResources,
    PaginatedGroups,
    PaginatedUsers,
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

__all__ = ["GroupsManagementClient"]


class GroupsManagementClient(UserClientBase[UserT_co]):
    """Manages the groups of a user pool."""

    def list(self, page: int = 1, limit: int = 10) -> PaginatedGroups:
        """List the groups, newest first.

        Args:
            page: Page number, starting at 1.
            limit: Groups per page.

        Returns:
            ``totalCount``, the number of groups on all pages, and ``list``, the groups of this
            page.

        Raises:
            InvalidInputError: ``page`` or ``limit`` is not a whole number from 1.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``groups``.
        """
        page, limit = positive_int(page, "page"), positive_int(limit, "limit")
        return self._api.list_groups(page=page, limit=limit)

    def iter_list(self, limit: int = 100, *, prefetch: int = 1) -> Generator[Group, None, None]:
        """Iterate over all groups.

        Pages are requested during the iteration, and each group is yielded once. If a page cannot
        be fetched, its error is raised when the iteration reaches it.

        Args:
            limit: Groups per request.
            prefetch: Maximum number of pages to request at the same time, from 1 to 64.

        Raises:
            InvalidInputError: ``limit`` or ``prefetch`` is out of range.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``groups``.
        """
        limit = positive_int(limit, "limit")
        return paginate_by_code(
            lambda page: self._api.list_groups(page=page, limit=limit), prefetch
        )

    def create(self, code: str, name: str, description: str | None = None) -> Group:
        """Create a group.

        Args:
            code: Unique code of the group.
            name: Display name.
            description: Description.

        Returns:
            The group as stored.

        Raises:
            InvalidInputError: A string is empty.
            ConflictError: Another group has this code.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``createGroup``.
        """
        code, name = non_empty_string(code, "code"), non_empty_string(name, "name")
        return self._api.create_group(code, name, optional_string(description, "description"))

    def detail(self, code: str) -> Group | None:
        """Fetch one group.

        Args:
            code: Code of the group.

        Returns:
            The group, or ``None`` if it does not exist.

        Raises:
            InvalidInputError: ``code`` is empty.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``group``.
        """
        return self._api.get_group(non_empty_string(code, "code"))

    def update(
        self,
        code: str,
        new_code: str | None = None,
        name: str | None = None,
        description: str | None = NOT_GIVEN,
    ) -> Group:
        """Update a group. Arguments that are not given leave the group unchanged.

        Args:
            code: Current code of the group.
            new_code: New code.
            name: New display name.
            description: New description. ``None`` clears it.

        Returns:
            The updated group.

        Raises:
            InvalidInputError: A string is empty.
            NotFoundError: The group does not exist.
            ConflictError: Another group has the new code.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``updateGroup``.
        """
        return self._api.update_group(
            non_empty_string(code, "code"),
            name=optional_string(name, "name"),
            description=nullable_text(description, "description"),
            new_code=optional_string(new_code, "new_code"),
        )

    def delete(self, code: str) -> CommonMessage:
        """Delete a group. Its members are not deleted.

        Args:
            code: Code of the group.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``code`` is empty.
            NotFoundError: The group does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``deleteGroups``.
        """
        return self._delete([non_empty_string(code, "code")])

    def delete_many(self, code_list: Iterable[str]) -> CommonMessage:
        """Delete several groups atomically. If any code is unknown, no group is deleted.

        The members of the groups are not deleted.

        Args:
            code_list: Codes of the groups.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``code_list`` is empty or not a list of strings.
            NotFoundError: One of the groups does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``deleteGroups``.
        """
        return self._delete(non_empty_string_list(code_list, "code_list", "delete_many(['GROUP'])"))

    def list_users(
        self,
        code: str,
        page: int = 1,
        limit: int = 10,
        with_custom_data: bool = False,
        *,
        fields: Iterable[str] | None = None,
    ) -> PaginatedUsers[UserT_co]:
        """List the members of a group.

        Args:
            code: Code of the group.
            page: Page number, starting at 1.
            limit: Users per page.
            with_custom_data: Whether to include the values of the users' custom fields.
            fields: Names of the fields to request besides ``id``, such as ``["username"]``.
                Names of attributes and GraphQL names are accepted. Other attributes have their
                default, which is ``None``. Default: all fields.

        Returns:
            ``totalCount``, the number of members, and ``list``, the users of this page.

        Raises:
            InvalidInputError: ``code`` is empty, ``page`` or ``limit`` is not a whole number from
                1, or users have no such field.
            NotFoundError: The group does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``group``, field ``users``.
        """
        code, page = non_empty_string(code, "code"), positive_int(page, "page")
        request = self._requesting(fields, with_custom_data)
        limit = positive_int(limit, "limit")
        return self._users_page(code, page, limit, request)

    def iter_users(
        self,
        code: str,
        limit: int = 100,
        *,
        with_custom_data: bool = False,
        prefetch: int = 1,
        fields: Iterable[str] | None = None,
    ) -> Generator[UserT_co, None, None]:
        """Iterate over all members of a group.

        Pages are requested during the iteration, and each user is yielded once. If a page cannot
        be fetched, its error is raised when the iteration reaches it.

        Args:
            code: Code of the group.
            limit: Users per request.
            with_custom_data: Whether to include the values of the users' custom fields.
            fields: Names of the fields to request besides ``id``, such as ``["username"]``.
                Names of attributes and GraphQL names are accepted. Other attributes have their
                default, which is ``None``. Default: all fields.
            prefetch: Maximum number of pages to request at the same time, from 1 to 64.

        Raises:
            InvalidInputError: ``code`` is empty, ``limit`` or ``prefetch`` is out of range, or
                users have no such field.
            NotFoundError: The group does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``group``, field ``users``.
        """
        code, limit = non_empty_string(code, "code"), positive_int(limit, "limit")
        request = self._requesting(fields, with_custom_data)
        return paginate_users(lambda page: self._users_page(code, page, limit, request), prefetch)

    def add_users(self, code: str, user_ids: Iterable[str]) -> CommonMessage:
        """Add users to a group atomically. If any ID is unknown, no user is added.

        Args:
            code: Code of the group.
            user_ids: IDs of the users.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``code`` or ``user_ids`` is empty or has the wrong type.
            NotFoundError: The group or one of the users does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``addUserToGroup``.
        """
        ids = non_empty_string_list(user_ids, "user_ids", "add_users('GROUP', ['USER_ID'])")
        message = self._api.add_user_to_group(ids, non_empty_string(code, "code"))
        return require_outcome(message, "AddUserToGroup")

    def remove_users(self, code: str, user_ids: Iterable[str]) -> CommonMessage:
        """Remove users from a group. Users who are not members are ignored.

        Args:
            code: Code of the group.
            user_ids: IDs of the users.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``code`` or ``user_ids`` is empty or has the wrong type.
            NotFoundError: The group or one of the users does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``removeUserFromGroup``.
        """
        ids = non_empty_string_list(user_ids, "user_ids", "remove_users('GROUP', ['USER_ID'])")
        message = self._api.remove_user_from_group(ids, non_empty_string(code, "code"))
        return require_outcome(message, "RemoveUserFromGroup")

    def list_authorized_resources(
        self, code: str, namespace: str | None = None, resource_type: ResourceKind | None = None
    ) -> PaginatedAuthorizedResources:
        """List the resources that a group grants its members access to.

        Args:
            code: Code of the group.
            namespace: Permission namespace. Default: chosen by the API.
            resource_type: Return only resources of this kind: ``DATA``, ``API``, ``MENU``, ``UI``
                or ``BUTTON``.

        Returns:
            ``totalCount``, and ``list`` with the ``code``, ``type`` and ``actions`` of each
            resource.

        Raises:
            InvalidInputError: A string is empty, or ``resource_type`` is unknown.
            NotFoundError: The group does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``group``, field ``authorizedResources``.
        """
        group = self._api.list_group_authorized_resources(
            non_empty_string(code, "code"),
            namespace=optional_string(namespace, "namespace"),
            resource_type=resource_kind(resource_type),
        )
        if group is None or group.authorized_resources is None:
            raise not_found("group", "ListGroupAuthorizedResources")
        return group.authorized_resources

    def _delete(self, codes: "_Codes") -> CommonMessage:
        return require_outcome(self._api.delete_groups(codes), "DeleteGroups")

    def _users_page(
        self, code: str, page: int, limit: int, request: UserRequest
    ) -> PaginatedUsers[UserT_co]:
        group = request.api.list_group_users(
            code, page, limit, with_custom_data=request.with_custom_data or UNSET
        )
        if group is None or group.users is None:
            raise not_found("group", "ListGroupUsers")
        return cast("PaginatedUsers[UserT_co]", group.users)


# Inside the class, `list` is the method.
_Codes = list[str]
