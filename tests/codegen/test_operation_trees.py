"""The generated trees of the operations: printed again, complete and with parts removed."""

import re
from collections.abc import Iterable, Iterator
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
from authing_users._codegen.required_fields import REQUIRED_FIELDS
from authing_users._policy.schema_drift import AdaptedDocument, adapt_document, read_messages
from authing_users._protocol.trees import Trees
from authing_users._protocol.validation_errors import SchemaName

from ..support.smaller_schema import smaller_schema
from .odd_api import Api

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


def names_to_remove() -> Iterator[tuple[str, list[SchemaName]]]:
    """Yield the names of each operation, those of the same fragments only once."""
    removed: set[tuple[frozenset[str], SchemaName]] = set()
    for operation, document in DOCUMENTS.items():
        fragments = frozenset(re.findall(r"^fragment (\w+)", document, re.MULTILINE))
        names = [name for name in names_in(document) if (fragments, name) not in removed]
        removed.update((fragments, name) for name in names)
        yield operation, names


@pytest.mark.parametrize(
    ("operation", "names"),
    [pytest.param(*pair, id=pair[0]) for pair in names_to_remove()],
)
def test_without_any_single_name_a_document_is_valid_or_of_no_use(
    operation: str, names: list[SchemaName]
) -> None:
    required = required_variables(operation)
    before = set(names_in(DOCUMENTS[operation]))
    for name in names:
        adapted = adapt_document(operation, {name}, required)
        if adapted.lacking:
            (lacking,) = adapted.lacking
            assert repr(name.argument or name.field).strip("'") in lacking
            assert adapted.document == ""
        else:
            # A schema without the name accepts a valid document that does not use it.
            assert validate(smaller_schema(), parse(adapted.document)) == []
            assert adapted.omitted
            removed = before - set(names_in(adapted.document))
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


def test_every_required_field_exists() -> None:
    for name in REQUIRED_FIELDS:
        type_, field = name.split(".")
        assert field in getattr(smaller_schema().type_map[type_], "fields"), name  # noqa: B009


@pytest.fixture(scope="module")
def odd_trees(api: Api) -> Trees:
    module = api.submodule("operation_trees")
    return Trees(module.OPERATIONS, module.FRAGMENTS)


def adapt_odd(trees: Trees, operation: str, *names: str, variables: str = "") -> AdaptedDocument:
    """Adapt an operation to a server without names such as ``Query.search(limit)``."""
    missing = [
        SchemaName(*re.fullmatch(r"(\w+)\.(\w+)(?:\((\w+)\))?", name).groups())  # type: ignore[union-attr]
        for name in names
    ]
    return adapt_document(operation, missing, variables.split(), trees)


def test_fields_of_inline_fragments_and_conditional_spreads_are_omitted(odd_trees: Trees) -> None:
    adapted = adapt_odd(odd_trees, "GetThingParts", "ThingB.size", "ThingA.a", variables="id")
    assert "bSize" not in adapted.document
    assert re.search(r"\.\.\. on ThingA \{\s+size\s+\}", adapted.document)
    assert [*map(sdl_name, adapted.omitted)] == ["ThingA.a", "ThingB.size"]
    adapted = adapt_odd(odd_trees, "GetPersonIf", "Person.age", "Person.parent", "Home.street")
    assert "...PersonAge @include(if: $a)" in adapted.document
    assert re.search(r"fragment PersonAge on Person \{\s+id\s+\}", adapted.document)
    assert "@include(if: $a) @skip(if: $b)" not in adapted.document
    assert "home" not in adapted.document


def test_variables_of_what_is_omitted_are_omitted(odd_trees: Trees) -> None:
    adapted = adapt_odd(odd_trees, "GetPersonIf", "Person.name", "Person.parent")
    assert "$b" not in adapted.document
    assert "$a" in adapted.document


def test_a_literal_argument_is_not_omitted(odd_trees: Trees) -> None:
    assert adapt_odd(odd_trees, "Search", "Query.search(limit)").lacking == [
        "the argument 'limit' of 'Query.search', which this call sets"
    ]
    adapted = adapt_odd(odd_trees, "Search", "Query.search(order)")
    assert "order" not in adapted.document
    assert "ages: [1, $age]" in adapted.document
    assert "$age: Int!" in adapted.document
    unknown = read_messages("Search", ['Unknown type "Members".'], odd_trees)
    assert unknown is not None
    assert [*map(sdl_name, unknown.names)] == ["Query.search(order)"]


def test_typename_and_unconditional_ids_are_never_omitted(odd_trees: Trees) -> None:
    useless = "without which the result is useless"
    for operation, name in (("GetNode", "Node.id"), ("FindThem", "Node.id")):
        (lacking,) = adapt_odd(odd_trees, operation, name).lacking
        assert lacking == f"the field '{name}', {useless}"
    assert adapt_odd(odd_trees, "GetPersonIf", "Person.name").lacking == []
    assert adapt_odd(odd_trees, "FindThem", "Person.pals").document.count("__typename") == 1
