"""Operations as trees: parts of them can be removed before they are printed as documents."""

import re
from collections.abc import Mapping
from typing import NamedTuple

# graphql-core, which writes the documents in operations.py, breaks longer lines of arguments.
MAX_LINE_LENGTH = 80


# Precedes the value of an argument that is not a variable, but a literal.
LITERAL = "="
_STRING_OR_VARIABLE = re.compile(r'"(?:[^"\\]|\\.)*"|\$(\w+)')


def is_literal(value: str) -> bool:
    """Return whether the value of an argument is a literal, and not the name of a variable."""
    return value.startswith(LITERAL)


def variables_in(text: str) -> list[str]:
    """Return the variables that occur in GraphQL text."""
    return [name for name in _STRING_OR_VARIABLE.findall(text) if name]


class Field(NamedTuple):
    """A selected field.

    Attributes:
        name: Name of the field.
        type: Name of the object type, interface or union that it returns, or lists. ``None`` for
            other types.
        arguments: Name of each argument, with its variable, or with its literal after ``LITERAL``.
        include_if: Variable of the directive ``@include``, or ``None``.
        selections: Fields and fragments that are selected below it.
        is_required: Whether the result is useless without it.
        alias: The key in the response, if it is not the name.
        directives: All directives as GraphQL text, if there are others than one ``@include``.
    """

    name: str
    type: str | None = None
    arguments: tuple[tuple[str, str], ...] = ()
    include_if: str | None = None
    selections: tuple["Selection", ...] = ()
    is_required: bool = False
    alias: str | None = None
    directives: str | None = None


# A field, or the key of a fragment.
Selection = Field | str


class Fragment(NamedTuple):
    """A fragment, an inline fragment, or a spread with directives.

    Attributes:
        type: Name of the type that has the selected fields.
        selections: Fields and fragments that are selected.
        head: Text before the selections of an inline fragment. ``None`` for a definition.
        is_spread: Whether it is a spread with directives. Its only selection is the fragment.
        directives: Directives of a fragment definition as GraphQL text.
    """

    type: str
    selections: tuple[Selection, ...]
    head: str | None = None
    is_spread: bool = False
    directives: str | None = None


class Variable(NamedTuple):
    """The definition of a variable. ``type``, ``default`` and ``directives`` are GraphQL text."""

    name: str
    type: str
    default: str | None = None
    directives: str | None = None


class Operation(NamedTuple):
    """An operation, which selects one field.

    Attributes:
        kind: ``query`` or ``mutation``.
        name: Name of the operation.
        type: Name of the type that has the field.
        variables: Definitions of the variables.
        field: The selected field.
        directives: The directives as GraphQL text.
    """

    kind: str
    name: str
    type: str
    variables: tuple[Variable, ...]
    field: Field
    directives: str | None = None


def print_document(operation: Operation, fragments: Mapping[str, Fragment]) -> str:
    """Return the document of an operation, without fragments and variables that it does not use.

    Args:
        operation: The operation.
        fragments: The fragments by key.
    """
    printer = _Printer(fragments)
    directives = printer.directives(operation.directives)
    body = printer.block((operation.field,))
    printed: dict[str, str] = {}
    while added := printer.fragments - printed.keys():
        for name in added:
            fragment = fragments[name]
            head = f"fragment {name} on {fragment.type}{printer.directives(fragment.directives)}"
            printed[name] = f"{head} {printer.block(fragment.selections)}"
    definitions = ", ".join(
        f"${variable.name}: {variable.type}"
        + ("" if variable.default is None else f" = {variable.default}")
        + ("" if variable.directives is None else f" {variable.directives}")
        for variable in operation.variables
        if variable.name in printer.variables
    )
    head = f"{operation.kind} {operation.name}" + (f"({definitions})" if definitions else "")
    definitions_of_fragments = [printed[name] for name in sorted(printed)]
    document = [f"{head}{directives} {body}", *definitions_of_fragments]
    return "\n" + "\n\n".join(document) + "\n"


class _Printer:
    """Prints selections, and collects the fragments and variables that they use."""

    def __init__(self, fragments: Mapping[str, Fragment]) -> None:
        self._fragments = fragments
        self.fragments: set[str] = set()
        self.variables: set[str] = set()

    def block(self, selections: tuple[Selection, ...]) -> str:
        lines = [
            self._fragment(selection) if isinstance(selection, str) else self._field(selection)
            for selection in selections
        ]
        return "{\n" + _indent("\n".join(lines)) + "\n}"

    def directives(self, directives: str | None) -> str:
        return "" if directives is None else f" {self._text(directives)}"

    def _text(self, text: str) -> str:
        self.variables.update(variables_in(text))
        return text

    def _fragment(self, key: str) -> str:
        fragment = self._fragments[key]
        if fragment.head is None:
            self.fragments.add(key)
            return f"...{key}"
        head = self._text(fragment.head)
        if fragment.is_spread:
            self.fragments.update(name for name in fragment.selections if isinstance(name, str))
            return head
        return f"{head} {self.block(fragment.selections)}"

    def _field(self, field: Field) -> str:
        name = field.name if field.alias is None else f"{field.alias}: {field.name}"
        printed = name
        if field.arguments:
            arguments = [self._argument(name, value) for name, value in field.arguments]
            printed = f"{name}({', '.join(arguments)})"
            if len(printed) > MAX_LINE_LENGTH:
                lines = "\n".join(arguments)
                printed = f"{name}(\n{_indent(lines)}\n)"
        if field.directives is not None:
            printed += self.directives(field.directives)
        elif field.include_if is not None:
            self.variables.add(field.include_if)
            printed += f" @include(if: ${field.include_if})"
        if field.selections:
            printed += f" {self.block(field.selections)}"
        return printed

    def _argument(self, name: str, value: str) -> str:
        if is_literal(value):
            return f"{name}: {self._text(value.removeprefix(LITERAL))}"
        self.variables.add(value)
        return f"{name}: ${value}"


def _indent(text: str) -> str:
    return "  " + text.replace("\n", "\n  ")
