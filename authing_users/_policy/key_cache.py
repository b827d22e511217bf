"""Which keys verify users' tokens, and which caller fetches newer ones. Does no I/O."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar

from .._runtime.fork import register_after_fork
from ..errors import AuthingError, DeadlineExceededError

# Seconds for which keys are used before they are fetched again.
FRESH = 600.0
# Seconds for which keys are used if newer ones cannot be fetched.
LONGEST_USE = 24 * 3600.0
# Seconds between two fetches, however many tokens need keys that are not known.
FETCH_INTERVAL = 60.0
# The same, if a fetch failed and there are no keys: until then, its error is raised again.
FAILURE_PAUSE = 5.0

KeysT = TypeVar("KeysT")


@dataclass(frozen=True, slots=True, eq=False)
class FetchedKeys(Generic[KeysT]):
    """Keys, and the monotonic time at which they were requested."""

    value: KeysT
    fetched_at: float


class KeyFetch(Generic[KeysT]):
    """A fetch in flight: one caller makes it, the others wait for its outcome.

    Args:
        owner_is_alive: Whether the caller that fetches can still complete the fetch.
        ends_by: Monotonic time at which all its attempts have timed out.
        started_at: Monotonic time.
    """

    def __init__(
        self, owner_is_alive: Callable[[], bool], ends_by: float, started_at: float
    ) -> None:
        self.started_at = started_at
        self._owner_is_alive = owner_is_alive
        self._ends_by = ends_by
        # The result `None` means that the owner gave up: the waiting callers try themselves.
        self.outcome: Future[FetchedKeys[KeysT] | None] = Future()
        # A cancelled waiter must not cancel the fetch of the others.
        self.outcome.set_running_or_notify_cancel()

    def may_end(self, now: float) -> bool:
        """Whether its owner may still end it. If not, another caller starts a new one."""
        return now < self._ends_by and self._owner_is_alive()


@dataclass(frozen=True, slots=True)
class FetchPending(Generic[KeysT]):
    """The caller has no usable keys and waits for the fetch of another caller."""

    fetch: KeyFetch[KeysT]


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """There are no usable keys, because a fetch has just failed."""

    error: AuthingError


@dataclass(frozen=True, slots=True)
class FetchNeeded(Generic[KeysT]):
    """The caller fetches the keys.

    Attributes:
        fetch: The fetch, to be ended with ``complete``, ``fail`` or ``release``.
        fallback: Keys to use if it fails, or ``None``.
    """

    fetch: KeyFetch[KeysT]
    fallback: FetchedKeys[KeysT] | None


class KeyCache(Generic[KeysT]):
    """Holds keys, for threads and tasks alike. Its lock is never held during a request."""

    def __init__(self) -> None:
        self._keys: FetchedKeys[KeysT] | None = None
        self._next_fetch = float("-inf")
        self._failure: FetchFailed | None = None
        self.after_fork()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Start with a free lock and no fetch: their owners do not exist in the child process."""
        self._lock = threading.Lock()
        self._fetch: KeyFetch[KeysT] | None = None

    def acquire(
        self,
        now: float,
        owner_is_alive: Callable[[], bool],
        ends_by: float,
        insufficient: FetchedKeys[KeysT] | None,
    ) -> FetchedKeys[KeysT] | FetchFailed | FetchPending[KeysT] | FetchNeeded[KeysT]:
        """Return keys, or what a caller without them has to do.

        Args:
            now: Monotonic time.
            owner_is_alive: Whether this caller is still alive, if it gets to fetch.
            ends_by: Monotonic time at which its fetch has timed out.
            insufficient: Keys that do not verify the caller's token. They are returned again if
                the last fetch was less than ``FETCH_INTERVAL`` ago.
        """
        with self._lock:
            keys = self._keys
            if keys is not None and now >= keys.fetched_at + LONGEST_USE:
                keys = self._keys = None
            if self._fetch is not None and not self._fetch.may_end(now):
                self._fetch = None
            if keys is not None:
                is_enough = keys is not insufficient
                is_fresh = is_enough and now < keys.fetched_at + FRESH
                if is_fresh or (is_enough and self._fetch is not None):
                    return keys
                if self._fetch is None and now < self._next_fetch:
                    return keys
            if self._fetch is not None:
                return FetchPending(self._fetch)
            if keys is None and self._failure is not None and now < self._next_fetch:
                return self._failure
            self._next_fetch = now + FETCH_INTERVAL
            self._fetch = KeyFetch(owner_is_alive, ends_by, now)
            return FetchNeeded(self._fetch, None if keys is insufficient else keys)

    def complete(self, fetch: KeyFetch[KeysT], value: KeysT) -> FetchedKeys[KeysT]:
        """End a fetch with new keys."""
        keys = FetchedKeys(value, fetch.started_at)
        with self._lock:
            self._keys = keys
            self._failure = None
            self._end(fetch)
        fetch.outcome.set_result(keys)
        return keys

    def fail(self, fetch: KeyFetch[KeysT], error: AuthingError, now: float) -> None:
        """End a fetch with an error, which all waiting callers get."""
        with self._lock:
            if self._keys is None:
                # A deadline is that of one caller.
                is_of_caller = isinstance(error, DeadlineExceededError)
                self._next_fetch = float("-inf") if is_of_caller else now + FAILURE_PAUSE
                self._failure = None if is_of_caller else FetchFailed(error)
            self._end(fetch)
        fetch.outcome.set_exception(error)

    def release(self, fetch: KeyFetch[KeysT]) -> None:
        """End a fetch without an outcome: another caller takes over."""
        with self._lock:
            self._next_fetch = float("-inf")
            self._end(fetch)
        fetch.outcome.set_result(None)

    def _end(self, fetch: KeyFetch[KeysT]) -> None:
        if self._fetch is fetch:
            self._fetch = None


class KeyCaches:
    """The key caches of a client, by what the keys are for. Thread-safe."""

    def __init__(self) -> None:
        self._caches: dict[tuple[str, str], KeyCache[object]] = {}

    def get(self, kind: str, owner: str) -> KeyCache[object]:
        """Return the cache for the keys of a kind, such as those of an issuer."""
        cache = self._caches.get((kind, owner))
        if cache is None:  # of several threads, the first one wins
            cache = self._caches.setdefault((kind, owner), KeyCache())
        return cache
