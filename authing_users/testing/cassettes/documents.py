"""Compares GraphQL documents by their hash, and finds the fields that an old response lacks."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import cast

# Comments, strings, names, numbers, and punctuation. Everything between them has no meaning.
_TOKEN = re.compile(
    r'#[^\n]*|"""(?:[^"]|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|\.\.\.|[\w.+-]+|[!$&()\[\]:=@{|}]'
)
_HASH_DIGITS = 12

Selection = dict[str, "Selection"]
"""The fields that a document asks for, by their names in the response."""


@lru_cache(maxsize=1024)
def document_hash(document: str) -> str:
    """Return the hash of a document, which layout and comments do not change."""
    digest = hashlib.sha256(" ".join(_tokens(document)).encode("utf-8", "surrogatepass"))
    return f"sha256:{digest.hexdigest()[:_HASH_DIGITS]}"


@lru_cache(maxsize=1024)
def operation_of(document: str) -> str | None:
    """Return the name of the first operation of a document."""
    match = re.search(r"\b(?:query|mutation|subscription)\s+(\w+)", document)
    return None if match is None else match[1]


def missing_fields(document: str, data: object) -> list[str]:
    """Return the paths of the fields that a document asks for and that the response lacks.

    Fields that depend on ``@include`` or ``@skip`` are not expected.
    """
    return list(dict.fromkeys(_missing(_selection(document), data, "")))


def _missing(selection: Selection, data: object, path: str) -> Iterator[str]:
    if isinstance(data, list):
        for item in cast("list[object]", data):
            yield from _missing(selection, item, path)
    elif isinstance(data, dict):
        fields = cast("dict[str, object]", data)
        for name, below in selection.items():
            if name not in fields:
                yield path + name
            else:
                yield from _missing(below, fields[name], f"{path}{name}.")


def _tokens(document: str) -> list[str]:
    return [token for token in _TOKEN.findall(document) if not token.startswith("#")]


def _selection(document: str) -> Selection:
    """Return the fields of the first operation of a document."""
    tokens = _tokens(document)
    fragments: dict[str, Selection] = {}
    operation: Selection = {}
    at = 0
    while at < len(tokens):
        name = tokens[at + 1] if tokens[at] == "fragment" else None
        at = _start_of_fields(tokens, at)
        fields, at = _fields(tokens, at)
        if name is not None:
            fragments[name] = fields
        else:
            operation = operation or fields
    return _expanded(operation, fragments)


def _start_of_fields(tokens: list[str], at: int) -> int:
    """Return the position of the bracket before the fields of a definition."""
    depth = 0  # a default value of a variable may be an object
    while at < len(tokens) and (depth or tokens[at] != "{"):
        depth += {"(": 1, ")": -1}.get(tokens[at], 0)
        at += 1
    return at


def _fields(tokens: list[str], at: int) -> tuple[Selection, int]:
    """Read fields from their bracket on; return them and the position after them."""
    fields: Selection = {}
    at += 1
    while at < len(tokens) and tokens[at] != "}":
        if tokens[at] == "...":
            at += 1
            name = "..."
            if tokens[at] == "on":
                at += 2
            elif tokens[at] not in "@{":
                name += tokens[at]
                at += 1
        else:
            name = tokens[at]
            at += 1
            if tokens[at] == ":":
                at += 2
        at, is_certain = _arguments(tokens, at)
        below: Selection = {}
        if at < len(tokens) and tokens[at] == "{":
            below, at = _fields(tokens, at)
        # Fields of an inline fragment are those of one type among several: not expected.
        if is_certain and name != "...":
            fields[name] = below
    return fields, at + 1


def _arguments(tokens: list[str], at: int) -> tuple[int, bool]:
    """Skip arguments and directives; return the position, and whether the field is certain."""
    is_certain, depth = True, 0
    while at < len(tokens) and (depth or tokens[at] in "(@"):
        if tokens[at] == "@":
            is_certain = is_certain and tokens[at + 1] not in ("include", "skip")
            at += 1
        depth += {"(": 1, ")": -1}.get(tokens[at], 0)
        at += 1
    return at, is_certain


def _expanded(selection: Selection, fragments: Mapping[str, Selection]) -> Selection:
    """Return a selection with the fields of its fragments in place of their names."""
    fields: Selection = {}
    for name, below in selection.items():
        if name.startswith("..."):
            fields |= _expanded(fragments.get(name[3:], {}), fragments)
        else:
            fields[name] = _expanded(below, fragments)
    return fields
