"""Which management token to use, and which caller refreshes it. Does no I/O."""

import math
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from .._runtime.fork import register_after_fork
from .._runtime.secret import Secret
from ..errors import (
    AuthingError,
    DeadlineExceededError,
    InvalidResponseError,
    RateLimitError,
    ServerError,
    TransportError,
)
from ..options import RequestOptions
from .retry import longest_delays

# Seconds before expiry at which a token is refreshed, as in the vendor's SDKs.
REFRESH_AHEAD = 3600.0
# For short-lived tokens: the last part of the lifetime, in which the token is refreshed.
REFRESH_FRACTION = 0.25
# Seconds before expiry at which a token is no longer used: it could expire in transit.
EXPIRY_MARGIN = 30.0
EXPIRY_FRACTION = 0.05
# Seconds until the next attempt after a refresh ahead of expiry failed.
REFRESH_PAUSE = 30.0
# If its owner's deadline ended a refresh, a waiting caller that has at least this part of the
# owner's time left requests a token itself.
TAKEOVER_FRACTION = 0.5
# Lifetime in seconds of a token whose response does not tell it.
DEFAULT_LIFETIME = 3600.0
# Seconds; a larger number of a response could not be converted.
LONGEST_LIFETIME = 10**9
# A server may show a token in an error after it has been replaced.
REMEMBERED_TOKENS = 32


@dataclass(frozen=True, slots=True)
class Token:
    """A management token. Its times are monotonic, so that changing the wall clock does no harm.

    Attributes:
        value: The token itself.
        refresh_at: From this time on, one caller refreshes it while the others still use it.
        expires_at: From this time on, it is not used.
    """

    value: Secret
    refresh_at: float
    expires_at: float


def received_token(
    value: Secret | None, iat: int | None, exp: int | None, requested_at: float
) -> Token:
    """Build a token from the fields of a response.

    Args:
        value: The token.
        iat: Time of issue, in Unix seconds of the server's clock.
        exp: Time of expiry, in Unix seconds of the server's clock.
        requested_at: Monotonic time at which the request was sent.

    Raises:
        InvalidResponseError: The response has no token, or one that has expired.
    """
    if not value or not value.isascii() or not value.isprintable():
        raise InvalidResponseError("The response contains no token", operation="GetAccessToken")
    lifetime = DEFAULT_LIFETIME
    if iat is not None and exp is not None:
        lifetime = float(min(exp - iat, LONGEST_LIFETIME))
    if lifetime <= 0:
        raise InvalidResponseError(
            "The response contains an expired token", operation="GetAccessToken"
        )
    return Token(
        value=value,
        refresh_at=requested_at + lifetime - min(REFRESH_AHEAD, lifetime * REFRESH_FRACTION),
        expires_at=requested_at + lifetime - min(EXPIRY_MARGIN, lifetime * EXPIRY_FRACTION),
    )


class TokenRefresh:
    """A token request in flight: one caller makes it, the others wait for its outcome.

    Args:
        fallback: The current token, if it can still be used.
        owner_is_alive: Whether the caller that makes the request can still complete the refresh.
        options: The options of that caller.
        started_at: Monotonic time.
    """

    def __init__(
        self,
        fallback: Token | None,
        owner_is_alive: Callable[[], bool],
        options: RequestOptions,
        started_at: float,
    ) -> None:
        self.fallback = fallback
        self.options = options
        self.started_at = started_at
        self._owner_is_alive = owner_is_alive
        self._ends_by = started_at + longest_refresh(options)
        # The result `None` means that the owner gave up: the waiting callers try themselves.
        self.outcome: Future[Token | None] = Future()
        # A cancelled waiter must not cancel the refresh of the others.
        self.outcome.set_running_or_notify_cancel()

    def may_end(self, now: float) -> bool:
        """Whether its owner may still end it. If not, another caller starts a new one."""
        return now < self._ends_by and self._owner_is_alive()

    def extend(self, seconds: float) -> None:
        """Give the owner more time, for a delay before a retry."""
        self._ends_by += seconds

    def leaves_chance(
        self, error: AuthingError, options: RequestOptions, time_left: float | None, now: float
    ) -> bool:
        """Whether a waiting caller may get a token although the refresh failed.

        Args:
            error: Why it failed.
            options: The options of the waiting caller.
            time_left: Seconds until its deadline, or ``None``.
            now: Monotonic time.
        """
        if isinstance(error, DeadlineExceededError):
            return time_left is None or time_left >= (now - self.started_at) * TAKEOVER_FRACTION
        if not isinstance(
            error, TransportError | InvalidResponseError | ServerError | RateLimitError
        ):
            return False
        allowed = self.options
        return options.timeout > allowed.timeout or options.retries > allowed.retries


