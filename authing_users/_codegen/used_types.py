"""Find the enums and inputs that operations use."""

from collections.abc import Iterable
from typing import Any

from graphql import (
    FragmentDefinitionNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    Visitor,
    get_named_type,
    type_from_ast,
    visit,
)

Definition = FragmentDefinitionNode | OperationDefinitionNode


def used_types(
    schema: GraphQLSchema, definitions: Iterable[Definition]
) -> tuple[list[GraphQLEnumType], list[GraphQLInputObjectType]]:
    """Return the enums and inputs that definitions use, in the order of the schema."""
    types = TypeInfo(schema)
    used = _UsedTypes(schema, types)
    for definition in definitions:
        visit(definition, TypeInfoVisitor(types, used))
    in_order = [type_ for type_ in schema.type_map.values() if type_.name in used.names]
    return (
        [type_ for type_ in in_order if isinstance(type_, GraphQLEnumType)],
        [type_ for type_ in in_order if isinstance(type_, GraphQLInputObjectType)],
    )


class _UsedTypes(Visitor):
    def __init__(self, schema: GraphQLSchema, types: TypeInfo) -> None:
        super().__init__()
        self._schema = schema
        self._types = types
        self.names: set[str] = set()

    def enter_field(self, *_: Any) -> None:
        output = self._types.get_type()
        if output is not None:
            self._add(get_named_type(output))

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> None:
        type_ = type_from_ast(self._schema, node.type)
        if type_ is not None:
            self._add(get_named_type(type_))

    def _add(self, type_: object) -> None:
        if isinstance(type_, GraphQLEnumType):
            self.names.add(type_.name)
        elif isinstance(type_, GraphQLInputObjectType) and type_.name not in self.names:
            self.names.add(type_.name)
            for field in type_.fields.values():
                self._add(get_named_type(field.type))
