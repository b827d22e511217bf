"""The tables of call pairs and known differences are complete and contain no stale entries."""

from .call_pairs import CALL_PAIRS
from .call_pairs.unpaired_methods import UNPAIRED_METHODS
from .comparison import diff_requests, stale_result_differences
from .known_request_differences import KNOWN_REQUEST_DIFFERENCES
from .known_result_differences import KNOWN_RESULT_DIFFERENCES
from .pair_runner import PairRunner
from .proxy import RecordingProxy
from .sdk_drivers import Driver
from .test_requests import schema_errors


def vendor_methods(python_sdk: Driver, javascript_sdk: Driver) -> set[str]:
    """Return all methods of the Python SDK, and the JavaScript SDK's methods for users."""
    return {f"python {method}" for method in python_sdk.methods} | {
        f"javascript {method}" for method in javascript_sdk.methods if method.startswith("users.")
    }


def test_every_vendor_method_has_a_pair_or_a_reason(
    python_sdk: Driver, javascript_sdk: Driver
) -> None:
    paired = {pair.method for pair in CALL_PAIRS}
    assert vendor_methods(python_sdk, javascript_sdk) - paired == set(UNPAIRED_METHODS)
    assert not paired & set(UNPAIRED_METHODS)


def test_every_pair_belongs_to_a_vendor_method(python_sdk: Driver, javascript_sdk: Driver) -> None:
    management_client_methods = {"python check_login_status"}  # the drivers only list sub-clients
    paired = {pair.method for pair in CALL_PAIRS}
    assert paired - vendor_methods(python_sdk, javascript_sdk) == management_client_methods


def test_every_known_result_difference_occurs(runner: PairRunner) -> None:
    stale = [
        f"{summary}: {pair.id}"
        for pair in CALL_PAIRS
        for summary in stale_result_differences(runner.run(pair))
    ]
    assert stale == []
    pair_ids = {pair_id for known in KNOWN_RESULT_DIFFERENCES for pair_id in known.translations}
    assert pair_ids - {pair.id for pair in CALL_PAIRS} == set()


def test_every_known_request_difference_occurs(runner: PairRunner) -> None:
    occurred = {
        (id(known), pattern)
        for pair in CALL_PAIRS
        for known, pattern in diff_requests(runner.run(pair))[1]
    }
    stale = [
        f"{known.summary}: {pattern}"
        for known in KNOWN_REQUEST_DIFFERENCES
        for pattern in known.pair_patterns
        if (id(known), pattern) not in occurred
    ]
    assert stale == []


def test_every_recorded_document_is_valid(runner: PairRunner, proxy: RecordingProxy) -> None:
    for pair in CALL_PAIRS:
        runner.run(pair)
    assert len(proxy.requests) > len(CALL_PAIRS)
    assert schema_errors(proxy.requests) == []
