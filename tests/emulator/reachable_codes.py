"""Which error codes the code of an operation can reach, read from the source of the emulator.

Calls are followed by name, so more is found than can happen: enough to see that a declared code
has no reason any more.
"""

import ast
import inspect
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from authing_users import emulator
from authing_users.emulator.errors import ErrorCode

PACKAGE = emulator.__name__
FOLDER = Path(emulator.__file__).parent

# The classes whose methods reject requests. Methods are followed by their names alone.
CLASSES = ("RequestContext", "RestRequest", "Emulator", "UserPool", "PrivateKey")


class Place(NamedTuple):
    """A function or another name of a module. Methods are found by their name alone."""

    module: str
    name: str


class _Module(NamedTuple):
    """The imports of a module by local name, and the code of its names and methods."""

    imports: dict[str, Place]
    names: dict[str, ast.AST]
    methods: dict[str, list[ast.AST]]


def reachable_codes(function: Callable[..., Any]) -> set[ErrorCode]:
    """Return the error codes that a function can reach."""
    unwrapped: Any = inspect.unwrap(function)
    name = unwrapped.__qualname__.partition(".<locals>")[0]
    found: set[ErrorCode] = set()
    waiting, visited = [Place(unwrapped.__module__, name)], set[Place]()
    while waiting:
        place = waiting.pop()
        if place in visited:
            continue
        visited.add(place)
        for node in _nodes(place):
            for reference in _references(place.module, node):
                if isinstance(reference, ErrorCode):
                    found.add(reference)
                else:
                    waiting.append(reference)
    return found


@cache
def _modules() -> dict[str, _Module]:
    return {
        _module_name(path): _read(_module_name(path), path)
        for path in sorted(FOLDER.rglob("*.py"))
        if path.name != "messages.py"  # it mentions every code
    }


def _module_name(path: Path) -> str:
    parts = path.relative_to(FOLDER).with_suffix("").parts
    return ".".join([PACKAGE, *(part for part in parts if part != "__init__")])


def _read(name: str, path: Path) -> _Module:
    module = _Module({}, {}, {})
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.level:
            parent = package.split(".")[: len(package.split(".")) - node.level + 1]
            source = ".".join([*parent, node.module] if node.module else parent)
            for alias in node.names:
                module.imports[alias.asname or alias.name] = Place(source, alias.name)
        elif isinstance(node, ast.FunctionDef):
            module.names[node.name] = node
        elif isinstance(node, ast.ClassDef) and node.name in CLASSES:
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    module.methods.setdefault(method.name, []).append(method)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and node.value is not None:
                    module.names[target.id] = node.value
    return module


@cache
def _methods(name: str) -> tuple[Place, ...]:
    # The name of a place with a dot stands for the methods of a module.
    return tuple(
        Place(module, f".{name}") for module, read in _modules().items() if name in read.methods
    )


def _nodes(place: Place) -> list[ast.AST]:
    module = _modules().get(place.module)
    if module is None or place.name == "executable_schema":  # it reaches every resolver
        return []
    if place.name.startswith("."):
        return module.methods[place.name[1:]]
    if place.name in module.names:
        return [module.names[place.name]]
    return []


def _references(module: str, node: ast.AST) -> Iterator[Place | ErrorCode]:
    imports = _modules()[module].imports
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield imports.get(part.id, Place(module, part.id))
        elif isinstance(part, ast.Attribute):
            owner = part.value.id if isinstance(part.value, ast.Name) else ""
            imported = imports.get(owner)
            if owner == "ErrorCode":
                yield ErrorCode[part.attr]
            elif imported is not None and f"{imported.module}.{imported.name}" in _modules():
                yield Place(f"{imported.module}.{imported.name}", part.attr)
            else:
                yield from _methods(part.attr)
