"""The differences between two schemas, each with the place in the schema.

The rules are those of graphql-core, with its names where it has one. graphql-core itself returns
only texts, from which a place cannot be read reliably.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLDirective,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    is_introspection_type,
    is_required_argument,
    is_required_input_field,
    is_specified_directive,
    is_specified_scalar_type,
    print_ast,
)

from .definitions import arguments, members
from .nullability import change_of_input, change_of_result

_Fielded = GraphQLObjectType | GraphQLInterfaceType


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes:
        rule: Name of the rule, such as ``FIELD_REMOVED``.
        type: Name of the type. For directives, the name with ``@``.
        message: The difference, as a sentence.
        member: Name of the field or of the enum value, or of the type in a union.
        argument: Name of the argument.
        is_input: Whether the type is an input.
    """

    rule: str
    type: str
    message: str
    member: str | None = None
    argument: str | None = None
    is_input: bool = False

    @property
    def coordinate(self) -> str:
        """The place, such as ``Query.users(page:)``."""
        member = "" if self.member is None else f".{self.member}"
        return f"{self.type}{member}" + ("" if self.argument is None else f"({self.argument}:)")


def find_changes(
    old: GraphQLSchema, new: GraphQLSchema, *, descriptions: bool = False
) -> list[Change]:
    """Return all differences between two schemas, sorted by place.

    Args:
        old: The schema before.
        new: The schema after.
        descriptions: Whether to report changed descriptions, too.
    """
    changes = [
        *_type_changes(old, new),
        *_directive_changes(old, new),
        *(_description_changes(old, new) if descriptions else ()),
    ]
    return sorted(changes, key=lambda change: (change.coordinate, change.rule))


