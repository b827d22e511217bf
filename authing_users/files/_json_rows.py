"""Rows of JSON Lines and of JSON arrays."""

import io
import json
import re
from collections.abc import Iterator
from typing import Any, cast

from ._errors import FileError
from ._fields import Field
from ._kinds import content_name, parse_json
from ._rows import ERROR_COLUMN, RawRow, RawWriter
from ._sources import Source, open_text
from ._targets import Target, TextWriter

MAX_ROW_LENGTH = 1 << 24
"""Characters of the longest object that is read."""
CHUNK = 1 << 17

_BLANK = " \t\n\r"
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\]"]', re.DOTALL)
_LAST_ERROR = re.compile(rf',?\s*"{ERROR_COLUMN}":\s*"(?:[^"\\]++|\\.)*+"\s*\}}\Z', re.DOTALL)
_END_OF_WORD = re.compile(r"[,\]}]")


class JSONLayout:
    """JSON Lines and JSON arrays.

    Args:
        source: The file.
        encoding: Its encoding.
        is_array: Whether it contains one array.
    """

    header: list[str] | None = None
    header_line: int | None = None
    delimiter: str | None = None

    def __init__(self, source: Source, encoding: str, *, is_array: bool) -> None:
        self._source = source
        self.encoding: str | None = encoding
        self._is_array = is_array

    def raw_rows(self) -> Iterator[RawRow]:
        """Yield the objects."""
        read = json_array if self._is_array else json_lines
        with open_text(self._source, self.encoding or "utf-8", newline="\n") as text:
            yield from read(text, self._source.name)

    @staticmethod
    def convert(field: Field, value: Any) -> Any:
        """Return the value for a field, or ``Ellipsis`` if there is none."""
        return field.kind.check(value) if value is not None else field.check(None)

    def raw_writer(self, target: Target) -> RawWriter:
        """Return an object that writes rows that failed."""
        text = target.text_writer(self.encoding or "utf-8")
        return RawJSONWriter(text, is_array=self._is_array)


def json_lines(text: io.TextIOWrapper, file: str) -> Iterator[RawRow]:
    """Yield the objects of JSON Lines. Blank lines are skipped.

    Raises:
        FileError: A line is too long.
    """
    number = line = 0
    while content := text.readline(MAX_ROW_LENGTH):
        line += 1
        if len(content) >= MAX_ROW_LENGTH:
            raise FileError(file, f"the line is longer than {MAX_ROW_LENGTH} characters", line=line)
        content = content.strip(_BLANK)
        if content:
            number += 1
            yield _row(number, line, content)


def json_array(text: io.TextIOWrapper, file: str) -> Iterator[RawRow]:
    """Yield the objects of a JSON array, which is read piece by piece.

    Raises:
        FileError: The file does not contain an array, or is damaged.
    """
    array = _Array(text, file)
    array.begin()
    number = 0
    while (item := array.next_item()) is not None:
        number += 1
        yield _row(number, item[0], item[1])


