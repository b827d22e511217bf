"""The memory of a client about the schema of its server."""

import json
from typing import Any

import pytest

from authing_graphql.operations import LIST_USERS_GQL
from authing_users import APIError, SchemaDriftWarning
from authing_users._policy.server_schema import RejectedDocument, ServerSchema
from authing_users._protocol.request import Request

VARIABLES = {"page": 1, "limit": 10}


def content(request: Request) -> Any:
    assert request.body is not None
    return json.loads(bytes(request.body))


def test_a_known_document_is_printed_once_for_each_set_of_variables() -> None:
    schema = ServerSchema(is_strict=False)
    request = schema.request(LIST_USERS_GQL, "ListUsers", VARIABLES)
    assert request.document is LIST_USERS_GQL
    message = 'Unknown argument "sortBy" on field "Query.users".'
    with pytest.warns(SchemaDriftWarning):
        adapted = schema.adapt(request, RejectedDocument(APIError(message), [message]))
    assert adapted is not None
    first, second = (schema.request(LIST_USERS_GQL, "ListUsers", VARIABLES) for _ in range(2))
    assert first.document is second.document
    assert first.document == adapted.document
    assert content(first) == content(adapted)
    assert content(first) == {
        "query": adapted.document,
        "operationName": "ListUsers",
        "variables": VARIABLES,
    }
    # The server decides about an argument that the call sets.
    sorted_ = schema.request(LIST_USERS_GQL, "ListUsers", {**VARIABLES, "sortBy": "X"})
    assert sorted_.document is LIST_USERS_GQL


def test_an_adapted_request_keeps_all_else() -> None:
    schema = ServerSchema(is_strict=False)
    request = schema.request(LIST_USERS_GQL, "ListUsers", VARIABLES, authorized=False)
    message = "Cannot query field 'arn' on type 'User'."
    with pytest.warns(SchemaDriftWarning):
        adapted = schema.adapt(request, RejectedDocument(APIError(message), [message]))
    assert adapted is not None
    assert not adapted.authorized
    assert (adapted.path, adapted.kind, adapted.is_mutation) == ("/graphql/v2", "query", False)
    assert content(adapted)["variables"] == VARIABLES
    assert "arn" not in adapted.document
    assert repr(adapted.body) == repr(request.body) == "b'**********'"
