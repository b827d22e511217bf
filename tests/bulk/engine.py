"""Runs of the engine over numbers, with a handler that needs no server."""

import asyncio
import inspect
import threading
from collections.abc import Callable, Sequence
from typing import Any

from authing_users import (
    AuthingError,
    BulkResult,
    Checkpoint,
    InvalidInputError,
    ItemState,
)
from authing_users._async.users.bulk_engine import AsyncBulkRun
from authing_users._bulk.items import Description, Done, Prepared, Task, failed
from authing_users._inputs.bulk import bulk_options
from authing_users._sync.users.bulk_engine import BulkRun

from ..support.client_kinds import ClientKind

# Seconds until a test fails that waits for something that does not happen.
PATIENCE = 30

Work = Callable[[Sequence[Task]], Any]


class FakeHandler:
    """Processes numbers: negative ones are invalid, and equal ones are duplicates.

    Args:
        work: Called with the tasks that are processed at once. Default: all succeed.
        batch_size: The most tasks at once.
    """

    def __init__(self, work: Work | None = None, batch_size: int = 1) -> None:
        self.work = work or succeed
        self.batch_size = batch_size

    def describe(self, index: int, item: Any) -> Description:
        return Description(f"number={item}", {"index": index, "number": item})

    def prepare(self, index: int, item: Any) -> Prepared:
        if item < 0:
            raise InvalidInputError(f"Item {index} is negative")
        return Prepared(item, (f"number={item}",), is_batchable=self.batch_size > 1)

    def process(self, tasks: Sequence[Task]) -> Sequence[Done]:
        outcomes: Sequence[Done] = self.work(tasks)
        return outcomes


class AsyncFakeHandler(FakeHandler):
    """The same for tasks. The function may be a coroutine function."""

    async def process(self, tasks: Sequence[Task]) -> Sequence[Done]:  # type: ignore[override]
        outcomes: Any = self.work(tasks)
        done: Sequence[Done] = await outcomes if inspect.isawaitable(outcomes) else outcomes
        return done


def succeed(tasks: Sequence[Task]) -> list[Done]:
    """Return that all users were created."""
    return [Done("created", f"id-{task.payload}") for task in tasks]


def fail(*numbers: int, error: AuthingError | None = None) -> Work:
    """Return a function that fails for some numbers."""
    reason = error or AuthingError("No")

    def work(tasks: Sequence[Task]) -> list[Done]:
        return [
            failed(reason) if task.payload in numbers else Done("created", f"id-{task.payload}")
            for task in tasks
        ]

    return work


async def run_engine(
    client_kind: ClientKind,
    items: Any,
    work: Work | None = None,
    *,
    batch_size: int = 1,
    **options: Any,
) -> BulkResult:
    """Run the engine of threads, or that of tasks."""
    checked = bulk_options("create_many", options)
    if client_kind == "sync":
        return BulkRun(FakeHandler(work, batch_size), items, checked).run()
    return await AsyncBulkRun(AsyncFakeHandler(work, batch_size), items, checked).run()


class Gate:
    """Lets tasks of either engine wait for each other."""

    def __init__(self, client_kind: ClientKind) -> None:
        self._is_sync = client_kind == "sync"
        self._event: Any = threading.Event() if self._is_sync else asyncio.Event()

    def open(self) -> None:
        """Let all continue."""
        self._event.set()

    def wait_and(self, outcome: Callable[[], Sequence[Done]]) -> Any:
        """Return the outcome once the gate is open."""
        if self._is_sync:
            assert self._event.wait(PATIENCE)
            return outcome()
        return self._wait_and(outcome)

    async def _wait_and(self, outcome: Callable[[], Sequence[Done]]) -> Sequence[Done]:
        await asyncio.wait_for(self._event.wait(), PATIENCE)
        return outcome()


class MemoryCheckpoint(Checkpoint):
    """A checkpoint that lasts as long as the test.

    Attributes:
        calls: Names of the called methods with the items, in order.
        recorded: The outcomes.
        begun: The items that were started.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[str, ...]]] = []
        self.recorded: dict[str, str] = {}
        self.begun: set[str] = set()

    def states(self, items: Sequence[str]) -> dict[str, ItemState]:
        return {
            item: ItemState(self.recorded.get(item))
            for item in items
            if item in self.begun or item in self.recorded
        }

    def started(self, items: Sequence[str]) -> None:
        self.calls.append(("started", tuple(items)))
        self.begun |= {*items}

    def finished(self, outcomes: Any) -> None:
        self.calls.append(("finished", tuple(outcomes)))
        self.recorded |= outcomes
