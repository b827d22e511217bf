"""Check that a generated package loses nothing: of responses, of inputs and of documents."""

import datetime
import importlib
import json
import keyword
import sys
import uuid
import warnings
from collections.abc import Callable, Mapping
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from graphql import (
    DocumentNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLSchema,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    TypeNode,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from .calls import Call, CallWriter, attributes
from .case import Case
from .values import response_data, type_of

ResultT = TypeVar("ResultT", bound=BaseModel)


class Lost(AssertionError):
    """A value is not found again, or is another one."""


def expect(condition: object, message: str) -> None:
    """Raise if a condition is false."""
    if not condition:
        raise Lost(message)


def run_calls(case: Case, package: str, folder: Path) -> None:
    """Import a package, and call each of its operations.

    Args:
        case: The schema and the operations.
        package: Name of the package.
        folder: The folder that contains it. A module with the calls is written into it.
    """
    root = importlib.import_module(package)
    modules = {
        name: importlib.import_module(f"{package}.{name}")
        for name in ("enums", "input_types", "input_dicts", "client", "operation_trees")
    }
    for name in root.__all__:
        expect(getattr(root, name) is not None, f"{name} is exported")
    writer = CallWriter(case, root, modules["client"], modules)
    check_enums(case, modules["enums"])
    calls = writer.calls()
    path = folder / f"{package}_calls.py"
    source = writer.module(calls)
    path.write_text(source, "utf-8")
    namespace: dict[str, Any] = {}
    exec(compile(source, str(path), "exec"), namespace)
    client: Any = modules["client"]
    for number, call in enumerate(calls):
        executor = Executor(case, call, writer, validates_json=number % 2 == 1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of deprecated operations
            if number % 2:
                async_client = client.AsyncClient(AsyncExecutor(executor))
                returned = run(namespace[f"a{call.function}"](async_client))
            else:
                returned = namespace[call.function](client.Client(executor))
        executor.check_returned(returned)


def run(coroutine: Any) -> object:
    """Return what a coroutine returns that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("the coroutine waits")


def forget(package: str) -> None:
    """Remove the modules of a package."""
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        del sys.modules[name]


def check_enums(case: Case, enums: object) -> None:
    """Check that each generated enum has the values of the schema."""
    by_values = {
        frozenset(value.value for value in item)
        for item in vars(enums).values()
        if isinstance(item, type) and issubclass(item, Enum) and len(item)
    }
    schema_values = {
        frozenset(type_.values)
        for type_ in case.schema.type_map.values()
        if isinstance(type_, GraphQLEnumType)
    }
    expect(by_values <= schema_values, f"enum values {by_values - schema_values}")


@lru_cache(16)
def valid_document(schema: GraphQLSchema, text: str) -> DocumentNode:
    """Return a parsed document that is valid."""
    document = parse(text)
    errors = validate(schema, document)
    expect(not errors, f"the document is not valid: {errors}")
    return document


class Executor:
    """An executor that responds to one call with random data, and checks all that it can see."""

    def __init__(self, case: Case, call: Call, writer: CallWriter, *, validates_json: bool) -> None:
        self.case, self.call, self.writer = case, call, writer
        self.validates_json = validates_json
        self.result: BaseModel | None = None

    def execute(
        self,
        result_type: type[ResultT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
        /,
    ) -> ResultT:
        """Check the request, and the model of a random response."""
        expect(operation_name == self.call.operation, f"operation {operation_name}")
        sent = to_jsonable_python(variables)
        expect(sent == self.call.variables, f"sent {sent} instead of {self.call.variables}")
        node = valid_document(self.case.schema, document)
        self.check_variables(node, sent)
        own = response_data(
            self.case.schema, self.case.document, operation_name, sent, self.case.seed
        )
        data = response_data(self.case.schema, node, operation_name, sent, self.case.seed)
        check_contains(data, own, operation_name)
        if self.validates_json:
            result = result_type.model_validate_json(json.dumps(data))
        else:
            result = result_type.model_validate(data)
        check_model(result, data, operation_name)
        dumped = result.model_dump(mode="json", by_alias=True, exclude_unset=True)
        check_contains(dumped, data, f"{operation_name} dumped")
        self.result = result
        return result

    def check_variables(self, document: DocumentNode, sent: Mapping[str, object]) -> None:
        """Check that a server accepts the variables, and builds the same inputs from them."""
        (operation,) = (
            node for node in document.definitions if isinstance(node, OperationDefinitionNode)
        )
        definitions = operation.variable_definitions or ()
        coerced = get_variable_values(self.case.schema, definitions, dict(sent))
        expect(not isinstance(coerced, list), f"a server rejects the variables: {coerced}")
        for definition in definitions:
            name = definition.variable.name.value
            if name in sent:
                self.check_input(definition.type, sent[name])

    def check_input(self, node: TypeNode, value: object) -> None:
        """Check that the dicts of a value give the same models, from Python and JSON."""
        if isinstance(node, NonNullTypeNode):
            node = node.type
        if isinstance(node, ListTypeNode) and isinstance(value, list):
            for item in cast("list[object]", value):
                self.check_input(node.type, item)
        type_ = self.named_type(node)
        if isinstance(type_, GraphQLInputObjectType) and isinstance(value, dict):
            model = self.writer.input_class(type_)
            from_json = model.model_validate_json(json.dumps(value))
            dumped = from_json.model_dump(mode="json", by_alias=True, exclude_unset=True)
            expect(dumped == value, f"{type_.name} from JSON: {dumped} instead of {value}")
            from_dict = model.model_validate(self.python_value(node, cast("object", value)))
            expect(from_dict == from_json, f"{type_.name} from a dict: {from_dict}")

    def named_type(self, node: TypeNode) -> GraphQLNamedType | None:
        """Return the type of a node, unless it is a list."""
        if isinstance(node, NamedTypeNode):
            return self.case.schema.type_map[node.name.value]
        return None

    def python_value(self, node: TypeNode, value: object) -> object:
        """Return a value with dicts for inputs, by GraphQL name, but Python values inside."""
        if isinstance(node, NonNullTypeNode):
            node = node.type
        if isinstance(node, ListTypeNode) and isinstance(value, list):
            return [self.python_value(node.type, item) for item in cast("list[object]", value)]
        type_ = self.named_type(node)
        if value is None or type_ is None:
            return value
        if isinstance(type_, GraphQLInputObjectType) and isinstance(value, dict):
            return {
                key: self.python_value(type_of(type_.fields[key]), item)
                for key, item in cast("dict[str, object]", value).items()
            }
        if isinstance(type_, GraphQLEnumType):
            return self.writer.input_class(type_)(value)
        if type_.name in PYTHON_VALUES:
            return PYTHON_VALUES[type_.name](str(value))
        return value

    def check_returned(self, returned: object) -> None:
        """Check that a method returns a part of the result of its request."""
        assert self.result is not None
        parts = [getattr(self.result, name) for name in type(self.result).model_fields]
        expect(
            any(returned is part for part in (self.result, *parts)),
            f"{self.call.operation} returned {returned!r}",
        )


class AsyncExecutor:
    """The same for the asynchronous client."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def execute(
        self,
        result_type: type[ResultT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
        /,
    ) -> ResultT:
        """Check the request, and the model of a random response."""
        return self._executor.execute(result_type, document, operation_name, variables)


PYTHON_VALUES: Mapping[str, Callable[[str], object]] = {
    "DateTime": datetime.datetime.fromisoformat,
    "Date": datetime.date.fromisoformat,
    "UUID": uuid.UUID,
}


def check_model(value: object, data: object, path: str) -> None:
    """Check that a model has each value of a response, by attribute and by GraphQL name."""
    leaf = value
    if isinstance(value, BaseModel) and isinstance(data, dict):
        names = attributes(type(value))
        for key, item in cast("dict[str, object]", data).items():
            expect(key in names, f"{path}.{key}: no such field in {names}")
            name = names[key]
            expect(name.isidentifier() and not keyword.iskeyword(name), f"{path}.{key}: {name!r}")
            check_model(getattr(value, name), item, f"{path}.{key}")
            expect(cast("Any", value)[key] is getattr(value, name), f"{path}[{key!r}]")
    elif isinstance(value, list) and isinstance(data, list):
        items, parts = cast("list[object]", value), cast("list[object]", data)
        expect(len(items) == len(parts), f"{path}: {len(items)} items instead of {len(parts)}")
        for index, (item, part) in enumerate(zip(items, parts, strict=True)):
            check_model(item, part, f"{path}.{index}")
    else:
        expect(same(leaf, data), f"{path}: {leaf!r} instead of {data!r}")


def same(value: object, data: object) -> bool:
    """Return whether a Python value is the one of a response."""
    if isinstance(value, dict) and isinstance(data, list):
        # The custom fields of a user become a dict of values by key.
        items = cast("list[dict[str, object] | None]", data)
        return cast("dict[str, object]", value).keys() == {
            str(item["key"]) for item in items if item
        }
    if isinstance(value, datetime.date):
        return value.isoformat() == data
    if isinstance(value, uuid.UUID):
        return str(value) == data
    if isinstance(value, bool) or isinstance(data, bool):
        return value is data
    return value == data


def check_contains(data: object, part: object, path: str) -> None:
    """Check that JSON content has at least the keys of another, with the same values."""
    leaf = data
    if isinstance(data, dict) and isinstance(part, dict):
        whole = cast("dict[str, object]", data)
        for key, item in cast("dict[str, object]", part).items():
            expect(key in whole, f"{path}.{key} is missing")
            check_contains(whole[key], item, f"{path}.{key}")
    elif isinstance(data, list) and isinstance(part, list):
        items, parts = cast("list[object]", data), cast("list[object]", part)
        expect(len(items) == len(parts), f"{path}: {len(items)} items instead of {len(parts)}")
        for index, (item, other) in enumerate(zip(items, parts, strict=True)):
            check_contains(item, other, f"{path}.{index}")
    else:
        expect(same(leaf, part), f"{path}: {leaf!r} instead of {part!r}")
