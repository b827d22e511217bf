"""Walking over all pages, also when users come and go meanwhile."""

from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authing_graphql import User
from authing_users import InvalidResponseError
from authing_users._paging import PageWalk

ids = count()


def new_users(number: int) -> list[User]:
    return [User(id=str(next(ids))) for _ in range(number)]


def walk(listing: list[User], limit: int, meanwhile: Callable[[int], None]) -> list[User]:
    """Walk over a listing that may change after each page."""
    state = PageWalk()
    yielded: list[User] = []
    while (page := state.next_page) is not None:
        start = (page - 1) * limit
        users = listing[start : start + limit]
        yielded += state.take(users, len(listing))
        meanwhile(page)
    return yielded


def nothing(page: int) -> None:
    """Let the listing be."""


@given(size=st.integers(0, 60), limit=st.integers(1, 20))
def test_a_listing_at_rest_is_yielded_whole_and_in_order(size: int, limit: int) -> None:
    listing = new_users(size)
    assert walk(listing, limit, nothing) == listing


@given(size=st.integers(1, 60), limit=st.integers(1, 20))
def test_no_page_is_asked_for_in_vain(size: int, limit: int) -> None:
    pages: list[int] = []
    walk(new_users(size), limit, pages.append)
    assert len(pages) == -(-size // limit)


@given(
    size=st.integers(0, 40),
    limit=st.integers(2, 10),
    added=st.lists(st.integers(0, 9), max_size=8),
)
def test_users_added_in_front_come_once_and_push_nobody_out(
    size: int, limit: int, added: list[int]
) -> None:
    listing = new_users(size)
    before = list(listing)

    def add(page: int) -> None:
        # A whole page of new users would make the next page repeat the last.
        if page <= len(added):
            listing[:0] = new_users(min(added[page - 1], limit - 1))

    yielded = walk(listing, limit, add)
    assert len({user.id for user in yielded}) == len(yielded)
    assert {user.id for user in before} <= {user.id for user in yielded}


@given(
    size=st.integers(0, 40),
    limit=st.integers(1, 10),
    deleted=st.lists(st.integers(0, 50), max_size=8),
)
def test_users_deleted_meanwhile_end_the_walk_and_double_nobody(
    size: int, limit: int, deleted: list[int]
) -> None:
    listing = new_users(size)

    def delete(page: int) -> None:
        if page <= len(deleted):
            del listing[: deleted[page - 1]]

    yielded = walk(listing, limit, delete)
    assert len({user.id for user in yielded}) == len(yielded)


def test_an_empty_page_ends_the_walk() -> None:
    state = PageWalk()
    assert len(list(state.take(new_users(2), 10))) == 2
    assert list(state.take([], 10)) == []
    assert state.next_page is None


def test_a_short_page_does_not_end_the_walk_while_there_is_more() -> None:
    state = PageWalk()
    list(state.take(new_users(1), 2))
    assert state.next_page == 2


def test_a_server_that_repeats_a_page_is_an_error() -> None:
    state, users = PageWalk(), new_users(2)
    list(state.take(users, 10))
    with pytest.raises(InvalidResponseError, match="Page 2 repeats page 1"):
        list(state.take(users, 10))
