"""A reader selects the users of a shard, also if several were created at the same time."""

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from authing_users import InvalidResponseError, Shard
from authing_users._policy.shards import ShardReader, StartNotFound


@dataclass(frozen=True)
class Listed:
    id: str
    created_at: str | None


def at(second: int) -> str:
    return f"2026-01-01T00:00:{second:02}+08:00"


def users_at(seconds: list[int]) -> list[Listed]:
    return [Listed(f"user-{number}", at(second)) for number, second in enumerate(seconds)]


def shards_at(users: list[Listed], starts: list[int]) -> list[Shard]:
    """Return shards that start at positions among the users; the first one starts at 0."""
    none = Listed("", None)
    bounds = [none, *(users[start] for start in starts), none]
    return [
        Shard(
            index,
            len(starts) + 1,
            1,
            1,
            100,
            len(users),
            start.id or None,
            start.created_at,
            end.id or None,
            end.created_at,
        )
        for index, (start, end) in enumerate(pairwise(bounds))
    ]


def selected(shard: Shard, users: list[Listed]) -> list[Listed]:
    reader = ShardReader(shard, frozenset(user.id for user in users))
    chosen: list[Listed] = []
    for user in users:
        belongs = reader.contains(user)
        if belongs is None:
            break
        if belongs:
            chosen.append(user)
    return chosen


@given(data=st.data())
def test_every_user_belongs_to_one_shard(data: st.DataObject) -> None:
    seconds = sorted(data.draw(st.lists(st.integers(0, 5), min_size=1, max_size=30)))
    users = users_at(seconds)
    starts = sorted(data.draw(st.sets(st.sampled_from(range(len(users))), max_size=4)) - {0})
    shards = shards_at(users, starts)
    gone = data.draw(st.sets(st.sampled_from(users)))
    left = [user for user in users if user not in gone]
    created = [Listed(f"new-{number}", at(6)) for number in range(data.draw(st.integers(0, 3)))]
    pool = [*left, *created]
    assert [user for shard in shards for user in selected(shard, pool)] == pool


@given(seconds=st.lists(st.integers(0, 5), min_size=2, max_size=30).map(sorted), data=st.data())
def test_the_first_page_is_found(seconds: list[int], data: st.DataObject) -> None:
    users = users_at(seconds)
    start = data.draw(st.integers(1, len(users) - 1))
    shard = shards_at(users, [start])[1]
    gone = data.draw(st.sets(st.sampled_from(users)))
    left = [user for user in users if user not in gone]
    expected = selected(shard, left)
    reader = ShardReader(shard, frozenset(user.id for user in left))
    size = data.draw(st.integers(1, 5))
    pages = [left[at : at + size] for at in range(0, len(left), size)]
    number = len(pages) - 1
    while number > 0 and not reader.may_start_at(pages[number]):
        number -= 1
    skipped = [user for page in pages[: max(number, 0)] for user in page]
    assert not set(skipped) & set(expected)


def test_a_page_without_users_is_not_the_first() -> None:
    first, second = shards_at(users_at([0, 1]), [1])
    assert ShardReader(first, frozenset()).may_start_at([])
    assert not ShardReader(second, frozenset()).may_start_at([])


def test_a_first_user_deleted_during_the_search_is_noticed() -> None:
    users = users_at([0, 1, 1, 2])
    reader = ShardReader(shards_at(users, [1])[1], frozenset({"user-1"}))
    assert reader.contains(users[0]) is False
    with pytest.raises(StartNotFound):
        reader.contains(users[3])


def test_a_listing_in_another_order_is_rejected() -> None:
    users = users_at([1, 0])
    reader = ShardReader(shards_at(users, [])[0], frozenset())
    assert reader.contains(users[0]) is True
    with pytest.raises(InvalidResponseError, match="order of creation: user user-1 was created"):
        reader.contains(users[1])


@pytest.mark.parametrize("created_at", [None, "yesterday"])
def test_users_without_a_time_are_rejected(created_at: str | None) -> None:
    reader = ShardReader(Shard(0, 1, 1, 1, 100, 1), frozenset())
    with pytest.raises(InvalidResponseError, match="createdAt="):
        reader.contains(Listed("user-1", created_at))
