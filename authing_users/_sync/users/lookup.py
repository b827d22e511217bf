# Derived from authing_users/_async/users/lookup.py: change that, and run `make generate`.

"""Reading users: by id, by identifier, page by page."""

from collections.abc import Generator, Iterable
from typing import Literal, overload

from authing_graphql import (
    UNSET,
    FindUserByIdentityInput,
    FindUserByIdentityInputDict,
    PaginatedUsers,
    SortByEnum,
    User,
)

from ..._inputs.checks import (
    MISSING,
    one_of,
    positive_int,
    string_list,
    user_id_argument,
)
from ..._inputs.search import (
    FindOptionsDict,
    find_criteria,
)
from ..base import ClientBase
from ..paging import paginate_users

# More than that in one request is the API's error 2030.
BATCH_SIZE = 80

QueryField = Literal["id", "username", "phone", "email", "externalId"]
QUERY_FIELDS = ("id", "username", "phone", "email", "externalId")
SortBy = Literal["CREATEDAT_DESC", "CREATEDAT_ASC", "UPDATEDAT_DESC", "UPDATEDAT_ASC"]
SORT_ORDERS = tuple(order.value for order in SortByEnum)

NOT_FOR_MANY = {
    "userIds": (
        " It fetches one user: write batch(userIds=[…]) to fetch several, "
        "or delete_many(userIds=[…]) to delete several."
    ),
}


