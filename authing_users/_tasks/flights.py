"""Waiting in a task for a token that another caller fetches."""

import asyncio
import os
from collections.abc import Callable

from .._origin import RequestTimeout
from .._policy.tokens import Token, TokenRefresh, poll_interval
from .._runtime.clock import CLOCK


def owner_is_alive() -> Callable[[], bool]:
    """Return what says whether the running event loop is still there, in this process."""
    loop, process = asyncio.get_running_loop(), os.getpid()
    return lambda: os.getpid() == process and not loop.is_closed()


async def wait_for_refresh(refresh: TokenRefresh, timeout: RequestTimeout) -> Token | None:
    """Wait for the outcome of a flight; ``None`` when its leader is gone.

    Raises:
        NoTimeLeftError: The deadline came first.
    """
    future = asyncio.wrap_future(refresh.outcome)
    # Who is cancelled while waiting does not look at the outcome any more.
    future.add_done_callback(lambda done: None if done.cancelled() else done.exception())
    while refresh.owner_is_alive():
        done, _ = await asyncio.wait([future], timeout=poll_interval(timeout, CLOCK.monotonic()))
        if done:
            return future.result()
    return None
