"""The emulator's clock, which tests can stop and move."""

import math
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from .errors import ControlError

LATEST = datetime(2037, 12, 31, tzinfo=UTC).timestamp()
"""The latest time of the clock. The API's Int cannot hold the expiry of tokens after it."""


class ClockError(ControlError):
    """A time or a duration is invalid."""


class Clock:
    """Returns the current Unix time in seconds.

    Args:
        source: The clock that it follows until it is set.
    """

    def __init__(self, source: Callable[[], float]) -> None:
        self._source = source
        self._offset = 0.0
        self._stopped_at: float | None = None
        self._lock = threading.Lock()

    def __call__(self) -> float:
        """Return the current Unix time in seconds."""
        stopped_at = self._stopped_at
        return self._source() + self._offset if stopped_at is None else stopped_at

    now = __call__

    @property
    def is_stopped(self) -> bool:
        """Whether the clock was set, so that it only moves with ``advance``."""
        return self._stopped_at is not None

    def set(self, time: float | datetime) -> None:
        """Stop the clock at a time. It then moves only with ``advance``.

        Args:
            time: Unix time in seconds, or a datetime with a time zone.

        Raises:
            ClockError: The time is before 1970 or after 2037, or has no time zone.
        """
        if isinstance(time, datetime):
            if time.tzinfo is None:
                message = f"The time {time.isoformat()} needs a time zone, such as datetime.UTC."
                raise ClockError(message)
            time = time.timestamp()
        _check(time)
        with self._lock:
            self._stopped_at = float(time)

    def advance(self, seconds: float | timedelta) -> None:
        """Move the clock forward. It stays running, or stopped.

        Args:
            seconds: Seconds, or a timedelta.

        Raises:
            ClockError: The duration is negative, or the clock would pass the year 2037.
        """
        if isinstance(seconds, timedelta):
            seconds = seconds.total_seconds()
        if not seconds >= 0:
            message = "The clock can only be advanced by 0 or more seconds. Use set() to go back."
            raise ClockError(message)
        with self._lock:
            _check(self() + seconds)
            if self._stopped_at is None:
                self._offset += seconds
            else:
                self._stopped_at += seconds

    def reset(self) -> None:
        """Follow the original clock again."""
        with self._lock:
            self._offset = 0.0
            self._stopped_at = None


def _check(time: float) -> None:
    if not (math.isfinite(time) and 0 <= time <= LATEST):
        message = "The clock can be set to times from 1970 to 2037: the API has no later times."
        raise ClockError(message)
