"""Read the schema that the emulator serves instead of the API's own."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graphql import (
    DefinitionNode,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    ObjectTypeDefinitionNode,
    SchemaDefinitionNode,
    Source,
    build_ast_schema,
    parse,
    validate_schema,
)
from graphql.validation.validate import validate_sdl

from ..errors import UnusableSchemaError

_SUFFIXES = (".graphql", ".graphqls", ".gql")


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """A file of a schema.

    Attributes:
        path: Its path; empty for a text that is not in a file.
        text: Its content.
    """

    path: str
    text: str


def build_served_schema(files: Sequence[SchemaFile], api_schema: str) -> GraphQLSchema:
    """Build a schema without resolvers.

    Args:
        files: The files of the schema. Files without a type ``Query`` extend the API's own schema.
        api_schema: The API's own schema.

    Raises:
        UnusableSchemaError: The schema is invalid.
    """
    definitions = [
        definition
        for file in files
        if len(files) == 1 or _has_definitions(file.text)
        for definition in _parse(file).definitions
    ]
    if not any(map(_has_queries, definitions)):
        definitions = [*parse(api_schema).definitions, *definitions]
    document = DocumentNode(definitions=tuple(definitions))
    _check(validate_sdl(document))
    built = build_ast_schema(document, assume_valid_sdl=True)
    _check(validate_schema(built))
    return built


def read_schema_files(schema: str | os.PathLike[str]) -> tuple[SchemaFile, ...]:
    """Read the files of a schema.

    Args:
        schema: The path of a file or a folder, or the schema in the schema definition language. A
            string is a path if it ends with ``.graphql``, ``.graphqls`` or ``.gql``. All files with
            these endings in a folder and its subfolders form one schema. If they define no type
            ``Query``, they extend the API's own schema.

    Raises:
        UnusableSchemaError: A file cannot be read, or the folder has none.
    """
    if isinstance(schema, str) and not schema.endswith(_SUFFIXES):
        return (SchemaFile("", schema),)
    path = Path(schema)
    files = [path]
    if path.is_dir():
        files = sorted(
            file
            for file in path.rglob("*")
            if file.suffix in _SUFFIXES and not _is_hidden(file.relative_to(path))
        )
        if not files:
            raise UnusableSchemaError(f"{path} contains no .graphql file")
    return tuple(SchemaFile(str(file), _read(file)) for file in files)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parent.parts)


def _has_definitions(text: str) -> bool:
    lines = (line.strip() for line in text.splitlines())
    return any(line and not line.startswith("#") for line in lines)


def _has_queries(definition: DefinitionNode) -> bool:
    """Whether a definition defines the type of queries, or names it."""
    return isinstance(definition, SchemaDefinitionNode) or (
        isinstance(definition, ObjectTypeDefinitionNode) and definition.name.value == "Query"
    )


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")  # some editors write a byte order mark
    except OSError as error:
        raise UnusableSchemaError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        message = f"{path} cannot be read: it is not text in UTF-8"
        raise UnusableSchemaError(message) from None


def _parse(file: SchemaFile) -> DocumentNode:
    try:
        return parse(Source(file.text, file.path))
    except GraphQLError as error:
        raise UnusableSchemaError(_describe(error)) from None


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
