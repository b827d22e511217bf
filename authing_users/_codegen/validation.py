"""Find the errors of a schema and of operations, and what is deprecated in them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from graphql import (
    DefinitionNode,
    DocumentNode,
    ExecutableDefinitionNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    NamedTypeNode,
    Node,
    NoDeprecatedCustomRule,
    OperationDefinitionNode,
    VariableDefinitionNode,
    Visitor,
    build_ast_schema,
    specified_rules,
    validate,
    validate_schema,
    visit,
)
from graphql.validation.specified_rules import specified_sdl_rules
from graphql.validation.validate import validate_sdl

from .problems import Problem, problem_at

# A document can have more errors than the library reports by default.
NO_LIMIT = 1_000_000
# Fragments may be there for other operations, and both names are compared here, with their places.
SKIPPED = {
    "NoUnusedFragmentsRule",
    "LoneAnonymousOperationRule",
    "UniqueFragmentNamesRule",
    "UniqueOperationNamesRule",
}
# How to solve an error of a rule, unless its message suggests a name.
ADVICE = {
    "ExecutableDefinitionsRule": "move it to the schema",
    "FieldsOnCorrectTypeRule": "remove the field, or add it to the schema",
    "KnownArgumentNamesRule": "remove the argument, or add it to the schema",
    "KnownArgumentNamesOnDirectivesRule": "remove the argument, or declare it",
    "KnownDirectivesRule": "declare the directive in the schema, or move it",
    "KnownFragmentNamesRule": "define the fragment in a file of the operations",
    "KnownTypeNamesRule": "define the type in the schema, or correct the name",
    "LoneSchemaDefinitionRule": "keep one of them",
    "NoFragmentCyclesRule": "remove one of the spreads",
    "NoUndefinedVariablesRule": "declare the variable after the name of the operation",
    "NoUnusedVariablesRule": "remove the variable, or pass it as an argument",
    "OverlappingFieldsCanBeMergedRule": "give one of the fields an alias",
    "PossibleFragmentSpreadsRule": "correct the type of the fragment",
    "PossibleTypeExtensionsRule": "define the type that is extended",
    "ProvidedRequiredArgumentsRule": "add the argument",
    "ScalarLeafsRule": "correct the selection",
    "UniqueArgumentDefinitionNamesRule": "keep one of them",
    "UniqueArgumentNamesRule": "keep one of them",
    "UniqueDirectiveNamesRule": "keep one of them",
    "UniqueDirectivesPerLocationRule": "keep one of them",
    "UniqueEnumValueNamesRule": "keep one of them",
    "UniqueFieldDefinitionNamesRule": "keep one of them",
    "UniqueInputFieldNamesRule": "keep one of them",
    "UniqueOperationTypesRule": "keep one of them",
    "UniqueTypeNamesRule": "keep one of them",
    "UniqueVariableNamesRule": "keep one of them",
    "ValuesOfCorrectTypeRule": "correct the value",
    "VariablesAreInputTypesRule": "use a scalar, an enum or an input",
    "VariablesInAllowedPositionRule": "change the type of the variable",
}


def build_schema(
    documents: Sequence[DocumentNode], problems: list[Problem]
) -> GraphQLSchema | None:
    """Return the schema that the documents define. ``None`` if it has errors.

    Args:
        documents: The parsed files of the schema.
        problems: Receives the errors.
    """
    before = len(problems)
    document = _merged(documents)
    for definition in document.definitions:
        if isinstance(definition, ExecutableDefinitionNode):
            message = f"This is {_describe(definition)}: move it to the operations"
            problems.append(problem_at(definition, message))
    problems += _by_rule(specified_sdl_rules, partial(_sdl_errors, document))
    if len(problems) > before:
        return None
    try:
        schema = build_ast_schema(document, assume_valid_sdl=True)
    except (GraphQLError, TypeError) as error:
        # A name that the library rejects only now.
        problems.append(problem_at(document.definitions[0], f"{error}: correct the schema"))
        return None
    for invalid in validate_schema(schema):
        nodes = invalid.nodes or document.definitions[:1]
        problems.append(problem_at(nodes[0], f"{_sentence(invalid)}: correct the schema"))
    return schema if len(problems) == before else None


def names_used_twice(documents: Iterable[DocumentNode]) -> Iterator[Problem]:
    """Yield anonymous operations, and definitions whose name another one has."""
    seen: dict[tuple[bool, str], DefinitionNode] = {}
    for definition in _merged(documents).definitions:
        if not isinstance(definition, ExecutableDefinitionNode):
            continue
        if definition.name is None:
            message = f"This is {_describe(definition)}: give it a name"
            yield problem_at(definition, message)
            continue
        key = (isinstance(definition, FragmentDefinitionNode), definition.name.value)
        first = seen.setdefault(key, definition)
        if first is not definition:
            place = problem_at(first, "")
            yield problem_at(
                definition.name,
                f"{place.file}:{place.line} has {_describe(first)}, too: rename one of them",
            )


def operation_problems(
    schema: GraphQLSchema, documents: Sequence[DocumentNode], *, are_complete: bool
) -> list[Problem]:
    """Return the validation errors of operations.

    Args:
        schema: The schema.
        documents: The parsed files of the operations.
        are_complete: Whether every file could be parsed. If not, a fragment may be in another file.
    """
    document = _merged(documents)
    skipped = SKIPPED if are_complete else SKIPPED | {"KnownFragmentNamesRule"}
    rules = [rule for rule in specified_rules if rule.__name__ not in skipped]
    if not validate(schema, document, rules):
        return []
    # Rule by rule, because an error does not say which one it is of.
    problems = _by_rule(rules, lambda rule: validate(schema, document, [rule], NO_LIMIT))
    if not problems:
        # The library gave up only on all rules together.
        first = validate(schema, document, rules)[0]
        problems = [problem_at(document.definitions[0], _sentence(first))]
    return problems


def deprecated_uses(schema: GraphQLSchema, documents: Sequence[DocumentNode]) -> list[Problem]:
    """Return where valid operations use what the schema calls deprecated."""
    errors = validate(schema, _merged(documents), [NoDeprecatedCustomRule], NO_LIMIT)
    return sorted({problem_at(error.nodes[0], error.message) for error in errors if error.nodes})


def upload_problems(schema: GraphQLSchema, documents: Sequence[DocumentNode]) -> list[Problem]:
    """Return the variables whose type is the scalar ``Upload``, or an input that contains it."""
    problems: list[Problem] = []
    for definition in _merged(documents).definitions:
        if isinstance(definition, OperationDefinitionNode):
            for variable in definition.variable_definitions or ():
                if path := _path_to_upload(schema, _type_name(variable), ()):
                    what = " contains a field of the type" if len(path) > 1 else " has the type"
                    message = (
                        f"The variable ${variable.variable.name.value}{what} Upload: files cannot"
                        " be sent, remove the variable"
                    )
                    problems.append(problem_at(variable, message))
    return problems


def spread_names(node: Node) -> set[str]:
    """Return the names of the fragments that a node spreads."""
    found = _Spreads()
    visit(node, found)
    return found.names


class _Spreads(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        self.names.add(node.name.value)


def _type_name(variable: VariableDefinitionNode) -> str:
    type_: Any = variable.type
    while not isinstance(type_, NamedTypeNode):
        type_ = type_.type
    return type_.name.value


def _path_to_upload(
    schema: GraphQLSchema, name: str, above: tuple[str, ...]
) -> tuple[str, ...] | None:
    """Return the names of the types down to ``Upload``, or ``None``."""
    path = (*above, name)
    if name == "Upload":
        return path
    node = None if name in above else getattr(schema.get_type(name), "fields", None)
    for field in (node or {}).values():
        type_: Any = field.type
        while hasattr(type_, "of_type"):
            type_ = type_.of_type
        if found := _path_to_upload(schema, type_.name, path):
            return found
    return None


def _sdl_errors(document: DocumentNode, rule: Any) -> list[GraphQLError]:
    return validate_sdl(document, None, [rule])


def _by_rule(
    rules: Iterable[Any], errors_of: Callable[[Any], Sequence[GraphQLError]]
) -> list[Problem]:
    problems: list[Problem] = []
    for rule in rules:
        advice = ADVICE.get(rule.__name__, "correct it")
        for error in errors_of(rule):
            if not error.nodes:
                continue
            # Of several definitions, the first is not the one to change.
            node = error.nodes[-1] if rule.__name__.startswith("Unique") else error.nodes[0]
            message = _sentence(error)
            if "Did you mean" not in message:
                message += f": {advice}"
            if node is not error.nodes[0] and error.nodes[0].loc is not None:
                first = problem_at(error.nodes[0], "")
                message += f"; the other is at {first.file}:{first.line}"
            problems.append(problem_at(node, message))
    return problems


def _sentence(error: GraphQLError) -> str:
    message = error.message
    return message if "Did you mean" in message else message.removesuffix(".")


def _describe(definition: DefinitionNode) -> str:
    if isinstance(definition, OperationDefinitionNode):
        kind = definition.operation.value
        return f"a {kind} {definition.name.value}" if definition.name else f"an anonymous {kind}"
    assert isinstance(definition, FragmentDefinitionNode)
    return f"a fragment {definition.name.value}"


def _merged(documents: Iterable[DocumentNode]) -> DocumentNode:
    definitions = tuple(one for document in documents for one in document.definitions)
    return DocumentNode(definitions=definitions)
