"""Decisions about users who exist, and about requests whose outcome is unknown. Does no I/O."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast, get_args

from authing_graphql import User

from .._plans.comparison import NOT_WRITABLE, changes_of, normalized, state_of
from .._policy.retry import retry_delay
from .._runtime.clock import CLOCK, is_cancelled
from .._user_record import Record
from ..bulk import BulkKey
from ..errors import (
    APIError,
    AuthingError,
    ConflictError,
    InvalidResponseError,
    PartialFailureError,
    RateLimitError,
    ServerError,
    TransportError,
)
from ..options import RequestOptions
from .items import Done, failed

KEYS: tuple[BulkKey, ...] = get_args(BulkKey)
"""The fields that identify a user, those that change least first."""
OF_PROXIES = frozenset({408, 429, 502, 503, 504})
"""The statuses of responses that proxies send, too."""


def key_of(fields: Mapping[str, object], key: BulkKey | None) -> tuple[BulkKey, str] | None:
    """Return the field by which a user is looked up, and its value.

    Args:
        fields: The fields of the user, by the API's names.
        key: The field that the caller chose. Default: the first of ``KEYS`` that has a value.
    """
    for name in KEYS if key is None else (key,):
        value = fields.get(name)
        if isinstance(value, str) and value.strip():
            return name, value
    return None


def identifiers_of(fields: Mapping[str, object]) -> tuple[str, ...]:
    """Return what no two users have in common, such as ``email=ada@example.com``."""
    values = ((name, normalized(name, fields.get(name))) for name in KEYS)
    return tuple(f"{name}={value}" for name, value in values if value)


def may_have_been_executed(error: AuthingError) -> bool:
    """Return whether a mutation that failed may have been executed."""
    if isinstance(error, APIError):
        # Other errors of the API are its decision not to execute the request.
        has_crashed = any(500 <= (code or 0) < 600 for code in (error.code, error.http_status))
        is_failure = has_crashed or isinstance(error, ServerError | RateLimitError)
        return error.maybe_executed and is_failure
    if isinstance(error, TransportError):
        return error.maybe_sent
    return isinstance(error, InvalidResponseError)


def cause_of(error: AuthingError) -> AuthingError:
    """Return the error of the request that failed."""
    return error.error if isinstance(error, PartialFailureError) else error


def resend_delay(
    error: AuthingError, resent: int, options: RequestOptions, random: Callable[[], float]
) -> float | None:
    """Return the seconds until a mutation is sent again, or ``None`` to give up.

    Args:
        error: Why it failed.
        resent: How often it was sent again so far.
        options: The options of the client, which limit the retries.
        random: Returns a random number from 0 up to 1.
    """
    options = replace(options, retry_mutations=True)
    return retry_delay(
        cause_of(error), resent, options=options, is_mutation=True, time_left=None, random=random
    )


def next_delay(error: AuthingError, resent: int, options: RequestOptions) -> float | None:
    """Return the ``resend_delay`` of the current call, or ``None`` if the call is cancelled."""
    return None if is_cancelled() else resend_delay(error, resent, options, CLOCK.random)


def is_created_from(user: User, record: Record) -> bool:
    """Return whether a user has all fields that the creation from a record sets.

    Passwords cannot be compared.
    """
    given = {
        name: value
        for name, value in record.fields.items()
        if value is not None and name not in record.later and name not in NOT_WRITABLE
    }
    return not changes_of(Record(record.index, given), state_of(user)).fields


def has_defaults_to_clear(record: Record, user: User) -> bool:
    """Return whether a new user got values of the server where the record has ``None``."""
    return any(
        value is None and user.get(name) not in (None, False)
        for name, value in record.fields.items()
        if name not in NOT_WRITABLE
    )


def is_conflict(done: Done) -> bool:
    """Return whether a user was not created because of another user."""
    return done.outcome == "failed" and isinstance(done.error, ConflictError)


def as_created(done: Done, user_id: str) -> Done:
    """Return the outcome of a creation after the new user was brought to the record."""
    if done.error is None:
        return Done("created", user_id)
    return failed(half_done(done.error, user_id, "created", "CreateUser"), user_id)


def as_updated(done: Done, user_id: str) -> Done:
    """Return the outcome of an update whose fields were set, after the rest was changed."""
    if done.error is None:
        return Done("updated", user_id)
    return failed(half_done(done.error, user_id, "updated", "UpdateUser"), user_id)


def half_done(
    error: AuthingError, user_id: str, change: str, completed: str
) -> PartialFailureError:
    """Return the error of a change that was executed in part.

    Args:
        error: Why the rest was not executed.
        user_id: ID of the user.
        change: The participle of the change.
        completed: Name of the operation that succeeded.
    """
    return PartialFailureError(
        f"User {user_id} was {change}, but not completely",
        user_id=user_id,
        completed=completed,
        error=cause_of(error),
    )


def undecided(error: AuthingError) -> Done:
    """Return the outcome of a mutation that failed and left no trace in the pool.

    If the server responded, it is done with the request. Otherwise, it may still process it:
    proxies give up on slow servers with a response of their own.
    """
    cause = cause_of(error)
    if isinstance(cause, APIError):
        has_responded = cause.code is not None or cause.http_status not in OF_PROXIES
    else:
        has_responded = isinstance(cause, InvalidResponseError) and cause.http_status is not None
    if has_responded or not may_have_been_executed(cause):
        return failed(error)
    return Done("unknown", None, error)


def missing_key_message(fields: Mapping[str, object], key: BulkKey, index: int) -> str:
    """Return the message about an item without the field by which users are recognized."""
    state = "is empty" if cast("Any", fields.get(key)) is not None else "is missing"
    return f"users[{index}].{key} {state}: it is the key by which users are recognized"
