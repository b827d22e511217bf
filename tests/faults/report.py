"""The outcome of every fault, as a table at the end of the test run."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, field
from typing import Any

from ..support.senders import SENDERS, Sender
from .expectations import (
    DEADLINES,
    KINDS,
    MUTATING_KINDS,
    TABLE,
    Kind,
    Outcome,
    Row,
    Variant,
)

PROPERTY = "fault"
"""Name of the property of a test report that holds the outcome of a call."""

Outcomes = dict[str, dict[Kind, dict[Variant, set[Outcome]]]]
"""The outcomes of a sender, by fault, kind of call and variant."""

_ORDER = {row.name: index for index, row in enumerate([*TABLE, *DEADLINES])}


@dataclass(frozen=True)
class OutcomeRecorder:
    """Records outcomes in the properties of a test, which also reach the main process of xdist."""

    properties: list[tuple[str, object]]

    def record(
        self,
        sender: Sender,
        row: Row,
        kind: Kind,
        variant: Variant,
        outcome: Outcome,
        seconds: float,
    ) -> None:
        """Record the outcome of a call."""
        recorded = sender, row.name, kind, astuple(variant), astuple(outcome), seconds
        self.properties.append((PROPERTY, recorded))


@dataclass
class Report:
    """Collects the outcomes of all tests.

    Attributes:
        slowest: Duration of the slowest call, in seconds, and its case.
    """

    slowest: tuple[float, str] = (0.0, "")
    _outcomes: dict[Sender, Outcomes] = field(default_factory=dict[Sender, Outcomes])

    def add(self, properties: Iterable[tuple[str, Any]]) -> None:
        """Add the outcomes that a test recorded."""
        for name, recorded in properties:
            if name == PROPERTY:
                sender, row, kind, variant, outcome, seconds = recorded
                rows = self._outcomes.setdefault(sender, {})
                variants = rows.setdefault(row, {}).setdefault(kind, {})
                variants.setdefault(Variant(*variant), set()).add(Outcome(*outcome))
                self.slowest = max(self.slowest, (seconds, f"{row}, {kind}, {sender}"))

    def lines(self) -> Iterator[str]:
        """Yield the lines of the report: one table for each sender."""
        if not self._outcomes:
            return
        for sender in SENDERS:
            yield from _table(sender, self._outcomes.get(sender, {}))
            yield ""
        yield "A cell is the outcome and the number of requests; for mutations requests/executions."
        yield "Before the arrow: one request fails. After it: all requests fail."
        yield "`or` separates the outcomes of synchronous and asynchronous clients."
        seconds, case = self.slowest
        yield f"slowest call: {seconds:.2f} s ({case})"


def _table(sender: Sender, outcomes: Outcomes) -> Iterator[str]:
    kinds: list[Kind] = [
        kind for kind in KINDS if any(kind in cells for cells in outcomes.values())
    ]
    rows = [[f"fault ({sender})", *kinds]]
    for name, cells in sorted(outcomes.items(), key=lambda item: _ORDER[item[0]]):
        rows.append([name, *(_cell(kind, cells.get(kind, {})) for kind in kinds)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()


def _cell(kind: Kind, outcomes: dict[Variant, set[Outcome]]) -> str:
    by_default = [variant for variant in outcomes if not variant.retry_mutations]
    retries = max((variant.retries for variant in by_default), default=0)
    variants = [variant for variant in by_default if variant.retries == retries]
    variants.sort(key=lambda variant: variant.fault_count)
    texts = [
        " or ".join(sorted(_text(kind, outcome) for outcome in outcomes[variant]))
        for variant in variants
    ]
    return " → ".join(dict.fromkeys(texts))


def _text(kind: Kind, outcome: Outcome) -> str:
    text = f"{outcome.error} {outcome.requests}"
    return f"{text}/{outcome.executions}" if kind in MUTATING_KINDS else text