def _row(number: int, line: int, text: str) -> RawRow:
    try:
        content: Any = parse_json(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, " if error.lineno > 1 else ""
        problem = f"not valid JSON: {error.msg} ({where}character {error.colno})"
        return RawRow(number, line, None, problem, text)
    except ValueError as error:
        return RawRow(number, line, None, f"not valid JSON: {error}", text)
    if not isinstance(content, dict):
        problem = (
            f'must be a JSON object such as {{"username": "ada"}}, not {content_name(content)}'
        )
        return RawRow(number, line, None, problem, text)
    return RawRow(number, line, content, None, text)


class _Array:
    """The text of an array, of which a piece is in memory."""

    def __init__(self, text: io.TextIOWrapper, file: str) -> None:
        self._text = text
        self._file = file
        self._buffer = ""
        self._at = 0
        self._line = 1
        self._is_first = True

    def begin(self) -> None:
        """Move behind the opening bracket."""
        if self._peek() != "[":
            hint = " For one object per line, the format is 'jsonl'." if self._peek() == "{" else ""
            raise self._error(f"the file must contain a JSON array of objects.{hint}")
        self._at += 1

    def next_item(self) -> tuple[int, str] | None:
        """Return the line and the text of the next item, or ``None`` at the end of the file."""
        mark = self._peek()
        if mark == "]":
            self._at += 1
            if self._peek():
                raise self._error("there is text after the end of the JSON array")
            return None
        if not self._is_first:
            if mark != ",":
                raise self._broken("a comma or ']'")
            self._at += 1
            mark = self._peek()
        self._is_first = False
        if not mark or mark in ",]}:":
            raise self._broken("an object")
        line = self._line
        end = self._end_of_item()
        item = self._buffer[self._at : end]
        self._move_to(end)
        return line, item.rstrip(_BLANK)

    def _peek(self) -> str:
        """Return the next character that is not blank. It is empty at the end of the file."""
        while True:
            at, end = self._at, len(self._buffer)
            while at < end and self._buffer[at] in _BLANK:
                at += 1
            self._move_to(at)
            if at < end:
                return self._buffer[at]
            if not self._read():
                return ""

    def _read(self) -> bool:
        chunk = self._text.read(CHUNK)
        self._buffer = self._buffer[self._at :] + chunk
        self._at = 0
        if len(self._buffer) > MAX_ROW_LENGTH + CHUNK:
            raise self._error(f"the object is longer than {MAX_ROW_LENGTH} characters")
        return bool(chunk)

    def _move_to(self, at: int) -> None:
        self._line += self._buffer.count("\n", self._at, at)
        self._at = at

    def _end_of_item(self) -> int:
        """Return where the item ends, and read as much as it takes."""
        while True:
            end = _end_of_value(self._buffer, self._at)
            if end is not None:
                return end
            if not self._read():
                raise self._broken("the rest of the object")

    def _broken(self, expected: str) -> FileError:
        is_end = not self._buffer[self._at :].strip(_BLANK)
        what = "the file ends too early" if is_end else "the JSON array is damaged"
        return self._error(f"{what}: {expected} is expected here")

    def _error(self, problem: str) -> FileError:
        return FileError(self._file, problem, line=self._line)


def _end_of_value(text: str, start: int) -> int | None:
    """Return where a value ends, or ``None`` if the text does not contain all of it.

    Values with mistakes inside, such as a missing comma, end where their brackets say.
    """
    if text[start] not in '{["':
        end = _END_OF_WORD.search(text, start)
        return None if end is None else end.start()
    depth = 0
    for token in _TOKEN.finditer(text, start):
        mark = token[0]
        if mark in "{[":
            depth += 1
        elif mark in "}]":
            depth -= 1
        elif mark == '"':
            return None  # the text does not end here
        if depth <= 0:
            return token.end()
    return None


class RawJSONWriter:
    """Writes objects as they were read, with the key ``_error``."""

    def __init__(self, text: TextWriter, *, is_array: bool) -> None:
        self._text = text
        self._is_array = is_array
        self._start = "[\n" if is_array else ""

    def write(self, raw: Any, reason: str) -> None:
        """Write an object."""
        line = with_error(cast("str", raw), self._text.encodable(reason))
        self._text.write(f"{self._start}{line}{'' if self._is_array else chr(10)}")
        if self._is_array:
            self._start = ",\n"

    def close(self) -> None:
        """Write the end of the array."""
        if self._is_array:
            self._text.write("\n]\n")

    def discard(self) -> None:
        """Do nothing: all rows are written."""


def with_error(text: str, reason: str) -> str:
    """Return the text of an object with a reason. Everything else stays as it is written."""
    try:
        content: Any = parse_json(text)
    except ValueError:
        return text
    if not isinstance(content, dict):
        return text
    if ERROR_COLUMN in content:
        shorter = _LAST_ERROR.sub("}", text)
        if shorter == text:  # not written by this class
            del content[ERROR_COLUMN]
            shorter = json.dumps(content, ensure_ascii=False)
        return with_error(shorter, reason)
    comma = ", " if content else ""
    item = f"{comma}{json.dumps(ERROR_COLUMN)}: {json.dumps(reason, ensure_ascii=False)}}}"
    return text.rstrip()[:-1].rstrip() + item
