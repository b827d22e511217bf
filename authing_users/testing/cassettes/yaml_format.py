"""Writes cassettes as YAML that a person can read and review."""

import base64
import re
from contextlib import suppress
from typing import Any, Protocol, cast

from .calls import POOL_HEADER, describe_recorded
from .json_text import quoted

_PLAIN = re.compile(r"[A-Za-z][\w./+-]*(?: [\w./+-]+)*|https?://[\w./?&=%~+-]*")
# Words that YAML 1.1 takes for something else than a string.
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
# Not kept by a block: line breaks that YAML changes, and characters that it forbids.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_SHORT = 80
_ORDER = ("version", "recorded", "operation", "request", "method", "uri", "status", "headers")


class Serializer(Protocol):
    """A serializer of ``vcrpy``."""

    def deserialize(self, cassette_string: str) -> Any:
        """Return the content of a cassette."""
        ...

    def serialize(self, cassette_dict: Any) -> str:
        """Return the text of a cassette."""
        ...


class ReadableSerializer:
    """Adds to a cassette what tells readers about it, and writes it.

    Args:
        serializer: The serializer of the cassette. YAML is written in our own layout.
        recorded: The date of the recording, such as ``2026-07-31``.
    """

    def __init__(self, serializer: Serializer, recorded: str) -> None:
        self._serializer = serializer
        self._recorded = recorded

    def deserialize(self, cassette_string: str) -> Any:
        """Return the content of a cassette."""
        return self._serializer.deserialize(cassette_string)

    def serialize(self, cassette_dict: dict[str, Any]) -> str:
        """Return the text of a cassette."""
        from .vcrpy import yaml_serializer

        interactions = [_with_operation(one) for one in cassette_dict["interactions"]]
        head = {"version": cassette_dict["version"], "recorded": self._recorded}
        content = {**head, **cassette_dict, "interactions": interactions}
        if self._serializer is yaml_serializer:
            with suppress(UnknownTypeError):  # of a request to another API
                return to_yaml(content)
        return self._serializer.serialize(content)


def _with_operation(interaction: dict[str, Any]) -> dict[str, Any]:
    request = interaction["request"]
    if POOL_HEADER not in {name.lower() for name in request["headers"]}:
        return interaction
    return {"operation": describe_recorded(request), **interaction}


class UnknownTypeError(TypeError):
    """A value has no form in the YAML that is written here."""


def to_yaml(content: dict[str, Any]) -> str:
    """Return a mapping as YAML, with long texts as blocks of lines.

    Raises:
        UnknownTypeError: It contains something else than dicts, lists, strings, bytes, numbers,
            booleans and ``None``.
    """
    lines: list[str] = []
    _write_dict(content, "", lines)
    return "\n".join(lines) + "\n"


def _write_dict(content: dict[str, Any], indent: str, lines: list[str]) -> None:
    places = {name: place for place, name in enumerate(_ORDER)}
    for name in sorted(content, key=lambda name: places.get(name, len(places))):
        _write(f"{indent}{_scalar(name)}:", content[name], indent, lines)


def _write(head: str, value: Any, indent: str, lines: list[str]) -> None:
    """Write a value after its key, or after the dash of its item."""
    if isinstance(value, dict) and value:
        lines.append(head)
        _write_dict(cast("dict[str, Any]", value), indent + "  ", lines)
    elif isinstance(value, list) and (short := _on_one_line(cast("list[object]", value))):
        lines.append(f"{head} {short}")
    elif isinstance(value, list) and value:
        lines.append(head)
        for item in cast("list[object]", value):
            _write_item(item, indent, lines)
    elif isinstance(value, str) and _fits_block(value):
        stripped = value.rstrip("\n")
        kept = len(value) - len(stripped)
        sign = ("-", "")[kept] if kept < 2 else "+"
        indentation = "2" if value[0] == " " else ""
        lines.append(f"{head} |{indentation}{sign}")
        text_lines = stripped.split("\n") + [""] * (kept - 1)
        lines.extend(f"{indent}  {line}" if line else "" for line in text_lines)
    else:
        lines.append(f"{head} {_scalar(value)}")


def _write_item(item: Any, indent: str, lines: list[str]) -> None:
    if isinstance(item, dict) and item:
        start = len(lines)
        _write_dict(cast("dict[str, Any]", item), indent + "  ", lines)
        lines[start] = f"{indent}- {lines[start].lstrip()}"
    elif isinstance(item, list) and item:
        _write(f"{indent}-", item, indent + "  ", lines)
    else:
        lines.append(f"{indent}- {_scalar(item)}")


def _on_one_line(items: list[object]) -> str | None:
    """Return a list of one short value, such as that of a header, on one line."""
    if len(items) != 1 or not isinstance(items[0], str) or _fits_block(items[0]):
        return None
    return f"[{_scalar(items[0])}]"


def _fits_block(text: str) -> bool:
    """Whether a text is shown as a block: it has several lines, or is JSON."""
    if _UNFIT.search(text) or not text.strip() or text[0] in "\n\t":
        return False
    return "\n" in text or text[0] in "{[" or len(text) > _SHORT


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        is_plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        return str(value) if is_plain else quoted(value)
    if isinstance(value, bytes):
        return f'!!binary "{base64.b64encode(value).decode("ascii")}"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return repr(value)
    if value == {}:
        return "{}"
    if value == []:
        return "[]"
    raise UnknownTypeError(type(value).__name__)
