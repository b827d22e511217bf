"""Read cassette files of any origin, with the line of each value, and write them with changes."""

import base64
import binascii
import importlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from .json_leaves import Container, Leaf, leaves, with_changes

SUFFIXES = (".yaml", ".yml", ".json")
_BINARY_TAG = "tag:yaml.org,2002:binary"
_TEXT_TAGS = frozenset(
    {
        "tag:yaml.org,2002:str",
        "tag:yaml.org,2002:timestamp",
        "tag:yaml.org,2002:python/str",
        "tag:yaml.org,2002:python/unicode",
    }
)
_NUMBER_TAGS = frozenset({"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"})


class UnreadableCassetteError(ValueError):
    """A file cannot be read as a cassette. The message names the file, and the line if known."""


class Place(NamedTuple):
    """A value, or the name of a field, in a cassette file.

    Attributes:
        leaf: The value with the names of its fields. The value of bytes is empty.
        line: The line where it starts.
        number: Its number in the file.
        data: The value, if it is bytes.
        content_type: Of the body that it is.
        content_encoding: Of the body that it is.
    """

    leaf: Leaf
    line: int
    number: int
    data: bytes | None = None
    content_type: str | None = None
    content_encoding: str | None = None


def cassette_paths(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield files, and those below folders whose names end like those of cassettes.

    Raises:
        UnreadableCassetteError: A path does not exist.
    """
    for path in paths:
        if path.is_dir():
            yield from sorted(
                file for file in path.rglob("*") if file.suffix in SUFFIXES and file.is_file()
            )
        elif path.exists():
            yield path
        else:
            raise UnreadableCassetteError(f"{path}: the file does not exist")


class CassetteFile:
    """A cassette in YAML or JSON.

    Attributes:
        path: The file.
        text: Its content.
        data: The decoded content.
        places: The values and the names of fields, in the order of the text.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = _read(path)
        self._lines = self.text.split("\n")
        self.places: Sequence[Place]
        if path.suffix == ".json":
            self.data = _json_data(path, self.text)
            self.places = [
                Place(leaf, self.text.count("\n", 0, leaf.start) + 1, number)
                for number, leaf in enumerate(leaves(self.text))
            ]
        else:
            self._yaml = _YAMLText(path, self.text)
            self.data = self._yaml.data
            self.places = self._yaml.places

    @property
    def is_cassette(self) -> bool:
        """Return whether the content is that of a cassette, not of another kind of file."""
        return isinstance(self.data, dict) and isinstance(self.data.get("interactions"), list)

    def line_of(self, place: Place, part: str) -> int:
        """Return the line of a part of a value, or the first line of the value."""
        is_last = place.number + 1 == len(self.places)
        last = len(self._lines) if is_last else self.places[place.number + 1].line
        for line in range(place.line, last + 1):
            if part and part[:8] in self._lines[line - 1]:
                return line
        return place.line

    def with_changes(self, changes: Sequence[tuple[Place, str | bytes]]) -> str:
        """Return the text with new values. Everything else stays as it is."""
        if self.path.suffix == ".json":
            return with_changes(self.text, [(place.leaf, new) for place, new in changes])
        return self._yaml.with_changes(changes)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableCassetteError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UnreadableCassetteError(f"{path}: the file is not text in UTF-8") from None


def replace_file(path: Path, text: str) -> None:
    """Write a file in one step: an interruption leaves the old content."""
    target = Path(os.path.realpath(path))
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=target.parent, prefix=".cassette-", delete=False
    ) as file:
        try:
            file.write(text)
            file.flush()
            os.chmod(file.name, target.stat().st_mode)
            os.replace(file.name, target)
        except BaseException:
            os.unlink(file.name)
            raise


