"""The kinds of fields: which values they take, and how text represents these.

Each value has three forms: the Python value in a record, JSON content, and the text of a cell.
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import Enum
from math import isfinite
from typing import Any, cast

from pydantic import BaseModel

from authing_graphql.custom_data import StoredJSON
from authing_graphql.input_values import InputError, InputField, field_value, to_text

from .._inputs.checks import did_you_mean, type_name
from ._errors import CellError

TRUE = ("true", "yes", "1")
FALSE = ("false", "no", "0")
_INTEGER = re.compile(r"[+-]?[0-9]+")
# As OpenID Connect has it: the year can be unknown (0000), or all that is known.
_PARTIAL_DATE = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?")
_UNKNOWN_YEAR = re.compile(r"0000(?=-[0-9]{2}-[0-9]{2}$)")


class Kind(ABC):
    """The values of a field. A cell has their JSON text, unless a subclass says otherwise."""

    @abstractmethod
    def check(self, value: object) -> Any:
        """Return the value for a record.

        Args:
            value: A Python value, or JSON content. Not ``None``.

        Raises:
            CellError: The field cannot have the value.
        """

    def parse(self, text: str) -> Any:
        """Return the value for a record that the text of a cell represents.

        Raises:
            CellError: The field cannot have the value.
        """
        return self.check(json_content(text))

    def format(self, value: Any) -> str:
        """Return the text of a cell that represents a checked value."""
        return self.to_json(value)

    def to_json(self, value: Any) -> str:
        """Return the JSON text of a checked value."""
        return json.dumps(value, ensure_ascii=False, allow_nan=False)


class Text(Kind):
    """Text.

    Args:
        accepts: ``datetime`` or ``date`` if the text is a time or a date.
    """

    def __init__(self, accepts: type | None = None) -> None:
        self._accepts = accepts

    def check(self, value: object) -> str:
        if isinstance(value, StoredJSON):
            raise CellError("must be a string, not a number")
        if type(value) is str and value.isascii():
            return value
        if isinstance(value, bool | int | float | list | dict):
            raise CellError(f"must be a string, not {content_name(cast('object', value))}")
        text: str = from_input(lambda: to_text(value, "", self._accepts))
        return text

    def parse(self, text: str) -> str:
        return self.check(text)

    def format(self, value: str) -> str:
        return value


class Time(Text):
    """Text that is an ISO 8601 time."""

    def __init__(self) -> None:
        super().__init__(datetime)

    def check(self, value: object) -> str:
        text = super().check(value)
        try:
            datetime.fromisoformat(text)
        except ValueError:
            raise CellError(
                f"must be an ISO 8601 time such as 2017-06-07T14:34:08.700Z, not {text!r}"
            ) from None
        return text


class Date(Text):
    """Text that is a date, or a part of one."""

    def __init__(self) -> None:
        super().__init__(date)

    def check(self, value: object) -> str:
        text = super().check(value)
        if not _PARTIAL_DATE.fullmatch(text):
            try:  # a leap year instead of an unknown one
                datetime.fromisoformat(_UNKNOWN_YEAR.sub("2000", text))
            except ValueError:
                raise CellError(
                    f"must be a date such as 1990-12-31, not {text!r}. To accept any text, switch "
                    "the check of dates off (check_dates=False)"
                ) from None
        return text


class Boolean(Kind):
    """``True`` or ``False``."""

    def check(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise CellError(f"must be true or false, not {shown(value)}")
        return value

    def parse(self, text: str) -> bool:
        word = text.strip().lower()
        if word not in TRUE and word not in FALSE:
            raise CellError(f"must be true or false, not {text!r}")
        return word in TRUE


class Integer(Kind):
    """A whole number of the range of the API."""

    def __init__(self, field: InputField) -> None:
        self._field = field

    def check(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise CellError(f"must be a whole number, not {shown(value)}")
        checked: Any = from_input(lambda: field_value(self._field, value, ""))
        return cast("int", checked)

    def parse(self, text: str) -> int:
        if not _INTEGER.fullmatch(text.strip()):
            raise CellError(f"must be a whole number, not {text!r}")
        return self.check(int(text))


class Number(Kind):
    """A number with a fraction."""

    def check(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise CellError(f"must be a number, not {shown(value)}")
        return float(value)

    def parse(self, text: str) -> float:
        try:
            return self.check(json_content(text))
        except (CellError, OverflowError):
            raise CellError(f"must be a number, not {text!r}") from None


class Choice(Text):
    """One of several texts. Cells can have another case."""

    def __init__(self, choices: Sequence[str]) -> None:
        super().__init__()
        self._choices = tuple(choices)

    def check(self, value: object) -> str:
        text = super().check(value)
        if text not in self._choices:
            raise CellError(
                f"must be one of {', '.join(self._choices)}, not {text!r}."
                f"{did_you_mean(text, self._choices)}".removesuffix(".")
            )
        return text

    def parse(self, text: str) -> str:
        word = text.strip()
        by_lower = {choice.lower(): choice for choice in self._choices}
        return self.check(by_lower.get(word.lower(), word))


class TextList(Kind):
    """A list of texts. Cells separate them by semicolons, or have a JSON array."""

    def check(self, value: object) -> list[str]:
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list | tuple | set | frozenset):
            raise CellError(f"must be a list of strings, not {shown(value)}")
        text = Text()
        return [text.check(item) for item in cast("Sequence[object]", value)]

    def parse(self, text: str) -> list[str]:
        if text.lstrip().startswith("["):
            return self.check(json_content(text))
        return self.check([item for part in text.split(";") if (item := part.strip())])

    def format(self, value: Sequence[str]) -> str:
        text = ";".join(value)
        is_plain = bool(value) and not text.startswith("[")
        if is_plain and all(item and item == item.strip() and ";" not in item for item in value):
            return text
        return self.to_json(value)


class Input(Kind):
    """The kinds that generated inputs check: inner inputs, enums, and lists of these."""

    def __init__(self, field: InputField) -> None:
        self._field = field

    def check(self, value: object) -> Any:
        return plain(from_input(lambda: field_value(self._field, value, "")))

    def parse(self, text: str) -> Any:
        is_content = self._field.depth or issubclass(self._field.value_type, BaseModel)
        return self.check(json_content(text) if is_content else text)

    def format(self, value: Any) -> str:
        return value if isinstance(value, str) else self.to_json(value)


def kind_of(field: InputField, *, check_dates: bool) -> Kind:
    """Return the kind of a field of an input."""
    if field.value_type is str:
        if field.depth:
            return TextList() if field.depth == 1 else Input(field)
        if check_dates and field.accepts in (date, datetime):
            return Time() if field.accepts is datetime else Date()
        return Text(field.accepts)
    if field.depth:
        return Input(field)
    if field.value_type is bool:
        return Boolean()
    if field.value_type is float:
        return Number()
    return Integer(field) if field.value_type is int else Input(field)


def from_input(convert: Callable[[], Any]) -> Any:
    """Call a conversion of the generated inputs, and raise its error without a name."""
    try:
        return convert()
    except InputError as error:
        raise CellError(str(error).strip()) from None


def plain(value: Any) -> Any:
    """Return a value of an input as JSON content."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in cast("Sequence[object]", value)]
    return value


