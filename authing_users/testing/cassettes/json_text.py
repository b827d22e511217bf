"""Lays out JSON one field a line, without a change of what it says."""

import json
import re

# Strings, brackets, separators, and other values. Whitespace between them is dropped.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
# A YAML block, or an editor, would not show or keep these as they are.
_UNSHOWN = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\uffff]"
)


def pretty_json(text: str) -> str | None:
    """Return JSON with one field or item a line, or ``None`` if the text is not JSON.

    Numbers and repeated keys stay as they are. Escaped characters of other alphabets are shown as
    themselves.
    """
    try:
        json.loads(text)
    except ValueError:
        return None
    pieces: list[str] = []
    depth = 0
    tokens = _TOKEN.findall(text)
    for number, token in enumerate(tokens):
        if token in "{[":
            depth += 1
            pieces.append(token)
            if tokens[number + 1] not in "}]":
                pieces.append("\n" + "  " * depth)
        elif token in "}]":
            depth -= 1
            if tokens[number - 1] not in "{[":
                pieces.append("\n" + "  " * depth)
            pieces.append(token)
        elif token == ",":
            pieces.append(",\n" + "  " * depth)
        elif token == ":":
            pieces.append(": ")
        else:
            pieces.append(_string(token) if token[0] == '"' else token)
    return "".join(pieces)


def _string(token: str) -> str:
    if token.isascii() and "\\" not in token and "\x7f" not in token:
        return token
    return quoted(json.loads(token))


def quoted(text: str) -> str:
    """Return a string as JSON, which is YAML too, with escapes only where they are needed."""
    return _UNSHOWN.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def canonical_json(content: object) -> str:
    """Return JSON in one form for equal content, to compare it."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
