"""Rows of Parquet files, through pyarrow."""

import importlib
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple, cast

from ..errors import ConfigurationError
from ._custom_values import CustomNumber, CustomValue
from ._errors import CellError, FileError
from ._fields import IDENTITY_TEXTS, Field, Identities
from ._kinds import Boolean, Date, Integer, Kind, Number, Text, TextList, parse_json
from ._rows import ERROR_COLUMN, EXTRA_COLUMN, RawRow, RawWriter
from ._sources import CHUNK, Source
from ._targets import Target

ROWS_PER_BATCH = 500
ROWS_PER_GROUP = 2000
LARGEST_EXACT = 2**53
"""The largest whole number below which a floating-point column keeps all of them."""


def arrow() -> Any:
    """Return pyarrow.

    Raises:
        ConfigurationError: It is not installed.
    """
    try:
        importlib.import_module("pyarrow.parquet")
        return importlib.import_module("pyarrow")
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "Parquet files need pyarrow: pip install 'authing-users[parquet]'"
        ) from error


class RawParquetRow(NamedTuple):
    """A row as it is in the file.

    Attributes:
        batch: The record batch that has it.
        position: The place of the row in it.
    """

    batch: Any
    position: int


class Extra(NamedTuple):
    """A value that is in the extra column, because its own column cannot represent it."""

    value: object


class ParquetLayout:
    """Parquet files. Null means that there is no value."""

    header_line: int | None = None
    encoding: str | None = None
    delimiter: str | None = None

    def __init__(self, source: Source) -> None:
        self._source = source
        self._arrow = arrow()
        self.schema = self._open().schema_arrow
        self.header: list[str] | None = list(self.schema.names)

    def raw_rows(self) -> Iterator[RawRow]:
        """Yield the rows, a few at a time."""
        names = self.schema.names
        extra_at = names.index(EXTRA_COLUMN) if EXTRA_COLUMN in names else None
        number = 0
        for batch in self._batches():
            columns = [self._values(column) for column in batch.columns]
            rows: Iterator[tuple[Any, ...]] = zip(*columns, strict=True)
            for index, cells in enumerate(rows):
                number += 1
                raw = RawParquetRow(batch, index)
                if extra_at is None or cells[extra_at] is None:
                    yield RawRow(number, None, cells, None, raw)
                else:
                    yield _with_extra(RawRow(number, None, cells, None, raw), names, extra_at)

    def convert(self, field: Field, value: Any) -> Any:
        """Return the value of a cell for a field, or ``Ellipsis`` if the cell is null."""
        return from_arrow(field, value)

    def raw_writer(self, target: Target) -> RawWriter:
        """Return an object that writes rows that failed."""
        return RawParquetWriter(target, self.schema)

    def _open(self) -> Any:
        try:
            # A buffer, so that a column of a row group is not read at once.
            return self._arrow.parquet.ParquetFile(self._source.open(), buffer_size=CHUNK)
        except (self._arrow.ArrowException, OSError) as error:
            raise self._error(error) from error

    def _batches(self) -> Iterator[Any]:
        file = self._open()
        try:
            yield from file.iter_batches(batch_size=ROWS_PER_BATCH)
        except (self._arrow.ArrowException, OSError) as error:
            raise self._error(error) from error
        finally:
            file.close()

    def _error(self, error: Exception) -> FileError:
        text = str(error).splitlines()[0]
        return FileError(self._source.name, f"the file cannot be read as Parquet: {text}")

    def _values(self, column: Any) -> list[Any]:
        types = self._arrow.types
        if types.is_timestamp(column.type) and column.type.unit == "ns":
            # Python has no nanoseconds.
            column = column.cast(self._arrow.timestamp("us", column.type.tz), safe=False)
        values: list[Any] = column.to_pylist()
        return values


def _with_extra(row: RawRow, names: Sequence[str], at: int) -> RawRow:
    """Return a row with the values of its extra column in their places."""
    cells: list[Any] = list(row.content)
    try:
        extra = parse_json(cells[at])
    except (TypeError, ValueError) as error:
        problem = f"the column {EXTRA_COLUMN!r} is not valid JSON: {error}"
        return row._replace(content=None, problem=problem)
    if not isinstance(extra, dict):
        problem = f"the column {EXTRA_COLUMN!r} must contain a JSON object"
        return row._replace(content=None, problem=problem)
    for name, value in cast("dict[str, object]", extra).items():
        if name in names:
            cells[names.index(name)] = Extra(value)
    return row._replace(content=cells)


def from_arrow(field: Field, value: Any) -> Any:
    """Return the value of a cell for a field, or ``Ellipsis`` if the cell is null."""
    if isinstance(value, Extra):
        return field.check(value.value)
    if value is None or (
        isinstance(value, float) and value != value
    ):  # data frames have NaN for no value
        return ...
    kind = field.kind
    if isinstance(value, str):
        return kind.parse(value)
    if isinstance(value, Decimal):
        return kind.parse(str(value))
    if isinstance(value, date | time):
        return kind.check(_moment(kind, value))
    if isinstance(value, float) and value.is_integer() and isinstance(kind, CustomNumber | Integer):
        # A column of whole numbers with gaps is one of floating-point numbers in data frames.
        return kind.check(int(value) if abs(value) <= LARGEST_EXACT else value)
    if isinstance(kind, Text) and isinstance(value, int) and not isinstance(value, bool):
        return kind.check(str(value))
    return kind.check(_without_nulls(value) if isinstance(kind, Identities) else value)


