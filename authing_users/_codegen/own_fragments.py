"""Add the fragments of our own operations that other operations spread without defining them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from graphql import (
    REMOVE,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    Source,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    get_named_type,
    is_composite_type,
    parse,
    visit,
)

from .validation import spread_names


def add_own_fragments(
    schema: GraphQLSchema, documents: Sequence[DocumentNode]
) -> list[DocumentNode]:
    """Return one document with our fragments that the others spread but do not define, and these.

    The fragments select the fields that the schema has. Fields that need a variable are left out.
    A fragment is not added if the schema lacks its type, or all of its fields.
    """
    defined = {
        definition.name.value
        for document in documents
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    wanted = [*set().union(*map(spread_names, documents)) - defined]
    own: Mapping[str, FragmentDefinitionNode] | None = None
    added: dict[str, FragmentDefinitionNode] = {}
    while wanted:
        own = _own_fragments() if own is None else own
        name = wanted.pop()
        if name in added or name not in own:
            continue
        if schema.get_type(own[name].type_condition.name.value) is None:
            continue
        type_info = TypeInfo(schema)
        reduction = _Reduction(type_info, own)
        reduced = visit(own[name], TypeInfoVisitor(type_info, reduction))
        if reduced.selection_set.selections:
            added[name] = reduced
            wanted += spread_names(reduced) - defined
    fragments = tuple(added[name] for name in sorted(added))
    # The first: of two equal names, the later one is reported, and that is the user's.
    return [*([DocumentNode(definitions=fragments)] if fragments else []), *documents]


def _own_fragments() -> dict[str, FragmentDefinitionNode]:
    installed = Path(__file__).parent / "queries" / "fragments"
    folder = installed if installed.is_dir() else Path(__file__).parents[2] / "queries/fragments"
    fragments: dict[str, FragmentDefinitionNode] = {}
    for path in sorted(folder.glob("*.graphql")):
        source = Source(path.read_text(encoding="utf-8"), f"authing_users/{path.name}")
        for definition in parse(source).definitions:
            if isinstance(definition, FragmentDefinitionNode):
                fragments[definition.name.value] = definition
    return fragments


class _Reduction(Visitor):
    """Removes the fields that the schema lacks, and those that need a variable."""

    def __init__(
        self, type_info: TypeInfo, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> None:
        super().__init__()
        self._type_info = type_info
        self._fragments = fragments

    def enter_field(self, node: FieldNode, *_: Any) -> Any:
        definition = self._type_info.get_field_def()
        if definition is None or _uses_variable(node):
            return REMOVE
        has_fields = is_composite_type(get_named_type(definition.type))
        return None if has_fields == (node.selection_set is not None) else REMOVE

    def leave_field(self, node: FieldNode, *_: Any) -> Any:
        is_empty = node.selection_set is not None and not node.selection_set.selections
        return REMOVE if is_empty else None

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> Any:
        # The field can have another type than in our schema.
        parent = self._type_info.get_parent_type()
        type_name = self._fragments[node.name.value].type_condition.name.value
        return None if parent is not None and parent.name == type_name else REMOVE


def _uses_variable(node: FieldNode) -> bool:
    values = [argument.value for argument in node.arguments or ()]
    for directive in node.directives or ():
        values += [argument.value for argument in directive.arguments or ()]
    return any(isinstance(value, VariableNode) for value in values)
