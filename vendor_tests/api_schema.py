"""The GraphQL schema that all recorded documents are validated against."""

from pathlib import Path

from graphql import GraphQLObjectType, build_schema, get_named_type, is_leaf_type

SCHEMA = build_schema((Path(__file__).parent.parent / "schema.graphql").read_text(encoding="utf-8"))


def leaf_fields(type_name: str) -> str:
    """Return a selection of all scalar and enum fields of an object type."""
    type_ = SCHEMA.type_map[type_name]
    assert isinstance(type_, GraphQLObjectType)
    return " ".join(
        name for name, field in type_.fields.items() if is_leaf_type(get_named_type(field.type))
    )
