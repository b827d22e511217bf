"""Decide what of an operation a server with another schema can execute. Does no I/O.

Imported only when a server lacks something.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from authing_graphql.operation_tree import (
    Field,
    Fragment,
    Operation,
    Selection,
    is_literal,
    print_document,
)

from .._protocol.trees import OWN, Trees
from .._protocol.validation_errors import InputName, SchemaName, TypeName, unknown_names
from ..errors import APIError, InvalidRequestError


class Unknown(NamedTuple):
    """Names that a schema lacks.

    Attributes:
        names: Fields and arguments of the operation.
        inputs: Descriptions of input fields, which the call has set.
    """

    names: list[SchemaName]
    inputs: list[str]


class AdaptedDocument(NamedTuple):
    """A document without what a schema lacks.

    Attributes:
        document: The document. Empty if the schema lacks something that the call needs.
        omitted: Fields and arguments that it omits.
        lacking: Descriptions of what the schema lacks, but the call needs.
    """

    document: str
    omitted: list[SchemaName]
    lacking: list[str]


def read_messages(
    operation_name: str, messages: Iterable[str], trees: Trees | None = None
) -> Unknown | None:
    """Return what the schema of a server lacks, or ``None`` if a message says something else.

    Args:
        operation_name: Name of the rejected operation.
        messages: The messages of the response.
        trees: The trees with the operation. Default: those of this library.
    """
    trees = trees or OWN
    operation = trees.operations.get(operation_name)
    if operation is None:
        return None
    names: dict[SchemaName, None] = {}
    inputs: dict[str, None] = {}
    for message in messages:
        unknown = unknown_names(message)
        if unknown is None:
            return None
        for name in unknown:
            if isinstance(name, InputName):
                inputs[_describe_input(name)] = None
                continue
            used = [*_uses(operation, trees.fragments, name)]
            used = used or [*_uses_in_own_models(operation, trees.fragments, name)]
            if not used:
                return None
            names.update(dict.fromkeys(used))
    return Unknown([*names], [*inputs])


def adapt_document(
    operation_name: str,
    missing: Collection[SchemaName],
    variables: Collection[str],
    trees: Trees | None = None,
) -> AdaptedDocument:
    """Return the document of an operation without what a schema lacks.

    Args:
        operation_name: Name of the operation.
        missing: Fields and arguments that the schema lacks.
        variables: Names of the variables that the call has set.
        trees: The trees with the operation. Default: those of this library.
    """
    trees = trees or OWN
    operation = trees.operations[operation_name]
    adaptation = _Adaptation(trees.fragments, missing, variables)
    try:
        field = adaptation.field(operation.type, operation.field)
    except _UselessResult as useless:
        return AdaptedDocument("", [], [*_describe_missing(operation, useless.missing)])
    if adaptation.lacking:
        return AdaptedDocument("", [], adaptation.lacking)
    document = print_document(operation._replace(field=field), adaptation.fragments)
    return AdaptedDocument(document, [*adaptation.omitted], [])


def lacking_error(failure: APIError, lacking: Iterable[str]) -> InvalidRequestError:
    """Return the error for what a schema lacks.

    Args:
        failure: The error of the response. Its message may contain values of variables.
        lacking: Descriptions of what the schema lacks.
    """
    return InvalidRequestError(
        f"The schema of this server lacks {'; and '.join(lacking)}",
        code=failure.code,
        operation=failure.operation,
        http_status=failure.http_status,
        request_id=failure.request_id,
        maybe_executed=False,
    )


class _UselessResult(Exception):
    """The result of a field is useless, because the schema lacks these names."""

    def __init__(self, missing: list[SchemaName]) -> None:
        super().__init__(missing)
        self.missing = missing


class _Adaptation:
    """Removes from one operation what a schema lacks.

    Attributes:
        fragments: The fragments that remain, without what the schema lacks.
        omitted: The fields and arguments that were removed, each with what the schema lacks.
        lacking: Descriptions of what was removed although the call has set it.
    """

    def __init__(
        self,
        complete: Mapping[str, Fragment],
        missing: Collection[SchemaName],
        variables: Collection[str],
    ) -> None:
        self._complete = complete
        self._missing = missing
        self._variables = variables
        self.fragments: dict[str, Fragment] = {}
        self.omitted: dict[SchemaName, list[SchemaName]] = {}
        self.lacking: list[str] = []

    def field(self, type_: str, field: Field) -> Field:
        """Return a field without what the schema lacks.

        Raises:
            _UselessResult: The schema lacks the field, or too much of its selections.
        """
        name = SchemaName(type_, field.name)
        if name in self._missing:
            raise _UselessResult([name])
        selections = field.selections
        if field.type is not None:
            selections = self._selections(field.type, selections)
            if not selections:
                reasons = [
                    reason
                    for omitted, names in self.omitted.items()
                    if omitted.type == field.type
                    for reason in names
                ]
                raise _UselessResult(reasons)
        return field._replace(arguments=self._arguments(name, field), selections=selections)

    def _selections(self, type_: str, selections: Iterable[Selection]) -> tuple[Selection, ...]:
        kept: list[Selection] = []
        for selection in selections:
            if isinstance(selection, str):
                if self._fragment(selection):
                    kept.append(selection)
                continue
            try:
                kept.append(self.field(type_, selection))
            except _UselessResult as useless:
                if selection.is_required:
                    raise
                self._omit(type_, selection, useless.missing)
        return tuple(kept)

    def _fragment(self, name: str) -> bool:
        """Return whether something remains of a fragment."""
        fragment = self._complete[name]
        selections = self._selections(fragment.type, fragment.selections)
        self.fragments[name] = fragment._replace(selections=selections)
        return bool(selections)

    def _arguments(self, name: SchemaName, field: Field) -> tuple[tuple[str, str], ...]:
        kept: list[tuple[str, str]] = []
        for argument, variable in field.arguments:
            missing = name._replace(argument=argument)
            if missing not in self._missing:
                kept.append((argument, variable))
            elif is_literal(variable) or variable in self._variables:
                self.lacking.append(
                    f"the argument {argument!r} of '{name.type}.{name.field}', which this call sets"
                )
            else:
                self.omitted[missing] = [missing]
        return tuple(kept)

    def _omit(self, type_: str, field: Field, missing: list[SchemaName]) -> None:
        self.omitted[SchemaName(type_, field.name)] = missing
        used = (
            variable
            for _, below in _fields(type_, (field,), self._complete)
            for variable in (below.include_if, *(variable for _, variable in below.arguments))
        )
        if variable := next((variable for variable in used if variable in self._variables), None):
            lacking = missing[0]
            self.lacking.append(
                f"the field '{lacking.type}.{lacking.field}', which this call requests with "
                f"{variable!r}"
            )


def _uses(
    operation: Operation, fragments: Mapping[str, Fragment], name: SchemaName | TypeName
) -> Iterator[SchemaName]:
    """Yield the fields and arguments of an operation that a schema without a name lacks."""
    types = {variable.name: variable.type.strip("[]!") for variable in operation.variables}
    for type_, field in _fields(operation.type, (operation.field,), fragments):
        used = SchemaName(type_, field.name)
        if used == name or (isinstance(name, TypeName) and field.type == name.type):
            yield used
        for argument, variable in field.arguments:
            with_argument = used._replace(argument=argument)
            if with_argument == name or (
                isinstance(name, TypeName) and types.get(variable) == name.type
            ):
                yield with_argument


def _uses_in_own_models(
    operation: Operation, fragments: Mapping[str, Fragment], name: SchemaName | TypeName
) -> Iterator[SchemaName]:
    """Yield the fields with a name in models of the caller, whose GraphQL type is not known.

    In place of the type, their trees have the path of the field that contains the model.
    """
    if isinstance(name, SchemaName) and name.argument is None:
        for type_, field in _fields(operation.type, (operation.field,), fragments):
            if "." in type_ and field.name == name.field:
                yield SchemaName(type_, field.name)


def _fields(
    type_: str, selections: Iterable[Selection], fragments: Mapping[str, Fragment]
) -> Iterator[tuple[str, Field]]:
    """Yield each selected field below a type, with the type that has it."""
    for selection in selections:
        if isinstance(selection, str):
            yield from _fields(type_, fragments[selection].selections, fragments)
            continue
        yield type_, selection
        if selection.type is not None:
            yield from _fields(selection.type, selection.selections, fragments)


def _describe_missing(operation: Operation, missing: list[SchemaName]) -> Iterator[str]:
    root = SchemaName(operation.type, operation.field.name)
    for name in dict.fromkeys(missing):
        if name == root:
            yield f"the {operation.kind} {root.field!r}"
        else:
            yield f"the field '{name.type}.{name.field}', without which the result is useless"


def _describe_input(name: InputName) -> str:
    of_type = "" if name.type is None else f" of the input {name.type!r}"
    return f"the field {name.field!r}{of_type}, which this call sets"
