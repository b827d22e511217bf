"""Waiting, timeouts and prefetching in threads."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, nullcontext, suppress
from contextvars import copy_context
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar
from weakref import finalize

from .._policy.limits import ConcurrencyLimiter
from .._policy.refresh import Refresh
from .._policy.timeouts import RequestTimeout, poll_interval
from .._runtime.clock import CLOCK, cancelled_by
from .._runtime.fork import register_after_fork
from ..http_interface import HTTPClient

OutcomeT = TypeVar("OutcomeT")
PageT = TypeVar("PageT")
ItemT = TypeVar("ItemT")

AnyIterable = Iterable[ItemT]
"""The iterables that methods accept. The twin for tasks has asynchronous ones, too."""
Lock = threading.Lock
Condition = threading.Condition

# Seconds. Some platforms deliver Ctrl+C only between waits.
LONGEST_WAIT = 1.0
NEVER = nullcontext()
"""Never interrupts a block of code."""


def interrupt_at(deadline: float) -> AbstractContextManager[None]:  # noqa: ARG001
    """Do nothing, since a thread cannot be interrupted. The twin for tasks does."""
    return NEVER


def check_event_loop() -> None:
    """Do nothing, since threads need no event loop. The twin for tasks does."""


def owner_is_alive() -> Callable[[], bool]:
    """Return a predicate that turns false after a fork, and once the thread has ended."""
    thread, process = threading.current_thread(), os.getpid()
    return lambda: os.getpid() == process and thread.is_alive()


def wait_for_refresh(refresh: Refresh[OutcomeT], timeout: RequestTimeout) -> OutcomeT | None:
    """Wait for the outcome of another caller's refresh; return ``None`` if its owner is gone.

    Raises:
        DeadlineReached: The deadline of the waiting call was reached first.
    """
    while refresh.may_end(CLOCK.monotonic()):
        done, _ = wait([refresh.outcome], timeout=poll_interval(timeout, CLOCK.monotonic()))
        if done:
            return refresh.outcome.result()
    return None


def wait_for_slot(slot: Future[None], limiter: ConcurrencyLimiter, timeout: RequestTimeout) -> None:
    """Wait for a slot of a limiter; take back the slots of calls that cannot continue.

    Raises:
        DeadlineReached: The deadline of the waiting call was reached first.
    """
    while not wait([slot], timeout=poll_interval(timeout, CLOCK.monotonic())).done:
        limiter.reclaim()


class ClientHolder:
    """The HTTP client of our own, one for all threads.

    Args:
        create: Creates the client. Called when the first request is made.
    """

    def __init__(self, create: Callable[[], HTTPClient]) -> None:
        self._create = create
        self._is_closed = False
        self.after_fork()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Leave the client to the parent process."""
        self._lock = threading.Lock()
        self._clients: list[HTTPClient] = []  # one at most
        self._in_use = 0  # number of threads
        finalize(self, _close_all, self._clients)  # for callers that do not close

    def acquire(self) -> HTTPClient:
        """Return the client. ``release`` must be called once the request has ended."""
        with self._lock:
            if not self._clients:
                self._clients.append(self._create())
            self._in_use += 1
            return self._clients[0]

    def release(self) -> None:
        """Say that a request has ended."""
        with self._lock:
            self._in_use -= 1
            self._close_if_unused()

    def close(self) -> None:
        """Close the client once no request is in flight.

        A connection that a request opens after that would stay open.
        """
        with self._lock:
            self._is_closed = True
            self._close_if_unused()

    def _close_if_unused(self) -> None:
        if self._is_closed and self._in_use <= 0:  # below 0 after a fork during a request
            _close_all(self._clients)


def _close_all(clients: list[HTTPClient]) -> None:
    while clients:
        clients.pop().close()


class Prefetcher(Generic[PageT]):
    """Fetches pages in threads of its own, ahead of the caller.

    Args:
        fetch: Fetches a page by its one-based number.
        depth: The most pages in flight.
    """

    def __init__(self, fetch: Callable[[int], PageT], depth: int) -> None:
        self._fetch = fetch
        self._depth = depth
        self._threads: ThreadPoolExecutor | None = None
        self._pages: deque[tuple[int, Future[PageT]]] = deque()
        self._closed = threading.Event()
        self._process = os.getpid()

    def page(self, number: int, last: int) -> PageT:
        """Return a page, and start fetching the next ones. Raises the error of this page only.

        Args:
            number: Number of the page. Pages that were prefetched after another one are dropped.
            last: Number of the last page, as far as it is known.
        """
        if self._depth == 1:
            return self._fetch(number)
        if self._process != os.getpid():  # the threads exist in the parent process only
            self._process, self._threads = os.getpid(), None
            self._pages.clear()
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._depth, "authing-users-pages")
        if self._pages and self._pages[0][0] != number:
            self._drop()
        following = number + len(self._pages)
        for ahead in range(following, min(number + self._depth, max(last, number) + 1)):
            # In the caller's context, so that its trace covers the threads too.
            page = self._threads.submit(copy_context().run, self._fetch_page, ahead)
            self._pages.append((ahead, page))
        return self._pages.popleft()[1].result()

    def close(self) -> None:
        """Cancel the pages in flight: requests that were sent end, and are not retried."""
        self._closed.set()
        self._drop()
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _fetch_page(self, number: int) -> PageT:
        with cancelled_by(self._closed):
            return self._fetch(number)

    def _drop(self) -> None:
        for _, page in self._pages:
            page.cancel()
        self._pages.clear()


