"""Reading users: by id, by identifier, page by page, by search."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import overload

from authing_graphql import UNSET, PaginatedUsers, User

from ..._inputs import (
    MISSING,
    FindOptionsDict,
    SearchOptionsDict,
    check_count,
    check_text,
    check_texts,
    check_user_id,
    find_criteria,
    search_fields,
)
from ..._paging import PageWalk
from ..base import AsyncClientBase

# More than that in one request is the API's error 2030.
BATCH_SIZE = 80

NOT_FOR_MANY = {
    "userIds": (
        " It fetches one user: write batch(userIds=[…]) to fetch several, "
        "or delete_many(userIds=[…]) to delete several."
    ),
}


class AsyncLookup(AsyncClientBase):
    """Reads users."""

    @overload
    async def detail(self, userId: str) -> User | None: ...
    @overload
    async def detail(self, *, user_id: str) -> User | None: ...
    async def detail(self, userId: object = MISSING, **others: object) -> User | None:
        """Fetch one user.

        Args:
            userId: Id of the user; ``user_id`` is another name for it.

        Returns:
            The user, or ``None`` when there is none.

        Raises:
            InvalidInputError: The id is missing, or several were given; nothing was sent.

        API: query ``user``.
        """
        checked_id = check_user_id("detail", userId, others, instead=NOT_FOR_MANY)
        return await self._api.get_user(checked_id)

    async def batch(self, userIds: Iterable[str]) -> "Users":
        """Fetch several users.

        The API takes 80 ids at once: more are fetched with several requests, one after another.

        Args:
            userIds: Ids of the users.

        Returns:
            The users in the order of the ids; unknown ids are left out, repeated ones count once.

        API: query ``userBatch``.
        """
        ids = check_texts(userIds, "userIds", "batch(['USER_ID'])")
        found: dict[str, User] = {}
        for start in range(0, len(ids), BATCH_SIZE):
            users = await self._api.batch_get_users(ids[start : start + BATCH_SIZE])
            found.update((user.id, user) for user in users)
        return [found[user_id] for user_id in ids if user_id in found]

    async def list(self, page: int = 1, limit: int = 10) -> PaginatedUsers:
        """List the users of the pool, newest first.

        Args:
            page: One-based number of the page.
            limit: Users on a page.

        Returns:
            ``totalCount``, the number of users in the pool, and ``list``, the users of the page.

        API: query ``users``.
        """
        return await self._page(check_count(page, "page"), check_count(limit, "limit"))

    def iter_list(self, limit: int = 100) -> AsyncIterator[User]:
        """Iterate over all users of the pool, newest first, each once.

        Asks for one page after another. An error of a page is raised at its place.

        Args:
            limit: Users to ask for at once.

        API: query ``users``.
        """
        limit = check_count(limit, "limit")
        return _walk(lambda page: self._page(page, limit))

    async def find(
        self,
        options: FindOptionsDict | None = None,
        *,
        username: str = MISSING,
        email: str = MISSING,
        phone: str = MISSING,
        externalId: str = MISSING,
        external_id: str = MISSING,
    ) -> User | None:
        """Find one user by exact identifiers; all that are given must fit.

        Args:
            options: The identifiers in a dict; else give them by keyword.
            username: User name, case sensitive.
            email: E-mail address, not case sensitive.
            phone: Phone number.
            externalId: The user's id in an outside system; ``external_id`` is another name for it.

        Returns:
            The user, or ``None`` when there is none.

        API: query ``findUser``.
        """
        named = {
            "username": username,
            "email": email,
            "phone": phone,
            "externalId": externalId,
            "external_id": external_id,
        }
        criteria = find_criteria(options, named)
        return await self._api.find_user(
            username=criteria.get("username", UNSET),
            email=criteria.get("email", UNSET),
            phone=criteria.get("phone", UNSET),
            external_id=criteria.get("externalId", UNSET),
        )

    async def search(
        self,
        query: str,
        options: SearchOptionsDict | Sequence[str] | None = None,
        page: int = 1,
        limit: int = 10,
    ) -> PaginatedUsers:
        """Search users by a fragment of text.

        Args:
            query: The text to look for.
            options: ``{"fields": [...]}``, or just the list: the fields to look in. When absent:
                username, nickname, email, phone, company, name, givenName, familyName,
                middleName, profile and preferredUsername.
            page: One-based number of the page.
            limit: Users on a page.

        Returns:
            ``totalCount``, the number of users found, and ``list``, the users of the page.

        API: query ``searchUser``.
        """
        text, fields = check_text(query, "query"), search_fields(options)
        page, limit = check_count(page, "page"), check_count(limit, "limit")
        return await self._search(text, fields, page, limit)

    def iter_search(
        self,
        query: str,
        options: SearchOptionsDict | Sequence[str] | None = None,
        limit: int = 100,
    ) -> AsyncIterator[User]:
        """Iterate over all users that a search finds, each once.

        Asks for one page after another. An error of a page is raised at its place.

        Args:
            query: The text to look for.
            options: The fields to look in, as ``search`` takes them.
            limit: Users to ask for at once.

        API: query ``searchUser``.
        """
        text, fields = check_text(query, "query"), search_fields(options)
        limit = check_count(limit, "limit")
        return _walk(lambda page: self._search(text, fields, page, limit))

    async def _page(self, page: int, limit: int) -> PaginatedUsers:
        return await self._api.list_users(page, limit)

    async def _search(
        self, query: str, fields: Sequence[str] | None, page: int, limit: int
    ) -> PaginatedUsers:
        return await self._api.search_users(
            query, fields=UNSET if fields is None else [*fields], page=page, limit=limit
        )


# Inside of the class, `list` is the method.
Users = list[User]


async def _walk(fetch: Callable[[int], Awaitable[PaginatedUsers]]) -> AsyncIterator[User]:
    walk = PageWalk()
    while (page := walk.next_page) is not None:
        answer = await fetch(page)
        for user in walk.take(answer.list, answer.total_count):
            yield user
