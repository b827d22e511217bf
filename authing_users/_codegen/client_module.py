"""The clients: a method for each operation.

ariadne-codegen has one client per package, and methods that take any keyword.
"""

import ast

from ariadne_codegen.client_generators.arguments import ArgumentsGenerator
from ariadne_codegen.client_generators.client import ClientGenerator
from ariadne_codegen.codegen import generate_import_from
from ariadne_codegen.plugins.manager import PluginManager
from graphql import (
    GraphQLInputType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    OperationDefinitionNode,
    VariableDefinitionNode,
    get_named_type,
    type_from_ast,
)

from .documentation import deprecation, method_docstring
from .inputs import InputTypes, unquoted
from .naming import argument_names, constant_name, definition_name, root_type
from .results import ResultClasses
from .support import root_field
from .syntax import class_definition
from .used_types import UsedTypes

IMPORTS = """
from __future__ import annotations
import sys
from typing import TYPE_CHECKING, List
from .base_client import AsyncBaseClient, BaseClient, to_json as _to_json
"""
TYPING_IMPORTS = """
if TYPE_CHECKING:
    from .base_model import UnsetType
"""
DEPRECATED = """
if sys.version_info >= (3, 13):
    from warnings import deprecated as _deprecated
else:
    from typing_extensions import deprecated as _deprecated
"""
CLIENTS = '''
class AsyncClient(AsyncBaseClient):
    """The operations of queries/ as typed coroutines."""
class Client(BaseClient):
    """The operations of queries/ as typed methods."""
'''


class Clients(ClientGenerator):
    """Generates the module.

    Args:
        types: The enums, inputs and scalars.
        inputs: The annotations of arguments.
        results: The classes of results.
        plugins: The plugins.

    Attributes:
        documents: The documents by the names of their constants.
        typing_imports: The names that annotations can use, by module.
    """

    plugin_manager: PluginManager

    def __init__(
        self,
        types: UsedTypes,
        inputs: InputTypes,
        results: ResultClasses,
        plugins: PluginManager,
    ) -> None:
        super().__init__(
            generate_import_from(["AsyncBaseClient"], "base_client", 1),
            ArgumentsGenerator(types.schema),
            "AsyncClient",
            unset_import=generate_import_from(["UNSET"], "base_model", 1),
            upload_import=None,
            plugin_manager=plugins,
        )
        self._schema = types.schema
        self._scalars = types.scalars
        self._inputs = inputs
        self._results = results
        self._classes = [one for one in ast.parse(CLIENTS).body if isinstance(one, ast.ClassDef)]
        self.documents: dict[str, str] = {}
        self.typing_imports: dict[str, list[str]] = {}

    def add_method(
        self,
        definition: OperationDefinitionNode,
        name: str,
        return_type: str,
        return_type_module: str,
        operation_str: str,
        async_: bool = True,
    ) -> None:
        """Add the method for an operation to both clients."""
        self.documents[constant_name(definition)] = operation_str
        self._add_import(generate_import_from([return_type], return_type_module, 1))
        self._add_import(generate_import_from([constant_name(definition)], "operations", 1))
        for client in self._classes:
            is_async = client.name == self.name
            source = self._method(definition, name, return_type, is_async=is_async)
            (method,) = class_definition(f"class {client.name}:\n{source}").body
            assert isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef)
            client.body.append(
                self.plugin_manager.generate_client_method(method, operation_definition=definition)
            )

    def generate(self) -> ast.Module:
        """Return the module."""
        if self._scalars.aliases:
            self._add_import(generate_import_from(self._scalars.aliases, "scalars", 1))
        classes = [self.plugin_manager.generate_client_class(client) for client in self._classes]
        is_deprecated = any(getattr(node, "decorator_list", ()) for node in classes[0].body)
        typing_imports = TYPING_IMPORTS + "".join(
            f"    from .{module} import {', '.join(names)}\n"
            for module, names in self.typing_imports.items()
            if names
        )
        module = ast.parse(IMPORTS)
        module.body += [
            *self._imports,
            *ast.parse(DEPRECATED if is_deprecated else "").body,
            *ast.parse(typing_imports).body,
            *classes,
        ]
        return self.plugin_manager.generate_client_module(module)

    def _method(
        self, node: OperationDefinitionNode, name: str, data: str, *, is_async: bool
    ) -> str:
        type_ = root_type(self._schema, node)
        assert isinstance(type_, GraphQLObjectType)
        selection = root_field(node)
        definition = type_.fields[selection.name.value]
        (result,) = self._results.data_class(node).fields
        variables = {one.variable.name.value: one for one in node.variable_definitions}
        names = argument_names(variables)
        required, optional = ["self"], list[str]()
        for variable, argument in names.items():
            annotation, is_required = self._argument(variables[variable])
            if is_required:
                required.append(f"{argument}: {annotation}")
            else:
                optional.append(f"{argument}: Union[{annotation}, UnsetType] = UNSET")
        values = ", ".join(
            f'"{variable}": {self._value(variables[variable], names[variable])}'
            for variable in variables
        )
        documentation = method_docstring(node, selection, definition, names)
        call = (
            f'self.execute({data}, {constant_name(node)}, "{definition_name(node)}", {{{values}}})'
        )
        lines = [
            f"    {'async ' if is_async else ''}def {name}"
            f"({', '.join([*required, *optional])}) -> {unquoted(result.plain)}:",
            f"        {documentation}",
            f"        return {f'(await {call})' if is_async else call}.{result.name}",
        ]
        if definition.deprecation_reason is not None:
            lines.insert(0, f"    @_deprecated({deprecation(definition)!r})")
        return "\n".join(lines)

    def _type(self, variable: VariableDefinitionNode) -> GraphQLInputType:
        type_ = type_from_ast(self._schema, variable.type)
        assert type_ is not None
        return type_  # type: ignore[return-value]

    def _argument(self, variable: VariableDefinitionNode) -> tuple[str, bool]:
        """Return the annotation of an argument, and whether the argument is required."""
        type_ = self._type(variable)
        is_required = isinstance(type_, GraphQLNonNull) and variable.default_value is None
        return unquoted(self._inputs.annotation(type_)), is_required

    def _value(self, variable: VariableDefinitionNode, argument: str) -> str:
        """Return the source of what is sent as a variable."""
        type_ = get_named_type(self._type(variable))
        if isinstance(type_, GraphQLScalarType) and self._scalars.is_converted(type_.name):
            return f"_to_json({self._scalars.annotation(type_.name)}, {argument})"
        return argument
