# Derived from authing_users/_async/users/search.py: change that, and run `make generate`.

"""Searching users, by text and by conditions."""

from collections.abc import Generator, Sequence

from authing_graphql import (
    UNSET,
    PaginatedUsers,
    SearchUserDepartmentOpt,
    SearchUserDepartmentOptDict,
    SearchUserGroupOpt,
    SearchUserGroupOptDict,
    SearchUserRoleOpt,
    SearchUserRoleOptDict,
    User,
)

from ..._inputs.checks import positive_int
from ..._inputs.search import (
    FilterCondition,
    SearchOptions,
    SearchOptionsDict,
    filter_conditions,
    search_options,
    search_text,
)
from ..._protocol.rest import rest_request, rest_result
from ..base import ClientBase
from ..paging import paginate_users

Departments = Sequence[SearchUserDepartmentOpt | SearchUserDepartmentOptDict]
Groups = Sequence[SearchUserGroupOpt | SearchUserGroupOptDict]
Roles = Sequence[SearchUserRoleOpt | SearchUserRoleOptDict]


class Search(ClientBase):
    """Searches users, by text and by conditions."""

    def search(
        self,
        query: str,
        options: SearchOptionsDict | Sequence[str] | None = None,
        page: int = 1,
        limit: int = 10,
        *,
        department_opts: Departments | None = None,
        group_opts: Groups | None = None,
        role_opts: Roles | None = None,
        with_custom_data: bool = False,
    ) -> PaginatedUsers:
        """Search users by a fragment of text.

        Args:
            query: The text to look for. It may be empty when the departments, groups or roles
                are given: all of their users are found then.
            options: ``{"fields": [...]}``, or just the list: the fields to look in. When absent:
                username, nickname, email, phone, company, name, givenName, familyName,
                middleName, profile and preferredUsername.
            page: One-based number of the page.
            limit: Users on a page.
            department_opts: Only members of one of these departments: ``[{"departmentId": …,
                "includeChildrenDepartments": …}]``. Also ``departmentOpts`` of the options.
            group_opts: Only members of one of these groups: ``[{"code": …}]``. Also
                ``groupOpts`` of the options.
            role_opts: Only holders of one of these roles: ``[{"code": …, "namespace": …}]``.
                Also ``roleOpts`` of the options.
            with_custom_data: Whether to read the custom data of the users too.

        Returns:
            ``totalCount``, the number of users found, and ``list``, the users of the page.

        Raises:
            InvalidInputError: The text is empty and nothing restricts the search, or an option is
                unknown or of the wrong type; nothing was sent.

        API: query ``searchUser``.
        """
        named = {
            "departmentOpts": department_opts,
            "groupOpts": group_opts,
            "roleOpts": role_opts,
        }
        wanted = search_options(options, named, with_custom_data=with_custom_data)
        text, page = search_text(query, wanted), positive_int(page, "page")
        return self._search(text, wanted, page, positive_int(limit, "limit"))

    def iter_search(
        self,
        query: str,
        options: SearchOptionsDict | Sequence[str] | None = None,
        limit: int = 100,
        *,
        department_opts: Departments | None = None,
        group_opts: Groups | None = None,
        role_opts: Roles | None = None,
        with_custom_data: bool = False,
        prefetch: int = 1,
    ) -> Generator[User, None, None]:
        """Iterate over all users that a search finds, each once.

        Asks for one page after another, or for several ahead. An error of a page is raised at its
        place.

        Args:
            query: The text to look for, as for ``search``.
            options: The fields to look in, as ``search`` takes them.
            limit: Users to ask for at once.
            department_opts: Only members of one of these departments, as for ``search``.
            group_opts: Only members of one of these groups, as for ``search``.
            role_opts: Only holders of one of these roles, as for ``search``.
            with_custom_data: Whether to read the custom data of the users too.
            prefetch: How many pages are asked for at once, ahead of where the walk is.

        Raises:
            InvalidInputError: The text is empty and nothing restricts the search, or an option is
                unknown or of the wrong type; nothing was sent.

        API: query ``searchUser``.
        """
        named = {
            "departmentOpts": department_opts,
            "groupOpts": group_opts,
            "roleOpts": role_opts,
        }
        wanted = search_options(options, named, with_custom_data=with_custom_data)
        text, limit = search_text(query, wanted), positive_int(limit, "limit")
        return paginate_users(lambda page: self._search(text, wanted, page, limit), prefetch)

    def filter(
        self,
        page: int = 1,
        limit: int = 10,
        filter: Sequence[FilterCondition] | None = None,
    ) -> PaginatedUsers:
        """List the users that fulfil conditions.

        Args:
            page: One-based number of the page.
            limit: Users on a page.
            filter: The conditions, all of which must hold; none when ``None``. Each is what is
                looked at, ``EQ`` or ``NEQ``, and the value to compare with:
                ``({"type": "userDefinedFields", "value": "school"}, "EQ", "MIT")``.

        Returns:
            ``totalCount``, the number of users that fulfil them, and ``list``, the users of the
            page.

        Raises:
            InvalidInputError: A condition is malformed, or its value has no form in JSON; nothing
                was sent.
            NotFoundError: There is no such custom field.

        API: ``POST /api/v2/users/filter``.
        """
        page, limit = positive_int(page, "page"), positive_int(limit, "limit")
        return self._filtered(filter_conditions(filter), page, limit)

    def iter_filter(
        self,
        filter: Sequence[FilterCondition] | None = None,
        limit: int = 100,
        *,
        prefetch: int = 1,
    ) -> Generator[User, None, None]:
        """Iterate over all users that fulfil conditions, each once.

        Asks for one page after another, or for several ahead. An error of a page is raised at its
        place.

        Args:
            filter: The conditions, as for ``filter``.
            limit: Users to ask for at once.
            prefetch: How many pages are asked for at once, ahead of where the walk is.

        Raises:
            InvalidInputError: A condition is malformed, or its value has no form in JSON; nothing
                was sent.
            NotFoundError: There is no such custom field.

        API: ``POST /api/v2/users/filter``.
        """
        conditions, limit = filter_conditions(filter), positive_int(limit, "limit")
        return paginate_users(lambda page: self._filtered(conditions, page, limit), prefetch)

    def _search(self, query: str, wanted: SearchOptions, page: int, limit: int) -> PaginatedUsers:
        return self._api.search_users(
            query,
            fields=wanted.fields,
            page=page,
            limit=limit,
            department_opts=wanted.departments,
            group_opts=wanted.groups,
            role_opts=wanted.roles,
            with_custom_data=wanted.with_custom_data or UNSET,
        )

    def _filtered(self, conditions: list[list[object]], page: int, limit: int) -> PaginatedUsers:
        body = {"page": page, "limit": limit, "filter": conditions}
        request = rest_request(
            "FilterUsers", "POST", "/api/v2/users/filter", body=body, is_mutation=False
        )
        return self._transport.run(request, lambda response: rest_result(PaginatedUsers, response))
