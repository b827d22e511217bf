"""Shards cover every user once, whatever happens to the pool and to the process."""

import asyncio
import dataclasses
import json
import pickle
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from authing_users import (
    AuthingError,
    BulkResult,
    InvalidInputError,
    ServerError,
    Shard,
    SQLiteCheckpoint,
    User,
)
from authing_users._policy.shards import windows

from ..support.client_kinds import ClientKind, Management, collect, run
from ..support.emulator_pool import EmulatorPool


@pytest.fixture
def checkpoint(tmp_path: Path) -> Iterator[SQLiteCheckpoint]:
    with SQLiteCheckpoint(tmp_path / "job.db", "job") as checkpoint:
        yield checkpoint


class Recorder:
    """Work that records the users for whom it is called.

    Args:
        client_kind: Whether it is called in threads or in tasks.
        then: Called with each user afterwards.
    """

    def __init__(self, client_kind: ClientKind, then: Callable[[User], object] = id) -> None:
        self.ids: list[str] = []
        self._is_async = client_kind == "async"
        self._then = then

    def __call__(self, user: User) -> Any:
        return self._in_task(user) if self._is_async else self._work(user)

    async def _in_task(self, user: User) -> None:
        await asyncio.sleep(0)
        await run(self._work(user))

    def _work(self, user: User) -> object:
        self.ids.append(user.id)
        return self._then(user)


async def all_ids(client: Management) -> list[str]:
    """Return the IDs of all users, the oldest first."""
    users = await collect(client.users.iter_list(sort_by="CREATEDAT_ASC"))
    return [user.id for user in users]


async def run_all(client: Management, shards: list[Shard], work: Any, **options: Any) -> list[Any]:
    """Run shards one after the other, and return their outcomes."""
    outcomes: list[Any] = []
    for shard in shards:
        result: BulkResult = await run(client.users.run_shard(shard, work, **options))
        with result:
            outcomes += [(item.outcome, item.user_id) for item in result.items]
    return outcomes


