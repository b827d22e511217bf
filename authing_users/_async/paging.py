"""Iteration over all pages of a listing."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Sequence
from typing import Protocol, TypeVar

from authing_graphql import Group, Policy, PolicyAssignment, Role

from .._concurrency.tasks import AsyncPrefetcher
from .._inputs.checks import positive_int
from .._policy.pagination import Paginator
from .._runtime.user_type import UserT
from ..models import UserAction

# More pages in flight do not make an iteration faster.
MAX_PREFETCH = 64

ItemT = TypeVar("ItemT")
ItemT_co = TypeVar("ItemT_co", covariant=True)


class HasId(Protocol):
    """An item that an ID identifies."""

    @property
    def id(self) -> Hashable: ...


ItemWithIdT = TypeVar("ItemWithIdT", bound=HasId)
ItemWithCodeT = TypeVar("ItemWithCodeT", Group, Role, Policy)


class Page(Protocol[ItemT_co]):
    """One page of a listing."""

    @property
    def list(self) -> Sequence[ItemT_co]:
        """The items of this page."""
        ...

    @property
    def total_count(self) -> int:
        """The number of items on all pages."""
        ...


async def paginate(
    fetch: Callable[[int], Awaitable[Page[ItemT]]],
    key: Callable[[ItemT], Hashable],
    prefetch: int,
    first_page: int = 1,
) -> AsyncGenerator[ItemT, None]:
    """Yield every item of a listing once.

    Args:
        fetch: Fetches a page by its one-based number.
        key: Returns what identifies an item.
        prefetch: Maximum number of pages in flight.
        first_page: One-based number of the page to start with.
    """
    paginator = Paginator(key, first_page)
    prefetcher = AsyncPrefetcher(fetch, prefetch)
    try:
        while (number := paginator.next_page) is not None:
            page = await prefetcher.page(number, paginator.last_page)
            for item in paginator.take(page.list, page.total_count):
                yield item
    finally:
        await prefetcher.aclose()


def paginate_users(
    fetch: Callable[[int], Awaitable[Page[UserT]]], prefetch: int, first_page: int = 1
) -> AsyncGenerator[UserT, None]:
    """Yield every user of a listing once."""
    depth = positive_int(prefetch, "prefetch", MAX_PREFETCH)
    return paginate(fetch, lambda user: user.id, depth, first_page)


def paginate_by_id(
    fetch: Callable[[int], Awaitable[Page[ItemWithIdT]]], prefetch: int
) -> AsyncGenerator[ItemWithIdT, None]:
    """Yield every item of a listing once."""
    return paginate(fetch, lambda item: item.id, positive_int(prefetch, "prefetch", MAX_PREFETCH))


def paginate_by_code(
    fetch: Callable[[int], Awaitable[Page[ItemWithCodeT]]], prefetch: int
) -> AsyncGenerator[ItemWithCodeT, None]:
    """Yield every group, role or policy of a listing once."""
    depth = positive_int(prefetch, "prefetch", MAX_PREFETCH)
    return paginate(fetch, lambda item: item.code or item.model_dump_json(), depth)


def paginate_assignments(
    fetch: Callable[[int], Awaitable[Page[PolicyAssignment]]], prefetch: int
) -> AsyncGenerator[PolicyAssignment, None]:
    """Yield every policy assignment of a listing once."""
    depth = positive_int(prefetch, "prefetch", MAX_PREFETCH)
    return paginate(fetch, _assignment_key, depth)


def paginate_actions(
    fetch: Callable[[int], Awaitable[Page[UserAction]]], prefetch: int
) -> AsyncGenerator[UserAction, None]:
    """Yield every entry of the action log once."""
    return paginate(fetch, _action_key, positive_int(prefetch, "prefetch", MAX_PREFETCH))


def _assignment_key(assignment: PolicyAssignment) -> Hashable:
    return assignment.code, assignment.target_type, assignment.target_identifier


def _action_key(action: UserAction) -> str:
    """Return the whole entry as the key, because log entries have no ID.

    The request ID is not unique: one request can log several actions.
    """
    return action.model_dump_json(by_alias=True)
