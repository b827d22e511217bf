"""Whether the tables of pairs and differences cover all methods, and nothing else."""

from .drivers import Driver
from .known_requests import KNOWN_REQUESTS
from .known_results import KNOWN_RESULTS
from .pairs_all import PAIRS
from .proxy import RecordingProxy
from .sides import Sides
from .test_wire import mistakes
from .unpaired import UNPAIRED
from .verdicts import request_gaps, stale_results


def methods(python: Driver, javascript: Driver) -> set[str]:
    """Name the methods that are to be covered."""
    users = [method for method in javascript.methods if method.startswith("users.")]
    return {f"python {it}" for it in python.methods} | {f"javascript {it}" for it in users}


def test_each_method_of_the_vendors_has_a_pair_or_a_reason(
    python: Driver, javascript: Driver
) -> None:
    paired = {pair.method for pair in PAIRS}
    assert methods(python, javascript) - paired == set(UNPAIRED)
    assert not paired & set(UNPAIRED)


def test_each_pair_is_of_a_method(python: Driver, javascript: Driver) -> None:
    of_the_whole_client = {"python check_login_status"}
    assert {pair.method for pair in PAIRS} - methods(python, javascript) == of_the_whole_client


def test_each_known_difference_of_results_is_met(sides: Sides) -> None:
    stale = [
        f"{short}: {pair.id}" for pair in PAIRS for short in stale_results(sides.outcome(pair))
    ]
    assert stale == []
    named = {pair_id for known in KNOWN_RESULTS for pair_id in known.expected}
    assert named - {pair.id for pair in PAIRS} == set()


def test_each_known_difference_of_requests_is_met(sides: Sides) -> None:
    met = {
        (id(known), pattern)
        for pair in PAIRS
        for known, pattern in request_gaps(sides.outcome(pair))[1]
    }
    stale = [
        f"{known.short}: {pattern}"
        for known in KNOWN_REQUESTS
        for pattern in known.pairs
        if (id(known), pattern) not in met
    ]
    assert stale == []


def test_every_document_that_went_through_fits_the_schema(
    sides: Sides, proxy: RecordingProxy
) -> None:
    for pair in PAIRS:
        sides.outcome(pair)
    assert len(proxy.requests) > len(PAIRS)
    assert mistakes(proxy.requests) == []
