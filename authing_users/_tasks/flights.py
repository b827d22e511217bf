"""Waiting in a task for a token that another caller fetches."""

import asyncio
import os
from collections.abc import Callable

from .._origin import Patience
from .._timing import TIMING
from .._tokens import Flight, Token, check_after


def leader() -> Callable[[], bool]:
    """Return what says whether the running event loop is still there, in this process."""
    loop, process = asyncio.get_running_loop(), os.getpid()
    return lambda: os.getpid() == process and not loop.is_closed()


async def outcome_of(flight: Flight, patience: Patience) -> Token | None:
    """Wait for the outcome of a flight; ``None`` when its leader is gone.

    Raises:
        NoTimeLeftError: The deadline came first.
    """
    future = asyncio.wrap_future(flight.outcome)
    # Who is cancelled while waiting does not look at the outcome any more.
    future.add_done_callback(lambda done: None if done.cancelled() else done.exception())
    while flight.leads():
        done, _ = await asyncio.wait([future], timeout=check_after(patience, TIMING.monotonic()))
        if done:
            return future.result()
    return None
