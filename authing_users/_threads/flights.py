"""Waiting in a thread for a token that another caller fetches."""

import os
from collections.abc import Callable
from concurrent.futures import wait

from .._origin import Patience
from .._timing import TIMING
from .._tokens import Flight, Token, check_after


def leader() -> Callable[[], bool]:
    """Return what says whether this is still the same process."""
    process = os.getpid()
    return lambda: os.getpid() == process


def outcome_of(flight: Flight, patience: Patience) -> Token | None:
    """Wait for the outcome of a flight; ``None`` when its leader is gone.

    Raises:
        NoTimeLeftError: The deadline came first.
    """
    while flight.leads():
        done, _ = wait([flight.outcome], timeout=check_after(patience, TIMING.monotonic()))
        if done:
            return flight.outcome.result()
    return None
