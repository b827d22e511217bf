"""Imports run downwards only: the rooms of the package, and who may import whom."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import authing_users

PACKAGE = Path(authing_users.__file__).parent

# From the top to the bottom. A room imports rooms of lower layers, and of its own layer as long as
# there is no circle.
LAYERS: list[set[str]] = [
    {"__init__", "__main__"},
    {"cli", "testing", "fast", "files", "_schema"},
    {"_async", "_sync"},
    {"_http", "_concurrency", "_inputs"},
    {"_bulk", "_plans", "_policy", "_telemetry"},
    {
        "_config",
        "_protocol",
        "models",
        "options",
        "bulk",
        "plans",
        "scaling",
        "_generated",
        "_user_record",
    },
    {"_runtime"},
    {"errors", "http_interface", "_version"},
]
LAYER_OF = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}
# A local service and a generator: they know the schema, and none of the client's rooms.
STANDALONE = {"emulator", "_codegen"}


def room_of(module: str) -> str:
    """Return the room of a module, named relative to the package."""
    return module.partition(".")[0] or "__init__"


@cache
def imports(path: Path) -> list[tuple[str, bool]]:
    """Return the modules of the package that a file imports, and whether inside of a function."""
    return [*_imports(path)]


def _imports(path: Path) -> Iterator[tuple[str, bool]]:
    relative = path.relative_to(PACKAGE)
    package = [*relative.parts[:-1]]
    tree = ast.parse(path.read_text("utf-8"))
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] == PACKAGE.name:
                    yield alias.name.partition(".")[2], id(node) in inside
        elif isinstance(node, ast.ImportFrom):
            if not node.level:
                top, _, rest = (node.module or "").partition(".")
                if top == PACKAGE.name:
                    yield rest, id(node) in inside
                continue
            base = package[: len(package) - node.level + 1]
            module = ".".join([*base, *([node.module] if node.module else [])])
            if node.module:
                yield module, id(node) in inside
            else:
                for alias in node.names:
                    yield ".".join([*base, alias.name]), id(node) in inside


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts if parts[-1] != "__init__" or len(parts) == 1 else parts[:-1])


FILES = sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)


def upward_imports() -> list[str]:
    """Return the imports that go upwards, or into a room that stands alone."""
    wrong: list[str] = []
    for path in FILES:
        module = module_name(path)
        room = room_of(module)
        for imported, is_inside in imports(path):
            target = room_of(imported)
            if target == room:
                continue
            if room in STANDALONE:
                is_allowed = target == "_version"
            elif target in STANDALONE:
                is_allowed = room in {"cli", "testing"} and is_inside
            else:
                is_allowed = LAYER_OF[room] <= LAYER_OF[target]
            if not is_allowed:
                wrong.append(f"{module} imports {imported}")
    return wrong


def test_every_room_has_a_layer() -> None:
    rooms = {room_of(module_name(path)) for path in FILES}
    assert rooms - STANDALONE == set(LAYER_OF)


def test_imports_run_downwards() -> None:
    assert upward_imports() == []


def test_no_rooms_import_each_other() -> None:
    graph: dict[str, set[str]] = {}
    for path in FILES:
        room = room_of(module_name(path))
        targets = {room_of(imported) for imported, _ in imports(path)}
        graph.setdefault(room, set()).update(targets - {room})
    list(TopologicalSorter(graph).static_order())


def test_no_modules_import_each_other() -> None:
    modules = {module_name(path) for path in FILES}
    graph: dict[str, set[str]] = {}
    for path in FILES:
        name = module_name(path)
        graph[name] = {
            imported
            for imported, is_inside in imports(path)
            if imported in modules and imported != name and not is_inside
        }
    list(TopologicalSorter(graph).static_order())


def test_a_circle_is_found() -> None:
    with pytest.raises(CycleError):
        list(TopologicalSorter({"a": {"b"}, "b": {"a"}}).static_order())


def test_an_upward_import_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LAYER_OF, "_runtime", 0)
    assert "_policy.limits imports _runtime.fork" in upward_imports()


def test_the_generated_package_imports_nothing_of_ours() -> None:
    import authing_graphql

    for path in Path(authing_graphql.__file__).parent.rglob("*.py"):
        assert "authing_users" not in path.read_text("utf-8")


def test_only_tls_settings_and_the_emulator_touch_sockets() -> None:
    found = {
        (module_name(path), line.strip())
        for path in FILES
        for line in path.read_text("utf-8").splitlines()
        if any(word in line for word in ("import socket", "import ssl", "select.poll"))
    }
    assert found == {
        ("_http.tls", "import ssl"),
        ("_runtime.sockets", "import socket"),  # recognizes test tools that replace sockets
        ("emulator.serving", "import socket"),
        ("options", "import ssl"),
    }
