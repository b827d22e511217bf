"""The public methods of the clients: what they call, and which errors their docstrings list."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Any

import authing_users
from authing_users._protocol.error_codes import ERROR_CODES
from authing_users._schema.methods import operation_method
from authing_users.emulator.errors import ErrorCode
from authing_users.emulator.operation_errors import OPERATION_ERRORS
from authing_users.testing.stub.operations import Operation, all_operations

EVERY_CALL = (
    "ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,\n"
    "RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md."
)
"""The last entry of each docstring."""
EVERY_CALL_CLASSES = frozenset(re.findall(r"\w+Error", EVERY_CALL))

# Names in the code of a method that say that it raises an error itself.
RAISING_NAMES = {
    "not_found": {"NotFoundError"},
    "user_not_found": {"NotFoundError"},
    "PartialFailureError": {"PartialFailureError"},
    "PlanBuilder": {"DeletionLimitError"},
    "AsyncTokenVerifier": {"InvalidTokenError", "TokenExpiredError"},
}

_OPERATIONS = all_operations()
_GRAPHQL = {operation_method(name): _OPERATIONS[name] for name in _OPERATIONS}
_FIELDS = {operation.fields[0] for operation in _OPERATIONS.values() if operation.fields}
_PLACEHOLDER = re.compile(r"\{\w*\}")
_DECLARED = {_PLACEHOLDER.sub("{}", name): codes for name, codes in OPERATION_ERRORS.items()}


@dataclass
class _Used:
    """Operations and names that a method uses, directly or through other methods."""

    operations: set[str] = field(default_factory=set[str])
    names: set[str] = field(default_factory=set[str])


@dataclass(frozen=True)
class Method:
    """A public method of a client that calls the API.

    Attributes:
        name: Its name, such as ``users.list``.
        owner: Its class.
        function: The function.
    """

    name: str
    owner: type
    function: Callable[..., Any]

    @property
    def doc(self) -> str:
        """The docstring."""
        return inspect.getdoc(self.function) or ""

    @cached_property
    def documented_operations(self) -> set[str]:
        """The GraphQL fields and REST endpoints that the docstring names.

        Those of another method count if the docstring names it.
        """
        return self._named_operations | {
            operation
            for name in self._documented_names
            if name not in _FIELDS
            and inspect.isfunction(function := getattr(self.owner, name, None))
            for operation in Method(name, self.owner, function).documented_operations
        }

    @cached_property
    def _named_operations(self) -> set[str]:
        names = self._documented_names
        return {_PLACEHOLDER.sub("{}", name) for name in names if name in _FIELDS or "/" in name}

    @cached_property
    def _documented_names(self) -> list[str]:
        paragraph = " ".join(self.doc.partition("\nAPI: ")[2].split())
        paragraph = re.sub(r",? field ``\w+``", "", paragraph)
        return re.findall(r"``([^`]+)``", paragraph)

    @cached_property
    def used(self) -> _Used:
        """Operations and names that the code of the method uses."""
        used = _Used()
        _collect(self.owner, self.function, used, set())
        return used

    @cached_property
    def documented_errors(self) -> set[str]:
        """The errors that the docstring lists, except for those of every call."""
        return set(re.findall(r"^    (\w+): ", self._raises, re.MULTILINE))

    @property
    def ends_with_every_call(self) -> bool:
        """Whether the last errors of the docstring are those of every call."""
        return self._raises.endswith(textwrap.indent(EVERY_CALL, "    "))

    @property
    def _raises(self) -> str:
        section = self.doc.partition("\nRaises:\n")[2]
        return section.partition("\n\nAPI: ")[0]

    @cached_property
    def codes(self) -> set[ErrorCode]:
        """The error codes that the emulator can return to a call, except for those of all calls."""
        return {code for name in self._named_operations for code in _DECLARED.get(name, ())}

    def classes(self, codes: set[ErrorCode]) -> set[str]:
        """Return the classes of errors that a call can raise.

        Args:
            codes: The error codes that the API can return to it.
        """
        classes = {ERROR_CODES[code].error.__name__ for code in codes}
        for name in self.used.names & RAISING_NAMES.keys():
            classes |= RAISING_NAMES[name]
        if len(inspect.signature(self.function).parameters) > 1:
            classes.add("InvalidInputError")
        return classes


def async_clients() -> list[type]:
    """Return the classes of the asynchronous clients."""
    return [
        getattr(authing_users, name)
        for name in dir(authing_users)
        if name.startswith("Async") and name.endswith("ManagementClient")
    ]


def public_methods() -> list[Method]:
    """Return all public methods of the asynchronous clients that call the API."""
    return [method for client in async_clients() for method in _methods(client)]


def _methods(client: type) -> Iterator[Method]:
    part = client.__name__.removeprefix("Async").removesuffix("ManagementClient").lower()
    for name, function in inspect.getmembers(client, inspect.isfunction):
        if not name.startswith("_") and "\nAPI: " in (inspect.getdoc(function) or ""):
            yield Method(f"{part}.{name}".removeprefix("."), client, function)


def _collect(owner: type, function: Callable[..., Any], used: _Used, visited: set[object]) -> None:
    if function in visited:
        return
    visited.add(function)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    constants = {**function.__globals__, **_local_imports(tree, function.__module__)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            _add_operation(used, _OPERATIONS.get(node.value), is_call=False)
        elif isinstance(node, ast.Name):
            used.names.add(node.id)
            value = constants.get(node.id)
            if isinstance(value, str):
                _add_operation(used, _OPERATIONS.get(value), is_call=False)
            elif inspect.isfunction(value) and value.__module__.startswith("authing_users._async"):
                _collect(owner, value, used, visited)
        elif isinstance(node, ast.Attribute):
            used.names.add(node.attr)
            _add_operation(used, _GRAPHQL.get(node.attr), is_call=True)
            for part, method in _reached(owner, node, constants):
                _collect(part, method, used, visited)


def _add_operation(used: _Used, operation: Operation | None, *, is_call: bool) -> None:
    # REST endpoints are called by the name of the operation, GraphQL by a method.
    if operation is None or operation.is_graphql is not is_call:
        return
    if operation.is_graphql:
        used.operations.add(operation.fields[0])
    else:
        used.operations.add(f"{operation.method} {_PLACEHOLDER.sub('{}', operation.path)}")


def _local_imports(tree: ast.AST, module: str) -> dict[str, object]:
    """Return the names of this library that a function imports itself."""
    package = module.rpartition(".")[0]
    return {
        alias.name: getattr(imported, alias.name, None)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
        for imported in [import_module("." * node.level + (node.module or ""), package)]
        for alias in node.names
    }


def _reached(
    owner: type, node: ast.Attribute, constants: Mapping[str, object]
) -> Iterator[tuple[type, Callable[..., Any]]]:
    """Yield the method that an attribute stands for, and its class.

    The attribute is one of ``self``, of a part of it, or of a new object: ``Class(…).method``.
    """
    part: type | None = owner
    if isinstance(node.value, ast.Attribute):
        part = _type_of_part(owner, node.value)
    elif isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
        made = constants.get(node.value.func.id)
        part = made if inspect.isclass(made) and "_async" in made.__module__ else None
    elif not isinstance(node.value, ast.Name) or node.value.id != "self":
        return
    method = None if part is None else inspect.getattr_static(part, node.attr, None)
    if part is not None and inspect.isfunction(method):
        yield part, method


def _type_of_part(owner: type, node: ast.Attribute) -> type | None:
    """Return the class of ``self.part``, where ``part`` is a property of this library's type."""
    if not isinstance(node.value, ast.Name) or node.value.id != "self":
        return None
    member: Any = inspect.getattr_static(owner, node.attr, None)
    function = getattr(member, "fget", None) or getattr(member, "func", None)
    if function is None:
        return None
    annotation = function.__annotations__.get("return")
    found = function.__globals__.get(annotation) if isinstance(annotation, str) else annotation
    return found if inspect.isclass(found) and "_async" in found.__module__ else None
