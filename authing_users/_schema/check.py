"""Whether the operations of this library, and those of its user, work with a server."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLSchema,
    validate,
)

from .adaptation import adapted_document, lacking
from .definitions import arguments, field_at, members
from .fetching import Connection, fetch_schema
from .impact import assess
from .methods import methods_by_operation
from .operations import Operation, own_operations, user_operations
from .sources import schema_of_text, shipped_schema
from .uses import Uses, uses_of
from .verdicts import Effect

# They break calls by the values that are sent or returned; the others succeed.
_BREAK_SOME_CALLS = frozenset({"FIELD_BECAME_REQUIRED", "RESULT_BECAME_NULLABLE"})


@dataclass
class OperationCheck:
    """Whether one operation works.

    Attributes:
        name: Name of the operation.
        is_own: Whether it is one of this library.
        methods: The methods of the client that call it.
        missing: Coordinates of fields, arguments, keys and enum values that it has to do without.
        changes: Other differences that can make calls fail.
        problems: Why it cannot be called.
    """

    name: str
    is_own: bool
    methods: tuple[str, ...] = ()
    missing: list[str] = field(default_factory=list[str])
    changes: list[str] = field(default_factory=list[str])
    problems: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Deprecated:
    """A deprecated name that operations use.

    Attributes:
        coordinate: Its place in the schema.
        reason: The reason that the server gives.
        operations: Names of the operations that use it.
    """

    coordinate: str
    reason: str
    operations: tuple[str, ...]


@dataclass(frozen=True)
class Lack:
    """The members of a type that a server lacks.

    Attributes:
        type: Name of the type.
        kind: What the members are: ``fields``, ``keys``, ``values``, ``queries`` or ``mutations``.
        missing: Their names.
        total: How many members the type has in this release. 0 if the server lacks the type.
    """

    type: str
    kind: str
    missing: tuple[str, ...]
    total: int

    def __str__(self) -> str:
        if not self.total:
            return f"This server lacks the type {self.type}."
        names = ", ".join(self.missing)
        of = "" if self.kind in ("queries", "mutations") else f" of {self.type}"
        return f"This server lacks {len(self.missing)} of {self.total} {self.kind}{of}: {names}."


@dataclass
class SchemaCheck:
    """The outcome of a check.

    Attributes:
        host: URL of the server, or the source of its schema.
        operations: All operations, own ones first, sorted by name.
        lacks: What the server lacks of the types that our operations use.
        additional: How many types, fields, keys, arguments and enum values the server has that
            this release does not know.
        deprecated: Deprecated names that are used.
    """

    host: str
    operations: list[OperationCheck]
    lacks: list[Lack]
    additional: int
    deprecated: list[Deprecated]

    @property
    def failing(self) -> list[OperationCheck]:
        """The operations that cannot be called."""
        return [operation for operation in self.operations if operation.problems]

    @property
    def reduced(self) -> list[OperationCheck]:
        """The operations that work with less."""
        return [one for one in self.operations if (one.missing or one.changes) and not one.problems]

    @property
    def exit_code(self) -> int:
        """2 if an operation cannot be called, 1 if one works with less, else 0."""
        return 2 if self.failing else 1 if self.reduced else 0


def check_host(connection: Connection, queries: Path | None = None) -> SchemaCheck:
    """Check the operations against a server.

    Args:
        connection: How to reach the server.
        queries: Operations of the user, a file or a folder.

    Raises:
        SchemaToolError: The server does not describe its schema, or a file cannot be read.
    """
    operations = () if queries is None else user_operations(queries)
    host, text = fetch_schema(connection)
    return check_schema(schema_of_text(text, host), host, operations)


def check_schema(
    server: GraphQLSchema, host: str, operations: Iterable[Operation] = ()
) -> SchemaCheck:
    """Check the operations of this library, and others, against the schema of a server.

    Args:
        server: The schema of the server.
        host: URL of the server.
        operations: Operations of the user.
    """
    shipped = shipped_schema()
    own = own_operations()
    methods = methods_by_operation(frozenset(operation.name for operation in own))
    checks = {
        operation.name: OperationCheck(operation.name, True, methods[operation.name])
        for operation in own
    }
    impacts = assess(shipped, server)
    for impact in impacts:
        for name, effect in impact.operations.items():
            if effect is Effect.DEGRADES and "_REMOVED" in impact.change.rule:
                checks[name].missing.append(impact.change.coordinate)
            elif effect is Effect.DEGRADES or (
                effect is Effect.BREAKS and impact.change.rule in _BREAK_SOME_CALLS
            ):
                checks[name].changes.append(impact.change.message)
            elif effect is Effect.BREAKS:
                checks[name].problems += [impact.change.message]
    touched = {name for impact in impacts for name in impact.operations}
    used: list[Uses] = []
    for operation in own:
        used.append(uses_of(operation, server))
        if operation.name in touched:  # the others are as valid as with the shipped schema
            problems = _problems(used[-1], server)
            # They say more than the changes that they come from.
            checks[operation.name].problems = problems or checks[operation.name].problems
    others: list[OperationCheck] = []
    for operation in operations:
        used.append(uses_of(operation, server))
        missing = [*_missing(used[-1], server)]
        problems = _problems(used[-1], server)
        others.append(OperationCheck(operation.name, False, missing=missing, problems=problems))
    types = set[str]().union(
        *({*one.result_types, *one.inputs, *one.input_enums} for one in _shipped_uses(shipped))
    )
    additional = sum("_ADDED" in impact.change.rule for impact in impacts)
    return SchemaCheck(
        host,
        [*checks.values(), *others],
        list(_lacks(shipped, server, types)),
        additional,
        list(_deprecated(server, used)),
    )


def _shipped_uses(shipped: GraphQLSchema) -> list[Uses]:
    return [uses_of(operation, shipped) for operation in own_operations()]


def _problems(uses: Uses, server: GraphQLSchema) -> list[str]:
    """Return why the client cannot adapt an operation to a server."""
    missing = [*_missing(uses, server)]
    if reasons := lacking(uses, missing, server):
        return [f"The server lacks {reason}." for reason in reasons]
    return [error.message for error in validate(server, adapted_document(uses, missing, server))]


def _missing(uses: Uses, server: GraphQLSchema) -> Iterator[str]:
    """Yield the fields and arguments of an operation that a server lacks."""
    for coordinate, returned in uses.fields.items():
        if not returned:
            yield coordinate
    for coordinate, used in uses.arguments.items():
        field_, _, argument = coordinate.partition("(")
        definition = field_at(server, field_)
        if definition is None:
            continue  # the field is missing with its arguments
        is_unknown = argument.removesuffix(":)") not in arguments(definition)
        if is_unknown or (used.variable is not None and used.type_name not in server.type_map):
            yield coordinate


def _lacks(shipped: GraphQLSchema, server: GraphQLSchema, types: set[str]) -> Iterator[Lack]:
    for name in sorted(types):
        ours, present = members(shipped.type_map[name]), members(server.type_map.get(name))
        missing = tuple(member for member in ours if member not in present)
        if missing:
            total = len(ours) if name in server.type_map else 0
            yield Lack(name, _kind(shipped, name), missing, total)


def _kind(schema: GraphQLSchema, name: str) -> str:
    for root, kind in ((schema.query_type, "queries"), (schema.mutation_type, "mutations")):
        if root is not None and root.name == name:
            return kind
    type_ = schema.type_map[name]
    if isinstance(type_, GraphQLInputObjectType):
        return "keys"
    return "values" if isinstance(type_, GraphQLEnumType) else "fields"


def _deprecated(server: GraphQLSchema, all_uses: Iterable[Uses]) -> Iterator[Deprecated]:
    found: dict[str, Deprecated] = {}
    for uses in all_uses:
        for coordinate, reason in _deprecations(server, uses):
            known = found.get(coordinate, Deprecated(coordinate, reason, ()))
            operations = (*known.operations, uses.operation.name)
            found[coordinate] = replace(known, operations=operations)
    yield from (found[coordinate] for coordinate in sorted(found))


def _deprecations(server: GraphQLSchema, uses: Uses) -> Iterator[tuple[str, str]]:
    """Yield the coordinates and reasons of the deprecated names that an operation uses."""
    for coordinate in uses.fields:
        if (definition := field_at(server, coordinate)) is not None:
            if definition.deprecation_reason is not None:
                yield coordinate, definition.deprecation_reason
            for name, argument in arguments(definition).items():
                place = f"{coordinate}({name}:)"
                if argument.deprecation_reason is not None and place in uses.arguments:
                    yield place, argument.deprecation_reason
    for name in sorted(uses.inputs | uses.input_enums):
        for member, of in members(server.type_map[name]).items():
            if of.deprecation_reason is not None:
                yield f"{name}.{member}", of.deprecation_reason
