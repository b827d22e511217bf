"""The models of inputs.

With the aliases of ariadne-codegen, type checkers reject the Python names of fields.
"""

import ast
from collections.abc import Mapping

from ariadne_codegen.client_generators.input_types import InputTypesGenerator
from ariadne_codegen.codegen import generate_import_from
from ariadne_codegen.plugins.manager import PluginManager
from graphql import (
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    Undefined,
)

from .class_source import class_source, descriptions_source, field_source
from .documentation import description_of, one_line
from .naming import field_names, member_names
from .scalars import BUILTIN_SCALARS
from .syntax import class_definition
from .used_types import UsedTypes

# The types in input_values.py, by what the text accepts too.
TEXT_TYPES = {"datetime": "DateTimeText", "date": "DateText", "UUID": "UUIDText"}


def text_value(name: str, type_: GraphQLInputType, text_values: Mapping[str, str]) -> str | None:
    """Return what a field accepts beside text, or ``None``.

    Args:
        name: Name of the field.
        type_: Its type.
        text_values: The setting.
    """
    nullable = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    is_text = isinstance(nullable, GraphQLScalarType) and nullable.name in ("String", "ID")
    return text_values.get(name) if is_text else None


def unquoted(annotation: str) -> str:
    """Return an annotation without the quotes of forward references."""
    return annotation.replace('"', "")


class InputTypes(InputTypesGenerator):
    """Generates the models of inputs. Also has the annotations of arguments.

    Args:
        types: The enums, inputs and scalars.
        plugins: The plugins.
        text_values: What text fields accept too, by name of the field.
    """

    plugin_manager: PluginManager

    def __init__(
        self, types: UsedTypes, plugins: PluginManager, text_values: Mapping[str, str]
    ) -> None:
        self._types = types
        self._text_values = text_values
        super().__init__(types.schema, plugin_manager=plugins, defer_model_build=True)

    def generate(self, types_to_include: list[str] | None = None) -> ast.Module:
        """Return the module."""
        self._imports = [
            generate_import_from(["Mapping"], "collections.abc"),
            generate_import_from(["Any", "ClassVar", "List", "Optional"], "typing"),
            generate_import_from(["Field"], "pydantic"),
            generate_import_from(["InputModel", "OneOfModel", "default_value"], "base_model", 1),
            *self._types.leaf_imports(),
        ]
        if names := self._text_types():
            self._imports.append(generate_import_from(names, "input_values", 1))
        return super().generate(types_to_include)

    def annotation(self, type_: GraphQLInputType) -> str:
        """Return the annotation of a type, with ``Optional`` if it is nullable."""
        if isinstance(type_, GraphQLNonNull):
            return self.non_null(type_.of_type)
        return f"Optional[{self.non_null(type_)}]"

    def non_null(self, type_: GraphQLInputType) -> str:
        """Return the annotation of a type that is not null."""
        if isinstance(type_, GraphQLList):
            return f"List[{self.annotation(type_.of_type)}]"
        if isinstance(type_, GraphQLScalarType):
            return self._types.scalars.annotation(type_.name)
        assert isinstance(type_, GraphQLEnumType | GraphQLInputObjectType)
        name = self._types.classes[type_.name]
        return f'"{name}"' if isinstance(type_, GraphQLInputObjectType) else name

    def enum_member(self, type_: GraphQLEnumType, value: str) -> str:
        """Return the source of an enum value."""
        return f"{self._types.classes[type_.name]}.{member_names(type_.values)[value]}"

    def _filter_input_types(self) -> list[GraphQLInputObjectType]:
        return self._types.inputs

    def _parse_input_definition(self, definition: GraphQLInputObjectType) -> ast.ClassDef:
        names = field_names(definition.fields)
        body: list[str] = []
        for key, field in definition.fields.items():
            annotation = self.annotation(field.type)
            if text_type := text_value(key, field.type, self._text_values):
                annotation = annotation.replace("str", TEXT_TYPES[text_type])
            default = self._default(field)
            body += field_source(names[key], key, annotation, default, description_of(field))
        body += descriptions_source(
            {names[key]: description_of(field) for key, field in definition.fields.items()}
        )
        base = "OneOfModel" if definition.is_one_of else "InputModel"
        description = one_line(definition.description or "")
        name = self._types.classes[definition.name]
        class_def = class_definition(class_source(name, (base,), description, body))
        return self.plugin_manager.generate_input_class(class_def, input_type=definition)

    def _text_types(self) -> list[str]:
        found = {
            text_value(key, field.type, self._text_values)
            for definition in self._types.inputs
            for key, field in definition.fields.items()
        }
        return sorted(TEXT_TYPES[text_type] for text_type in found if text_type)

    def _default(self, field: GraphQLInputField) -> str | None:
        """Return the default of a field, which is what the server uses if it is not sent."""
        if field.default_value is Undefined or field.default_value is None:
            return None if isinstance(field.type, GraphQLNonNull) else "None"
        value = field.default_value
        type_ = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
        if isinstance(type_, GraphQLScalarType) and type_.name in BUILTIN_SCALARS:
            return repr(value)
        if isinstance(type_, GraphQLEnumType):
            return self.enum_member(type_, value)
        annotation = unquoted(self.non_null(type_))
        content = f"default_value({annotation}, {value!r})"
        return f"default_factory=lambda: {content}"
