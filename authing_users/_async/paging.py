"""Walking over all pages of a listing."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Sequence
from typing import Protocol, TypeVar

from authing_graphql import PolicyAssignment, User

from .._inputs import check_count
from .._paging import PageWalk
from .._rest import UserAction, entry_key
from .._tasks.read_ahead import AsyncReadAhead

# More pages than that in flight make no walk faster.
MOST_AHEAD = 64

ItemT = TypeVar("ItemT")
ItemT_co = TypeVar("ItemT_co", covariant=True)


class Page(Protocol[ItemT_co]):
    """One page of a listing."""

    @property
    def list(self) -> Sequence[ItemT_co]:
        """The items of the page."""
        ...

    @property
    def total_count(self) -> int:
        """How many items there are on all pages."""
        ...


async def walk(
    fetch: Callable[[int], Awaitable[Page[ItemT]]], key: Callable[[ItemT], Hashable], prefetch: int
) -> AsyncGenerator[ItemT, None]:
    """Yield every item of a listing once.

    Args:
        fetch: Asks for a page by its one-based number.
        key: Returns what identifies an item.
        prefetch: How many pages are in flight at the most.
    """
    state = PageWalk(key)
    ahead = AsyncReadAhead(fetch, prefetch)
    try:
        while (number := state.next_page) is not None:
            page = await ahead.page(number, state.last_page)
            for item in state.take(page.list, page.total_count):
                yield item
    finally:
        await ahead.aclose()


def walk_users(
    fetch: Callable[[int], Awaitable[Page[User]]], prefetch: int
) -> AsyncGenerator[User, None]:
    """Yield every user of a listing once."""
    return walk(fetch, lambda user: user.id, check_count(prefetch, "prefetch", MOST_AHEAD))


def walk_assignments(
    fetch: Callable[[int], Awaitable[Page[PolicyAssignment]]], prefetch: int
) -> AsyncGenerator[PolicyAssignment, None]:
    """Yield every policy assignment of a listing once."""
    most = check_count(prefetch, "prefetch", MOST_AHEAD)
    return walk(fetch, _assignment_key, most)


def walk_actions(
    fetch: Callable[[int], Awaitable[Page[UserAction]]], prefetch: int
) -> AsyncGenerator[UserAction, None]:
    """Yield every entry of the log once."""
    return walk(fetch, entry_key, check_count(prefetch, "prefetch", MOST_AHEAD))


def _assignment_key(assignment: PolicyAssignment) -> Hashable:
    return assignment.code, assignment.target_type, assignment.target_identifier
