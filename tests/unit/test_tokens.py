"""Which token is used, and who fetches the next one."""

import pytest
from hypothesis import given, strategies as st

from authing_users import InvalidResponseError, ServerError
from authing_users._policy.tokens import (
    EXPIRY_MARGIN,
    REFRESH_AHEAD,
    REFRESH_PAUSE,
    RefreshNeeded,
    RefreshPending,
    Token,
    TokenCache,
    received_token,
)
from authing_users._runtime.secret import Secret

FIFTEEN_DAYS = 1_296_000
ISSUED = 1_700_000_000


def always() -> bool:
    return True


def token(value: str, asked_at: float, lifetime: int = FIFTEEN_DAYS) -> Token:
    return received_token(Secret(value), ISSUED, ISSUED + lifetime, asked_at)


def cache_with(held: Token, now: float = 0.0) -> TokenCache:
    cache = TokenCache()
    acquired = cache.acquire(now, always)
    assert isinstance(acquired, RefreshNeeded)
    cache.complete(acquired.refresh, held)
    return cache


@given(lifetime=st.integers(1, 10**8), asked_at=st.floats(0, 1e9))
def test_a_token_is_refreshed_before_it_is_given_up_before_it_expires(
    lifetime: int, asked_at: float
) -> None:
    received = token("t", asked_at, lifetime)
    assert asked_at < received.refresh_at < received.expires_at < asked_at + lifetime


def test_a_long_lived_token_is_refreshed_an_hour_ahead() -> None:
    received = token("t", 100.0)
    assert received.refresh_at == 100.0 + FIFTEEN_DAYS - REFRESH_AHEAD
    assert received.expires_at == 100.0 + FIFTEEN_DAYS - EXPIRY_MARGIN


@pytest.mark.parametrize(("iat", "exp"), [(None, None), (ISSUED, None), (None, ISSUED)])
def test_a_token_of_unknown_lifetime_is_used_for_a_while(iat: int | None, exp: int | None) -> None:
    received = received_token(Secret("t"), iat, exp, 0.0)
    assert 0 < received.refresh_at < received.expires_at


@pytest.mark.parametrize("value", [None, "", "line\nbreak", "ümlaut"])
def test_a_token_that_fits_no_header_is_no_token(value: str | None) -> None:
    with pytest.raises(InvalidResponseError):
        received_token(None if value is None else Secret(value), ISSUED, ISSUED + 60, 0.0)


def test_a_token_that_is_over_when_it_is_issued_is_an_error() -> None:
    with pytest.raises(InvalidResponseError, match="expired"):
        received_token(Secret("t"), ISSUED, ISSUED, 0.0)


def test_one_leads_and_the_others_wait() -> None:
    cache = TokenCache()
    first, second = cache.acquire(0.0, always), cache.acquire(0.0, always)
    assert isinstance(first, RefreshNeeded)
    assert isinstance(second, RefreshPending)
    fetched = token("t", 0.0)
    cache.complete(first.refresh, fetched)
    assert second.refresh.outcome.result(timeout=0) is fetched
    assert cache.acquire(1.0, always) is fetched


def test_a_failing_leader_releases_the_others_with_its_error() -> None:
    cache = TokenCache()
    first, second = cache.acquire(0.0, always), cache.acquire(0.0, always)
    assert isinstance(first, RefreshNeeded)
    assert isinstance(second, RefreshPending)
    error = ServerError("busy")
    assert cache.fail(first.refresh, error, 0.0) is None
    assert second.refresh.outcome.exception(timeout=0) is error
    assert isinstance(cache.acquire(0.0, always), RefreshNeeded)


def test_when_the_leader_is_cancelled_another_takes_over() -> None:
    cache = TokenCache()
    first, second = cache.acquire(0.0, always), cache.acquire(0.0, always)
    assert isinstance(first, RefreshNeeded)
    assert isinstance(second, RefreshPending)
    cache.release(first.refresh, 0.0)
    assert second.refresh.outcome.result(timeout=0) is None
    assert isinstance(cache.acquire(0.0, always), RefreshNeeded)


def test_a_waiter_that_is_cancelled_does_not_cancel_the_flight() -> None:
    cache = TokenCache()
    first, second = cache.acquire(0.0, always), cache.acquire(0.0, always)
    assert isinstance(first, RefreshNeeded)
    assert isinstance(second, RefreshPending)
    assert second.refresh.outcome.cancel() is False
    cache.complete(first.refresh, token("t", 0.0))


def test_while_one_refreshes_an_ageing_token_the_others_go_on_with_it() -> None:
    held = token("old", 0.0)
    cache = cache_with(held)
    first = cache.acquire(held.refresh_at, always)
    assert isinstance(first, RefreshNeeded)
    assert cache.acquire(held.refresh_at, always) is held
    fetched = token("new", held.refresh_at)
    cache.complete(first.refresh, fetched)
    assert cache.acquire(held.refresh_at, always) is fetched


def test_a_failed_refresh_of_an_ageing_token_is_tried_again_later() -> None:
    held = token("old", 0.0)
    cache = cache_with(held)
    first = cache.acquire(held.refresh_at, always)
    assert isinstance(first, RefreshNeeded)
    assert cache.fail(first.refresh, ServerError("busy"), held.refresh_at) is held
    assert cache.acquire(held.refresh_at + REFRESH_PAUSE - 1, always) is held
    assert isinstance(cache.acquire(held.refresh_at + REFRESH_PAUSE, always), RefreshNeeded)


def test_an_abandoned_refresh_of_an_ageing_token_is_tried_again_later() -> None:
    held = token("old", 0.0)
    cache = cache_with(held)
    first = cache.acquire(held.refresh_at, always)
    assert isinstance(first, RefreshNeeded)
    cache.release(first.refresh, held.refresh_at)
    assert cache.acquire(held.refresh_at + REFRESH_PAUSE - 1, always) is held
    assert isinstance(cache.acquire(held.refresh_at + REFRESH_PAUSE, always), RefreshNeeded)


def test_an_expired_token_is_not_used() -> None:
    held = token("old", 0.0)
    cache = cache_with(held)
    assert isinstance(cache.acquire(held.expires_at, always), RefreshNeeded)
    assert isinstance(cache.acquire(held.expires_at, always), RefreshPending)


def test_a_refused_token_is_forgotten_unless_it_was_replaced() -> None:
    refused, newer = token("refused", 0.0), token("newer", 0.0)
    cache = cache_with(refused)
    cache.discard(refused)
    first = cache.acquire(0.0, always)
    assert isinstance(first, RefreshNeeded)
    cache.complete(first.refresh, newer)
    cache.discard(refused)
    assert cache.acquire(0.0, always) is newer


def test_a_failed_refresh_does_not_bring_a_refused_token_back() -> None:
    held = token("old", 0.0)
    cache = cache_with(held)
    first = cache.acquire(held.refresh_at, always)
    assert isinstance(first, RefreshNeeded)
    cache.discard(held)
    assert cache.fail(first.refresh, ServerError("busy"), held.refresh_at) is None


def test_a_flight_whose_leader_is_gone_is_taken_over() -> None:
    cache = TokenCache()
    gone = cache.acquire(0.0, lambda: False)
    assert isinstance(gone, RefreshNeeded)
    again = cache.acquire(0.0, always)
    assert isinstance(again, RefreshNeeded)
    assert again.refresh is not gone.refresh
    cache.complete(again.refresh, token("t", 0.0))
    cache.release(gone.refresh, 0.0)
    assert isinstance(cache.acquire(0.0, always), Token)
