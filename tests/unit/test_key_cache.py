"""The key cache: which keys are used, and which caller fetches newer ones."""

import pytest
from hypothesis import given, strategies as st

from authing_users import DeadlineExceededError, TransportError
from authing_users._policy.key_cache import (
    FAILURE_PAUSE,
    FETCH_INTERVAL,
    FRESH,
    LONGEST_USE,
    FetchedKeys,
    FetchFailed,
    FetchNeeded,
    FetchPending,
    KeyCache,
    KeyCaches,
)

Acquired = FetchedKeys[str] | FetchFailed | FetchPending[str] | FetchNeeded[str]


def acquire(
    cache: KeyCache[str],
    now: float,
    insufficient: FetchedKeys[str] | None = None,
    *,
    is_alive: bool = True,
) -> Acquired:
    return cache.acquire(now, lambda: is_alive, now + 100, insufficient)


def needed(acquired: Acquired) -> FetchNeeded[str]:
    assert isinstance(acquired, FetchNeeded)
    return acquired


def cache_with(value: str, now: float = 0.0) -> KeyCache[str]:
    cache: KeyCache[str] = KeyCache()
    cache.complete(needed(acquire(cache, now)).fetch, value)
    return cache


def test_one_caller_fetches_and_the_others_wait() -> None:
    cache: KeyCache[str] = KeyCache()
    fetch = needed(acquire(cache, 0)).fetch
    pending = acquire(cache, 1)
    assert isinstance(pending, FetchPending)
    assert pending.fetch is fetch
    keys = cache.complete(fetch, "a")
    assert fetch.outcome.result() is keys
    assert acquire(cache, FRESH - 1) is keys


def test_old_keys_are_used_by_others_while_one_fetches() -> None:
    cache = cache_with("a")
    step = needed(acquire(cache, FRESH))
    assert step.fallback is not None
    assert acquire(cache, FRESH) is step.fallback
    cache.fail(step.fetch, TransportError("no"), FRESH + 1)
    assert acquire(cache, FRESH + FETCH_INTERVAL - 1) is step.fallback
    assert needed(acquire(cache, FRESH + FETCH_INTERVAL)).fallback is step.fallback


def test_keys_are_not_used_for_too_long() -> None:
    assert needed(acquire(cache_with("a"), LONGEST_USE)).fallback is None


@given(st.lists(st.floats(0, FETCH_INTERVAL - 1), max_size=20))
def test_insufficient_keys_are_fetched_once_in_an_interval(times: list[float]) -> None:
    cache = cache_with("a")
    keys = acquire(cache, 0)
    assert isinstance(keys, FetchedKeys)
    assert all(acquire(cache, now, keys) is keys for now in times)
    step = needed(acquire(cache, FETCH_INTERVAL, keys))
    assert step.fallback is None
    newer = cache.complete(step.fetch, "b")
    assert acquire(cache, FETCH_INTERVAL, keys) is newer
    assert all(acquire(cache, FETCH_INTERVAL + now, newer) is newer for now in times)


def test_insufficient_keys_wait_for_a_fetch_in_flight() -> None:
    cache = cache_with("a")
    fetch = needed(acquire(cache, FRESH)).fetch
    keys = acquire(cache, FRESH)
    assert isinstance(keys, FetchedKeys)
    pending = acquire(cache, FRESH, keys)
    assert isinstance(pending, FetchPending)
    assert pending.fetch is fetch


def test_a_failure_without_keys_is_repeated_for_a_moment() -> None:
    cache: KeyCache[str] = KeyCache()
    error = TransportError("no")
    fetch = needed(acquire(cache, 0)).fetch
    cache.fail(fetch, error, 1)
    with pytest.raises(TransportError):
        fetch.outcome.result()
    assert acquire(cache, FAILURE_PAUSE) == FetchFailed(error)
    step = needed(acquire(cache, 1 + FAILURE_PAUSE))
    keys = cache.complete(step.fetch, "a")
    assert acquire(cache, 2 + FAILURE_PAUSE) is keys


def test_the_deadline_of_one_caller_is_not_that_of_others() -> None:
    cache: KeyCache[str] = KeyCache()
    cache.fail(needed(acquire(cache, 0)).fetch, DeadlineExceededError("late"), 1)
    assert isinstance(acquire(cache, 1), FetchNeeded)


def test_a_fetch_whose_owner_gave_up_is_taken_over() -> None:
    cache: KeyCache[str] = KeyCache()
    fetch = needed(acquire(cache, 0)).fetch
    cache.release(fetch)
    assert fetch.outcome.result() is None
    ended = needed(acquire(cache, 0, is_alive=False)).fetch
    timed_out = needed(acquire(cache, 0)).fetch
    assert timed_out is not ended
    assert needed(acquire(cache, 100)).fetch is not timed_out
    cache.complete(ended, "late")  # its owner was only slow
    assert isinstance(acquire(cache, 100), FetchedKeys)


def test_a_forked_process_has_the_keys_and_no_fetch() -> None:
    cache = cache_with("a")
    needed(acquire(cache, FRESH))
    cache._lock.acquire()
    cache.after_fork()
    assert needed(acquire(cache, FRESH + FETCH_INTERVAL)).fallback is not None


def test_each_issuer_has_its_own_keys() -> None:
    caches = KeyCaches()
    assert caches.get("issuer", "a") is caches.get("issuer", "a")
    assert caches.get("issuer", "a") is not caches.get("issuer", "b")
