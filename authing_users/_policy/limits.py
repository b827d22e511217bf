"""Limits on requests per second and on requests in flight. Does no I/O."""

import threading
from collections import deque
from concurrent.futures import Future

from .._runtime.fork import register_after_fork


class ConcurrencyLimiter:
    """Hands out a limited number of slots, first come first served, to threads and tasks alike.

    Args:
        limit: Number of slots, or ``None`` for no limit.

    Attributes:
        is_limited: Whether there is a limit.
        generation: How often the process was forked. Slots of the parent process do not count.
    """

    def __init__(self, limit: int | None) -> None:
        self.is_limited = limit is not None
        self.generation = 0
        self._limit = limit
        self.after_fork()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Start with all slots free: their holders do not exist in the child process."""
        # Reentrant: the garbage collector may end a task, and free its slot, at any allocation.
        self._lock = threading.RLock()
        self.generation += 1
        self._in_use = 0
        self._queue: deque[Future[None]] = deque()
        self._waiting = 0  # in the queue, and not cancelled

    def acquire(self, *, first: bool = False) -> Future[None] | None:
        """Take a slot.

        Args:
            first: Whether to wait in front of all others.

        Returns:
            ``None`` if there was a free one, else a future that is done once the caller has one.
        """
        if self._limit is None:
            return None
        with self._lock:
            if self._in_use < self._limit:
                self._in_use += 1
                return None
        slot: Future[None] = Future()
        with self._lock:
            if self._in_use < self._limit:
                self._in_use += 1
                return None
            (self._queue.appendleft if first else self._queue.append)(slot)
            self._waiting += 1
        return slot

    def ahead(self) -> int:
        """Return how many callers hold a slot or wait for one."""
        with self._lock:
            return self._in_use + self._waiting

    def release(self, generation: int | None = None) -> None:
        """Return a slot.

        Args:
            generation: The generation in which it was taken, if the process may have been forked.
        """
        if self._limit is None or generation not in (None, self.generation):
            return
        with self._lock:
            while self._queue:
                # Cancelled waiters are skipped.
                slot = self._queue.popleft()
                if slot.set_running_or_notify_cancel():
                    self._waiting -= 1
                    break
            else:
                self._in_use -= 1
                return
        slot.set_result(None)

    def cancel(self, slot: Future[None]) -> None:
        """Stop waiting for a slot; return it if it has just been assigned."""
        if not slot.cancel():
            self.release()
            return
        with self._lock:
            self._waiting -= 1


class RateLimiter:
    """Spaces requests evenly, so that any second contains a limited number of them.

    Callers form a line, first come, first served. The first one waits until the next request may
    be sent, sends it, and leaves the line. One that is cancelled leaves it without using its time.

    Args:
        per_second: Most requests per second, or ``None`` for no limit.

    Attributes:
        is_limited: Whether there is a limit.
        line: Its only slot belongs to the first caller in the line, which alone calls ``pause``
            and ``count``.
    """

    def __init__(self, per_second: float | None) -> None:
        self.is_limited = per_second is not None
        self.line = ConcurrencyLimiter(None if per_second is None else 1)
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


class Turn:
    """The slots that a call holds until its request is done.

    Attributes:
        keeps_place: Whether the call stays at the head of the line when it sends its next request.
    """

    __slots__ = ("_held", "keeps_place")

    def __init__(self) -> None:
        self.keeps_place = False
        self._held: dict[ConcurrencyLimiter, int] = {}  # with the generation of the slot

    def hold(self, limiter: ConcurrencyLimiter) -> None:
        """Keep a slot that has been acquired."""
        self._held[limiter] = limiter.generation

    def holds(self, limiter: ConcurrencyLimiter) -> bool:
        """Whether the call holds a slot of this limiter."""
        return limiter in self._held

    def give_back(self, limiter: ConcurrencyLimiter) -> None:
        """Release the slot of one limiter."""
        limiter.release(self._held.pop(limiter))

    def end(self) -> None:
        """Release all slots."""
        for limiter in list(self._held):
            self.give_back(limiter)
