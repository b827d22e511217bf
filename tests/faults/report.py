"""What became of every fault, as a table to be read."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, field
from typing import Any

from .expectations import (
    CHANGES,
    DEADLINES,
    KINDS,
    TABLE,
    Kind,
    Outcome,
    Row,
    Run,
)

PROPERTY = "fault"
"""Name of the property of a test's report that holds how a call came out."""

_ORDER = {row.name: at for at, row in enumerate([*TABLE, *DEADLINES])}


@dataclass(frozen=True)
class Notes:
    """Notes how the calls of one test came out, in what its report carries to other processes."""

    properties: list[tuple[str, object]]

    def add(self, row: Row, kind: Kind, played: Run, outcome: Outcome, seconds: float) -> None:
        """Note how a call came out."""
        noted = row.name, kind, astuple(played), astuple(outcome), seconds
        self.properties.append((PROPERTY, noted))


@dataclass
class Report:
    """Collects how the calls of all tests came out.

    Attributes:
        slowest: The longest call, in seconds, and its case.
    """

    slowest: tuple[float, str] = (0.0, "")
    _outcomes: dict[str, dict[Kind, dict[Run, set[Outcome]]]] = field(
        default_factory=dict[str, dict[Kind, dict[Run, set[Outcome]]]]
    )

    def read(self, properties: Iterable[tuple[str, Any]]) -> None:
        """Take what was noted in one test."""
        for name, noted in properties:
            if name == PROPERTY:
                row, kind, played, outcome, seconds = noted
                runs = self._outcomes.setdefault(row, {}).setdefault(kind, {})
                runs.setdefault(Run(*played), set()).add(Outcome(*outcome))
                self.slowest = max(self.slowest, (seconds, f"{row}, {kind}"))

    def lines(self) -> Iterator[str]:
        """Yield the lines of the table: the most tries that were played, by default settings."""
        if not self._outcomes:
            return
        rows = [["fault", *KINDS]]
        for name, kinds in sorted(self._outcomes.items(), key=lambda item: _ORDER[item[0]]):
            rows.append([name, *(_cell(kind, kinds.get(kind, {})) for kind in KINDS)])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            yield "  ".join(cells).rstrip()
        yield ""
        yield "outcome requests, and for changes outcome requests/executions; where it differs,"
        yield "first when one request meets the fault, then when all do; with `or`, by who sends"
        seconds, case = self.slowest
        yield f"slowest call: {seconds:.2f} s ({case})"


def _cell(kind: Kind, outcomes: dict[Run, set[Outcome]]) -> str:
    usual = [run for run in outcomes if not run.retry_mutations]
    most = max((run.retries for run in usual), default=0)
    runs = [run for run in sorted(usual, key=lambda run: run.times) if run.retries == most]
    texts = [" or ".join(sorted(_text(kind, outcome) for outcome in outcomes[run])) for run in runs]
    return " → ".join(dict.fromkeys(texts))


def _text(kind: Kind, outcome: Outcome) -> str:
    text = f"{outcome.error} {outcome.requests}"
    return f"{text}/{outcome.executions}" if kind in CHANGES else text
