"""The engine: order, limits, early ends and interruptions, with threads and with tasks."""

import asyncio
import errno
import tempfile
import threading
from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import Any

import pytest

from authing_users import (
    AuthenticationError,
    AuthingError,
    BulkItem,
    BulkProgress,
    BulkResult,
    InvalidInputError,
    TransportError,
)
from authing_users._bulk.items import Description, Done, Prepared, Task
from authing_users._bulk.recorder import Recorder
from authing_users._bulk.run import SMALLEST_WINDOW
from authing_users._runtime import spool

from ..support.client_kinds import ClientKind
from .engine import Gate, MemoryCheckpoint, fail, run_engine, succeed


def outcomes(result: BulkResult) -> list[str]:
    return [item.outcome for item in result.items]


async def test_outcomes_have_the_order_of_the_input(client_kind: ClientKind) -> None:
    gate = Gate(client_kind)

    def work(tasks: Sequence[Task]) -> Any:
        if tasks[0].payload == 0:
            return gate.wait_and(lambda: succeed(tasks))
        if tasks[0].payload == 300:
            gate.open()
        return succeed(tasks)

    items: list[BulkItem] = []
    result = await run_engine(client_kind, range(400), work, on_item=items.append)
    assert [item.input["number"] for item in result.items] == list(range(400))
    assert [item.index for item in items] == list(range(400))
    assert items == list(result.items)
    assert result.counts["created"] == result.total == 400
    assert result
    assert [item.user_id for item in result.succeeded[:2]] == ["id-0", "id-1"]


async def test_one_slow_item_stops_reading_after_a_window(client_kind: ClientKind) -> None:
    gate, read = Gate(client_kind), [0]
    before_the_gate: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(3 * SMALLEST_WINDOW):
            read[0] += 1
            yield number

    def work(tasks: Sequence[Task]) -> Any:
        number = tasks[0].payload
        if number == 0:
            return gate.wait_and(lambda: succeed(tasks))
        if number == SMALLEST_WINDOW - 1:
            before_the_gate.append(read[0])
            gate.open()
        return succeed(tasks)

    result = await run_engine(client_kind, numbers(), work, concurrency=4)
    assert before_the_gate == [SMALLEST_WINDOW]
    assert result.total == 3 * SMALLEST_WINDOW


async def test_as_many_items_are_in_flight_as_the_concurrency(client_kind: ClientKind) -> None:
    gate, lock = Gate(client_kind), threading.Lock()
    in_flight, most = [0], [0]

    def done(tasks: Sequence[Task]) -> list[Done]:
        with lock:
            in_flight[0] -= 1
        return succeed(tasks)

    def work(tasks: Sequence[Task]) -> Any:
        with lock:
            in_flight[0] += 1
            most[0] = max(most[0], in_flight[0])
            if in_flight[0] == 5:
                gate.open()
        return gate.wait_and(lambda: done(tasks))

    assert await run_engine(client_kind, range(60), work, concurrency=5)
    assert most == [5]


async def test_items_that_wait_are_processed_together(client_kind: ClientKind) -> None:
    gate, sizes = Gate(client_kind), list[int]()

    def numbers() -> Iterator[int]:
        yield from range(250)
        gate.open()

    def work(tasks: Sequence[Task]) -> Any:
        sizes.append(len(tasks))
        return gate.wait_and(lambda: succeed(tasks))

    result = await run_engine(client_kind, numbers(), work, batch_size=100, concurrency=2)
    assert sum(sizes) == result.total == 250
    assert max(sizes) <= 100
    # The first ones are not delayed until there is a whole batch.
    assert len(sizes) <= 8


async def test_an_item_of_a_slow_input_is_not_delayed(client_kind: ClientKind) -> None:
    finished, async_finished = threading.Event(), asyncio.Event()

    def work(tasks: Sequence[Task]) -> list[Done]:
        finished.set()
        async_finished.set()
        return succeed(tasks)

    def numbers() -> Iterator[int]:
        yield 0
        assert finished.wait(30)  # the first item, although no batch is complete
        yield 1

    async def async_numbers() -> AsyncGenerator[int]:
        yield 0
        await asyncio.wait_for(async_finished.wait(), 30)
        yield 1

    items: Any = numbers() if client_kind == "sync" else async_numbers()
    result = await run_engine(client_kind, items, work, batch_size=100)
    assert outcomes(result) == ["created", "created"]


