"""Schemas that lack a part of ``schema.graphql``, as those of other releases of the service do."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from graphql import DocumentNode, GraphQLSchema, build_ast_schema, parse, print_ast

SCHEMA = parse((Path(__file__).parents[2] / "schema.graphql").read_text("utf-8"))


@cache
def smaller_schema(*names: str) -> GraphQLSchema:
    """Return the schema without some names.

    Args:
        names: Types (``SortByEnum``), fields of types and of inputs (``User.arn``) and arguments
            (``Query.users(page)``).
    """
    removed = set(names)
    while True:
        definitions = [
            _without(definition, removed)
            for definition in _definitions()
            if definition.name.value not in removed
        ]
        empty = {node.name.value for node in definitions if getattr(node, "fields", None) == ()}
        if not empty:
            document = DocumentNode(definitions=tuple(definitions))
            return build_ast_schema(document, assume_valid=True)
        removed |= empty


def _definitions() -> list[Any]:
    return [*SCHEMA.definitions]


def _without(definition: Any, removed: set[str]) -> Any:
    fields: Any = getattr(definition, "fields", None)
    if fields is None:
        return definition
    type_name = definition.name.value
    kept = [
        _without_arguments(field, f"{type_name}.{field.name.value}", removed)
        for field in fields
        if f"{type_name}.{field.name.value}" not in removed and _type(field) not in removed
    ]
    return _copy(definition, fields=tuple(kept))


def _without_arguments(field: Any, name: str, removed: set[str]) -> Any:
    if not getattr(field, "arguments", ()):
        return field
    kept = [
        argument
        for argument in field.arguments
        if f"{name}({argument.name.value})" not in removed and _type(argument) not in removed
    ]
    return _copy(field, arguments=tuple(kept))


def _copy(node: Any, **changes: Any) -> Any:
    values = {key: getattr(node, key) for key in node.keys}
    return type(node)(**{**values, **changes})


def _type(node: Any) -> str:
    return print_ast(node.type).strip("[]!")


def all_names() -> Iterator[str]:
    """Yield every field, argument and input field of the schema."""
    for definition in _definitions():
        for field in getattr(definition, "fields", None) or ():
            name = f"{definition.name.value}.{field.name.value}"
            yield name
            for argument in getattr(field, "arguments", None) or ():
                yield f"{name}({argument.name.value})"
