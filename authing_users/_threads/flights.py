"""Waiting in a thread for a token that another caller fetches."""

import os
from collections.abc import Callable
from concurrent.futures import wait

from .._origin import RequestTimeout
from .._policy.tokens import Token, TokenRefresh, poll_interval
from .._runtime.clock import CLOCK


def owner_is_alive() -> Callable[[], bool]:
    """Return what says whether this is still the same process."""
    process = os.getpid()
    return lambda: os.getpid() == process


def wait_for_refresh(refresh: TokenRefresh, timeout: RequestTimeout) -> Token | None:
    """Wait for the outcome of a flight; ``None`` when its leader is gone.

    Raises:
        NoTimeLeftError: The deadline came first.
    """
    while refresh.owner_is_alive():
        done, _ = wait([refresh.outcome], timeout=poll_interval(timeout, CLOCK.monotonic()))
        if done:
            return refresh.outcome.result()
    return None
