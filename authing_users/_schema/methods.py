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
        held: Names of the classes of the objects in its attributes.
    """

    bases: list[str]
    functions: dict[str, _Function] = field(default_factory=dict[str, _Function])
    parts: dict[str, str] = field(default_factory=dict[str, str])
    held: dict[str, str] = field(default_factory=dict[str, str])


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
    if TOKEN_OPERATION in by_operation:
        by_operation[TOKEN_OPERATION] = [EVERY_METHOD]
    return {name: tuple(sorted(methods)) for name, methods in by_operation.items()}


@cache
def operations_by_method(operations: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """Return the operations that each public method of the client calls.

    Args:
        operations: Names of all operations.
    """
    # The transport calls the operation for tokens before any other.
    index = _Index({operation_method(name): name for name in operations - {TOKEN_OPERATION}})
    for path in sorted(SOURCES.rglob("*.py")):
        index.add(ast.parse(path.read_text("utf-8")))
    index.find_held_objects()
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
        self._functions_of_modules: dict[str, _Function] = {}

    def add(self, module: ast.Module) -> None:
        """Add the classes and public functions of a module."""
        for node in module.body:
            if isinstance(node, ast.ClassDef):
                self._classes[node.name] = _read_class(node)
            elif isinstance(node, _Function) and not node.name.startswith("_"):
                self._functions_of_modules[node.name] = node

    def find_held_objects(self) -> None:
        """Find the objects that attributes of objects hold, once all classes are added."""
        for known in self._classes.values():
            constructor = known.functions.get("__init__")
            if constructor is None:
                continue
            names = self._annotated(constructor)
            for node in ast.walk(constructor):
                if not isinstance(node, ast.Assign):
                    continue
                attribute, value = _attribute_of_self(node.targets[0]), node.value
                made = names.get(value.id) if isinstance(value, ast.Name) else self._made(value)
                if attribute and made is not None:
                    known.held[attribute] = made

    def _annotated(self, function: _Function) -> dict[str, str]:
        """Return the classes of the parameters whose annotation is a class of the client."""
        return {
            one.arg: name
            for one in [*function.args.args, *function.args.kwonlyargs]
            if one.annotation is not None and (name := _class_name(one.annotation)) in self._classes
        }

    def _made(self, node: ast.expr) -> str | None:
        """Return the class of the object that an expression creates.

        Objects are created by ``Class(…)``, ``Class[…](…)`` and ``Class._over(…)``.
        """
        if not isinstance(node, ast.Call):
            return None
        called = node.func
        if isinstance(called, ast.Attribute) and called.attr == "_over":
            called = called.value
        name = _class_name(called)
        return name if name in self._classes else None

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

    def _held(self, class_name: str) -> dict[str, str]:
        known = self._classes.get(class_name)
        if known is None:
            return {}
        held: dict[str, str] = {}
        for base in reversed(known.bases):
            held |= self._held(base)
        return held | known.held

    def _calls(
        self, class_name: str, function: str, visited: set[tuple[str, str]]
    ) -> frozenset[str]:
        """Return the operations that a function of a class calls, directly or through others.

        Args:
            class_name: The class, or an empty string for a function of a module.
            function: Name of the function.
            visited: Receives the functions that were followed, which are not followed again.
        """
        if (class_name, function) in visited:
            return frozenset()
        visited.add((class_name, function))
        if class_name:
            body = self._functions(class_name)[function]
        else:
            body = self._functions_of_modules[function]
        scope = self._objects(body) | ({"self": class_name} if class_name else {})
        used: set[str] = set()
        for node in ast.walk(body):
            if isinstance(node, ast.Attribute):
                used |= self._calls_of_attribute(node, scope, visited)
            elif isinstance(node, ast.Call):
                # Of an object that is handed to others, all methods count.
                for one in [*node.args, *(keyword.value for keyword in node.keywords)]:
                    used |= self._calls_of_object(one, scope, visited)
                called = node.func.id if isinstance(node.func, ast.Name) else ""
                if called in self._functions_of_modules:
                    used |= self._calls("", called, visited)
            elif isinstance(node, ast.Return) and node.value is not None:
                used |= self._calls_of_object(node.value, scope, visited)
        return frozenset(used)

    def _calls_of_attribute(
        self, node: ast.Attribute, scope: Mapping[str, str], visited: set[tuple[str, str]]
    ) -> frozenset[str]:
        """Return the operations that an attribute stands for."""
        owners = self._bases(scope) if _is_super(node.value) else [self._class(node.value, scope)]
        used: set[str] = set()
        for owner in owners:
            if owner is None:
                used |= {self.operations[name] for name in {node.attr} & self.operations.keys()}
            elif node.attr in self._functions(owner) and node.attr not in self._parts(owner):
                used |= self._calls(owner, node.attr, visited)
        return frozenset(used)

    def _calls_of_object(
        self, node: ast.expr, scope: Mapping[str, str], visited: set[tuple[str, str]]
    ) -> frozenset[str]:
        """Return the operations that the methods of a new object call, if an expression is one."""
        if isinstance(node, ast.Name):
            class_name = scope.get(node.id) if node.id != "self" else None
        else:
            class_name = self._made(node)
        used: set[str] = set()
        if class_name is not None:
            for name in self._functions(class_name).keys() - {"__init__"}:
                used |= self._calls(class_name, name, visited)
        return frozenset(used)

    def _objects(self, function: _Function) -> dict[str, str]:
        """Return the classes of the variables of a function, as far as they are of the client."""
        objects = self._annotated(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and (made := self._made(node.value)) is not None:
                objects |= {one.id: made for one in node.targets if isinstance(one, ast.Name)}
        return objects

    def _class(self, node: ast.expr, scope: Mapping[str, str]) -> str | None:
        """Return the class of an object, or ``None`` if it is not one of the client."""
        if isinstance(node, ast.Name):
            return scope.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = self._class(node.value, scope)
            if owner is None:
                return None
            return (self._parts(owner) | self._held(owner)).get(node.attr)
        return self._made(node)

    def _bases(self, scope: Mapping[str, str]) -> list[str]:
        known = self._classes.get(scope.get("self", ""))
        return [] if known is None else [base for base in known.bases if base in self._classes]


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


def _class_name(node: ast.expr) -> str:
    """Return the name of a class, without its type arguments."""
    named = node.value if isinstance(node, ast.Subscript) else node
    return named.id if isinstance(named, ast.Name) else ""


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _class_name(node.func) == "super"


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _attribute_of_self(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) and _is_self(node.value) else ""
