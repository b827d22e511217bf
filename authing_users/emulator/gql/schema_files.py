"""Read the schema that the emulator serves instead of the API's own."""

import os
from pathlib import Path

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    Source,
    build_ast_schema,
    parse,
    validate_schema,
)
from graphql.validation.validate import validate_sdl

_SUFFIXES = frozenset({".graphql", ".graphqls", ".gql"})


class UnusableSchemaError(ValueError):
    """A schema cannot be served. The message has every problem and is for the user.

    Args:
        problems: The problems.
    """

    def __init__(self, *problems: str) -> None:
        message = "; ".join(problems)
        super().__init__(message if message.endswith("?") else f"{message}.")


def read_schema(schema: str | os.PathLike[str]) -> GraphQLSchema:
    """Build a schema without resolvers.

    Args:
        schema: The schema in the schema definition language, or the path of a file or a folder. All
            ``.graphql``, ``.graphqls`` and ``.gql`` files of a folder and its subfolders form one
            schema.

    Raises:
        UnusableSchemaError: The schema is invalid, or a file cannot be read.
    """
    definitions = [
        definition for source in _sources(schema) for definition in _parse(source).definitions
    ]
    document = DocumentNode(definitions=tuple(definitions))
    _check(validate_sdl(document))
    built = build_ast_schema(document, assume_valid_sdl=True)
    _check(validate_schema(built))
    return built


def _sources(schema: str | os.PathLike[str]) -> list[Source]:
    if isinstance(schema, str):
        return [Source(schema, "")]
    path = Path(schema)
    files = [path]
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix in _SUFFIXES)
        if not files:
            raise UnusableSchemaError(f"{path} contains no .graphql file")
    try:
        return [Source(file.read_text("utf-8"), str(file)) for file in files]
    except OSError as error:
        raise UnusableSchemaError(f"{error.filename} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        message = f"{path} cannot be read: it is not text in UTF-8"
        raise UnusableSchemaError(message) from None


def _parse(source: Source) -> DocumentNode:
    try:
        return parse(source)
    except GraphQLError as error:
        _check([error])
        raise  # pragma: no cover


def _check(errors: list[GraphQLError]) -> None:
    if errors:
        raise UnusableSchemaError(*map(_describe, errors))


def _describe(error: GraphQLError) -> str:
    message = " ".join(error.message.split()).removesuffix(".")
    if not error.locations:
        return f"the schema is invalid: {message}"
    location = error.locations[0]
    name = "" if error.source is None else error.source.name
    place = f"{name}:{location.line}:{location.column}" if name else f"line {location.line}"
    return f"{place}: {message}"
