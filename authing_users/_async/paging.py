"""Walking over all pages of a listing."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Sequence
from typing import Protocol, TypeVar

from authing_graphql import PolicyAssignment, User

from .._concurrency.tasks import AsyncPrefetcher
from .._inputs.checks import positive_int
from .._policy.pagination import Paginator
from ..models import UserAction

# More pages than that in flight make no walk faster.
MAX_PREFETCH = 64

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


async def paginate(
    fetch: Callable[[int], Awaitable[Page[ItemT]]], key: Callable[[ItemT], Hashable], prefetch: int
) -> AsyncGenerator[ItemT, None]:
    """Yield every item of a listing once.

    Args:
        fetch: Asks for a page by its one-based number.
        key: Returns what identifies an item.
        prefetch: How many pages are in flight at the most.
    """
    state = Paginator(key)
    ahead = AsyncPrefetcher(fetch, prefetch)
    try:
        while (number := state.next_page) is not None:
            page = await ahead.page(number, state.last_page)
            for item in state.take(page.list, page.total_count):
                yield item
    finally:
        await ahead.aclose()


def paginate_users(
    fetch: Callable[[int], Awaitable[Page[User]]], prefetch: int
) -> AsyncGenerator[User, None]:
    """Yield every user of a listing once."""
    return paginate(fetch, lambda user: user.id, positive_int(prefetch, "prefetch", MAX_PREFETCH))


def paginate_assignments(
    fetch: Callable[[int], Awaitable[Page[PolicyAssignment]]], prefetch: int
) -> AsyncGenerator[PolicyAssignment, None]:
    """Yield every policy assignment of a listing once."""
    most = positive_int(prefetch, "prefetch", MAX_PREFETCH)
    return paginate(fetch, _assignment_key, most)


def paginate_actions(
    fetch: Callable[[int], Awaitable[Page[UserAction]]], prefetch: int
) -> AsyncGenerator[UserAction, None]:
    """Yield every entry of the log once."""
    return paginate(fetch, _action_key, positive_int(prefetch, "prefetch", MAX_PREFETCH))


def _assignment_key(assignment: PolicyAssignment) -> Hashable:
    return assignment.code, assignment.target_type, assignment.target_identifier


def _action_key(action: UserAction) -> str:
    """Return what tells an entry of the log from all others: it has no id, so all that it says.

    The id of the request is not enough: one request may have done several things, or the same to
    several users.
    """
    return action.model_dump_json(by_alias=True)
