"""Map GraphQL names to Python names of the generated package."""

import ast
from collections.abc import Iterator

from ariadne_codegen.utils import process_name, str_to_pascal_case
from graphql import (
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
)


def argument_name(graphql_name: str) -> str:
    """Return the name of the Python argument for a GraphQL variable."""
    return process_name(graphql_name, convert_to_snake_case=True)


def root_type(schema: GraphQLSchema, definition: ExecutableDefinitionNode) -> GraphQLObjectType:
    """Return the type that an operation or fragment selects fields of."""
    if isinstance(definition, FragmentDefinitionNode):
        type_ = schema.get_type(definition.type_condition.name.value)
    else:
        assert isinstance(definition, OperationDefinitionNode)
        type_ = schema.get_root_type(definition.operation)
    assert isinstance(type_, GraphQLObjectType), definition
    return type_


def class_types(
    schema: GraphQLSchema, definition: ExecutableDefinitionNode
) -> Iterator[tuple[str, GraphQLObjectType]]:
    """Yield the name of each class that a definition generates, with its GraphQL type."""
    assert definition.name is not None
    yield from _class_types(
        str_to_pascal_case(definition.name.value),
        root_type(schema, definition),
        definition.selection_set,
    )


def _class_types(
    class_name: str, type_: GraphQLObjectType, selection_set: SelectionSetNode
) -> Iterator[tuple[str, GraphQLObjectType]]:
    yield class_name, type_
    for selection in selection_set.selections:
        if not isinstance(selection, FieldNode) or selection.selection_set is None:
            continue
        child = get_named_type(type_.fields[selection.name.value].type)
        if isinstance(child, GraphQLObjectType):
            key = selection.alias.value if selection.alias else selection.name.value
            suffix = str_to_pascal_case(process_name(key, convert_to_snake_case=True))
            yield from _class_types(class_name + suffix, child, selection.selection_set)


def top_level_classes(module: ast.Module) -> Iterator[ast.ClassDef]:
    """Yield the classes of a module."""
    return (node for node in module.body if isinstance(node, ast.ClassDef))
