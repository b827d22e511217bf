"""Whether the client can adapt operations to a schema that lacks names.

Our own operations are judged by the client's own code. Those of a generated package of the user are
judged by the same rules, from their documents.
"""

from collections.abc import Collection
from typing import Any

from graphql import (
    REMOVE,
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    visit,
)

from .._policy.schema_drift import AdaptedDocument, adapt_document
from .._protocol.validation_errors import SchemaName
from .definitions import arguments, field_at, is_non_null, members, type_of
from .operations import Operation
from .uses import Uses

# Models reject null for these fields if the schema does.
_NEVER_NULL = frozenset({"id", "list", "totalCount"})


def lacking(uses: Uses, missing: Collection[str], schema: GraphQLSchema) -> list[str]:
    """Return why an operation cannot be called on a server that lacks names.

    Args:
        uses: The parts of a schema that the operation uses.
        missing: Coordinates of fields and arguments that the server lacks.
        schema: The schema with these names, or that of the server if it is not known.
    """
    if uses.operation.is_own:
        return _adapted(uses, missing).lacking
    return [f"'{place}'" for place in missing if _is_needed(place, uses, schema)]


def adapted_document(uses: Uses, missing: Collection[str], schema: GraphQLSchema) -> DocumentNode:
    """Return the document that is sent to a server that lacks names.

    Args:
        uses: The parts of a schema that the operation uses.
        missing: Coordinates of fields and arguments that the server lacks. Nothing needs them.
        schema: The schema of the server.
    """
    if uses.operation.is_own:
        return parse(_adapted(uses, missing).document)
    return _pruned(uses.operation, missing, schema)


def _adapted(uses: Uses, missing: Collection[str]) -> AdaptedDocument:
    names = [_schema_name(coordinate) for coordinate in missing]
    return adapt_document(uses.operation.name, names, uses.always_set)


def _schema_name(coordinate: str) -> SchemaName:
    field, _, argument = coordinate.partition("(")
    type_, _, name = field.partition(".")
    return SchemaName(type_, name, argument.removesuffix(":)") or None)


def _is_needed(coordinate: str, uses: Uses, schema: GraphQLSchema) -> bool:
    """Whether an operation of the user is useless without a name."""
    if coordinate in uses.arguments:
        return uses.arguments[coordinate].is_always_set
    type_, _, name = coordinate.partition(".")
    root = schema.get_root_type(uses.operation.node.operation)
    if root is not None and root.name == type_:
        return True
    definition = field_at(schema, coordinate)
    return name in _NEVER_NULL and (definition is None or is_non_null(type_of(definition)))


def _pruned(operation: Operation, missing: Collection[str], schema: GraphQLSchema) -> DocumentNode:
    """Return the document without names, and without what is empty or unused then."""
    info = TypeInfo(schema)
    pruning = TypeInfoVisitor(info, _Pruning(info, set(missing)))
    document: DocumentNode = visit(operation.document, pruning)
    used = _UsedVariables()
    for definition in document.definitions:
        visit(definition, used)
    left: DocumentNode = visit(document, _WithoutUnused(used.names))
    return left


class _Pruning(Visitor):
    """Removes fields and arguments."""

    def __init__(self, info: TypeInfo, missing: set[str]) -> None:
        super().__init__()
        self._info = info
        self._missing = missing

    def enter_field(self, node: FieldNode, *_: Any) -> Any:
        parent = self._info.get_parent_type()
        name = node.name.value
        if parent is None:
            return None
        is_unknown = not name.startswith("__") and name not in members(parent)
        return REMOVE if is_unknown or f"{parent.name}.{name}" in self._missing else None

    def leave_field(self, node: FieldNode, *_: Any) -> Any:
        selections = node.selection_set
        return REMOVE if selections is not None and not selections.selections else None

    def enter_argument(self, node: ArgumentNode, *_: Any) -> Any:
        parent, field = self._info.get_parent_type(), self._info.get_field_def()
        if parent is None or field is None or self._info.get_directive() is not None:
            return None
        names = {name for name, one in members(parent).items() if one is field}
        places = {f"{parent.name}.{name}({node.name.value}:)" for name in names}
        is_unknown = node.name.value not in arguments(field)
        return REMOVE if is_unknown or places & self._missing else None


class _UsedVariables(Visitor):
    """Collects the variables that are used outside of their definitions."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable_definition(self, _node: VariableDefinitionNode, *_: Any) -> Any:
        return False

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.add(node.name.value)


class _WithoutUnused(Visitor):
    """Removes the definitions of variables that are not used, and empty fragments."""

    def __init__(self, used: set[str]) -> None:
        super().__init__()
        self._used = used

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> Any:
        return None if node.variable.name.value in self._used else REMOVE

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> Any:
        return None if node.selection_set.selections else REMOVE