async def test_outcomes_are_reported_while_the_input_waits() -> None:
    reported = asyncio.Event()

    async def numbers() -> AsyncGenerator[int]:
        async with asyncio.timeout(60):  # which must begin and end in the same task
            for number in range(3):
                reported.clear()
                yield number
                await asyncio.wait_for(reported.wait(), 30)

    def on_item(_: BulkItem) -> None:
        reported.set()

    result = await run_engine("async", numbers(), on_item=on_item, batch_size=9)
    assert result.counts["created"] == 3


async def test_run_that_waits_for_the_input_can_be_stopped() -> None:
    stop, closed = threading.Event(), list[str]()

    async def numbers() -> AsyncGenerator[int]:
        try:
            yield 0
            await asyncio.Event().wait()
        finally:
            closed.append("closed")

    def on_item(_: BulkItem) -> None:
        stop.set()

    result = await run_engine("async", numbers(), on_item=on_item, stop=stop)
    assert (result.stopped, result.total) == ("stopped", 1)
    assert closed == ["closed"]


async def test_exception_of_an_asynchronous_input_ends_the_run() -> None:
    async def numbers() -> AsyncGenerator[int]:
        yield 0
        raise OSError("The queue is gone")

    result = await run_engine("async", numbers())
    assert (result.stopped, result.total) == ("input", 1)
    assert isinstance(result.error, OSError)


async def test_empty_input(client_kind: ClientKind) -> None:
    result = await run_engine(client_kind, [])
    assert result
    assert (result.total, list(result.items), result.stopped) == (0, [], None)
    assert repr(result) == "BulkResult(total=0)"
    result.raise_for_failures()


async def test_invalid_and_repeated_items_fail_alone(client_kind: ClientKind) -> None:
    result = await run_engine(client_kind, [5, -1, 6, 5])
    assert outcomes(result) == ["created", "failed", "created", "failed"]
    assert [item.index for item in result.failed] == [1, 3]
    assert "Item 3 has the same number=5 as item 0" in str(result.failed[1].error)
    assert not result
    with pytest.raises(InvalidInputError, match="Item 1 is negative") as caught:
        result.raise_for_failures()
    assert caught.value.__notes__ == ["BulkResult(total=4, created=2, failed=2)"]


async def test_error_of_the_handler_fails_all_its_items(client_kind: ClientKind) -> None:
    def work(tasks: Sequence[Task]) -> list[Done]:
        raise TransportError("Lost")

    result = await run_engine(client_kind, range(30), work, batch_size=10)
    assert result.counts["failed"] == 30
    assert isinstance(result.failed[29].error, TransportError)
    assert result.stopped is None


async def test_exception_of_the_input_ends_the_run(client_kind: ClientKind) -> None:
    def numbers() -> Iterator[int]:
        yield from range(3)
        raise OSError("The disk is gone")

    result = await run_engine(client_kind, numbers())
    assert outcomes(result) == ["created"] * 3
    assert result.stopped == "input"
    assert isinstance(result.error, OSError)
    with pytest.raises(OSError, match="The disk is gone"):
        result.raise_for_failures()


async def test_stop_ends_the_run_and_reads_no_further_item(client_kind: ClientKind) -> None:
    stop, read = threading.Event(), list[int]()

    def numbers() -> Iterator[int]:
        for number in range(1000):
            read.append(number)
            yield number

    def on_item(item: BulkItem) -> None:
        if item.index == 10:
            stop.set()

    result = await run_engine(client_kind, numbers(), stop=stop, on_item=on_item, concurrency=2)
    assert result.stopped == "stopped"
    assert result.total == len(read) < 1000
    assert result.counts["created"] + result.counts["not_sent"] == result.total
    assert len(result.not_sent) == result.counts["not_sent"]
    assert "stopped='stopped'" in repr(result)


