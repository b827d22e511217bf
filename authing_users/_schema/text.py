"""Plain text for terminals and for pull requests."""

import textwrap
from collections.abc import Iterable

WIDTH = 100


def plain(text: str) -> str:
    """Return a text on one line, without control characters. Servers write a part of it."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


def wrapped(text: str, indent: int, hanging: int = 0) -> str:
    """Return an indented text, wrapped at the width of a terminal.

    Args:
        text: The text.
        indent: Spaces before the first line.
        hanging: Further spaces before the other lines.
    """
    return textwrap.fill(
        plain(text),
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def code(names: Iterable[str]) -> str:
    """Return names as Markdown code."""
    return ", ".join(f"`{plain(name).replace('`', '')}`" for name in names)


def markdown(text: str) -> str:
    """Return a text in which no character has a meaning in Markdown or HTML."""
    escaped = "".join(f"\\{c}" if c in "\\`*_[]<>|#~" else c for c in plain(text))
    return escaped.replace("@", "&#64;")  # would notify a user of that name
