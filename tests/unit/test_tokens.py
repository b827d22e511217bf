"""The token cache: which token is used, and which caller fetches the next one."""

from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st

from authing_users import (
    AuthenticationError,
    AuthingError,
    DeadlineExceededError,
    InvalidResponseError,
    ServerError,
    TransportTimeoutError,
)
from authing_users._policy.tokens import (
    EXPIRY_MARGIN,
    REFRESH_AHEAD,
    REFRESH_PAUSE,
    RefreshNeeded,
    RefreshPending,
    Token,
    TokenCache,
    longest_refresh,
    received_token,
)
from authing_users._runtime.secret import Secret
from authing_users.options import RequestOptions

FIFTEEN_DAYS = 1_296_000
ISSUED = 1_700_000_000
DEFAULTS = RequestOptions()


def always() -> bool:
    return True


def token(value: str, requested_at: float, lifetime: int = FIFTEEN_DAYS) -> Token:
    return received_token(Secret(value), ISSUED, ISSUED + lifetime, requested_at)


def acquire(
    cache: TokenCache,
    now: float,
    owner_is_alive: Callable[[], bool] = always,
    options: RequestOptions = DEFAULTS,
) -> Token | RefreshPending | RefreshNeeded:
    return cache.acquire(now, owner_is_alive, options)


def cache_with(current: Token, now: float = 0.0) -> TokenCache:
    cache = TokenCache()
    acquired = acquire(cache, now)
    assert isinstance(acquired, RefreshNeeded)
    cache.complete(acquired.refresh, current)
    return cache


@given(lifetime=st.integers(1, 10**8), requested_at=st.floats(0, 1e9))
def test_a_token_is_refreshed_before_its_use_ends_before_it_expires(
    lifetime: int, requested_at: float
) -> None:
    received = token("t", requested_at, lifetime)
    assert requested_at < received.refresh_at < received.expires_at < requested_at + lifetime


def test_a_long_lived_token_is_refreshed_an_hour_before_expiry() -> None:
    received = token("t", 100.0)
    assert received.refresh_at == 100.0 + FIFTEEN_DAYS - REFRESH_AHEAD
    assert received.expires_at == 100.0 + FIFTEEN_DAYS - EXPIRY_MARGIN


@pytest.mark.parametrize(("iat", "exp"), [(None, None), (ISSUED, None), (None, ISSUED)])
def test_a_token_of_unknown_lifetime_gets_a_default_lifetime(
    iat: int | None, exp: int | None
) -> None:
    received = received_token(Secret("t"), iat, exp, 0.0)
    assert 0 < received.refresh_at < received.expires_at


@pytest.mark.parametrize("value", [None, "", "line\nbreak", "ümlaut"])
def test_a_token_that_cannot_be_sent_in_a_header_is_invalid(value: str | None) -> None:
    with pytest.raises(InvalidResponseError):
        received_token(None if value is None else Secret(value), ISSUED, ISSUED + 60, 0.0)


def test_a_token_that_is_expired_when_issued_is_invalid() -> None:
    with pytest.raises(InvalidResponseError, match="expired"):
        received_token(Secret("t"), ISSUED, ISSUED, 0.0)


def test_one_caller_refreshes_and_the_others_wait() -> None:
    cache = TokenCache()
    first, second = acquire(cache, 0.0), acquire(cache, 0.0)
    assert isinstance(first, RefreshNeeded)
    assert isinstance(second, RefreshPending)
    fetched = token("t", 0.0)
    cache.complete(first.refresh, fetched)
    assert second.refresh.outcome.result(timeout=0) is fetched
    assert acquire(cache, 1.0) is fetched


def test_a_failed_refresh_fails_waiting_callers_with_its_error() -> None:
    cache = TokenCache()
    first, second = acquire(cache, 0.0), acquire(cache, 0.0)
    assert isinstance(first, RefreshNeeded)
    assert isinstance(second, RefreshPending)
    error = ServerError("busy")
    assert cache.fail(first.refresh, error, 0.0) is None
    assert second.refresh.outcome.exception(timeout=0) is error
    assert isinstance(acquire(cache, 0.0), RefreshNeeded)


def test_after_a_cancelled_refresh_another_caller_refreshes() -> None:
    cache = TokenCache()
    first, second = acquire(cache, 0.0), acquire(cache, 0.0)
    assert isinstance(first, RefreshNeeded)
    assert isinstance(second, RefreshPending)
    cache.release(first.refresh, 0.0)
    assert second.refresh.outcome.result(timeout=0) is None
    assert isinstance(acquire(cache, 0.0), RefreshNeeded)


def test_a_cancelled_waiter_does_not_cancel_the_refresh() -> None:
    cache = TokenCache()
    first, second = acquire(cache, 0.0), acquire(cache, 0.0)
    assert isinstance(first, RefreshNeeded)
    assert isinstance(second, RefreshPending)
    assert second.refresh.outcome.cancel() is False
    cache.complete(first.refresh, token("t", 0.0))


def test_during_an_early_refresh_other_callers_use_the_old_token() -> None:
    current = token("old", 0.0)
    cache = cache_with(current)
    first = acquire(cache, current.refresh_at)
    assert isinstance(first, RefreshNeeded)
    assert acquire(cache, current.refresh_at) is current
    fetched = token("new", current.refresh_at)
    cache.complete(first.refresh, fetched)
    assert acquire(cache, current.refresh_at) is fetched


