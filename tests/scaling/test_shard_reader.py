"""A reader selects the users of a shard, also if several were created at the same time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import example, given, strategies as st

from authing_users import InvalidResponseError, Shard
from authing_users._policy.shards import ShardReader, is_cut


@dataclass(frozen=True)
class Listed:
    id: str
    created_at: str | None


def at(second: int) -> str:
    return f"2026-01-01T00:00:{second:02}+08:00"


def users_at(seconds: list[int]) -> list[Listed]:
    return [Listed(f"user-{number:02}", at(second)) for number, second in enumerate(seconds)]


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
    reader = ShardReader(shard)
    chosen: list[Listed] = []
    for user in users:
        belongs = reader.contains(user)
        if belongs is None:
            break
        if belongs:
            chosen.append(user)
    return chosen


positions = st.sets(st.integers(0, 29))


@given(
    seconds=st.lists(st.integers(0, 5), min_size=1, max_size=30).map(sorted),
    starts=positions,
    gone=st.lists(positions, min_size=5, max_size=5),
    new=st.integers(0, 3),
)
# A shard must not start earlier because its first user was deleted, and the shard before it ...
@example(seconds=[0, 0, 0, 0, 4, 4, 4], starts={5, 6}, gone=[{6}] * 5, new=0)
# ... must not end earlier because that happened after the later shard was read.
@example(seconds=[4, 4, 4], starts={1}, gone=[{1}, set(), set(), set(), set()], new=0)
def test_every_user_belongs_to_one_shard(
    seconds: list[int], starts: set[int], gone: list[set[int]], new: int
) -> None:
    """Each shard is read at another moment, when other users are deleted already."""
    users = users_at(seconds)
    shards = shards_at(users, sorted(start for start in starts if 0 < start < len(users))[:4])
    created = [Listed(f"new-{number}", at(6)) for number in range(new)]
    found = [
        user
        for shard, absent in zip(shards, gone, strict=False)
        for user in selected(
            shard, [*(user for at, user in enumerate(users) if at not in absent), *created]
        )
    ]
    assert len(found) == len(set(found))
    always = {user for at, user in enumerate(users) if not any(at in absent for absent in gone)}
    assert set(found) >= {*always, *created}


@given(seconds=st.lists(st.integers(0, 1), min_size=2, max_size=9).map(sorted), data=st.data())
def test_users_of_one_second_are_listed_in_any_order(
    seconds: list[int], data: st.DataObject
) -> None:
    users = users_at(seconds)
    shards = shards_at(users, sorted(data.draw(st.sets(st.sampled_from(range(1, len(users)))))))
    found: list[Listed] = []
    for shard in shards:
        listed = data.draw(st.permutations(users))
        found += selected(shard, sorted(listed, key=lambda user: user.created_at or ""))
    assert sorted(user.id for user in found) == [user.id for user in users]


@given(seconds=st.lists(st.integers(0, 5), min_size=2, max_size=30).map(sorted), data=st.data())
def test_the_first_page_is_found(seconds: list[int], data: st.DataObject) -> None:
    users = users_at(seconds)
    start = data.draw(st.integers(1, len(users) - 1))
    shard = shards_at(users, [start])[1]
    gone = data.draw(st.sets(st.sampled_from(users)))
    left = [user for user in users if user not in gone]
    expected = selected(shard, left)
    reader = ShardReader(shard)
    size = data.draw(st.integers(1, 5))
    pages = [left[at : at + size] for at in range(0, len(left), size)]
    number = len(pages) - 1
    while number > 0 and not reader.may_start_at(pages[number]):
        number -= 1
    skipped = [user for page in pages[: max(number, 0)] for user in page]
    assert not set(skipped) & set(expected)


def test_a_page_without_users_is_not_the_first() -> None:
    first, second = shards_at(users_at([0, 1]), [1])
    assert ShardReader(first).may_start_at([])
    assert not ShardReader(second).may_start_at([])


def test_a_listing_in_another_order_is_rejected() -> None:
    users = users_at([1, 0])
    reader = ShardReader(shards_at(users, [])[0])
    assert reader.contains(users[0]) is True
    with pytest.raises(InvalidResponseError, match="order of creation: user user-01 was created"):
        reader.contains(users[1])


@pytest.mark.parametrize("created_at", [None, "yesterday"])
def test_users_without_a_time_are_rejected(created_at: str | None) -> None:
    reader = ShardReader(Shard(0, 1, 1, 1, 100, 1))
    with pytest.raises(InvalidResponseError, match="createdAt="):
        reader.contains(Listed("user-1", created_at))


@dataclass(frozen=True)
class ListedUsers:
    list: "Sequence[Listed]"
    total_count: int


@pytest.mark.parametrize(
    ("users", "number", "total_count", "expected"),
    [(5, 1, 12, False), (2, 3, 12, False), (3, 1, 12, True), (0, 4, 12, False), (1, 3, 12, True)],
)
def test_a_page_with_too_few_users_is_noticed(
    users: int, number: int, total_count: int, expected: bool
) -> None:
    page = ListedUsers(users_at([0] * users), total_count)
    assert is_cut(page, number, 5) is expected