def longest_refresh(options: RequestOptions) -> float:
    """Return the seconds after which a refresh is given up: all its attempts have timed out."""
    # A connection and a response may each take a timeout.
    return 2 * options.timeout * (options.retries + 1) + longest_delays(options.retries)


@dataclass(frozen=True, slots=True)
class RefreshPending:
    """The caller has no usable token and waits for the refresh of another caller."""

    refresh: TokenRefresh


@dataclass(frozen=True, slots=True)
class RefreshNeeded:
    """The caller makes the token request."""

    refresh: TokenRefresh


class TokenCache:
    """Holds the token, for threads and tasks alike. Its lock is never held during a request.

    A fresh token is returned at once. When it is due for a refresh, one caller refreshes it and
    the others still get it. When it has expired, one caller refreshes it and the others wait.

    Args:
        given: A token that the program has. It never expires here and is never refreshed.

    Attributes:
        is_given: Whether the program has passed the token.
    """

    def __init__(self, given: Secret | None = None) -> None:
        self._refresh: TokenRefresh | None = None
        self.after_fork()
        register_after_fork(self)
        self.is_given: bool = given is not None
        self._token: Token | None = None if given is None else Token(given, math.inf, math.inf)
        self._next_refresh = 0.0
        self._received: deque[Secret] = deque(
            [] if given is None else [given], maxlen=REMEMBERED_TOKENS
        )

    def received(self) -> list[Secret]:
        """Return the given token, or the last received ones, which errors must not show."""
        with self._lock:
            return list(self._received)

    def fresh(self, now: float) -> Token | None:
        """Return the token if it is not due for a refresh. Needs no lock."""
        token = self._token
        return token if token is not None and now < token.refresh_at else None

    def acquire(
        self, now: float, owner_is_alive: Callable[[], bool], options: RequestOptions
    ) -> Token | RefreshPending | RefreshNeeded:
        """Return a token, or what a caller without one has to do.

        A caller that gets ``RefreshNeeded`` must end the refresh with ``complete``, ``fail`` or
        ``release``.

        Args:
            now: Monotonic time.
            owner_is_alive: Whether this caller is still alive, if it gets to refresh.
            options: The options of this caller.
        """
        with self._lock:
            if self._refresh is not None and not self._refresh.may_end(now):
                self._refresh = None
            token = self._token
            usable = token if token is not None and now < token.expires_at else None
            if usable is not None:
                is_due = now >= usable.refresh_at and now >= self._next_refresh
                if self._refresh is not None or not is_due:
                    return usable
            elif self._refresh is not None:
                return RefreshPending(self._refresh)
            self._refresh = TokenRefresh(usable, owner_is_alive, options, now)
            return RefreshNeeded(self._refresh)

    def complete(self, refresh: TokenRefresh, token: Token) -> None:
        """End a refresh with a new token."""
        with self._lock:
            self._token = token
            self._received.append(token.value)
            self._next_refresh = 0.0
            self._end(refresh)
        refresh.outcome.set_result(token)

    def fail(self, refresh: TokenRefresh, error: Exception, now: float) -> Token | None:
        """End a refresh with an error, which all waiting callers get.

        Returns:
            The current token, if it can still be used.
        """
        with self._lock:
            self._next_refresh = now + REFRESH_PAUSE
            self._end(refresh)
            fallback = refresh.fallback if refresh.fallback is self._token else None
            if fallback is not None and now >= fallback.expires_at:
                fallback = None
        if fallback is not None:
            refresh.outcome.set_result(fallback)
        else:
            refresh.outcome.set_exception(error)
        return fallback

    def release(self, refresh: TokenRefresh, now: float) -> None:
        """End a refresh without an outcome: another caller takes over."""
        with self._lock:
            if refresh.fallback is not None:
                self._next_refresh = now + REFRESH_PAUSE
            self._end(refresh)
        refresh.outcome.set_result(None)

    def after_fork(self) -> None:
        """Start with a free lock and no refresh: their owners do not exist in the child process."""
        # Reentrant: the garbage collector may end a task, and its refresh, at any allocation.
        self._lock = threading.RLock()
        self._refresh = None

    def discard(self, token: Token) -> None:
        """Forget a token that the server rejected, unless it has been replaced already."""
        with self._lock:
            if self._token is token:
                self._token = None

    def _end(self, refresh: TokenRefresh) -> None:
        if self._refresh is refresh:
            self._refresh = None
