"""Report the outcomes of rows: to people, to programs, and in files."""

import errno
import os
import re
from collections import Counter
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from .._context import Call
from .._each import count_of
from .._errors import UsageProblem, show_error
from .._text import printable
from ._input import Input
from ._results import ResultsWriter, results_suffix

if TYPE_CHECKING:
    from ...bulk import BulkItem
    from ...errors import AuthingError
    from ...files import FailedRowsWriter

SHOWN_FAILURES = 10
FAILURES = ("failed", "unknown")
# Such as `Item 3`, `users[3]` and `users[3].email`.
_POSITION = re.compile(r"\b(?:[Ii]tem (\d+)\b|users\[(\d+)\](\.)?)")
SUMMARY_FIELDS = (
    "rows",
    "created",
    "updated",
    "deleted",
    "unchanged",
    "skipped",
    "failed",
    "unknown",
    "notSent",
    "resumed",
    "seconds",
    "failedFile",
    "resultsFile",
    "ignored",
)
"""The fields of the summary that commands print for programs."""


class RowReport:
    """Takes the outcomes of rows, in their order.

    Args:
        call: The use of the command.
        found: The input.
        results: Path of the file of outcomes, or ``None``.
        failed: Path of the file of failed rows, or ``None``.
        in_order: Whether the outcomes are in the order of the rows.

    Attributes:
        counts: Numbers of rows by outcome.
        resumed: Number of rows whose outcome is from an earlier run.

    Raises:
        UsageProblem: A file cannot be written, or has the wrong suffix.
    """

    def __init__(
        self,
        call: Call,
        found: Input,
        *,
        results: str | None,
        failed: str | None,
        in_order: bool = True,
    ) -> None:
        from ...files import FailedRowsWriter

        self._input = found
        self._results_path = results
        self._failed_path = failed
        self._in_order = in_order
        self._waiting: dict[int, str] = {}
        self._without_row = 0
        self._call = call
        self.counts: Counter[str] = Counter()
        self.resumed = 0
        self._resources = ExitStack()
        check_failed_path(failed, found)
        self._results = self._resources.enter_context(ResultsWriter(results))
        self._failed: FailedRowsWriter | None = None
        if failed is not None:
            self._failed = self._resources.enter_context(FailedRowsWriter(failed, found.file))

    @property
    def failures(self) -> int:
        """Number of rows that failed, or whose outcome is unknown."""
        return sum(self.counts[name] for name in FAILURES)

    @property
    def total(self) -> int:
        """Number of rows of the file."""
        return self._input.total

    @property
    def left(self) -> int:
        """Number of rows that were not sent."""
        done = sum(self.counts.values()) - self.counts["not_sent"] - self._without_row
        return max(0, self._input.total - done)

    def add(self, item: "BulkItem") -> None:
        """Take the outcome of the row at the position of an item."""
        error = self._input.error_of(item.index) or item.error
        self.resumed += item.resumed
        self.record(item.index + 1, item.outcome, user_id=item.user_id, key=item.key, error=error)

    def record(
        self,
        row: int | None,
        outcome: str,
        *,
        user_id: str | None = None,
        key: str | None = None,
        error: "AuthingError | str | None" = None,
    ) -> None:
        """Take an outcome.

        Args:
            row: Number of the row, from 1. ``None`` for a user who is not in the file.
            outcome: The outcome.
            user_id: ID of the user.
            key: The user's key, such as ``externalId=E1``.
            error: Why it failed.
        """
        self.counts[outcome] += 1
        self._without_row += row is None
        if outcome == "not_sent":
            return
        reason = None if error is None else reason_of(error, row)
        self._results.write(
            {
                "row": row,
                "id": user_id,
                "outcome": outcome,
                "code": getattr(error, "code", None),
                "reason": reason,
            }
        )
        if outcome not in FAILURES:
            return
        if self._failed is not None and row is not None:
            self._add_failed(self._failed, row, reason or "")
        if self.failures <= SHOWN_FAILURES:
            where = self._input.name if row is None else f"{self._input.name}, row {row}"
            show_error(printable(f"{where}{f' ({key})' if key else ''}: {reason}"))
        elif self.failures == SHOWN_FAILURES + 1:
            where = "" if self._results_path or self._failed_path else ": see --results FILE"
            self._call.note(f"Further failures are not shown{where}.")

    def _add_failed(self, writer: "FailedRowsWriter", row: int, reason: str) -> None:
        if self._in_order:
            writer.write(row, reason)
        else:
            self._waiting[row] = reason

    def close(self) -> None:
        """Complete the files."""
        try:
            if self._failed is not None:
                for row in sorted(self._waiting):
                    self._failed.write(row, self._waiting[row])
        finally:
            self._resources.close()

    def summary(self, seconds: float) -> dict[str, object]:
        """Return the numbers for programs."""
        names = ("created", "updated", "deleted", "unchanged", "skipped", "failed", "unknown")
        return {
            "rows": self._input.total,
            **{name: self.counts[name] for name in names},
            "notSent": self.counts["not_sent"],
            "resumed": self.resumed,
            "seconds": round(seconds, 1),
            "failedFile": self._failed_path if self.failures else None,
            "resultsFile": self._results_path,
            "ignored": dict(self._input.file.ignored),
        }

    def text(self, seconds: float) -> str:
        """Return the numbers for people."""
        names = ("created", "updated", "deleted", "unchanged", "skipped", "failed", "unknown")
        parts = [f"{self.counts[name]:,} {name}" for name in names if self.counts[name]]
        done = ", ".join(parts) or "nothing to do"
        again = f" ({self.resumed:,} of them before)" if self.resumed else ""
        return f"{count_of(self._input.total, 'row')}: {done}{again}, in {seconds:,.1f} s."

    def hints(self) -> list[str]:
        """Return what the user can do about failed rows."""
        if not self.failures:
            return []
        if self._failed_path is None:
            return ["To get the failed rows as a file that can be corrected: --failed FILE"]
        return [f"The failed rows are in {self._failed_path}. Correct them, and import that file."]


