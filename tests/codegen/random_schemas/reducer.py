"""Reduce a case that fails, so that it can be read."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple, cast

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    Node,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

from .case import Case

# Nodes that can be left out. All others are left out only as items of a list.
OPTIONAL = ("description", "default_value", "alias")


class Part(NamedTuple):
    """A part of a syntax tree that can be left out.

    Attributes:
        node: The node that has the part.
        key: The attribute of the node.
        position: The index in the attribute, if it is a list.
    """

    node: Node
    key: str
    position: int | None


def reduced(case: Case, fails: Callable[[Case], bool], *, seconds: float) -> Case:
    """Return a case from which no single part can be left out.

    Args:
        case: A case that fails.
        fails: Tells if another case fails in the same way. Only called with valid cases.
        seconds: Time after which the present case is returned, even if it could be reduced.
    """
    end = time.monotonic() + seconds
    while True:
        before = case
        for name in ("document_text", "schema_text"):
            case = _reduced_text(case, name, fails, end)
        if case == before or time.monotonic() > end:
            return case


def _reduced_text(case: Case, name: str, fails: Callable[[Case], bool], end: float) -> Case:
    index = 0
    while time.monotonic() < end:
        text = _without(getattr(case, name), index)
        if text is None:
            break
        smaller = replace(case, **{name: text})
        if smaller.is_valid() and fails(smaller):
            case = smaller
        else:
            index += 1
    return case


def _without(text: str, index: int) -> str | None:
    """Return a GraphQL text without a part. ``None`` if it has no part with this index."""
    document = parse(text)
    parts = [*_parts(document)]
    if index >= len(parts):
        return None
    node, key, position = parts[index]
    value = getattr(node, key)
    rest = None if position is None else (*value[:position], *value[position + 1 :])
    _set(node, key, rest)
    _drop_unused(document)
    return print_ast(document)


def _drop_unused(document: DocumentNode) -> None:
    """Remove fragments and variables that no operation uses any longer."""
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    operations = [
        node for node in document.definitions if isinstance(node, OperationDefinitionNode)
    ]
    used_fragments: set[str] = set()
    for operation in operations:
        used = _Used()
        visit(operation.selection_set, used)
        for name in used.fragments:  # a list that grows
            if name in fragments:
                visit(fragments[name], used)
        used_fragments.update(used.fragments)
        definitions = [
            definition
            for definition in operation.variable_definitions or ()
            if definition.variable.name.value in used.variables
        ]
        _set(operation, "variable_definitions", tuple(definitions))
    if operations:
        kept = [fragments[name] for name in fragments if name in used_fragments]
        _set(document, "definitions", (*operations, *kept))


def _set(node: Node, key: str, value: object) -> None:
    """Change a node, which is frozen."""
    object.__setattr__(node, key, value)


class _Used(Visitor):
    """Collects the variables and fragments that are used."""

    def __init__(self) -> None:
        super().__init__()
        self.variables: set[str] = set()
        self.fragments: list[str] = []

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.variables.add(node.name.value)

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        if node.name.value not in self.fragments:
            self.fragments.append(node.name.value)


def _parts(document: Node) -> Iterator[Part]:
    """Yield the parts, the largest first."""
    nodes = [document]
    for node in nodes:
        for key in node.keys:
            value = getattr(node, key)
            if isinstance(value, Node):
                nodes.append(value)
                if key in OPTIONAL:
                    yield Part(node, key, None)
            elif isinstance(value, tuple | list):
                items = cast("tuple[Node, ...]", value)
                for index, item in enumerate(items):
                    # The parser accepts an empty selection set, but servers do not.
                    if key != "selections" or len(items) > 1:
                        yield Part(node, key, index)
                    nodes.append(item)
