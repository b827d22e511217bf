"""Open the file of users that a command reads."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from .._context import Call
from .._errors import UsageProblem
from ._options import FileFormatName, Key

if TYPE_CHECKING:
    from ..._inputs.records import UserRecord
    from ..._sync.management import ManagementClient
    from ...bulk import BulkKey
    from ...files import FileError, FileRow, UserFile

STDIN = "-"
KEYS = tuple(key.value for key in Key)


class Input:
    """The file of users that a command reads.

    Attributes:
        file: The opened file.
        total: Number of its rows.
        reading: The options that decide what the rows contain.
        check: Returns the field of a record that is wrong and the reason, or ``None``.
    """

    def __init__(self, file: "UserFile", reading: dict[str, object]) -> None:
        self.file = file
        self.total = file.count_rows()
        self.reading = reading
        self.check: Callable[[UserRecord], tuple[str, str] | None] | None = None
        self._errors: dict[int, FileError] = {}

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.file.name

    def items(self) -> Iterator[Any]:
        """Yield a record for each row. A row that cannot be read yields its error instead.

        So each row has the position that it has in the file. The error of the outcome of such a
        row is that of ``error_of``.
        """
        for row in self.file:
            error = row.error or self._problem_of(row)
            if error is not None:
                self._errors[row.number - 1] = error
            yield row.record if error is None else error

    def _problem_of(self, row: "FileRow") -> "FileError | None":
        from ...files import FileError

        if row.record is None or self.check is None:
            return None
        problem = self.check(row.record)
        if problem is None:
            return None
        column, reason = problem
        return FileError(self.name, reason, row=row.number, line=row.line, column=column)

    def error_of(self, index: int) -> "FileError | None":
        """Return why the row at a position could not be read, once."""
        return self._errors.pop(index, None)

    def key_of_all(self) -> "BulkKey":
        """Return the first field that identifies a user and that all rows have.

        Raises:
            UsageProblem: There is none.
        """
        candidates = list(KEYS)
        for row in self.file:
            if row.record is not None:
                record: Mapping[str, object] = row.record
                candidates = [key for key in candidates if record.get(key)]
        if candidates:
            return cast("BulkKey", candidates[0])
        raise UsageProblem(
            f"{self.name}: no field identifies all users",
            hint="Name the field by which users are recognized: --key externalId",
        )


def key_name(key: Key | None) -> "BulkKey | None":
    """Return the field that the option ``--key`` names."""
    return None if key is None else key.value


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read, as the options say.

    Attributes:
        format: The format. ``None``: by the suffix.
        columns: The fields of columns, as ``COLUMN=FIELD``.
        encoding: The encoding. ``None``: the one that is found.
        delimiter: The separator of cells. ``None``: the one that is found.
        any_dates: Whether any text is accepted as a date.
    """

    format: FileFormatName | None
    columns: Sequence[str] | None
    encoding: str | None
    delimiter: str | None
    any_dates: bool


def open_input(call: Call, client: "ManagementClient", path: str, reading: Reading) -> Input:
    """Open a file, and check its columns with the custom fields of the pool.

    Raises:
        UsageProblem: The file cannot be read, or an option is invalid.
        FileError: It has unknown columns, or another encoding.
    """
    from ...errors import InvalidInputError
    from ...files import FileError, read_users

    fields = field_by_column(reading.columns)
    check_readable(path, reading.format)
    types = custom_field_types(client)
    try:
        opened = read_users(
            path,
            format=None if reading.format is None else reading.format.value,
            columns=fields,
            custom_fields=types,
            encoding=reading.encoding,
            delimiter=reading.delimiter,
            check_dates=not reading.any_dates,
        )
    except FileError:
        raise
    except InvalidInputError as error:
        problem = error.message
    else:
        try:
            details: dict[str, object] = {
                "map": fields,
                "format": opened.format,
                "encoding": opened.encoding,
                "delimiter": reading.delimiter,
            }
            found = Input(opened, details)
            _describe(call, found)
        except BaseException:
            opened.close()
            raise
        return found
    name, _, rest = problem.partition(": ")
    raise UsageProblem(f"--map: {rest}" if name.startswith("columns[") else problem)


def check_readable(path: str, format: FileFormatName | None) -> None:
    """Check that a file can be opened, before anything is sent.

    Raises:
        UsageProblem: It cannot, or it is stdin and the format is not known.
    """
    if path == STDIN:
        if format is None:
            raise UsageProblem(
                "the format of stdin is not known", hint="Name it: --format jsonl, or csv"
            )
        return
    try:
        with open(path, "rb"):
            return
    except OSError as error:
        problem = error.strerror or str(error)
    hint = None
    if not os.path.exists(path):
        hint = _similar(path)
    raise UsageProblem(f"{path} cannot be read: {problem}", hint=hint)


def field_by_column(options: Sequence[str] | None) -> dict[str, str]:
    """Return the fields of columns that ``--map`` names.

    Raises:
        UsageProblem: An option is not of the form ``COLUMN=FIELD``, or repeats a column.
    """
    fields: dict[str, str] = {}
    for option in options or ():
        column, sign, field = option.rpartition("=")
        if not sign or not column or not field:
            raise UsageProblem(
                f"--map: expected COLUMN=FIELD, not {option!r}",
                hint="Example: --map 'Work e-mail=email'",
            )
        if column in fields:
            raise UsageProblem(f"--map: the column {column!r} is given twice")
        fields[column] = field
    return fields


def custom_field_types(client: "ManagementClient") -> dict[str, Any]:
    """Return the types of the custom fields of users, by key."""
    return {
        field.key: field.data_type
        for field in client.udf.list("USER")
        if field.key and field.data_type is not None
    }


def _similar(path: str) -> str | None:
    """Suggest a file of the same folder."""
    from authing_graphql.input_values import did_you_mean

    folder, name = os.path.split(path)
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return None
    return did_you_mean(name, names).strip() or None


def _describe(call: Call, found: Input) -> None:
    """Say what was found out about the file, if that is not the usual."""
    encoding = found.file.encoding
    if encoding is not None and encoding.lower().replace("_", "-") not in ("utf-8", "utf-8-sig"):
        call.note(f"{found.name}: the encoding is {encoding}.")
    ignored = [f"{name} ({reason})" for name, reason in found.file.ignored.items()]
    if ignored:
        call.note(f"{found.name}: ignored columns: {', '.join(ignored)}.")
