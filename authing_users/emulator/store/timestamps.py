"""Timestamps in the formats of the API."""

import re
from datetime import UTC, datetime, timedelta, timezone

from ..errors import ApiError, ErrorCode

_POOL_ZONE = timezone(timedelta(hours=8))
_ISO_8601 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?",
)


def local_timestamp(now: float) -> str:
    """Format Unix seconds as users and groups do: whole seconds at UTC+8."""
    return datetime.fromtimestamp(int(now), _POOL_ZONE).isoformat()


def utc_timestamp(now: float) -> str:
    """Format Unix seconds as roles do: milliseconds at UTC, with a ``Z``."""
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def normalize_time(text: str, field: str) -> str:
    """Convert a time to UTC+8. Keep the fraction of a second if it has one.

    Args:
        text: ISO 8601 date and time; UTC+8 if it has no time zone.
        field: Name of the field, for error messages.

    Raises:
        ApiError: The text is not an ISO 8601 date and time.
    """
    try:
        if not _ISO_8601.fullmatch(text):
            raise ValueError(text)
        time = datetime.fromisoformat(text)
        if time.tzinfo is None:
            time = time.replace(tzinfo=_POOL_ZONE)
        time = time.astimezone(_POOL_ZONE)
    except (ValueError, OverflowError):
        raise ApiError(ErrorCode.INVALID_PARAMETER, field) from None
    milliseconds = bool(time.microsecond) and time.microsecond % 1000 == 0
    return time.isoformat(timespec="milliseconds" if milliseconds else "auto")


def unix_seconds(text: str) -> float:
    """Parse the result of ``normalize_time`` or ``local_timestamp`` to Unix seconds."""
    return datetime.fromisoformat(text).timestamp()
