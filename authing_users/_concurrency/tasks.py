"""Waiting, timeouts and prefetching in asyncio tasks."""

import asyncio
import os
import threading
from collections import deque
from collections.abc import AsyncIterable, Awaitable, Callable, Coroutine, Iterable
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from .._policy.limits import ConcurrencyLimiter
from .._policy.refresh import Refresh
from .._policy.timeouts import RequestTimeout, poll_interval
from .._runtime.clock import CLOCK
from .._runtime.fork import register_after_fork
from ..errors import ConfigurationError
from ..http_interface import AsyncHTTPClient

OutcomeT = TypeVar("OutcomeT")
PageT = TypeVar("PageT")
ResourceT = TypeVar("ResourceT")
ItemT = TypeVar("ItemT")

AnyIterable = Iterable[ItemT] | AsyncIterable[ItemT]
"""The iterables that methods accept: synchronous and asynchronous ones."""
AsyncLock = asyncio.Lock
AsyncCondition = asyncio.Condition
AsyncEvent = asyncio.Event

# Seconds.
LONGEST_WAIT = 1.0
NEVER = nullcontext()
"""Never interrupts a block of code."""


def interrupt_at(deadline: float) -> AbstractAsyncContextManager[object]:
    """Interrupt a block of code at a monotonic time."""
    return asyncio.timeout(deadline - CLOCK.monotonic())


def check_event_loop() -> None:
    """Raise ``ConfigurationError`` unless asyncio runs."""
    if _running_loop() is None:
        raise ConfigurationError(
            "Asynchronous clients need asyncio, which does not run here; under trio, call a "
            "synchronous client with trio.to_thread.run_sync()"
        )


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def owner_is_alive() -> Callable[[], bool]:
    """Return a predicate that turns false after a fork, and while the event loop does not run."""
    loop, process = asyncio.get_running_loop(), os.getpid()
    return lambda: os.getpid() == process and loop.is_running()


async def wait_for_refresh(refresh: Refresh[OutcomeT], timeout: RequestTimeout) -> OutcomeT | None:
    """Wait for the outcome of another caller's refresh; return ``None`` if its owner is gone.

    Raises:
        DeadlineReached: The deadline of the waiting call was reached first.
    """
    future = asyncio.wrap_future(refresh.outcome)
    # A cancelled waiter does not read the outcome: without this, asyncio would log it.
    future.add_done_callback(lambda done: None if done.cancelled() else done.exception())
    while refresh.may_end(CLOCK.monotonic()):
        done, _ = await asyncio.wait([future], timeout=poll_interval(timeout, CLOCK.monotonic()))
        if done:
            return future.result()
    return None


async def wait_for_slot(
    slot: Future[None], limiter: ConcurrencyLimiter, timeout: RequestTimeout
) -> None:
    """Wait for a slot of a limiter; take back the slots of calls that cannot continue.

    Raises:
        DeadlineReached: The deadline of the waiting call was reached first.
    """
    future = asyncio.wrap_future(slot)
    while not (await asyncio.wait([future], timeout=poll_interval(timeout, CLOCK.monotonic())))[0]:
        limiter.reclaim()


