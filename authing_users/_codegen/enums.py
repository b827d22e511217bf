"""The enums, which ariadne-codegen would write without descriptions and for known values only."""

import ast

from ariadne_codegen.client_generators.enums import EnumsGenerator
from ariadne_codegen.codegen import generate_import_from
from ariadne_codegen.plugins.manager import PluginManager
from graphql import GraphQLEnumType

from .class_source import class_source
from .documentation import description_of, docstring, one_line
from .naming import member_names
from .syntax import class_definition
from .used_types import UsedTypes


class Enums(EnumsGenerator):
    """Generates the enums, which accept values that newer servers may add.

    Args:
        types: The enums, inputs and scalars.
        plugins: The plugins.
    """

    plugin_manager: PluginManager

    def __init__(self, types: UsedTypes, plugins: PluginManager) -> None:
        self._types = types
        super().__init__(types.schema, plugins)
        self._imports = [generate_import_from(["OpenEnum"], "open_enum", 1)]

    def _filter_enum_types(self) -> list[GraphQLEnumType]:
        return self._types.enums

    def _parse_enum_definition(self, definition: GraphQLEnumType) -> ast.ClassDef:
        members = member_names(definition.values)
        body: list[str] = []
        for value, member in definition.values.items():
            body.append(f'    {members[value]} = "{value}"')
            body += docstring(description_of(member))
        name = self._types.classes[definition.name]
        source = class_source(name, ("OpenEnum",), one_line(definition.description or ""), body)
        return self.plugin_manager.generate_enum(class_definition(source), definition)
