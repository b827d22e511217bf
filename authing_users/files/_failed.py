"""Write the rows that failed, in the format of their file."""

import os
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from ..errors import AuthingError, InvalidInputError
from ._reading import UserFile
from ._rows import FileRow, RawRow, RawWriter
from ._targets import FileTarget, Target


class FailedRowsWriter:
    """Writes the rows that failed as they are in their file, with the reason.

    The corrected file can be read like the original one, with the same arguments. The reason is in
    an additional column or key ``_error``, which ``read_users`` ignores. Rows that are not valid
    JSON are written as they are, without the reason.

    The file is created when the first row is written, and appears under its name when it is
    complete. It contains the passwords of the original file, so only its owner can read it.

    Args:
        target: Path of the file, ``"-"`` for the standard output, or an open file.
        source: The file that the rows are from. It must not be closed before this writer.

    Raises:
        InvalidInputError: ``target`` is the file that is read.

    Attributes:
        count: Number of rows written.
    """

    def __init__(self, target: FileTarget, source: UserFile) -> None:
        if isinstance(target, str | os.PathLike) and source._source.is_at(target):
            # It would lose the rows that were not processed.
            raise InvalidInputError(
                f"{os.fspath(target)} is the file that is read: write the failed rows to another"
            )
        self._place = target
        self._source = source
        self._target: Target | None = None
        self._rows: RawWriter | None = None
        self._following: Iterator[RawRow] | None = None
        self._last = 0
        self._is_open = True
        self.count: int = 0

    def write(self, row: FileRow | int, error: BaseException | str) -> None:
        """Write a row.

        Args:
            row: The row, or its number. By number, the rows must be given in the order of the file,
                which is read once more.
            error: Why it failed.

        Raises:
            FileError: The file cannot be written.
            InvalidInputError: The source has no row with this number after the last one.
        """
        raw = self._raw_row(row) if isinstance(row, int) else row.raw
        if self._target is None:
            self._target = Target(self._place, is_private=True)
        with self._target.errors():
            if self._rows is None:
                self._rows = self._source._layout.raw_writer(self._target)
            self._rows.write(raw, _reason(error))
        self.count += 1

    def close(self) -> None:
        """Complete the file, if there is one, and put it in its place."""
        if self._is_open and self._rows is not None and self._target is not None:
            try:
                with self._target.errors():
                    self._rows.close()
                    self._target.commit()
            except BaseException:
                self.discard()
                raise
        self._is_open = False

    def discard(self) -> None:
        """Remove what was written."""
        if self._is_open and self._target is not None:
            if self._rows is not None:
                self._rows.discard()
            self._target.discard()
        self._is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # The rows that failed so far are worth keeping if the work stops.
        self.close()

    def _raw_row(self, number: int) -> object:
        if self._following is None:
            self._following = self._source._layout.raw_rows()
        if number > self._last:
            for row in self._following:
                self._last = row.number
                if row.number == number:
                    return row.raw
        raise InvalidInputError(f"row {number} does not follow row {self._last} in the file")


def _reason(error: BaseException | str) -> str:
    if isinstance(error, AuthingError):
        reason: object = getattr(error, "reason", None)
        return reason if isinstance(reason, str) else str(error)
    return str(error)
