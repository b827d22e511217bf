"""The types of schemas, as ``Any``: the annotations of graphql-core are incomplete."""

from typing import Any, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
)

SchemaType: TypeAlias = Any
"""A type of a schema."""

Definition: TypeAlias = Any
"""The definition of a field, an argument or an input field."""


def is_list(graphql_type: SchemaType) -> bool:
    """Return whether a type is a list that is not required."""
    return isinstance(graphql_type, GraphQLList)


def is_required(graphql_type: SchemaType) -> bool:
    """Return whether a type does not include null."""
    return isinstance(graphql_type, GraphQLNonNull)


def is_object(graphql_type: SchemaType) -> bool:
    """Return whether a type is an object type."""
    return isinstance(graphql_type, GraphQLObjectType)


def is_input(graphql_type: SchemaType) -> bool:
    """Return whether a type is an input object type."""
    return isinstance(graphql_type, GraphQLInputObjectType)


def is_enum(graphql_type: SchemaType) -> bool:
    """Return whether a type is an enum."""
    return isinstance(graphql_type, GraphQLEnumType)


def nullable(graphql_type: SchemaType) -> SchemaType:
    """Return a type without its exclamation mark."""
    return graphql_type.of_type if is_required(graphql_type) else graphql_type


def named(graphql_type: SchemaType) -> SchemaType:
    """Return the type that a list or a required type is about."""
    while hasattr(graphql_type, "of_type"):
        graphql_type = graphql_type.of_type
    return graphql_type


def fields_of(graphql_type: SchemaType) -> dict[str, Definition]:
    """Return the fields of an object type or input; none of another type."""
    is_of_fields = is_object(graphql_type) or is_input(graphql_type)
    return dict(graphql_type.fields) if is_of_fields else {}
