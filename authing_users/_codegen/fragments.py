"""The models of fragments.

Those of ariadne-codegen are written by its ``ResultTypesGenerator``, which is not used.
"""

import ast
from collections.abc import Iterable

from ariadne_codegen.client_generators.fragments import FragmentsGenerator
from ariadne_codegen.plugins.manager import PluginManager
from graphql import FragmentDefinitionNode

from .generics import with_generic_page
from .results import ResultClasses
from .used_types import UsedTypes

IMPORTS = """
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, List, Optional, Union
from pydantic import Field, Tag
from .base_model import BaseModel
from .custom_data import CustomData
from .page_model import PageModel
from .polymorphism import by_typename
"""


def result_module(types: UsedTypes, classes: Iterable[str]) -> ast.Module:
    """Return a module with the sources of result classes."""
    module = ast.parse("\n".join([IMPORTS, *classes]))
    module.body[:0] = types.leaf_imports()
    return module


class Fragments(FragmentsGenerator):
    """Generates the models of fragments.

    Args:
        types: The enums, inputs and scalars.
        definitions: The fragments by name.
        results: Builds the classes.
        plugins: The plugins.
    """

    plugin_manager: PluginManager

    def __init__(
        self,
        types: UsedTypes,
        definitions: dict[str, FragmentDefinitionNode],
        results: ResultClasses,
        plugins: PluginManager,
    ) -> None:
        super().__init__(types.schema, definitions, plugin_manager=plugins)
        self._types = types
        self._sources = {one.name: one.source() for one in results.fragment_classes()}
        self._generated_public_names = [*self._sources]

    def generate(self, exclude_names: set[str] | None = None) -> ast.Module:
        """Return the module."""
        return self.plugin_manager.generate_fragments_module(
            result_module(self._types, with_generic_page(self._sources)),
            fragments_definitions=self.fragments_definitions,
        )