class PerEventLoop(Generic[ResourceT]):
    """A resource for each event loop, since connections cannot move between loops.

    Args:
        create: Creates the resource. Called when a loop first needs it.
        close: Closes it.
    """

    def __init__(
        self,
        create: Callable[[], ResourceT],
        close: Callable[[ResourceT], Coroutine[None, None, None]],
    ) -> None:
        self._create = create
        self._close = close
        self.after_fork()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Leave the resources to the parent process."""
        self._lock = threading.Lock()
        self._resources: WeakKeyDictionary[asyncio.AbstractEventLoop, ResourceT] = (
            WeakKeyDictionary()
        )
        # Most programs have one event loop, and find its resource here.
        self._newest: tuple[asyncio.AbstractEventLoop, ResourceT] | None = None

    def get(self) -> ResourceT:
        """Return the resource of the running event loop."""
        loop = asyncio.get_running_loop()
        newest = self._newest
        if newest is not None and newest[0] is loop:
            return newest[1]
        resource = self._resources.get(loop)
        if resource is not None:
            return resource
        with self._lock:
            for other in [other for other in self._resources if other.is_closed()]:
                del self._resources[other]
            resource = self._resources[loop] = self._create()
            self._newest = loop, resource
            return resource

    async def aclose(self) -> None:
        """Close the resource of the running event loop, and those of other running loops."""
        with self._lock:
            resources = dict(self._resources)
            self._resources.clear()
            self._newest = None
        here = _running_loop()
        for loop, resource in resources.items():
            if loop is here:
                await self._close(resource)
            elif loop.is_running():
                asyncio.run_coroutine_threadsafe(self._close(resource), loop)


class AsyncClientHolder(PerEventLoop[AsyncHTTPClient]):
    """The HTTP clients of our own, one for each event loop.

    Args:
        create: Creates a client. Called when the first request is made.
    """

    def __init__(self, create: Callable[[], AsyncHTTPClient]) -> None:
        super().__init__(create, _aclose)

    def acquire(self) -> AsyncHTTPClient:
        """Return the client of the running event loop."""
        return self.get()

    def release(self) -> None:
        """Do nothing, since ``aclose`` ends requests in flight. The twin lets them end first."""


async def _aclose(client: AsyncHTTPClient) -> None:
    await client.aclose()


class AsyncPrefetcher(Generic[PageT]):
    """Fetches pages in tasks, ahead of the caller.

    Args:
        fetch: Fetches a page by its one-based number.
        depth: The most pages in flight.
    """

    def __init__(self, fetch: Callable[[int], Awaitable[PageT]], depth: int) -> None:
        self._fetch = fetch
        self._depth = depth
        self._pages: deque[tuple[int, asyncio.Task[PageT]]] = deque()

    async def page(self, number: int, last: int) -> PageT:
        """Return a page, and start fetching the next ones. Raises the error of this page only.

        Args:
            number: Number of the page. Pages that were prefetched after another one are dropped.
            last: Number of the last page, as far as it is known.
        """
        if self._depth == 1:
            return await self._fetch(number)
        check_event_loop()
        if self._pages and self._pages[0][0] != number:
            await self.aclose()
        following = number + len(self._pages)
        for ahead in range(following, min(number + self._depth, max(last, number) + 1)):
            self._pages.append((ahead, asyncio.create_task(self._fetch_page(ahead))))
        if self._pages[0][1].done():
            # Otherwise, the next pages would be requested only when all that have arrived are used.
            await asyncio.sleep(0)
        return await self._pages.popleft()[1]

    async def aclose(self) -> None:
        """Cancel the pages in flight."""
        tasks = [task for _, task in self._pages]
        self._pages.clear()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        for task in tasks:
            if not task.cancelled():
                task.exception()  # retrieved, so that asyncio does not log it

    async def _fetch_page(self, number: int) -> PageT:
        return await self._fetch(number)


class AsyncItems(Generic[ItemT]):
    """Reads an iterable item by item.

    Args:
        items: The iterable. One task iterates over an asynchronous one from start to end, since
            blocks such as ``asyncio.timeout`` in a generator do not support several tasks.
        on_ready: Called when an item of an asynchronous iterable has arrived, and at its end.
    """

    def __init__(
        self, items: AnyIterable[ItemT], on_ready: Callable[[], object] = lambda: None
    ) -> None:
        self._items = None if isinstance(items, AsyncIterable) else iter(items)
        self._source = items if isinstance(items, AsyncIterable) else None
        self._on_ready = on_ready
        self._reader: asyncio.Task[None] | None = None
        self._wanted, self._ready = asyncio.Event(), asyncio.Event()
        self._arrived: list[ItemT] = []
        self._error: BaseException | None = None

    @property
    def is_ready(self) -> bool:
        """Whether ``take`` returns at once. Otherwise, ``want`` must be called first."""
        return self._items is not None or self._ready.is_set()

    def want(self) -> None:
        """Begin to wait for the next item."""
        if self._source is not None and not self.is_ready:
            if self._reader is None:
                self._reader = asyncio.create_task(self._read(self._source))
            self._wanted.set()

    def take(self, end: ItemT) -> ItemT:
        """Return the next item, or ``end`` after the last one. Raise the error of the iterable."""
        if self._items is not None:
            return next(self._items, end)
        if self._arrived:
            self._ready.clear()
            return self._arrived.pop()
        if self._error is not None:
            raise self._error
        return end

    async def next(self, end: ItemT) -> ItemT:
        """Wait for the next item, and return it as ``take`` does."""
        self.want()
        if not self.is_ready:
            await self._ready.wait()
        return self.take(end)

    async def aclose(self) -> None:
        """Stop to wait for an item."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.wait([self._reader])

    async def _read(self, source: AsyncIterable[ItemT]) -> None:
        try:
            async for item in source:
                self._wanted.clear()
                self._arrived.append(item)
                self._set_ready()
                await self._wanted.wait()
        except BaseException as error:  # the caller's iterable can raise anything
            self._error = error
        self._set_ready()

    def _set_ready(self) -> None:
        self._ready.set()
        self._on_ready()


class AsyncWorkers:
    """Runs the same function in several tasks.

    Args:
        work: The function. It must handle its own errors.
    """

    def __init__(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        self._work = work
        self._tasks: list[asyncio.Task[None]] = []

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self) -> None:
        """Start one more task."""
        self._tasks.append(asyncio.create_task(self._work()))

    def cancel(self) -> None:
        """Cancel the tasks."""
        for task in self._tasks:
            task.cancel()

    async def join(self) -> None:
        """Wait until all tasks have ended."""
        if self._tasks:
            await asyncio.wait(self._tasks)


class AsyncInterruptGuard(nullcontext[None]):
    """Does nothing, since tasks are cancelled where they wait. The twin delays signals."""

    interruptible = nullcontext()


async def wait_for_change(event: asyncio.Event) -> None:
    """Wait until an event is set, or for a second: other events may matter, too."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_WAIT):
            await event.wait()


async def let_others_run() -> None:
    """Let other tasks run."""
    await asyncio.sleep(0)


async def call_back(callback: Callable[[ItemT], object], value: ItemT) -> None:
    """Call a function of the caller, which may be asynchronous."""
    outcome = callback(value)
    if isinstance(outcome, Awaitable):
        await outcome
