# Derived from authing_users/_async/orgs.py: change that, and run `make generate`.

"""The organizations of a user pool, and their departments."""

from collections.abc import Generator, Iterable
from typing import NamedTuple, cast

from authing_graphql import (
    UNSET,
    Department,
    Org,
    PaginatedAuthorizedResources,
    PaginatedOrgs,
    PaginatedUsers,
    SortByEnum,
    UnsetType,
)

from .._inputs.checks import boolean, non_empty_string, optional_string, positive_int
from .._inputs.search import ResourceKind, resource_kind
from .._inputs.users import SortBy, sort_order
from .._protocol.response import not_found
from .._runtime.user_type import UserT_co
from .base import UserClientBase, UserRequest
from .paging import paginate_by_id, paginate_users

__all__ = ["OrgsManagementClient"]


class _MemberOptions(NamedTuple):
    """The options of ``list_members`` and ``iter_members`` that are the same for all pages."""

    include_children: bool | UnsetType
    sort_by: SortByEnum | UnsetType
    request: UserRequest


class OrgsManagementClient(UserClientBase[UserT_co]):
    """Reads the organizations of a user pool, their departments and the members of these.

    An organization is a tree of departments. Its ID is not the ID of a department: methods with
    ``org_id`` take the ID of an organization, those with ``node_id`` the ID of a department.

    This library does not change organizations. In the emulator, they are created by seeds.
    """

    def list(
        self, page: int = 1, limit: int = 10, *, sort_by: SortBy | None = None
    ) -> PaginatedOrgs:
        """List the organizations with all their departments.

        Args:
            page: Page number, starting at 1.
            limit: Organizations per page.
            sort_by: ``CREATEDAT_DESC``, ``CREATEDAT_ASC``, ``UPDATEDAT_DESC`` or
                ``UPDATEDAT_ASC``. Default: newest first.

        Returns:
            ``totalCount``, the number of organizations on all pages, and ``list``, the
            organizations of this page.

        Raises:
            InvalidInputError: ``page`` or ``limit`` is not a whole number from 1, or ``sort_by`` is
                unknown.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``orgs``.
        """
        page, limit = positive_int(page, "page"), positive_int(limit, "limit")
        return self._orgs_page(page, limit, sort_order(sort_by))

    def iter_list(
        self, limit: int = 10, *, sort_by: SortBy | None = None, prefetch: int = 1
    ) -> Generator[Org, None, None]:
        """Iterate over all organizations with all their departments.

        Pages are requested during the iteration, and each organization is yielded once. If a page
        cannot be fetched, its error is raised when the iteration reaches it.

        Args:
            limit: Organizations per request.
            sort_by: ``CREATEDAT_DESC``, ``CREATEDAT_ASC``, ``UPDATEDAT_DESC`` or
                ``UPDATEDAT_ASC``. Default: newest first.
            prefetch: Maximum number of pages to request at the same time, from 1 to 64.

        Raises:
            InvalidInputError: ``limit`` or ``prefetch`` is out of range, or ``sort_by`` is unknown.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``orgs``.
        """
        limit, order = positive_int(limit, "limit"), sort_order(sort_by)
        return paginate_by_id(lambda page: self._orgs_page(page, limit, order), prefetch)

    def detail(self, org_id: str) -> Org:
        """Fetch one organization with all its departments.

        Args:
            org_id: ID of the organization.

        Returns:
            ``rootNode``, the department at the root, and ``nodes``, all departments as a flat
            list. ``children`` of a department are the IDs of its child departments.

        Raises:
            InvalidInputError: ``org_id`` is empty.
            NotFoundError: The organization does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``org``.
        """
        return self._api.get_org(non_empty_string(org_id, "org_id"))

    find_by_id = detail  # the name in the vendor's SDKs

    def root_node(self, org_id: str) -> Department:
        """Fetch the department at the root of an organization.

        Args:
            org_id: ID of the organization.

        Returns:
            The department.

        Raises:
            InvalidInputError: ``org_id`` is empty.
            NotFoundError: The organization does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``rootNode``.
        """
        return self._api.get_root_department(non_empty_string(org_id, "org_id"))

    def is_root_node(self, org_id: str, node_id: str) -> bool:
        """Check whether a department is the root of an organization.

        Args:
            org_id: ID of the organization.
            node_id: ID of the department.

        Returns:
            Whether it is the root. ``False`` if the department does not exist.

        Raises:
            InvalidInputError: A string is empty.
            NotFoundError: The organization does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``isRootNode``.
        """
        org_id = non_empty_string(org_id, "org_id")
        is_root = self._api.is_root_department(non_empty_string(node_id, "node_id"), org_id)
        return bool(is_root)

    def get_node_by_id(self, node_id: str) -> Department | None:
        """Fetch one department.

        Args:
            node_id: ID of the department.

        Returns:
            The department, or ``None`` if it does not exist.

        Raises:
            InvalidInputError: ``node_id`` is empty.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``nodeById``.
        """
        return self._api.get_department(non_empty_string(node_id, "node_id"))

    def get_node_by_code(self, org_id: str, code: str) -> Department | None:
        """Fetch the department with a code.

        Args:
            org_id: ID of the organization.
            code: Code of the department, unique in the organization.

        Returns:
            The department, or ``None`` if it does not exist.

        Raises:
            InvalidInputError: A string is empty.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``nodeByCode``.
        """
        return self._api.get_department_by_code(
            non_empty_string(org_id, "org_id"), non_empty_string(code, "code")
        )

    def list_children(self, node_id: str) -> "_List[Department]":
        """List the child departments of a department, but not their children.

        Args:
            node_id: ID of the department.

        Returns:
            The child departments.

        Raises:
            InvalidInputError: ``node_id`` is empty.
            NotFoundError: The department does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``childrenNodes``.
        """
        return self._api.list_child_departments(non_empty_string(node_id, "node_id"))

    def search_nodes(self, keyword: str) -> "_List[Department]":
        """Search for departments by name, in all organizations.

        Args:
            keyword: Part of the name.

        Returns:
            The departments.

        Raises:
            InvalidInputError: ``keyword`` is empty.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``searchNodes``.
        """
        return self._api.search_departments(non_empty_string(keyword, "keyword"))

    def list_members(
        self,
        node_id: str,
        page: int = 1,
        limit: int = 10,
        include_children_nodes: bool | None = None,
        *,
        with_custom_data: bool = False,
        sort_by: SortBy | None = None,
        fields: Iterable[str] | None = None,
    ) -> PaginatedUsers[UserT_co]:
        """List the members of a department.

        Args:
            node_id: ID of the department.
            page: Page number, starting at 1.
            limit: Users per page.
            include_children_nodes: Whether to include the members of all departments below it.
                Default: chosen by the API, which includes them.
            with_custom_data: Whether to include the values of the users' custom fields.
            sort_by: ``CREATEDAT_DESC``, ``CREATEDAT_ASC``, ``UPDATEDAT_DESC`` or
                ``UPDATEDAT_ASC``. Default: newest first.
            fields: Names of the fields to request besides ``id``, such as ``["username"]``.
                Names of attributes and GraphQL names are accepted. Other attributes have their
                default, which is ``None``. Default: all fields.

        Returns:
            ``totalCount``, the number of members, and ``list``, the users of this page.

        Raises:
            InvalidInputError: ``node_id`` is empty, ``page`` or ``limit`` is not a whole number
                from 1, ``include_children_nodes`` is not a boolean, ``sort_by`` is unknown, or
                users have no such field.
            NotFoundError: The department does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``nodeById``, field ``users``.
        """
        node_id, page = non_empty_string(node_id, "node_id"), positive_int(page, "page")
        limit = positive_int(limit, "limit")
        options = self._member_options(include_children_nodes, with_custom_data, sort_by, fields)
        return self._members_page(node_id, page, limit, options)

    def iter_members(
        self,
        node_id: str,
        limit: int = 100,
        *,
        include_children_nodes: bool | None = None,
        with_custom_data: bool = False,
        sort_by: SortBy | None = None,
        prefetch: int = 1,
        fields: Iterable[str] | None = None,
    ) -> Generator[UserT_co, None, None]:
        """Iterate over all members of a department.

        Pages are requested during the iteration, and each user is yielded once. If a page cannot
        be fetched, its error is raised when the iteration reaches it.

        Args:
            node_id: ID of the department.
            limit: Users per request.
            include_children_nodes: Whether to include the members of all departments below it.
                Default: chosen by the API, which includes them.
            with_custom_data: Whether to include the values of the users' custom fields.
            sort_by: ``CREATEDAT_DESC``, ``CREATEDAT_ASC``, ``UPDATEDAT_DESC`` or
                ``UPDATEDAT_ASC``. Default: newest first.
            prefetch: Maximum number of pages to request at the same time, from 1 to 64.
            fields: Names of the fields to request besides ``id``, such as ``["username"]``.
                Names of attributes and GraphQL names are accepted. Other attributes have their
                default, which is ``None``. Default: all fields.

        Raises:
            InvalidInputError: ``node_id`` is empty, ``limit`` or ``prefetch`` is out of range,
                ``include_children_nodes`` is not a boolean, ``sort_by`` is unknown, or users have
                no such field.
            NotFoundError: The department does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``nodeById``, field ``users``.
        """
        node_id, limit = non_empty_string(node_id, "node_id"), positive_int(limit, "limit")
        options = self._member_options(include_children_nodes, with_custom_data, sort_by, fields)
        return paginate_users(
            lambda page: self._members_page(node_id, page, limit, options), prefetch
        )

    def list_authorized_resources(
        self, node_id: str, namespace: str | None = None, resource_type: ResourceKind | None = None
    ) -> PaginatedAuthorizedResources:
        """List the resources that a department grants its members access to.

        Args:
            node_id: ID of the department.
            namespace: Permission namespace. Default: chosen by the API.
            resource_type: Return only resources of this kind: ``DATA``, ``API``, ``MENU``, ``UI``
                or ``BUTTON``.

        Returns:
            ``totalCount``, and ``list`` with the ``code``, ``type`` and ``actions`` of each
            resource.

        Raises:
            InvalidInputError: A string is empty, or ``resource_type`` is unknown.
            NotFoundError: The department does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``nodeById``, field ``authorizedResources``.
        """
        department = self._api.list_department_authorized_resources(
            non_empty_string(node_id, "node_id"),
            optional_string(namespace, "namespace"),
            resource_kind(resource_type),
        )
        if department is None or department.authorized_resources is None:
            raise not_found("department", "ListDepartmentAuthorizedResources")
        return department.authorized_resources

    def list_authorized_resources_by_code(
        self,
        org_id: str,
        code: str,
        namespace: str | None = None,
        resource_type: ResourceKind | None = None,
    ) -> PaginatedAuthorizedResources:
        """List the resources that the department with a code grants its members access to.

        Args:
            org_id: ID of the organization.
            code: Code of the department, unique in the organization.
            namespace: Permission namespace. Default: chosen by the API.
            resource_type: Return only resources of this kind: ``DATA``, ``API``, ``MENU``, ``UI``
                or ``BUTTON``.

        Returns:
            ``totalCount``, and ``list`` with the ``code``, ``type`` and ``actions`` of each
            resource.

        Raises:
            InvalidInputError: A string is empty, or ``resource_type`` is unknown.
            NotFoundError: The department does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``nodeByCode``, field ``authorizedResources``.
        """
        department = self._api.list_department_authorized_resources_by_code(
            non_empty_string(org_id, "org_id"),
            non_empty_string(code, "code"),
            optional_string(namespace, "namespace"),
            resource_kind(resource_type),
        )
        if department is None or department.authorized_resources is None:
            raise not_found("department", "ListDepartmentAuthorizedResourcesByCode")
        return department.authorized_resources

    def _member_options(
        self,
        include_children: object,
        with_custom_data: bool,
        sort_by: SortBy | None,
        fields: Iterable[str] | None,
    ) -> _MemberOptions:
        return _MemberOptions(
            UNSET
            if include_children is None
            else boolean(include_children, "include_children_nodes"),
            sort_order(sort_by),
            self._requesting(fields, with_custom_data),
        )

    def _orgs_page(self, page: int, limit: int, sort_by: SortByEnum | UnsetType) -> PaginatedOrgs:
        return self._api.list_orgs(page, limit, sort_by)

    def _members_page(
        self, node_id: str, page: int, limit: int, options: _MemberOptions
    ) -> PaginatedUsers[UserT_co]:
        department = options.request.api.list_department_members(
            node_id,
            page,
            limit,
            options.sort_by,
            options.include_children,
            with_custom_data=options.request.with_custom_data or UNSET,
        )
        if department is None:
            raise not_found("department", "ListDepartmentMembers")
        return cast("PaginatedUsers[UserT_co]", department.users)


# Inside the class, `list` is the method.
_List = list
