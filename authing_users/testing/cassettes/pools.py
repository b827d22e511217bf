"""Replaces the ID of a user pool by an alias in recordings, and by the ID in use when replaying."""

import re
from functools import lru_cache

OWN_POOL = "authing-pool"
"""The pool of a request, in the content by which requests are compared."""

_ALIAS = re.compile(rb"authing-pool-\d+(?!\d)")
_SHORTEST_DISTINCT = 12  # a shorter ID could be an ordinary word


def alias(number: int) -> str:
    """Return the alias of the pool that a cassette knows by a number, starting with 1."""
    return f"{OWN_POOL}-{number}"


def is_alias(pool: str) -> bool:
    """Whether a pool is named by an alias."""
    return _ALIAS.fullmatch(pool.encode("utf-8", "replace")) is not None


def with_pool(content: bytes, old: str, new: str) -> bytes:
    """Return content with one name of a pool replaced by another one.

    A short ID is replaced only where a field or parameter names it as the ID of a user pool.
    """
    encoded = old.encode("utf-8", "surrogatepass")
    if old == new or encoded not in content:
        return content
    replacement = new.encode("utf-8", "surrogatepass")
    return _pattern(encoded).sub(lambda match: match[1] + replacement, content)


def text_with_pool(text: str, old: str, new: str) -> str:
    """Return a text with one name of a pool replaced by another one."""
    if old not in text:
        return text
    changed = with_pool(text.encode("utf-8", "surrogatepass"), old, new)
    return changed.decode("utf-8", "surrogatepass")


@lru_cache(maxsize=256)
def _pattern(pool: bytes) -> re.Pattern[bytes]:
    escaped = re.escape(pool)
    if len(pool) >= _SHORTEST_DISTINCT:
        return re.compile(rb"()(?<![\w-])" + escaped + rb"(?![\w-])")
    # Also in JSON within a string, and in the query of a URL.
    named = rb'((?i:user_?pool_?id)\\*"?\s*[:=]\s*\\*"?)'
    return re.compile(named + escaped + rb"(?![\w-])")
