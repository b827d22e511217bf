"""Write the module with the tree of each operation, from which parts can be removed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionNode,
    VariableDefinitionNode,
    VariableNode,
    get_named_type,
    print_ast,
)

from .naming import root_type

# Without these fields, too, a result is useless, or the client misreads it: it compares keys and
# codes, converts a value by its type, and raises if a mutation has failed.
REQUIRED_FIELDS = {
    "AccessTokenRes.accessToken",
    "CommonMessage.code",
    "JWTTokenStatus.status",
    "PolicyAssignment.code",
    "PolicyAssignment.targetIdentifier",
    "PolicyAssignment.targetType",
    "RefreshToken.token",
    "Role.code",
    "UserCustomData.dataType",
    "UserCustomData.key",
    "UserCustomData.value",
    "UserDefinedData.dataType",
    "UserDefinedData.key",
    "UserDefinedData.value",
    "UserDefinedDataMap.data",
    "UserDefinedDataMap.targetId",
}


def operation_trees_module(
    schema: GraphQLSchema,
    operations: Iterable[OperationDefinitionNode],
    fragments: Mapping[str, FragmentDefinitionNode],
) -> str:
    """Return the source of the module with the trees.

    Args:
        schema: The schema, with the nullability of the generated models.
        operations: The operations.
        fragments: The fragments by name.

    Raises:
        ValueError: A document has syntax that the trees cannot represent, or a required field does
            not exist.
    """
    trees = _Trees(schema)
    printed_fragments = [trees.fragment(fragments[name]) for name in sorted(fragments)]
    by_name = sorted((_name(operation), operation) for operation in operations)
    printed_operations = [f"{name!r}: {trees.operation(node)}," for name, node in by_name]
    return "\n".join(
        [
            '"""The operations and fragments as trees. Imported only if a server lacks a part."""',
            "from .operation_tree import Field, Fragment, Operation, Variable",
            "OPERATIONS: dict[str, Operation] = {",
            *printed_operations,
            "}",
            "FRAGMENTS: dict[str, Fragment] = {",
            *printed_fragments,
            "}",
        ]
    )


class _Trees:
    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        for name in sorted(REQUIRED_FIELDS):
            type_name, field = name.split(".")
            if field not in getattr(schema.get_type(type_name), "fields", ()):
                raise ValueError(f"REQUIRED_FIELDS: schema.graphql has no field {name}")

    def operation(self, node: OperationDefinitionNode) -> str:
        type_ = root_type(self._schema, node)
        variables = [_variable(definition) for definition in node.variable_definitions]
        (field,) = self._selections(type_, node.selection_set.selections)
        return _call(
            "Operation",
            repr(node.operation.value),
            repr(_name(node)),
            repr(type_.name),
            _tuple(variables),
            field,
        )

    def fragment(self, node: FragmentDefinitionNode) -> str:
        type_ = root_type(self._schema, node)
        selections = _tuple(self._selections(type_, node.selection_set.selections))
        return f"{node.name.value!r}: {_call('Fragment', repr(type_.name), selections)},"

    def _selections(
        self, type_: GraphQLObjectType, nodes: Iterable[SelectionNode]
    ) -> Iterator[str]:
        for node in nodes:
            if isinstance(node, FragmentSpreadNode) and not node.directives:
                yield repr(node.name.value)
            elif isinstance(node, FieldNode) and node.alias is None:
                yield self._field(type_, node)
            else:
                raise _unsupported(node)

    def _field(self, parent: GraphQLObjectType, node: FieldNode) -> str:
        name = node.name.value
        field = parent.fields[name]
        type_ = get_named_type(field.type)
        composite = type_ if isinstance(type_, GraphQLObjectType) else None
        arguments: list[str] = []
        for argument in node.arguments:
            if not isinstance(argument.value, VariableNode):
                raise _unsupported(argument)
            arguments.append(f"({argument.name.value!r}, {argument.value.name.value!r})")
        selections: list[str] = []
        if node.selection_set is not None:
            assert composite is not None
            selections = [*self._selections(composite, node.selection_set.selections)]
        return _call(
            "Field",
            repr(name),
            type=None if composite is None else repr(composite.name),
            arguments=_tuple(arguments) if arguments else None,
            include_if=_include_variable(node.directives),
            selections=_tuple(selections) if selections else None,
            is_required="True" if self._is_required(parent, name, field) else None,
        )

    def _is_required(self, parent: GraphQLObjectType, name: str, field: GraphQLField) -> bool:
        return (
            parent in (self._schema.query_type, self._schema.mutation_type)
            or isinstance(field.type, GraphQLNonNull)
            or f"{parent.name}.{name}" in REQUIRED_FIELDS
        )


def _variable(node: VariableDefinitionNode) -> str:
    name, type_ = repr(node.variable.name.value), repr(print_ast(node.type))
    default = None if node.default_value is None else repr(print_ast(node.default_value))
    return _call("Variable", name, type_, default=default)


def _include_variable(directives: Iterable[DirectiveNode]) -> str | None:
    variable = None
    for directive in directives:
        (argument,) = directive.arguments
        if directive.name.value != "include" or variable is not None:
            raise _unsupported(directive)
        if not isinstance(argument.value, VariableNode):
            raise _unsupported(directive)
        variable = repr(argument.value.name.value)
    return variable


def _name(node: OperationDefinitionNode) -> str:
    assert node.name is not None
    return node.name.value


def _unsupported(node: Any) -> ValueError:
    return ValueError(f"queries/: the generator does not support {print_ast(node)!r}")


def _call(name: str, *arguments: str, **keywords: str | None) -> str:
    given = [f"{key}={value}" for key, value in keywords.items() if value is not None]
    return f"{name}({', '.join([*arguments, *given])})"


def _tuple(items: Iterable[str]) -> str:
    return "(" + "".join(f"{item}, " for item in items) + ")"
