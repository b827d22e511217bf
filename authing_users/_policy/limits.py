"""Limits on requests per second and on requests in flight. Does no I/O."""

import threading
from collections import deque
from concurrent.futures import Future

from .._runtime.fork import register_after_fork


class RateLimiter:
    """Spaces requests evenly, so that any second contains a limited number of them.

    Args:
        per_second: Most requests per second, or ``None`` for no limit.

    Attributes:
        is_limited: Whether there is a limit.
    """

    def __init__(self, per_second: float | None) -> None:
        self.is_limited = per_second is not None
        self._interval = None if per_second is None else 1 / per_second
        self._free_at = 0.0
        self.after_fork()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Start with a free lock."""
        self._lock = threading.Lock()

    def reserve(self, now: float, latest: float | None = None) -> float | None:
        """Reserve the next time at which a request may be sent.

        Args:
            now: Monotonic time.
            latest: Deadline.

        Returns:
            Seconds until that time. ``None`` if it is at or after the deadline; nothing is
            reserved then.
        """
        if self._interval is None:
            return 0.0
        with self._lock:
            send_at = max(now, self._free_at)
            if latest is not None and send_at >= latest:
                return None
            self._free_at = send_at + self._interval
        return send_at - now


class ConcurrencyLimiter:
    """Hands out a limited number of slots, first come first served, to threads and tasks alike.

    Args:
        limit: Number of slots, or ``None`` for no limit.

    Attributes:
        is_limited: Whether there is a limit.
    """

    def __init__(self, limit: int | None) -> None:
        self.is_limited = limit is not None
        self._limit = limit
        self.after_fork()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Start with all slots free: their holders do not exist in the child process."""
        # Reentrant: the garbage collector may end a task, and free its slot, at any allocation.
        self._lock = threading.RLock()
        self._in_use = 0
        self._queue: deque[Future[None]] = deque()

    def acquire(self) -> Future[None] | None:
        """Take a slot.

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
            self._queue.append(slot)
        return slot

    def release(self) -> None:
        """Return a slot."""
        if self._limit is None:
            return
        with self._lock:
            while self._queue:
                # Cancelled waiters are skipped.
                slot = self._queue.popleft()
                if slot.set_running_or_notify_cancel():
                    break
            else:
                self._in_use -= 1
                return
        slot.set_result(None)

    def cancel(self, slot: Future[None]) -> None:
        """Stop waiting for a slot; return it if it has just been assigned."""
        if not slot.cancel():
            self.release()
