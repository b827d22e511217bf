"""Which page comes next in a walk over all pages. Does no I/O."""

from collections.abc import Callable, Hashable, Sequence
from itertools import islice
from typing import Generic, TypeVar

from ..errors import InvalidResponseError

ItemT = TypeVar("ItemT")

# How many items a walk remembers having yielded.
REMEMBERED = 10_000


class Paginator(Generic[ItemT]):
    """Walks over all pages of a listing that may change meanwhile, and yields nothing twice.

    Items that are added in front move the others to a later page: one that comes twice is
    yielded once. Where items were deleted, the others moved to an earlier page: the walk goes
    back as far as they can have moved. It remembers the last ``REMEMBERED`` items, however long
    the listing is: one comes twice only if more than that were added between two pages.

    Args:
        key: Returns what identifies an item.
    """

    def __init__(self, key: Callable[[ItemT], Hashable]) -> None:
        self._key = key
        self._asked = 1
        self._ended = False
        self._page_size = 0
        self._total: int | None = None
        self._last: tuple[int, list[Hashable]] = (0, [])
        self._yielded: dict[Hashable, None] = {}  # in the order in which they came

    @property
    def last_page(self) -> int:
        """One-based number of the last page, as far as the pages so far tell; 0 before them."""
        return -(-(self._total or 0) // self._page_size) if self._page_size else 0

    @property
    def next_page(self) -> int | None:
        """One-based number of the page to ask for next; ``None`` at the end."""
        return None if self._ended else self._asked

    def take(self, items: Sequence[ItemT], total_count: int) -> list[ItemT]:
        """Take the page that was asked for.

        Args:
            items: The items of the page.
            total_count: How many items the listing has, as the page says.

        Returns:
            The items of the page that were not yielded before.

        Raises:
            InvalidResponseError: The server repeats a page, so that the walk cannot advance.
        """
        ids = [self._key(item) for item in items]
        page, before = self._asked, self._total
        if ids and page > self._last[0] and ids == self._last[1] and total_count == before:
            raise InvalidResponseError(
                f"Page {page} repeats page {self._last[0]}: the listing cannot be walked"
            )
        self._page_size = self._page_size or len(ids)
        self._total, self._last = total_count, (page, ids)
        deleted = max(0, before - total_count) if before is not None else 0
        # What stood behind the deleted items has moved up, at most by their number.
        back = -(-deleted // self._page_size) if self._page_size else 0
        self._asked = max(1, page - back) if back else page + 1
        covered = (self._asked - 1) * self._page_size
        self._ended = covered >= total_count or (not ids and not back)
        if back and not self._ended:
            return []  # this page comes again, after those that moved in front of it
        fresh = [
            item for item_id, item in zip(ids, items, strict=True) if item_id not in self._yielded
        ]
        for item_id in ids:
            self._yielded.pop(item_id, None)  # it counts as the latest again
            self._yielded[item_id] = None
        for item_id in list(islice(self._yielded, max(0, len(self._yielded) - REMEMBERED))):
            del self._yielded[item_id]
        return list({self._key(item): item for item in fresh}.values())
