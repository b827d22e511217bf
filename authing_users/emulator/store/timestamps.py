"""Points in time as the API writes them."""

import re
from datetime import UTC, datetime, timedelta, timezone

from ..errors import ApiError, ErrorCode

_POOL_ZONE = timezone(timedelta(hours=8))
_ISO_8601 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?",
)


def user_time(now: float) -> str:
    """Unix seconds as users and groups show them: whole seconds at UTC+8."""
    return datetime.fromtimestamp(int(now), _POOL_ZONE).isoformat()


def role_time(now: float) -> str:
    """Unix seconds as roles show them: milliseconds at UTC, with a ``Z``."""
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def normalised(text: str, field: str) -> str:
    """The same instant in the pool's zone, with a fraction only where there was one.

    Args:
        text: ISO 8601 date and time; without a zone it is taken as UTC+8.
        field: Name of the field, for the refusal.

    Raises:
        ApiError: The text is no ISO 8601 date and time.
    """
    try:
        if not _ISO_8601.fullmatch(text):
            raise ValueError(text)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=_POOL_ZONE)
        moment = moment.astimezone(_POOL_ZONE)
    except (ValueError, OverflowError):
        raise ApiError(ErrorCode.INCOMPLETE, field) from None
    milliseconds = bool(moment.microsecond) and moment.microsecond % 1000 == 0
    return moment.isoformat(timespec="milliseconds" if milliseconds else "auto")


def unix_seconds(text: str) -> float:
    """Unix seconds of a text that ``normalised`` or ``user_time`` wrote."""
    return datetime.fromisoformat(text).timestamp()
