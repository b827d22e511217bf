"""The generated trees of the operations: printed again, complete and with parts removed."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest
from graphql import (
    FieldNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    validate,
    visit,
)

import authing_graphql.operations
from authing_graphql.operation_tree import print_document
from authing_graphql.operation_trees import FRAGMENTS, OPERATIONS
from authing_users._policy.schema_drift import adapt_document
from authing_users._protocol.validation_errors import SchemaName

from ..support.smaller_schema import smaller_schema

DOCUMENTS = {
    re.findall(r"^(?:query|mutation) (\w+)", document, re.MULTILINE)[0]: document
    for name in authing_graphql.operations.__all__
    for document in [getattr(authing_graphql.operations, name)]
}


class Names(Visitor):
    """Collects the fields and arguments that a document uses."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self._types = types
        self.names: dict[SchemaName, None] = {}

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent = self._types.get_parent_type()
        assert parent is not None
        name = SchemaName(parent.name, node.name.value)
        self.names[name] = None
        for argument in node.arguments or ():
            self.names[name._replace(argument=argument.name.value)] = None


@cache
def names_in(document: str) -> list[SchemaName]:
    types = TypeInfo(smaller_schema())
    names = Names(types)
    visit(parse(document), TypeInfoVisitor(types, names))
    return [*names.names]


def sdl_name(name: SchemaName) -> str:
    field = f"{name.type}.{name.field}"
    return field if name.argument is None else f"{field}({name.argument})"


def fields_of(type_: str, names: Iterable[SchemaName]) -> set[str]:
    return {name.field for name in names if name.type == type_ and name.argument is None}


def test_every_operation_has_a_tree() -> None:
    assert OPERATIONS.keys() == DOCUMENTS.keys()


@pytest.mark.parametrize("operation", DOCUMENTS)
def test_a_complete_tree_is_printed_as_the_same_document(operation: str) -> None:
    assert print_document(OPERATIONS[operation], FRAGMENTS) == DOCUMENTS[operation]
    required = required_variables(operation)
    assert adapt_document(operation, set(), required).document == DOCUMENTS[operation]


def required_variables(operation: str) -> set[str]:
    return {
        variable.name
        for variable in OPERATIONS[operation].variables
        if variable.type.endswith("!") and variable.default is None
    }


@pytest.mark.parametrize("operation", DOCUMENTS)
def test_without_any_single_name_a_document_is_valid_or_of_no_use(operation: str) -> None:
    required = required_variables(operation)
    for name in names_in(DOCUMENTS[operation]):
        schema = smaller_schema(sdl_name(name))
        adapted = adapt_document(operation, {name}, required)
        if adapted.lacking:
            (lacking,) = adapted.lacking
            assert repr(name.argument or name.field).strip("'") in lacking
            assert adapted.document == ""
        else:
            assert validate(schema, parse(adapted.document)) == []
            assert adapted.omitted
            removed = set(names_in(DOCUMENTS[operation])) - set(names_in(adapted.document))
            assert name in removed
            if name in adapted.omitted:  # otherwise the field that it is below
                assert fields_of(name.type, removed) == fields_of(name.type, adapted.omitted)


@pytest.mark.parametrize("operation", DOCUMENTS)
def test_required_names_are_never_omitted(operation: str) -> None:
    tree = OPERATIONS[operation]
    root = SchemaName(tree.type, tree.field.name)
    lacking = adapt_document(operation, {root}, ()).lacking
    assert lacking == [f"the {tree.kind} '{root.field}'"]
    for name in names_in(DOCUMENTS[operation]):
        if name.argument in required_variables(operation) and name.type == root.type:
            (description,) = adapt_document(
                operation, {name}, required_variables(operation)
            ).lacking
            assert description.startswith(f"the argument '{name.argument}' of ")


def test_required_result_fields_stay_or_take_their_parent_with_them() -> None:
    def lacking(operation: str, type_: str, field: str) -> str:
        (description,) = adapt_document(operation, {SchemaName(type_, field)}, ()).lacking
        return description

    useless = "without which the result is useless"
    assert lacking("GetUser", "User", "id") == f"the field 'User.id', {useless}"
    assert lacking("ListUsers", "User", "id") == f"the field 'User.id', {useless}"
    assert lacking("ListUsers", "PaginatedUsers", "list").endswith(useless)
    assert lacking("DeleteUser", "CommonMessage", "code").endswith(useless)
    assert lacking("GetAccessToken", "AccessTokenRes", "accessToken").endswith(useless)
    adapted = adapt_document("GetUser", {SchemaName("UserCustomData", "key")}, ())
    assert adapted.omitted == [SchemaName("User", "customData")]
    assert "customData" not in adapted.document
    assert "$withCustomData" not in adapted.document


def test_a_field_is_omitted_if_nothing_remains_of_its_selections() -> None:
    selected = [name for name in names_in(DOCUMENTS["GetUser"]) if name.type == "Identity"]
    adapted = adapt_document("GetUser", selected, ())
    assert adapted.omitted == [*selected, SchemaName("User", "identities")]
    assert "identities" not in adapted.document
    assert "fragment Identity" not in adapted.document
    schema = smaller_schema(*map(sdl_name, selected))
    assert validate(schema, parse(adapted.document)) == []


def test_a_query_without_any_remaining_field_is_of_no_use() -> None:
    selected = [name for name in names_in(DOCUMENTS["ListUserGroups"]) if name.type == "User"]
    assert adapt_document("ListUserGroups", selected, ()).lacking == [
        "the field 'User.groups', without which the result is useless"
    ]
