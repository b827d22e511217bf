"""The messages with which GraphQL servers reject documents and variables.

The texts are those that the sources of each library write.
"""

import json
from typing import Any

import pytest

from authing_users._protocol.response import Response
from authing_users._protocol.validation_errors import (
    InputName,
    SchemaName,
    TypeName,
    UnknownName,
    unknown_names,
    validation_messages,
)

FIELD = SchemaName("User", "arn")
ARGUMENT = SchemaName("Query", "users", "sortBy")
TYPE = TypeName("SortByEnum")
INPUT = InputName("company", "UpdateUserInput")

MESSAGES: dict[str, UnknownName] = {
    # graphql-js 0.11 to 17, graphql-core 2
    'Cannot query field "arn" on type "User".': FIELD,
    'Cannot query field "arn" on type "User". Did you mean "art"?': FIELD,
    'Cannot query field "arn" on type "User". Did you mean "a", "b", or "c"?': FIELD,
    'Cannot query field "arn" on type "User". Did you mean to use an inline fragment on "A"?': (
        FIELD
    ),
    'Unknown type "SortByEnum".': TYPE,
    'Unknown type "SortByEnum". Did you mean "SortBy" or "Sort"?': TYPE,
    # graphql-core 2
    'Unknown type "SortByEnum". Perhaps you meant "SortBy" or "Sort"?': TYPE,
    # graphql-core 3
    "Cannot query field 'arn' on type 'User'.": FIELD,
    "Cannot query field 'arn' on type 'User'. Did you mean 'art'?": FIELD,
    "Unknown type 'SortByEnum'. Did you mean 'SortBy'?": TYPE,
    # graphql-js 0.11 to 14, graphql-core 2
    'Unknown argument "sortBy" on field "users" of type "Query".': ARGUMENT,
    'Unknown argument "sortBy" on field "users" of type "Query". Did you mean "sort"?': ARGUMENT,
    # graphql-core 3.0
    "Unknown argument 'sortBy' on field 'users' of type 'Query'.": ARGUMENT,
    # graphql-js 15 to 17
    'Unknown argument "sortBy" on field "Query.users".': ARGUMENT,
    'Unknown argument "sortBy" on field "Query.users". Did you mean "sort"?': ARGUMENT,
    # graphql-core 3.1 and newer
    "Unknown argument 'sortBy' on field 'Query.users'. Did you mean 'sort'?": ARGUMENT,
    # Values in a document: graphql-js 0.13 and 14, 15 and newer, graphql-core 3.0, 3.1 and newer
    'Field "company" is not defined by type UpdateUserInput.': INPUT,
    'Field "company" is not defined by type UpdateUserInput; Did you mean city?': INPUT,
    'Field "company" is not defined by type "UpdateUserInput".': INPUT,
    'Field "company" is not defined by type "UpdateUserInput". Did you mean "city"?': INPUT,
    "Field 'company'' is not defined by type UpdateUserInput.": INPUT,
    "Field 'company' is not defined by type 'UpdateUserInput'. Did you mean 'city'?": INPUT,
    # Variables: graphql-js 0.11 and 0.12, graphql-core 2
    'Variable "$input" got invalid value {"company":"x.\\ny"}.\n'
    'In field "company": Unknown field.': InputName("company"),
    'Variable "$list" got invalid value [{"a":{"company":1}}].\n'
    'In element #0: In field "a": In field "company": Unknown field.': InputName("company"),
    # graphql-js 0.13 and 14
    'Variable "$input" got invalid value {"company":"x"}; '
    'Field "company" is not defined by type UpdateUserInput.': INPUT,
    'Variable "$input" got invalid value { company: "x" }; '
    'Field "company" is not defined by type UpdateUserInput at value.nested[0]; '
    "did you mean city or country?": INPUT,
    # graphql-js 15 and 16
    'Variable "$input" got invalid value { company: "x" }; '
    'Field "company" is not defined by type "UpdateUserInput".': INPUT,
    'Variable "$input" got invalid value { company: "x" } at "input.nested[0]"; '
    'Field "company" is not defined by type "UpdateUserInput". Did you mean "city"?': INPUT,
    # graphql-core 3.0 to 3.2
    "Variable '$input' got invalid value {'company': 'x'}; "
    "Field 'company' is not defined by type UpdateUserInput.": INPUT,
    "Variable '$input' got invalid value {'company': 'x'} at 'input.nested'; "
    "Field 'company' is not defined by type 'UpdateUserInput'. Did you mean 'city'?": INPUT,
    # graphql-js 17
    'Variable "$input" has invalid value: Expected value of type "UpdateUserInput" '
    'not to include unknown field "company", found: { company: "x" }.': INPUT,
    # graphql-core 3.3
    "Variable '$input' has invalid value at .nested[0]: Expected value of type 'UpdateUserInput' "
    "not to include unknown field 'company'. Did you mean 'city'? Found: {'company': 'x'}.": INPUT,
}