def test_a_failed_early_refresh_is_repeated_after_a_pause() -> None:
    current = token("old", 0.0)
    cache = cache_with(current)
    first = acquire(cache, current.refresh_at)
    assert isinstance(first, RefreshNeeded)
    assert cache.fail(first.refresh, ServerError("busy"), current.refresh_at) is current
    assert acquire(cache, current.refresh_at + REFRESH_PAUSE - 1) is current
    assert isinstance(acquire(cache, current.refresh_at + REFRESH_PAUSE), RefreshNeeded)


def test_a_failed_early_refresh_does_not_return_an_expired_token() -> None:
    current = token("old", 0.0)
    cache = cache_with(current)
    first = acquire(cache, current.refresh_at)
    assert isinstance(first, RefreshNeeded)
    assert cache.fail(first.refresh, ServerError("busy"), current.expires_at) is None


def test_a_refresh_lasts_longer_if_its_owner_has_to_wait() -> None:
    cache = TokenCache()
    first = acquire(cache, 0.0, options=RequestOptions(timeout=1.0, retries=0))
    assert isinstance(first, RefreshNeeded)
    first.refresh.extend(60.0)
    assert isinstance(acquire(cache, 61.9), RefreshPending)
    assert isinstance(acquire(cache, 62.0), RefreshNeeded)


@pytest.mark.parametrize("exp", [10**400, ISSUED + 10**12])
def test_any_expiry_is_read(exp: int) -> None:
    assert received_token(Secret("t"), ISSUED, exp, 0.0).expires_at > FIFTEEN_DAYS


def test_a_cancelled_early_refresh_is_repeated_after_a_pause() -> None:
    current = token("old", 0.0)
    cache = cache_with(current)
    first = acquire(cache, current.refresh_at)
    assert isinstance(first, RefreshNeeded)
    cache.release(first.refresh, current.refresh_at)
    assert acquire(cache, current.refresh_at + REFRESH_PAUSE - 1) is current
    assert isinstance(acquire(cache, current.refresh_at + REFRESH_PAUSE), RefreshNeeded)


def test_an_expired_token_is_not_used() -> None:
    current = token("old", 0.0)
    cache = cache_with(current)
    assert isinstance(acquire(cache, current.expires_at), RefreshNeeded)
    assert isinstance(acquire(cache, current.expires_at), RefreshPending)


def test_a_refresh_ends_with_the_last_timeout_of_its_owner() -> None:
    assert longest_refresh(DEFAULTS) == 61.5  # see docs/reliability.md
    options = RequestOptions(timeout=1.0, retries=0)
    cache = TokenCache()
    first = acquire(cache, 10.0, options=options)
    assert isinstance(first, RefreshNeeded)
    assert isinstance(acquire(cache, 11.9), RefreshPending)
    second = acquire(cache, 12.0)
    assert isinstance(second, RefreshNeeded)
    # The first owner may end it later: the others have not waited in vain.
    cache.complete(first.refresh, token("late", 12.0))
    assert isinstance(acquire(cache, 12.5), Token)


@pytest.mark.parametrize(
    ("error", "options", "time_left", "chance"),
    [
        (TransportTimeoutError("slow"), DEFAULTS, None, False),
        (TransportTimeoutError("slow"), RequestOptions(timeout=11.0), None, True),
        (ServerError("busy"), RequestOptions(retries=3), None, True),
        (ServerError("busy"), RequestOptions(retries=1, timeout=5.0), None, False),
        (AuthenticationError("no"), RequestOptions(retries=9, timeout=99.0), None, False),
        (DeadlineExceededError("late"), DEFAULTS, None, True),
        (DeadlineExceededError("late"), DEFAULTS, 1.9, False),
        (DeadlineExceededError("late"), DEFAULTS, 2.0, True),
        (DeadlineExceededError("late"), RequestOptions(timeout=99.0), 0.1, False),
    ],
)
def test_a_waiting_caller_takes_over_if_its_options_allow_more(
    error: AuthingError, options: RequestOptions, time_left: float | None, chance: bool
) -> None:
    cache = TokenCache()
    first = acquire(cache, 10.0)
    assert isinstance(first, RefreshNeeded)
    assert first.refresh.leaves_chance(error, options, time_left, 14.0) is chance


def test_a_token_is_fresh_until_its_refresh_is_due() -> None:
    assert TokenCache().fresh(0.0) is None
    current = token("t", 0.0)
    cache = cache_with(current)
    assert cache.fresh(current.refresh_at - 1) is current
    assert cache.fresh(current.refresh_at) is None


def test_discarding_a_rejected_token_keeps_a_newer_one() -> None:
    rejected, newer = token("rejected", 0.0), token("newer", 0.0)
    cache = cache_with(rejected)
    cache.discard(rejected)
    first = acquire(cache, 0.0)
    assert isinstance(first, RefreshNeeded)
    cache.complete(first.refresh, newer)
    cache.discard(rejected)
    assert acquire(cache, 0.0) is newer


def test_a_failed_refresh_does_not_restore_a_rejected_token() -> None:
    current = token("old", 0.0)
    cache = cache_with(current)
    first = acquire(cache, current.refresh_at)
    assert isinstance(first, RefreshNeeded)
    cache.discard(current)
    assert cache.fail(first.refresh, ServerError("busy"), current.refresh_at) is None


def test_a_refresh_whose_owner_is_gone_is_taken_over() -> None:
    cache = TokenCache()
    gone = acquire(cache, 0.0, lambda: False)
    assert isinstance(gone, RefreshNeeded)
    again = acquire(cache, 0.0)
    assert isinstance(again, RefreshNeeded)
    assert again.refresh is not gone.refresh
    cache.complete(again.refresh, token("t", 0.0))
    cache.release(gone.refresh, 0.0)
    assert isinstance(acquire(cache, 0.0), Token)
