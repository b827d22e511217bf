"""Which operations each method of the client calls, read from the source of the client."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

SOURCES = Path(__file__).parents[1] / "_sync"
CLIENT = "ManagementClient"
TOKEN_OPERATION = "GetAccessToken"
EVERY_METHOD = "every method"

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class _Class:
    """A class of the client.

    Attributes:
        bases: Names of its base classes.
        functions: Its methods and properties, by each of their names.
        parts: Names of the classes of its properties. Private ones are followed, but not public.
    """

    bases: list[str]
    functions: dict[str, _Function] = field(default_factory=dict[str, _Function])
    parts: dict[str, str] = field(default_factory=dict[str, str])


def operation_method(operation: str) -> str:
    """Return the name of the method of the generated client for an operation."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in operation).lstrip("_")


def methods_by_operation(operations: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the methods that call each operation, such as ``users.list`` for ``ListUsers``.

    Args:
        operations: Names of all operations.
    """
    by_operation: dict[str, list[str]] = {name: [] for name in operations}
    for method, used in operations_by_method(operations).items():
        for name in used:
            by_operation[name].append(method)
    if TOKEN_OPERATION in by_operation:  # the transport calls it before any other
        by_operation[TOKEN_OPERATION] = [EVERY_METHOD]
    return {name: tuple(sorted(methods)) for name, methods in by_operation.items()}


@cache
def operations_by_method(operations: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """Return the operations that each public method of the client calls.

    Args:
        operations: Names of all operations.
    """
    index = _Index({operation_method(name): name for name in operations})
    for path in sorted(SOURCES.rglob("*.py")):
        index.add(ast.parse(path.read_text("utf-8")))
    methods = dict(index.methods(CLIENT, ""))
    log_in = ast.parse((SOURCES / "log_in.py").read_text("utf-8"))
    methods["testing.log_in"] = frozenset(
        index.operations[node.attr]
        for node in ast.walk(log_in)
        if isinstance(node, ast.Attribute) and node.attr in index.operations
    )
    return methods


class _Index:
    """The classes of the client.

    Attributes:
        operations: Names of operations, by their methods of the generated client.
    """

    def __init__(self, operations: Mapping[str, str]) -> None:
        self.operations = operations
        self._classes: dict[str, _Class] = {}

    def add(self, module: ast.Module) -> None:
        """Add the classes of a module."""
        for node in module.body:
            if isinstance(node, ast.ClassDef):
                self._classes[node.name] = _read_class(node)

    def methods(self, class_name: str, prefix: str) -> Iterator[tuple[str, frozenset[str]]]:
        """Yield the public methods of a class and of its parts, with the operations they call."""
        for name in self._functions(class_name):
            if name.startswith("_"):
                continue
            part = self._parts(class_name).get(name)
            if part is not None:
                yield from self.methods(part, f"{prefix}{name}.")
            elif used := self._calls(class_name, name, set()):
                yield prefix + name, used

    def _functions(self, class_name: str) -> dict[str, _Function]:
        """Return the methods of a class, those of its base classes included."""
        known = self._classes.get(class_name)
        if known is None:
            return {}
        functions: dict[str, _Function] = {}
        for base in reversed(known.bases):
            functions |= self._functions(base)
        return functions | known.functions

    def _parts(self, class_name: str) -> dict[str, str]:
        known = self._classes.get(class_name)
        if known is None:
            return {}
        parts: dict[str, str] = {}
        for base in reversed(known.bases):
            parts |= self._parts(base)
        return {name: part for name, part in (parts | known.parts).items() if part in self._classes}

    def _calls(
        self, class_name: str, function: str, visited: set[tuple[str, str]]
    ) -> frozenset[str]:
        """Return the operations that a function of a class calls, directly or through others."""
        if (class_name, function) in visited:
            return frozenset()
        visited.add((class_name, function))
        functions, parts = self._functions(class_name), self._parts(class_name)
        used: set[str] = set()
        for node in ast.walk(functions[function]):
            if not isinstance(node, ast.Attribute):
                continue
            if _is_self(node.value):
                if node.attr in functions and node.attr not in parts:
                    used |= self._calls(class_name, node.attr, visited)
                continue
            part = _attribute_of_self(node.value)
            if part in parts:
                if node.attr in self._functions(parts[part]):
                    used |= self._calls(parts[part], node.attr, visited)
            elif node.attr in self.operations:
                used.add(self.operations[node.attr])
        return frozenset(used)


def _read_class(node: ast.ClassDef) -> _Class:
    # A base may have type arguments, as in Lookup[UserT].
    bases = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
    read = _Class([base.id for base in bases if isinstance(base, ast.Name)])
    for member in node.body:
        if isinstance(member, _Function):
            read.functions[member.name] = member
            if (part := _part(member)) is not None:
                read.parts[member.name] = part
        elif isinstance(member, ast.Assign) and isinstance(member.value, ast.Name):
            function = read.functions.get(member.value.id)
            if function is not None:  # other names of a method, as in list_orgs = list_org
                names = [target.id for target in member.targets if isinstance(target, ast.Name)]
                read.functions |= dict.fromkeys(names, function)
    return read


def _part(function: _Function) -> str | None:
    """Return the name of the class of a part, or ``None`` if the function is not a part."""
    decorators = {getattr(decorator, "id", "") for decorator in function.decorator_list}
    # A public property that is not cached is another name of a part.
    is_part = "cached_property" in decorators or (
        "property" in decorators and function.name.startswith("_")
    )
    if function.returns is None or not is_part:
        return None
    return ast.unparse(function.returns).strip("'\"").partition("[")[0]


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _attribute_of_self(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) and _is_self(node.value) else ""
