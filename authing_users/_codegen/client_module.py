"""Write the clients: a method for each operation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphql import (
    GraphQLInputType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableDefinitionNode,
    get_named_type,
    type_from_ast,
)

from .documentation import deprecation, method_docstring
from .inputs import InputTypes, unquoted
from .naming import argument_names, constant_name, definition_name, method_name, root_type
from .results import ResultClass
from .scalars import ScalarTypes
from .support import root_field

IMPORTS = """
from __future__ import annotations
import sys
from typing import TYPE_CHECKING, Any, List, Optional, Union
from .base_client import AsyncBaseClient, BaseClient, to_json as _to_json
from .base_model import UNSET
"""
DEPRECATED = """
if sys.version_info >= (3, 13):
    from warnings import deprecated as _deprecated
else:
    from typing_extensions import deprecated as _deprecated
"""


@dataclass(frozen=True)
class Operation:
    """An operation and the classes of its result."""

    node: OperationDefinitionNode
    classes: Sequence[ResultClass]

    @property
    def result(self) -> ResultClass:
        """The class of the data."""
        return self.classes[0]


class ClientModule:
    """Writes the module.

    Args:
        schema: The schema, for its descriptions.
        inputs: The annotations of arguments.
        scalars: The types of scalars.
    """

    def __init__(self, schema: GraphQLSchema, inputs: InputTypes, scalars: ScalarTypes) -> None:
        self._schema = schema
        self._inputs = inputs
        self._scalars = scalars

    def module(self, operations: Sequence[Operation], typing_imports: Iterable[str]) -> str:
        """Return the source of the module.

        Args:
            operations: The operations.
            typing_imports: Imports of names that only annotations use.
        """
        results = [operation.result.name for operation in operations]
        constants = [constant_name(operation.node) for operation in operations]
        asynchronous = [self._method(operation, is_async=True) for operation in operations]
        synchronous = [self._method(operation, is_async=False) for operation in operations]
        is_deprecated = any("@_deprecated" in method for method in synchronous)
        scalars = self._scalars.aliases
        lines = [
            IMPORTS,
            f"from .scalars import {', '.join(scalars)}" if scalars else "",
            f"from .operation_results import {', '.join(results)}" if results else "",
            f"from .operations import {', '.join(constants)}" if constants else "",
            DEPRECATED if is_deprecated else "",
            "if TYPE_CHECKING:",
            "    from .base_model import UnsetType",
            *(f"    {statement}" for statement in typing_imports),
            "class AsyncClient(AsyncBaseClient):",
            '    """The operations of queries/ as typed coroutines."""',
            *asynchronous,
            "class Client(BaseClient):",
            '    """The operations of queries/ as typed methods."""',
            *synchronous,
        ]
        return "\n".join(lines)

    def _method(self, operation: Operation, *, is_async: bool) -> str:
        node = operation.node
        type_ = root_type(self._schema, node)
        assert isinstance(type_, GraphQLObjectType)
        selection = root_field(node)
        definition = type_.fields[selection.name.value]
        (result,) = operation.result.fields
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
            f"self.execute({operation.result.name}, {constant_name(node)}, "
            f'"{definition_name(node)}", {{{values}}})'
        )
        lines = [
            f"    {'async ' if is_async else ''}def {method_name(node)}"
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
