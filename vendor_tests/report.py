"""Write the summary of all call pairs that is printed at the end of the run."""

from collections.abc import Iterable

from .call_pairs.model import Call
from .call_pairs.unpaired_methods import UNPAIRED_METHODS
from .comparison import diff_pools, diff_requests, diff_results
from .known_result_differences import known_result_differences
from .pair_runner import PairOutcome

REPORT_TITLE = "vendor's call, our call, differences, number of requests (vendor : ours)"

_CALL_WIDTH = 52
_METHOD_WIDTH = len("javascript ") + _CALL_WIDTH


def report_lines(outcomes: Iterable[PairOutcome]) -> list[str]:
    """Return one line for each method of the vendor's SDKs, and a final line with the totals."""
    by_method: dict[str, list[PairOutcome]] = {}
    for outcome in outcomes:
        by_method.setdefault(outcome.pair.method, []).append(outcome)
    pair_count = sum(map(len, by_method.values()))
    return [
        *map(_method_line, by_method.values()),
        *(
            f"{method:<{_METHOD_WIDTH}}  no pair: {reason}"
            for method, reason in UNPAIRED_METHODS.items()
        ),
        f"{len(by_method)} methods compared in {pair_count} pairs of calls; "
        f"{len(UNPAIRED_METHODS)} methods without a pair",
    ]


def _method_line(outcomes: list[PairOutcome]) -> str:
    pair = outcomes[0].pair
    request_counts = {
        (len(outcome.vendor.requests), len(outcome.ours.requests)) for outcome in outcomes
    }
    counts = ", ".join(f"{vendor} : {ours}" for vendor, ours in sorted(request_counts))
    return (
        f"{pair.sdk:<10} {_call_column(pair.vendor_call)}  {_call_column(pair.our_call)}  "
        f"{_differences_column(outcomes):<40}  {counts}"
    )


def _call_column(call: Call) -> str:
    text = str(call)
    if len(text) > _CALL_WIDTH:
        text = f"{text[: _CALL_WIDTH - 1]}…"
    return f"{text:<{_CALL_WIDTH}}"


def _differences_column(outcomes: list[PairOutcome]) -> str:
    summaries: dict[str, None] = {}  # an ordered set
    for outcome in outcomes:
        unexpected, known_requests = diff_requests(outcome)
        if unexpected or diff_results(outcome) or diff_pools(outcome):
            return "UNEXPECTED DIFFERENCE"
        known_results = known_result_differences(outcome.pair.id)
        summaries |= dict.fromkeys(f"result: {known.summary}" for known in known_results)
        summaries |= dict.fromkeys(f"request: {known.summary}" for known, _ in known_requests)
    return "; ".join(summaries) or "none"