def _moment(kind: Kind, value: date | time) -> object:
    if isinstance(kind, CustomValue):
        return value.isoformat() if isinstance(value, time) else value
    if isinstance(kind, Date) and isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return value.isoformat()


def _without_nulls(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nulls(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return {key: item for key, item in items if item is not None}
    return value


def to_arrow(field: Field, value: Any) -> Any:
    """Return the value of a cell, or ``Ellipsis`` if the column cannot represent it."""
    kind = field.kind
    if value is None:
        return ...
    if isinstance(kind, Boolean | Integer | Number | TextList | Identities):
        cell = value
    elif isinstance(kind, CustomNumber):
        cell = _floating(value)
    else:
        cell = kind.format(value)
    try:
        is_same = cell is not ... and kind.to_json(from_arrow(field, cell)) == kind.to_json(value)
    except CellError:
        return ...
    return cell if is_same else ...


def nearest_number(field: Field, value: Any) -> float | None:
    """Return the number of a column that is nearest to one that the column cannot represent."""
    is_number = isinstance(value, int | float) and isinstance(field.kind, CustomNumber)
    try:
        return float(value) if is_number else None
    except OverflowError:
        return None


def _floating(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) <= LARGEST_EXACT else ...


class ParquetWriter:
    """Writes Parquet files, with a typed column for each field.

    Args:
        target: Where to write to.
        columns: The fields with columns.
    """

    def __init__(self, target: Target, columns: Sequence[Field]) -> None:
        self._arrow = arrow()
        self._columns = columns
        self._schema = self._arrow.schema(
            [
                *((field.name, self._type(field.kind)) for field in columns),
                (EXTRA_COLUMN, self._arrow.string()),
            ]
        )
        self._file = self._arrow.parquet.ParquetWriter(target.binary_stream(), self._schema)
        self._rows: list[dict[str, Any]] = []

    def write(self, values: dict[str, Any]) -> None:
        """Write one row."""
        custom: dict[str, Any] = values.get("customData") or {}
        row: dict[str, Any] = {}
        extra: list[str] = []
        for field in self._columns:
            key = field.custom_key
            name, source = (field.name, values) if key is None else (key, custom)
            if name in source:
                value = source[name]
                row[field.name] = cell = to_arrow(field, value)
                if cell is ...:
                    row[field.name] = nearest_number(field, value)
                    text = "null" if value is None else field.kind.to_json(value)
                    extra.append(f"{json.dumps(field.name, ensure_ascii=False)}: {text}")
        row[EXTRA_COLUMN] = f"{{{', '.join(extra)}}}" if extra else None
        self._rows.append(row)
        if len(self._rows) >= ROWS_PER_GROUP:
            self._write_rows()

    def close(self) -> None:
        """Write the last rows, and the footer."""
        if self._rows:
            self._write_rows()
        self._file.close()

    def discard(self) -> None:
        """Forget the rows that are not written yet."""
        with suppress(OSError):
            self._file.close()

    def _write_rows(self) -> None:
        self._file.write_table(self._arrow.Table.from_pylist(self._rows, self._schema))
        self._rows.clear()

    def _type(self, kind: Kind) -> Any:
        types = self._arrow
        if isinstance(kind, Boolean):
            return types.bool_()
        if isinstance(kind, Integer):
            return types.int64()
        if isinstance(kind, CustomNumber | Number):
            return types.float64()
        if isinstance(kind, TextList):
            return types.list_(types.string())
        if isinstance(kind, Identities):
            texts = [(name, types.string()) for name in IDENTITY_TEXTS]
            return types.list_(types.struct([*texts, ("isSocial", types.bool_())]))
        return types.string()


class RawParquetWriter:
    """Writes rows as they were read, with the column ``_error``."""

    def __init__(self, target: Target, schema: Any) -> None:
        self._arrow = arrow()
        field = self._arrow.field(ERROR_COLUMN, self._arrow.string())
        self._at = schema.get_field_index(ERROR_COLUMN)
        self._schema = schema.append(field) if self._at < 0 else schema.set(self._at, field)
        self._file = self._arrow.parquet.ParquetWriter(target.binary_stream(), self._schema)
        self._rows: list[Any] = []
        self._reasons: list[str] = []

    def write(self, raw: Any, reason: str) -> None:
        """Write a row."""
        self._rows.append(raw.batch.slice(raw.position, 1))
        self._reasons.append(reason)
        if len(self._rows) >= ROWS_PER_BATCH:
            self._write_rows()

    def close(self) -> None:
        """Write the last rows, and the footer."""
        if self._rows:
            self._write_rows()
        self._file.close()

    def discard(self) -> None:
        """Forget the rows that are not written yet."""
        with suppress(OSError):
            self._file.close()

    def _write_rows(self) -> None:
        columns = self._arrow.Table.from_batches(self._rows).columns
        reasons = self._arrow.array(self._reasons, self._arrow.string())
        at = len(columns) if self._at < 0 else self._at
        columns[at : at + 1] = [reasons]
        self._file.write_table(self._arrow.Table.from_arrays(columns, schema=self._schema))
        self._rows.clear()
        self._reasons.clear()
