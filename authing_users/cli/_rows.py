"""Results as plain data: by the API's names, and without secrets."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, cast

from .._runtime.secret import MASK, SECRET_ENDINGS

__all__ = ["cell_text", "field_value", "selected", "to_data"]


def to_data(value: object, *, masks: bool = True) -> Any:
    """Return a result as JSON content. Models lose fields that are ``None``, mappings keep them.

    Args:
        value: A model of the library, a dataclass, a mapping, a list or a plain value.
        masks: Whether secrets become asterisks.
    """
    data = _plain(value)
    return _masked("", data) if masks else data


def field_value(data: object, path: str) -> object:
    """Return the value of a field, or ``None``. The path ``a.b`` is the field ``b`` of ``a``."""
    for name in path.split("."):
        if not isinstance(data, Mapping):
            return None
        data = cast("Mapping[str, object]", data).get(name)
    return data


def selected(data: object, paths: Iterable[str]) -> dict[str, object]:
    """Return the fields with these paths; those that have no value are ``None``."""
    return {path: field_value(data, path) for path in paths}


def cell_text(value: object) -> str:
    """Return a value as the text of a cell: lists and objects are JSON."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case dict() | list():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


def _plain(value: object) -> Any:
    dump = getattr(value, "model_dump", None)
    if dump is not None:
        return dump(mode="json", by_alias=True, exclude_none=True)
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value)]
        return _plain({name: getattr(value, name) for name in names})
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value).items()
        return {str(key): _plain(item) for key, item in items}
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
        return [_plain(item) for item in cast("Iterable[object]", value)]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _masked(name: str, data: Any) -> Any:
    if data and not isinstance(data, bool) and name.lower().endswith(SECRET_ENDINGS):
        return MASK
    if isinstance(data, dict):
        content = cast("dict[str, Any]", data)
        # The value of a custom field stands beside its name.
        key = content.get("key")
        names = {"value": key} if isinstance(key, str) else {}
        return {name: _masked(names.get(name, name), item) for name, item in content.items()}
    if isinstance(data, list):
        items = cast("Iterable[Any]", data)
        return [_masked(name, item) for item in items]
    return data
