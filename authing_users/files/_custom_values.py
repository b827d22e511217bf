"""The values of custom fields in files."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from authing_graphql.custom_data import StoredJSON, value_from_wire, value_to_wire

from ._errors import CellError
from ._kinds import Boolean, Kind, Text, json_content, shown


class CustomValue(Kind):
    """A value of a custom field whose type is not declared: any JSON content."""

    def check(self, value: object) -> Any:
        return _checked(value)

    def parse(self, text: str) -> Any:
        return Text().check(text)

    def to_json(self, value: Any) -> str:
        return value_to_wire(value)


class CustomNumber(CustomValue):
    """A number of any size."""

    def check(self, value: object) -> Any:
        if type(value) is int:
            return value
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number and not (isinstance(value, StoredJSON) and value[-1:].isdigit()):
            raise CellError(f"must be a number, not {shown(value)}")
        return _checked(value)

    def parse(self, text: str) -> Any:
        try:
            return self.check(json_content(text))
        except CellError:
            raise CellError(f"must be a number such as 7 or 1.5, not {text!r}") from None


class CustomBoolean(Boolean):
    """``True`` or ``False``."""


class CustomText(Text):
    """Text of a custom field."""


class CustomTime(CustomValue):
    """A date, a time, or milliseconds since 1970."""

    def __init__(self, *, check_dates: bool) -> None:
        self._check_dates = check_dates

    def check(self, value: object) -> Any:
        if not isinstance(value, date):
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if not is_number and not isinstance(value, str):
                raise CellError(f"must be a time, not {shown(value)}")
            is_raw = isinstance(value, StoredJSON)
            value = value_from_wire("DATETIME", str(value) if is_raw else value_to_wire(value))
        return self._checked_time(value)

    def parse(self, text: str) -> Any:
        return self._checked_time(value_from_wire("DATETIME", Text().check(text)))

    def format(self, value: Any) -> str:
        wire = value_to_wire(value)
        text = str(json.loads(wire)) if wire.startswith('"') else wire
        # Digits in quotes are text, and not milliseconds.
        return text if value_to_wire(value_from_wire("DATETIME", text)) == wire else wire

    def _checked_time(self, value: object) -> object:
        if self._check_dates and not isinstance(value, date):
            raise CellError(
                "must be an ISO 8601 date or time such as 2026-01-05 or 2026-01-05T08:00:00Z, or "
                f"milliseconds since 1970, not {value!r}"
            )
        return value


class CustomContent(CustomValue):
    """Any JSON content."""

    def parse(self, text: str) -> Any:
        return self.check(json_content(text))

    def format(self, value: Any) -> str:
        return self.to_json(value)


def custom_kind(data_type: str | None, *, check_dates: bool) -> Kind:
    """Return the kind of a custom field.

    Args:
        data_type: Its declared type. ``None`` if it is not known.
        check_dates: Whether text of a ``DATETIME`` field must be a time.
    """
    if data_type == "DATETIME":
        return CustomTime(check_dates=check_dates)
    kinds: Mapping[str | None, type[Kind]] = {
        "STRING": CustomText,
        "SELECT": CustomText,
        "NUMBER": CustomNumber,
        "BOOLEAN": CustomBoolean,
        "OBJECT": CustomContent,
    }
    return kinds.get(data_type, CustomValue)()


def _checked(value: object) -> Any:
    """Return a value that JSON can represent.

    Raises:
        CellError: JSON cannot represent the value.
    """
    try:
        value_to_wire(value).encode()
    except UnicodeEncodeError:
        raise CellError("contains a lone surrogate, which UTF-8 cannot encode") from None
    except (TypeError, ValueError) as error:
        raise CellError(str(error)) from None
    return StoredJSON(_raw_text(value)) if _has_raw_numbers(value) else value


def _has_raw_numbers(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_raw_numbers, cast("dict[str, object]", value).values()))
    if isinstance(value, list):
        return any(map(_has_raw_numbers, cast("list[object]", value)))
    return isinstance(value, StoredJSON)


def _raw_text(value: object) -> str:
    """Return the JSON text of a value that contains numbers that Python cannot represent."""
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return f"{{{', '.join(f'{value_to_wire(key)}: {_raw_text(item)}' for key, item in items)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_raw_text, cast('list[object]', value)))}]"
    return value_to_wire(value)
