"""The state of a run: what waits, what is in flight, and what is done. Does no I/O."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from ..bulk import BulkItem, BulkStop, StopSignal
from ..errors import AuthingError
from .items import Done, Task, is_fatal
from .limits import FailureLimit

# The fewest items that are read ahead of the first one without an outcome, so that one slow item
# does not stop the others.
SMALLEST_WINDOW = 500
# Towards the end of the input, items are divided between the workers, but not into smaller batches.
SMALLEST_BATCH = 10


@dataclass(slots=True)
class Sizes:
    """Sizes that a run keeps to.

    Attributes:
        concurrency: The most requests in flight.
        batch: The most items that are processed at once.
        total: Number of all items, if it is known.
    """

    concurrency: int
    batch: int
    total: int | None

    @property
    def window(self) -> int:
        """The most items that were read and not reported."""
        return max(SMALLEST_WINDOW, 2 * self.concurrency * self.batch)


class RunState:
    """The state of a run. The caller holds a lock while it calls a method.

    Args:
        sizes: The sizes of the run.
        limit: The limit of failures.
        stop: Says that the run must stop, if it is given.

    Attributes:
        sizes: The sizes of the run.
        idle: Number of workers that wait for a task and were not woken.
        done: Number of items that have an outcome.
        failures: Number of those that failed, or whose outcome is unknown.
        stopped: Why the run ends early, or ``None``.
        error: The exception that ends it.
        crash: An exception that a worker did not expect, such as one of the checkpoint.
    """

    def __init__(self, sizes: Sizes, limit: FailureLimit, stop: StopSignal | None) -> None:
        self.sizes = sizes
        self.idle = 0
        self.done = 0
        self.failures = 0
        self.stopped: BulkStop | None = None
        self.error: BaseException | None = None
        self.crash: BaseException | None = None
        self._limit = limit
        self._stop = stop
        self._has_ended = False
        self._next = 0  # position of the next item to read
        self._reported = 0  # number of items that were reported
        self._singles: deque[Task] = deque()
        self._batchable: deque[Task] = deque()
        self._in_flight: dict[int, Task] = {}
        self._outcomes: dict[int, BulkItem] = {}

    @property
    def next_index(self) -> int:
        """Position of the next item."""
        return self._next

    @property
    def may_read(self) -> bool:
        """Whether the next item is wanted, now or once there is room for it."""
        return not self._has_ended and not self.should_stop()

    @property
    def is_full(self) -> bool:
        """Whether no item can be read before another one is reported."""
        return self._next - self._reported >= self.sizes.window

    @property
    def is_complete(self) -> bool:
        """Whether all items that were read have been reported."""
        return self._reported == self._next

    @property
    def has_ready(self) -> bool:
        """Whether the next item can be reported."""
        return self._reported in self._outcomes

    def should_stop(self) -> bool:
        """Return whether no further item may be started."""
        if self.stopped is None and self._stop is not None and self._stop.is_set():
            self.halt("stopped")
        # After an exception of the input, the items before it are processed.
        return self.crash is not None or self.stopped not in (None, "input")

    def halt(self, reason: BulkStop, error: BaseException | None = None) -> None:
        """Start no further item."""
        if self.stopped in (None, "input"):
            self.stopped, self.error = reason, error

    def end(self) -> None:
        """Mark the end of the input."""
        self._has_ended = True

    def add(self, task: Task) -> None:
        """Add an item that must be processed."""
        self._next += 1
        (self._batchable if task.prepared.is_batchable else self._singles).append(task)

    def add_done(self, item: BulkItem) -> None:
        """Add an item that needs no processing."""
        self._next += 1
        self._report(item)

    def take(self) -> list[Task]:
        """Return tasks to process at once. An empty list: there are none now."""
        if self.should_stop():
            return []
        tasks = [self._singles.popleft()] if self._is_single_next() else self._batch()
        self._in_flight.update((task.index, task) for task in tasks)
        return tasks

    def must_wait(self) -> bool:
        """Return whether there may be tasks later."""
        return not self._has_ended and not self.should_stop()

    def finish(self, tasks: Sequence[Task], outcomes: Sequence[Done]) -> None:
        """Add the outcomes of tasks."""
        for task, done in zip(tasks, outcomes, strict=True):
            if self._in_flight.pop(task.index, None) is None:  # reported by drop_in_flight
                continue
            self._report(done.item(task.index, task.description))
            if is_fatal(done.error):
                self.halt("error", done.error)

    def drop_waiting(self) -> None:
        """Report the items that were not sent, if the run stops."""
        while self._singles or self._batchable:
            queue = self._singles if self._is_single_next() else self._batchable
            task = queue.popleft()
            self._outcomes[task.index] = Done("not_sent").item(task.index, task.description)

    def drop_in_flight(self) -> None:
        """Report the items in flight, whose outcome is not known."""
        error = AuthingError("The run was interrupted while the item was in flight")
        for task in self._in_flight.values():
            done = Done("unknown", None, error)
            self._report(done.item(task.index, task.description))
        self._in_flight.clear()

    def ready(self) -> list[BulkItem]:
        """Return the next items to report, in order."""
        items: list[BulkItem] = []
        while self._reported in self._outcomes:
            items.append(self._outcomes.pop(self._reported))
            self._reported += 1
        return items

    def _report(self, item: BulkItem) -> None:
        self._outcomes[item.index] = item
        self.done += 1
        self.failures += item.is_failure
        if item.is_failure and self._limit.is_exceeded(self.failures, self.done, self.sizes.total):
            self.halt("max_failures")

    def _is_single_next(self) -> bool:
        if not self._singles or not self._batchable:
            return bool(self._singles)
        return self._singles[0].index < self._batchable[0].index

    def _batch(self) -> list[Task]:
        waiting = len(self._batchable)
        size = min(waiting, self.sizes.batch)
        if self._has_ended:
            share = -(-waiting // self.sizes.concurrency)
            size = min(size, max(share, SMALLEST_BATCH))
        return [self._batchable.popleft() for _ in range(size)]
