"""Convert results to plain data and replace values that differ from run to run."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, cast

from pydantic import BaseModel

_ID = re.compile(r"\b[0-9a-f]{24}\b")
_REQUEST_ID = re.compile(r"[0-9a-f]{32}")
_TOKEN = re.compile(r"\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*")
_CIPHERTEXT = re.compile(r"[A-Za-z0-9+/]{171}=")  # Base64 of 128 bytes, for RSA-1024
_MAX_AGE = timedelta(days=30)
_TOLERANCE = timedelta(seconds=60)  # far longer than a call takes


def to_plain_data(value: Any) -> Any:
    """Convert models, enums, mappings and tuples to the types of JSON.

    Models become dicts by GraphQL name. `datetime` values are kept.
    """
    if isinstance(value, BaseModel):
        return to_plain_data(value.model_dump(by_alias=True))
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        mapping = cast("Mapping[object, object]", value)
        return {to_plain_data(key): to_plain_data(item) for key, item in mapping.items()}
    if isinstance(value, list | tuple):
        return [to_plain_data(item) for item in cast("list[object]", value)]
    return value


def normalizer(placeholders: Mapping[str, str], started_at: datetime) -> Callable[[Any], Any]:
    """Return a function that replaces values that differ between two equally seeded pools.

    - Known IDs and tokens become their placeholder, also within a resource name. Other IDs become
      ``<new>``, other tokens ``<token>``, and request IDs ``<request id>``.
    - Times near `started_at` become ``<now>``. Times a whole number of days later, up to 30 days,
      become, for example, ``<now + 15 days>``. ISO 8601 strings, Unix seconds and Unix
      milliseconds are recognized. Other times come from the caller: ISO 8601 strings with an offset
      are converted to UTC, others and numbers are kept.
    - Encrypted passwords become ``<ciphertext>``.

    Args:
        placeholders: Placeholders of the pool, by ID or token.
        started_at: Time at which the pool was seeded.
    """

    def normalize(value: Any) -> Any:
        if isinstance(value, dict):
            mapping = cast("dict[object, object]", value)
            return {normalize(key): normalize(item) for key, item in mapping.items()}
        if isinstance(value, list):
            items = cast("list[object]", value)
            return [normalize(item) for item in items]
        if isinstance(value, str):
            return normalize_string(value)
        if isinstance(value, int) and value > 10**9:
            seconds = value / 1000 if value > 10**12 else value
            return relative_time(datetime.fromtimestamp(seconds, UTC)) or value
        return value

    def normalize_string(text: str) -> str:
        if _CIPHERTEXT.fullmatch(text):
            return "<ciphertext>"
        if _REQUEST_ID.fullmatch(text):
            return "<request id>"
        text = _TOKEN.sub(lambda match: placeholders.get(match[0], "<token>"), text)
        text = _ID.sub(lambda match: placeholders.get(match[0], "<new>"), text)
        if _TIMESTAMP.fullmatch(text):
            instant = datetime.fromisoformat(text)
            in_utc = instant.astimezone(UTC).isoformat() if instant.tzinfo else text
            return relative_time(instant) or in_utc
        return text

    def relative_time(instant: datetime) -> str | None:
        age = (instant if instant.tzinfo else instant.replace(tzinfo=UTC)) - started_at
        days = round(age / timedelta(days=1))
        if not 0 <= days <= _MAX_AGE.days or abs(age - timedelta(days=days)) > _TOLERANCE:
            return None
        return f"<now + {days} days>" if days else "<now>"

    return normalize