def _type_changes(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[Change]:
    old_types, new_types = _own_types(old), _own_types(new)
    for name in old_types.keys() - new_types.keys():
        is_input = isinstance(old_types[name], GraphQLInputObjectType)
        yield Change("TYPE_REMOVED", name, f"{name} was removed.", is_input=is_input)
    for name in new_types.keys() - old_types.keys():
        is_input = isinstance(new_types[name], GraphQLInputObjectType)
        yield Change("TYPE_ADDED", name, f"{name} was added.", is_input=is_input)
    for name in old_types.keys() & new_types.keys():
        yield from _changes_of_type(old_types[name], new_types[name])


def _own_types(schema: GraphQLSchema) -> dict[str, GraphQLNamedType]:
    return {
        name: type_
        for name, type_ in schema.type_map.items()
        if not is_introspection_type(type_) and not is_specified_scalar_type(type_)
    }


def _changes_of_type(old: GraphQLNamedType, new: GraphQLNamedType) -> Iterator[Change]:
    name = old.name
    if isinstance(old, _Fielded) and isinstance(new, _Fielded) and type(old) is type(new):
        yield from _interface_changes(old, new)
        yield from _field_changes(name, old.fields, new.fields)
    elif isinstance(old, GraphQLInputObjectType) and isinstance(new, GraphQLInputObjectType):
        yield from _input_field_changes(name, old, new)
    elif isinstance(old, GraphQLEnumType) and isinstance(new, GraphQLEnumType):
        yield from _value_changes(old, new)
    elif isinstance(old, GraphQLUnionType) and isinstance(new, GraphQLUnionType):
        old_names, new_names = ({type_.name for type_ in union.types} for union in (old, new))
        for member in old_names - new_names:
            message = f"{member} was removed from the union {name}."
            yield Change("TYPE_REMOVED_FROM_UNION", name, message, member)
        for member in new_names - old_names:
            message = f"{member} was added to the union {name}."
            yield Change("TYPE_ADDED_TO_UNION", name, message, member)
    elif type(old) is not type(new):
        message = f"{name} changed from {_kind(old)} to {_kind(new)}."
        is_input = isinstance(old, GraphQLInputObjectType)
        yield Change("TYPE_CHANGED_KIND", name, message, is_input=is_input)


def _interface_changes(old: _Fielded, new: _Fielded) -> Iterator[Change]:
    old_names, new_names = ({type_.name for type_ in of.interfaces} for of in (old, new))
    for name in old_names - new_names:
        message = f"{old.name} no longer implements {name}."
        yield Change("IMPLEMENTED_INTERFACE_REMOVED", old.name, message, name)
    for name in new_names - old_names:
        message = f"{old.name} now implements {name}."
        yield Change("IMPLEMENTED_INTERFACE_ADDED", old.name, message, name)


def _field_changes(type_: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in old.keys() - new.keys():
        yield Change("FIELD_REMOVED", type_, f"{type_}.{name} was removed.", name)
    for name in new.keys() - old.keys():
        message = f"{type_}.{name} was added, of the type {new[name].type}."
        yield Change("FIELD_ADDED", type_, message, name)
    for name in old.keys() & new.keys():
        before, after = old[name], new[name]
        if rule := change_of_result(before.type, after.type):
            yield Change(rule, type_, _retyped(f"{type_}.{name}", before, after), name)
        yield from _deprecation_changes(type_, name, None, before, after)
        yield from _argument_changes(type_, name, before.args, after.args)


def _argument_changes(
    type_: str, field: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Change]:
    for name in old.keys() - new.keys():
        message = f"The argument {name} of {type_}.{field} was removed."
        yield Change("ARG_REMOVED", type_, message, field, name)
    for name in new.keys() - old.keys():
        required = is_required_argument(new[name])
        rule = "REQUIRED_ARG_ADDED" if required else "OPTIONAL_ARG_ADDED"
        kind = "required" if required else "optional"
        message = (
            f"The {kind} argument {name} of {type_}.{field} was added, of the type "
            f"{new[name].type}."
        )
        yield Change(rule, type_, message, field, name)
    for name in old.keys() & new.keys():
        before, after = old[name], new[name]
        place = f"The argument {name} of {type_}.{field}"
        retyped = change_of_input("ARG", before.type, after.type)
        if retyped:
            yield Change(retyped, type_, _retyped(place, before, after), field, name)
        if retyped != "ARG_CHANGED_KIND" and _default(before) != _default(after):
            message = f"{place} changed its default from {_default(before)} to {_default(after)}."
            yield Change("ARG_DEFAULT_VALUE_CHANGE", type_, message, field, name)
        yield from _deprecation_changes(type_, field, name, before, after)


def _input_field_changes(
    type_: str, old: GraphQLInputObjectType, new: GraphQLInputObjectType
) -> Iterator[Change]:
    old_fields, new_fields = members(old), members(new)
    for name in old_fields.keys() - new_fields.keys():
        message = f"{type_}.{name} was removed."
        yield Change("FIELD_REMOVED", type_, message, name, is_input=True)
    for name in new_fields.keys() - old_fields.keys():
        required = is_required_input_field(new_fields[name])
        rule = "REQUIRED_INPUT_FIELD_ADDED" if required else "OPTIONAL_INPUT_FIELD_ADDED"
        kind = "required" if required else "optional"
        message = f"The {kind} key {type_}.{name} was added, of the type {new_fields[name].type}."
        yield Change(rule, type_, message, name, is_input=True)
    for name in old_fields.keys() & new_fields.keys():
        before, after = old_fields[name], new_fields[name]
        place = f"{type_}.{name}"
        retyped = change_of_input("FIELD", before.type, after.type)
        if retyped:
            yield Change(retyped, type_, _retyped(place, before, after), name, is_input=True)
        if retyped != "FIELD_CHANGED_KIND" and _default(before) != _default(after):
            message = f"{place} changed its default from {_default(before)} to {_default(after)}."
            yield Change("INPUT_FIELD_DEFAULT_VALUE_CHANGE", type_, message, name, is_input=True)
        yield from _deprecation_changes(type_, name, None, before, after, is_input=True)
    if is_one_of(old) != is_one_of(new):
        rule = "ONE_OF_ADDED" if is_one_of(new) else "ONE_OF_REMOVED"
        now = "now" if is_one_of(new) else "no longer"
        message = f"{type_} {now} requires exactly one of its keys."
        yield Change(rule, type_, message, is_input=True)


def _value_changes(old: GraphQLEnumType, new: GraphQLEnumType) -> Iterator[Change]:
    for value in old.values.keys() - new.values.keys():
        message = f"{value} was removed from the enum {old.name}."
        yield Change("VALUE_REMOVED_FROM_ENUM", old.name, message, value)
    for value in new.values.keys() - old.values.keys():
        message = f"{value} was added to the enum {old.name}."
        yield Change("VALUE_ADDED_TO_ENUM", old.name, message, value)
    for value in old.values.keys() & new.values.keys():
        before, after = old.values[value], new.values[value]
        yield from _deprecation_changes(old.name, value, None, before, after)


def _deprecation_changes(
    type_: str,
    member: str,
    argument: str | None,
    old: object,
    new: object,
    *,
    is_input: bool = False,
) -> Iterator[Change]:
    before: str | None = getattr(old, "deprecation_reason", None)
    after: str | None = getattr(new, "deprecation_reason", None)
    if before == after:
        return
    place = f"{type_}.{member}" + ("" if argument is None else f"({argument}:)")
    if after is None:
        rule, message = "DEPRECATION_REMOVED", f"{place} is no longer deprecated."
    elif before is None:
        rule, message = "DEPRECATION_ADDED", f"{place} is deprecated: {after}"
    else:
        rule, message = "DEPRECATION_CHANGED", f"{place} is deprecated with another reason: {after}"
    yield Change(rule, type_, message, member, argument, is_input)


def _directive_changes(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[Change]:
    old_directives, new_directives = _own_directives(old), _own_directives(new)
    for name in old_directives.keys() - new_directives.keys():
        yield Change("DIRECTIVE_REMOVED", f"@{name}", f"@{name} was removed.")
    for name in new_directives.keys() - old_directives.keys():
        yield Change("DIRECTIVE_ADDED", f"@{name}", f"@{name} was added.")
    for name in old_directives.keys() & new_directives.keys():
        yield from _changes_of_directive(f"@{name}", old_directives[name], new_directives[name])


def _own_directives(schema: GraphQLSchema) -> dict[str, GraphQLDirective]:
    return {
        directive.name: directive
        for directive in schema.directives
        # Older versions of graphql-core do not know @oneOf.
        if not is_specified_directive(directive) and directive.name != "oneOf"
    }


def _changes_of_directive(
    name: str, old: GraphQLDirective, new: GraphQLDirective
) -> Iterator[Change]:
    for argument in old.args.keys() - new.args.keys():
        message = f"The argument {argument} of {name} was removed."
        yield Change("DIRECTIVE_ARG_REMOVED", name, message, None, argument)
    for argument in new.args.keys() - old.args.keys():
        required = is_required_argument(new.args[argument])
        rule = "REQUIRED_DIRECTIVE_ARG_ADDED" if required else "OPTIONAL_DIRECTIVE_ARG_ADDED"
        message = f"The argument {argument} of {name} was added."
        yield Change(rule, name, message, None, argument)
    if old.is_repeatable and not new.is_repeatable:
        yield Change("DIRECTIVE_REPEATABLE_REMOVED", name, f"{name} is no longer repeatable.")
    for location in set(old.locations) - set(new.locations):
        message = f"{name} is no longer allowed on {location.name}."
        yield Change("DIRECTIVE_LOCATION_REMOVED", name, message, location.name)


def _description_changes(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[Change]:
    before, after = _descriptions(old), _descriptions(new)
    for place in before.keys() & after.keys():
        if before[place] != after[place]:
            type_, member, argument, is_input = place
            change = Change("DESCRIPTION_CHANGED", type_, "", member, argument, is_input)
            message = f"The description of {change.coordinate} changed."
            yield Change("DESCRIPTION_CHANGED", type_, message, member, argument, is_input)


_Place = tuple[str, str | None, str | None, bool]


def _descriptions(schema: GraphQLSchema) -> dict[_Place, str | None]:
    found: dict[_Place, str | None] = {}
    for name, type_ in _own_types(schema).items():
        is_input = isinstance(type_, GraphQLInputObjectType)
        found[name, None, None, is_input] = type_.description
        for member, definition in members(type_).items():
            found[name, member, None, is_input] = definition.description
            for argument, of in arguments(definition).items():
                found[name, member, argument, is_input] = of.description
    return found


def is_one_of(type_: GraphQLInputObjectType) -> bool:
    """Whether exactly one field of an input must be set."""
    directives = () if type_.ast_node is None else type_.ast_node.directives or ()
    return any(directive.name.value == "oneOf" for directive in directives)


def _retyped(place: str, before: Any, after: Any) -> str:
    return f"{place} changed from {before.type} to {after.type}."


def _default(definition: Any) -> str:
    """Return the default value as GraphQL text."""
    node = definition.ast_node
    if node is None or node.default_value is None:
        return "no default"
    return print_ast(node.default_value)


def _kind(type_: GraphQLNamedType) -> str:
    kind = type(type_).__name__.removeprefix("GraphQL").removesuffix("Type")
    return {"Object": "an object", "Enum": "an enum", "InputObject": "an input"}.get(
        kind, f"a {kind.lower()}"
    )
