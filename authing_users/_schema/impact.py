"""Describe what the changes of a schema mean for operations, methods and public types."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graphql import GraphQLSchema

from .changes import Change, find_changes
from .methods import methods_by_operation
from .models import attributes_by_field
from .operations import Operation, own_operations
from .severity import DEFAULTS, Severity
from .sources import shipped_schema
from .uses import uses_of
from .verdicts import Effect, Schemas, verdict


@dataclass
class Impact:
    """The meaning of one change.

    Attributes:
        change: The change.
        severity: Its severity.
        operations: Names of our operations that it touches, and what happens to each.
        user_operations: The same for operations of the user.
        methods: Names of the methods that call our operations, and what happens to each.
        attributes: Attributes of public types (``User.given_name``).
        keys: Keys of inputs (``CreateUserInput.givenName``).
        notes: What happens, in sentences.
    """

    change: Change
    severity: Severity = Severity.SAFE
    operations: dict[str, Effect] = field(default_factory=dict[str, Effect])
    user_operations: dict[str, Effect] = field(default_factory=dict[str, Effect])
    methods: dict[str, Effect] = field(default_factory=dict[str, Effect])
    attributes: list[str] = field(default_factory=list[str])
    keys: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])

    @property
    def effect(self) -> Effect:
        """The worst effect."""
        effects = [*self.operations.values(), *self.user_operations.values()]
        return max(effects, default=Effect.UNUSED)


def assess(
    old: GraphQLSchema,
    new: GraphQLSchema,
    operations: Iterable[Operation] = (),
    severities: Mapping[str, Severity] | None = None,
    *,
    descriptions: bool = False,
) -> list[Impact]:
    """Return all changes from one schema to another, and what each means.

    Args:
        old: The schema before.
        new: The schema after.
        operations: Operations of the user, besides those of this library.
        severities: Severities that replace the defaults, by rule.
        descriptions: Whether to report changed descriptions, too.
    """
    changes = find_changes(old, new, descriptions=descriptions)
    if not changes:
        return []
    own = own_operations()
    shipped = shipped_schema()
    schemas = Schemas(old, new, shipped, attributes_by_field(shipped))
    methods = methods_by_operation(frozenset(operation.name for operation in own))
    all_uses = [uses_of(operation, old) for operation in (*own, *operations)]
    impacts: list[Impact] = []
    for change in changes:
        impact = Impact(change)
        for uses in all_uses:
            if (found := verdict(schemas, change, uses)) is not None:
                effect, note = found
                operation = uses.operation
                touched = impact.operations if operation.is_own else impact.user_operations
                _worsen(touched, operation.name, effect)
                if note and note not in impact.notes:
                    impact.notes.append(note)
                for method in methods[operation.name] if operation.is_own else ():
                    _worsen(impact.methods, method, effect)
        _add_names(impact, schemas)
        impact.severity = _severity(impact, severities or {})
        impacts.append(impact)
    return impacts


def _worsen(effects: dict[str, Effect], name: str, effect: Effect) -> None:
    effects[name] = max(effect, effects.get(name, effect))


def _add_names(impact: Impact, schemas: Schemas) -> None:
    change = impact.change
    if impact.effect is Effect.UNUSED or change.member is None or change.argument is not None:
        return
    if change.is_input:
        impact.keys = [change.coordinate]
        return
    attributes = schemas.attributes.get(change.coordinate, frozenset())
    impact.attributes = sorted({str(one) for one in attributes if one.is_public})


def _severity(impact: Impact, chosen: Mapping[str, Severity]) -> Severity:
    rule = impact.change.rule
    if rule in chosen:
        return chosen[rule]
    if rule == "RESULT_BECAME_NULLABLE" and impact.effect <= Effect.HARMLESS:
        return Severity.DANGEROUS
    return DEFAULTS[rule]
