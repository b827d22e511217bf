"""Read schemas and operations from files, servers and packages."""

import importlib.util
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

from graphql import (
    DefinitionNode,
    DirectiveNode,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    Source,
    Visitor,
    build_ast_schema,
    parse,
    specified_directives,
    validate_schema,
    visit,
)
from graphql.validation.validate import validate_sdl

from .errors import SchemaToolError
from .fetching import Connection, fetch_schema
from .sdl import ONE_OF_DEFINITION, sdl_of_introspection

SUFFIXES = (".graphql", ".graphqls", ".gql")
HOST, PACKAGE = "host:", "package:"
OWN_PACKAGE = "authing_graphql"


def load_schema(source: str, connection: Connection | None = None) -> GraphQLSchema:
    """Return a schema.

    Args:
        source: A file (``.graphql``, or ``.json`` with the response to an introspection query), a
            folder of ``.graphql``, ``.graphqls`` and ``.gql`` files, ``host:URL``, ``host:`` for
            the host of the environment, ``package:NAME`` for the schema in a generated package, or
            ``package:`` for ours.
        connection: How to reach servers.

    Raises:
        SchemaToolError: The schema cannot be read, or is invalid.
    """
    if source.startswith(HOST):
        connection = connection or Connection()
        host = source.removeprefix(HOST) or connection.host
        return schema_of_text(fetch_schema(replace(connection, host=host)).text, source)
    if source.startswith(PACKAGE):
        name = source.removeprefix(PACKAGE) or OWN_PACKAGE
        return shipped_schema() if name == OWN_PACKAGE else _schema_of_package(name)
    path = Path(source)
    if path.suffix == ".json":
        return _from_json(path)
    return build(list(_documents(path)), source)


@cache
def shipped_schema() -> GraphQLSchema:
    """Return the schema that the operations and models of this library are generated from."""
    return _schema_of_package(OWN_PACKAGE)


def schema_of_text(text: str, origin: str) -> GraphQLSchema:
    """Build a schema from its text.

    Raises:
        SchemaToolError: The schema is invalid.
    """
    return build([_parsed(text, origin)], origin)


def load_documents(path: Path) -> DocumentNode:
    """Return all operations and fragments of a file, or of the GraphQL files in a folder.

    Raises:
        SchemaToolError: A file cannot be read or parsed.
    """
    documents = list(_documents(path))
    definitions = [node for document in documents for node in document.definitions]
    return DocumentNode(definitions=tuple(definitions))


def build(documents: Iterable[DocumentNode], origin: str) -> GraphQLSchema:
    """Build the schema that documents define.

    Raises:
        SchemaToolError: The schema is invalid.
    """
    definitions: list[DefinitionNode] = [
        node for document in documents for node in document.definitions
    ]
    document = DocumentNode(definitions=tuple(definitions))
    if _uses_one_of(document):
        # Older versions of graphql-core do not know the directive.
        definitions += parse(ONE_OF_DEFINITION).definitions
        document = DocumentNode(definitions=tuple(definitions))
    problems = validate_sdl(document)
    if not problems:
        schema = build_ast_schema(document, assume_valid_sdl=True)
        problems = validate_schema(schema)
        if not problems:
            return schema
    raise SchemaToolError(
        "\n".join(f"{place_of(problem, origin)}: {problem.message}" for problem in problems)
    )


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises:
        SchemaToolError: The file cannot be read.
    """
    try:
        return path.read_text("utf-8-sig")  # some editors write a byte order mark
    except OSError as error:
        problem = f"{path} cannot be read: {error.strerror}."
    except UnicodeDecodeError:
        problem = f"{path} cannot be read: it is not text in UTF-8."
    raise SchemaToolError(problem)


def write_atomically(path: Path, text: str) -> None:
    """Replace a file by a text. If that fails, the file stays as it was.

    Raises:
        SchemaToolError: The file cannot be written.
    """
    scratch = ""
    try:
        # Symbolic links stay links.
        target = path.resolve()
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        descriptor, scratch = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(scratch, mode)
        os.replace(scratch, target)
    except OSError as error:
        if scratch:
            with suppress(OSError):
                os.unlink(scratch)
        problem = f"{path} cannot be written: {error.strerror}."
    else:
        return
    raise SchemaToolError(problem)


def _umask() -> int:
    value = os.umask(0o022)
    os.umask(value)
    return value


def _documents(path: Path) -> Iterator[DocumentNode]:
    if not path.is_dir():
        yield _parsed(read_text(path), str(path))
        return
    files = sorted(
        file
        for file in path.rglob("*")
        if file.suffix in SUFFIXES and file.is_file() and not _is_hidden(file.relative_to(path))
    )
    if not files:
        raise SchemaToolError(f"{path} contains no .graphql files.")
    for file in files:
        text = read_text(file)
        if _has_definitions(text):
            yield _parsed(text, str(file))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parent.parts)


def _has_definitions(text: str) -> bool:
    lines = (line.strip() for line in text.splitlines())
    return any(line and not line.startswith("#") for line in lines)


def _parsed(text: str, name: str) -> DocumentNode:
    try:
        return parse(Source(text, name))
    except GraphQLError as error:
        problem = f"{place_of(error, name)}: {error.message}"
    raise SchemaToolError(problem)


def place_of(error: GraphQLError, origin: str) -> str:
    """Return the file, line and column of a problem, or only the origin of the schema."""
    nodes = [node for node in error.nodes or () if node.loc is not None]
    if nodes and nodes[0].loc is not None:
        source, position = nodes[0].loc.source, nodes[0].loc.start
    elif error.source is not None and error.positions:
        source, position = error.source, next(iter(error.positions))
    else:
        return origin
    location = source.get_location(position)
    return f"{source.name}:{location.line}:{location.column}"


class _OneOf(Visitor):
    found = False

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        self.found = self.found or node.name.value == "oneOf"


def _uses_one_of(document: DocumentNode) -> bool:
    """Whether the directive is used, but neither defined nor known."""
    names = {getattr(getattr(node, "name", None), "value", "") for node in document.definitions}
    if "oneOf" in names or any(known.name == "oneOf" for known in specified_directives):
        return False
    visitor = _OneOf()
    visit(document, visitor)
    return visitor.found


def _from_json(path: Path) -> GraphQLSchema:
    text = read_text(path)
    try:
        content: Any = json.loads(text)
    except ValueError as error:
        problem = f"{path} is not valid JSON: {error}."
        raise SchemaToolError(problem) from None
    data = _introspection(_introspection(content).get("data", content))
    if "__schema" not in data:
        raise SchemaToolError(f"{path} is not the response to an introspection query.")
    return schema_of_text(sdl_of_introspection(data, str(path)), str(path))


def _introspection(content: object) -> dict[str, Any]:
    return cast("dict[str, Any]", content) if isinstance(content, dict) else {}


def _schema_of_package(name: str) -> GraphQLSchema:
    """Return the schema in a generated package, which is not imported."""
    top, *below = name.split(".")
    candidates = [] if name == OWN_PACKAGE else [Path(*name.split("."))]
    with suppress(ImportError, ValueError):
        spec = importlib.util.find_spec(top)
        locations = [] if spec is None else list(spec.submodule_search_locations or ())
        candidates += [Path(location, *below) for location in locations]
    for candidate in candidates:
        path = candidate / "schema.graphql"
        if path.is_file():
            return schema_of_text(read_text(path), str(path))
    raise SchemaToolError(f"There is no package {name} with a schema.graphql.")
