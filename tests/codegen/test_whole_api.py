"""The whole management API: an operation for each root field generates a typed package."""

from pathlib import Path

import pytest
from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    build_schema,
    is_leaf_type,
    print_ast,
)

from .random_schemas.batch import PackageGenerator, failures
from .random_schemas.case import Case
from .random_schemas.values import type_of

pytestmark = pytest.mark.slow

SCHEMA_TEXT = Path(__file__).with_name("whole_api.graphql").read_text("utf-8")
SCHEMA = build_schema(SCHEMA_TEXT)
LEVELS = 2


def selections(type_: GraphQLNamedType, levels: int) -> str:
    """Return a selection of all scalar fields, some levels deep."""
    if not isinstance(type_, GraphQLObjectType):
        return ""
    types = {name: named_type(field) for name, field in type_.fields.items()}
    selected = [
        f"{name}{selections(field_type, levels - 1)}"
        for name, field_type in types.items()
        if levels > 1 or is_leaf_type(field_type)
    ]
    return f" {{ {' '.join(selected)} }}"


def named_type(field: GraphQLField) -> GraphQLNamedType:
    """Return the type of a field, or of the items of its list."""
    return SCHEMA.type_map[print_ast(type_of(field)).strip("[]!")]


def operation(kind: str, name: str, field: GraphQLField) -> str:
    """Return an operation with a variable for each argument."""
    variables = ", ".join(f"${key}: {print_ast(type_of(arg))}" for key, arg in field.args.items())
    arguments = ", ".join(f"{key}: ${key}" for key in field.args)
    head = f"{kind} {kind.title()}{name[0].upper()}{name[1:]}" + f"({variables})" * bool(variables)
    call = name + f"({arguments})" * bool(arguments)
    return f"{head} {{ {call}{selections(named_type(field), LEVELS)} }}"


def whole_api() -> Case:
    """Return the schema with its operations."""
    operations = [
        operation(kind, name, field)
        for kind, root in (("query", SCHEMA.query_type), ("mutation", SCHEMA.mutation_type))
        if root is not None
        for name, field in root.fields.items()
    ]
    return Case("whole API", SCHEMA_TEXT, "\n".join(operations))


def test_an_operation_for_each_field_of_the_api_is_generated_typed_and_complete(
    tmp_path: Path,
) -> None:
    case = whole_api()
    assert case.is_valid()
    assert case.document_text.count("\n") == 121
    with PackageGenerator(tmp_path) as generator:
        assert [*failures({"": case}, generator, sample=1).values()] == []
