"""Judge the effect of each kind of change on one operation."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLType,
    ListTypeNode,
    NonNullTypeNode,
    TypeNode,
    is_type_sub_type_of,
    parse_type,
    print_ast,
)

from .adaptation import lacking
from .changes import Change
from .definitions import arguments, field_at, inner_type, is_non_null, type_name, type_of
from .models import Attribute
from .uses import Argument, Uses


class Effect(IntEnum):
    """The effect of a change on an operation or a method, from the mildest to the worst."""

    UNUSED = 0
    HARMLESS = 1
    GAINS = 2
    DEGRADES = 3
    BREAKS = 4


@dataclass(frozen=True)
class Schemas:
    """The schemas and models that verdicts are based on.

    Attributes:
        old: The schema before.
        new: The schema after.
        shipped: The schema that the models of this library are generated from.
        attributes: Attributes of the models, by the coordinate of their fields.
    """

    old: GraphQLSchema
    new: GraphQLSchema
    shipped: GraphQLSchema
    attributes: Mapping[str, frozenset[Attribute]]


Verdict = tuple[Effect, str]
"""The effect, and a sentence about it."""

_Rule = Callable[[Schemas, Change, Uses], Verdict | None]
"""Returns what a change does to an operation, or ``None`` if it does not touch it."""

_REJECTED = "The server rejects the document"


def verdict(schemas: Schemas, change: Change, uses: Uses) -> Verdict | None:
    """Return what a change does to an operation, or ``None`` if it does not touch it."""
    return _RULES.get(change.rule, _harmless)(schemas, change, uses)


def _field_of(change: Change) -> str:
    return f"{change.type}.{change.member}"


def _field_type(schema: GraphQLSchema, change: Change) -> GraphQLType:
    definition = field_at(schema, _field_of(change))
    if change.argument is not None:
        definition = arguments(definition)[change.argument]
    return type_of(definition)


def _is_used(schemas: Schemas, change: Change, uses: Uses) -> bool:
    """Whether an operation uses the place of a change."""
    if change.argument is not None:
        return change.coordinate in uses.arguments
    is_enum = isinstance(schemas.old.type_map.get(change.type), GraphQLEnumType)
    if change.is_input or is_enum or change.member is None:
        return change.type in uses.inputs | uses.input_enums | uses.result_types
    return change.coordinate in uses.fields


def _is_shipped(schemas: Schemas, change: Change) -> bool:
    """Whether this library knows a field, a key or an enum value."""
    return field_at(schemas.shipped, _field_of(change)) is not None


def _removed(schemas: Schemas, change: Change, uses: Uses) -> Verdict | None:
    if change.is_input and change.member is not None:
        if not _is_used(schemas, change, uses):
            return None
        if uses.operation.is_own and not _is_shipped(schemas, change):
            return None
        return Effect.DEGRADES, "Calls that set the key raise InvalidRequestError."
    missing = [*_places(change, uses)]
    if not missing:
        if change.type in uses.inputs:
            return Effect.DEGRADES, "Calls that set a key of this type raise InvalidRequestError."
        return None
    if reasons := lacking(uses, missing, schemas.old):
        return Effect.BREAKS, f"It cannot be called: the server lacks {'; '.join(reasons)}."
    if not uses.operation.is_own:
        return Effect.DEGRADES, (
            "The client omits it from an operation of a generated package, and warns. The server "
            "rejects a document that is passed to execute()."
        )
    if any("(" in place for place in missing):
        return Effect.DEGRADES, (
            "The client omits the argument and warns. Calls that set it raise InvalidRequestError."
        )
    return Effect.DEGRADES, "The client omits the field and warns. Its value is None."


def _places(change: Change, uses: Uses) -> Iterator[str]:
    """Yield the fields and arguments of an operation that go with a removed name."""
    if change.member is not None:
        if change.coordinate in uses.fields or change.coordinate in uses.arguments:
            yield change.coordinate
        return
    yield from (place for place, type_ in uses.fields.items() if type_ == change.type)
    yield from (place for place, used in uses.arguments.items() if used.type_name == change.type)


def _result_retyped(schemas: Schemas, change: Change, uses: Uses) -> Verdict | None:
    if not _is_used(schemas, change, uses):
        return None
    if change.is_input:
        return (
            Effect.DEGRADES,
            "The server may reject values of the old type.",
        )
    before, after = _field_type(schemas.old, change), _field_type(schemas.new, change)
    attributes = schemas.attributes.get(change.coordinate, frozenset())
    name = type_name(after)
    has_same_lists = str(before).count("[") == str(after).count("[")
    is_read = bool(attributes) and all(
        attribute.accepts_scalar(name) and attribute.accepts_nulls_of(after)
        for attribute in attributes
    )
    if has_same_lists and is_read:
        return Effect.HARMLESS, "The models accept the new type."
    return Effect.BREAKS, "The models do not accept the new type, or the document is invalid."


def _became_nullable(schemas: Schemas, change: Change, uses: Uses) -> Verdict | None:
    if not _is_used(schemas, change, uses):
        return None
    after = _field_type(schemas.new, change)
    attributes = schemas.attributes.get(change.coordinate, frozenset())
    if not attributes:
        return Effect.DEGRADES, "The value may be None: generate the package again."
    rejecting = sorted({str(one) for one in attributes if not one.accepts_nulls_of(after)})
    if rejecting:
        return Effect.BREAKS, f"A null raises InvalidResponseError, because of {_list(rejecting)}."
    return Effect.HARMLESS, "The models accept null."


def _key_required(schemas: Schemas, change: Change, uses: Uses) -> Verdict | None:
    if not _is_used(schemas, change, uses):
        return None
    if not _is_shipped(schemas, change):
        return Effect.BREAKS, (
            "The server rejects every call, since the input does not have the key yet: generate "
            "the package again."
        )
    return Effect.BREAKS, "The server rejects calls that do not set the key."


def _one_of(schemas: Schemas, change: Change, uses: Uses) -> Verdict | None:
    if not _is_used(schemas, change, uses):
        return None
    return Effect.DEGRADES, "The server rejects calls that do not set exactly one key."


def _argument_retyped(schemas: Schemas, change: Change, uses: Uses) -> Verdict | None:
    used = uses.arguments.get(change.coordinate)
    if used is None:
        is_required = change.rule == "ARG_BECAME_REQUIRED"
        return _argument_required(schemas, change, uses) if is_required else None
    if used.variable is None or _is_allowed(schemas.new, used, _field_type(schemas.new, change)):
        return Effect.HARMLESS, "The document is valid for both types."
    return Effect.BREAKS, f"{_REJECTED}: ${used.variable} has the type {used.type}."


def _is_allowed(schema: GraphQLSchema, used: Argument, expected: GraphQLType) -> bool:
    """Whether a variable can be passed for an argument of a type."""
    if used.type_name not in schema.type_map:
        return False
    if is_non_null(expected) and used.has_default:
        expected = inner_type(expected)
    return is_type_sub_type_of(schema, _wrapped(schema, parse_type(used.type)), expected)


def _wrapped(schema: GraphQLSchema, node: TypeNode) -> Any:
    """Return the type that a node describes."""
    if isinstance(node, NonNullTypeNode):
        return GraphQLNonNull(_wrapped(schema, node.type))
    if isinstance(node, ListTypeNode):
        return GraphQLList(_wrapped(schema, node.type))
    return schema.type_map[print_ast(node)]


def _argument_required(schemas: Schemas, change: Change, uses: Uses) -> Verdict | None:
    if _field_of(change) not in uses.fields:
        return None
    if change.coordinate in uses.arguments:
        return _argument_retyped(schemas, change, uses)
    return Effect.BREAKS, f"{_REJECTED}, which lacks the argument."


def _default_changed(schemas: Schemas, change: Change, uses: Uses) -> Verdict | None:
    is_used = _is_used(schemas, change, uses) or _field_of(change) in uses.fields
    return (Effect.DEGRADES, "Calls that omit it get another default.") if is_used else None


def _kind_changed(schemas: Schemas, change: Change, uses: Uses) -> Verdict | None:
    if not _is_used(schemas, change, uses):
        return None
    return Effect.BREAKS, "The documents or the models do not fit the new kind of type."


def _value_removed(_schemas: Schemas, change: Change, uses: Uses) -> Verdict | None:
    if change.type in uses.input_enums:
        return Effect.DEGRADES, "The server rejects calls that pass the value."
    if change.type in uses.result_types:
        return Effect.HARMLESS, "The server no longer returns the value."
    return None


def _value_added(schemas: Schemas, change: Change, uses: Uses) -> Verdict | None:
    if change.type in uses.input_enums:
        when = "" if _is_shipped(schemas, change) else " after generating the package again"
        return Effect.GAINS, f"The value can be passed{when}."
    if change.type in uses.result_types:
        return Effect.HARMLESS, "Results accept values that the enum does not list."
    return None


def _field_added(_schemas: Schemas, change: Change, uses: Uses) -> Verdict | None:
    if change.coordinate in uses.fields:
        return Effect.GAINS, "The client selects the field, and no longer omits it."
    fragments = uses.operation.fragments.values()
    # Other selections list the fields that a method needs.
    if not any(fragment.type_condition.name.value == change.type for fragment in fragments):
        return None
    return Effect.GAINS, (
        "Results can have the field: select it in the fragment and generate the package again, "
        "or declare it in a subclass of the model."
    )


def _key_added(schemas: Schemas, change: Change, uses: Uses) -> Verdict | None:
    if not _is_used(schemas, change, uses):
        return None
    when = "" if _is_shipped(schemas, change) else " after generating the package again"
    return Effect.GAINS, f"Calls can set the key{when}."


def _argument_added(_schemas: Schemas, change: Change, uses: Uses) -> Verdict | None:
    if change.coordinate in uses.arguments:
        return Effect.GAINS, "The client sends the argument, and no longer omits it."
    if _field_of(change) not in uses.fields:
        return None
    return Effect.GAINS, "The argument can be added to the operation."


def _deprecated(schemas: Schemas, change: Change, uses: Uses) -> Verdict | None:
    if not _is_used(schemas, change, uses):
        return None
    return Effect.HARMLESS, "It works until the server removes it."


def _harmless(schemas: Schemas, change: Change, uses: Uses) -> Verdict | None:
    return (Effect.HARMLESS, "") if _is_used(schemas, change, uses) else None


def _list(names: list[str]) -> str:
    return ", ".join(names)


_RULES: Mapping[str, _Rule] = {
    "ARG_BECAME_REQUIRED": _argument_required,
    "ARG_CHANGED_KIND": _argument_retyped,
    "ARG_DEFAULT_VALUE_CHANGE": _default_changed,
    "ARG_REMOVED": _removed,
    "DEPRECATION_ADDED": _deprecated,
    "FIELD_ADDED": _field_added,
    "FIELD_BECAME_REQUIRED": _key_required,
    "FIELD_CHANGED_KIND": _result_retyped,
    "FIELD_REMOVED": _removed,
    "INPUT_FIELD_DEFAULT_VALUE_CHANGE": _default_changed,
    "ONE_OF_ADDED": _one_of,
    "OPTIONAL_ARG_ADDED": _argument_added,
    "OPTIONAL_INPUT_FIELD_ADDED": _key_added,
    "REQUIRED_ARG_ADDED": _argument_required,
    "REQUIRED_INPUT_FIELD_ADDED": _key_required,
    "RESULT_BECAME_NULLABLE": _became_nullable,
    "TYPE_CHANGED_KIND": _kind_changed,
    "TYPE_REMOVED": _removed,
    "VALUE_ADDED_TO_ENUM": _value_added,
    "VALUE_REMOVED_FROM_ENUM": _value_removed,
}