def _json_data(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableCassetteError(f"{path}:{error.lineno}: invalid JSON: {error.msg}") from None
    except RecursionError:
        raise UnreadableCassetteError(f"{path}: the content is nested too deeply") from None


class _YAMLText:
    """The nodes of a YAML document, which know their positions."""

    def __init__(self, path: Path, text: str) -> None:
        yaml: Any = importlib.import_module("yaml")
        self._yaml = yaml
        # The loader of vcrpy creates no objects of foreign classes.
        self._load = importlib.import_module("vcr.serializers.yamlserializer").deserialize
        self._text = text
        self.places: list[Place] = []
        # The nodes of the places.
        self._nodes: list[Any] = []
        try:
            self.data: Any = self._load(text)
            self._root = self._compose(text)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line = "" if mark is None else f":{mark.line + 1}"
            raise UnreadableCassetteError(f"{path}{line}: {error.problem}") from None
        except yaml.YAMLError as error:
            reason = str(getattr(error, "reason", "invalid YAML"))
            raise UnreadableCassetteError(f"{path}: {reason}") from None
        except RecursionError:
            raise UnreadableCassetteError(f"{path}: the content is nested too deeply") from None
        except (ValueError, TypeError) as error:
            raise UnreadableCassetteError(f"{path}: {error}") from None
        self._paths: dict[int, tuple[str | int, ...]] = {}
        if self._root is not None:
            self._walk(self._root, Container(None), (), None, None)

    def _compose(self, text: str) -> Any:
        yaml = self._yaml
        return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))

    def _walk(
        self,
        node: Any,
        container: Container,
        path: tuple[str | int, ...],
        content_type: str | None,
        content_encoding: str | None,
    ) -> None:
        if id(node) in self._paths:
            return  # an alias of a node that has been read
        self._paths[id(node)] = path
        if isinstance(node, self._yaml.MappingNode):
            inner = Container(container, is_object=True)
            inner.fields.update(str(key.value) for key, _ in node.value)
            headers = _headers(node) or (content_type, content_encoding)
            for key, value in node.value:
                inner.key = str(key.value)
                self._add(key, inner, is_key=True)
                self._walk(value, inner, (*path, inner.key), *headers)
        elif isinstance(node, self._yaml.SequenceNode):
            inner = Container(container)
            for index, value in enumerate(node.value):
                inner.index = index
                self._walk(value, inner, (*path, index), content_type, content_encoding)
        else:
            self._add(node, container, content_type, content_encoding)

    def _add(
        self,
        node: Any,
        container: Container,
        content_type: str | None = None,
        content_encoding: str | None = None,
        *,
        is_key: bool = False,
    ) -> None:
        value: str | int | float
        data: bytes | None = None
        if node.tag in _TEXT_TAGS:
            value = node.value
        elif node.tag == _BINARY_TAG:
            value = ""
            try:
                data = base64.b64decode(node.value)
            except binascii.Error:
                return
        elif node.tag in _NUMBER_TAGS and str(node.value).isdigit():
            value = int(node.value)
        else:
            return
        leaf = Leaf(
            container,
            container.child_name(),
            container.child_label(),
            value,
            is_key,
            node.start_mark.index,
            node.end_mark.index,
        )
        line = node.start_mark.line + 1
        number = len(self.places)
        self.places.append(Place(leaf, line, number, data, content_type, content_encoding))
        self._nodes.append(node)

    def with_changes(self, changes: Sequence[tuple[Place, str | bytes]]) -> str:
        """Return the text with new values."""
        pieces: list[str] = []
        end = 0
        for place, new in changes:
            node = self._nodes[place.number]
            if isinstance(new, bytes):
                node.tag, node.style = _BINARY_TAG, "|"
                node.value = base64.encodebytes(new).decode("ascii")
            else:
                # A number becomes a text.
                node.tag = node.tag if node.tag in _TEXT_TAGS else "tag:yaml.org,2002:str"
                node.value = new
            written = self._written(node, is_key=place.leaf.is_key)
            pieces += [self._text[end : place.leaf.start], written]
            end = place.leaf.stop
        text = "".join([*pieces, self._text[end:]])
        # As vcrpy would write it: right for every file, but it may be laid out differently.
        rewritten = str(self._serialize(self._root))
        try:
            is_right = self._load(text) == self._load(rewritten)
        except self._yaml.YAMLError:
            is_right = False
        return text if is_right else rewritten

    def _serialize(self, node: Any) -> Any:
        yaml = self._yaml
        return yaml.serialize(
            node,
            Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper),
            allow_unicode=not self._text.isascii(),
        )

    def _written(self, node: Any, *, is_key: bool) -> str:
        """Return a scalar as it is written at its place in a document."""
        yaml = self._yaml
        path = self._paths.get(id(node), ())
        document = yaml.ScalarNode(node.tag, node.value, style=node.style)
        if is_key:
            null = yaml.ScalarNode("tag:yaml.org,2002:null", "null")
            document = yaml.MappingNode("tag:yaml.org,2002:map", [(document, null)])
        for step in reversed(path):
            if isinstance(step, int):
                document = yaml.SequenceNode("tag:yaml.org,2002:seq", [document], flow_style=False)
            else:
                key = yaml.ScalarNode("tag:yaml.org,2002:str", step)
                document = yaml.MappingNode(
                    "tag:yaml.org,2002:map", [(key, document)], flow_style=False
                )
        text = self._serialize(document)
        node = self._compose(text)
        while not isinstance(node, yaml.ScalarNode):
            inner = node.value[0]
            node = inner if not isinstance(inner, tuple) else inner[0] if is_key else inner[1]
        return str(text[node.start_mark.index : node.end_mark.index])


def _headers(node: Any) -> tuple[str | None, str | None] | None:
    """Return content type and encoding of a message, if a mapping is a message."""
    fields = {key.value: value for key, value in node.value}
    if "headers" not in fields or "body" not in fields:
        return None
    found: dict[str, str] = {}
    if isinstance(fields["headers"].value, list):
        for item in fields["headers"].value:
            if isinstance(item, tuple):
                key, value = item
                first = value.value[0] if isinstance(value.value, list) and value.value else value
                found[str(key.value).lower()] = str(getattr(first, "value", ""))
    return found.get("content-type"), found.get("content-encoding")
