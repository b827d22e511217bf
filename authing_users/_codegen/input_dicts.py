"""Write a ``TypedDict`` for each generated input model."""

from collections.abc import Mapping, Sequence
from keyword import iskeyword

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

from .documentation import description_of, docstring, one_line
from .inputs import text_value
from .scalars import BUILTIN_SCALARS
from .used_types import UsedTypes

# Keys that would hide a name that annotations use, or a method of dict.
UNUSABLE_KEYS = frozenset(
    {*dir(dict), *BUILTIN_SCALARS.values(), "enums", "input_types", "scalars", "dict", "list"}
    | {"Any", "Literal", "Required", "Sequence", "TypedDict", "UUID", "date", "datetime", "object"}
)


class InputDicts:
    """Writes the module with the dicts.

    Args:
        types: The enums, inputs and scalars.
        text_values: What text fields accept too, by name of the field.
    """

    def __init__(self, types: UsedTypes, text_values: Mapping[str, str]) -> None:
        self._scalars = types.scalars
        self._classes = types.classes
        self._dicts = types.dicts
        self._keys = types.keys
        self._text_values = text_values

    def module(self, inputs: Sequence[GraphQLInputObjectType]) -> str:
        """Return the source of the module."""
        fields = [field for input_type in inputs for field in input_type.fields.items()]
        accepted = {text_value(key, field.type, self._text_values) for key, field in fields}
        classes = [
            f"{self._typed_dict(input_type)}\n{self._key_type(input_type)}" for input_type in inputs
        ]
        return "\n".join(
            [
                '"""The inputs of the API as dicts with the camelCase keys of the API."""',
                "from __future__ import annotations",
                *(
                    f"from datetime import {name}"
                    for name in ("date", "datetime")
                    if name in accepted
                ),
                *(["from uuid import UUID"] if "UUID" in accepted else []),
                "from collections.abc import Sequence",
                "from typing import Any, Literal, Required, TypedDict",
                "from . import enums, input_types, scalars",
                *classes,
            ]
        )

    def _typed_dict(self, input_type: GraphQLInputObjectType) -> str:
        name = self._dicts[input_type.name]
        description = one_line(input_type.description or "")
        if any(self._is_unusable(key) for key in input_type.fields):
            return self._call(name, description, input_type.fields)
        lines = [f"class {name}(TypedDict, total=False):", *docstring(description)]
        for key, field in input_type.fields.items():
            lines.append(f"    {key}: {self._annotation(key, field)}")
            lines += docstring(description_of(field))
        return "\n".join([*lines, "    pass"] if len(lines) == 1 else lines)

    def _key_type(self, input_type: GraphQLInputObjectType) -> str:
        keys = ", ".join(f'"{key}"' for key in input_type.fields)
        return "\n".join(
            [
                f"{self._keys[input_type.name]} = Literal[{keys}]",
                *docstring(f"The keys of ``{self._dicts[input_type.name]}``.", indent=""),
            ]
        )

    def _is_unusable(self, key: str) -> bool:
        """Return whether a key cannot be written as a field of a class."""
        return (
            iskeyword(key)
            or key.startswith("__")
            or key in UNUSABLE_KEYS
            or key in self._dicts.values()
        )

    def _call(self, name: str, description: str, fields: Mapping[str, GraphQLInputField]) -> str:
        """Return a ``TypedDict`` in the form of a call, which accepts any key."""
        items = [f'    "{key}": {self._annotation(key, field)!r},' for key, field in fields.items()]
        lines = [f'{name} = TypedDict("{name}", {{', *items, "}, total=False)"]
        return "\n".join([*lines, *docstring(description, indent="")])

    def _annotation(self, key: str, field: GraphQLInputField) -> str:
        annotation = self._type(field.type)
        if text_type := text_value(key, field.type, self._text_values):
            annotation = annotation.replace("str", f"str | {text_type}")
        return f"Required[{annotation}]" if is_required_input_field(field) else annotation

    def _type(self, type_: GraphQLInputType) -> str:
        if isinstance(type_, GraphQLNonNull):
            return self._non_null(type_.of_type)
        return f"{self._non_null(type_)} | None"

    def _non_null(self, type_: GraphQLInputType) -> str:
        if isinstance(type_, GraphQLList):
            item = self._type(type_.of_type)
            # GraphQL accepts a single value in the place of a list.
            return f"Sequence[{item}] | {item.removesuffix(' | None')}"
        if isinstance(type_, GraphQLEnumType):
            return f"enums.{self._classes[type_.name]} | str"
        if isinstance(type_, GraphQLInputObjectType):
            return f"{self._dicts[type_.name]} | input_types.{self._classes[type_.name]}"
        assert isinstance(type_, GraphQLScalarType)
        annotation = self._scalars.annotation(type_.name)
        return f"scalars.{annotation}" if self._scalars.is_converted(type_.name) else annotation
