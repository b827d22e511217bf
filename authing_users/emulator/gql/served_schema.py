"""Serve another schema than the API's own: one that adds to it, or lacks a part of it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    GraphQLSchema,
    is_required_argument,
)

from ..errors import UnusableSchemaError
from ..store.added_fields import AddedFields
from .added_types import added_fields
from .schema import executable_schema, schema_text
from .schema_files import (
    SchemaFile,
    build_served_schema,
    read_schema_files,
)
from .schema_types import fields_of, named
from .served_resolvers import bind_schema
from .type_pairs import pair_types


@dataclass(frozen=True, slots=True)
class ServedSchema:
    """A schema with resolvers.

    Attributes:
        schema: The executable schema.
        added_fields: What it adds to the stored objects.
    """

    schema: GraphQLSchema
    added_fields: AddedFields


def serve_schema(schema: str | os.PathLike[str]) -> ServedSchema:
    """Read a schema and bind the resolvers of the emulator to it.

    Args:
        schema: The schema in the schema definition language, or the path of a file or a folder.

    Raises:
        UnusableSchemaError: The schema is invalid, or clients cannot get a token with it.
    """
    return _serve(read_schema_files(schema))


@lru_cache(maxsize=16)  # the schema is stateless, and tests use the same one again and again
def _serve(files: tuple[SchemaFile, ...]) -> ServedSchema:
    served, own = build_served_schema(files, schema_text()), executable_schema()
    pairs = pair_types(served, own)
    problems = list(_token_problems(served, own))
    if problems:
        raise UnusableSchemaError(*problems)
    added = added_fields(served, pairs)
    bind_schema(served, pairs, added)
    return ServedSchema(served, added)


def _token_problems(served: GraphQLSchema, own: GraphQLSchema) -> Iterator[str]:
    """Yield why clients cannot get a management token. Without one, every request fails."""
    field = fields_of(served.query_type).get("accessToken")
    own_field = fields_of(own.query_type)["accessToken"]
    if field is None:
        yield "it has no field Query.accessToken, which clients get their token with"
        return
    for name in own_field.args:
        if name not in field.args:
            yield f"it has no argument {name} of Query.accessToken"
    for name, argument in field.args.items():
        if name not in own_field.args and is_required_argument(argument):
            yield f"the emulator does not support the required argument {name} of Query.accessToken"
    for name in ("accessToken", "iat", "exp"):
        if name not in fields_of(named(field.type)):
            yield f"the type {field.type} of Query.accessToken has no field {name}"