def json_content(text: str) -> Any:
    """Return the content of a cell with JSON text.

    Raises:
        CellError: The text is not JSON.
    """
    try:
        return parse_json(text)
    except json.JSONDecodeError as error:
        raise CellError(f"is not valid JSON: {error.msg} (character {error.pos + 1})") from None
    except ValueError as error:
        raise CellError(f"is not valid JSON: {error}") from None


def parse_json(text: str) -> Any:
    """Return the content of JSON text. Numbers that Python cannot represent are ``StoredJSON``.

    Raises:
        ValueError: The text is not JSON, or an object has a key twice.
    """
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def shown(value: object) -> str:
    """Return a value as messages show it: without content that may be long or secret."""
    if isinstance(value, str | int | float) and len(str(value)) <= 100:
        return repr(value)
    return type_name(value)


def content_name(value: object) -> str:
    """Return what JSON calls a value, for messages that must not show it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, int | float):
        return "a number"
    return "an array" if isinstance(value, list) else "an object"


def _number(text: str) -> object:
    number = float(text)
    return StoredJSON(text) if number in (float("inf"), float("-inf")) else number


def _not_json(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"an object has the key {twice!r} twice")
    return content


_DECODER = json.JSONDecoder(
    parse_float=_number, parse_constant=_not_json, object_pairs_hook=_object
)
