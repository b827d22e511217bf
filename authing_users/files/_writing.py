"""Write files of users."""

from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self, cast

from authing_graphql import CreateUserInput

from .._inputs.checks import type_name
from .._runtime.secret import Secret
from ..errors import InvalidInputError
from ._csv_rows import CSVWriter, one_character
from ._errors import CellError, FileError
from ._fields import CUSTOM, PASSWORD_HASH, CustomFieldTypes, Field, Fields
from ._formats import FileFormat, file_format
from ._parquet_rows import ParquetWriter
from ._sources import known_encoding
from ._targets import FileTarget, Target, TextWriter

if TYPE_CHECKING:
    from .._inputs.records import UserRecord

_Row = dict[str, Any]
"""The checked values of a record, by field: ``custom.KEY`` for custom fields with columns."""


NOT_BY_DEFAULT = ("password", "keepPassword")
"""The fields for which tables have no column unless ``fields`` names them."""


class RowWriter(Protocol):
    """How the rows of a format are written."""

    def write(self, values: _Row) -> None:
        """Write one row."""
        ...

    def close(self) -> None:
        """Write the end of the file."""
        ...

    def discard(self) -> None:
        """Forget the rows that are not written yet."""
        ...


class JSONWriter:
    """Writes JSON Lines, or a JSON array."""

    def __init__(self, text: TextWriter, fields: Fields, *, is_array: bool) -> None:
        self._text = text
        self._fields = fields
        self._is_array = is_array
        self._start = "[\n" if is_array else ""

    def write(self, values: _Row) -> None:
        """Write one object."""
        items = [f'"{name}": {self._json(name, value)}' for name, value in values.items()]
        end = "" if self._is_array else "\n"
        self._text.write(f"{self._start}{{{', '.join(items)}}}{end}")
        if self._is_array:
            self._start = ",\n"

    def close(self) -> None:
        """Write the end of the array."""
        if self._is_array:
            self._text.write("[]\n" if self._start == "[\n" else "\n]\n")

    def discard(self) -> None:
        """Do nothing: all rows are written."""

    def _json(self, name: str, value: Any) -> str:
        return "null" if value is None else self._fields.by_name[name].kind.to_json(value)


