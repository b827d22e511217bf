"""The rows of a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from ._errors import FileError

if TYPE_CHECKING:
    from .._inputs.records import UserRecord

ERROR_COLUMN = "_error"
"""The column that ``FailedRowsWriter`` adds, and that ``read_users`` ignores."""

EXTRA_COLUMN = "_extra"
"""The column of Parquet files for values that their own columns cannot represent, as JSON."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of a file of users.

    Attributes:
        number: Number of the row, from 1. The header is not counted.
        record: The user. ``None`` if the row has an error.
        error: What is wrong with the row. ``None`` if it has a record.
        line: Number of the line in the file where the row starts, from 1. ``None`` if the format
            has no lines.
        raw: The row as it is in the file, for ``FailedRowsWriter``. It can contain passwords.
        partial: The fields that could be read of a row with an error, for ``users.plan()``, which
            keeps the user.
    """

    number: int
    record: "UserRecord | None" = field(repr=False)
    error: FileError | None = None
    line: int | None = None
    raw: object = field(default=None, repr=False)
    partial: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)

    @property
    def readable(self) -> Mapping[str, object]:
        """The fields that could be read."""
        return self.partial if self.record is None else cast("Mapping[str, object]", self.record)


class RawRow(NamedTuple):
    """A row before its values are checked.

    Attributes:
        number: Number of the row, from 1.
        line: Number of its line, or ``None``.
        content: Its cells by column, or its object. ``None`` if it cannot be read.
        problem: Why it cannot be read.
        raw: The row as it is in the file.
    """

    number: int
    line: int | None
    content: Any
    problem: str | None
    raw: object


class RawWriter(Protocol):
    """How failed rows of a format are written."""

    def write(self, raw: Any, reason: str) -> None:
        """Write a row as it was read, with the reason why it failed."""
        ...

    def close(self) -> None:
        """Write the end of the file."""
        ...

    def discard(self) -> None:
        """Forget the rows that are not written yet."""
        ...
