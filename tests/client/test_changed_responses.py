"""Responses of servers whose result types differ from those that the client was generated from.

Each test goes through every field of every result type.
"""

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, cast

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    is_object_type,
    parse,
)

from authing_graphql import operation_results, operations
from authing_users import InvalidResponseError
from authing_users._protocol.response import Response, graphql_result

from ..support.schema_changes import SCHEMA_TEXT

SCHEMA = build_schema(SCHEMA_TEXT)
CANARY = "canary-value"

# There is no object without its ID.
REQUIRED = {"User.id", "Role.id", "Node.id", "Org.id"}

_SAMPLES: dict[str, Any] = {"Int": 7, "Float": 1.5, "Boolean": True, "Object": {"a": 1}}


class Place(NamedTuple):
    """A field in a response.

    Attributes:
        operation: Name of the operation.
        path: Keys and indexes from the data of the response to the field.
        parent: Name of the type that has the field.
        field: Its definition.
    """

    operation: str
    path: tuple[str | int, ...]
    parent: str
    field: Any

    @property
    def name(self) -> str:
        return str(self.path[-1])

    @property
    def coordinate(self) -> str:
        return f"{self.parent}.{self.name}"

    @property
    def notation(self) -> str:
        return str(self.field.type).removesuffix("!")

    @property
    def is_required(self) -> bool:
        """Whether a response without the field is useless."""
        is_non_null = str(self.field.type).endswith("!")
        is_in_page = self.parent.startswith("Paginated")
        return self.coordinate in REQUIRED or (
            is_non_null and (is_in_page or self.parent in ("Query", "Mutation"))
        )

    @property
    def is_custom_data(self) -> bool:
        """Whether the client turns the field, or what it is in, into other objects."""
        return "customData" in self.path or self.parent.startswith("UserDefinedData")


@cache
def data_of_operations() -> dict[str, Any]:
    """Return the data of a complete response to each operation."""
    return {name: _object(root, node, document) for name, root, node, document in _operations()}


@cache
def places() -> tuple[Place, ...]:
    """Return a place for each field of each result type."""
    found: dict[str, Place] = {}
    for name, root, node, document in _operations():
        for place in _places(name, (), root, node, document):
            found.setdefault(place.coordinate, place)
    return tuple(found.values())


def _operations() -> Iterator[tuple[str, GraphQLObjectType, SelectionSetNode, DocumentNode]]:
    for text in (getattr(operations, name) for name in operations.__all__):
        document = parse(text)
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode) and node.name is not None:
                root = cast("GraphQLObjectType", SCHEMA.get_root_type(node.operation))
                yield node.name.value, root, node.selection_set, document


def _named(field: Any) -> Any:
    """Return the type that a list or a required type is about."""
    return SCHEMA.type_map[str(field.type).strip("[]!")]


def _fields(selections: SelectionSetNode, document: DocumentNode) -> Iterator[FieldNode]:
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(node.selection_set, document)
        elif isinstance(node, FragmentSpreadNode):
            for definition in document.definitions:
                name = isinstance(definition, FragmentDefinitionNode) and definition.name.value
                if name == node.name.value:
                    yield from _fields(cast("Any", definition).selection_set, document)


def _object(
    graphql_type: GraphQLObjectType, selections: SelectionSetNode, document: DocumentNode
) -> dict[str, Any]:
    return {
        node.name.value: _value(graphql_type.fields[node.name.value], node, document)
        for node in _fields(selections, document)
    }


def _value(field: Any, node: FieldNode, document: DocumentNode) -> Any:
    named: Any = _named(field)
    if node.selection_set is not None:
        value: Any = _object(named, node.selection_set, document)
    elif isinstance(named, GraphQLEnumType):
        value = next(iter(named.values))
    else:
        value = _SAMPLES.get(named.name, f'"{CANARY}"')
    if node.name.value == "code" and named.name == "Int":
        value = 200
    return [value] if str(field.type).startswith("[") else value


