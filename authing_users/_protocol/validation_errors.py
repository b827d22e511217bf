"""Read the messages with which a GraphQL server rejects a document. Imported only after one.

The messages are those of graphql-js 0.11 to 17 and of graphql-core 2 and 3.
"""

import re
from typing import Any, NamedTuple, cast

from .response import Response, _content


class SchemaName(NamedTuple):
    """A field of a type, or an argument of the field."""

    type: str
    field: str
    argument: str | None = None


class TypeName(NamedTuple):
    """A type."""

    type: str


class InputName(NamedTuple):
    """A field of an input, with the type of the input if the message contains it."""

    field: str
    type: str | None = None


UnknownName = SchemaName | TypeName | InputName
"""A name that the schema of a server does not have."""


def validation_messages(response: Response) -> list[str]:
    """Return the messages of a response that says that nothing was executed.

    Returns:
        The messages. Empty if the response contains data, or if an error has a path, since only
        an execution leads to these. Empty too if a message is not a string.
    """
    content = _content(response)
    errors = content.get("errors")
    if content.get("data") is not None or not isinstance(errors, list):
        return []
    messages: list[str] = []
    for error in cast("list[object]", errors):
        fields = cast("dict[str, Any]", error) if isinstance(error, dict) else {}
        message = fields.get("message")
        if not isinstance(message, str) or fields.get("path") is not None:
            return []
        messages.append(message)
    return messages


def unknown_names(message: str) -> list[UnknownName] | None:
    """Return the names that a message calls unknown.

    Returns:
        The names. Empty for messages that only accompany others. ``None`` if the message says
        something else.
    """
    for pattern in _UNKNOWN_FIELDS:
        if match := pattern.fullmatch(message):
            return [SchemaName(match["type"], match["field"], match.groupdict().get("argument"))]
    if match := _UNKNOWN_TYPE.fullmatch(message):
        return [TypeName(match["type"])]
    for pattern in _UNKNOWN_INPUT_FIELDS:
        if match := pattern.fullmatch(message):
            return [InputName(match["field"], match["type"])]
    if match := _OLD_INVALID_VALUE.fullmatch(message):
        fields = [_OLD_UNKNOWN_INPUT_FIELD.fullmatch(line) for line in match["lines"].split("\n")]
        known = [InputName(field["field"]) for field in fields if field is not None]
        return [*known] if len(known) == len(fields) else None
    return [] if _ACCOMPANYING.fullmatch(message) else None


def _pattern(text: str) -> re.Pattern[str]:
    """Compile a message. ``{name}`` is a name in quotes; ``{hint}`` an optional suggestion."""
    text = text.replace("{hint}", r"(?: (?:Did you mean|Perhaps you meant) .+\?)?")
    return re.compile(re.sub(r"\{(\w+)\}", r"""["'](?P<\1>\\w+)["']""", text), re.DOTALL)


_UNKNOWN_FIELDS = (
    _pattern(r"Cannot query field {field} on type {type}\.{hint}"),
    _pattern(r"Unknown argument {argument} on field {field} of type {type}\.{hint}"),
    _pattern(
        r"Unknown argument {argument} on field "
        r"""["'](?P<type>\w+)\.(?P<field>\w+)["']\.{hint}"""
    ),
)
_UNKNOWN_TYPE = _pattern(r"Unknown type {type}\.{hint}")

# The values of variables are not looked at: what surrounds them is the server's text.
_INVALID_VALUE = r"""Variable ["']\$\w+["'] got invalid value .*; """
_UNKNOWN_INPUT_FIELDS = (
    # In graphql-core 3.0, a quote is doubled.
    _pattern(
        rf"""(?:{_INVALID_VALUE})?Field {{field}}'? is not defined by type """
        r"""["']?(?P<type>\w+)["']?(?: at value[^;]*)?(?:\.{hint}|; [Dd]id you mean .+\?)"""
    ),
    _pattern(
        r"""Variable ["']\$\w+["'] has invalid value(?: at [^:]*)?: Expected value of type """
        r"""["'](?P<type>\w+)[!\]]*["'] not to include unknown field {field}"""
        r"""(?:\.{hint} F|, f)ound: .*"""
    ),
)
_OLD_INVALID_VALUE = _pattern(
    r"""Variable ["']\$\w+["'] got invalid value [^\n]*\.\n(?P<lines>.+)"""
)
_OLD_UNKNOWN_INPUT_FIELD = _pattern(
    r"""(?:In (?:field "\w+"|element #\d+): )*In field {field}: Unknown field\."""
)
_ACCOMPANYING = _pattern(
    r"""(?:Variable ["']\$\w+["']|Fragment ["']\w+["']) is never used(?: in operation .+)?\."""
    r"|Too many validation errors, error limit reached\. Validation aborted\."
    r"|Too many errors processing variables, error limit reached\. Execution aborted\."
)
