"""The values of custom fields: validation, storage format and display format."""

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import cast

from ..errors import ApiError, ErrorCode
from .timestamps import normalize_time

_MAX_TIME = 8_640_000_000_000_000  # milliseconds; the range of a JavaScript Date
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_json(text: str) -> object:
    """Parse a value from JSON text.

    Raises:
        ValueError: The text is not valid JSON, or the value cannot be stored.
    """
    try:
        value: object = json.loads(
            text, parse_constant=_parse_finite_float, parse_float=_parse_finite_float
        )
        to_json(value).encode()  # raises on unpaired surrogates, which a response cannot contain
    except RecursionError:
        raise ValueError from None
    return value


def to_json(value: object) -> str:
    """Encode a value as JSON text, the storage format."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def format_value(data_type: str, stored: str) -> str:
    """Format a stored value as the API shows it: strings as they are, other values as JSON.

    Strings in an OBJECT field stay JSON, because clients parse every value of such a field.
    """
    value: object = json.loads(stored)
    return value if isinstance(value, str) and data_type != "OBJECT" else stored


def is_valid(data_type: str, value: object) -> bool:
    """Return whether a value has a UDFDataType."""
    return _CHECKS[data_type](value)


def parse_param_value(data_type: str, value: object) -> object:
    """Convert a value from the ``params`` of createUser to a UDFDataType.

    The API documents every value as a string, but clients also send numbers and booleans.
    """
    if data_type in ("NUMBER", "BOOLEAN") and isinstance(value, str):
        try:
            return parse_json(value)
        except ValueError:
            return value  # invalid, as the caller's validation will find
    return value


def parse_params(text: str) -> dict[str, object]:
    """Parse the ``params`` of createUser: a JSON list of objects with key and value.

    Raises:
        ApiError: The text has another format.
    """
    try:
        entries = parse_json(text)
    except ValueError:
        entries = None
    if not isinstance(entries, list):
        raise ApiError(ErrorCode.INVALID_PARAMETER, "params")
    values: dict[str, object] = {}
    for entry in cast("list[object]", entries):
        if not isinstance(entry, dict) or "value" not in entry:
            raise ApiError(ErrorCode.INVALID_PARAMETER, "params")
        fields = cast("Mapping[str, object]", entry)
        key = fields.get("key")
        if not isinstance(key, str):
            raise ApiError(ErrorCode.INVALID_PARAMETER, "params")
        values[key] = fields["value"]
    return values


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_boolean(value: object) -> bool:
    return isinstance(value, bool)


def _is_time(value: object) -> bool:
    if isinstance(value, str):
        return _is_iso_8601(value)
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _MAX_TIME


def _is_iso_8601(text: str) -> bool:
    try:
        if _DATE.fullmatch(text):
            date.fromisoformat(text)
        else:
            normalize_time(text, "value")
    except (ValueError, ApiError):
        return False
    return True


def _is_anything(_: object) -> bool:
    return True


def _parse_finite_float(text: str) -> float:
    # JSON has no NaN or Infinity, and Python turns too large numbers into Infinity.
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_CHECKS: Mapping[str, Callable[[object], bool]] = {
    "STRING": _is_text,
    "SELECT": _is_text,
    "NUMBER": _is_number,
    "BOOLEAN": _is_boolean,
    "DATETIME": _is_time,
    "OBJECT": _is_anything,
}