@pytest.mark.parametrize(
    ("items", "limit", "failures"),
    [
        (range(100), 3, 4),
        (range(100), 0, 1),
        (range(100), "5%", 6),
        (iter(range(100)), "10%", 3),
        (range(100), "100%", 100),
    ],
)
async def test_too_many_failures_end_the_run(
    client_kind: ClientKind, items: Any, limit: int | str, failures: int
) -> None:
    if isinstance(items, Iterator):
        items = iter(range(100))  # each client needs its own
    work = fail(*range(100))
    result = await run_engine(client_kind, items, work, concurrency=1, max_failures=limit)
    assert len(result.failed) == failures
    assert result.stopped == ("max_failures" if failures < 100 else None)


async def test_failure_that_concerns_all_items_ends_the_run(client_kind: ClientKind) -> None:
    error = AuthenticationError("Wrong secret", code=2020)
    result = await run_engine(client_kind, range(50), fail(1, error=error), concurrency=1)
    assert result.stopped == "error"
    assert isinstance(result.error, AuthenticationError)
    assert result.items[1].outcome == "failed"
    assert result.counts["not_sent"] == result.total - 2


async def test_progress_is_reported(client_kind: ClientKind) -> None:
    reports: list[BulkProgress] = []
    await run_engine(client_kind, [1, -1, 2], on_progress=reports.append)
    last = reports[-1]
    assert (last.done, last.total, last.failed) == (3, 3, 1)
    assert last.per_second > 0
    assert last.remaining == 0
    reports.clear()
    await run_engine(client_kind, iter([1, 2]), on_progress=reports.append, total=7)
    assert (reports[-1].done, reports[-1].total) == (2, 7)
    unknown = BulkProgress(done=3, total=None, failed=0, seconds=1.5)
    assert (unknown.remaining, unknown.per_second) == (None, 2.0)
    assert BulkProgress(done=0, total=4, failed=0, seconds=0.0).remaining is None
    assert BulkProgress(done=1, total=4, failed=0, seconds=2.0).remaining == 6


async def test_asynchronous_callbacks_are_awaited() -> None:
    items: list[int] = []

    async def on_item(item: BulkItem) -> None:
        await asyncio.sleep(0)
        items.append(item.index)

    await run_engine("async", range(5), on_item=on_item)
    assert items == list(range(5))


async def test_exception_of_a_callback_ends_the_run(client_kind: ClientKind) -> None:
    def on_item(item: BulkItem) -> None:
        if item.index == 3:
            raise LookupError("callback")

    with pytest.raises(LookupError) as caught:
        await run_engine(client_kind, range(500), on_item=on_item, concurrency=2)
    result = BulkResult.from_exception(caught.value)
    assert result is not None
    assert result.stopped == "error"
    assert result.counts["created"] >= 4
    assert result.counts["created"] + result.counts["not_sent"] == result.total <= 500
    assert BulkResult.from_exception(LookupError()) is None
    assert BulkResult.from_exception(None) is None


async def test_exception_of_a_callback_hides_no_outcome(client_kind: ClientKind) -> None:
    def on_item(_: BulkItem) -> None:
        raise LookupError("callback")

    checkpoint = MemoryCheckpoint()
    options: Any = {"batch_size": 10, "checkpoint": checkpoint, "on_item": on_item}
    with pytest.raises(LookupError) as caught:
        await run_engine(client_kind, range(200), **options)
    result = BulkResult.from_exception(caught.value)
    assert result is not None
    recorded = [result.items[int(index)].outcome for index in checkpoint.recorded]
    assert recorded == ["created"] * result.counts["created"]
    assert [item.index for item in result.items] == [*range(result.total)]


class BrokenCheckpoint(MemoryCheckpoint):
    def finished(self, outcomes: Any) -> None:
        raise InvalidInputError("The disk is full")


