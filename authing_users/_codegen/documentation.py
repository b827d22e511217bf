"""Turn the descriptions of a schema into docstrings."""

from collections.abc import Mapping
from typing import Protocol

from graphql import (
    FieldNode,
    GraphQLField,
    OperationDefinitionNode,
    VariableNode,
)

INDENT = "    "


class Described(Protocol):
    """A part of a schema that can be described and deprecated."""

    description: str | None
    deprecation_reason: str | None


def one_line(description: str) -> str:
    """Return a description without the line breaks of the schema file."""
    return " ".join(description.split())


def description_of(node: Described) -> str:
    """Return the description of a part of a schema in one line, with its deprecation."""
    parts = [one_line(node.description)] if node.description else []
    if node.deprecation_reason is not None:
        parts.append(deprecation(node))
    return " ".join(parts)


def deprecation(node: Described) -> str:
    """Return why a part of a schema is deprecated."""
    reason = one_line(node.deprecation_reason or "")
    return f"Deprecated: {reason}" if reason else "Deprecated."


def string_literal(text: str) -> str:
    """Return a triple-quoted literal that formatters do not change the value of."""
    escaped = text.replace("\\", "\\\\").replace('""', '"\\x22')
    escaped = "".join(
        character if character == "\n" or character.isprintable() else _escape(character)
        for character in escaped
    )
    # A quote or a backslash beside the quotes would get a space, and spaces would be removed.
    for character in ('"', " ", "\n"):
        if escaped.startswith(character):
            escaped = _escape(character) + escaped[1:]
    if escaped.endswith("\\\\"):
        escaped = escaped[:-2] + _escape("\\")
    elif escaped.endswith(('"', " ")):
        escaped = escaped[:-1] + _escape(escaped[-1])
    return f'"""{escaped}"""'


def docstring(text: str, indent: str = INDENT) -> list[str]:
    """Return the lines of a docstring. There is none without a text."""
    return [f"{indent}{string_literal(text)}"] if text else []


def method_docstring(
    operation: OperationDefinitionNode,
    selection: FieldNode,
    field: GraphQLField,
    arguments: Mapping[str, str],
) -> str:
    """Return the docstring of a client method, as a literal.

    Args:
        operation: The operation.
        selection: The field of the API that it selects.
        field: The definition of the field.
        arguments: Name of the argument by variable.
    """
    lines = [description_of(field) or f"Call ``{selection.name.value}``."]
    described = [
        (arguments[argument.value.name.value], description)
        for argument in selection.arguments
        if isinstance(argument.value, VariableNode)
        and (description := description_of(field.args[argument.name.value]))
    ]
    if described:
        lines += ["", f"{INDENT * 2}Args:"]
        lines += [f"{INDENT * 3}{name}: {text}" for name, text in described]
    lines += ["", f"{INDENT * 2}API: {operation.operation.value} ``{selection.name.value}``."]
    return string_literal("\n".join(lines))[:-3] + f'\n{INDENT * 2}"""'


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
