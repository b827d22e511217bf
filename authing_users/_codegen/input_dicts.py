"""Write a ``TypedDict`` for each generated input model."""

from collections.abc import Iterable

from graphql import (
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    is_required_input_field,
)

from .documentation import one_line

SCALARS = {"String": "str", "ID": "str", "Int": "int", "Float": "float", "Boolean": "bool"}


def dict_name(input_name: str) -> str:
    """Return the name of the ``TypedDict`` for an input."""
    return f"{input_name}Dict"


def input_dicts_module(inputs: Iterable[GraphQLInputObjectType]) -> str:
    """Return the source of the module with a ``TypedDict`` for each input."""
    classes = [_typed_dict(input_type) for input_type in inputs]
    return "\n".join(
        [
            '"""The inputs of the API as dicts with the camelCase keys of the API."""',
            "from __future__ import annotations",
            "from collections.abc import Sequence",
            "from typing import Any, Required, TypedDict",
            "from . import enums, input_types",
            *classes,
        ]
    )


def _typed_dict(input_type: GraphQLInputObjectType) -> str:
    lines = [f"class {dict_name(input_type.name)}(TypedDict, total=False):"]
    if input_type.description:
        lines.append(f'    """{one_line(input_type.description)}"""')
    for name, field in input_type.fields.items():
        lines.append(f"    {name}: {_annotation(field)}")
        if field.description:
            lines.append(f'    """{one_line(field.description)}"""')
    return "\n".join(lines)


def _annotation(field: GraphQLInputField) -> str:
    annotation = _type(field.type)
    return f"Required[{annotation}]" if is_required_input_field(field) else annotation


def _type(type_: GraphQLInputType) -> str:
    if isinstance(type_, GraphQLNonNull):
        return _non_null(type_.of_type)
    return f"{_non_null(type_)} | None"


def _non_null(type_: GraphQLInputType) -> str:
    if isinstance(type_, GraphQLList):
        item = _type(type_.of_type)
        # GraphQL accepts a single value in the place of a list.
        return f"Sequence[{item}] | {item.removesuffix(' | None')}"
    if isinstance(type_, GraphQLEnumType):
        return f"enums.{type_.name} | str"
    if isinstance(type_, GraphQLInputObjectType):
        return f"{dict_name(type_.name)} | input_types.{type_.name}"
    assert isinstance(type_, GraphQLScalarType)
    return SCALARS.get(type_.name, "Any")
