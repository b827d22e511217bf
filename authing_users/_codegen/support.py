"""Find what the generator does not support, before it starts."""

from collections.abc import Iterator, Sequence

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    Visitor,
    visit,
)

from .naming import class_name, definition_name, method_name
from .problems import Problem, problem_at
from .used_types import Definition, used_types


def find_problems(schema: GraphQLSchema, documents: Sequence[DocumentNode]) -> list[Problem]:
    """Return what the generator cannot represent in operations, which may be invalid.

    Args:
        schema: The schema, without changes.
        documents: The parsed files with operations and fragments. The name of the source of a node
            is the path of its file.
    """
    definitions = [
        definition
        for document in documents
        for definition in document.definitions
        if isinstance(definition, Definition) and definition.name is not None
    ]
    problems: list[Problem] = []
    for definition in definitions:
        if isinstance(definition, OperationDefinitionNode):
            problems += _operation_problems(definition)
        aliases = _ReservedAliases()
        visit(definition, aliases)
        problems += aliases.problems
    return [*problems, *_name_problems(schema, definitions)]


def root_field(operation: OperationDefinitionNode) -> FieldNode:
    """Return the field of the API that an operation without problems selects."""
    (selection,) = operation.selection_set.selections
    assert isinstance(selection, FieldNode)
    return selection


def _operation_problems(operation: OperationDefinitionNode) -> Iterator[Problem]:
    name = definition_name(operation)
    if operation.operation is OperationType.SUBSCRIPTION:
        yield problem_at(
            operation,
            f"{name} is a subscription, which the generated clients cannot receive: remove it, or "
            "use a query",
        )
        return
    selections = operation.selection_set.selections
    if len(selections) != 1:
        yield problem_at(
            selections[1],
            f"{name}: an operation must select exactly one field of the API: split it into "
            f"{len(selections)} operations",
        )
    elif not isinstance(selections[0], FieldNode):
        yield problem_at(
            selections[0],
            f"{name}: an operation must select exactly one field of the API: select the field "
            "directly, without a fragment",
        )
    elif selections[0].name.value.startswith("__"):
        yield problem_at(
            selections[0],
            f"{name}: an operation must select exactly one field of the API: "
            f"{selections[0].name.value} is a field of GraphQL itself",
        )


class _ReservedAliases(Visitor):
    """Finds aliases that GraphQL reserves, one of which the package adds to documents."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[Problem] = []

    def enter_field(self, node: FieldNode, *_: object) -> None:
        if node.alias is not None and node.alias.value.startswith("__"):
            message = (
                f"the alias {node.alias.value} starts with two underscores, which GraphQL "
                "reserves: rename it"
            )
            self.problems.append(problem_at(node, message))


def _name_problems(schema: GraphQLSchema, definitions: Sequence[Definition]) -> Iterator[Problem]:
    """Yield a problem for each definition with a name that something else already has."""
    enums, inputs = used_types(schema, definitions)
    classes = {class_name(type_.name): f"the enum {type_.name}" for type_ in enums}
    classes |= {class_name(type_.name): f"the input {type_.name}" for type_ in inputs}
    methods: dict[str, str] = {}
    for definition in definitions:
        name = definition_name(definition)
        is_fragment = isinstance(definition, FragmentDefinitionNode)
        description = f"{'the fragment' if is_fragment else 'the operation'} {name}"
        places = [(classes, class_name(name), "class")]
        if isinstance(definition, OperationDefinitionNode):
            places.append((methods, method_name(definition), "method"))
        for taken, python_name, kind in places:
            other = taken.setdefault(python_name, description)
            if other != description:
                message = (
                    f"{description} and {other} both generate a {kind} {python_name}: rename "
                    f"{description}"
                )
                yield problem_at(definition.name or definition, message)
                break
