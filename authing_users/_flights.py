"""Waiting for a token that another caller fetches, in a thread or in a task."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import wait

from ._origin import Patience
from ._timing import TIMING
from ._tokens import Flight, Token

# Seconds after which somebody who waits looks whether the other is still at work.
LEADER_CHECK = 1.0


def async_leader() -> Callable[[], bool]:
    """Return what says whether the running event loop is still there, in this process."""
    loop, process = asyncio.get_running_loop(), os.getpid()
    return lambda: os.getpid() == process and not loop.is_closed()


def sync_leader() -> Callable[[], bool]:
    """Return what says whether this is still the same process."""
    process = os.getpid()
    return lambda: os.getpid() == process


async def async_outcome(flight: Flight, patience: Patience) -> Token | None:
    """Wait for the outcome of a flight; ``None`` when its leader is gone.

    Raises:
        NoTimeLeftError: The deadline came first.
    """
    future = asyncio.wrap_future(flight.outcome)
    # Who is cancelled while waiting does not look at the outcome any more.
    future.add_done_callback(lambda done: None if done.cancelled() else done.exception())
    while flight.leads():
        done, _ = await asyncio.wait([future], timeout=_check_after(patience))
        if done:
            return future.result()
    return None


def sync_outcome(flight: Flight, patience: Patience) -> Token | None:
    """Wait for the outcome of a flight; ``None`` when its leader is gone.

    Raises:
        NoTimeLeftError: The deadline came first.
    """
    while flight.leads():
        done, _ = wait([flight.outcome], timeout=_check_after(patience))
        if done:
            return flight.outcome.result()
    return None


def _check_after(patience: Patience) -> float:
    return Patience(LEADER_CHECK, patience.deadline).at(TIMING.monotonic())
