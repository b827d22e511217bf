"""Errors about files."""

from collections.abc import Sequence

from ..errors import InvalidInputError


class FileError(InvalidInputError):
    """A file, or a row of a file, cannot be read or written.

    The message names the file, and the row and column if the error is about one. It contains no
    passwords.

    Attributes:
        file: Name of the file, such as ``users.csv``, or ``<stdin>``.
        row: Number of the row, from 1. The header is not counted. ``None`` if the error is about
            the file.
        line: Number of the line in the file, from 1. ``None`` if it is not known.
        column: Name of the column, or key of the field. ``None`` if the error is about the row.
            If several columns are wrong, it is the first one.
        problems: Each wrong column, or ``None`` for the row, with what is wrong.
    """

    def __init__(
        self,
        file: str,
        problem: str,
        *,
        row: int | None = None,
        line: int | None = None,
        column: str | None = None,
        more: Sequence[tuple[str | None, str]] = (),
    ) -> None:
        self.file = file
        self.row = row
        self.line = line
        self.column = column
        self.problems: tuple[tuple[str | None, str], ...] = ((column, problem), *more)
        joint = ", " if column is not None else ": "
        super().__init__(f"{self.place}{joint}{self.reason}")

    @property
    def place(self) -> str:
        """The file, the row and the line, such as ``users.csv, row 3 (line 4)``."""
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
            if self.line is not None and self.line != self.row:
                place += f" (line {self.line})"
        elif self.line is not None:
            place += f", line {self.line}"
        return place

    @property
    def reason(self) -> str:
        """The problems, with the columns but without the place of the row."""
        return "; ".join(
            f"column {column!r}: {text}" if column is not None else text
            for column, text in self.problems
        )


class CellError(ValueError):
    """A value cannot be stored in its field. The message does not say where."""


def path_problem(error: OSError | ValueError) -> str:
    """Return why a file cannot be opened. ``ValueError``: the path has a null byte."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return "the path contains a null byte"
