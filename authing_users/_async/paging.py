"""Walking over all pages of a listing."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
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


async def walk(
    fetch: Callable[[int], Awaitable[Page[ItemT]]], key: Callable[[ItemT], str]
) -> AsyncGenerator[ItemT, None]:
    """Yield every item of a listing once, asking for one page after another.

    Args:
        fetch: Asks for a page by its one-based number.
        key: Returns what identifies an item.
    """
    state = PageWalk(key)
    while (page := state.next_page) is not None:
        answer = await fetch(page)
        for item in state.take(answer.list, answer.total_count):
            yield item


def walk_users(fetch: Callable[[int], Awaitable[Page[User]]]) -> AsyncGenerator[User, None]:
    """Yield every user of a listing once."""
    return walk(fetch, lambda user: user.id)


def walk_assignments(
    fetch: Callable[[int], Awaitable[Page[PolicyAssignment]]],
) -> AsyncGenerator[PolicyAssignment, None]:
    """Yield every policy assignment of a listing once."""
    return walk(fetch, lambda assignment: assignment.code or "")


def walk_actions(
    fetch: Callable[[int], Awaitable[Page[UserAction]]],
) -> AsyncGenerator[UserAction, None]:
    """Yield every entry of the log once."""
    return walk(fetch, entry_key)