class UserWriter:
    """Writes a file of users, with the same bytes for the same users.

    Use it as a context manager. A file appears under its name when the block ends. If the block
    raises an error, no file is written, and a file that was there stays.

    Args:
        target: Path of the file, ``"-"`` for the standard output, or an open file.
        format: Format of the file. Default: that of the suffix.
        fields: The fields to write, in this order, such as ``["email", "custom.level"]``. Values of
            other fields are left out. Default: all fields. CSV and Parquet files then have a column
            for each.
        custom_fields: The custom fields of the pool: ``client.udf.list("USER")``, or their types by
            key. Each has a column ``custom.KEY``. Default: one column ``customData`` with JSON.
        create_input: The client option of this name, if fields of it are used.
        encoding: Encoding of the text.
        delimiter: Separator of the cells of a CSV file. Default: a comma, or a tab for TSV.

    Raises:
        FileError: The file cannot be written.
        InvalidInputError: An argument is invalid.

    Attributes:
        name: Name of the file, such as ``users.csv``. ``<stdout>`` for the standard output.
        count: Number of users written.
    """

    def __init__(
        self,
        target: FileTarget,
        *,
        format: FileFormat | None = None,
        fields: Sequence[str] | None = None,
        custom_fields: CustomFieldTypes | None = None,
        create_input: type[CreateUserInput] | None = None,
        encoding: str = "utf-8",
        delimiter: str | None = None,
    ) -> None:
        self.format = file_format(format, None if target == "-" else target)
        # Stored values are written as they are.
        self._fields = Fields(create_input, custom_fields, check_dates=False)
        self._selected = None if fields is None else _selected(self._fields, fields, self.format)
        self.count: int = 0
        self._is_open = True
        self._rows: RowWriter | None = None
        self._target = Target(target)
        self.name: str = self._target.name
        try:
            with self._target.errors():
                self._rows = self._row_writer(encoding, delimiter)
        except CellError as error:
            self.discard()
            raise FileError(self.name, f"the header: {error}") from None
        except BaseException:
            self.discard()
            raise

    def write(self, record: "UserRecord | Mapping[str, object]") -> None:
        """Write a user.

        Args:
            record: The user, as ``user_to_record`` returns it, or a dict with such keys.

        Raises:
            FileError: A key is unknown, or the file cannot represent a value.
            InvalidInputError: The record is not a dict, or the file is complete.
        """
        if self._rows is None or not self._is_open:
            raise InvalidInputError("the file is complete: no user can be added")
        if not isinstance(record, Mapping):
            raise InvalidInputError(
                f"record must be a dict, not {type_name(record)}: write user_to_record(user)"
            )
        values = self._values(cast("Mapping[str, Any]", record))
        try:
            with self._target.errors():
                self._rows.write(values)
        except CellError as error:
            raise self._error(None, str(error)) from None
        self.count += 1

    def close(self) -> None:
        """Complete the file, and put it in its place."""
        if self._is_open and self._rows is not None:
            try:
                with self._target.errors():
                    self._rows.close()
                    self._target.commit()
            except BaseException:
                self.discard()
                raise
            self._is_open = False

    def discard(self) -> None:
        """Remove what was written, and leave the file that was there before."""
        if self._is_open:
            self._is_open = False
            if self._rows is not None:
                self._rows.discard()
            self._target.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc_type is None:
            self.close()
        else:
            self.discard()

    def _row_writer(self, encoding: str, delimiter: str | None) -> RowWriter:
        if self.format == "parquet":
            return ParquetWriter(self._target, self._columns())
        text = self._target.text_writer(known_encoding(encoding))
        if self.format in ("csv", "tsv"):
            default = "\t" if self.format == "tsv" else ","
            return CSVWriter(text, self._columns(), one_character(delimiter or default))
        if delimiter is not None:
            raise InvalidInputError(f"delimiter: {self.format} files have no delimiter")
        return JSONWriter(text, self._fields, is_array=self.format == "json")

    def _columns(self) -> list[Field]:
        """Return the fields with columns."""
        if self._selected is not None:
            return self._selected
        columns = [
            field for name, field in self._fields.by_name.items() if name not in NOT_BY_DEFAULT
        ]
        keys = self._fields.custom_keys
        if keys is None:
            return columns
        custom = [field for key in keys if (field := self._fields.custom(key)) is not None]
        return [*(field for field in columns if field.name != "customData"), *custom]

    def _values(self, record: Mapping[str, Any]) -> _Row:
        """Return the checked values of a record, in the order of the file."""
        known = self._fields.by_name
        checked: _Row = {}
        for name, value in record.items():
            field = known.get(name)
            if field is None:
                raise self._error(name, f"there is no such field.{self._hint(name)}")
            try:
                plain_value = field.check(_plain(value))
            except CellError as error:
                raise self._error(name, str(error)) from None
            if plain_value is not ...:
                checked[name] = plain_value
        if not checked.get("customData", True):
            del checked["customData"]
        if self._selected is None:
            self._check_columns(checked)
            return {name: checked[name] for name in known if name in checked}
        return self._only_selected(checked, self._selected)

    def _check_columns(self, values: _Row) -> None:
        """Reject values that have no column."""
        if self.format in ("json", "jsonl"):
            return
        for name in NOT_BY_DEFAULT:
            if name in values:
                raise self._error(
                    name, "the file has no column for it. Name it in fields=[…] to write passwords"
                )

    def _only_selected(self, values: _Row, selected: Sequence[Field]) -> _Row:
        chosen: _Row = {}
        custom: dict[str, Any] = values.get("customData", {})
        for field in selected:
            key = field.custom_key
            if key is None and field.name in values:
                chosen[field.name] = values[field.name]
            elif key is not None and key in custom:
                chosen.setdefault("customData", {}).setdefault(key, custom[key])
        return chosen

    def _hint(self, name: str) -> str:
        close = self._fields.suggestion(name)
        return f" Did you mean {close!r}?" if close else ""

    def _error(self, column: str | None, problem: str) -> FileError:
        return FileError(self.name, problem, row=self.count + 1, column=column)


def _selected(fields: Fields, names: Iterable[str], format: FileFormat) -> list[Field]:
    selected: dict[str, Field] = {}
    for name in [names] if isinstance(names, str) else names:
        field = fields.find(name)
        if field is None or field.name == PASSWORD_HASH:
            close = fields.suggestion(name)
            hint = f" Did you mean {close!r}?" if close else ""
            raise InvalidInputError(f"fields: files have no field {name!r}.{hint}")
        if field.custom_key and fields.custom_keys is None and format not in ("json", "jsonl"):
            raise InvalidInputError(
                f"fields: the type of {field.name!r} is not known: give "
                f"custom_fields={{{field.custom_key!r}: 'STRING'}}"
            )
        selected[field.name] = field
    if not selected:
        raise InvalidInputError("fields is empty")
    custom = next((name for name in selected if name.startswith(CUSTOM)), None)
    if custom is not None and "customData" in selected:
        raise InvalidInputError(f"fields: {custom!r} is a part of 'customData': keep one of them")
    return list(selected.values())


def _plain(value: Any) -> Any:
    return value.reveal() if isinstance(value, Secret) else value


def write_users(
    target: FileTarget, records: "Iterable[UserRecord | Mapping[str, object]]", **options: Any
) -> int:
    """Write a file of users, and return their number.

    Args:
        target: Path of the file, ``"-"`` for the standard output, or an open file.
        records: The users.
        **options: As for ``UserWriter``.

    Raises:
        FileError: The file cannot be written, or cannot represent a value.
        InvalidInputError: An argument is invalid.
    """
    with UserWriter(target, **options) as writer:
        for record in records:
            writer.write(record)
    return writer.count
