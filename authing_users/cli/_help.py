"""The help of commands: without names of Python types, and with examples that can be copied.

Typer shows ``<bool>`` after each flag, which reads as if a value had to follow, and wraps the lines
of docstrings where they are wrapped in the source, too.
"""

import re
from functools import partial
from typing import Any

__all__ = ["flowing", "simplify_help", "simplify_own_help"]

# The types that Typer shows, and their replacements.
_TYPES = {
    **dict.fromkeys(("<bool>", "<str>", "<path>", "<list[str]>", "<list[Path]>")),
    "<int range>": "N",
}
_EXAMPLES = re.compile(r"^(Examples?:)\n\n((?: +\S.*(?:\n+|$))+)", re.MULTILINE)
_VERBATIM = "\b"  # Click and Typer keep the lines of a paragraph that starts with it


def simplify_help(command: Any) -> Any:
    """Simplify the help of a command and of the commands in it, and return the command."""
    simplify_own_help(command)
    for inner in getattr(command, "commands", {}).values():
        simplify_help(inner)
    return command


def simplify_own_help(command: Any) -> None:
    """Simplify the help of a command, but not that of the commands in it."""
    command.help = flowing(command.help or "")
    for parameter in command.params:
        _simplify_type(parameter)
    command.get_help_option = partial(_help_option, command.get_help_option)


def flowing(text: str) -> str:
    """Return help whose paragraphs are one line each, and whose examples follow each other."""
    examples: list[str] = []

    def set_aside(match: re.Match[str]) -> str:
        lines = [line.strip() for line in match[2].splitlines() if line.strip()]
        # The last line has no indentation, so that Typer keeps that of the others.
        examples.append("\n  ".join([_VERBATIM + match[1], *lines]) + "\n" + _VERBATIM)
        return "\0\n\n"

    paragraphs = _EXAMPLES.sub(set_aside, text.strip()).strip().split("\n\n")
    flown = [
        paragraph if paragraph.startswith(_VERBATIM) else " ".join(paragraph.split())
        for paragraph in paragraphs
    ]
    remaining = iter(examples)
    return "\n\n".join(next(remaining) if text == "\0" else text for text in flown)


def _help_option(original: Any, context: Any) -> Any:
    option = original(context)
    if option is not None:
        _simplify_type(option)
    return option


def _simplify_type(parameter: Any) -> None:
    # Older versions of Typer do not have the method, and show no type of a flag.
    original = getattr(parameter, "display_type_rich", None)
    if original is not None and not isinstance(original, partial):
        parameter.display_type_rich = partial(_display_type, original)


def _display_type(original: Any, *args: Any, **options: Any) -> str | None:
    shown = original(*args, **options)
    return _TYPES.get(shown, shown)