class Items(Generic[ItemT]):
    """Reads an iterable item by item, in the caller's thread.

    Args:
        items: The iterable.
        on_ready: Not used. The twin for tasks does other things while it waits for an item.

    Attributes:
        is_ready: True, since ``take`` waits itself.
    """

    is_ready = True

    def __init__(
        self,
        items: Iterable[ItemT],
        on_ready: Callable[[], object] | None = None,  # noqa: ARG002
    ) -> None:
        self._items = iter(items)

    def want(self) -> None:
        """Do nothing, since ``take`` waits itself."""

    def take(self, end: ItemT) -> ItemT:
        """Return the next item, or ``end`` after the last one."""
        return next(self._items, end)

    def next(self, end: ItemT) -> ItemT:
        """Return the next item, or ``end`` after the last one."""
        return next(self._items, end)

    def close(self) -> None:
        """Do nothing, since the iterable belongs to the caller. The twin ends a task."""


class Workers:
    """Runs the same function in several threads.

    Args:
        work: The function. It must handle its own errors.
    """

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._threads: list[threading.Thread] = []
        self._cancelled = threading.Event()

    def __len__(self) -> int:
        return len(self._threads)

    def start(self) -> None:
        """Start one more thread."""
        # In the caller's context, so that its trace covers the threads too. They are daemons, so
        # that a second Ctrl+C does not wait for a slow server.
        context = copy_context()
        thread = threading.Thread(
            target=context.run, args=(self._run,), name="authing-users-bulk", daemon=True
        )
        self._threads.append(thread)
        thread.start()

    def cancel(self) -> None:
        """Retry nothing from now on. Requests that were sent end."""
        self._cancelled.set()

    def join(self) -> None:
        """Wait until all threads have ended."""
        for thread in self._threads:
            while thread.is_alive():
                thread.join(LONGEST_WAIT)

    def _run(self) -> None:
        with cancelled_by(self._cancelled):
            self._work()


class Event:
    """An event that one thread waits for.

    ``threading.Event`` keeps a lock for ever if an exception of a signal handler interrupts it at
    the wrong moment, and other threads then wait for that lock.
    """

    def __init__(self) -> None:
        self._queue: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Wake the thread that waits."""
        if self._queue.empty():
            self._queue.put(None)

    def clear(self) -> None:
        """Forget that the event was set."""
        while self.wait(0):
            pass

    def wait(self, timeout: float) -> bool:
        """Wait until the event is set, and clear it. Return false after the timeout.

        Args:
            timeout: Seconds.
        """
        try:
            self._queue.get(timeout=timeout)
        except Empty:
            return False
        return True


class InterruptGuard(AbstractContextManager["InterruptGuard"]):
    """Delays the handlers of SIGINT and SIGTERM, except in blocks that may be interrupted.

    Python raises ``KeyboardInterrupt`` between any two instructions of the main thread. Where a
    lock has just been locked, or an item is on its way from one list to another, that would block
    other threads or lose the item.

    In other threads, nothing is delayed, since handlers run in the main thread only.

    Attributes:
        interruptible: A context manager for these blocks.
    """

    def __init__(self) -> None:
        self.interruptible: AbstractContextManager[None] = _Interruptible(self)
        self._handlers: dict[int, Callable[[int, Any], Any]] = {}
        self._delayed: deque[tuple[int, Any]] = deque()
        self._is_interruptible = False

    def __enter__(self) -> "InterruptGuard":
        if threading.current_thread() is threading.main_thread():
            self._replace(signal.SIGINT)
            self._replace(signal.SIGTERM)
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            self._restore(signal.SIGTERM)
        finally:  # a handler can raise an exception
            self._restore(signal.SIGINT)
        self._call_delayed()

    def _replace(self, number: int) -> None:
        handler = signal.getsignal(number)
        if callable(handler):
            self._handlers[number] = handler
            with suppress(ValueError):  # an interpreter in another one cannot handle signals
                signal.signal(number, self._handle)

    def _restore(self, number: int) -> None:
        # Unless the caller's code changed the handler.
        if number in self._handlers and signal.getsignal(number) == self._handle:
            signal.signal(number, self._handlers[number])

    def _allow(self) -> None:
        self._is_interruptible = True
        self._call_delayed()

    def _forbid(self) -> None:
        self._is_interruptible = False

    def _handle(self, number: int, frame: Any) -> None:
        if self._is_interruptible:
            self._call(number, frame)
        else:
            self._delayed.append((number, frame))

    def _call_delayed(self) -> None:
        while self._delayed:
            self._call(*self._delayed.popleft())

    def _call(self, number: int, frame: Any) -> None:
        # An exception of the handler ends the block at once, perhaps before `_forbid` is called.
        was_interruptible, self._is_interruptible = self._is_interruptible, False
        self._handlers[number](number, frame)
        self._is_interruptible = was_interruptible


class _Interruptible(AbstractContextManager[None]):
    """A block that may be interrupted."""

    def __init__(self, guard: InterruptGuard) -> None:
        self._guard = guard

    def __enter__(self) -> None:
        self._guard._allow()

    def __exit__(self, *exception: object) -> None:
        self._guard._forbid()


def wait_for_change(event: Event) -> None:
    """Wait until an event is set, or for a second."""
    event.wait(LONGEST_WAIT)


def let_others_run() -> None:
    """Do nothing, since other threads run anyway. The twin for tasks yields to other tasks."""


def call_back(callback: Callable[[ItemT], object], value: ItemT) -> None:
    """Call a function of the caller."""
    callback(value)
