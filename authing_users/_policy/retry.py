"""Whether a failed call is retried, and after which delay. Does no I/O."""

from collections.abc import Callable

from .._protocol.error_codes import BUSY
from ..errors import (
    APIError,
    AuthingError,
    DeadlineExceededError,
    InvalidResponseError,
    RateLimitError,
    ResponseTooLargeError,
    TransportError,
)
from ..options import RequestOptions

# Seconds. The delay doubles with each retry, up to the longest.
FIRST_DELAY = 0.5
LONGEST_DELAY = 8.0
# The part of a delay that is random, so that many callers do not retry at the same time.
JITTER = 0.25
# Longer waits that a server asks for are not obeyed: the call fails at once.
LONGEST_RETRY_AFTER = 120.0

RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
RETRIED_CODES = frozenset({BUSY, 502, 503, 504})


def retry_delay(
    failure: AuthingError,
    retries: int,
    *,
    options: RequestOptions,
    is_mutation: bool,
    time_left: float | None,
    random: Callable[[], float],
) -> float | None:
    """Decide whether to retry a failed call.

    Args:
        failure: Why it failed.
        retries: How often it has been retried so far.
        options: The options of the call.
        is_mutation: Whether executing it twice could do harm.
        time_left: Seconds until the deadline, or ``None``.
        random: Returns a random number from 0 up to 1.

    Returns:
        Seconds to wait before the retry, or ``None`` if there is none.
    """
    if retries >= options.retries or isinstance(failure, DeadlineExceededError):
        return None
    only_if_safe = is_mutation and not options.retry_mutations
    if not (_is_safe_to_resend(failure) if only_if_safe else _is_transient(failure)):
        return None
    retry_after = failure.retry_after if isinstance(failure, APIError) else None
    if retry_after is None:
        delay = _longest_delay(retries) * (1 - JITTER * random())
    elif retry_after <= LONGEST_RETRY_AFTER:
        delay = retry_after
    else:
        return None
    return delay if time_left is None or delay < time_left else None


def longest_delays(retries: int) -> float:
    """Return the longest total of the delays of a call, in seconds, without ``Retry-After``."""
    growing = min(retries, 8)
    return sum(map(_longest_delay, range(growing))) + (retries - growing) * LONGEST_DELAY


def _longest_delay(retries: int) -> float:
    # The exponent is limited, so that the power never exceeds what a float can hold.
    return min(FIRST_DELAY * 2.0 ** min(retries, 16), LONGEST_DELAY)


def _is_transient(failure: AuthingError) -> bool:
    """Whether a retry may succeed."""
    if isinstance(failure, APIError):
        return (
            isinstance(failure, RateLimitError)
            or failure.code in RETRIED_CODES
            or failure.http_status in RETRIED_STATUSES
        )
    if isinstance(failure, InvalidResponseError):
        # A redirect, or a server that does not know the path: the same would come again.
        is_permanent = failure.http_status is not None and 300 <= failure.http_status < 500
        return not is_permanent and not isinstance(failure, ResponseTooLargeError)
    return isinstance(failure, TransportError)


def _is_safe_to_resend(failure: AuthingError) -> bool:
    """Whether the server certainly did not act, and a retry may succeed.

    The HTTP status and ``Retry-After`` prove nothing: proxies send both after they have passed the
    request on.
    """
    if isinstance(failure, APIError):
        return isinstance(failure, RateLimitError) and not failure.maybe_executed
    return isinstance(failure, TransportError) and not failure.maybe_sent
