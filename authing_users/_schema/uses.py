"""Find the parts of a schema that an operation uses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    ArgumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    SelectionSetNode,
    TypeNode,
    VariableDefinitionNode,
    VariableNode,
    get_named_type,
    print_ast,
)

from .definitions import arguments, members, type_name, type_of
from .operations import Operation


@dataclass(frozen=True)
class Argument:
    """An argument that an operation passes.

    Attributes:
        variable: Name of the variable, or ``None`` if the value is written in the document.
        type: GraphQL text of the type of the variable.
        has_default: Whether the variable has a default value.
    """

    variable: str | None
    type: str = ""
    has_default: bool = False

    @property
    def is_always_set(self) -> bool:
        """Whether each call passes a value."""
        return self.variable is None or self.type.endswith("!")

    @property
    def type_name(self) -> str:
        """The name of the type, without lists."""
        return self.type.strip("[]!")


@dataclass
class Uses:
    """The parts of a schema that one operation uses.

    Attributes:
        operation: The operation.
        fields: Coordinates of fields (``User.email``), with the name of the type they return.
            Empty if the schema lacks the field.
        arguments: Coordinates of arguments (``Query.users(page:)``).
        inputs: Names of the input types, with those inside.
        result_types: Names of the types of results.
        input_enums: Names of the enums of arguments.
    """

    operation: Operation
    fields: dict[str, str] = field(default_factory=dict[str, str])
    arguments: dict[str, Argument] = field(default_factory=dict[str, Argument])
    inputs: set[str] = field(default_factory=set[str])
    result_types: set[str] = field(default_factory=set[str])
    input_enums: set[str] = field(default_factory=set[str])

    @property
    def always_set(self) -> set[str]:
        """Names of the variables that each call passes."""
        variables = self.operation.node.variable_definitions or ()
        return {
            node.variable.name.value
            for node in variables
            if isinstance(node.type, NonNullTypeNode) and node.default_value is None
        }


def uses_of(operation: Operation, schema: GraphQLSchema) -> Uses:
    """Return what an operation uses. Parts that the schema lacks are listed, but not looked into.

    Args:
        operation: The operation.
        schema: The schema that has the types of fields and inputs.
    """
    uses = Uses(operation)
    walk = _Walk(uses, schema)
    walk.variables(operation.node)
    root = schema.get_root_type(operation.node.operation)
    if root is not None:
        walk.selections(operation.node.selection_set, root)
    return uses


class _Walk:
    def __init__(self, uses: Uses, schema: GraphQLSchema) -> None:
        self._uses = uses
        self._schema = schema
        self._variables: Mapping[str, VariableDefinitionNode] = {}
        self._spreads: set[str] = set()

    def variables(self, node: ExecutableDefinitionNode) -> None:
        """Note the types of the variables."""
        definitions = node.variable_definitions or ()
        self._variables = {node.variable.name.value: node for node in definitions}
        for definition in definitions:
            self._input_type(_name_of(definition.type))

    def selections(self, selections: SelectionSetNode, parent: GraphQLNamedType) -> None:
        """Note the fields that are selected below a type."""
        self._uses.result_types.add(parent.name)
        for node in selections.selections:
            if isinstance(node, FieldNode):
                self._field(node, parent)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._uses.operation.fragments[node.name.value]
                key = f"{node.name.value} {parent.name}"
                if key not in self._spreads:
                    self._spreads.add(key)
                    self._fragment(fragment.type_condition, fragment.selection_set, parent)
            elif isinstance(node, InlineFragmentNode):
                self._fragment(node.type_condition, node.selection_set, parent)

    def _fragment(
        self,
        condition: NamedTypeNode | None,
        selections: SelectionSetNode,
        parent: GraphQLNamedType,
    ) -> None:
        name = parent.name if condition is None else condition.name.value
        self._uses.result_types.add(name)
        if (on := self._schema.type_map.get(name)) is not None:
            self.selections(selections, on)

    def _field(self, node: FieldNode, parent: GraphQLNamedType) -> None:
        name = node.name.value
        if name.startswith("__"):
            return
        coordinate = f"{parent.name}.{name}"
        definition = members(parent).get(name)
        for argument in node.arguments or ():
            self._argument(argument, coordinate, definition)
        if definition is None:
            self._uses.fields[coordinate] = ""
            return
        returned = get_named_type(type_of(definition))
        self._uses.fields[coordinate] = returned.name
        self._uses.result_types.add(returned.name)
        if node.selection_set is not None:
            self.selections(node.selection_set, returned)

    def _argument(self, node: ArgumentNode, coordinate: str, definition: Any) -> None:
        used = Argument(None)
        if isinstance(node.value, VariableNode):
            variable = self._variables.get(node.value.name.value)
            if variable is not None:
                used = Argument(
                    node.value.name.value,
                    print_ast(variable.type),
                    has_default=variable.default_value is not None,
                )
        elif node.name.value in arguments(definition):
            self._input_type(type_name(type_of(arguments(definition)[node.name.value])))
        self._uses.arguments[f"{coordinate}({node.name.value}:)"] = used

    def _input_type(self, name: str) -> None:
        known = self._schema.type_map.get(name)
        if isinstance(known, GraphQLEnumType):
            self._uses.input_enums.add(name)
        elif name not in self._uses.inputs and isinstance(known, GraphQLInputObjectType):
            self._uses.inputs.add(name)
            for input_field in members(known).values():
                self._input_type(type_name(type_of(input_field)))


def _name_of(node: TypeNode) -> str:
    while isinstance(node, ListTypeNode | NonNullTypeNode):
        node = node.type
    assert isinstance(node, NamedTypeNode)  # noqa: S101
    return node.name.value