def check_report_paths(
    results: str | None, failed: str | None, source: str, journal: str | None = None
) -> None:
    """Check the files of a report before anything is read.

    Raises:
        UsageProblem: A suffix is wrong, two files are the same, or one cannot be written.
    """
    if results is not None:
        results_suffix(results)
    named = [
        ("FILE", source),
        ("--results", results),
        ("--failed", failed),
        ("--journal", journal),
    ]
    seen: dict[str, str] = {}
    for option, path in named:
        if path is None or (path == "-" and option == "FILE"):
            continue
        if path == "-":
            raise UsageProblem(f"{option} needs the name of a file")
        real = os.path.realpath(path)
        if real in seen:
            raise UsageProblem(f"{seen[real]} and {option} name the same file: {path}")
        seen[real] = option
    _check_writable("--results", results, is_replaced=False)
    _check_writable("--failed", failed, is_replaced=True)


def _check_writable(option: str, path: str | None, *, is_replaced: bool) -> None:
    """Check that a file can be written, without changing it.

    Args:
        option: The option that names it.
        path: Path of the file, or ``None``.
        is_replaced: Whether another file replaces it, instead of being written to.

    Raises:
        UsageProblem: It cannot be written.
    """
    if path is None:
        return
    real = os.path.realpath(path)
    has_file = os.path.isfile(real)
    if os.path.exists(real) and not has_file and not os.path.isdir(real):
        return  # a device or a pipe, which opening may change
    try:
        if has_file and not is_replaced:
            with open(real, "ab"):
                return
        if os.path.isdir(real):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with TemporaryFile(dir=os.path.dirname(real)):
            return
    except OSError as error:
        problem = error.strerror or str(error)
    raise UsageProblem(f"{option}: {path} cannot be written: {problem}")


def check_failed_path(failed: str | None, found: Input) -> None:
    """Check that the suffix of the file of failed rows is that of the input's format.

    Raises:
        UsageProblem: It is another one, so that the file could not be read again.
    """
    if failed is None or failed == "-":
        return
    suffix = os.path.splitext(failed)[1].lower().removeprefix(".").replace("ndjson", "jsonl")
    known = ("jsonl", "json", "csv", "tsv", "parquet")
    if suffix in known and suffix != found.file.format:
        raise UsageProblem(
            f"--failed: {failed} would contain {found.file.format}, the format of the input",
            hint=f"Example: --failed failed.{found.file.format}",
        )


def reason_of(error: "AuthingError | str", row: int | None) -> str:
    """Return why a row failed, in one line.

    Args:
        error: The error.
        row: Number of the row, or ``None``.
    """
    from ...errors import InvalidInputError

    reason: object = getattr(error, "reason", None) or getattr(error, "message", error)
    text = " ".join(str(reason).split())
    text = text.replace("(check_dates=False)", "(--any-dates)")
    return in_rows(text, row) if isinstance(error, InvalidInputError) else text


def in_rows(text: str, row: int | None) -> str:
    """Replace the positions in a message of this library, from 0, by row numbers, from 1.

    Args:
        text: The message.
        row: Number of the row that it is about, which is left out at its beginning.
    """
    replaced = _POSITION.sub(_row, text)
    return re.sub(rf"^row {row}:? ", "", replaced)


def _row(found: re.Match[str]) -> str:
    return f"row {int(found[1] or found[2]) + 1}{': ' if found[3] else ''}"