class Lookup(ClientBase):
    """Reads users."""

    @overload
    def detail(self, userId: str, with_custom_data: bool = False) -> User | None: ...
    @overload
    def detail(self, *, user_id: str, with_custom_data: bool = False) -> User | None: ...
    def detail(
        self, userId: object = MISSING, with_custom_data: bool = False, **others: object
    ) -> User | None:
        """Fetch one user.

        Args:
            userId: Id of the user; ``user_id`` is another name for it.
            with_custom_data: Whether to read the user's custom data too.

        Returns:
            The user, or ``None`` when there is none.

        Raises:
            InvalidInputError: The id is missing, or several were given; nothing was sent.

        API: query ``user``.
        """
        checked_id = user_id_argument("detail", userId, others, instead=NOT_FOR_MANY)
        return self._api.get_user(checked_id, with_custom_data=with_custom_data or UNSET)

    def batch(self, userIds: Iterable[str], *, with_custom_data: bool = False) -> "Users":
        """Fetch several users by id.

        The API takes 80 ids at once: more are fetched with several requests, one after another.

        Args:
            userIds: Ids of the users.
            with_custom_data: Whether to read the custom data of the users too.

        Returns:
            The users in the order of the ids; unknown ids are left out, repeated ones count once.

        Raises:
            InvalidInputError: ``userIds`` is no list of ids; nothing was sent.

        API: query ``userBatch``.
        """
        ids = string_list(userIds, "userIds", "batch(['USER_ID'])")
        return self._batch(ids, "id", with_custom_data=with_custom_data)

    def batch_get(
        self,
        identifiers: Iterable[str],
        query_field: QueryField = "id",
        with_custom_data: bool = False,
    ) -> "Users":
        """Fetch several users by an identifier of any kind.

        The API takes 80 identifiers at once: more are fetched with several requests, one after
        another.

        Args:
            identifiers: The identifiers.
            query_field: What they are: ``id``, ``username``, ``phone``, ``email`` or
                ``externalId``.
            with_custom_data: Whether to read the custom data of the users too.

        Returns:
            The users in the order of the identifiers; unknown ones are left out, repeated ones
            count once.

        Raises:
            InvalidInputError: ``identifiers`` is no list, or ``query_field`` is none of these;
                nothing was sent.

        API: query ``userBatch``.
        """
        texts = string_list(identifiers, "identifiers", "batch_get(['USER_ID'])")
        kind = one_of(query_field, "query_field", QUERY_FIELDS)
        return self._batch(texts, kind, with_custom_data=with_custom_data)

    def list(
        self,
        page: int = 1,
        limit: int = 10,
        with_custom_data: bool = False,
        *,
        sort_by: SortByEnum | SortBy | None = None,
        exclude_users_in_org: bool = False,
    ) -> PaginatedUsers:
        """List the users of the pool.

        Args:
            page: One-based number of the page.
            limit: Users on a page.
            with_custom_data: Whether to read the custom data of the users too.
            sort_by: The order: ``CREATEDAT_DESC``, ``CREATEDAT_ASC``, ``UPDATEDAT_DESC`` or
                ``UPDATEDAT_ASC``; newest first when ``None``.
            exclude_users_in_org: Whether to leave out the members of organisations.

        Returns:
            ``totalCount``, the number of users in the pool, and ``list``, the users of the page.

        Raises:
            InvalidInputError: ``page`` or ``limit`` is no number from 1, or ``sort_by`` no order;
                nothing was sent.

        API: query ``users``.
        """
        listing = _Listing(sort_by, exclude_users_in_org, with_custom_data)
        return self._page(positive_int(page, "page"), positive_int(limit, "limit"), listing)

    def iter_list(
        self,
        limit: int = 100,
        *,
        with_custom_data: bool = False,
        sort_by: SortByEnum | SortBy | None = None,
        exclude_users_in_org: bool = False,
        prefetch: int = 1,
    ) -> Generator[User, None, None]:
        """Iterate over all users of the pool, each once.

        Asks for one page after another, or for several ahead. An error of a page is raised at its
        place.

        Args:
            limit: Users to ask for at once.
            with_custom_data: Whether to read the custom data of the users too.
            sort_by: The order, as for ``list``; newest first when ``None``.
            exclude_users_in_org: Whether to leave out the members of organisations.
            prefetch: How many pages are asked for at once, ahead of where the walk is.

        Raises:
            InvalidInputError: ``limit`` is no number from 1, or ``sort_by`` no order; nothing was
                sent.

        API: query ``users``.
        """
        limit = positive_int(limit, "limit")
        listing = _Listing(sort_by, exclude_users_in_org, with_custom_data)
        return paginate_users(lambda page: self._page(page, limit, listing), prefetch)

    def list_archived_users(self, page: int = 1, limit: int = 10) -> PaginatedUsers:
        """List the users that were archived.

        Args:
            page: One-based number of the page.
            limit: Users on a page.

        Returns:
            ``totalCount``, the number of archived users, and ``list``, the users of the page.

        Raises:
            InvalidInputError: ``page`` or ``limit`` is no number from 1; nothing was sent.

        API: query ``archivedUsers``.
        """
        return self._archived(positive_int(page, "page"), positive_int(limit, "limit"))

    def iter_archived_users(
        self, limit: int = 100, *, prefetch: int = 1
    ) -> Generator[User, None, None]:
        """Iterate over all users that were archived, each once.

        Asks for one page after another, or for several ahead. An error of a page is raised at its
        place.

        Args:
            limit: Users to ask for at once.
            prefetch: How many pages are asked for at once, ahead of where the walk is.

        Raises:
            InvalidInputError: ``limit`` is no number from 1; nothing was sent.

        API: query ``archivedUsers``.
        """
        limit = positive_int(limit, "limit")
        return paginate_users(lambda page: self._archived(page, limit), prefetch)

    def exists(
        self,
        username: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        external_id: str | None = None,
    ) -> bool:
        """Say whether a user with these identifiers exists.

        Args:
            username: User name, case sensitive.
            email: E-mail address, not case sensitive.
            phone: Phone number.
            external_id: The user's id in an outside system.

        Raises:
            InvalidInputError: Nothing is given, or what is no text; nothing was sent.

        API: query ``isUserExists``.
        """
        named = {"username": username, "email": email, "phone": phone, "external_id": external_id}
        wanted = find_criteria("exists", None, named)
        found = self._api.is_user_exists(
            username=wanted.username,
            email=wanted.email,
            phone=wanted.phone,
            external_id=wanted.external_id,
        )
        return bool(found)

    def find(
        self,
        options: FindOptionsDict | None = None,
        *,
        username: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        externalId: str | None = None,
        external_id: str | None = None,
        identity: FindUserByIdentityInput | FindUserByIdentityInputDict | None = None,
        with_custom_data: bool = False,
    ) -> User | None:
        """Find one user by exact identifiers; all that are given must fit.

        Args:
            options: The identifiers in a dict; else give them by keyword.
            username: User name, case sensitive.
            email: E-mail address, not case sensitive.
            phone: Phone number.
            externalId: The user's id in an outside system; ``external_id`` is another name for it.
            identity: An account at an identity provider that is linked to the user.
            with_custom_data: Whether to read the user's custom data too.

        Returns:
            The user, or ``None`` when there is none.

        Raises:
            InvalidInputError: Nothing is given, or what is no identifier; nothing was sent.

        API: query ``findUser``.
        """
        named = {
            "username": username,
            "email": email,
            "phone": phone,
            "externalId": externalId,
            "external_id": external_id,
            "identity": identity,
        }
        wanted = find_criteria("find", options, named, with_custom_data=with_custom_data)
        return self._api.find_user(
            username=wanted.username,
            email=wanted.email,
            phone=wanted.phone,
            external_id=wanted.external_id,
            identity=wanted.identity,
            with_custom_data=wanted.with_custom_data or UNSET,
        )

    def _batch(self, identifiers: "Texts", kind: str, *, with_custom_data: bool) -> "Users":
        found: dict[str, User] = {}
        for start in range(0, len(identifiers), BATCH_SIZE):
            users = self._api.batch_get_users(
                identifiers[start : start + BATCH_SIZE],
                type_=UNSET if kind == "id" else kind,
                with_custom_data=with_custom_data or UNSET,
            )
            for user in users:
                value = str(user[kind])
                found[value.casefold() if kind == "email" else value] = user
        wanted = (text.casefold() if kind == "email" else text for text in identifiers)
        return [found[text] for text in dict.fromkeys(wanted) if text in found]

    def _page(self, page: int, limit: int, listing: "_Listing") -> PaginatedUsers:
        return self._api.list_users(
            page,
            limit,
            sort_by=listing.sort_by,
            exclude_users_in_org=listing.exclude_users_in_org,
            with_custom_data=listing.with_custom_data,
        )

    def _archived(self, page: int, limit: int) -> PaginatedUsers:
        return self._api.list_archived_users(page, limit)


class _Listing:
    """How a listing is sorted, and what it holds."""

    def __init__(self, sort_by: object, exclude_users_in_org: bool, with_custom_data: bool) -> None:
        self.sort_by = (
            UNSET if sort_by is None else SortByEnum(one_of(sort_by, "sort_by", SORT_ORDERS))
        )
        self.exclude_users_in_org = exclude_users_in_org or UNSET
        self.with_custom_data = with_custom_data or UNSET


# Inside of the class, `list` is the method.
Users = list[User]
Texts = list[str]
