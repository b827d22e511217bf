"""Processes any number of items with a limited number of requests in flight."""

from collections.abc import Sequence
from typing import Any, Protocol

from ..._bulk.duplicates import SeenIdentifiers
from ..._bulk.items import Description, Done, Prepared, Task, failed
from ..._bulk.options import BulkOptions
from ..._bulk.recorder import Recorder
from ..._bulk.run import RunState, Sizes
from ..._concurrency.tasks import (
    AnyIterable,
    AsyncCondition,
    AsyncEvent,
    AsyncInterruptGuard,
    AsyncItems,
    AsyncLock,
    AsyncWorkers,
    call_back,
    check_event_loop,
    let_others_run,
    wait_for_change,
)
from ..._runtime.clock import CLOCK
from ...bulk import BulkItem, BulkProgress, BulkResult
from ...errors import AuthingError, InvalidInputError

# Items that are read before other tasks get a chance to run.
READ_AT_ONCE = 20
_END: Any = object()


class AsyncBulkHandler(Protocol):
    """One kind of run.

    Attributes:
        batch_size: The most items that are processed at once.
    """

    batch_size: int

    def describe(self, index: int, item: object) -> Description:
        """Return how an item is shown, even if it is invalid."""
        ...

    def prepare(self, index: int, item: object) -> Prepared:
        """Check an item.

        Raises:
            InvalidInputError: The item is invalid.
        """
        ...

    async def process(self, tasks: Sequence[Task]) -> Sequence[Done]:
        """Process items, and return their outcomes in the same order.

        Args:
            tasks: One item, or several batchable ones.

        Raises:
            AuthingError: All of them failed.
        """
        ...


