"""The types that operations use: enums, inputs and scalars."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ariadne_codegen.client_generators.scalars import ScalarData
from ariadne_codegen.codegen import generate_import_from
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

from .naming import ClassNames, class_name, definition_name
from .scalars import ScalarTypes

Definition = FragmentDefinitionNode | OperationDefinitionNode


class UsedTypes:
    """The types that operations and fragments use, and the names of their classes.

    Args:
        schema: The schema.
        definitions: The operations and fragments, which claim the names of their classes first.
        scalars: The Python types of custom scalars.

    Attributes:
        schema: The schema.
        names: The names of all classes.
        enums: The enums, in the order of the schema.
        inputs: The inputs, in the order of the schema.
        classes: The classes of enums and inputs, by GraphQL name.
        dicts: The classes of the dicts, by GraphQL name of the input.
        keys: The types of the keys of the dicts, by GraphQL name of the input.
        scalars: The types of scalars.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        definitions: Sequence[Definition],
        scalars: Mapping[str, ScalarData],
    ) -> None:
        self.schema = schema
        self.names = ClassNames()
        for definition in definitions:
            self.names.claim(class_name(definition_name(definition)))
        self.enums, self.inputs = used_types(schema, definitions)
        # A type whose name is a class name already keeps it.
        types = sorted(
            (*self.enums, *self.inputs), key=lambda type_: class_name(type_.name) != type_.name
        )
        self.classes = {type_.name: self.names.claim(class_name(type_.name)) for type_ in types}
        self.dicts = {
            type_.name: self.names.claim(f"{self.classes[type_.name]}Dict") for type_ in self.inputs
        }
        self.keys = {
            type_.name: self.names.claim(f"{self.classes[type_.name]}Key") for type_ in self.inputs
        }
        self.scalars = ScalarTypes(scalars, self.names)

    def leaf_imports(self) -> list[ast.ImportFrom]:
        """Return imports of the enums, and of the scalars that annotations use so far."""
        enums = [self.classes[type_.name] for type_ in self.enums]
        modules = {"enums": enums, "scalars": self.scalars.aliases}
        return [
            generate_import_from(names, module, 1) for module, names in modules.items() if names
        ]


def used_types(
    schema: GraphQLSchema, definitions: Iterable[Definition]
) -> tuple[list[GraphQLEnumType], list[GraphQLInputObjectType]]:
    """Return the enums and inputs that definitions use, in the order of the schema."""
    types = TypeInfo(schema)
    used = _Visitor(schema, types)
    for definition in definitions:
        visit(definition, TypeInfoVisitor(types, used))
    in_order = [type_ for type_ in schema.type_map.values() if type_.name in used.names]
    return (
        [type_ for type_ in in_order if isinstance(type_, GraphQLEnumType)],
        [type_ for type_ in in_order if isinstance(type_, GraphQLInputObjectType)],
    )


class _Visitor(Visitor):
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
