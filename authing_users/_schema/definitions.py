"""The definitions of a schema, behind one typed interface."""

from typing import Any, cast

from graphql import GraphQLList, GraphQLNonNull, GraphQLSchema, GraphQLType, get_named_type


def type_of(definition: Any) -> GraphQLType:
    """Return the type of a field, an argument or an input field."""
    return cast("GraphQLType", definition.type)


def type_name(type_: GraphQLType) -> str:
    """Return the name of a type, without lists."""
    return str(get_named_type(type_))


def members(type_: Any) -> dict[str, Any]:
    """Return the fields or enum values of a type by name. Empty for other types and ``None``."""
    found: Any = getattr(type_, "fields", None) or getattr(type_, "values", None)
    return cast("dict[str, Any]", found or {})


def is_non_null(type_: GraphQLType) -> bool:
    """Whether a type is not null."""
    return isinstance(type_, GraphQLNonNull)


def is_list(type_: GraphQLType) -> bool:
    """Whether a type is a list that may be null."""
    return isinstance(type_, GraphQLList)


def inner_type(type_: GraphQLType) -> GraphQLType:
    """Return the type inside of a list, or of a type that is not null."""
    wrapper: Any = type_
    return cast("GraphQLType", wrapper.of_type)


def arguments(definition: Any) -> dict[str, Any]:
    """Return the arguments of a field by name. Empty for other definitions."""
    return cast("dict[str, Any]", getattr(definition, "args", None) or {})


def field_at(schema: GraphQLSchema, coordinate: str) -> Any:
    """Return the field or enum value at a coordinate such as ``User.email``, or ``None``."""
    type_, _, name = coordinate.partition(".")
    return members(schema.type_map.get(type_)).get(name)