class AsyncBulkRun:
    """One run.

    The caller's thread or task reads the items and reports their outcomes in the order of the
    input. Workers take the items that wait, process them, and record them in the checkpoint.

    Failures of items are part of the result. Other exceptions, such as ``KeyboardInterrupt``, are
    raised once nothing is in flight, and ``BulkResult.from_exception`` returns what was done.

    Args:
        handler: Processes the items.
        items: The items. Each is read when there is room for it.
        options: The options of the run.
    """

    def __init__(
        self, handler: AsyncBulkHandler, items: AnyIterable[Any], options: BulkOptions
    ) -> None:
        self._handler = handler
        self._changed = AsyncEvent()
        self._items: AsyncItems[Any] = AsyncItems(items, self._changed.set)
        self._options = options
        sizes = Sizes(options.concurrency, handler.batch_size, options.total_of(items))
        self._state = RunState(sizes, options.limit, options.stop)
        self._recorder = Recorder(options.checkpoint, options.user_pool_id)
        self._seen = SeenIdentifiers()
        self._lock = AsyncLock()
        self._task_added = AsyncCondition(self._lock)
        self._workers = AsyncWorkers(self._work)
        self._guard = AsyncInterruptGuard()
        self._result = BulkResult()
        self._started = CLOCK.monotonic()

    async def run(self) -> BulkResult:
        """Process all items, and return their outcomes."""
        check_event_loop()
        try:
            with self._guard:
                await self._process_all()
            return self._result
        except BaseException as error:
            self._result._attach(error)
            raise

    async def _process_all(self) -> None:
        try:
            await self._read_all()
            await self._finish()
            self._complete()
        except BaseException as error:
            is_failure = isinstance(error, Exception)
            self._state.halt("error" if is_failure else "cancelled", error)
            await self._interrupt()
            raise
        finally:
            self._seen.close()
            await self._items.aclose()

    async def _read_all(self) -> None:
        state = self._state
        while state.may_read:
            if state.next_index % READ_AT_ONCE == 0:
                await let_others_run()
            self._items.want()
            while not self._items.is_ready:
                await self._wait_and_report()
                if not self._state.may_read:
                    return
            try:
                with self._guard.interruptible:
                    item = self._items.take(_END)
            except Exception as error:  # the caller's iterable can raise anything
                state.halt("input", error)
                return
            if item is _END:
                return
            # Read during a wait in which the run was stopped: it is reported as not sent.
            await self._accept(item)
            del item  # tracebacks with locals would show passwords
            await self._report()
            while state.is_full:
                await self._wait_and_report()

    async def _accept(self, item: object) -> None:
        index = self._state.next_index
        prepared = self._prepared(index, item)
        del item  # tracebacks with locals would show passwords
        async with self._lock:
            if isinstance(prepared, BulkItem):
                self._state.add_done(prepared)
                return
            self._state.add(prepared)
            if self._state.idle:
                self._state.idle -= 1
                self._task_added.notify()
            elif len(self._workers) < self._state.sizes.concurrency:
                self._workers.start()

    def _prepared(self, index: int, item: object) -> Task | BulkItem:
        """Return an item that must be processed, or the outcome of one that must not be."""
        description = self._handler.describe(index, item)
        try:
            prepared = self._handler.prepare(index, item)
        except InvalidInputError as error:
            return failed(error).item(index, description)
        duplicate = self._seen.add(prepared.identifiers, index)
        if duplicate is not None:
            message = f"Item {index} has the same {duplicate.identifier} as item {duplicate.first}"
            return failed(InvalidInputError(message)).item(index, description)
        done = self._recorder.outcome(index, description)
        if done is not None:
            return done.item(index, description, resumed=True)
        was_started = self._recorder.state(index) is not None
        return Task(index, description, prepared, was_started)

    async def _finish(self) -> None:
        state = self._state
        async with self._lock:
            state.end()
            self._task_added.notify_all()
        while not state.is_complete:
            await self._wait_and_report()
        await self._workers.join()

    async def _wait_and_report(self) -> None:
        self._changed.clear()
        async with self._lock:
            if self._state.should_stop():
                self._state.drop_waiting()
        if not self._state.has_ready and self._state.crash is None:
            with self._guard.interruptible:
                await wait_for_change(self._changed)
        await self._report()

    async def _report(self) -> None:
        """Report the items that follow in the order of the input."""
        if self._state.crash is not None:
            raise self._state.crash
        if not self._state.has_ready:
            return
        async with self._lock:
            items = self._state.ready()
        on_item, on_progress = self._options.on_item, self._options.on_progress
        for item in items:
            self._result._add(item)
        if on_item is not None:
            with self._guard.interruptible:
                for item in items:
                    await call_back(on_item, item)
        self._result._check_files()
        if on_progress is not None:
            with self._guard.interruptible:
                await call_back(on_progress, self._progress())

    def _progress(self) -> BulkProgress:
        state = self._state
        seconds = CLOCK.monotonic() - self._started
        return BulkProgress(state.done, state.sizes.total, state.failures, seconds)

    async def _work(self) -> None:
        """Process tasks until there are no more."""
        while tasks := await self._take():
            try:
                self._recorder.started(tasks)
                outcomes = await self._processed(tasks)
                self._recorder.finished(tasks, outcomes)
            except BaseException as error:
                # Including a cancellation: the run reports these tasks as unknown.
                async with self._lock:
                    self._state.crash = error
                    self._changed.set()
                return
            async with self._lock:
                self._state.finish(tasks, outcomes)
                self._changed.set()

    async def _processed(self, tasks: Sequence[Task]) -> Sequence[Done]:
        try:
            return await self._handler.process(tasks)
        except AuthingError as error:
            return [failed(error) for _ in tasks]

    async def _take(self) -> list[Task]:
        async with self._lock:
            while True:
                tasks = self._state.take()
                if tasks:
                    return tasks
                if not self._state.must_wait():
                    self._changed.set()  # the run may wait for a task that is not sent
                    return []
                self._state.idle += 1
                await self._task_added.wait()

    async def _interrupt(self) -> None:
        """End an interrupted run, so that its result is complete."""
        try:
            self._workers.cancel()
            async with self._lock:
                self._state.end()
                self._task_added.notify_all()
            with self._guard.interruptible:
                await self._workers.join()
        finally:
            async with self._lock:
                self._state.drop_in_flight()
                self._state.drop_waiting()
                items = self._state.ready()
            for item in items:
                self._result._add(item)
            self._complete()

    def _complete(self) -> None:
        result, state = self._result, self._state
        result.stopped = state.stopped
        result.error = state.error if isinstance(state.error, Exception) else None
        result.seconds = CLOCK.monotonic() - self._started
