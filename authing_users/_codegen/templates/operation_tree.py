"""Operations as trees: parts of them can be removed before they are printed as documents."""

from collections.abc import Mapping
from typing import NamedTuple

# graphql-core, which writes the documents in operations.py, breaks longer lines of arguments.
MAX_LINE_LENGTH = 80


class Field(NamedTuple):
    """A selected field.

    Attributes:
        name: Name of the field.
        type: Name of the object type that it returns, or lists. ``None`` for other types.
        arguments: Name and variable of each argument.
        include_if: Variable of the directive ``@include``, or ``None``.
        selections: Fields and fragments that are selected below it.
        is_required: Whether the result is useless without it.
    """

    name: str
    type: str | None = None
    arguments: tuple[tuple[str, str], ...] = ()
    include_if: str | None = None
    selections: tuple["Selection", ...] = ()
    is_required: bool = False


# A field, or the name of a fragment.
Selection = Field | str


class Fragment(NamedTuple):
    """A fragment on an object type."""

    type: str
    selections: tuple[Selection, ...]


class Variable(NamedTuple):
    """The definition of a variable. ``type`` and ``default`` are GraphQL text."""

    name: str
    type: str
    default: str | None = None


class Operation(NamedTuple):
    """An operation, which selects one field.

    Attributes:
        kind: ``query`` or ``mutation``.
        name: Name of the operation.
        type: Name of the type that has the field.
        variables: Definitions of the variables.
        field: The selected field.
    """

    kind: str
    name: str
    type: str
    variables: tuple[Variable, ...]
    field: Field


def print_document(operation: Operation, fragments: Mapping[str, Fragment]) -> str:
    """Return the document of an operation, without fragments and variables that it does not use.

    Args:
        operation: The operation.
        fragments: The fragments by name.
    """
    printer = _Printer()
    body = printer.block((operation.field,))
    printed: dict[str, str] = {}
    while added := printer.fragments - printed.keys():
        for name in added:
            fragment = fragments[name]
            block = printer.block(fragment.selections)
            printed[name] = f"fragment {name} on {fragment.type} {block}"
    definitions = ", ".join(
        f"${variable.name}: {variable.type}"
        + ("" if variable.default is None else f" = {variable.default}")
        for variable in operation.variables
        if variable.name in printer.variables
    )
    head = f"{operation.kind} {operation.name}" + (f"({definitions})" if definitions else "")
    definitions_of_fragments = [printed[name] for name in sorted(printed)]
    return "\n" + "\n\n".join([f"{head} {body}", *definitions_of_fragments]) + "\n"


class _Printer:
    """Prints selections, and collects the fragments and variables that they use."""

    def __init__(self) -> None:
        self.fragments: set[str] = set()
        self.variables: set[str] = set()

    def block(self, selections: tuple[Selection, ...]) -> str:
        lines: list[str] = []
        for selection in selections:
            if isinstance(selection, str):
                self.fragments.add(selection)
                lines.append(f"...{selection}")
            else:
                lines.append(self._field(selection))
        return "{\n" + _indent("\n".join(lines)) + "\n}"

    def _field(self, field: Field) -> str:
        printed = field.name
        if field.arguments:
            self.variables.update(variable for _, variable in field.arguments)
            arguments = [f"{name}: ${variable}" for name, variable in field.arguments]
            printed = f"{field.name}({', '.join(arguments)})"
            if len(printed) > MAX_LINE_LENGTH:
                lines = "\n".join(arguments)
                printed = f"{field.name}(\n{_indent(lines)}\n)"
        if field.include_if is not None:
            self.variables.add(field.include_if)
            printed += f" @include(if: ${field.include_if})"
        if field.selections:
            printed += f" {self.block(field.selections)}"
        return printed


def _indent(text: str) -> str:
    return "  " + text.replace("\n", "\n  ")
