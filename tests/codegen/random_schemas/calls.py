"""Calls of a generated client, as Python source that is type-checked and executed."""

import inspect
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, cast

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    TypeNode,
)
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from .case import Case
from .names import python_name
from .values import input_value, type_of

# How a value of a scalar is written in Python.
SCALAR_SOURCES: Mapping[str, str] = {
    "DateTime": "datetime.datetime.fromisoformat({!r})",
    "Date": "datetime.date.fromisoformat({!r})",
    "UUID": "uuid.UUID({!r})",
}
HEADER = """\
{imports}
from {package}.client import AsyncClient, Client
"""


@dataclass(frozen=True)
class Call:
    """One call of an operation.

    Attributes:
        operation: Name of the operation.
        function: Name of the function that makes the call. That of the coroutine has ``a`` before
            it.
        source: Source of the two functions.
        variables: Variables that must be sent.
    """

    operation: str
    function: str
    source: str
    variables: Mapping[str, object]


def attributes(model: type[BaseModel]) -> dict[str, str]:
    """Return the attributes of a model by their GraphQL names."""
    return {
        info.serialization_alias or to_camel(name): name
        for name, info in model.model_fields.items()
    }


@dataclass
class CallWriter:
    """Writes random calls of one package.

    Attributes:
        case: The schema and the operations.
        package: The imported package.
        client: Its module ``client``.
        modules: Its modules ``enums`` and ``input_types``.
    """

    case: Case
    package: ModuleType
    client: ModuleType
    modules: Mapping[str, ModuleType]
    _classes: dict[str, type] = field(default_factory=dict[str, type])

    def calls(self) -> list[Call]:
        """Return calls of each operation."""
        rng = random.Random(self.case.seed)
        operations = [
            node
            for node in self.case.document.definitions
            if isinstance(node, OperationDefinitionNode)
        ]
        return [
            self._call(rng, node, f"call_{index}_{number}")
            for index, node in enumerate(operations)
            for number in range(2)
        ]

    def module(self, calls: list[Call]) -> str:
        """Return the source of a module with the calls."""
        body = "\n\n".join(call.source for call in calls)
        name = self.package.__name__
        imports = [f"import {module}" for module in ("datetime", "uuid") if f"{module}." in body]
        imports += [
            f"from {name} import {module}"
            for module in ("enums", "input_types")
            if f"{module}." in body
        ]
        return HEADER.format(imports="\n".join(imports), package=name) + f"\n\n{body}"

    def _call(self, rng: random.Random, node: OperationDefinitionNode, function: str) -> Call:
        assert node.name is not None
        method, parameters = self._method(node)
        arguments: list[str] = []
        variables: dict[str, object] = {}
        for definition in node.variable_definitions or ():
            name, type_ = definition.variable.name.value, definition.type
            is_required = isinstance(type_, NonNullTypeNode) and definition.default_value is None
            if is_required or rng.random() < 0.7:
                variables[name] = input_value(rng, self.case.schema, type_)
                arguments.append(f"{parameters[name]}={self.source(type_, variables[name])}")
        called = f"client.{method}({', '.join(arguments)})"
        source = (
            f"def {function}(client: Client) -> object:\n    return {called}\n\n\n"
            f"async def a{function}(client: AsyncClient) -> object:\n    return await {called}\n"
        )
        return Call(node.name.value, function, source, variables)

    def _method(self, node: OperationDefinitionNode) -> tuple[str, dict[str, str]]:
        """Return the method of an operation, and its parameters by variable."""
        assert node.name is not None
        form = python_name(node.name.value)
        methods = cast("dict[str, object]", vars(self.client.Client))
        (name,) = (name for name in methods if python_name(name) == form)
        method = inspect.signature(getattr(self.client.Client, name))
        assert method == inspect.signature(getattr(self.client.AsyncClient, name))
        parameters = [*method.parameters][1:]
        by_variable: dict[str, str] = {}
        for definition in node.variable_definitions or ():
            variable = definition.variable.name.value
            (by_variable[variable],) = (
                parameter
                for parameter in parameters
                if python_name(parameter) == python_name(variable)
            )
        assert len(by_variable) == len(parameters)
        return name, by_variable

    def input_class(self, type_: GraphQLInputObjectType | GraphQLEnumType) -> type[Any]:
        """Return the class of an input or an enum."""
        if type_.name not in self._classes:
            kind = "enums" if isinstance(type_, GraphQLEnumType) else "input_types"
            (self._classes[type_.name],) = (
                value
                for value in vars(self.modules[kind]).values()
                if isinstance(value, type) and value.__module__ == self.modules[kind].__name__
                if python_name(value.__name__) == python_name(type_.name)
            )
        return self._classes[type_.name]

    def source(self, node: TypeNode, value: object) -> str:
        """Return the Python source for a value of an input type."""
        if isinstance(node, NonNullTypeNode):
            node = node.type
        if value is None:
            return "None"
        if isinstance(node, ListTypeNode):
            items = [self.source(node.type, item) for item in cast("list[object]", value)]
            return f"[{', '.join(items)}]"
        assert isinstance(node, NamedTypeNode)
        type_ = self.case.schema.type_map[node.name.value]
        if isinstance(type_, GraphQLEnumType):
            return f"enums.{self.input_class(type_).__name__}({value!r})"
        if isinstance(type_, GraphQLInputObjectType):
            model = self.input_class(type_)
            names = attributes(model)
            fields = ", ".join(
                f"{names[key]}={self.source(type_of(type_.fields[key]), item)}"
                for key, item in cast("dict[str, object]", value).items()
            )
            return f"input_types.{model.__name__}({fields})"
        return SCALAR_SOURCES.get(type_.name, "{!r}").format(value)
