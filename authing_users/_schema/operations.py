"""The operations of this library, and those of its users."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    REMOVE,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

from .errors import SchemaToolError
from .sources import load_documents


@dataclass(frozen=True, eq=False)
class Operation:
    """An operation.

    Attributes:
        name: Its name.
        node: Its definition.
        fragments: The fragments that it uses, by name.
        is_own: Whether it is one of this library. Then the client adapts it to servers that lack
            a part.
    """

    name: str
    node: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    is_own: bool

    @property
    def document(self) -> DocumentNode:
        """The operation with its fragments."""
        return DocumentNode(definitions=(self.node, *self.fragments.values()))


@cache
def own_operations() -> tuple[Operation, ...]:
    """Return the operations of this library, sorted by name."""
    from authing_graphql import operations

    found: list[Operation] = []
    for name in operations.__all__:
        document = parse(getattr(operations, name))
        fragments = _fragments(document)
        found += [
            Operation(_name(node), node, fragments, is_own=True)
            for node in document.definitions
            if isinstance(node, OperationDefinitionNode)
        ]
    return tuple(sorted(found, key=lambda operation: operation.name))


def user_operations(path: Path) -> tuple[Operation, ...]:
    """Return the operations in a file, or in the ``.graphql`` files of a folder, sorted by name.

    They may use the fragments of this library without a definition.

    Raises:
        SchemaToolError: A file cannot be read, or an operation has no name, or a fragment is
            unknown.
    """
    document = load_documents(path)
    fragments = own_fragments() | _fragments(document)
    operations: list[Operation] = []
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            if node.name is None:
                raise SchemaToolError(f"{_place(node, path)}: The operation needs a name.")
            used = _used_fragments(node.selection_set, fragments, path)
            operations.append(Operation(_name(node), node, used, is_own=False))
    return tuple(sorted(operations, key=lambda operation: operation.name))


@cache
def own_fragments() -> dict[str, FragmentDefinitionNode]:
    """Return the fragments of this library by name, without the fields that need a variable."""
    fragments: dict[str, FragmentDefinitionNode] = {}
    for operation in own_operations():
        fragments |= operation.fragments
    return {name: visit(node, _WithoutVariables()) for name, node in fragments.items()}


class _WithoutVariables(Visitor):
    """Removes fields with arguments or directives that use variables."""

    def enter_field(self, node: FieldNode, *_: Any) -> Any:
        return REMOVE if "$" in print_ast(_without_selections(node)) else None


def _without_selections(node: FieldNode) -> FieldNode:
    return FieldNode(name=node.name, arguments=node.arguments, directives=node.directives)


def _name(node: OperationDefinitionNode) -> str:
    return "" if node.name is None else node.name.value


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }


def _used_fragments(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], path: Path
) -> dict[str, FragmentDefinitionNode]:
    used: dict[str, FragmentDefinitionNode] = {}
    pending = [selections]
    while pending:
        for spread in _spreads(pending.pop()):
            name = spread.name.value
            if name not in fragments:
                message = f"{_place(spread, path)}: There is no fragment {name}."
                raise SchemaToolError(message)
            if name not in used:
                used[name] = fragments[name]
                pending.append(fragments[name].selection_set)
    return used


def _spreads(selections: SelectionSetNode) -> Iterator[FragmentSpreadNode]:
    for selection in selections.selections:
        if isinstance(selection, FragmentSpreadNode):
            yield selection
        elif inner := getattr(selection, "selection_set", None):
            yield from _spreads(inner)


def _place(node: OperationDefinitionNode | FragmentSpreadNode, path: Path) -> str:
    if node.loc is None:
        return str(path)
    location = node.loc.source.get_location(node.loc.start)
    return f"{node.loc.source.name}:{location.line}:{location.column}"