async def test_exception_of_a_checkpoint_ends_the_run(client_kind: ClientKind) -> None:
    with pytest.raises(InvalidInputError, match="The disk is full") as caught:
        await run_engine(client_kind, range(50), checkpoint=BrokenCheckpoint())
    result = BulkResult.from_exception(caught.value)
    assert result is not None
    assert result.counts["unknown"] >= 1
    assert result.counts["created"] == 0


async def test_cancelled_run_says_what_is_done() -> None:
    gate = asyncio.Event()

    async def work(tasks: Sequence[Task]) -> list[Done]:
        if tasks[0].payload == 5:
            gate.set()
        if tasks[0].payload >= 5:
            await asyncio.Event().wait()
        return succeed(tasks)

    task = asyncio.create_task(run_engine("async", range(100), work, concurrency=3))
    await gate.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    result = BulkResult.from_exception(caught.value)
    assert result is not None
    assert result.stopped == "cancelled"
    assert outcomes(result)[:5] == ["created"] * 5
    assert "unknown" in outcomes(result)[5:]
    assert result.counts["unknown"] <= 3
    assert set(outcomes(result)[8:]) <= {"not_sent"}


async def test_timeout_around_a_run_keeps_its_result() -> None:
    async def work(tasks: Sequence[Task]) -> list[Done]:
        if tasks[0].payload == 1:
            limit.reschedule(asyncio.get_running_loop().time())
            await asyncio.Event().wait()
        return succeed(tasks)

    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(None) as limit:
            await run_engine("async", range(10), work, concurrency=1)
    result = BulkResult.from_exception(caught.value)
    assert result is not None
    assert outcomes(result)[:2] == ["created", "unknown"]


async def test_recorded_items_are_not_processed_again(client_kind: ClientKind) -> None:
    checkpoint = MemoryCheckpoint()
    await run_engine(client_kind, [1, 2, -3], checkpoint=checkpoint, concurrency=1)
    assert checkpoint.calls == [
        ("started", ("0",)),
        ("finished", ("0",)),
        ("started", ("1",)),
        ("finished", ("1",)),
    ]
    checkpoint.begun.add("3")
    processed: list[tuple[int, bool]] = []

    def work(tasks: Sequence[Task]) -> list[Done]:
        processed.extend((task.payload, task.was_started) for task in tasks)
        return succeed(tasks)

    items = [1, 2, -3, 4, 5]
    result = await run_engine(client_kind, items, work, checkpoint=checkpoint, concurrency=1)
    assert processed == [(4, True), (5, False)]
    assert [item.resumed for item in result.items] == [True, True, False, False, False]
    assert outcomes(result) == ["created", "created", "failed", "created", "created"]
    assert result.items[0].user_id == "id-1"


async def test_only_definite_outcomes_are_recorded(client_kind: ClientKind) -> None:
    checkpoint = MemoryCheckpoint()

    def work(tasks: Sequence[Task]) -> list[Done]:
        error = TransportError("Lost") if tasks[0].payload == 0 else InvalidInputError("No")
        return [Done("failed", None, error)]

    await run_engine(client_kind, [0, 1], work, checkpoint=checkpoint)
    assert list(checkpoint.recorded) == ["1"]
    result = await run_engine(client_kind, [0, 1], checkpoint=checkpoint)
    assert outcomes(result) == ["created", "failed"]
    assert isinstance(result.failed[0].error, InvalidInputError)
    assert result.failed[0].resumed


async def test_a_recorded_outcome_counts_only_for_the_same_item(client_kind: ClientKind) -> None:
    """Else, users of a changed input would count as done without having been sent."""
    checkpoint, work = MemoryCheckpoint(), fail(1, error=InvalidInputError("No"))
    await run_engine(client_kind, [0, 1, 2], work, checkpoint=checkpoint)
    with pytest.raises(InvalidInputError, match=r"Item 2 \(.*5\) is not .* as created: the input"):
        await run_engine(client_kind, [0, 1, 5], checkpoint=checkpoint)
    processed: list[int] = []

    def record(tasks: Sequence[Task]) -> list[Done]:
        processed.extend(task.payload for task in tasks)
        return succeed(tasks)

    result = await run_engine(client_kind, [0, 7, 2], record, checkpoint=checkpoint)
    assert outcomes(result) == ["created", "created", "created"]
    assert processed == [7]  # a corrected failure