def _places(
    operation: str,
    path: tuple[str | int, ...],
    graphql_type: GraphQLObjectType,
    selections: SelectionSetNode,
    document: DocumentNode,
) -> Iterator[Place]:
    for node in _fields(selections, document):
        field: Any = graphql_type.fields[node.name.value]
        field_path = (*path, node.name.value)
        yield Place(operation, field_path, graphql_type.name, field)
        if node.selection_set is not None:
            named = cast("GraphQLObjectType", _named(field))
            index = (0,) if str(field.type).startswith("[") else ()
            inner = (*field_path, *index)
            yield from _places(operation, inner, named, node.selection_set, document)


def changed(place: Place, value: Any) -> Any:
    """Return the data of a response with another value at a place; without it if ``...``."""
    data = copy.deepcopy(data_of_operations()[place.operation])
    parent = at(data, place.path[:-1])
    if value is ...:
        del parent[place.name]
    else:
        parent[place.name] = value
    return data


def at(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def read(operation: str, data: Any) -> Any:
    """Return what the client makes of a response."""
    body = json.dumps({"data": data}).encode()
    result_type: Any = getattr(operation_results, operation)
    response = Response(operation=operation, status=200, headers={}, body=body)
    return graphql_result(result_type, response)


def dump(operation: str, data: Any) -> Any:
    return read(operation, data).model_dump(by_alias=True)


def assert_names_the_field(place: Place, data: Any) -> None:
    """Check that a response is rejected with the name of the field, and without values."""
    with pytest.raises(InvalidResponseError) as raised:
        read(place.operation, data)
    message = str(raised.value)
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place.path)
    assert f": data{path}: expected " in message
    assert CANARY not in message
    assert CANARY not in repr(raised.value.__cause__)


def test_every_result_type_is_covered() -> None:
    covered = {place.parent for place in places()}
    assert {"User", "Identity", "PaginatedUsers", "Role", "Group", "Node", "Policy"} <= covered
    assert len(places()) > 150


@pytest.mark.parametrize("absent", [None, ...], ids=["null", "missing"])
def test_absent_values_are_none_unless_the_result_is_useless(absent: Any) -> None:
    for place in places():
        data = changed(place, absent)
        if place.is_required:
            assert_names_the_field(place, data)
        elif not place.is_custom_data:
            assert at(dump(place.operation, data), place.path) is None, place.coordinate


def test_added_fields_are_kept_and_change_nothing_else() -> None:
    sign = {"sign": [CANARY]}
    for place in places():
        data = data_of_operations()[place.operation]
        expected = dump(place.operation, data)
        added = copy.deepcopy(data)
        at(added, place.path[:-1])["zodiac"] = sign
        found = dump(place.operation, added)
        if "customData" not in place.path[:-1]:
            assert at(found, place.path[:-1]).pop("zodiac") == sign, place.coordinate
        assert found == expected, place.coordinate


def test_other_scalars_are_converted() -> None:
    values = {"String": (5, "5"), "String!": (5, "5"), "Int": ("5", 5), "Boolean": (0, False)}
    for place in places():
        if place.notation in values and not place.is_custom_data and place.name != "code":
            value, expected = values[place.notation]
            found = at(dump(place.operation, changed(place, value)), place.path)
            assert found == expected, place.coordinate


def test_unknown_enum_values_are_kept() -> None:
    enums = [place for place in places() if isinstance(_named(place.field), GraphQLEnumType)]
    assert enums
    for place in enums:
        if not place.is_custom_data:
            data = changed(place, "Frozen")
            assert at(dump(place.operation, data), place.path) == "Frozen", place.coordinate


def test_a_value_of_another_kind_is_an_error_that_names_the_field() -> None:
    for place in places():
        named = _named(place.field)
        if named.name == "Object" or place.is_custom_data:
            continue
        is_single_scalar = not is_object_type(named) and not place.notation.startswith("[")
        wrong: Any = {CANARY: CANARY} if is_single_scalar else CANARY
        assert_names_the_field(place, changed(place, wrong))
