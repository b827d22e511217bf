# Derived from authing_users/_async/paging.py: change that, and run `make generate`.

"""Iteration over all pages of a listing."""

from collections.abc import Callable, Generator, Hashable, Sequence
from typing import Protocol, TypeVar

from authing_graphql import Group, Policy, PolicyAssignment, Role

from .._concurrency.threads import Prefetcher
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


def paginate(
    fetch: Callable[[int], Page[ItemT]],
    key: Callable[[ItemT], Hashable],
    prefetch: int,
    first_page: int = 1,
) -> Generator[ItemT, None, None]:
    """Yield every item of a listing once.

    Args:
        fetch: Fetches a page by its one-based number.
        key: Returns what identifies an item.
        prefetch: Maximum number of pages in flight.
        first_page: One-based number of the page to start with.
    """
    paginator = Paginator(key, first_page)
    prefetcher = Prefetcher(fetch, prefetch)
    try:
        while (number := paginator.next_page) is not None:
            page = prefetcher.page(number, paginator.last_page)
            yield from paginator.take(page.list, page.total_count)
    finally:
        prefetcher.close()


def paginate_users(
    fetch: Callable[[int], Page[UserT]], prefetch: int, first_page: int = 1
) -> Generator[UserT, None, None]:
    """Yield every user of a listing once."""
    depth = positive_int(prefetch, "prefetch", MAX_PREFETCH)
    return paginate(fetch, lambda user: user.id, depth, first_page)


def paginate_by_id(
    fetch: Callable[[int], Page[ItemWithIdT]], prefetch: int
) -> Generator[ItemWithIdT, None, None]:
    """Yield every item of a listing once."""
    return paginate(fetch, lambda item: item.id, positive_int(prefetch, "prefetch", MAX_PREFETCH))


def paginate_by_code(
    fetch: Callable[[int], Page[ItemWithCodeT]], prefetch: int
) -> Generator[ItemWithCodeT, None, None]:
    """Yield every group, role or policy of a listing once."""
    depth = positive_int(prefetch, "prefetch", MAX_PREFETCH)
    return paginate(fetch, lambda item: item.code or item.model_dump_json(), depth)


def paginate_assignments(
    fetch: Callable[[int], Page[PolicyAssignment]], prefetch: int
) -> Generator[PolicyAssignment, None, None]:
    """Yield every policy assignment of a listing once."""
    depth = positive_int(prefetch, "prefetch", MAX_PREFETCH)
    return paginate(fetch, _assignment_key, depth)


def paginate_actions(
    fetch: Callable[[int], Page[UserAction]], prefetch: int
) -> Generator[UserAction, None, None]:
    """Yield every entry of the action log once."""
    return paginate(fetch, _action_key, positive_int(prefetch, "prefetch", MAX_PREFETCH))


def _assignment_key(assignment: PolicyAssignment) -> Hashable:
    return assignment.code, assignment.target_type, assignment.target_identifier


def _action_key(action: UserAction) -> str:
    """Return the whole entry as the key, because log entries have no ID.

    The request ID is not unique: one request can log several actions.
    """
    return action.model_dump_json(by_alias=True)
