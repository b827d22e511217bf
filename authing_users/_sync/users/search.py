# Derived from authing_users/_async/users/search.py: change that, and run `make generate`.

"""Search users by text and by conditions."""

from collections.abc import Generator, Iterable, Sequence
from typing import cast, overload

from authing_graphql import (
    UNSET,
    PaginatedUsers,
    SearchUserDepartmentOptDict,
    SearchUserGroupOptDict,
    SearchUserRoleOptDict,
)

from ..._inputs.checks import positive_int
from ..._inputs.search import (
    FilterCondition,
    SearchDepartments,
    SearchDict,
    SearchGroups,
    SearchOptions,
    SearchOptionsDict,
    SearchRoles,
    filter_conditions,
    search_options,
    search_text,
)
from ..._inputs.signatures import WrongKeyOrValue, show_last_overload
from ..._protocol.rest import rest_request, rest_result
from ..._runtime.user_type import UserT_co
from ..base import UserClientBase, UserRequest
from ..paging import paginate_users


class Search(UserClientBase[UserT_co]):
    """Searches users by text and by conditions."""

    @overload
    def search(
        self,
        query: str,
        options: SearchDict[WrongKeyOrValue] | Sequence[str] | None = None,
        page: int = 1,
        limit: int = 10,
        *,
        department_opts: Sequence[SearchUserDepartmentOptDict] | None = None,
        group_opts: Sequence[SearchUserGroupOptDict] | None = None,
        role_opts: Sequence[SearchUserRoleOptDict] | None = None,
        with_custom_data: bool = False,
        fields: Iterable[str] | None = None,
    ) -> PaginatedUsers[UserT_co]: ...
    @overload
    def search(
        self,
        query: str,
        options: SearchOptionsDict | Sequence[str] | None = None,
        page: int = 1,
        limit: int = 10,
        *,
        department_opts: SearchDepartments | None = None,
        group_opts: SearchGroups | None = None,
        role_opts: SearchRoles | None = None,
        with_custom_data: bool = False,
        fields: Iterable[str] | None = None,
    ) -> PaginatedUsers[UserT_co]: ...
    @overload
    def search(  # type: ignore[overload-cannot-match]
        self,
        query: str,
        options: SearchOptionsDict = ...,
        page: int = 1,
        limit: int = 10,
        *,
        department_opts: Sequence[SearchUserDepartmentOptDict] | None = None,
        group_opts: Sequence[SearchUserGroupOptDict] | None = None,
        role_opts: Sequence[SearchUserRoleOptDict] | None = None,
        with_custom_data: bool = False,
        fields: Iterable[str] | None = None,
    ) -> PaginatedUsers[UserT_co]: ...
    @show_last_overload
    def search(
        self,
        query: str,
        options: object = None,
        page: int = 1,
        limit: int = 10,
        *,
        department_opts: SearchDepartments | None = None,
        group_opts: SearchGroups | None = None,
        role_opts: SearchRoles | None = None,
        with_custom_data: bool = False,
        fields: Iterable[str] | None = None,
    ) -> PaginatedUsers[UserT_co]:
        """Search for users whose fields contain a text.

        Args:
            query: Text to search for. It may be empty if ``department_opts``, ``group_opts`` or
                ``role_opts`` is given; the search then returns all their users.
            options: The fields to search, as ``{"fields": ["username"]}`` or just the list.
                Default: username, nickname, email, phone, company, name, givenName, familyName,
                middleName, profile and preferredUsername. The dict can also contain
                ``departmentOpts``, ``groupOpts``, ``roleOpts`` and ``withCustomData``, instead of
                the arguments below. Empty strings count as not given.
            page: Page number, starting at 1.
            limit: Users per page.
            department_opts: Return only members of these departments: ``[{"departmentId": …,
                "includeChildrenDepartments": …}]``.
            group_opts: Return only members of these groups: ``[{"code": …}]``.
            role_opts: Return only users with these roles: ``[{"code": …, "namespace": …}]``.
            with_custom_data: Whether to include the values of the users' custom fields.
            fields: Names of the fields to request besides ``id``, such as ``["username"]``.
                Names of attributes and GraphQL names are accepted. Other attributes have their
                default, which is ``None``. Default: all fields.

        Returns:
            ``totalCount``, the number of matching users, and ``list``, the users of this page.

        Raises:
            InvalidInputError: ``query`` is empty and the search is not restricted, an option is
                unknown or has the wrong type, or users have no such field.
            InvalidRequestError: Users cannot be searched by one of the fields.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``searchUser``.
        """
        keywords = {
            "departmentOpts": department_opts,
            "groupOpts": group_opts,
            "roleOpts": role_opts,
        }
        checked = search_options(
            options, keywords, with_custom_data=with_custom_data, user_model=self._user_model
        )
        request = self._requesting(fields, checked.with_custom_data)
        text, page = search_text(query, checked), positive_int(page, "page")
        return self._search_page(text, checked, page, positive_int(limit, "limit"), request)

    @overload
    def iter_search(
        self,
        query: str,
        options: SearchDict[WrongKeyOrValue] | Sequence[str] | None = None,
        limit: int = 100,
        *,
        department_opts: Sequence[SearchUserDepartmentOptDict] | None = None,
        group_opts: Sequence[SearchUserGroupOptDict] | None = None,
        role_opts: Sequence[SearchUserRoleOptDict] | None = None,
        with_custom_data: bool = False,
        prefetch: int = 1,
        fields: Iterable[str] | None = None,
    ) -> Generator[UserT_co, None, None]: ...
    @overload
    def iter_search(
        self,
        query: str,
        options: SearchOptionsDict | Sequence[str] | None = None,
        limit: int = 100,
        *,
        department_opts: SearchDepartments | None = None,
        group_opts: SearchGroups | None = None,
        role_opts: SearchRoles | None = None,
        with_custom_data: bool = False,
        prefetch: int = 1,
        fields: Iterable[str] | None = None,
    ) -> Generator[UserT_co, None, None]: ...
    @overload
    def iter_search(  # type: ignore[overload-cannot-match]
        self,
        query: str,
        options: SearchOptionsDict = ...,
        limit: int = 100,
        *,
        department_opts: Sequence[SearchUserDepartmentOptDict] | None = None,
        group_opts: Sequence[SearchUserGroupOptDict] | None = None,
        role_opts: Sequence[SearchUserRoleOptDict] | None = None,
        with_custom_data: bool = False,
        prefetch: int = 1,
        fields: Iterable[str] | None = None,
    ) -> Generator[UserT_co, None, None]: ...
    @show_last_overload
    def iter_search(
        self,
        query: str,
        options: object = None,
        limit: int = 100,
        *,
        department_opts: SearchDepartments | None = None,
        group_opts: SearchGroups | None = None,
        role_opts: SearchRoles | None = None,
        with_custom_data: bool = False,
        prefetch: int = 1,
        fields: Iterable[str] | None = None,
    ) -> Generator[UserT_co, None, None]:
        """Iterate over all users whose fields contain a text.

        Pages are requested during the iteration, and each user is yielded once. If a page cannot
        be fetched, its error is raised when the iteration reaches it.

        Args:
            query: Text to search for. It may be empty if ``department_opts``, ``group_opts`` or
                ``role_opts`` is given; the search then returns all their users.
            options: The fields to search, as ``{"fields": ["username"]}`` or just the list.
                Default: username, nickname, email, phone, company, name, givenName, familyName,
                middleName, profile and preferredUsername. The dict can also contain
                ``departmentOpts``, ``groupOpts``, ``roleOpts`` and ``withCustomData``, instead of
                the arguments below. Empty strings count as not given.
            limit: Users per request.
            department_opts: Return only members of these departments: ``[{"departmentId": …,
                "includeChildrenDepartments": …}]``.
            group_opts: Return only members of these groups: ``[{"code": …}]``.
            role_opts: Return only users with these roles: ``[{"code": …, "namespace": …}]``.
            with_custom_data: Whether to include the values of the users' custom fields.
            prefetch: Maximum number of pages to request at the same time, from 1 to 64.
            fields: Names of the fields to request besides ``id``, such as ``["username"]``.
                Names of attributes and GraphQL names are accepted. Other attributes have their
                default, which is ``None``. Default: all fields.

        Raises:
            InvalidInputError: ``query`` is empty and the search is not restricted, an option is
                unknown or has the wrong type, or users have no such field.
            InvalidRequestError: Users cannot be searched by one of the fields.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``searchUser``.
        """
        keywords = {
            "departmentOpts": department_opts,
            "groupOpts": group_opts,
            "roleOpts": role_opts,
        }
        checked = search_options(
            options, keywords, with_custom_data=with_custom_data, user_model=self._user_model
        )
        request = self._requesting(fields, checked.with_custom_data)
        text, limit = search_text(query, checked), positive_int(limit, "limit")
        return paginate_users(
            lambda page: self._search_page(text, checked, page, limit, request), prefetch
        )

    def filter(
        self,
        page: int = 1,
        limit: int = 10,
        filter: Sequence[FilterCondition] | None = None,
    ) -> PaginatedUsers[UserT_co]:
        """List the users that match conditions.

        Args:
            page: Page number, starting at 1.
            limit: Users per page.
            filter: Conditions that users must all match, each a field, ``EQ`` or ``NEQ``, and a
                value: ``({"type": "userDefinedFields", "value": "school"}, "EQ", "MIT")``.
                Default: all users match.

        Returns:
            ``totalCount``, the number of matching users, and ``list``, the users of this page.

        Raises:
            InvalidInputError: A condition is malformed, or JSON cannot represent its value.
            NotFoundError: A custom field does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v2/users/filter``.
        """
        page, limit = positive_int(page, "page"), positive_int(limit, "limit")
        return self._filter_page(filter_conditions(filter), page, limit)

    def iter_filter(
        self,
        filter: Sequence[FilterCondition] | None = None,
        limit: int = 100,
        *,
        prefetch: int = 1,
    ) -> Generator[UserT_co, None, None]:
        """Iterate over all users that match conditions.

        Pages are requested during the iteration, and each user is yielded once. If a page cannot
        be fetched, its error is raised when the iteration reaches it.

        Args:
            filter: Conditions that users must all match, each a field, ``EQ`` or ``NEQ``, and a
                value: ``({"type": "userDefinedFields", "value": "school"}, "EQ", "MIT")``.
                Default: all users match.
            limit: Users per request.
            prefetch: Maximum number of pages to request at the same time, from 1 to 64.

        Raises:
            InvalidInputError: A condition is malformed, or JSON cannot represent its value.
            NotFoundError: A custom field does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v2/users/filter``.
        """
        conditions, limit = filter_conditions(filter), positive_int(limit, "limit")
        return paginate_users(lambda page: self._filter_page(conditions, page, limit), prefetch)

    def _search_page(
        self,
        query: str,
        options: SearchOptions,
        page: int,
        limit: int,
        request: UserRequest,
    ) -> PaginatedUsers[UserT_co]:
        users = request.api.search_users(
            query,
            fields=options.fields,
            page=page,
            limit=limit,
            department_opts=options.departments,
            group_opts=options.groups,
            role_opts=options.roles,
            with_custom_data=request.with_custom_data or UNSET,
        )
        return cast("PaginatedUsers[UserT_co]", users)

    def _filter_page(
        self, conditions: list[list[object]], page: int, limit: int
    ) -> PaginatedUsers[UserT_co]:
        body = {"page": page, "limit": limit, "filter": conditions}
        request = rest_request(
            "FilterUsers", "POST", "/api/v2/users/filter", body=body, is_mutation=False
        )
        result_type = self._result_type(PaginatedUsers)
        users = self._transport.run(request, lambda response: rest_result(result_type, response))
        return cast("PaginatedUsers[UserT_co]", users)
