"""Whether a failed call is retried, and after which delay. Does no I/O."""

from collections.abc import Callable

from .._protocol.response import BUSY
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
SERVICE_UNAVAILABLE = 503


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
        # The exponent is limited, so that the power never exceeds what a float can hold.
        delay = min(FIRST_DELAY * 2 ** min(retries, 16), LONGEST_DELAY) * (1 - JITTER * random())
    elif retry_after <= LONGEST_RETRY_AFTER:
        delay = retry_after
    else:
        return None
    return delay if time_left is None or delay < time_left else None


def _is_transient(failure: AuthingError) -> bool:
    """Whether a retry may succeed."""
    if isinstance(failure, APIError):
        return (
            isinstance(failure, RateLimitError)
            or failure.code == BUSY
            or failure.http_status in RETRIED_STATUSES
        )
    if isinstance(failure, InvalidResponseError):
        # The same response would come again.
        is_permanent = _is_redirect(failure.http_status)
        return not is_permanent and not isinstance(failure, ResponseTooLargeError)
    return isinstance(failure, TransportError)


def _is_redirect(status: int | None) -> bool:
    return status is not None and 300 <= status < 400


def _is_safe_to_resend(failure: AuthingError) -> bool:
    """Whether the server certainly did not act, and a retry may succeed."""
    if isinstance(failure, APIError):
        rejected = isinstance(failure, RateLimitError) or failure.http_status == SERVICE_UNAVAILABLE
        return rejected and failure.retry_after is not None
    return isinstance(failure, TransportError) and not failure.maybe_sent
