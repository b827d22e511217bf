"""What a pair comes to, in the light of the known differences."""

from .gaps import Gap, gaps
from .known_requests import KnownRequest, known_requests
from .known_results import KnownResult, known_results
from .sides import Outcome


def result_gaps(outcome: Outcome, but: KnownResult | None = None) -> list[Gap]:
    """Find where the results differ, beyond the known differences.

    Only the vendor's fields are compared: ours selects all fields of the API.

    Args:
        outcome: The results.
        but: A known difference to do without.
    """
    expected = outcome.vendors.result
    for known in known_results(outcome.pair.id):
        if known is not but:
            expected = known.expected[outcome.pair.id](expected)
    return gaps(expected, outcome.ours.result, more=True)


def stale_results(outcome: Outcome) -> list[str]:
    """Name the known differences without which the results agree as well."""
    return [
        known.short
        for known in known_results(outcome.pair.id)
        if not result_gaps(outcome, but=known)
    ]


def pool_gaps(outcome: Outcome) -> list[Gap]:
    """Find where the pools differ afterwards; nothing excuses that."""
    return gaps(outcome.vendors.pool, outcome.ours.pool)


def request_gaps(outcome: Outcome) -> tuple[list[Gap], list[tuple[KnownRequest, str]]]:
    """Find where the requests differ, beyond known differences, and the known ones."""
    found = gaps(outcome.vendors.sent, outcome.ours.sent)
    known = {gap.where: known_requests(outcome.pair.id, gap) for gap in found}
    unknown = [gap for gap in found if not known[gap.where]]
    return unknown, [met for gap in found for met in known[gap.where]]
