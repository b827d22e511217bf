"""Check the GraphQL documents, variables and types that callers pass."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple, cast

from pydantic import BaseModel

from authing_graphql import UNSET

from .._runtime.secret import SECRET_ENDINGS, Secret
from ..errors import InvalidInputError
from .checks import non_empty_string, type_name

# Comments, block strings and strings, in which everything else means nothing; then names and what
# encloses them.
_TOKENS = re.compile(
    r'#[^\r\n]*|"""(?:\\"""|[^"]|"(?!""))*"""|"(?:\\.|[^"\\\r\n])*"|[@$]?[A-Za-z_]\w*|[{}()\[\]]'
)
_KEYWORDS = ("query", "mutation", "subscription", "fragment")


class OperationHead(NamedTuple):
    """An operation of a document.

    Attributes:
        kind: ``query``, ``mutation`` or ``subscription``.
        name: The name, empty for an anonymous operation.
    """

    kind: str
    name: str


def selected_operation(document: object, operation_name: object) -> OperationHead:
    """Return the operation that is executed.

    Args:
        document: The argument ``document``.
        operation_name: The argument ``operation_name``, which may be ``None`` if the document has
            one operation.

    Raises:
        InvalidInputError: The operation cannot be told, has no name, or is a subscription.
    """
    text = non_empty_string(document, "document")
    operations = _operations(text)
    names = ", ".join(repr(operation.name) for operation in operations if operation.name)
    if not operations:
        raise InvalidInputError("document has no operation: write query Name {...}")
    selected = operations
    if operation_name is not None:
        name = non_empty_string(operation_name, "operation_name")
        selected = [operation for operation in operations if operation.name == name]
        if not selected:
            raise InvalidInputError(
                f"operation_name: document has no operation {name!r}"
                + (f", only {names}" if names else ": its operation is anonymous")
            )
        if len(selected) > 1:
            message = f"document has {len(selected)} operations with the name {name!r}"
            raise InvalidInputError(message)
    if len(selected) > 1:
        raise InvalidInputError(
            f"document has {len(selected)} operations: pass operation_name, one of {names}"
        )
    (operation,) = selected
    if not operation.name:
        raise InvalidInputError(
            f"the {operation.kind} in document is anonymous: give it a name, which errors and logs"
            " show"
        )
    if operation.kind == "subscription":
        raise InvalidInputError(f"{operation.name} is a subscription, which cannot be executed")
    return operation


def wire_variables(variables: object) -> dict[str, object]:
    """Return variables as JSON content: models as dicts by alias, without fields that are not set.

    Strings whose name says that they are secret are masked in tracebacks.

    Raises:
        InvalidInputError: They are not a mapping with names as keys.
    """
    if variables is None:
        return {}
    if not isinstance(variables, Mapping):
        raise InvalidInputError(f"variables must be a mapping, not {type_name(variables)}")
    given = cast("Mapping[object, object]", variables)
    for name in given:
        if not isinstance(name, str):
            raise InvalidInputError(f"variables: names must be strings, not {type_name(name)}")
    sent = {str(name): value for name, value in given.items() if value is not UNSET}
    return cast("dict[str, object]", _wire(sent))


def _wire(value: Any) -> object:
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if isinstance(value, Mapping):
        fields = cast("Mapping[object, Any]", value)
        return {
            name: Secret(one)
            if isinstance(one, str) and str(name).lower().endswith(SECRET_ENDINGS)
            else _wire(one)
            for name, one in fields.items()
        }
    if isinstance(value, list | tuple):
        return [_wire(one) for one in cast("list[Any]", value)]
    return value


@lru_cache(maxsize=256)
def _operations(document: str) -> list[OperationHead]:
    """Return the operations of a document, whose syntax is not checked otherwise."""
    operations: list[OperationHead] = []
    kind = ""  # of the definition that has begun
    enclosing: list[str] = []
    has_name = False
    for match in _TOKENS.finditer(document):
        token = match[0]
        if token[0] in '#"@$':
            continue
        if token in "{([":
            if not enclosing and not kind:
                kind = "query"
                operations.append(OperationHead(kind, ""))
            enclosing.append(token)
        elif token in "})]":
            if not enclosing or "{([".index(enclosing.pop()) != "})]".index(token):
                raise InvalidInputError(f"document: there is a {token!r} without its counterpart")
            if not enclosing and token == "}":
                kind, has_name = "", False
        elif enclosing:
            continue
        elif not kind:
            if token not in _KEYWORDS:
                raise InvalidInputError(
                    f"document: expected query or mutation, found {token[:40]!r}"
                )
            kind = token
            if kind != "fragment":
                operations.append(OperationHead(kind, ""))
        elif kind != "fragment" and not has_name:
            operations[-1] = OperationHead(kind, token)
            has_name = True
    if enclosing or kind:
        raise InvalidInputError("document is not complete: a closing brace is missing")
    return operations
