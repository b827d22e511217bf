"""The values of custom fields: their types, and how they are written and shown."""

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import cast

from ..errors import ApiError, ErrorCode
from .timestamps import normalised

_LATEST = 8_640_000_000_000_000  # milliseconds; the furthest a Date of JavaScript reaches
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def decoded(text: str) -> object:
    """Read a value from JSON text.

    Raises:
        ValueError: It is no JSON, or could not be stored.
    """
    try:
        value: object = json.loads(text, parse_constant=_finite, parse_float=_finite)
        encoded(value).encode()  # fails on half a character, which no answer could hold
    except RecursionError:
        raise ValueError from None
    return value


def encoded(value: object) -> str:
    """The stored form of a value: JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def shown(data_type: str, stored: str) -> str:
    """The stored form of a value as the API shows it: a text as it is, the rest as JSON text.

    A text within an OBJECT keeps its quotes, as clients read whatever is in one as JSON.
    """
    value: object = json.loads(stored)
    return value if isinstance(value, str) and data_type != "OBJECT" else stored


def fits(data_type: str, value: object) -> bool:
    """Whether a value is one that a field of a UDFDataType can have."""
    return _CHECKS[data_type](value)


def from_params(data_type: str, value: object) -> object:
    """A value out of the ``params`` of createUser, for a field of a UDFDataType.

    Clients put numbers and truth values there as they are; the API describes every value as a
    text, so that one is taken for what it spells.
    """
    if data_type in ("NUMBER", "BOOLEAN") and isinstance(value, str):
        try:
            return decoded(value)
        except ValueError:
            return value  # which does not fit, as the caller will find
    return value


def read_params(text: str) -> dict[str, object]:
    """Read the ``params`` of createUser: JSON text of a list of objects with key and value.

    Raises:
        ApiError: The text is something else.
    """
    try:
        entries = decoded(text)
    except ValueError:
        entries = None
    if not isinstance(entries, list):
        raise ApiError(ErrorCode.INCOMPLETE, "params")
    values: dict[str, object] = {}
    for entry in cast("list[object]", entries):
        if not isinstance(entry, dict) or "value" not in entry:
            raise ApiError(ErrorCode.INCOMPLETE, "params")
        fields = cast("Mapping[str, object]", entry)
        key = fields.get("key")
        if not isinstance(key, str):
            raise ApiError(ErrorCode.INCOMPLETE, "params")
        values[key] = fields["value"]
    return values


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_truth_value(value: object) -> bool:
    return isinstance(value, bool)


def _is_time(value: object) -> bool:
    if isinstance(value, str):
        return _is_iso_8601(value)
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LATEST


def _is_iso_8601(text: str) -> bool:
    try:
        if _DATE.fullmatch(text):
            date.fromisoformat(text)
        else:
            normalised(text, "value")
    except (ValueError, ApiError):
        return False
    return True


def _is_anything(_: object) -> bool:
    return True


def _finite(text: str) -> float:
    # NaN and Infinity are no JSON, and a number that is too large would become one of them.
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_CHECKS: Mapping[str, Callable[[object], bool]] = {
    "STRING": _is_text,
    "SELECT": _is_text,
    "NUMBER": _is_number,
    "BOOLEAN": _is_truth_value,
    "DATETIME": _is_time,
    "OBJECT": _is_anything,
}
