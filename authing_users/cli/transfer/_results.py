"""Write the outcome of each row to a file, as the rows are done."""

import csv
import json
import os
from types import TracebackType
from typing import Any, Self, TextIO

from .._errors import CommandError, UsageProblem

FIELDS = ("row", "id", "outcome", "code", "reason")
FORMATS = {".csv": ",", ".tsv": "\t", ".jsonl": "", ".ndjson": "", ".json": ""}


class ResultsWriter:
    """Writes outcomes to a CSV, TSV, JSON Lines or JSON file, which others can read meanwhile.

    Args:
        path: Path of the file, whose suffix says the format. ``None`` writes nothing.

    Raises:
        UsageProblem: The suffix is unknown, or the file cannot be written.
    """

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._file: TextIO | None = None
        if path is None:
            return
        self._suffix = results_suffix(path)
        try:
            self._file = open(path, "w", encoding="utf-8", newline="")  # noqa: SIM115
        except OSError as error:
            problem = f"--results: {path} cannot be written: {error.strerror or error}"
            raise UsageProblem(problem) from None
        self._is_first = True
        delimiter = FORMATS[self._suffix]
        self._table: Any = None
        if delimiter:
            self._table = csv.writer(self._file, delimiter=delimiter, lineterminator="\n")
            self._table.writerow(FIELDS)

    def write(self, values: dict[str, object]) -> None:
        """Write the outcome of one row.

        Raises:
            CommandError: The file cannot be written.
        """
        if self._file is None:
            return
        try:
            if self._table is not None:
                self._table.writerow([values[name] for name in FIELDS])
            else:
                self._write_json(self._file, values)
        except OSError as error:
            raise self._problem(error) from None

    def close(self) -> None:
        """Write the end of the file.

        Raises:
            CommandError: The file cannot be written.
        """
        if self._file is None:
            return
        file, self._file = self._file, None
        try:
            if self._suffix == ".json":
                file.write("[]\n" if self._is_first else "\n]\n")
            file.close()
        except OSError as error:
            raise self._problem(error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _write_json(self, file: TextIO, values: dict[str, object]) -> None:
        text = json.dumps(values, ensure_ascii=False)
        if self._suffix != ".json":
            file.write(f"{text}\n")
            return
        file.write(f"[\n{text}" if self._is_first else f",\n{text}")
        self._is_first = False

    def _problem(self, error: OSError) -> CommandError:
        return CommandError(f"--results: {self._path} cannot be written: {error.strerror or error}")


def results_suffix(path: str) -> str:
    """Return the suffix of a file of results.

    Raises:
        UsageProblem: It is not that of a format.
    """
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in FORMATS:
        raise UsageProblem(
            f"--results: {path} must end with one of {', '.join(FORMATS)}",
            hint="Example: --results results.csv",
        )
    return suffix
