"""How many requests a client sends a second, and how many at once. Waits for nothing itself."""

import threading
from collections import deque
from concurrent.futures import Future

from .._runtime.fork import register_after_fork


class RateLimiter:
    """Spaces requests so that there are at most so many in any second.

    Args:
        per_second: How many; any number when ``None``.
    """

    def __init__(self, per_second: float | None) -> None:
        self._interval = None if per_second is None else 1 / per_second
        self._free_at = 0.0
        self.after_fork()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Start with a free lock."""
        self._lock = threading.Lock()

    def reserve(self, now: float, latest: float | None = None) -> float | None:
        """Reserve the next moment at which a request may be sent.

        Args:
            now: The time.
            latest: The caller does not wait until then or longer.

        Returns:
            Seconds until that moment; ``None`` when it is too late, and nothing is reserved.
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
    """Lets so many requests be in flight at once; the others queue up, first come first served.

    Serves threads and tasks alike.

    Args:
        number: How many; any number when ``None``.
    """

    def __init__(self, number: int | None) -> None:
        self._number = number
        self.after_fork()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Start with all slots free: whoever holds one is not in this process."""
        # Reentrant: the collector may end an abandoned task, and free its slot, at any allocation.
        self._lock = threading.RLock()
        self._taken = 0
        self._queue: deque[Future[None]] = deque()

    def take(self) -> Future[None] | None:
        """Take a slot; return ``None``, or what is done when the caller's turn has come."""
        if self._number is None:
            return None
        with self._lock:
            if self._taken < self._number:
                self._taken += 1
                return None
        turn: Future[None] = Future()
        with self._lock:
            if self._taken < self._number:
                self._taken += 1
                return None
            self._queue.append(turn)
        return turn

    def free(self) -> None:
        """Give a slot back."""
        if self._number is None:
            return
        with self._lock:
            while self._queue:
                # Who has stopped waiting is passed over.
                turn = self._queue.popleft()
                if turn.set_running_or_notify_cancel():
                    break
            else:
                self._taken -= 1
                return
        turn.set_result(None)

    def cancel(self, turn: Future[None]) -> None:
        """Stop waiting; the slot is given back if it was the caller's turn just now."""
        if not turn.cancel():
            self.free()
