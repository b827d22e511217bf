"""Which page comes next in a walk over all pages. Does no I/O."""

from collections.abc import Iterator, Sequence

from authing_graphql import User

from .errors import InvalidResponseError


class PageWalk:
    """Walks over all pages of a listing that may change meanwhile, and yields no user twice.

    Users that are added or deleted during the walk move the others to another page. A user
    that moves to a later page comes twice, and is yielded once; the walk goes on until it has
    covered as many places as the listing has at that moment.
    """

    def __init__(self) -> None:
        self._page = 1
        self._places = 0
        self._last_ids: list[str] = []
        self._yielded: set[str] = set()
        self._ended = False

    @property
    def next_page(self) -> int | None:
        """One-based number of the page to ask for next; ``None`` at the end."""
        return None if self._ended else self._page

    def take(self, users: Sequence[User], total_count: int) -> Iterator[User]:
        """Take the page that was asked for.

        Args:
            users: The users of the page.
            total_count: How many users the listing has, as the page says.

        Yields:
            The users of the page that were not yielded before.

        Raises:
            InvalidResponseError: The server repeats a page, so that the walk cannot advance.
        """
        ids = [user.id for user in users]
        if ids and ids == self._last_ids:
            raise InvalidResponseError(
                f"Page {self._page} repeats page {self._page - 1}: the listing cannot be walked"
            )
        self._last_ids = ids
        self._page += 1
        self._places += len(ids)
        self._ended = not ids or self._places >= total_count
        for user in users:
            if user.id not in self._yielded:
                self._yielded.add(user.id)
                yield user
