"""Rows of CSV and TSV files."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from ..errors import InvalidInputError
from ._errors import CellError, FileError
from ._fields import Field
from ._rows import ERROR_COLUMN, RawRow, RawWriter
from ._sources import Source, open_text
from ._targets import Target, TextWriter

CLEARED = r"\N"
"""The cell that clears a field. An empty cell leaves it as it is."""
EMPTY_TEXT = r"\E"
"""The cell for empty text."""
MAX_CELL_LENGTH = 1 << 20
"""Characters of the longest cell. A quotation mark that is missing makes a cell longer."""
DELIMITERS = (",", ";", "\t", "|")

_SPECIAL = re.compile(r"\\+[NE]")
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*')


class CSVLayout:
    """Comma-separated values, or values with another delimiter.

    Args:
        source: The file.
        encoding: Its encoding.
        delimiter: The argument. ``None``: the one that the header has.
        default: The delimiter of a header with one column.
        clear_empty: Whether an empty cell clears its field.
    """

    def __init__(
        self,
        source: Source,
        encoding: str,
        delimiter: str | None,
        default: str,
        *,
        clear_empty: bool = False,
    ) -> None:
        self._source = source
        self._clear_empty = clear_empty
        self.encoding: str | None = encoding
        self._lines_before = 0
        with self._open() as text:
            first = text.readline(MAX_CELL_LENGTH)
            # Excel reads this line, and writes none.
            if separator := _SEPARATOR_LINE.fullmatch(first):
                self._lines_before = 1
                delimiter = delimiter or separator[1]
                first = text.readline(MAX_CELL_LENGTH)
        self.delimiter: str | None = (
            _frequent(first, default) if delimiter is None else one_character(delimiter)
        )
        rows = _Rows(source.name, self._open, self.delimiter, self._lines_before)
        self.header: list[str] | None = rows.header()
        self.header_line: int | None = self._lines_before + 1
        names = [name.strip() for name in self.header]
        self._error_index = names.index(ERROR_COLUMN) if ERROR_COLUMN in names else None

    def raw_rows(self) -> Iterator[RawRow]:
        """Yield the rows after the header. Empty lines are skipped."""
        rows = _Rows(self._source.name, self._open, self.delimiter or ",", self._lines_before)
        width = len(rows.header())
        for row in rows.rows():
            cells = row.content
            if cells is None or len(cells) == width:
                yield row
            elif len(cells) == width - 1 == self._error_index:
                yield row._replace(content=[*cells, ""])
            else:
                yield row._replace(content=None, problem=_wrong_width(len(cells), width))

    def convert(self, field: Field, value: Any) -> Any:
        """Return the value of a cell for a field, or ``Ellipsis`` if there is none."""
        text: str = value
        if not text:
            return field.check(None) if self._clear_empty else ...
        if text[0] == "\\" and _SPECIAL.fullmatch(text):
            if text == CLEARED:
                return field.check(None)
            text = "" if text == EMPTY_TEXT else text[1:]
        return field.kind.parse(text)

    def raw_writer(self, target: Target) -> RawWriter:
        """Return an object that writes rows that failed."""
        text = target.text_writer(self.encoding or "utf-8")
        return RawCSVWriter(text, self.header or [], self.delimiter or ",")

    def _open(self) -> io.TextIOWrapper:
        return open_text(self._source, self.encoding or "utf-8", newline="")


class _Rows:
    """The rows of a file, read once."""

    def __init__(self, file: str, open_file: Any, delimiter: str, lines_before: int) -> None:
        self._file = file
        self._text: io.TextIOWrapper = open_file()
        self._lines_before = lines_before
        self._lines: list[str] = []
        if csv.field_size_limit() < MAX_CELL_LENGTH:
            # A setting of the process, which is only ever increased here.
            csv.field_size_limit(MAX_CELL_LENGTH)
        self._reader = csv.reader(self._read(), delimiter=delimiter, strict=True)

    def header(self) -> list[str]:
        """Return the cells of the header."""
        for _ in range(self._lines_before):
            self._text.readline()
        try:
            for cells in self._reader:
                if cells:
                    return cells
        except csv.Error as error:
            line = self._lines_before + 1
            problem = f"the header: {_problem(error)}"
            raise FileError(self._file, problem, line=line) from None
        raise FileError(
            self._file, "the file is empty: it must start with the names of its columns"
        )

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows that follow, and close the file after them."""
        number = 0
        with self._text:
            while True:
                self._lines.clear()
                line = self._reader.line_num + self._lines_before + 1
                try:
                    cells = next(self._reader, None)
                except csv.Error as error:
                    number += 1
                    yield RawRow(number, line, None, _problem(error), "".join(self._lines))
                    continue
                if cells is None:
                    return
                if cells:
                    number += 1
                    yield RawRow(number, line, cells, None, tuple(cells))

    def _read(self) -> Iterator[str]:
        while line := self._text.readline(MAX_CELL_LENGTH):
            if len(line) >= MAX_CELL_LENGTH:
                number = self._reader.line_num + self._lines_before + 1
                problem = f"the line is longer than {MAX_CELL_LENGTH} characters"
                raise FileError(self._file, problem, line=number)
            self._lines.append(line)
            yield line


