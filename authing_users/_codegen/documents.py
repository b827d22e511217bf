"""Complete and print the documents that are sent."""

from collections.abc import Iterable, Mapping
from copy import deepcopy

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    NameNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    Visitor,
    get_named_type,
    print_ast,
    visit,
)

from .documentation import string_literal
from .naming import TYPENAME, method_name, root_type, selectable_fields
from .selections import Selections, fragment_spreads, requests_typename, type_condition


def complete_definitions(
    schema: GraphQLSchema, documents: Iterable[DocumentNode]
) -> tuple[list[OperationDefinitionNode], dict[str, FragmentDefinitionNode]]:
    """Return the operations, in the order of their methods, and the fragments by name.

    ``__typename`` is added where the models need it: to the selections of interfaces and unions
    that depend on the type.
    """
    definitions: list[DefinitionNode] = [
        deepcopy(definition) for document in documents for definition in document.definitions
    ]
    fragments = {
        definition.name.value: definition
        for definition in definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    operations = [
        definition for definition in definitions if isinstance(definition, OperationDefinitionNode)
    ]
    for definition in (*operations, *fragments.values()):
        visit(definition, _OneLineStrings())
    completion = _Completion(schema, fragments)
    for name in fragments:
        completion.fragment(name)
    for operation in operations:
        completion.selections(root_type(schema, operation), operation.selection_set)
    return sorted(operations, key=method_name), fragments


class _OneLineStrings(Visitor):
    """Replaces block strings, which documents cannot indent without changing them."""

    def enter_string_value(self, node: StringValueNode, *_: object) -> None:
        node.block = False


class _Completion:
    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._selections = Selections(schema, fragments)
        self._completed: set[str] = set()

    def fragment(self, name: str) -> None:
        """Complete a fragment, after those that it spreads."""
        if name in self._completed:
            return
        self._completed.add(name)
        definition = self._fragments[name]
        for used in fragment_spreads(definition):
            self.fragment(used)
        self.selections(root_type(self._schema, definition), definition.selection_set)

    def selections(self, type_: GraphQLNamedType, selection_set: SelectionSetNode) -> None:
        """Complete the selections of a type."""
        self._below(type_, selection_set)
        selections = selection_set.selections
        if not self._selections.narrowed_types(type_, selections):
            return
        if not requests_typename(self._selections.collect(type_, selections)):
            typename = FieldNode(
                name=NameNode(value=TYPENAME),
                alias=None,
                arguments=(),
                directives=(),
                selection_set=None,
            )
            selection_set.selections = (typename, *selections)

    def _below(self, type_: GraphQLNamedType, selection_set: SelectionSetNode) -> None:
        for selection in selection_set.selections:
            if isinstance(selection, FieldNode) and selection.selection_set is not None:
                field = selectable_fields(type_)[selection.name.value]
                self.selections(get_named_type(field.type), selection.selection_set)
            elif isinstance(selection, InlineFragmentNode):
                condition = type_condition(selection)
                inner = type_ if condition is None else self._schema.type_map[condition]
                self._below(inner, selection.selection_set)


def document_text(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> str:
    """Return an operation with the fragments that it uses, sorted by name."""
    used: set[str] = set()
    waiting = fragment_spreads(operation)
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting += fragment_spreads(fragments[name])
    printed = [print_ast(node) for node in (operation, *(fragments[name] for name in sorted(used)))]
    return "\n" + "\n\n".join(printed) + "\n"


def operations_module(constants: Mapping[str, str]) -> str:
    """Return the source of the module with the documents.

    Args:
        constants: The documents by the names of their constants.
    """
    exported = "".join(f'    "{name}",\n' for name in sorted(constants))
    lines = [
        "__all__ = [",
        exported + "]",
        *(f'\n{name} = """\n{string_literal(text[1:])[3:]}' for name, text in constants.items()),
    ]
    return "\n".join(lines)
