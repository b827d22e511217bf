"""Pagination while users are added and deleted."""

from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import given, strategies as st

from authing_graphql import User
from authing_users import InvalidResponseError
from authing_users._policy.pagination import REMEMBERED, Paginator

ids = count()


def user_id(user: User) -> str:
    return user.id


def new_users(number: int) -> list[User]:
    return [User(id=str(next(ids))) for _ in range(number)]


def paginate(listing: list[User], limit: int, after_page: Callable[[int], None]) -> list[User]:
    """Read all pages of a listing that may change after each page."""
    state = Paginator(user_id)
    yielded: list[User] = []
    while (page := state.next_page) is not None:
        start = (page - 1) * limit
        users = listing[start : start + limit]
        yielded += state.take(users, len(listing))
        after_page(page)
    return yielded


def no_change(page: int) -> None:
    """Leave the listing unchanged."""


@given(size=st.integers(0, 60), limit=st.integers(1, 20))
def test_an_unchanged_listing_is_yielded_completely_in_order(size: int, limit: int) -> None:
    listing = new_users(size)
    assert paginate(listing, limit, no_change) == listing


@given(size=st.integers(1, 60), limit=st.integers(1, 20))
def test_no_unnecessary_page_is_requested(size: int, limit: int) -> None:
    pages: list[int] = []
    paginate(new_users(size), limit, pages.append)
    assert len(pages) == -(-size // limit)


@given(
    size=st.integers(0, 40),
    limit=st.integers(1, 10),
    added=st.lists(st.integers(0, 25), max_size=8),
)
def test_users_added_at_the_front_hide_no_user(size: int, limit: int, added: list[int]) -> None:
    listing = new_users(size)
    before = list(listing)

    def add(page: int) -> None:
        if added:
            listing[:0] = new_users(added.pop())

    yielded = paginate(listing, limit, add)
    assert len({user.id for user in yielded}) == len(yielded)
    assert {user.id for user in before} <= {user.id for user in yielded}


@given(
    size=st.integers(0, 40),
    limit=st.integers(1, 10),
    deleted=st.lists(st.sets(st.integers(0, 50)), max_size=8),
)
def test_users_deleted_during_iteration_hide_no_remaining_user(
    size: int, limit: int, deleted: list[set[int]]
) -> None:
    listing = new_users(size)

    def delete(page: int) -> None:
        if deleted:
            indexes = deleted.pop()
            listing[:] = [user for at, user in enumerate(listing) if at not in indexes]

    yielded = paginate(listing, limit, delete)
    assert len({user.id for user in yielded}) == len(yielded)
    assert {user.id for user in listing} <= {user.id for user in yielded}


def test_deleting_each_page_reaches_every_user() -> None:
    listing = new_users(25)
    users = list(listing)
    state = Paginator(user_id)
    yielded: list[User] = []
    while (page := state.next_page) is not None:
        new = state.take(listing[(page - 1) * 10 : page * 10], len(listing))
        yielded += new
        listing = [user for user in listing if user not in new]
    assert yielded == users


def test_an_empty_page_ends_the_iteration() -> None:
    state = Paginator(user_id)
    assert len(state.take(new_users(2), 10)) == 2
    assert state.take([], 10) == []
    assert state.next_page is None


def test_a_short_page_does_not_end_the_iteration() -> None:
    state = Paginator(user_id)
    state.take(new_users(1), 2)
    assert state.next_page == 2


def test_a_repeated_page_raises() -> None:
    state, users = Paginator(user_id), new_users(2)
    state.take(users, 10)
    with pytest.raises(InvalidResponseError, match="Page 2 repeats page 1"):
        state.take(users, 10)


def test_the_number_of_remembered_users_is_bounded() -> None:
    state = Paginator[User](lambda user: user.id)
    size, limit = 3 * REMEMBERED, 1000
    yielded = 0
    while (page := state.next_page) is not None:
        start = (page - 1) * limit
        yielded += len(state.take([User(id=str(start + at)) for at in range(limit)], size))
        assert len(state._yielded) <= REMEMBERED
    assert yielded == size
