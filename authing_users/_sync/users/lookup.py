# Derived from authing_users/_async/users/lookup.py: change that, and run `make generate`.

"""Fetch users: by ID, by other identifiers, and page by page."""

from collections.abc import Generator, Iterable
from typing import NamedTuple, cast, overload

from authing_graphql import (
    UNSET,
    PaginatedUsers,
    SortByEnum,
    UnsetType,
)

from ..._inputs.checks import boolean, one_of, positive_int, string_list
from ..._inputs.signatures import NOT_GIVEN, show_last_overload
from ..._inputs.users import QUERY_FIELDS, QueryField, SortBy, sort_order, user_id_argument
from ..._runtime.user_type import UserT_co
from ...errors import InvalidInputError, InvalidResponseError
from ..base import UserClientBase, UserRequest
from ..paging import paginate_users

# The API rejects larger batches with error 2030.
BATCH_SIZE = 80

DETAIL_HINTS = {
    "userIds": (
        " It fetches one user: write batch(userIds=[…]) to fetch several, "
        "or delete_many(userIds=[…]) to delete several."
    ),
}


class _ListOptions(NamedTuple):
    """The options of ``list`` and ``iter_list`` that are the same for all pages."""

    sort_by: SortByEnum | UnsetType
    exclude_users_in_org: bool
    request: UserRequest


