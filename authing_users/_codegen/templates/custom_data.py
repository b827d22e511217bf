"""Convert values of custom fields from the text of the API to Python values, and back."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, cast

from pydantic import BeforeValidator

# The values of other types are plain text.
JSON_TYPES = frozenset({"NUMBER", "BOOLEAN", "OBJECT"})


def value_from_wire(data_type: str | None, text: object) -> Any:
    """Return the Python value of a custom field.

    Args:
        data_type: Type of the field.
        text: The text that the API returned.

    Returns:
        A number, bool, ``datetime`` or any JSON content, by the type of the field. ``None`` if
        there is no value. Text that does not match the type is returned unchanged.
    """
    if not isinstance(text, str):
        return text
    if data_type in JSON_TYPES:
        try:
            return json.loads(text)
        except ValueError:
            return text
    if data_type == "DATETIME":
        return _time(text)
    return text


def value_to_wire(value: object) -> str:
    """Return the JSON text of a Python value. A ``datetime`` without a time zone is local time.

    Raises:
        TypeError: JSON cannot represent the value.
        ValueError: The value contains an infinite number or NaN.
    """
    return json.dumps(value, default=_time_text, ensure_ascii=False, allow_nan=False)


def _time(text: str) -> Any:
    bare = text.strip('"')
    try:
        return datetime.fromtimestamp(float(bare) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    try:
        return datetime.fromisoformat(bare)
    except ValueError:
        return text


def _time_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone().isoformat() if value.tzinfo is None else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be represented in JSON")


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


CustomData = Annotated[dict[str, Any], BeforeValidator(_values)]
"""Values of custom fields by key, as Python values for the types of the fields."""
