"""Time, sleeping and random numbers: what a test may replace."""

import random
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Event

_cancelled: ContextVar[Event | None] = ContextVar("cancelled", default=None)
"""Set when the result of a call in a thread, which cannot be cancelled, is no longer needed."""


@contextmanager
def cancelled_by(event: Event) -> Generator[None]:
    """Stop retrying calls in a ``with`` block once ``event`` is set."""
    before = _cancelled.set(event)
    try:
        yield
    finally:
        _cancelled.reset(before)


def is_cancelled() -> bool:
    """Whether the result of the current call is no longer needed."""
    event = _cancelled.get()
    return event is not None and event.is_set()


def _sleep_in_thread(seconds: float) -> None:
    if CLOCK.skips_wait():
        return
    event = _cancelled.get()
    if event is None:
        time.sleep(seconds)
    else:
        event.wait(seconds)


async def _sleep_in_task(seconds: float) -> None:
    import asyncio  # synchronous clients do not load it

    # Other tasks continue during a wait that is skipped, as they do during a real one.
    await asyncio.sleep(0 if CLOCK.skips_wait() else seconds)


def _never() -> bool:
    return False


@dataclass(slots=True)
class Clock:
    """Where clients get the time and random numbers from, and how they sleep.

    Attributes:
        monotonic: Returns monotonic time, in seconds.
        sleep: Sleeps for some seconds, in a thread.
        async_sleep: Sleeps for some seconds, in a task.
        random: Returns a random number from 0 up to 1.
        skips_wait: Whether the default ``sleep`` returns at once: the call is replayed.
    """

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = _sleep_in_thread
    async_sleep: Callable[[float], Awaitable[None]] = _sleep_in_task
    random: Callable[[], float] = random.random
    skips_wait: Callable[[], bool] = _never


CLOCK = Clock()
"""The clock of all clients."""


@contextmanager
def skip_waits() -> Generator[list[float]]:
    """Skip all waits of clients in a ``with`` block, in the whole process.

    Clients retry at once, and do not wait for their turn under a rate limit. Timeouts and
    deadlines still apply.

    Yields:
        A list that receives the seconds of each skipped wait, in order.
    """
    waits: list[float] = []

    async def skip(seconds: float) -> None:
        waits.append(seconds)
        await _sleep_in_task(0)  # other tasks continue, as they do during a real wait

    before = CLOCK.sleep, CLOCK.async_sleep
    CLOCK.sleep, CLOCK.async_sleep = waits.append, skip
    try:
        yield waits
    finally:
        CLOCK.sleep, CLOCK.async_sleep = before
