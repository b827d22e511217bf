"""Fields that are given as ``key=value``, with values that are JSON or text."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from ._errors import UsageProblem

__all__ = ["fields_of", "json_of", "text_of"]


def fields_of(typed: Iterable[str], raw: Iterable[str]) -> dict[str, Any]:
    """Return the fields of ``key=value`` arguments.

    Args:
        typed: Arguments whose values are numbers, ``true``, ``false``, ``null``, JSON objects and
            lists, the content of a file (``@FILE``), or else text.
        raw: Arguments whose values are text.

    The key ``a.b`` is the field ``b`` of ``a``, and ``a[]`` adds an item to the list ``a``.

    Raises:
        UsageProblem: An argument is not of this form, or two contradict each other.
    """
    content: dict[str, Any] = {}
    for argument in typed:
        key, value = _split(argument, "-f")
        _set(content, key, _typed(value))
    for argument in raw:
        key, value = _split(argument, "-r")
        _set(content, key, value)
    return content


def text_of(place: str, option: str) -> str:
    """Return the text of a file, or of stdin for ``-``.

    Raises:
        UsageProblem: The file cannot be read.
    """
    try:
        if place == "-":
            return sys.stdin.read()
        return Path(place).read_text("utf-8")
    except OSError as error:
        problem = error.strerror or str(error)
    except UnicodeDecodeError:
        problem = "it is not UTF-8 text"
    raise UsageProblem(f"{option}: {place} cannot be read: {problem}")


def json_of(place: str, option: str) -> dict[str, Any]:
    """Return the JSON object in a file, or in stdin for ``-``.

    Raises:
        UsageProblem: There is none.
    """
    try:
        content: object = json.loads(text_of(place, option))
    except json.JSONDecodeError as error:
        problem = f"{error.msg} in line {error.lineno}, column {error.colno}"
    else:
        if isinstance(content, dict):
            return cast("dict[str, Any]", content)
        problem = "it is not an object"
    raise UsageProblem(f"{option}: {place} is not a JSON object: {problem}")


def _split(argument: str, option: str) -> tuple[str, str]:
    key, sign, value = argument.partition("=")
    if not sign or not key:
        # The argument is not shown: it may be a secret.
        raise UsageProblem(
            f"{option}: expected key=value", hint="Example: -f limit=10 -f ids[]=ID1 -f ids[]=ID2"
        )
    return key, value


def _typed(value: str) -> Any:
    if value.startswith("@"):
        return text_of(value[1:], "-f")
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value


def _set(content: dict[str, Any], key: str, value: Any) -> None:
    *parents, last = key.removesuffix("[]").split(".")
    place = content
    for parent in parents:
        inner: object = place.setdefault(parent, {})
        if not isinstance(inner, dict):
            raise UsageProblem(f"{key}: {parent} already has a value")
        place = cast("dict[str, Any]", inner)
    if not key.endswith("[]"):
        if last in place:
            raise UsageProblem(f"{key} is given twice", hint=f"Write {key}[]=… for a list.")
        place[last] = value
        return
    items: object = place.setdefault(last, [])
    if not isinstance(items, list):
        raise UsageProblem(f"{key}: {last} already has a value")
    items.append(value)  # pyright: ignore[reportUnknownMemberType]
