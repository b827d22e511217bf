"""Read files of users."""

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from authing_graphql import CreateUserInput

from ..errors import InvalidInputError
from ._columns import Columns
from ._csv_rows import CSVLayout
from ._fields import CustomFieldTypes, Field, Fields
from ._formats import FileFormat, file_format
from ._json_rows import JSONLayout
from ._parquet_rows import ParquetLayout
from ._records import RecordReader
from ._rows import ERROR_COLUMN, EXTRA_COLUMN, FileRow, RawRow, RawWriter
from ._sources import FileSource, Source, detect_encoding
from ._targets import Target

if TYPE_CHECKING:
    from .._inputs.records import UserRecord


class Layout(Protocol):
    """How the rows of a format are read.

    Attributes:
        header: The columns. ``None`` if each row has its own.
        header_line: Number of the line that has them, or ``None``.
        encoding: The encoding. ``None`` if the format is not text.
        delimiter: Separator of cells, or ``None``.
    """

    header: list[str] | None
    header_line: int | None
    encoding: str | None
    delimiter: str | None

    def raw_rows(self) -> Iterator[RawRow]:
        """Yield the rows, from the first."""
        ...

    def convert(self, field: Field, value: Any) -> Any:
        """Return the value of a cell for a field, or ``Ellipsis`` if there is none."""
        ...

    def raw_writer(self, target: Target) -> RawWriter:
        """Return an object that writes rows that failed."""
        ...


class UserFile:
    """A file of users, which ``read_users`` has opened.

    Iterating over it yields its rows, always from the first one. Rows with errors are rows too.
    Use it as a context manager, or call ``close()``.
    """

    def __init__(
        self, source: Source, format: FileFormat, layout: Layout, columns: Columns
    ) -> None:
        self._source = source
        self._layout = layout
        self._columns = columns
        self.name: str = source.name
        """Name of the file, such as ``users.csv``. ``<stdin>`` for the standard input."""
        self.format = format
        """Its format."""
        self._fields = (
            None
            if layout.header is None
            else columns.of_header(source.name, layout.header, layout.header_line)
        )

    @property
    def sha256(self) -> str:
        """The SHA-256 hash of the file, in hexadecimal digits."""
        return self._source.sha256

    @property
    def encoding(self) -> str | None:
        """The encoding of its text. ``None`` for Parquet."""
        return self._layout.encoding

    @property
    def delimiter(self) -> str | None:
        """The separator of the cells of a CSV file. ``None`` for other formats."""
        return self._layout.delimiter

    @property
    def header(self) -> list[str] | None:
        """The names of its columns. ``None`` for JSON, where each object has its own keys."""
        return None if self._layout.header is None else list(self._layout.header)

    @property
    def fields(self) -> dict[str, str]:
        """The fields that its columns stand for, by column. Empty for JSON."""
        pairs = zip(self._layout.header or (), self._fields or (), strict=True)
        return {name: field.name for name, field in pairs if field is not None}

    @property
    def ignored(self) -> dict[str, str]:
        """The columns or keys that were ignored so far, each with the reason.

        The reason is ``read-only`` for a field that the API sets, and ``mapped to '-'``.
        """
        return dict(self._columns.ignored)

    def __iter__(self) -> Iterator[FileRow]:
        """Yield the rows, from the first one.

        Raises:
            FileError: The file is damaged, so that the following rows cannot be read.
        """
        reader = RecordReader(self.name, self._columns, self._layout.convert)
        for row in self._layout.raw_rows():
            if self._fields is None or row.problem is not None:
                yield reader.of_object(row)
            else:
                header = self._layout.header or []
                yield reader.of_values(row, zip(header, self._fields, row.content, strict=True))

    def records(self) -> "Iterator[UserRecord]":
        """Yield the users, from the first one.

        Raises:
            FileError: A row has an error.
        """
        for row in self:
            if row.error is not None:
                raise row.error
            if row.record is not None:
                yield row.record

    def count_rows(self) -> int:
        """Return the number of rows, which reads the file once.

        Raises:
            FileError: The file is damaged, so that the following rows cannot be read.
        """
        return sum(1 for _ in self._layout.raw_rows())

    def close(self) -> None:
        """Close the file. A stream that was given to ``read_users`` stays open."""
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def read_users(
    source: FileSource,
    *,
    format: FileFormat | None = None,
    columns: Mapping[str, str] | None = None,
    custom_fields: CustomFieldTypes | None = None,
    create_input: type[CreateUserInput] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    clear_empty: bool = False,
    check_dates: bool = True,
    name: str | None = None,
) -> UserFile:
    """Open a file of users, and check its columns.

    Memory does not grow with the file. The bytes are read once to hash them and to check their
    encoding, and once more for each iteration. A stream is copied to a temporary file first.

    Args:
        source: Path of the file, ``"-"`` for the standard input, or an open file.
        format: Format of the file. Default: that of the suffix: ``.jsonl``, ``.ndjson``,
            ``.json``, ``.csv``, ``.tsv`` or ``.parquet``.
        columns: Fields by column or key: ``{"Work e-mail": "email"}``. ``"-"`` ignores a column.
            Names of fields, in any usual spelling, need no entry.
        custom_fields: The custom fields of the pool: ``client.udf.list("USER")``, or their types by
            key. Other keys are errors then. Default: any key is accepted, and cells of CSV files
            are text.
        create_input: The client option of this name, if fields of it are used.
        encoding: Encoding of the text, such as ``gb18030``. Default: by the byte order mark,
            otherwise UTF-8.
        delimiter: Separator of the cells of a CSV file. Default: the one that the header has: a
            comma, a semicolon, a tab or a vertical bar.
        clear_empty: Whether an empty cell of a CSV file clears its field, for files that have all
            of each user. Default: an empty cell leaves the field as it is.
        check_dates: Whether text of ``birthdate``, of times and of ``DATETIME`` fields must be a
            date or a time. ``False`` accepts any text.
        name: Name of the file for messages. Default: the last part of its path.

    Returns:
        The file, which yields its rows.

    Raises:
        FileError: The file cannot be read, has another encoding, or has unknown columns.
        InvalidInputError: An argument is invalid.
    """
    chosen = file_format(format, None if source == "-" else source)
    fields = Fields(create_input, custom_fields, check_dates=check_dates)
    own = (ERROR_COLUMN, EXTRA_COLUMN) if chosen == "parquet" else (ERROR_COLUMN,)
    found = Columns(fields, columns, own=own)
    opened = Source(source, name)
    try:
        layout = _layout(opened, chosen, encoding, delimiter, clear_empty=clear_empty)
        return UserFile(opened, chosen, layout, found)
    except BaseException:
        opened.close()
        raise


def _layout(
    source: Source,
    format: FileFormat,
    encoding: str | None,
    delimiter: str | None,
    *,
    clear_empty: bool,
) -> Layout:
    if format == "parquet":
        for argument, value in (("encoding", encoding), ("delimiter", delimiter)):
            if value is not None:
                raise InvalidInputError(f"{argument}: Parquet files have none")
        return ParquetLayout(source)
    text_encoding = detect_encoding(source, encoding)
    if format in ("csv", "tsv"):
        default = "\t" if format == "tsv" else ","
        return CSVLayout(source, text_encoding, delimiter, default, clear_empty=clear_empty)
    if delimiter is not None:
        raise InvalidInputError(f"delimiter: {format} files have no delimiter")
    return JSONLayout(source, text_encoding, is_array=format == "json")
