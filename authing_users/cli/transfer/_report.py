"""Report the outcomes of rows: to people, to programs, and in files."""

import os
import re
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from .._context import Call
from .._errors import UsageProblem, show_error
from ._input import Input
from ._results import ResultsWriter, results_suffix

if TYPE_CHECKING:
    from ...bulk import BulkItem

SHOWN_FAILURES = 10
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

    Raises:
        UsageProblem: A file cannot be written, or has the wrong suffix.
    """

    def __init__(
        self, call: Call, found: Input, *, results: str | None, failed: str | None
    ) -> None:
        from ...files import FailedRowsWriter

        self._call = call
        self._input = found
        self._results_path = results
        self._failed_path = failed
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
        return self.counts["failed"] + self.counts["unknown"]

    def add(self, item: "BulkItem", row: int | None = None) -> None:
        """Take the outcome of a row.

        Args:
            item: The outcome.
            row: Number of the row, from 1. Default: by the position of the item.
        """
        self.counts[item.outcome] += 1
        if item.outcome == "not_sent":
            return
        self.resumed += item.resumed
        row = item.index + 1 if row is None else row
        error: Any = self._input.error_of(item.index) or item.error
        reason = None if error is None else reason_of(error)
        self._results.write(
            {
                "row": row,
                "id": item.user_id,
                "outcome": item.outcome,
                "code": None if error is None else error.code,
                "reason": reason,
            }
        )
        if not item.is_failure:
            return
        if self._failed is not None and row > 0:
            self._failed.write(row, reason or "")
        if self.failures <= SHOWN_FAILURES:
            key = f" ({item.key})" if item.key else ""
            show_error(f"{self._input.name}, row {row}{key}: {reason}")
        elif self.failures == SHOWN_FAILURES + 1:
            where = "" if self._results_path or self._failed_path else ": see --results FILE"
            self._call.note(f"Further failures are not shown{where}.")

    def close(self) -> None:
        """Complete the files."""
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

    def text(self, seconds: float, *, noun: str = "rows") -> str:
        """Return the numbers for people."""
        names = ("created", "updated", "deleted", "unchanged", "skipped", "failed", "unknown")
        parts = [f"{self.counts[name]:,} {name}" for name in names if self.counts[name]]
        done = ", ".join(parts) or "nothing to do"
        again = f" ({self.resumed:,} of them before)" if self.resumed else ""
        return f"{self._input.total:,} {noun}: {done}{again}, in {seconds:,.1f} s."

    def hints(self) -> list[str]:
        """Return what the user can do about failed rows."""
        if not self.failures:
            return []
        if self._failed_path is None:
            return ["To get the failed rows as a file that can be corrected: --failed FILE"]
        return [f"The failed rows are in {self._failed_path}. Correct them, and import that file."]


def check_report_paths(results: str | None, failed: str | None, source: str) -> None:
    """Check the files of a report before anything is read.

    Raises:
        UsageProblem: A suffix is wrong, or two files are the same.
    """
    if results is not None:
        results_suffix(results)
    named = [("FILE", source), ("--results", results), ("--failed", failed)]
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


def reason_of(error: Any) -> str:
    """Return why a row failed, in one line."""
    from ...errors import InvalidInputError

    reason: object = getattr(error, "reason", None) or getattr(error, "message", None)
    text = " ".join(str(reason or error).split())
    return in_rows(text) if isinstance(error, InvalidInputError) else text


def in_rows(text: str) -> str:
    """Replace the positions in a message of this library, from 0, by row numbers, from 1."""
    return _POSITION.sub(_row, text)


def _row(found: re.Match[str]) -> str:
    word = "Row" if found[0].startswith("I") else "row"
    return f"{word} {int(found[1] or found[2]) + 1}{': ' if found[3] else ''}"
