"""Whether a call that failed is tried again, and when. Does no I/O."""

from collections.abc import Callable

from .._config import RequestOptions
from .._protocol.response import BUSY
from ..errors import APIError, AuthingError, InvalidResponseError, RateLimitError, TransportError

# Seconds; the wait doubles from the first to the longest.
FIRST_WAIT = 0.5
LONGEST_WAIT = 8.0
# At most this part of a wait is left to chance, so that many callers do not come back at once.
JITTER = 0.25
# A server that asks for more seconds than that is not waited for.
LONGEST_RETRY_AFTER = 120.0

RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
SERVICE_UNAVAILABLE = 503


def retry_delay(
    failure: AuthingError,
    attempt: int,
    *,
    settings: RequestOptions,
    is_mutation: bool,
    time_left: float | None,
    random: Callable[[], float],
) -> float | None:
    """Decide about a call that failed.

    Args:
        failure: How it failed.
        attempt: How often the call was tried again so far: 0 after the first failure.
        settings: The caller's settings.
        changes: Whether the call changes something, so that doing it twice would do harm.
        time_left: Seconds until the deadline of the call, or ``None``.
        random: Returns a random number from 0 up to 1.

    Returns:
        Seconds to wait before the next try, or ``None`` when there is none.
    """
    if attempt >= settings.retries:
        return None
    again = _is_safe_to_resend if is_mutation and not settings.retry_mutations else _is_transient
    if not again(failure):
        return None
    asked = failure.retry_after if isinstance(failure, APIError) else None
    if asked is None:
        # The exponent has a limit, so that no number of tries is too large for a float.
        wait = min(FIRST_WAIT * 2 ** min(attempt, 16), LONGEST_WAIT) * (1 - JITTER * random())
    elif asked <= LONGEST_RETRY_AFTER:
        wait = asked
    else:
        return None
    return wait if time_left is None or wait < time_left else None


def _is_transient(failure: AuthingError) -> bool:
    """Whether the next try may go well."""
    if isinstance(failure, APIError):
        return (
            isinstance(failure, RateLimitError)
            or failure.code == BUSY
            or failure.http_status in RETRIED_STATUSES
        )
    if isinstance(failure, InvalidResponseError):
        return not _is_redirect(failure.http_status)  # it would lead elsewhere again
    return isinstance(failure, TransportError)


def _is_redirect(status: int | None) -> bool:
    return status is not None and 300 <= status < 400


def _is_safe_to_resend(failure: AuthingError) -> bool:
    """Whether the server certainly did not act, and the next try may go well."""
    if isinstance(failure, APIError):
        refused = isinstance(failure, RateLimitError) or failure.http_status == SERVICE_UNAVAILABLE
        return refused and failure.retry_after is not None
    return isinstance(failure, TransportError) and not failure.maybe_sent
