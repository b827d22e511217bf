"""Random responses and random input values."""

import random
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    TypeNode,
    is_required_input_field,
    parse_type,
)

# Some parameters of execute_sync have incomplete types, so a direct import would be untyped.
execute: Callable[..., ExecutionResult] = import_module("graphql").execute_sync
TEXTS = ["", "text", "用户", '"quoted" \\ and \n', "😀", "null", "1", "0" * 70]
JSON_VALUES: list[Any] = [1, "text", True, 0.5, [1, [None]], {"a": {"b": [{}]}}]
# In the form in which Python writes them.
SCALARS: Mapping[str, list[Any]] = {
    "Int": [0, 1, -1, 2**31 - 1, -(2**31)],
    "Float": [0.5, -1.25, 1e300, 3],
    "String": TEXTS,
    "ID": [*TEXTS, "u-1"],
    "Boolean": [True, False],
    "DateTime": ["2024-05-06T07:08:09+02:00", "2031-12-31T23:59:59.123456-05:30"],
    "Date": ["2024-02-29", "1999-12-31"],
    "JSON": JSON_VALUES,
    "JSONObject": [{}, {"a": [1, None], "b": {"class": "x"}}],
    "BigInt": [0, 2**53 + 1, -(2**63)],
    "UUID": ["12345678-1234-5678-1234-567812345678"],
    "Object": [{}, {"a": 1, "b": [None, {"c": "d"}]}],
    "Opaque": JSON_VALUES,
}


@lru_cache(1000)
def type_node(text: str) -> TypeNode:
    """Return the syntax tree of a type, which is easier to walk than the type."""
    return parse_type(text, no_location=True)


def type_of(definition: Any) -> TypeNode:
    """Return the type of a field or an argument as a syntax tree.

    It is typed as ``Any`` because the types of graphql-core are incomplete.
    """
    return type_node(str(definition.type))


def response_data(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation_name: str,
    variables: Mapping[str, object],
    seed: str,
) -> dict[str, Any]:
    """Return random data of a response: the same at one path of the response for one seed."""

    def resolve(_: object, info: Any, /, **__: object) -> object:
        path = info.path.as_list()
        depth = sum(isinstance(key, str) for key in path)
        node = type_node(str(info.return_type))
        return _output_value(random.Random(f"{seed} {path}"), schema, node, 1 if depth > 2 else 3)

    def resolve_type(value: dict[str, str], *_: object) -> str:
        return value["type name"]

    result = execute(
        schema,
        document,
        variable_values=dict(variables),
        operation_name=operation_name,
        field_resolver=resolve,
        type_resolver=resolve_type,
    )
    assert not result.errors, result.errors
    assert result.data is not None
    return result.data


def _output_value(
    rng: random.Random, schema: GraphQLSchema, node: TypeNode, longest: int
) -> object:
    if isinstance(node, NonNullTypeNode):
        node = node.type
    elif rng.random() < 0.2:
        return None
    if isinstance(node, ListTypeNode):
        length = rng.randint(0, longest)
        return [_output_value(rng, schema, node.type, longest) for _ in range(length)]
    assert isinstance(node, NamedTypeNode)
    type_ = schema.type_map[node.name.value]
    if isinstance(type_, GraphQLEnumType):
        return rng.choice([*type_.values])
    if isinstance(type_, GraphQLUnionType | GraphQLInterfaceType):
        return {"type name": rng.choice(schema.get_possible_types(type_)).name}
    return {} if isinstance(type_, GraphQLObjectType) else rng.choice(SCALARS[type_.name])


def input_value(
    rng: random.Random, schema: GraphQLSchema, node: TypeNode, depth: int = 3
) -> object:
    """Return a random value of an input type, as JSON content."""
    if isinstance(node, NonNullTypeNode):
        node = node.type
    elif rng.random() < 0.15:
        return None
    if isinstance(node, ListTypeNode):
        length = rng.randint(0, 2) if depth > 0 else 0
        return [input_value(rng, schema, node.type, depth - 1) for _ in range(length)]
    assert isinstance(node, NamedTypeNode)
    type_ = schema.type_map[node.name.value]
    if isinstance(type_, GraphQLEnumType):
        return rng.choice([*type_.values])
    if isinstance(type_, GraphQLInputObjectType):
        return _input_object(rng, schema, type_, depth)
    return rng.choice(SCALARS[type_.name])


def _input_object(
    rng: random.Random, schema: GraphQLSchema, type_: GraphQLInputObjectType, depth: int
) -> dict[str, object]:
    nodes = {name: type_of(field) for name, field in type_.fields.items()}
    if type_.is_one_of:
        # The first field has no fields of its own.
        name = rng.choice([*nodes]) if depth > 0 else next(iter(nodes))
        one = type_node(f"{type_.fields[name].type}!")
        return {name: input_value(rng, schema, one, depth - 1)}
    return {
        name: input_value(rng, schema, nodes[name], depth - 1)
        for name, field in type_.fields.items()
        if is_required_input_field(field) or (depth > 0 and rng.random() < 0.6)
    }
