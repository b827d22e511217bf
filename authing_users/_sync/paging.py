# Derived from authing_users/_async/paging.py: change that, and run `make generate`.

"""Walking over all pages of a listing."""

from collections.abc import Callable, Generator, Hashable, Sequence
from typing import Protocol, TypeVar

from authing_graphql import PolicyAssignment, User

from .._inputs import check_count
from .._paging import PageWalk
from .._rest import UserAction, entry_key
from .._threads.read_ahead import ReadAhead

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


def walk(
    fetch: Callable[[int], Page[ItemT]], key: Callable[[ItemT], Hashable], prefetch: int
) -> Generator[ItemT, None, None]:
    """Yield every item of a listing once.

    Args:
        fetch: Asks for a page by its one-based number.
        key: Returns what identifies an item.
        prefetch: How many pages are in flight at the most.
    """
    state = PageWalk(key)
    ahead = ReadAhead(fetch, prefetch)
    try:
        while (number := state.next_page) is not None:
            page = ahead.page(number, state.last_page)
            yield from state.take(page.list, page.total_count)
    finally:
        ahead.close()


def walk_users(fetch: Callable[[int], Page[User]], prefetch: int) -> Generator[User, None, None]:
    """Yield every user of a listing once."""
    return walk(fetch, lambda user: user.id, check_count(prefetch, "prefetch", MOST_AHEAD))


def walk_assignments(
    fetch: Callable[[int], Page[PolicyAssignment]], prefetch: int
) -> Generator[PolicyAssignment, None, None]:
    """Yield every policy assignment of a listing once."""
    most = check_count(prefetch, "prefetch", MOST_AHEAD)
    return walk(fetch, _assignment_key, most)


def walk_actions(
    fetch: Callable[[int], Page[UserAction]], prefetch: int
) -> Generator[UserAction, None, None]:
    """Yield every entry of the log once."""
    return walk(fetch, entry_key, check_count(prefetch, "prefetch", MOST_AHEAD))


def _assignment_key(assignment: PolicyAssignment) -> Hashable:
    return assignment.code, assignment.target_type, assignment.target_identifier
