# Derived from authing_users/_async/paging.py: change that, and run `make generate`.

"""Walking over all pages of a listing."""

from collections.abc import Callable, Generator, Sequence
from typing import Protocol, TypeVar

from authing_graphql import PolicyAssignment, User

from .._paging import PageWalk
from .._rest import UserAction, entry_key

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
    fetch: Callable[[int], Page[ItemT]], key: Callable[[ItemT], str]
) -> Generator[ItemT, None, None]:
    """Yield every item of a listing once, asking for one page after another.

    Args:
        fetch: Asks for a page by its one-based number.
        key: Returns what identifies an item.
    """
    state = PageWalk(key)
    while (page := state.next_page) is not None:
        answer = fetch(page)
        yield from state.take(answer.list, answer.total_count)


def walk_users(fetch: Callable[[int], Page[User]]) -> Generator[User, None, None]:
    """Yield every user of a listing once."""
    return walk(fetch, lambda user: user.id)


def walk_assignments(
    fetch: Callable[[int], Page[PolicyAssignment]],
) -> Generator[PolicyAssignment, None, None]:
    """Yield every policy assignment of a listing once."""
    return walk(fetch, lambda assignment: assignment.code or "")


def walk_actions(
    fetch: Callable[[int], Page[UserAction]],
) -> Generator[UserAction, None, None]:
    """Yield every entry of the log once."""
    return walk(fetch, entry_key)
