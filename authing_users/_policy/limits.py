"""Limits on requests per second and on requests in flight. Does no I/O."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import cast

from .._runtime.foreign import describe
from .._runtime.fork import register_after_fork
from ..errors import AuthingError, ConfigurationError
from ..options import Limiter, shown


@dataclass(slots=True, eq=False)
class Turn:
    """The right of a call to send requests.

    Attributes:
        is_alive: Whether the call can continue. If not, its slots are given to others.
        on_delay: Called with the seconds of each delay before a retry of its token request.
        number: Its place among all turns. A call that waits again returns to it.
    """

    is_alive: Callable[[], bool]
    on_delay: Callable[[float], None] | None = None
    number: int = field(default_factory=count().__next__)


class ConcurrencyLimiter:
    """Hands out a limited number of slots, first come first served, to threads and tasks alike.

    Args:
        limit: Number of slots, or ``None`` for no limit.

    Attributes:
        is_limited: Whether there is a limit.
    """

    def __init__(self, limit: int | None) -> None:
        self.is_limited = limit is not None
        self._limit = limit or 0
        self.after_fork()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Start with all slots free: their holders do not exist in the child process."""
        # Reentrant: the garbage collector may end a task, and free its slot, at any allocation.
        self._lock = threading.RLock()
        self._holders: set[Turn] = set()
        self._queue: deque[tuple[Turn, Future[None]]] = deque()

    def acquire(self, turn: Turn) -> Future[None] | None:
        """Take a slot.

        Returns:
            ``None`` if there was a free one, else a future that is done once the caller has one.
        """
        if not self.is_limited or self._take(turn):
            return None
        slot: Future[None] = Future()
        with self._lock:
            if self._take(turn):
                return None
            # Nearly always at the end.
            place = len(self._queue)
            while place and self._queue[place - 1][0].number > turn.number:
                place -= 1
            self._queue.insert(place, (turn, slot))
        return slot

    def holds(self, turn: Turn) -> bool:
        """Whether a call has a slot."""
        return turn in self._holders

    def ahead(self) -> int:
        """Return how many callers that can continue hold a slot or wait for one."""
        with self._lock:
            waiting = [turn for turn, slot in list(self._queue) if not slot.cancelled()]
            return sum(turn.is_alive() for turn in [*self._holders, *waiting])

    def release(self, turn: Turn) -> None:
        """Return the slot of a call, if it has one."""
        if turn in self._holders:
            with self._lock:
                self._holders.discard(turn)
            if self._queue:
                self._assign()

    def cancel(self, turn: Turn, slot: Future[None]) -> None:
        """Stop waiting for a slot; return it if it has just been assigned."""
        if not slot.cancel():
            self.release(turn)

    def reclaim(self) -> None:
        """Take back the slots of calls that cannot continue."""
        with self._lock:
            for turn in list(self._holders):
                if not turn.is_alive():
                    self._holders.discard(turn)
        self._assign()

    def _take(self, turn: Turn) -> bool:
        with self._lock:
            is_free = len(self._holders) < self._limit
            if is_free:
                self._holders.add(turn)
            return is_free

    def _assign(self) -> None:
        """Give the free slots to the first waiting callers that can continue."""
        assigned: list[Future[None]] = []
        with self._lock:
            while len(self._holders) < self._limit:
                waiting = next((one for one in list(self._queue) if one[0].is_alive()), None)
                if waiting is None:
                    break
                # The garbage collector may end a task, and so assign this slot, at any allocation.
                with suppress(ValueError):
                    self._queue.remove(waiting)
                    turn, slot = waiting
                    if slot.set_running_or_notify_cancel():
                        self._holders.add(turn)
                        assigned.append(slot)
        for slot in assigned:
            slot.set_result(None)


def shared_pause(limiter: Limiter) -> float:
    """Return the seconds until a limiter of several clients lets the next request be sent.

    Raises:
        ConfigurationError: The limiter failed, or returned something else.
    """
    try:
        seconds: object = limiter.reserve()
    except AuthingError:
        raise
    except Exception as error:
        problem = f"limiter.reserve() raised {describe(error)}"
    else:
        is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
        if is_number and 0 <= cast("float", seconds) < float("inf"):
            return float(cast("float", seconds))
        problem = f"limiter.reserve() must return seconds from 0, not {shown(seconds)}"
    raise ConfigurationError(problem)


class RateLimiter:
    """Spaces requests evenly, so that any second contains a limited number of them.

    Callers form a line, first come, first served. The first one waits until the next request may
    be sent, sends it, and leaves the line. One that is cancelled leaves it without using its time.

    Args:
        per_second: Most requests per second, or ``None`` for no limit.
        is_shared: Whether the head of the line also waits for a limiter of several clients.

    Attributes:
        is_limited: Whether there is a limit.
        line: Its only slot belongs to the first caller in the line, which alone calls ``pause``
            and ``count``.
    """

    def __init__(self, per_second: float | None, *, is_shared: bool = False) -> None:
        self.is_limited = is_shared or per_second is not None
        self.line = ConcurrencyLimiter(1 if self.is_limited else None)
        self._interval = 0.0 if per_second is None else 1 / per_second
        self._free_at = 0.0

    def earliest(self, now: float) -> float:
        """Return when a caller that joins the line now may send, unless others leave it."""
        return max(now, self._free_at) + self._interval * self.line.ahead()

    def pause(self, now: float) -> float:
        """Return the seconds until the next request may be sent."""
        return max(0.0, self._free_at - now)

    def count(self, now: float) -> None:
        """Count a request that is about to be sent."""
        self._free_at = max(now, self._free_at) + self._interval
