"""The groups of a user pool."""

from collections.abc import AsyncGenerator, Iterable

from authing_graphql import (
    UNSET,
    CommonMessage,
    Group,
    PaginatedAuthorizedResources,
    PaginatedGroups,
    PaginatedUsers,
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
from .assignments import add_to_group, remove_from_group
from .base import AsyncClientBase
from .paging import paginate_users

__all__ = ["AsyncGroupsManagementClient"]


class AsyncGroupsManagementClient(AsyncClientBase):
    """Manages the groups of a user pool."""

    async def list(self, page: int = 1, limit: int = 10) -> PaginatedGroups:
        """List the groups, newest first.

        Args:
            page: One-based number of the page.
            limit: Groups on a page.

        API: query ``groups``.
        """
        return await self._api.list_groups(
            page=positive_int(page, "page"), limit=positive_int(limit, "limit")
        )

    async def create(self, code: str, name: str, description: str | None = None) -> Group:
        """Create a group.

        Args:
            code: Code that identifies the group.
            name: Display name.
            description: What the group is for.

        Raises:
            ConflictError: The code is taken.

        API: mutation ``createGroup``.
        """
        code, name = non_empty_string(code, "code"), non_empty_string(name, "name")
        return await self._api.create_group(code, name, optional_string(description, "description"))

    async def detail(self, code: str) -> Group | None:
        """Fetch one group.

        Args:
            code: Code of the group.

        Returns:
            The group, or ``None`` when there is none.

        API: query ``group``.
        """
        return await self._api.get_group(non_empty_string(code, "code"))

    async def update(
        self,
        code: str,
        new_code: str | None = None,
        name: str | None = None,
        description: str | None = MISSING,
    ) -> Group:
        """Change a group.

        Args:
            code: Code of the group.
            new_code: The code that the group gets; as it is when ``None``.
            name: Display name; as it is when ``None``.
            description: What the group is for; as it is when not given, cleared by ``None``.

        Raises:
            NotFoundError: There is no such group.
            ConflictError: The new code is taken.

        API: mutation ``updateGroup``.
        """
        return await self._api.update_group(
            non_empty_string(code, "code"),
            name=optional_string(name, "name"),
            description=UNSET if description is MISSING else description,
            new_code=optional_string(new_code, "new_code"),
        )

    async def delete(self, code: str) -> CommonMessage:
        """Delete a group; its members stay.

        Args:
            code: Code of the group.

        Raises:
            NotFoundError: There is no such group.

        API: mutation ``deleteGroups``.
        """
        return await self._delete([non_empty_string(code, "code")])

    async def delete_many(self, code_list: Iterable[str]) -> CommonMessage:
        """Delete several groups; their members stay.

        Args:
            code_list: Codes of the groups.

        Raises:
            NotFoundError: One of the groups does not exist; none is deleted.

        API: mutation ``deleteGroups``.
        """
        return await self._delete(
            non_empty_string_list(code_list, "code_list", "delete_many(['GROUP'])")
        )

    async def list_users(
        self, code: str, page: int = 1, limit: int = 10, with_custom_data: bool = False
    ) -> PaginatedUsers:
        """List the members of a group.

        Args:
            code: Code of the group.
            page: One-based number of the page.
            limit: Users on a page.
            with_custom_data: Whether to read the custom data of the users too.

        Raises:
            NotFoundError: There is no such group.

        API: query ``group``, its field ``users``.
        """
        code, page = non_empty_string(code, "code"), positive_int(page, "page")
        return await self._users(code, page, positive_int(limit, "limit"), with_custom_data)

    def iter_users(
        self, code: str, limit: int = 100, *, with_custom_data: bool = False, prefetch: int = 1
    ) -> AsyncGenerator[User, None]:
        """Iterate over all members of a group, each once.

        Asks for one page after another, or for several ahead. An error of a page is raised at its
        place.

        Args:
            code: Code of the group.
            limit: Users to ask for at once.
            with_custom_data: Whether to read the custom data of the users too.
            prefetch: How many pages are asked for at once, ahead of where the walk is.

        API: query ``group``, its field ``users``.
        """
        code, limit = non_empty_string(code, "code"), positive_int(limit, "limit")
        return paginate_users(
            lambda page: self._users(code, page, limit, with_custom_data), prefetch
        )

    async def add_users(self, code: str, user_ids: Iterable[str]) -> CommonMessage:
        """Add users to a group.

        Args:
            code: Code of the group.
            user_ids: Ids of the users.

        Raises:
            NotFoundError: The group or a user does not exist; nothing was changed.

        API: mutation ``addUserToGroup``.
        """
        ids = non_empty_string_list(user_ids, "user_ids", "add_users('GROUP', ['USER_ID'])")
        return await add_to_group(self._api, ids, non_empty_string(code, "code"))

    async def remove_users(self, code: str, user_ids: Iterable[str]) -> CommonMessage:
        """Remove users from a group. Not being in the group is no error.

        Args:
            code: Code of the group.
            user_ids: Ids of the users.

        API: mutation ``removeUserFromGroup``.
        """
        ids = non_empty_string_list(user_ids, "user_ids", "remove_users('GROUP', ['USER_ID'])")
        return await remove_from_group(self._api, ids, non_empty_string(code, "code"))

    async def list_authorized_resources(
        self, code: str, namespace: str | None = None, resource_type: ResourceKind | None = None
    ) -> PaginatedAuthorizedResources:
        """List the resources that the members of a group may act on through it.

        Args:
            code: Code of the group.
            namespace: Permission namespace; when ``None``, it is left to the API.
            resource_type: Only resources of this kind: ``DATA``, ``API``, ``MENU``, ``UI`` or
                ``BUTTON``.

        Raises:
            NotFoundError: There is no such group.

        API: query ``group``, its field ``authorizedResources``.
        """
        group = await self._api.list_group_authorized_resources(
            non_empty_string(code, "code"),
            namespace=optional_string(namespace, "namespace"),
            resource_type=resource_kind(resource_type),
        )
        if group is None or group.authorized_resources is None:
            raise not_found("group", "ListGroupAuthorizedResources")
        return group.authorized_resources

    async def _delete(self, codes: "Codes") -> CommonMessage:
        return require_outcome(await self._api.delete_groups(codes), "DeleteGroups")

    async def _users(
        self, code: str, page: int, limit: int, with_custom_data: bool
    ) -> PaginatedUsers:
        group = await self._api.list_group_users(
            code, page, limit, with_custom_data=with_custom_data or UNSET
        )
        if group is None or group.users is None:
            raise not_found("group", "ListGroupUsers")
        return group.users


# Inside of the class, `list` is the method.
Codes = list[str]
