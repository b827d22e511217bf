"""Which management token to use, and who fetches the next one. Does no I/O."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from .._origin import RequestTimeout
from .._runtime.fork import register_after_fork
from .._runtime.secret import Secret
from ..errors import InvalidResponseError

# The vendor's SDKs refresh when less than this many seconds remain.
REFRESH_AHEAD = 3600.0
# Of a short-lived token, this part of its life is kept for refreshing.
REFRESH_PART = 0.25
# A token this close to its end may expire on the way to the server.
EXPIRY_MARGIN = 30.0
EXPIRY_PART = 0.05
# When refreshing ahead of expiry fails, the next try waits this long.
REFRESH_PAUSE = 30.0
# Seconds after which somebody who waits looks whether the other is still at work.
OWNER_CHECK_INTERVAL = 1.0
# Used when the answer does not say how long the token lives.
DEFAULT_LIFETIME = 3600.0


@dataclass(frozen=True, slots=True)
class Token:
    """A management token, and when to stop using it.

    Attributes:
        value: The token itself.
        refresh_at: From then on one caller refreshes while the others go on with the token.
        expires_at: From then on the token is not used.

    Both times are on the caller's monotonic clock, so that setting the wall clock does no harm.
    """

    value: Secret
    refresh_at: float
    expires_at: float


def received_token(
    value: Secret | None, iat: int | None, exp: int | None, asked_at: float
) -> Token:
    """Build the token from an answer.

    Args:
        value: The token.
        iat: When the server issued it, in Unix seconds of the server's clock.
        exp: When it expires, in Unix seconds of the server's clock.
        asked_at: Monotonic time at which the request was sent.

    Raises:
        InvalidResponseError: There is no token in the answer, or one that is over already.
    """
    if not value or not value.isascii() or not value.isprintable():
        raise InvalidResponseError("The server answered no token", operation="GetAccessToken")
    lifetime = float(exp - iat) if iat is not None and exp is not None else DEFAULT_LIFETIME
    if lifetime <= 0:
        raise InvalidResponseError(
            "The server answered a token that has expired", operation="GetAccessToken"
        )
    return Token(
        value=value,
        refresh_at=asked_at + lifetime - min(REFRESH_AHEAD, lifetime * REFRESH_PART),
        expires_at=asked_at + lifetime - min(EXPIRY_MARGIN, lifetime * EXPIRY_PART),
    )


class TokenRefresh:
    """A token request under way: one caller makes it, the others wait for its outcome.

    Args:
        fallback: An ageing token that can still be used.
        leads: Says whether the caller that makes the request is still there to end the flight.
    """

    def __init__(self, fallback: Token | None, owner_is_alive: Callable[[], bool]) -> None:
        self.fallback = fallback
        self.owner_is_alive = owner_is_alive
        # None as a result means that the leader gave up: whoever waits tries again.
        self.outcome: Future[Token | None] = Future()
        # A waiter that is cancelled must not cancel the flight of the others.
        self.outcome.set_running_or_notify_cancel()


@dataclass(frozen=True, slots=True)
class RefreshPending:
    """The caller has no usable token and waits for a flight that another caller leads."""

    refresh: TokenRefresh


@dataclass(frozen=True, slots=True)
class RefreshNeeded:
    """The caller makes the token request."""

    refresh: TokenRefresh


class TokenCache:
    """Holds the token, for threads and tasks alike; its lock is never held during a request."""

    def __init__(self) -> None:
        self.after_fork()
        register_after_fork(self)
        self._token: Token | None = None
        self._flight: TokenRefresh | None = None
        self._next_refresh = 0.0

    def acquire(
        self, now: float, owner_is_alive: Callable[[], bool]
    ) -> Token | RefreshPending | RefreshNeeded:
        """Say what a caller who needs a token is to do.

        Whoever is told to lead must end the flight with ``land``, ``fail`` or ``abandon``.

        Args:
            now: The time, on the monotonic clock.
            leads: Says whether this caller is still there, should it lead.
        """
        with self._lock:
            if self._flight is not None and not self._flight.owner_is_alive():
                self._flight = None
            token = self._token
            usable = token if token is not None and now < token.expires_at else None
            if usable is not None:
                ageing = now >= usable.refresh_at and now >= self._next_refresh
                if self._flight is not None or not ageing:
                    return usable
            elif self._flight is not None:
                return RefreshPending(self._flight)
            self._flight = TokenRefresh(usable, owner_is_alive)
            return RefreshNeeded(self._flight)

    def complete(self, refresh: TokenRefresh, token: Token) -> None:
        """End a flight with a new token."""
        with self._lock:
            self._token = token
            self._next_refresh = 0.0
            self._end(refresh)
        refresh.outcome.set_result(token)

    def fail(self, refresh: TokenRefresh, error: Exception, now: float) -> Token | None:
        """End a flight with an error, which everyone who waits gets.

        Returns:
            The ageing token that the leader can go on with; ``None`` when there is none.
        """
        with self._lock:
            self._next_refresh = now + REFRESH_PAUSE
            self._end(refresh)
            fallback = refresh.fallback if refresh.fallback is self._token else None
        if fallback is not None:
            refresh.outcome.set_result(fallback)
        else:
            refresh.outcome.set_exception(error)
        return fallback

    def release(self, refresh: TokenRefresh, now: float) -> None:
        """End a flight whose leader was cancelled: somebody else takes over.

        While an ageing token can still be used, there is no hurry.
        """
        with self._lock:
            if refresh.fallback is not None:
                self._next_refresh = now + REFRESH_PAUSE
            self._end(refresh)
        refresh.outcome.set_result(None)

    def after_fork(self) -> None:
        """Start with a free lock: in a forked process nobody is there to free the old one."""
        # Reentrant: the collector may end an abandoned task, and its flight, at any allocation.
        self._lock = threading.RLock()

    def discard(self, token: Token) -> None:
        """Forget a token that the server refused, unless it has been replaced already."""
        with self._lock:
            if self._token is token:
                self._token = None

    def _end(self, refresh: TokenRefresh) -> None:
        if self._flight is refresh:
            self._flight = None


def poll_interval(timeout: RequestTimeout, now: float) -> float:
    """Return the seconds after which somebody who waits for a flight looks around.

    Raises:
        NoTimeLeftError: The deadline has come.
    """
    return RequestTimeout(OWNER_CHECK_INTERVAL, timeout.deadline).next_timeout(now)
