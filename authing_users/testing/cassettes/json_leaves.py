"""Rewrite the names and values of JSON text in place. All other characters stay as they are."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

# Lenient: a body can be cut off, and several documents can follow each other.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+\\?+(?:"|\Z)|[{}\[\]:,]|[^\s"{}\[\]:,]+', re.DOTALL)
_LENIENT = json.JSONDecoder(strict=False)
_START = re.compile(r'\s*[{\[]\s*["{\[\]}]')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


class Container:
    """An object or a list, or the text as a whole.

    Attributes:
        parent: The container that holds this one.
        name: The name of the field that holds this container, or a list that holds it.
        fields: The names of an object's fields.
        is_secret: Whether all that it holds is secret, or ``None`` if that is not known yet.
    """

    __slots__ = ("fields", "index", "is_object", "is_secret", "key", "label", "name", "parent")

    def __init__(self, parent: "Container | None", *, is_object: bool = False) -> None:
        self.parent: Container | None = parent
        self.name: str = "" if parent is None else parent.child_name()
        self.label: str = "" if parent is None else parent.child_label()
        self.is_object: bool = is_object
        self.fields: set[str] = set()
        self.is_secret: bool | None = None
        self.key: str | None = None
        self.index: int = 0

    def child_name(self) -> str:
        """Return the name of the field that the next value belongs to."""
        return self.key or "" if self.is_object else self.name

    def child_label(self) -> str:
        """Return how the path of the next value continues."""
        if self.is_object:
            return f".{self.key or ''}"
        return "" if self.parent is None else f"[{self.index}]"

    def path(self) -> str:
        """Return the path of the container, such as ``data.users[0]``."""
        labels: list[str] = []
        container: Container | None = self
        while container is not None:
            labels.append(container.label)
            container = container.parent
        return "".join(reversed(labels)).removeprefix(".")


class Leaf(NamedTuple):
    """A string or a number, or the name of a field.

    Attributes:
        container: The object or list that holds it.
        name: The name of the field that holds it. In a list: the name of the field of the list.
        label: How the path of the container continues.
        value: The decoded value.
        is_key: Whether it is itself the name of a field.
        start: Its position in the text.
        stop: The position behind it.
    """

    container: Container
    name: str
    label: str
    value: str | int | float
    is_key: bool
    start: int = 0
    stop: int = 0

    @property
    def path(self) -> str:
        """Return the path of the leaf, such as ``data.users[0].email``."""
        return (self.container.path() + self.label).removeprefix(".")

    @property
    def siblings(self) -> set[str]:
        """Return the names of the fields of the object that holds the leaf, also through lists."""
        container = self.container
        while not container.is_object and container.parent is not None:
            container = container.parent
        return container.fields


def looks_like_json(text: str) -> bool:
    """Return whether a text is JSON, or starts like an object or a list with content."""
    return _START.match(text) is not None or is_json(text)


def is_json(text: str) -> bool:
    """Return whether a text is an object or a list in JSON."""
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def rewrite(text: str, replace: Callable[[Leaf], object]) -> str:
    """Return JSON text with some names and values replaced.

    Args:
        text: JSON text, which may be incomplete.
        replace: Is called for each name, string and number, after the whole text has been read.
            Returns its new value, or the same value to keep it as it is.
    """
    changes = [(leaf, replace(leaf)) for leaf in leaves(text)]
    return with_changes(text, changes)


def with_changes(text: str, changes: Iterable[tuple[Leaf, object]]) -> str:
    """Return JSON text with new values of some leaves, which are in the order of the text."""
    is_escaped = "\\u" in text and text.isascii()
    pieces: list[str] = []
    end = 0
    for leaf, new in changes:
        if new is leaf.value or new == leaf.value:
            continue
        written = json.dumps(new, ensure_ascii=is_escaped)
        if text[leaf.start] == '"' and not _is_terminated(text[leaf.start : leaf.stop]):
            written = written.removesuffix('"')
        pieces += [text[end : leaf.start], written]
        end = leaf.stop
    return "".join([*pieces, text[end:]]) if pieces else text


def leaves(text: str) -> list[Leaf]:
    """Return the names, strings and numbers of JSON text, which may be incomplete."""
    return list(_leaves(text))


def _leaves(text: str) -> Iterator[Leaf]:
    container = Container(None)
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in "{[":
            container = Container(container, is_object=token == "{")
        elif token in "}]":
            container = container.parent or container
        elif token == ",":
            container.key = None
            container.index += 1
        elif token != ":":
            is_key = container.is_object and container.key is None
            value = _decoded(token)
            if value is None:
                continue
            if is_key:
                container.key = str(value)
                container.fields.add(container.key)
            name, label = container.child_name(), container.child_label()
            yield Leaf(container, name, label, value, is_key, *match.span())


def _is_terminated(token: str) -> bool:
    backslashes = len(token[:-1]) - len(token[:-1].rstrip("\\"))
    return len(token) > 1 and token.endswith('"') and backslashes % 2 == 0


def _decoded(token: str) -> str | int | float | None:
    """Return the value of a token, or ``None`` for null, true and false."""
    if token[0] == '"':
        if "\\" not in token:
            return token[1:].removesuffix('"')
        content = token[1:-1] if _is_terminated(token) else token[1:]
        try:
            return str(_LENIENT.decode(f'"{content}"'))
        except ValueError:
            return content
    if not _NUMBER.fullmatch(token):
        return None
    try:
        return float(token) if any(c in token for c in ".eE") else int(token)
    except ValueError:  # too many digits
        return float(token)
