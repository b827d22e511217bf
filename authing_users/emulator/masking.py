"""Mask the secrets in the variables of a request."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import cast

MASK = "**********"

_SECRET_ENDINGS = ("authorization", "oauth", "password", "secret", "token")
_SHORTEST_VALUE = 6  # characters; a shorter secret could be an ordinary word
_MAX_DEPTH = 50
_TOKEN = re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*|(?<=\bBearer )\S+", re.IGNORECASE)


def masked(variables: Mapping[str, object], secrets: Collection[str] = ()) -> dict[str, object]:
    """Return a copy of variables with asterisks in place of secrets.

    Secrets are the values of fields whose names say so, such as ``password``, also within JSON
    text; anything that looks like a token; and the given values. They are masked wherever they
    occur in the variables.

    Args:
        variables: The variables.
        secrets: Values that are secret.
    """
    values = {*secrets, *_secret_values(variables, 0)}
    known = sorted((v for v in values if len(v) >= _SHORTEST_VALUE), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, known))) if known else None
    return cast("dict[str, object]", _mask(variables, pattern, 0))


def _mask(value: object, pattern: re.Pattern[str] | None, depth: int) -> object:
    if depth > _MAX_DEPTH:
        return MASK
    if isinstance(value, str):
        content = _json(value)
        if content is not None:
            masked_content = _mask(content, pattern, depth + 1)
            if masked_content != content:  # unchanged JSON keeps its spaces
                value = json.dumps(masked_content, ensure_ascii=False)
        value = value if pattern is None else pattern.sub(MASK, value)
        return _TOKEN.sub(MASK, value)
    if isinstance(value, list):
        return [_mask(item, pattern, depth + 1) for item in cast("list[object]", value)]
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, object]", value)
        return {
            name: MASK if _is_secret(fields, name) and field else _mask(field, pattern, depth + 1)
            for name, field in fields.items()
        }
    return value


def _secret_values(value: object, depth: int) -> Iterator[str]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, str):
        content = _json(value)
        if content is not None:
            yield from _secret_values(content, depth + 1)
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            yield from _secret_values(item, depth + 1)
    elif isinstance(value, Mapping):
        fields = cast("Mapping[str, object]", value)
        for name, field in fields.items():
            if isinstance(field, str) and _is_secret(fields, name):
                yield field
            else:
                yield from _secret_values(field, depth + 1)


def _is_secret(fields: Mapping[str, object], name: str) -> bool:
    if name.lower().endswith(_SECRET_ENDINGS):
        return True
    # A list of keys and values, such as custom fields or environment variables.
    key = fields.get("key")
    return name == "value" and isinstance(key, str) and key.lower().endswith(_SECRET_ENDINGS)


def _json(text: str) -> object:
    """Return the content of JSON text that is an object, an array or a string, else ``None``."""
    if text.lstrip()[:1] not in ("{", "[", '"'):
        return None
    try:
        return cast("object", json.loads(text))
    except (ValueError, RecursionError):
        return None
