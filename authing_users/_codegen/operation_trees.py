"""Write the module with the tree of each operation, from which parts can be removed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from graphql import (
    ArgumentNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    VariableDefinitionNode,
    VariableNode,
    get_named_type,
    print_ast,
)

from .naming import TYPENAME, definition_name, root_type, selectable_fields
from .required_fields import NON_NULL_FIELDS, REQUIRED_FIELDS
from .selections import has_condition, type_condition
from .templates.operation_tree import LITERAL


def operation_trees_module(
    schema: GraphQLSchema,
    operations: Iterable[OperationDefinitionNode],
    fragments: Mapping[str, FragmentDefinitionNode],
) -> str:
    """Return the source of the module with the trees.

    Args:
        schema: The schema.
        operations: The operations.
        fragments: The fragments by name.
    """
    trees = _Trees(schema)
    by_name = sorted((definition_name(operation), operation) for operation in operations)
    printed_operations = [f"{name!r}: {trees.operation(node)}," for name, node in by_name]
    printed_fragments = [trees.fragment(fragments[name]) for name in sorted(fragments)]
    return "\n".join(
        [
            '"""The operations and fragments as trees. Imported only if a server lacks a part."""',
            "from .operation_tree import Field, Fragment, Operation, Variable",
            "OPERATIONS: dict[str, Operation] = {",
            *printed_operations,
            "}",
            "FRAGMENTS: dict[str, Fragment] = {",
            *printed_fragments,
            *trees.unnamed_fragments,
            "}",
        ]
    )


class _Trees:
    """Prints trees.

    Attributes:
        unnamed_fragments: The inline fragments, and spreads with directives. Each has a key that
            contains the name of its definition and a number.
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._definition = ""
        self.unnamed_fragments: list[str] = []

    def operation(self, node: OperationDefinitionNode) -> str:
        self._definition = f"{node.operation.value} {definition_name(node)}"
        type_ = root_type(self._schema, node)
        (field,) = self._selections(type_, node.selection_set.selections)
        return _call(
            "Operation",
            repr(node.operation.value),
            repr(definition_name(node)),
            repr(type_.name),
            _tuple(map(_variable, node.variable_definitions)),
            field,
            directives=_directives(node.directives),
        )

    def fragment(self, node: FragmentDefinitionNode) -> str:
        self._definition = f"fragment {definition_name(node)}"
        type_ = root_type(self._schema, node)
        selections = _tuple(self._selections(type_, node.selection_set.selections))
        directives = _directives(node.directives)
        call = _call("Fragment", repr(type_.name), selections, directives=directives)
        return f"{node.name.value!r}: {call},"

    def _selections(self, type_: GraphQLNamedType, nodes: Iterable[SelectionNode]) -> Iterator[str]:
        for node in nodes:
            if isinstance(node, FieldNode):
                yield self._field(type_, node)
            elif isinstance(node, InlineFragmentNode):
                condition = type_condition(node)
                inner = type_ if condition is None else self._schema.type_map[condition]
                selections = [*self._selections(inner, node.selection_set.selections)]
                head = "..." if condition is None else f"... on {condition}"
                yield self._unnamed_fragment(inner, selections, head, node)
            elif node.directives:
                assert isinstance(node, FragmentSpreadNode)
                name = node.name.value
                yield self._unnamed_fragment(type_, [repr(name)], f"...{name}", node)
            else:
                assert isinstance(node, FragmentSpreadNode)
                yield repr(node.name.value)

    def _unnamed_fragment(
        self, type_: GraphQLNamedType, selections: Sequence[str], head: str, node: SelectionNode
    ) -> str:
        """Add a fragment and return its key."""
        key = repr(f"{self._definition} {len(self.unnamed_fragments)}")
        text = " ".join([head, *map(print_ast, node.directives)])
        call = _call(
            "Fragment",
            repr(type_.name),
            _tuple(selections),
            head=repr(text),
            is_spread="True" if isinstance(node, FragmentSpreadNode) else None,
        )
        self.unnamed_fragments.append(f"{key}: {call},")
        return key

    def _field(self, parent: GraphQLNamedType, node: FieldNode) -> str:
        name = node.name.value
        composite: GraphQLNamedType | None = None
        selections: list[str] = []
        if node.selection_set is not None:
            composite = get_named_type(selectable_fields(parent)[name].type)
            selections = [*self._selections(composite, node.selection_set.selections)]
        included = _include_variable(node.directives)
        return _call(
            "Field",
            repr(name),
            type=None if composite is None else repr(composite.name),
            arguments=_tuple(map(_argument, node.arguments)) if node.arguments else None,
            include_if=included,
            selections=_tuple(selections) if selections else None,
            is_required="True" if self._is_required(parent, node) else None,
            alias=repr(node.alias.value) if node.alias else None,
            directives=_directives(node.directives) if included is None else None,
        )

    def _is_required(self, parent: GraphQLNamedType, node: FieldNode) -> bool:
        name = node.name.value
        if parent in (self._schema.query_type, self._schema.mutation_type):
            return True
        if f"{parent.name}.{name}" in REQUIRED_FIELDS:
            return True
        if name not in NON_NULL_FIELDS:
            return name == TYPENAME
        type_ = selectable_fields(parent)[name].type
        return isinstance(type_, GraphQLNonNull) and not has_condition(node.directives)


def _variable(node: VariableDefinitionNode) -> str:
    name, type_ = repr(node.variable.name.value), repr(print_ast(node.type))
    default = None if node.default_value is None else repr(print_ast(node.default_value))
    return _call("Variable", name, type_, default=default, directives=_directives(node.directives))


def _argument(node: ArgumentNode) -> str:
    if isinstance(node.value, VariableNode):
        value = repr(node.value.name.value)
    else:
        value = repr(LITERAL + print_ast(node.value))
    return f"({node.name.value!r}, {value})"


def _include_variable(directives: Sequence[DirectiveNode]) -> str | None:
    """Return the variable of ``@include``, if there is no other directive."""
    if len(directives) != 1 or directives[0].name.value != "include":
        return None
    (argument,) = directives[0].arguments
    return repr(argument.value.name.value) if isinstance(argument.value, VariableNode) else None


def _directives(nodes: Sequence[DirectiveNode]) -> str | None:
    return repr(" ".join(map(print_ast, nodes))) if nodes else None


def _call(name: str, *arguments: str, **keywords: str | None) -> str:
    given = [f"{key}={value}" for key, value in keywords.items() if value is not None]
    return f"{name}({', '.join([*arguments, *given])})"


def _tuple(items: Iterable[str]) -> str:
    return "(" + "".join(f"{item}, " for item in items) + ")"
