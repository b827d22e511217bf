"""Find the types of the API's own schema that the types of another schema stand for."""

from collections.abc import Iterator

from graphql import (
    GraphQLNamedType,
    GraphQLSchema,
    OperationType,
    is_abstract_type,
    is_enum_type,
    is_input_object_type,
    is_object_type,
)

from .schema_types import fields_of, named

_KINDS = (is_object_type, is_input_object_type, is_enum_type)


def pair_types(served: GraphQLSchema, own: GraphQLSchema) -> dict[str, GraphQLNamedType]:
    """Return the API's own type for each type of the served schema that has one, by its name.

    Types with the same name and kind belong together. A renamed type belongs to the type that is
    in the same place: it is the type of the same field, argument or input field.
    """
    pairs: dict[str, GraphQLNamedType] = {
        name: own.type_map[name]
        for name, served_type in served.type_map.items()
        if name in own.type_map and _same_kind(served_type, own.type_map[name])
    }
    pending = list(pairs)
    for operation in OperationType:
        root, own_root = served.get_root_type(operation), own.get_root_type(operation)
        if root is not None and own_root is not None:
            pairs[root.name] = own_root
            pending.append(root.name)
    while pending:
        name = pending.pop()
        for served_type, own_type in _neighbours(served.type_map[name], pairs[name]):
            for candidate in _concrete(served, served_type, own_type):
                if candidate.name not in pairs and _same_kind(candidate, own_type):
                    pairs[candidate.name] = own_type
                    pending.append(candidate.name)
    return pairs


def _same_kind(served: GraphQLNamedType, own: GraphQLNamedType) -> bool:
    return any(is_kind(served) and is_kind(own) for is_kind in _KINDS)


def _concrete(
    served: GraphQLSchema, served_type: GraphQLNamedType, own_type: GraphQLNamedType
) -> list[GraphQLNamedType]:
    """Return the type, or the object type that stands for it where an interface or a union is."""
    if not is_abstract_type(served_type):
        return [served_type]
    possible = list(served.get_possible_types(served_type))
    named = [candidate for candidate in possible if candidate.name == own_type.name]
    return [*(named or (possible if len(possible) == 1 else []))]


def _neighbours(
    served: GraphQLNamedType, own: GraphQLNamedType
) -> Iterator[tuple[GraphQLNamedType, GraphQLNamedType]]:
    """Yield the types of fields and arguments that both types have."""
    fields, own_fields = fields_of(served), fields_of(own)
    for name, field in fields.items():
        if name in own_fields:
            own_field = own_fields[name]
            yield named(field.type), named(own_field.type)
            arguments, own_arguments = getattr(field, "args", {}), getattr(own_field, "args", {})
            for argument, definition in arguments.items():
                if argument in own_arguments:
                    own_argument = own_arguments[argument]
                    yield named(definition.type), named(own_argument.type)
