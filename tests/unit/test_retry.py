"""The decision whether to retry a call, and after how long."""

import pytest
from hypothesis import given, strategies as st

from authing_users import (
    APIError,
    AuthenticationError,
    AuthingError,
    ConflictError,
    DeadlineExceededError,
    InvalidRequestError,
    InvalidResponseError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TransportError,
    TransportTimeoutError,
)
from authing_users._policy.retry import (
    FIRST_DELAY,
    JITTER,
    LONGEST_DELAY,
    LONGEST_RETRY_AFTER,
    retry_delay,
)
from authing_users.options import RequestOptions


def api_error(
    error_type: type[APIError],
    code: int | None,
    status: int,
    retry_after: float | None,
    maybe_executed: bool,
) -> AuthingError:
    return error_type(
        "rejected",
        code=code,
        http_status=status,
        retry_after=retry_after,
        maybe_executed=maybe_executed,
    )


def transport_error(error_type: type[TransportError], maybe_sent: bool) -> AuthingError:
    return error_type("no response", maybe_sent=maybe_sent)


API_ERRORS: list[type[APIError]] = [
    AuthenticationError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
]
STATUSES = [200, 400, 401, 404, 408, 409, 429, 500, 501, 502, 503, 504]
failures: st.SearchStrategy[AuthingError] = st.one_of(
    st.builds(
        api_error,
        st.sampled_from(API_ERRORS),
        st.sampled_from([None, 500, 1000, 2004, 2020]),
        st.sampled_from(STATUSES),
        st.none() | st.floats(0, 300) | st.floats(0, 1e6),
        st.booleans(),
    ),
    st.builds(
        transport_error,
        st.sampled_from([TransportError, TransportTimeoutError, DeadlineExceededError]),
        st.booleans(),
    ),
    st.builds(InvalidResponseError, st.just("broken")),
)
attempts = st.integers(0, 10) | st.integers(0, 10**6)
times_left = st.none() | st.floats(-10, 200)
random_numbers = st.floats(0, 1, exclude_max=True)


def delay(
    failure: AuthingError,
    attempt: int = 0,
    *,
    retries: int = 10**7,
    is_mutation: bool = False,
    retry_mutations: bool = False,
    time_left: float | None = None,
    random: float = 0.0,
) -> float | None:
    return retry_delay(
        failure,
        attempt,
        options=RequestOptions(retries=retries, retry_mutations=retry_mutations),
        is_mutation=is_mutation,
        time_left=time_left,
        random=lambda: random,
    )


@given(failure=failures, attempt=attempts, retries=attempts, is_mutation=st.booleans())
def test_retries_never_exceed_the_limit(
    failure: AuthingError, attempt: int, retries: int, is_mutation: bool
) -> None:
    seconds = delay(failure, attempt, retries=retries, is_mutation=is_mutation)
    assert seconds is None or attempt < retries


@given(failure=failures, attempt=attempts)
def test_a_mutation_of_unknown_outcome_is_never_retried(
    failure: AuthingError, attempt: int
) -> None:
    if delay(failure, attempt, is_mutation=True) is not None:
        if isinstance(failure, APIError):
            assert isinstance(failure, RateLimitError)
            assert not failure.maybe_executed
        else:
            assert isinstance(failure, TransportError)
            assert not failure.maybe_sent


@given(failure=failures, attempt=attempts, time_left=times_left, random=random_numbers)
def test_retry_mutations_treats_a_mutation_like_a_query(
    failure: AuthingError, attempt: int, time_left: float | None, random: float
) -> None:
    query = delay(failure, attempt, time_left=time_left, random=random)
    opted_in = delay(
        failure, attempt, is_mutation=True, retry_mutations=True, time_left=time_left, random=random
    )
    assert opted_in == query


@given(failure=failures, attempt=attempts, is_mutation=st.booleans(), random=random_numbers)
def test_a_delay_is_retry_after_or_within_the_backoff_bounds(
    failure: AuthingError, attempt: int, is_mutation: bool, random: float
) -> None:
    seconds = delay(failure, attempt, is_mutation=is_mutation, random=random)
    retry_after = failure.retry_after if isinstance(failure, APIError) else None
    if retry_after is not None and retry_after > LONGEST_RETRY_AFTER:
        assert seconds is None
    elif seconds is not None and retry_after is not None:
        assert seconds == retry_after
    elif seconds is not None:
        longest = LONGEST_DELAY if attempt >= 4 else FIRST_DELAY * 2**attempt
        assert longest * (1 - JITTER) <= seconds <= longest


@pytest.mark.parametrize(("retry_after", "expected"), [(0.0, 0.0), (120.0, 120.0), (120.1, None)])
def test_retry_after_is_respected_up_to_two_minutes(
    retry_after: float, expected: float | None
) -> None:
    for maybe_executed, is_mutation in ((True, False), (False, True)):
        failure = RateLimitError("slower", retry_after=retry_after, maybe_executed=maybe_executed)
        assert delay(failure, is_mutation=is_mutation) == expected


@given(failure=failures, attempt=attempts, is_mutation=st.booleans(), time_left=st.floats(-10, 200))
def test_no_delay_reaches_the_deadline(
    failure: AuthingError, attempt: int, is_mutation: bool, time_left: float
) -> None:
    seconds = delay(failure, attempt, is_mutation=is_mutation, time_left=time_left)
    assert seconds is None or seconds < time_left
    without_deadline = delay(failure, attempt, is_mutation=is_mutation)
    assert seconds in (None, without_deadline)
    if without_deadline is not None and without_deadline < time_left:
        assert seconds == without_deadline


@given(
    failure=failures,
    attempt=attempts,
    retries=attempts,
    is_mutation=st.booleans(),
    time_left=times_left,
    random=random_numbers,
)
def test_delays_never_shrink_and_never_resume_after_the_last_retry(
    failure: AuthingError,
    attempt: int,
    retries: int,
    is_mutation: bool,
    time_left: float | None,
    random: float,
) -> None:
    def nth_delay(number: int) -> float | None:
        return delay(
            failure,
            number,
            retries=retries,
            is_mutation=is_mutation,
            time_left=time_left,
            random=random,
        )

    earlier, later = nth_delay(attempt), nth_delay(attempt + 1)
    assert later is None or (earlier is not None and earlier <= later)


@given(attempt=attempts, random=random_numbers, other=random_numbers)
def test_jitter_only_shortens_a_delay(attempt: int, random: float, other: float) -> None:
    lower, higher = sorted([random, other])
    longer = delay(ServerError("busy", code=1000), attempt, random=lower)
    shorter = delay(ServerError("busy", code=1000), attempt, random=higher)
    assert longer is not None
    assert shorter is not None
    assert shorter <= longer


@pytest.mark.parametrize(
    ("failure", "is_retried"),
    [
        *[(ServerError("", http_status=status), True) for status in (500, 502, 503, 504)],
        (InvalidRequestError("", http_status=408), True),
        (RateLimitError("", http_status=429), True),
        (RateLimitError("", http_status=200, code=2100), True),
        (ServerError("", http_status=200, code=1000), True),
        (TransportError(""), True),
        (InvalidResponseError("", http_status=200), True),
        (ServerError("", http_status=501), False),
        (ServerError("", http_status=200, code=500), False),
        (NotFoundError("", http_status=200, code=2004), False),
        (AuthenticationError("", http_status=401), False),
        (ConflictError("", http_status=409), False),
    ],
)
def test_a_query_is_retried_on_transient_errors_only(
    failure: AuthingError, is_retried: bool
) -> None:
    assert (delay(failure) is not None) is is_retried
