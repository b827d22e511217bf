"""The time, waiting, and chance: what a test may replace."""

import random
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Event

_cancelled: ContextVar[Event | None] = ContextVar("abandoned", default=None)
"""What tells a call, in a thread that cannot be cancelled, that nobody wants its result."""


@contextmanager
def cancelled_by(event: Event) -> Generator[None]:
    """Have the calls in a ``with`` block try nothing again once ``event`` is set."""
    before = _cancelled.set(event)
    try:
        yield
    finally:
        _cancelled.reset(before)


def is_cancelled() -> bool:
    """Whether nobody wants the result of the call any more."""
    event = _cancelled.get()
    return event is not None and event.is_set()


def _sleep_in_thread(seconds: float) -> None:
    event = _cancelled.get()
    if event is None:
        time.sleep(seconds)
    else:
        event.wait(seconds)


async def _sleep_in_task(seconds: float) -> None:
    import asyncio  # which synchronous clients need not load

    await asyncio.sleep(seconds)


@dataclass(slots=True)
class Clock:
    """Where a client takes the time from, how it waits, and its random numbers.

    Attributes:
        monotonic: Tells the time, in seconds since some point.
        sleep: Waits for seconds, in a thread.
        async_sleep: Waits for seconds, in a task.
        random: Returns a random number from 0 up to 1.
    """

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = _sleep_in_thread
    async_sleep: Callable[[float], Awaitable[None]] = _sleep_in_task
    random: Callable[[], float] = random.random


CLOCK = Clock()
"""What all clients use."""


@contextmanager
def skip_waits() -> Generator[list[float]]:
    """Make all clients wait for nothing within a ``with`` block, in this process.

    What they wait for between tries, or to keep to a rate, takes no time. Timeouts and deadlines
    are as ever.

    Returns:
        The seconds that they would have waited, one after another.
    """
    waits: list[float] = []

    async def wait_not(seconds: float) -> None:
        waits.append(seconds)
        await _sleep_in_task(0)  # other tasks go on, as they do while one waits

    before = CLOCK.sleep, CLOCK.async_sleep
    CLOCK.sleep, CLOCK.async_sleep = waits.append, wait_not
    try:
        yield waits
    finally:
        CLOCK.sleep, CLOCK.async_sleep = before
