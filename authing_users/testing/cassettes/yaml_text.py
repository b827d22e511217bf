"""Change single values of YAML text. Everything else stays as it is."""

import base64
import binascii
import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .json_leaves import Container, Leaf
from .places import Place, UnreadableCassetteError

_TAG = "tag:yaml.org,2002:"
_BINARY = f"{_TAG}binary"
_TEXTS = frozenset(_TAG + kind for kind in ("str", "timestamp", "python/str", "python/unicode"))
_NUMBERS = frozenset({f"{_TAG}int", f"{_TAG}float"})


class YAMLText:
    """A YAML document whose values know their positions.

    Attributes:
        data: The decoded content.
        places: The values and the names of fields, in the order of the text.

    Raises:
        UnreadableCassetteError: The text is not YAML, or asks for objects of other classes.
    """

    def __init__(self, path: Path, text: str) -> None:
        self._yaml: Any = importlib.import_module("yaml")
        # The loader of vcrpy creates no objects of foreign classes.
        self._load = importlib.import_module("vcr.serializers.yamlserializer").deserialize
        self._text = text
        self.places: list[Place] = []
        self._nodes: list[Any] = []
        self._paths: dict[int, tuple[str | int, ...]] = {}
        try:
            self.data: Any = self._load(text)
            self._root = self._compose(text)
        except self._yaml.MarkedYAMLError as error:
            mark: Any = error.problem_mark
            line = "" if mark is None else f":{mark.line + 1}"
            raise UnreadableCassetteError(f"{path}{line}: {error.problem}") from None
        except self._yaml.YAMLError as error:
            reason = str(getattr(error, "reason", "it is not YAML"))
            raise UnreadableCassetteError(f"{path}: {reason}") from None
        except RecursionError:
            raise UnreadableCassetteError(f"{path}: the content is nested too deeply") from None
        except (ValueError, TypeError) as error:
            raise UnreadableCassetteError(f"{path}: {error}") from None
        if self._root is not None:
            self._walk(self._root, Container(None), (), (None, None))

    def _compose(self, text: str) -> Any:
        return self._yaml.compose(text, Loader=self._class("SafeLoader"))

    def _class(self, name: str) -> Any:
        """Return a class of PyYAML, in C if that is installed."""
        return getattr(self._yaml, f"C{name}", getattr(self._yaml, name))

    def _walk(
        self,
        node: Any,
        container: Container,
        path: tuple[str | int, ...],
        headers: tuple[str | None, str | None],
    ) -> None:
        if id(node) in self._paths:
            return  # an alias of a node that has been read
        self._paths[id(node)] = path
        if node.id == "mapping":
            inner = Container(container, is_object=True)
            inner.fields.update(str(key.value) for key, _ in node.value)
            headers = _headers(node) or headers
            for key, value in node.value:
                inner.key = str(key.value)
                self._paths[id(key)] = (*path, inner.key)
                self._add(key, inner, is_key=True)
                self._walk(value, inner, (*path, inner.key), headers)
        elif node.id == "sequence":
            inner = Container(container)
            for index, value in enumerate(node.value):
                inner.index = index
                self._walk(value, inner, (*path, index), headers)
        else:
            self._add(node, container, headers)

    def _add(
        self,
        node: Any,
        container: Container,
        headers: tuple[str | None, str | None] = (None, None),
        *,
        is_key: bool = False,
    ) -> None:
        value: str | int | float = ""
        data: bytes | None = None
        if node.tag in _TEXTS:
            value = str(node.value)
        elif node.tag == _BINARY:
            try:
                data = base64.b64decode(node.value)
            except binascii.Error:
                return
        elif node.tag in _NUMBERS and str(node.value).isdigit():
            value = int(node.value)
        else:
            return
        start, stop = node.start_mark, node.end_mark
        name, label = container.child_name(), container.child_label()
        leaf = Leaf(container, name, label, value, is_key, start.index, stop.index)
        self.places.append(Place(leaf, start.line + 1, len(self.places), data, *headers))
        self._nodes.append(node)

    def with_changes(self, changes: Sequence[tuple[Place, str | bytes]]) -> str:
        """Return the text with new values."""
        pieces: list[str] = []
        end = 0
        for place, new in changes:
            node = self._nodes[place.number]
            if isinstance(new, bytes):
                node.tag, node.style = _BINARY, "|"
                node.value = base64.encodebytes(new).decode("ascii")
            else:
                node.tag = node.tag if node.tag in _TEXTS else f"{_TAG}str"
                node.value = new
            pieces += [
                self._text[end : place.leaf.start],
                self._written(node, is_key=place.leaf.is_key),
            ]
            end = place.leaf.stop
        text = "".join([*pieces, self._text[end:]])
        # As vcrpy would write it: right for every file, but it may be laid out differently.
        rewritten = self._serialize(self._root)
        try:
            is_right = bool(self._load(text) == self._load(rewritten))
        except self._yaml.YAMLError:
            is_right = False
        return text if is_right else rewritten

    def _serialize(self, node: Any) -> str:
        is_ascii = self._text.isascii()
        dumper = self._class("SafeDumper")
        return str(self._yaml.serialize(node, Dumper=dumper, allow_unicode=not is_ascii))

    def _written(self, node: Any, *, is_key: bool) -> str:
        """Return a scalar as it is written at its place in a document."""
        yaml = self._yaml
        document = yaml.ScalarNode(node.tag, node.value, style=node.style)
        path = self._paths[id(node)]
        if is_key:
            path = path[:-1]
            null = yaml.ScalarNode(f"{_TAG}null", "null")
            document = yaml.MappingNode(f"{_TAG}map", [(document, null)], flow_style=False)
        for step in reversed(path):
            if isinstance(step, int):
                document = yaml.SequenceNode(f"{_TAG}seq", [document], flow_style=False)
            else:
                key = yaml.ScalarNode(f"{_TAG}str", step)
                document = yaml.MappingNode(f"{_TAG}map", [(key, document)], flow_style=False)
        text = self._serialize(document)
        written = self._compose(text)
        for step in path:
            written = written.value[0] if isinstance(step, int) else written.value[0][1]
        if is_key:
            written = written.value[0][0]
        block = text[written.start_mark.index : written.end_mark.index]
        # The end of a block is where the next value starts.
        return block if node.style not in ("|", ">") else block.rstrip(" ")


def _headers(node: Any) -> tuple[str | None, str | None] | None:
    """Return content type and encoding of a message, if a mapping is a message."""
    fields: dict[str, Any] = {str(key.value): value for key, value in node.value}
    if "body" not in fields or "headers" not in fields or fields["headers"].id != "mapping":
        return None
    found: dict[str, str] = {}
    for key, value in fields["headers"].value:
        first: Any = value.value[0] if value.id == "sequence" and value.value else value
        found[str(key.value).lower()] = str(first.value)
    return found.get("content-type"), found.get("content-encoding")
