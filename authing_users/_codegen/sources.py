"""Read the files of a schema and of operations."""

import json
import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    Source,
    build_client_schema,
    parse,
    print_schema,
)

from .problems import Problem

GRAPHQL = (".graphql", ".graphqls", ".gql")
# Lines without a definition. A file that has no others is empty.
_NO_DEFINITION = re.compile(r"[\s,\ufeff]*(#[^\n]*)?")


def read_files(
    path: Path,
    purpose: str,
    suffixes: tuple[str, ...],
    problems: list[Problem],
    excluded: Collection[Path] = (),
) -> dict[Path, str]:
    """Return the text of a file, or of the files in a folder and its subfolders.

    Hidden folders are left out.

    Args:
        path: The file or the folder.
        purpose: What the files contain, for messages.
        suffixes: Suffixes of the files in a folder.
        problems: Receives a problem for each file that cannot be read.
        excluded: Files and folders that are left out.
    """
    if path.is_dir():
        files = sorted(_files(path, suffixes, {one.resolve() for one in excluded}))
        if not files:
            message = f"The folder for {purpose} contains no {suffixes[0]} file: add one"
            problems.append(Problem(str(path), 1, 1, message))
    elif path.exists():
        files = [path]
    else:
        files = []
        problems.append(
            Problem(str(path), 1, 1, f"The path for {purpose} does not exist: correct it")
        )
    texts: dict[Path, str] = {}
    for file in files:
        try:
            content = file.read_bytes()
            # Lines are counted, and the schema is copied, with the same line breaks everywhere.
            text = content.decode("utf-8-sig")
            texts[file] = text.replace("\r\n", "\n").replace("\r", "\n")
        except OSError as error:
            message = f"The file cannot be read: {error.strerror}"
            problems.append(Problem(str(file), 1, 1, message))
        except UnicodeDecodeError as error:
            before = content[: error.start]
            line = before.count(b"\n") + 1
            column = len(before.rpartition(b"\n")[2].decode("utf-8-sig")) + 1
            message = "The file is not text in UTF-8: save it as UTF-8"
            problems.append(Problem(str(file), line, column, message))
    return texts


def parse_file(path: Path, text: str, problems: list[Problem]) -> DocumentNode | None:
    """Return the definitions of a file. ``None`` if there are none, or the syntax is wrong."""
    if all(_NO_DEFINITION.fullmatch(line) for line in text.split("\n")):
        return None
    try:
        return parse(Source(text, str(path)))
    except GraphQLSyntaxError as error:
        place = error.locations[0] if error.locations else None
        line, column = (place.line, place.column) if place else (1, 1)
        problems.append(
            Problem(
                str(path), line, column, f"{error.message.removesuffix('.')}: correct the syntax"
            )
        )
        return None


def parse_introspection(path: Path, text: str, problems: list[Problem]) -> DocumentNode | None:
    """Return the definitions of the JSON response to an introspection query.

    Places of its nodes refer to the definitions in the schema definition language.
    """
    try:
        content = json.loads(text)
        data = content.get("data", content)
        schema = build_client_schema(data)
    except json.JSONDecodeError as error:
        message = f"The file is not valid JSON: {error.msg}"
        problems.append(Problem(str(path), error.lineno, error.colno, message))
        return None
    except (AttributeError, GraphQLError, KeyError, TypeError, ValueError) as error:
        # The library's exceptions have no common class, and some have the whole content.
        reason = str(error).partition("\n")[0][:200]
        message = f"The file is not the response to an introspection query: {reason}"
        problems.append(Problem(str(path), 1, 1, message))
        return None
    return parse(Source(print_schema(schema), f"{path} (as definitions)"))


def _files(folder: Path, suffixes: tuple[str, ...], excluded: Collection[Path]) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        here = Path(root)
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and (here / name).resolve() not in excluded
        ]
        for name in names:
            if name.endswith(suffixes) and (here / name).resolve() not in excluded:
                yield here / name