def _problem(error: csv.Error) -> str:
    text = str(error)
    if "field limit" in text:
        return (
            f"a cell is longer than {MAX_CELL_LENGTH} characters. If this is not intended, the "
            "quotation mark at its end is missing"
        )
    if "end of data" in text:
        return "the quotation mark at the end of a cell is missing"
    if "expected after" in text:
        return (
            "there is text after the quotation mark that ends a cell. Write a quotation mark "
            "inside of a quoted cell twice"
        )
    return text


def _wrong_width(number: int, expected: int) -> str:
    advice = "a cell that contains the delimiter must be quoted" if number > expected else ""
    return f"the row has {number} cells, but the header has {expected}" + (
        f": {advice}" if advice else ""
    )


def _frequent(header: str, default: str) -> str:
    """Return the delimiter that a header has most often outside of quotation marks."""
    plain = "".join(header.split('"')[::2])
    counts = {delimiter: plain.count(delimiter) for delimiter in (default, *DELIMITERS)}
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] else default


def one_character(delimiter: object) -> str:
    """Return a delimiter that the argument is."""
    if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n\\':
        raise InvalidInputError(
            f"delimiter must be one character such as ',' or ';', not {delimiter!r}"
        )
    return delimiter


class CSVWriter:
    """Writes CSV and TSV files.

    Args:
        text: Where to write to.
        columns: The fields with columns.
        delimiter: Separator of cells.
    """

    def __init__(self, text: TextWriter, columns: Sequence[Field], delimiter: str) -> None:
        self._columns = columns
        self._writer = csv.writer(_Lines(text), delimiter=delimiter, lineterminator="\r\n")
        names = [field.name for field in columns]
        # Only delimiters outside of quotation marks are counted to find the delimiter.
        quotes = any(character in DELIMITERS for name in names for character in name)
        header = csv.writer(
            _Lines(text),
            delimiter=delimiter,
            lineterminator="\r\n",
            quoting=csv.QUOTE_ALL if quotes else csv.QUOTE_MINIMAL,
        )
        header.writerow(names)

    def write(self, values: dict[str, Any]) -> None:
        """Write one row.

        Raises:
            CellError: A cell is too long.
        """
        custom: dict[str, Any] = values.get("customData") or {}
        self._writer.writerow([self._cell(field, values, custom) for field in self._columns])

    def close(self) -> None:
        """Do nothing: a CSV file has no end mark."""

    def discard(self) -> None:
        """Do nothing: all rows are written."""

    def _cell(self, field: Field, values: dict[str, Any], custom: dict[str, Any]) -> str:
        key = field.custom_key
        name, source = (field.name, values) if key is None else (key, custom)
        if name not in source:
            return ""
        text = cell_text(field, source[name])
        if len(text) >= MAX_CELL_LENGTH:
            raise CellError(
                f"{field.name!r} is longer than the {MAX_CELL_LENGTH} characters of a cell: write "
                "another format, such as JSON Lines"
            )
        return text


def cell_text(field: Field, value: Any) -> str:
    """Return the text of the cell for a value."""
    if value is None:
        return CLEARED
    text = field.kind.format(value)
    if not text:
        return EMPTY_TEXT
    return f"\\{text}" if text[0] == "\\" and _SPECIAL.fullmatch(text) else text


class _Lines:
    """Ends lines with a line feed.

    The ``csv`` module quotes cells with carriage returns only if these end lines as well.
    """

    def __init__(self, text: TextWriter) -> None:
        self._text = text

    def write(self, line: str) -> object:
        return self._text.write(line[:-2] + "\n")


class RawCSVWriter:
    """Writes rows as they were read, with the column ``_error``."""

    def __init__(self, text: TextWriter, header: Sequence[str], delimiter: str) -> None:
        names = [name.strip() for name in header]
        self._text = text
        self._has_column = ERROR_COLUMN in names
        self._index = names.index(ERROR_COLUMN) if self._has_column else len(names)
        self._writer = csv.writer(_Lines(text), delimiter=delimiter, lineterminator="\r\n")
        self._writer.writerow(header if self._has_column else [*header, ERROR_COLUMN])

    def write(self, raw: Any, reason: str) -> None:
        """Write a row. One that cannot be read as cells is written without the reason."""
        if isinstance(raw, str):
            self._text.write(raw if raw.endswith(("\r", "\n")) else f"{raw}\n")
            return
        cells: list[str] = list(raw)
        # In a row that is too short, the reason would be in the column of something else.
        if len(cells) >= self._index:
            cells[self._index : self._index + self._has_column] = [self._text.encodable(reason)]
        self._writer.writerow(cells)

    def close(self) -> None:
        """Do nothing: a CSV file has no end mark."""

    def discard(self) -> None:
        """Do nothing: all rows are written."""
