"""What the vendor's SDKs and ours send for equal calls."""

import pytest
from graphql import parse, validate

from .api_schema import SCHEMA
from .pairs import Pair
from .pairs_all import PAIRS
from .proxy import Request
from .sent import document, is_introspection
from .sides import Sides
from .verdicts import request_gaps

# The roles that a change leaves behind are read by a second request.
LISTS_ROLES = {"users.add_roles", "users.remove_roles"}

each_pair = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)


def mistakes(requests: list[Request]) -> list[str]:
    """Say what the documents of requests ask for that the schema has not."""
    documents = {document(it) for it in requests if not is_introspection(it)} - {None}
    return [
        error.message
        for text in documents
        if text is not None
        for error in validate(SCHEMA, parse(text))
    ]


@each_pair
def test_the_documents_of_both_fit_the_schema(sides: Sides, pair: Pair) -> None:
    outcome = sides.outcome(pair)
    assert mistakes(outcome.vendors.requests) == []
    assert mistakes(outcome.ours.requests) == []


@each_pair
def test_both_ask_for_the_same_with_the_same_arguments(sides: Sides, pair: Pair) -> None:
    unknown, _ = request_gaps(sides.outcome(pair))
    assert [str(gap) for gap in unknown] == []


@each_pair
def test_ours_needs_one_request_and_the_vendors_python_a_look_at_the_schema_too(
    sides: Sides, pair: Pair
) -> None:
    outcome = sides.outcome(pair)
    (theirs,) = (it for it in outcome.vendors.requests if not is_introspection(it))
    looks = len(outcome.vendors.requests) - 1
    assert looks == (pair.sdk == "python" and document(theirs) is not None)
    assert len(outcome.ours.requests) == (2 if pair.ours.path in LISTS_ROLES else 1)
