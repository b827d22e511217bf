"""Which page to fetch next when all items of a listing are read. Does no I/O."""

from collections.abc import Callable, Hashable, Sequence
from itertools import islice
from typing import Generic, TypeVar

from ..errors import InvalidResponseError

ItemT = TypeVar("ItemT")

# How many yielded items a paginator remembers.
REMEMBERED = 10_000


class Paginator(Generic[ItemT]):
    """Reads all pages of a listing that may change meanwhile, and yields no item twice.

    Items that are added in front move others to a later page, where they are skipped. Items that
    are deleted move others to an earlier page, so the paginator goes back as far as they can have
    moved. It remembers the last ``REMEMBERED`` items, whatever the size of the listing: an item is
    yielded twice only if more than that were added between two pages.

    Args:
        key: Returns what identifies an item.
        first_page: One-based number of the page to start with.
    """

    def __init__(self, key: Callable[[ItemT], Hashable], first_page: int = 1) -> None:
        self._key = key
        self._page = first_page
        self._ended = False
        self._page_size = 0
        self._total: int | None = None
        self._previous: tuple[int, list[Hashable]] = (0, [])
        self._yielded: dict[Hashable, None] = {}  # in the order in which they were yielded

    @property
    def last_page(self) -> int:
        """One-based number of the last page, as far as known; 0 before the first page."""
        return -(-(self._total or 0) // self._page_size) if self._page_size else 0

    @property
    def next_page(self) -> int | None:
        """One-based number of the page to fetch next, or ``None`` at the end."""
        return None if self._ended else self._page

    def take(self, items: Sequence[ItemT], total_count: int) -> list[ItemT]:
        """Take the items of the page ``next_page``.

        Args:
            items: The items of the page.
            total_count: The number of items in the listing, as the page says.

        Returns:
            The items that have not been yielded before.

        Raises:
            InvalidResponseError: The server repeats a page, so that the listing would never end.
        """
        keys = [self._key(item) for item in items]
        page, total_before = self._page, self._total
        previous_page, previous_keys = self._previous
        is_repeated = page > previous_page and keys == previous_keys and total_count == total_before
        if keys and is_repeated:
            raise InvalidResponseError(
                f"Page {page} repeats page {previous_page}: the server does not advance"
            )
        self._page_size = self._page_size or len(keys)
        self._total, self._previous = total_count, (page, keys)
        deleted = max(0, total_before - total_count) if total_before is not None else 0
        # Items behind the deleted ones moved up by that number at most.
        back = -(-deleted // self._page_size) if self._page_size else 0
        self._page = max(1, page - back) if back else page + 1
        covered = (self._page - 1) * self._page_size
        self._ended = covered >= total_count or (not keys and not back)
        if back and not self._ended:
            return []  # fetched again, after the items that moved in front of this page
        fresh = [item for key, item in zip(keys, items, strict=True) if key not in self._yielded]
        for key in keys:
            self._yielded.pop(key, None)  # moves it to the end
            self._yielded[key] = None
        for key in list(islice(self._yielded, max(0, len(self._yielded) - REMEMBERED))):
            del self._yielded[key]
        return list({self._key(item): item for item in fresh}.values())
