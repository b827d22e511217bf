"""Records from the values of rows."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from .._runtime.secret import masked
from ._columns import Columns
from ._errors import CellError, FileError
from ._fields import PASSWORD_HASH, Field
from ._rows import FileRow, RawRow

if TYPE_CHECKING:
    from .._inputs.records import UserRecord

Values = Iterable[tuple[str, Field | None, Any]]
"""The columns of a row with their fields and values."""


class RecordReader:
    """Makes records of rows.

    Args:
        file: Name of the file, for messages.
        columns: The fields of columns.
        convert: Returns the value that a cell has for a field, or raises ``CellError``. Returns
            ``Ellipsis`` for a cell without a value.
    """

    def __init__(self, file: str, columns: Columns, convert: Callable[[Field, Any], Any]) -> None:
        self._file = file
        self._columns = columns
        self._convert = convert

    def of_object(self, row: RawRow) -> FileRow:
        """Return the row of an object, whose keys are found one by one."""
        if row.problem is not None:
            return self._failed(row, [(None, row.problem)])
        values: list[tuple[str, Field | None, Any]] = []
        unknown: list[tuple[str | None, str]] = []
        for name, value in cast("Mapping[str, Any]", row.content).items():
            try:
                values.append((name, self._columns.field(name), value))
            except KeyError:
                unknown.append((name, self._columns.problem(name)))
        if not unknown:
            return self.of_values(row, values)
        return self._failed(row, unknown, self.of_values(row, values).readable)

    def of_values(self, row: RawRow, values: Values) -> FileRow:
        """Return the row of values whose fields are known."""
        if row.problem is not None:
            return self._failed(row, [(None, row.problem)])
        record: dict[str, Any] = {}
        problems: list[tuple[str | None, str]] = []
        for column, field, value in values:
            if field is None:
                continue
            try:
                converted = self._convert(field, value)
                if converted is not ...:
                    _add(record, field, converted)
            except CellError as error:
                problems.append((column, str(error)))
        if problems:
            return self._failed(row, problems, record)
        return FileRow(row.number, cast("UserRecord", record), None, row.line, row.raw)

    def _failed(
        self,
        row: RawRow,
        problems: list[tuple[str | None, str]],
        partial: Mapping[str, object] | None = None,
    ) -> FileRow:
        (column, first), *more = problems
        error = FileError(
            self._file, first, row=row.number, line=row.line, column=column, more=more
        )
        return FileRow(row.number, None, error, row.line, row.raw, partial or {})


def _add(record: dict[str, Any], field: Field, value: Any) -> None:
    """Add a value to a record."""
    name = field.name
    if field.custom_key is not None:
        _add_custom(record, {field.custom_key: value})
    elif name == "customData":
        _add_custom(record, value)
    elif name in ("password", PASSWORD_HASH):
        if "password" in record:
            raise CellError("the row has both a password and a password hash: keep one of them")
        if name == PASSWORD_HASH:
            _add_keep_password(record, True)
        record["password"] = masked(value)
    elif name == "keepPassword":
        _add_keep_password(record, value)
    elif name in record:
        raise CellError(f"the row has another value for {name!r}")
    else:
        record[name] = value


def _add_keep_password(record: dict[str, Any], value: bool) -> None:
    # A column of hashes says it too.
    if record.setdefault("keepPassword", value) != value:
        raise CellError("a password hash is kept: 'keepPassword' must not be false")


def _add_custom(record: dict[str, Any], values: Mapping[str, Any]) -> None:
    known: dict[str, Any] = record.setdefault("customData", {})
    for key, value in values.items():
        if key in known:
            raise CellError(f"the row has another value for the custom field {key!r}")
        known[key] = value