def test_a_recorded_outcome_counts_only_for_the_same_pool() -> None:
    checkpoint = MemoryCheckpoint()
    task = Task(0, Description("username=ada", {"username": "ada"}), Prepared(None))
    done = Done("created", "id-1")
    Recorder(checkpoint, "pool-1").finished([task], [done])
    assert Recorder(checkpoint, "pool-1").outcome(0, task.description) == done
    with pytest.raises(InvalidInputError, match=r"Item 0 \(username=ada\).* another user pool"):
        Recorder(checkpoint, "pool-2").outcome(0, task.description)


async def test_unusable_checkpoint_is_reported(client_kind: ClientKind) -> None:
    for text in ("", "[]", "{}", '{"outcome": "great"}'):
        checkpoint = MemoryCheckpoint()
        checkpoint.recorded["1"] = text
        with pytest.raises(InvalidInputError, match="invalid outcome of item 1"):
            await run_engine(client_kind, [0, 1], checkpoint=checkpoint)


class FullDisk:
    """A file on a disk that has room for some bytes."""

    def __init__(self, file: Any, room: int) -> None:
        self._file = file
        self._room = room

    def write(self, data: bytearray) -> int:
        if not self._room:
            raise OSError(errno.ENOSPC, "No space left on device")
        written: int = self._file.write(data[: self._room])
        self._room -= written
        return written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@pytest.mark.parametrize("room", [0, 1000, 100_000])
async def test_no_outcome_is_lost_if_the_disk_is_full(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    """Outcomes for which the file has no room stay in memory, and the run ends."""
    monkeypatch.setattr(spool, "IN_MEMORY", 50_000)
    new_file = tempfile.TemporaryFile

    def full_disk(buffering: int) -> Any:
        return FullDisk(new_file(buffering=buffering), room)

    monkeypatch.setattr(tempfile, "TemporaryFile", full_disk)
    done: list[str] = []

    def work(tasks: Sequence[Task]) -> list[Done]:
        outcomes = succeed(tasks)
        done.extend(str(one.user_id) for one in outcomes)
        return outcomes

    with pytest.raises(AuthingError, match="No space left on device") as caught:
        await run_engine(client_kind, range(10_000), work)
    result = BulkResult.from_exception(caught.value)
    assert result is not None
    with result:
        assert len(result.items) == result.total < 10_000
        assert [item.index for item in result.items] == [*range(result.total)]
        assert sorted(str(item.user_id) for item in result.succeeded) == sorted(done)


async def test_result_can_be_read_like_a_list(client_kind: ClientKind) -> None:
    result = await run_engine(client_kind, range(200), fail(0, 199))
    items = result.items
    assert len(items) == 200
    assert items[-1].index == 199
    assert [item.index for item in items[5:20:5]] == [5, 10, 15]
    assert [item.index for item in items] == list(range(200))
    assert [item.index for item in reversed(items)] == list(reversed(range(200)))
    assert [item.index for item in result.failed] == [0, 199]
    assert repr(items) == "<200 items>"
    with pytest.raises(IndexError, match="There is no item 200: there are 200 items"):
        items[200]
    with result:
        assert not result
    assert result.counts["created"] == 198
    with pytest.raises(ValueError, match="closed"):
        items[0]


async def test_error_survives_the_temporary_file(client_kind: ClientKind) -> None:
    error = AuthenticationError("Wrong", code=7, data={"a": [1]})
    result = await run_engine(client_kind, [0], fail(0, error=error))
    stored = result.failed[0].error
    assert isinstance(stored, AuthenticationError)
    assert (stored.message, stored.code, stored.data) == ("Wrong", 7, {"a": [1]})