@pytest.mark.parametrize("message", MESSAGES)
def test_the_message_of_each_server_is_understood(message: str) -> None:
    assert unknown_names(message) == [MESSAGES[message]]


def test_old_servers_report_several_input_fields_in_one_message() -> None:
    prefix = 'Variable "$input" got invalid value {"a":1,"b":2}.\n'
    unknown = 'In field "a": Unknown field.\nIn field "b": Unknown field.'
    assert unknown_names(prefix + unknown) == [InputName("a"), InputName("b")]
    other = '\nIn field "c": Expected type "Int", found "x".'
    assert unknown_names(prefix + unknown + other) is None


@pytest.mark.parametrize(
    "message",
    [
        'Variable "$page" is never used in operation "ListUsers".',
        "Variable '$page' is never used.",
        'Fragment "User" is never used.',
        "Too many validation errors, error limit reached. Validation aborted.",
        "Too many errors processing variables, error limit reached. Execution aborted.",
    ],
)
def test_messages_that_accompany_others_name_nothing(message: str) -> None:
    assert unknown_names(message) == []


@pytest.mark.parametrize(
    "message",
    [
        "",
        "Internal server error",
        'Cannot query field "arn" on type "User"',
        'Cannot query field "arn" on type "User". The user was created.',
        'The user was created. Cannot query field "arn" on type "User".',
        "Cannot query field arn on type User.",
        'Field "users" of type "Users" must have a selection of subfields.',
        'Variable "$sortBy" of type "X" used in position expecting type "Y".',
        'Unknown argument "if" on directive "@include".',
        'Unknown directive "@include".',
        'Variable "$page" got invalid value "x"; Int cannot represent non-integer value: "x"',
        'Variable "$sortBy" got invalid value "X"; Value "X" does not exist in "SortByEnum" enum.',
        # A value that repeats a message is not a message.
        'Variable "$input" got invalid value "; Field \\"a\\" is not defined by type \\"B\\"."; '
        "String cannot represent a non string value.",
    ],
)
def test_other_messages_are_not_understood(message: str) -> None:
    assert unknown_names(message) is None


def messages(content: Any) -> list[str]:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return validation_messages(Response("ListUsers", 400, {}, body))


def test_only_a_response_without_execution_has_validation_messages() -> None:
    errors: list[Any] = [{"message": "a", "locations": [], "path": None}, {"message": "b"}]
    assert messages({"errors": errors}) == ["a", "b"]
    assert messages({"errors": errors, "data": None}) == ["a", "b"]
    executed: list[Any] = [
        {"errors": errors, "data": {"user": None}},
        {"errors": errors, "data": {"user": {"id": "x"}}},
        {"errors": [*errors, {"message": "c", "path": ["user"]}]},
        {"errors": [*errors, {"message": {"code": 1, "message": "c"}}]},
        {"errors": [*errors, {}]},
        {"errors": [*errors, "c"]},
        {"errors": []},
        {"errors": {"message": "a"}},
        {"message": "a"},
        [],
        b"<html>",
    ]
    for content in executed:
        assert messages(content) == []
