"""What all pairs came to, for the end of the run."""

from collections.abc import Iterable

from .known_results import known_results
from .pairs import Call
from .sides import Outcome
from .unpaired import UNPAIRED
from .verdicts import pool_gaps, request_gaps, result_gaps

_WIDTH = 52


def report(outcomes: Iterable[Outcome]) -> list[str]:
    """Write one line for each method of the vendor's SDKs."""
    by_method: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_method.setdefault(outcome.pair.method, []).append(outcome)
    lines = [_line(of_method) for of_method in by_method.values()]
    calls = sum(map(len, by_method.values()))
    return [
        *lines,
        *(f"{method:<{_WIDTH + 11}}  none: {reason}" for method, reason in UNPAIRED.items()),
        f"{len(by_method)} methods in {calls} pairs of calls; {len(UNPAIRED)} without a pair",
    ]


def _line(outcomes: list[Outcome]) -> str:
    pair = outcomes[0].pair
    requests = {(len(it.vendors.requests), len(it.ours.requests)) for it in outcomes}
    counts = ", ".join(f"{vendors} : {ours}" for vendors, ours in sorted(requests))
    return (
        f"{pair.sdk:<10} {_short(pair.vendors)}  {_short(pair.ours)}  "
        f"{_verdict(outcomes):<40}  {counts}"
    ).rstrip()


def _short(call: Call) -> str:
    text = str(call)
    return f"{text if len(text) <= _WIDTH else f'{text[: _WIDTH - 1]}…':<{_WIDTH}}"


def _verdict(outcomes: list[Outcome]) -> str:
    reasons: dict[str, None] = {}
    for outcome in outcomes:
        for known in known_results(outcome.pair.id):
            reasons[f"ours: {known.short}"] = None
        unknown, met = request_gaps(outcome)
        if unknown or result_gaps(outcome) or pool_gaps(outcome):
            return "DIFFER"
        reasons.update(dict.fromkeys(item.short for item, _ in met))
    return "; ".join(reasons) or "agree"
