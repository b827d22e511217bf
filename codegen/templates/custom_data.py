"""Values of custom fields: from the text that goes over the wire to Python values, and back."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, cast

from pydantic import BeforeValidator

# Everything else is text as it stands.
JSON_TYPES = frozenset({"NUMBER", "BOOLEAN", "OBJECT"})


def value_from_wire(data_type: str | None, text: object) -> Any:
    """Return the Python value of a custom field.

    Args:
        data_type: Declared type of the field.
        text: The text that the API answers.

    Returns:
        ``None`` for no value; a number, truth value or any JSON content by the declared type; a
        ``datetime`` for a time. Text that does not fit its type comes back as it is.
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
    """Return the JSON text that stands for a Python value.

    A time keeps its instant; one without a time zone is taken as local time.

    Raises:
        TypeError: The value, or something in it, cannot be represented in JSON.
        ValueError: It is infinite or not a number.
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
"""Custom values by key, converted by the declared types of their fields."""
