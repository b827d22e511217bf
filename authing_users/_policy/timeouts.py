"""How long a request may take."""

from dataclasses import dataclass

# Seconds after which a waiting call checks whether the one that it waits for can still continue.
POLL_INTERVAL = 1.0


class DeadlineReached(TimeoutError):
    """The deadline of the call has been reached."""


@dataclass(frozen=True, slots=True)
class RequestTimeout:
    """How long one request may take.

    Attributes:
        timeout: Seconds to wait for a connection, and for each read and write. Waiting for a slot
            of the concurrency limit does not count.
        deadline: Monotonic time at which the call has to end, or ``None``.
        is_per_request: Whether the timeout was set for single requests, by ``with_options``.
    """

    timeout: float
    deadline: float | None
    is_per_request: bool = False

    def next_timeout(self, now: float) -> float:
        """Return the seconds that the next connect, read or write may take.

        Raises:
            DeadlineReached: The deadline has been reached.
        """
        remaining = self.remaining(now)
        if remaining is None:
            return self.timeout
        if remaining <= 0:
            raise DeadlineReached
        return min(self.timeout, remaining)

    def remaining(self, now: float) -> float | None:
        """Return the seconds until the deadline, or ``None`` if there is none."""
        return None if self.deadline is None else self.deadline - now

    def check(self, now: float) -> None:
        """Raise ``DeadlineReached`` if the deadline has been reached."""
        if self.deadline is not None and now >= self.deadline:
            raise DeadlineReached


def poll_interval(timeout: RequestTimeout, now: float) -> float:
    """Return the seconds until a waiting call checks on the one that it waits for.

    Raises:
        DeadlineReached: The deadline of the waiting call has been reached.
    """
    return RequestTimeout(POLL_INTERVAL, timeout.deadline).next_timeout(now)