class Lookup(UserClientBase[UserT_co]):
    """Fetches users."""

    @overload
    def detail(self, *, user_id: str, with_custom_data: bool = False) -> UserT_co | None: ...
    @overload
    def detail(self, userId: str, with_custom_data: bool = False) -> UserT_co | None: ...
    @show_last_overload
    def detail(
        self, userId: object = NOT_GIVEN, with_custom_data: bool = False, **others: object
    ) -> UserT_co | None:
        """Fetch one user.

        Args:
            userId: ID of the user. ``user_id`` is another name of this argument.
            with_custom_data: Whether to include the values of the user's custom fields.

        Returns:
            The user, or ``None`` if it does not exist.

        Raises:
            InvalidInputError: The ID is missing or empty.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``user``.
        """
        user_id = user_id_argument("detail", userId, others, hints=DETAIL_HINTS)
        user = self._api.get_user(
            user_id, with_custom_data=boolean(with_custom_data, "with_custom_data") or UNSET
        )
        return cast("UserT_co | None", user)

    def batch(self, userIds: Iterable[str], *, with_custom_data: bool = False) -> "_List[UserT_co]":
        """Fetch several users by ID.

        One request is sent for every 80 IDs.

        Args:
            userIds: IDs of the users.
            with_custom_data: Whether to include the values of the users' custom fields.

        Returns:
            The users in the order of the IDs, without duplicates. Unknown IDs are omitted.

        Raises:
            InvalidInputError: ``userIds`` is not a list of strings.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``userBatch``.
        """
        ids = string_list(userIds, "userIds", "batch(['USER_ID'])")
        boolean(with_custom_data, "with_custom_data")
        return self._batch(ids, "id", with_custom_data=with_custom_data)

    def batch_get(
        self,
        identifiers: Iterable[str],
        query_field: QueryField = "id",
        with_custom_data: bool = False,
    ) -> "_List[UserT_co]":
        """Fetch several users by one kind of identifier.

        One request is sent for every 80 identifiers.

        Args:
            identifiers: The identifiers.
            query_field: Kind of the identifiers: ``id``, ``username``, ``phone``, ``email`` or
                ``externalId``.
            with_custom_data: Whether to include the values of the users' custom fields.

        Returns:
            The users in the order of the identifiers, without duplicates. Unknown identifiers are
            omitted.

        Raises:
            InvalidInputError: ``identifiers`` is not a list of strings, or ``query_field`` is
                unknown or omitted by the option ``omit_fields``.
            InvalidResponseError: The response does not contain the identifier of a user, because
                the server's schema lacks the field.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``userBatch``.
        """
        boolean(with_custom_data, "with_custom_data")
        strings = string_list(identifiers, "identifiers", "batch_get(['USER_ID'])")
        field = self._requested_field("batch_get", query_field)
        return self._batch(strings, field, with_custom_data=with_custom_data)

    def list(
        self,
        page: int = 1,
        limit: int = 10,
        with_custom_data: bool = False,
        *,
        sort_by: SortBy | None = None,
        exclude_users_in_org: bool = False,
        fields: Iterable[str] | None = None,
    ) -> PaginatedUsers[UserT_co]:
        """List the users of the user pool.

        Args:
            page: Page number, starting at 1.
            limit: Users per page.
            with_custom_data: Whether to include the values of the users' custom fields.
            sort_by: ``CREATEDAT_DESC``, ``CREATEDAT_ASC``, ``UPDATEDAT_DESC`` or
                ``UPDATEDAT_ASC``. Default: newest first.
            exclude_users_in_org: Whether to omit members of organizations.
            fields: Names of the fields to request besides ``id``, such as ``["username"]``.
                Names of attributes and GraphQL names are accepted. Other attributes have their
                default, which is ``None``. Default: all fields.

        Returns:
            ``totalCount``, the number of users on all pages, and ``list``, the users of this
            page.

        Raises:
            InvalidInputError: ``page`` or ``limit`` is not a whole number from 1, ``sort_by`` is
                unknown, or users have no such field.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``users``.
        """
        request = self._requesting(fields, with_custom_data)
        options = _ListOptions(
            sort_order(sort_by), boolean(exclude_users_in_org, "exclude_users_in_org"), request
        )
        page, limit = positive_int(page, "page"), positive_int(limit, "limit")
        return self._users_page(page, limit, options)

    def iter_list(
        self,
        limit: int = 100,
        *,
        with_custom_data: bool = False,
        sort_by: SortBy | None = None,
        exclude_users_in_org: bool = False,
        prefetch: int = 1,
        fields: Iterable[str] | None = None,
    ) -> Generator[UserT_co, None, None]:
        """Iterate over all users of the user pool.

        Pages are requested during the iteration, and each user is yielded once. If a page cannot
        be fetched, its error is raised when the iteration reaches it.

        Args:
            limit: Users per request.
            with_custom_data: Whether to include the values of the users' custom fields.
            sort_by: ``CREATEDAT_DESC``, ``CREATEDAT_ASC``, ``UPDATEDAT_DESC`` or
                ``UPDATEDAT_ASC``. Default: newest first.
            exclude_users_in_org: Whether to omit members of organizations.
            prefetch: Maximum number of pages to request at the same time, from 1 to 64.
            fields: Names of the fields to request besides ``id``, such as ``["username"]``.
                Names of attributes and GraphQL names are accepted. Other attributes have their
                default, which is ``None``. Default: all fields.

        Raises:
            InvalidInputError: ``limit`` or ``prefetch`` is out of range, ``sort_by`` is unknown,
                or users have no such field.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``users``.
        """
        limit = positive_int(limit, "limit")
        request = self._requesting(fields, with_custom_data)
        options = _ListOptions(
            sort_order(sort_by), boolean(exclude_users_in_org, "exclude_users_in_org"), request
        )
        return paginate_users(lambda page: self._users_page(page, limit, options), prefetch)

    def list_archived_users(
        self, page: int = 1, limit: int = 10, *, fields: Iterable[str] | None = None
    ) -> PaginatedUsers[UserT_co]:
        """List the archived users.

        Args:
            page: Page number, starting at 1.
            limit: Users per page.
            fields: Names of the fields to request besides ``id``, such as ``["username"]``.
                Names of attributes and GraphQL names are accepted. Other attributes have their
                default, which is ``None``. Default: all fields.

        Returns:
            ``totalCount``, the number of archived users, and ``list``, the users of this page.

        Raises:
            InvalidInputError: ``page`` or ``limit`` is not a whole number from 1, or users have no
                such field.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``archivedUsers``.
        """
        page, limit = positive_int(page, "page"), positive_int(limit, "limit")
        return self._archived_page(page, limit, self._requesting(fields, False))

    def iter_archived_users(
        self, limit: int = 100, *, prefetch: int = 1, fields: Iterable[str] | None = None
    ) -> Generator[UserT_co, None, None]:
        """Iterate over all archived users.

        Pages are requested during the iteration, and each user is yielded once. If a page cannot
        be fetched, its error is raised when the iteration reaches it.

        Args:
            limit: Users per request.
            prefetch: Maximum number of pages to request at the same time, from 1 to 64.
            fields: Names of the fields to request besides ``id``, such as ``["username"]``.
                Names of attributes and GraphQL names are accepted. Other attributes have their
                default, which is ``None``. Default: all fields.

        Raises:
            InvalidInputError: ``limit`` or ``prefetch`` is out of range, or users have no such
                field.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``archivedUsers``.
        """
        limit = positive_int(limit, "limit")
        request = self._requesting(fields, False)
        return paginate_users(lambda page: self._archived_page(page, limit, request), prefetch)

    def _batch(
        self, identifiers: "_List[str]", query_field: str, *, with_custom_data: bool
    ) -> "_List[UserT_co]":
        def normalize(identifier: str) -> str:
            return identifier.casefold() if query_field == "email" else identifier

        users: dict[str, UserT_co] = {}
        for start in range(0, len(identifiers), BATCH_SIZE):
            response = self._api.batch_get_users(
                identifiers[start : start + BATCH_SIZE],
                type_=UNSET if query_field == "id" else query_field,
                with_custom_data=with_custom_data or UNSET,
            )
            for user in response:
                identifier = user[query_field]
                if identifier is None:
                    raise InvalidResponseError(
                        f"The response contains a user without {query_field!r}, so it is unclear "
                        "which of the identifiers it has",
                        operation="BatchGetUsers",
                    )
                users[normalize(str(identifier))] = cast("UserT_co", user)
        keys = dict.fromkeys(map(normalize, identifiers))
        return [users[key] for key in keys if key in users]

    def _requested_field(self, method: str, query_field: object) -> str:
        """Return the argument ``query_field``, a field that results contain."""
        field = one_of(query_field, "query_field", QUERY_FIELDS)
        selection = self._transport.selection
        if selection is not None and not selection.requests(field):
            raise InvalidInputError(
                f"{method}() needs the field {field!r}, which the option omit_fields omits"
            )
        return field

    def _users_page(self, page: int, limit: int, options: _ListOptions) -> PaginatedUsers[UserT_co]:
        users = options.request.api.list_users(
            page,
            limit,
            sort_by=options.sort_by,
            exclude_users_in_org=options.exclude_users_in_org or UNSET,
            with_custom_data=options.request.with_custom_data or UNSET,
        )
        return cast("PaginatedUsers[UserT_co]", users)

    def _archived_page(
        self, page: int, limit: int, request: UserRequest
    ) -> PaginatedUsers[UserT_co]:
        users = request.api.list_archived_users(page, limit)
        return cast("PaginatedUsers[UserT_co]", users)


# Inside the class, `list` is the method.
_List = list
