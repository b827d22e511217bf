"""Equivalent calls send equivalent requests."""

import pytest
from graphql import parse, validate

from .api_schema import SCHEMA
from .call_pairs import CALL_PAIRS
from .call_pairs.model import CallPair
from .canonical_request import graphql_document, is_introspection
from .comparison import diff_requests
from .pair_runner import PairRunner
from .proxy import RecordedRequest

# authing_users reads the roles after changing them, which takes a second request.
TWO_REQUEST_METHODS = {"users.add_roles", "users.remove_roles"}

each_pair = pytest.mark.parametrize("pair", CALL_PAIRS, ids=lambda pair: pair.id)


def schema_errors(requests: list[RecordedRequest]) -> list[str]:
    """Validate the documents of all requests and return the error messages."""
    documents = {graphql_document(request) for request in requests if not is_introspection(request)}
    return [
        error.message
        for document in documents
        if document is not None
        for error in validate(SCHEMA, parse(document))
    ]


@each_pair
def test_the_documents_are_valid(runner: PairRunner, pair: CallPair) -> None:
    outcome = runner.run(pair)
    assert schema_errors(outcome.vendor.requests) == []
    assert schema_errors(outcome.ours.requests) == []


@each_pair
def test_the_requests_have_no_unexpected_differences(runner: PairRunner, pair: CallPair) -> None:
    unexpected, _ = diff_requests(runner.run(pair))
    assert [str(difference) for difference in unexpected] == []


@each_pair
def test_our_calls_send_a_single_request(runner: PairRunner, pair: CallPair) -> None:
    """The vendor's Python SDK also sends an introspection query for each GraphQL request."""
    outcome = runner.run(pair)
    (request,) = (request for request in outcome.vendor.requests if not is_introspection(request))
    introspection_count = len(outcome.vendor.requests) - 1
    assert introspection_count == (pair.sdk == "python" and graphql_document(request) is not None)
    assert len(outcome.ours.requests) == (2 if pair.our_call.path in TWO_REQUEST_METHODS else 1)