@given(number=st.integers(1, 50), users=st.integers(0, 2000), page_size=st.integers(1, 200))
def test_windows_cover_all_pages_evenly(number: int, users: int, page_size: int) -> None:
    found = [*windows(number, users, page_size)]
    pages = -(-users // page_size)
    assert [page for first, last in found for page in range(first, last + 1)] == [
        *range(1, pages + 1)
    ]
    sizes = [last - first + 1 for first, last in found]
    assert len(found) == min(number, pages)
    assert not sizes or max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize("number", [1, 3, 100])
async def test_shards_cover_every_user_once(
    client: Management, client_kind: ClientKind, emulator_pool: EmulatorPool, number: int
) -> None:
    emulator_pool.seed_users(47)
    shards = await run(client.users.plan_shards(number, page_size=5))
    assert [shard.index for shard in shards] == [*range(min(number, 10))]
    assert {(shard.of, shard.total_count) for shard in shards} == {(len(shards), 47)}
    work = Recorder(client_kind)
    outcomes = await run_all(client, shards, work)
    expected = await all_ids(client)
    assert sorted(work.ids) == sorted(expected)
    assert outcomes == [("updated", user_id) for user_id in expected]


async def test_an_empty_pool_has_no_shards(client: Management) -> None:
    assert await run(client.users.plan_shards(4)) == []


async def test_shards_travel(client: Management, emulator_pool: EmulatorPool) -> None:
    emulator_pool.seed_users(12)
    shards = await run(client.users.plan_shards(3, page_size=4))
    assert pickle.loads(pickle.dumps(shards)) == shards
    text = json.dumps([dataclasses.asdict(shard) for shard in shards])
    assert [Shard(**fields) for fields in json.loads(text)] == shards


async def test_progress_counts_the_planned_users(
    client: Management, client_kind: ClientKind, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(23)
    shards = await run(client.users.plan_shards(2, page_size=5))
    totals: list[int | None] = []
    for shard in shards:
        seen: list[Any] = []
        await run_all(client, [shard], Recorder(client_kind), on_progress=seen.append)
        totals.append(seen[-1].total)
        assert seen[-1].done == seen[-1].total
    assert totals == [10, 13]


async def test_a_second_run_passes_no_user_again(
    client: Management,
    client_kind: ClientKind,
    emulator_pool: EmulatorPool,
    checkpoint: SQLiteCheckpoint,
) -> None:
    emulator_pool.seed_users(20)
    shards = await run(client.users.plan_shards(2, page_size=5))
    await run_all(client, shards, Recorder(client_kind), checkpoint=checkpoint)
    second = Recorder(client_kind)
    outcomes = await run_all(client, shards, second, checkpoint=checkpoint)
    assert second.ids == []
    assert outcomes == [("skipped", user_id) for user_id in await all_ids(client)]


async def test_failed_and_interrupted_users_are_passed_again(
    client: Management,
    client_kind: ClientKind,
    emulator_pool: EmulatorPool,
    checkpoint: SQLiteCheckpoint,
) -> None:
    emulator_pool.seed_users(20)
    ids = await all_ids(client)
    (shard,) = await run(client.users.plan_shards(1, page_size=5))

    def fail(user: User) -> None:
        if user.id == ids[2]:
            raise AuthingError("The other system is down")
        if user.id == ids[7]:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        await run(
            client.users.run_shard(
                shard, Recorder(client_kind, fail), checkpoint=checkpoint, concurrency=1
            )
        )
    result = BulkResult.from_exception(caught.value)
    assert result is not None
    assert [(item.user_id, str(item.error)) for item in result.failed][:1] == [
        (ids[2], "The other system is down")
    ]
    result.close()
    assert checkpoint.summary() == (6, 2)
    second = Recorder(client_kind)
    await run_all(client, [shard], second, checkpoint=checkpoint, concurrency=1)
    assert second.ids == [ids[2], *ids[7:]]
    assert checkpoint.summary() == (20, 0)


async def test_an_error_of_the_listing_is_raised(
    client: Management,
    client_kind: ClientKind,
    emulator_pool: EmulatorPool,
    checkpoint: SQLiteCheckpoint,
) -> None:
    emulator_pool.seed_users(20)
    (shard,) = await run(client.users.plan_shards(1, page_size=5))
    work = Recorder(client_kind)
    emulator_pool.control("faults", kind="fail", operation="ListUsers", status=500)
    with pytest.raises(ServerError) as caught:
        await run(
            client.users.with_options(retries=0).run_shard(shard, work, checkpoint=checkpoint)
        )
    result = BulkResult.from_exception(caught.value)
    assert result is not None
    with result:
        assert (result.stopped, result.total) == ("input", 0)
    await run_all(client, [shard], work, checkpoint=checkpoint)
    assert sorted(work.ids) == sorted(await all_ids(client))


async def test_a_shard_stops_after_too_many_failures(
    client: Management, client_kind: ClientKind, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(20)
    (shard,) = await run(client.users.plan_shards(1, page_size=5))

    def fail(user: User) -> None:
        raise AuthingError("no")

    work = Recorder(client_kind, fail)
    result = await run(client.users.run_shard(shard, work, max_failures=2, concurrency=1))
    with result:
        assert (result.stopped, len(result.failed), len(work.ids)) == ("max_failures", 3, 3)


async def test_a_shard_is_stopped(
    client: Management, client_kind: ClientKind, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(20)
    (shard,) = await run(client.users.plan_shards(1, page_size=5))
    stop = threading.Event()
    work = Recorder(client_kind, lambda user: stop.set())
    result = await run(client.users.run_shard(shard, work, stop=stop, concurrency=1))
    with result:
        assert (result.stopped, len(work.ids)) == ("stopped", 1)


async def test_deleted_and_new_users_move_no_one_to_another_shard(
    client: Management, client_kind: ClientKind, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(40)
    before = await all_ids(client)
    shards = await run(client.users.plan_shards(4, page_size=5))
    first, last = Recorder(client_kind), Recorder(client_kind)
    await run_all(client, shards[:1], first)
    # All pages move: the first users of the first and of the third shard are among the deleted.
    await run(client.users.delete_many(before[:13] + before[20:23]))
    emulator_pool.seed_users(7)
    new = (await all_ids(client))[-7:]
    await run_all(client, shards[1:], last)
    assert first.ids == before[:10]
    assert sorted(last.ids) == sorted([*before[13:20], *before[23:], *new])


async def test_users_are_deleted_by_the_work(
    client: Management, client_kind: ClientKind, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(40)
    before = await all_ids(client)
    shards = await run(client.users.plan_shards(3, page_size=5))
    work = Recorder(client_kind, lambda user: client.users.delete(user.id))
    await run_all(client, [shards[1], shards[0], shards[2]], work)
    assert sorted(work.ids) == sorted(before)
    assert await all_ids(client) == []


async def test_a_first_user_deleted_between_two_shards_loses_no_one(
    client: Management, client_kind: ClientKind, emulator_pool: EmulatorPool
) -> None:
    """All were created in the same second, so only the IDs say where the shards begin."""
    emulator_pool.seed_users(20)
    before = await all_ids(client)
    first, second = await run(client.users.plan_shards(2, page_size=5))
    works = Recorder(client_kind), Recorder(client_kind)
    await run_all(client, [second], works[1])
    await run(client.users.delete(before[10]))
    await run_all(client, [first], works[0])
    assert sorted(works[0].ids + works[1].ids) == sorted(before)


async def test_users_replaced_between_two_pages_move_no_one_past_the_reader(
    client: Management, client_kind: ClientKind, emulator_pool: EmulatorPool
) -> None:
    """The total count stays the same, so it does not show that the pages moved."""
    emulator_pool.seed_users(40)
    before = await all_ids(client)
    (shard,) = await run(client.users.plan_shards(1, page_size=5))
    with emulator_pool.plain_client() as other:

        def replace(user: User) -> None:
            number = before.index(user.id) if user.id in before else 0
            if number % 3 == 2:
                other.users.delete(before[number // 3])
                other.users.create({"username": f"new-{number}"})

        work = Recorder(client_kind, replace)
        await run_all(client, [shard], work, concurrency=1)
    assert len(work.ids) == len(set(work.ids))
    assert set(work.ids) >= set(before)
    assert len(work.ids) > 40


async def test_selected_fields_are_passed(
    client: Management, client_kind: ClientKind, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(1)
    (shard,) = await run(client.users.plan_shards(1))
    users: list[User] = []
    await run_all(client, [shard], Recorder(client_kind, users.append), fields=["username"])
    assert users[0].model_fields_set == {"id", "username", "created_at"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0,), "number must be a whole number from 1"),
        ((1.5,), "number must be a whole number from 1"),
    ],
)
async def test_invalid_plans_are_rejected(
    client: Management, arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(InvalidInputError, match=message):
        await run(client.users.plan_shards(*arguments))
    with pytest.raises(InvalidInputError, match="page_size must be a whole number"):
        await run(client.users.plan_shards(1, page_size=0))


async def test_invalid_runs_are_rejected(client: Management, client_kind: ClientKind) -> None:
    shard = Shard(0, 1, 1, 1, 100, 0)
    work: Any = Recorder(client_kind)
    invalid: Any = dataclasses.asdict(shard)
    with pytest.raises(InvalidInputError, match=r"not dict: write Shard\(\*\*fields\)"):
        await run(client.users.run_shard(invalid, work))
    invalid = 5
    with pytest.raises(InvalidInputError, match="work must be a function, not int"):
        await run(client.users.run_shard(shard, invalid))
    with pytest.raises(InvalidInputError, match="concurrency must be a whole number"):
        await run(client.users.run_shard(shard, work, concurrency=0))
    with pytest.raises(InvalidInputError, match="max_failures must be"):
        await run(client.users.run_shard(shard, work, max_failures="many"))
    assert work.ids == []
