"""Text that is safe to print: values of the server cannot control the terminal."""

import re
import shutil
import textwrap
from typing import TextIO

__all__ = ["printable", "printable_json", "sentence"]

# Control characters, and those that reorder or hide text.
_UNSAFE = "\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff"
_UNSAFE_TEXT = re.compile(f"[{_UNSAFE}]")
_UNSAFE_LINES = re.compile(f"[{_UNSAFE}]".replace("\x00-\x1f", "\x00-\x08\x0b-\x1f"))
_NAMES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def printable(text: str, *, keep_lines: bool = False) -> str:
    r"""Return text with control characters as escapes, such as ``\x1b``.

    Args:
        text: The text.
        keep_lines: Whether line breaks and tabs stay as they are.
    """
    return (_UNSAFE_LINES if keep_lines else _UNSAFE_TEXT).sub(_escape, text)


def printable_json(text: str) -> str:
    r"""Return JSON text with the same content, in which control characters are escapes.

    ``json.dumps`` escapes only those below ``\u0020``.
    """
    return _UNSAFE_LINES.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def sentence(text: str, stream: TextIO) -> str:
    """Return text for people without control characters, in lines that fit into a terminal.

    Args:
        text: The text. Its line breaks stay.
        stream: The place where it is printed. Other places than terminals have no width.
    """
    safe = printable(text, keep_lines=True)
    if not stream.isatty():
        return safe
    width = shutil.get_terminal_size().columns
    return "\n".join(
        line if len(line) <= width else _broken(line, width) for line in safe.split("\n")
    )


def _broken(line: str, width: int) -> str:
    """Break a line between words. A command at its end stays in one piece, to be copied."""
    before, command, arguments = line.rpartition(": authing-users ")
    if command and ". " not in arguments:
        return f"{_broken(f'{before}:', width)}\nauthing-users {arguments}"
    return textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if character in _NAMES:
        return _NAMES[character]
    number = ord(character)
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"
