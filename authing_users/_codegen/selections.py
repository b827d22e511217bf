"""Collect the fields that selections request, as the execution of a GraphQL operation does."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    NamedTypeNode,
    Node,
    SelectionNode,
    Visitor,
    visit,
)

from .naming import TYPENAME


@dataclass
class SelectedField:
    """All selections of one response key of a type.

    Attributes:
        key: The response key: the alias, or the name of the field.
        is_conditional: Whether each of the selections can be left out by a directive.
        nodes: The selections.
    """

    key: str
    is_conditional: bool = True
    nodes: list[FieldNode] = field(default_factory=list[FieldNode])

    @property
    def name(self) -> str:
        """Name of the field."""
        return self.nodes[0].name.value

    @property
    def node_ids(self) -> frozenset[int]:
        """The identities of the selections."""
        return frozenset(map(id, self.nodes))

    @property
    def selections(self) -> tuple[SelectionNode, ...]:
        """The selections of the value, of all nodes together."""
        return tuple(
            selection
            for node in self.nodes
            if node.selection_set is not None
            for selection in node.selection_set.selections
        )


class Selections:
    """Collects selections.

    Args:
        schema: The schema.
        fragments: The fragments by name.
    """

    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> None:
        self.schema = schema
        self.fragments = fragments

    def collect(
        self, type_: GraphQLNamedType, selections: Iterable[SelectionNode]
    ) -> dict[str, SelectedField]:
        """Return the selected fields by response key.

        Args:
            type_: An object type, or an interface or union: then, the fields of all its types.
            selections: The selections.
        """
        fields: dict[str, SelectedField] = {}
        for node, is_conditional in self._walk(type_, selections):
            key = response_key(node)
            selected = fields.setdefault(key, SelectedField(key))
            selected.is_conditional &= is_conditional
            selected.nodes.append(node)
        return fields

    def narrowed_types(
        self, type_: GraphQLNamedType, selections: Iterable[SelectionNode]
    ) -> list[GraphQLObjectType]:
        """Return the types of an interface or union that have selections of their own."""
        if not isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            return []
        conditions = {name for name in self._conditions(selections) if not self.has(type_, name)}
        return [
            possible
            for possible in self.schema.get_possible_types(type_)
            if any(self.has(possible, name) for name in conditions)
        ]

    def has(self, type_: GraphQLNamedType, condition: str) -> bool:
        """Return whether all values of a type fulfil a type condition."""
        expected = self.schema.type_map[condition]
        if type_ is expected:
            return True
        return (
            isinstance(expected, GraphQLInterfaceType | GraphQLUnionType)
            and isinstance(type_, GraphQLInterfaceType | GraphQLObjectType)
            and self.schema.is_sub_type(expected, type_)
        )

    def only_fragment(
        self, type_: GraphQLNamedType, selections: Iterable[SelectionNode]
    ) -> str | None:
        """Return the fragment that is all that is selected of a type, if it is."""
        names: set[str | None] = set()
        for selection in selections:
            names.add(self._direct_spread(type_, selection))
        return names.pop() if len(names) == 1 else None

    def direct_spreads(
        self, type_: GraphQLNamedType, selections: Iterable[SelectionNode]
    ) -> list[str]:
        """Return the fragments that are spread without a directive, for all values of a type.

        Spreads below named fragments are not among them.
        """
        names: dict[str, None] = {}
        for selection in selections:
            if isinstance(selection, InlineFragmentNode):
                condition = type_condition(selection)
                if not has_condition(selection.directives) and (
                    condition is None or self.has(type_, condition)
                ):
                    nested = selection.selection_set.selections
                    names |= dict.fromkeys(self.direct_spreads(type_, nested))
            elif (name := self._direct_spread(type_, selection)) is not None:
                names[name] = None
        return [*names]

    def _direct_spread(self, type_: GraphQLNamedType, selection: SelectionNode) -> str | None:
        if not isinstance(selection, FragmentSpreadNode) or has_condition(selection.directives):
            return None
        name = selection.name.value
        return name if self.has(type_, self.fragments[name].type_condition.name.value) else None

    def _walk(
        self,
        type_: GraphQLNamedType,
        selections: Iterable[SelectionNode],
        is_conditional: bool = False,
    ) -> Iterator[tuple[FieldNode, bool]]:
        for selection in selections:
            conditional = is_conditional or has_condition(selection.directives)
            if isinstance(selection, FieldNode):
                yield selection, conditional
                continue
            if isinstance(selection, FragmentSpreadNode):
                fragment = self.fragments[selection.name.value]
                condition = type_condition(fragment)
                nested = fragment.selection_set.selections
            else:
                assert isinstance(selection, InlineFragmentNode)
                condition = type_condition(selection)
                nested = selection.selection_set.selections
            if condition is not None and not self.has(type_, condition):
                continue
            yield from self._walk(type_, nested, conditional)

    def _conditions(self, selections: Iterable[SelectionNode]) -> Iterator[str]:
        for selection in selections:
            if isinstance(selection, FragmentSpreadNode):
                fragment = self.fragments[selection.name.value]
                yield fragment.type_condition.name.value
                yield from self._conditions(fragment.selection_set.selections)
            elif isinstance(selection, InlineFragmentNode):
                if (condition := type_condition(selection)) is not None:
                    yield condition
                yield from self._conditions(selection.selection_set.selections)


def response_key(node: FieldNode) -> str:
    """Return the key of a field in the response."""
    return node.alias.value if node.alias else node.name.value


def type_condition(node: FragmentDefinitionNode | InlineFragmentNode) -> str | None:
    """Return the type that a fragment applies to. Only inline fragments can have none."""
    condition = cast("NamedTypeNode | None", node.type_condition)
    return None if condition is None else condition.name.value


def has_condition(directives: Iterable[DirectiveNode]) -> bool:
    """Return whether directives can leave out a selection."""
    return any(directive.name.value in ("include", "skip") for directive in directives)


def fragment_spreads(node: Node) -> list[str]:
    """Return the names of the fragments that are spread anywhere below a node."""
    spreads = _Spreads()
    visit(node, spreads)
    return [*spreads.names]


class _Spreads(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, None] = {}

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        self.names[node.name.value] = None


def requests_typename(fields: Mapping[str, SelectedField]) -> bool:
    """Return whether the name of the type is among the selected fields."""
    return TYPENAME in fields and not fields[TYPENAME].is_conditional
