"""Schemas in the schema definition language: canonical, sorted text."""

import re
from collections.abc import Mapping
from typing import Any, cast

from graphql import (
    GraphQLError,
    GraphQLSchema,
    IntrospectionQuery,
    build_client_schema,
    lexicographic_sort_schema,
    print_schema,
    validate_schema,
)

from .errors import SchemaToolError

ONE_OF_DEFINITION = (
    '"Exactly one field of the input must be set."\ndirective @oneOf on INPUT_OBJECT'
)


def sdl_of_introspection(introspection: Mapping[str, Any], origin: str) -> str:
    """Return the sorted text of a schema.

    Args:
        introspection: The ``data`` of a response to an introspection query.
        origin: The place that the data is from, for messages.

    Raises:
        SchemaToolError: The data does not describe a valid schema.
    """
    try:
        schema = build_client_schema(cast("IntrospectionQuery", introspection))
        errors = validate_schema(schema)
    except (GraphQLError, TypeError, KeyError, ValueError, AttributeError) as error:
        # Each is raised for another kind of incomplete data.
        problem = f"{origin} describes its schema incompletely: {_first_line(error)}"
    else:
        if not errors:
            types = introspection["__schema"]["types"]
            one_ofs = {type_["name"] for type_ in types if type_.get("isOneOf")}
            return canonical_sdl(schema, one_ofs)
        problem = f"{origin} describes an invalid schema: {errors[0].message}"
    raise SchemaToolError(problem)


def canonical_sdl(schema: GraphQLSchema, one_ofs: frozenset[str] | set[str] = frozenset()) -> str:
    """Return the text of a schema: sorted, with descriptions, the same for the same schema.

    Args:
        schema: The schema.
        one_ofs: Names of the inputs of which exactly one field must be set.
    """
    text = print_schema(lexicographic_sort_schema(schema))
    for name in one_ofs:  # older versions of graphql-core do not print it
        text = re.sub(rf"^(input {name}) \{{$", r"\1 @oneOf {", text, flags=re.MULTILINE)
    if one_ofs and "directive @oneOf" not in text:
        text = f"{ONE_OF_DEFINITION}\n\n{text}"
    return f"{text.strip()}\n"


def _first_line(error: Exception) -> str:
    text = f"{error} is missing" if isinstance(error, KeyError) else str(error)
    return text.strip().partition("\n")[0]
