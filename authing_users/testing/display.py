"""Show calls in the messages of failed tests: short, and without secrets."""

from collections.abc import Mapping
from typing import cast

from .._runtime.secret import MASK, SECRET_ENDINGS

LONGEST_VALUE = 60
LONGEST = 200


def shown_call(operation: str, variables: Mapping[str, object]) -> str:
    """Show an operation with its variables, like a Python call."""
    return f"{operation}({shown(variables)})"


def shown(variables: Mapping[str, object]) -> str:
    """Show variables like the arguments of a Python call, with masked secrets."""
    text = ", ".join(f"{name}={_value(name, value)}" for name, value in variables.items())
    return _shortened(text, LONGEST)


def _value(name: str, value: object) -> str:
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, object]", value)
        # A custom field is an object with its key and its value.
        key_of_value = fields.get("key")
        names = {"value": key_of_value} if isinstance(key_of_value, str) else {}
        items = ", ".join(
            f"{key!r}: {_value(names.get(key, key), item)}" for key, item in fields.items()
        )
        return f"{{{items}}}"
    if isinstance(value, list):
        return f"[{', '.join(_value(name, item) for item in cast('list[object]', value))}]"
    if isinstance(value, str) and name.lower().endswith(SECRET_ENDINGS):
        return repr(MASK)
    return _shortened(repr(value), LONGEST_VALUE)


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
