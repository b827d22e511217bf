"""Read seed files: YAML or JSON, with the line and the column of every value."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from .errors import SeedError, SeedPath

if TYPE_CHECKING:
    import yaml

_JSON_SPACE = " \t\n\r"
_YAML_TYPES = frozenset({"str", "null", "bool", "int", "float", "timestamp"})
_YAML_PREFIX = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class SeedFile:
    """The content of a seed file.

    Attributes:
        name: Path of the file.
        content: The parsed content.
        find: Returns the line and the column of the key or list item that a path leads to, or of
            the closest value around it.
    """

    name: str
    content: object
    find: Callable[[SeedPath], tuple[int, int]]

    def located(self, error: SeedError) -> SeedError:
        """Add the file, the line and the column to an error."""
        line, column = self.find(error.path)
        return error.located(f"{self.name}:{line}:{column}")


def read_seed_file(path: str | os.PathLike[str]) -> SeedFile:
    """Read a seed file. The ending of its name tells the format: .yaml, .yml or .json.

    Raises:
        SeedError: The file cannot be read or parsed.
    """
    name = os.fspath(path)
    suffix = Path(name).suffix.lower()
    if suffix not in (".yaml", ".yml", ".json"):
        raise SeedError(f"{name} must end in .yaml, .yml or .json.")
    try:
        text = Path(name).read_text("utf-8-sig")
    except OSError as error:
        raise SeedError(f"{name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SeedError(f"{name} cannot be read: it is not text in UTF-8.") from None
    try:
        file = _read_json(name, text) if suffix == ".json" else _read_yaml(name, text)
    except RecursionError:
        raise SeedError(f"{name} is nested too deeply.") from None
    try:
        json.dumps(file.content, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        message = (
            f"{name} contains infinity, NaN or an unpaired surrogate, which JSON cannot express."
        )
        raise SeedError(message) from None
    return file


def _read_json(name: str, text: str) -> SeedFile:
    try:
        content: object = json.loads(text)
    except JSONDecodeError as error:
        raise SeedError(error.msg, location=f"{name}:{error.lineno}:{error.colno}") from None
    for position, key in _json_duplicates(text, _skip_space(text, 0)):
        line, column = _line_and_column(text, position)
        raise SeedError(_twice(key), location=f"{name}:{line}:{column}")
    return SeedFile(name, content, lambda path: _line_and_column(text, _json_position(text, path)))


def _twice(key: str) -> str:
    return f"The key {key!r} occurs twice in one object."


def _line_and_column(text: str, position: int) -> tuple[int, int]:
    line_start = text.rfind("\n", 0, position) + 1
    return text.count("\n", 0, position) + 1, position - line_start + 1


def _json_duplicates(text: str, position: int) -> Iterator[tuple[int, str]]:
    """Yield the positions of repeated keys, and the keys."""
    seen: set[str] = set()
    for start, member, value in _json_members(text, position):
        if isinstance(member, str):
            if member in seen:
                yield start, member
            seen.add(member)
        yield from _json_duplicates(text, value)


def _json_position(text: str, path: SeedPath) -> int:
    """Return the position of the key or list item that a path leads to in valid JSON."""
    start = value = _skip_space(text, 0)
    for step in path:
        members = {member: (position, at) for position, member, at in _json_members(text, value)}
        if step not in members:
            break
        start, value = members[step]
    return start


def _json_members(text: str, position: int) -> Iterator[tuple[int, str | int, int]]:
    """Yield the start, the key or index, and the start of the value for each member."""
    opening = text[position]
    if opening not in "{[":
        return
    decoder, index = JSONDecoder(), 0
    position = _skip_space(text, position + 1)
    while text[position] not in "}]":
        start, member = position, cast("str | int", index)
        if opening == "{":
            member, position = decoder.raw_decode(text, position)
            position = _skip_space(text, _skip_space(text, position) + 1)  # past the colon
        yield start, member, position
        _, position = decoder.raw_decode(text, position)
        position = _skip_space(text, position)
        if text[position] == ",":
            position = _skip_space(text, position + 1)
        index += 1


def _skip_space(text: str, position: int) -> int:
    while text[position] in _JSON_SPACE:
        position += 1
    return position


def _read_yaml(name: str, text: str) -> SeedFile:
    try:
        import yaml
    except ModuleNotFoundError:
        message = (
            f"{name} cannot be read: YAML needs pyyaml, which is not installed:"
            " pip install 'authing-users[emulator]'"
        )
        raise SeedError(message) from None
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        content = None if root is None else _YamlReader(name, loader).value(root, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        location = name if mark is None else f"{name}:{mark.line + 1}:{mark.column + 1}"
        raise SeedError(error.problem or "Invalid YAML", location=location) from None
    except yaml.reader.ReaderError as error:
        line, column = _line_and_column(text, error.position)
        message = f"The character U+{ord(text[error.position]):04X} is not allowed."
        raise SeedError(message, location=f"{name}:{line}:{column}") from None

    def find(path: SeedPath) -> tuple[int, int]:
        return _yaml_position(root, path)

    return SeedFile(name, content, find)


class _YamlReader:
    """Converts YAML nodes to JSON values. Times stay text, as in the API."""

    def __init__(self, name: str, loader: Any) -> None:  # its methods have no complete types
        self._name = name
        self._loader = loader
        self._open: set[int] = set()

    def value(self, node: "yaml.Node", path: SeedPath) -> object:
        """Return the value of a node.

        Raises:
            SeedError: The node has no JSON value.
        """
        import yaml

        if id(node) in self._open:
            raise self._error(node, "An alias must not contain itself.", path)
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, path)
            if isinstance(node, yaml.SequenceNode) and node.tag == f"{_YAML_PREFIX}seq":
                items = cast("list[yaml.Node]", node.value)
                return [self.value(item, (*path, index)) for index, item in enumerate(items)]
            return self._scalar(node, path)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: "yaml.MappingNode", path: SeedPath) -> dict[str, object]:
        if node.tag != f"{_YAML_PREFIX}map":
            raise self._error(node, f"The tag {node.tag} is not supported.", path)
        seen: set[str] = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                raise self._error(key_node, _twice(key_node.value), path)
            if key_node.tag == f"{_YAML_PREFIX}str":
                seen.add(key_node.value)
            elif key_node.tag != f"{_YAML_PREFIX}merge":
                raise self._error(key_node, "A key must be a string: put it in quotes.", path)
        self._loader.flatten_mapping(node)  # merges "<<": those members come first
        return {key.value: self.value(item, (*path, key.value)) for key, item in node.value}

    def _scalar(self, node: "yaml.Node", path: SeedPath) -> object:
        kind = node.tag.removeprefix(_YAML_PREFIX)
        if kind not in _YAML_TYPES:
            raise self._error(node, f"The tag {node.tag} is not supported.", path)
        if kind == "timestamp":
            return cast("str", node.value)
        try:
            return cast("object", self._loader.construct_object(node))
        except ValueError:
            raise self._error(node, "The value is not valid.", path) from None

    def _error(self, node: "yaml.Node", reason: str, path: SeedPath) -> SeedError:
        mark = node.start_mark
        return SeedError(reason, path, location=f"{self._name}:{mark.line + 1}:{mark.column + 1}")


def _yaml_position(root: "yaml.Node | None", path: SeedPath) -> tuple[int, int]:
    import yaml

    place = node = root
    for step in path:
        if isinstance(node, yaml.MappingNode):
            members = {key.value: (key, value) for key, value in node.value}
            if step not in members:
                break
            place, node = members[step]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            if step >= len(node.value):
                break
            place = node = node.value[step]
        else:
            break
    return (1, 1) if place is None else (place.start_mark.line + 1, place.start_mark.column + 1)
