"""Compare the outcomes of a call pair, minus the known differences."""

from .diff import Difference, diff
from .known_request_differences import KnownRequestDifference, known_request_differences
from .known_result_differences import KnownResultDifference, known_result_differences
from .pair_runner import PairOutcome


def diff_results(
    outcome: PairOutcome, *, without: KnownResultDifference | None = None
) -> list[Difference]:
    """Return the unexpected differences between the results.

    Fields that only `authing_users` returns are ignored, since it selects all fields of the API.

    Args:
        outcome: The outcomes of both calls.
        without: A known difference that is not applied.
    """
    expected = outcome.vendor.result
    for known in known_result_differences(outcome.pair.id):
        if known is not without:
            expected = known.translations[outcome.pair.id](expected)
    return diff(expected, outcome.ours.result, allow_extra_keys=True)


def stale_result_differences(outcome: PairOutcome) -> list[str]:
    """Return the summaries of known differences that no longer make a difference."""
    return [
        known.summary
        for known in known_result_differences(outcome.pair.id)
        if not diff_results(outcome, without=known)
    ]


def diff_pools(outcome: PairOutcome) -> list[Difference]:
    """Return the differences between the pools after the calls. None are expected."""
    return diff(outcome.vendor.pool, outcome.ours.pool)


def diff_requests(
    outcome: PairOutcome,
) -> tuple[list[Difference], list[tuple[KnownRequestDifference, str]]]:
    """Compare the requests.

    Returns:
        The unexpected differences, and the known differences that occurred, each with the pair
        pattern that matched.
    """
    unexpected: list[Difference] = []
    occurred: list[tuple[KnownRequestDifference, str]] = []
    for difference in diff(outcome.vendor.canonical_requests, outcome.ours.canonical_requests):
        known = known_request_differences(outcome.pair.id, difference)
        occurred += known
        if not known:
            unexpected.append(difference)
    return unexpected, occurred
