"""Convert values of custom fields from the text of the API to Python values, and back.

A value that was read and is written unchanged is stored unchanged.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Self, cast

from pydantic import BeforeValidator, PlainSerializer

# The values of other types are plain text.
JSON_TYPES = frozenset({"NUMBER", "BOOLEAN", "OBJECT"})

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_AND_TIME = re.compile(
    r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}[T ][0-9]{2}(?::?[0-9]{2}(?::?[0-9]{2}(?:[.,][0-9]+)?)?)?"
    r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)


class StoredDateTime(datetime):
    """A time that is stored in another format than that of ``isoformat()``.

    Writing it sends what is stored. Otherwise it behaves like a ``datetime``. The result of a
    calculation with it is a plain ``datetime``.

    Attributes:
        json_text: What is stored, as JSON text.
    """

    json_text: str

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Return a plain ``datetime``, because methods of this class construct their results."""
        return datetime(*args, **kwargs)  # noqa: DTZ001

    @classmethod
    def of(cls, time: datetime, json_text: str) -> Self:
        """Return a time with what is stored."""
        fields = (*time.timetuple()[:6], time.microsecond, time.tzinfo)
        stored = datetime.__new__(cls, *fields, fold=time.fold)
        stored.json_text = json_text
        return stored

    def replace(self, *args: Any, **kwargs: Any) -> Any:
        """Return a plain ``datetime`` with other fields."""
        return self._plain().replace(*args, **kwargs)

    __replace__ = replace

    def __reduce_ex__(self, _: object) -> tuple[Callable[..., Self], tuple[datetime, str]]:
        return type(self).of, (self._plain(), self.json_text)

    def __repr__(self) -> str:
        return repr(self._plain())

    def __conform__(self, _: object) -> str:
        """Return the text that ``sqlite3``, which only knows ``datetime`` itself, stores."""
        return self.isoformat(" ")

    def _plain(self) -> datetime:
        return datetime.combine(self.date(), self.timetz())


class StoredJSON(str):
    """JSON text of content that Python cannot represent, such as ``1e400``.

    Writing it sends the text itself, not a JSON string.
    """

    __slots__ = ()


def value_from_wire(data_type: str | None, stored: object) -> Any:
    """Return the Python value of a custom field.

    Args:
        data_type: Type of the field.
        stored: The text that the API returned.

    Returns:
        A number, bool, ``datetime``, ``date`` or any JSON content, by the type of the field.
        ``None`` if there is no value. Text that does not match the type is returned unchanged.
    """
    if data_type == "DATETIME":
        if isinstance(stored, int | float) and not isinstance(stored, bool):
            return _time(json.dumps(stored))
        return _time(stored) if isinstance(stored, str) else stored
    if data_type in JSON_TYPES and isinstance(stored, str):
        return _json_content(stored)
    return stored


def value_to_wire(value: object) -> str:
    """Return the JSON text of a Python value.

    A ``datetime`` without a time zone is written without one.

    Raises:
        TypeError: JSON cannot represent the value.
        ValueError: The value contains an infinite number or NaN, or is nested too deeply.
    """
    if isinstance(value, StoredDateTime):
        return value.json_text
    if isinstance(value, StoredJSON):
        return str(value)
    try:
        return json.dumps(value, default=_time_content, ensure_ascii=False, allow_nan=False)
    except (OverflowError, RecursionError) as error:
        raise ValueError(str(error)) from None


def _time(text: str) -> datetime | date | str:
    if _JSON_NUMBER.fullmatch(text):
        try:
            return StoredDateTime.of(_EPOCH + timedelta(milliseconds=json.loads(text)), text)
        except (ValueError, OverflowError):
            return StoredJSON(text)
    content = str(_json_content(text)) if text.startswith('"') else text
    try:
        if _DATE.fullmatch(content):
            return date.fromisoformat(content)
        if not _DATE_AND_TIME.fullmatch(content):
            return content
        time = datetime.fromisoformat(content)
    except ValueError:
        return content
    if time.isoformat() == content:
        return time
    return StoredDateTime.of(time, json.dumps(content))


def _time_content(value: object) -> object:
    """Return a time as the JSON content that is stored for it."""
    if isinstance(value, StoredDateTime):
        return json.loads(value.json_text)
    if isinstance(value, datetime):
        offset = value.utcoffset()
        if offset is not None and offset % timedelta(minutes=1):
            value = value.astimezone(UTC)  # ISO 8601 has no seconds in an offset
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be represented in JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number


def _not_json(text: str) -> Any:
    raise ValueError(text)


_VALUES = json.JSONDecoder(parse_float=_finite, parse_constant=_not_json)
_SYNTAX = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_not_json)


def _json_content(text: str) -> Any:
    try:
        return _VALUES.decode(text)
    except (ValueError, RecursionError):
        return StoredJSON(text) if _is_json(text) else text


def _is_json(text: str) -> bool:
    try:
        _SYNTAX.decode(text)
    except ValueError:
        return False
    except RecursionError:
        return True
    return True


def _values(items: object) -> object:
    if not isinstance(items, list):
        return items
    fields = (
        cast("Mapping[str, Any]", item)
        for item in cast("list[object]", items)
        if isinstance(item, Mapping)
    )
    return {
        str(field.get("key")): value_from_wire(field.get("dataType"), field.get("value"))
        for field in fields
    }


def _dumped(value: Any) -> Any:
    return _time_content(value) if isinstance(value, date) else value


def _all_dumped(values: Any) -> Any:
    if not isinstance(values, dict):
        return values  # set by the caller
    items = cast("dict[str, Any]", values).items()
    return {key: _dumped(value) for key, value in items}


CustomValue = Annotated[Any, PlainSerializer(_dumped, when_used="json")]
"""The value of a custom field, as a Python value. As JSON, a time is what is stored for it."""

CustomData = Annotated[
    dict[str, Any], BeforeValidator(_values), PlainSerializer(_all_dumped, when_used="json")
]
"""Values of custom fields by key, as Python values for the types of the fields."""
