"""Results as plain data, in which what must differ between two equal scenes has a name."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, cast

from pydantic import BaseModel

_ID = re.compile(r"\b[0-9a-f]{24}\b")
_REQUEST_ID = re.compile(r"[0-9a-f]{32}")
_TOKEN = re.compile(r"\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*")
_CIPHERTEXT = re.compile(r"[A-Za-z0-9+/]{171}=")  # RSA with 1024 bits: 128 bytes
_LONGEST = timedelta(days=30)
_SLACK = timedelta(seconds=60)  # how long a call may take, and longer


def plain(value: Any) -> Any:
    """Turn a result into dicts by GraphQL name, lists, and what JSON has, besides ``datetime``."""
    if isinstance(value, BaseModel):
        return plain(value.model_dump(by_alias=True))
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        mapping = cast("Mapping[object, object]", value)
        return {plain(key): plain(item) for key, item in mapping.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in cast("list[object]", value)]
    return value


def namer(names: Mapping[str, str], began: datetime) -> Callable[[Any], Any]:
    """Build the function that names what must differ between two equal scenes.

    - An id (also within a resource name) or a token that the scene knows has the scene's name;
      any other id is ``<new>``, any other token ``<token>``. An id of a request is
      ``<request id>``.
    - A time within a minute of the beginning of the scene, or of as many whole days later, is
      ``<now>`` or ``<now + 15 days>``: as ISO 8601 text, in Unix seconds or in milliseconds.
      Other times were given by the caller: they stay, as text in UTC.
    - An encrypted password is ``<ciphertext>``.

    Args:
        names: The scene's names, by id or token.
        began: When the scene began.
    """

    def name(value: Any) -> Any:
        if isinstance(value, dict):
            mapping = cast("dict[object, object]", value)
            return {name(key): name(item) for key, item in mapping.items()}
        if isinstance(value, list):
            items = cast("list[object]", value)
            return [name(item) for item in items]
        if isinstance(value, str):
            return _name_text(value)
        if isinstance(value, int) and value > 10**9:
            moment = datetime.fromtimestamp(value / (1000 if value > 10**12 else 1), UTC)
            return _name_time(moment) or value
        return value

    def _name_text(text: str) -> str:
        if _CIPHERTEXT.fullmatch(text):
            return "<ciphertext>"
        if _REQUEST_ID.fullmatch(text):
            return "<request id>"
        text = _TOKEN.sub(lambda found: names.get(found[0], "<token>"), text)
        text = _ID.sub(lambda found: names.get(found[0], "<new>"), text)
        if _TIME.fullmatch(text):
            moment = datetime.fromisoformat(text)
            return _name_time(moment) or moment.astimezone(UTC).isoformat()
        return text

    def _name_time(moment: datetime) -> str | None:
        age = moment - began if moment.tzinfo else moment.replace(tzinfo=UTC) - began
        days = round(age / timedelta(days=1))
        if not 0 <= days <= _LONGEST.days or abs(age - timedelta(days=days)) > _SLACK:
            return None
        return f"<now + {days} days>" if days else "<now>"

    return name
