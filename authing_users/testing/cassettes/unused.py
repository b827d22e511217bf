"""Find cassettes that no test uses, from the source of the tests alone."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from .files import SUFFIXES

FOLDER = "cassettes"
# Calls whose arguments name cassettes.
_NAMING_CALLS = frozenset({"authing_cassette", "default_cassette", "use_cassette", "vcr"})
# In file names, pytest-recording replaces these by hyphens.
_UNSAFE = r"<>?%*:|\"'/\\"
_SKIPPED = frozenset({".git", ".tox", ".venv", "__pycache__", "node_modules", "site-packages"})


def unused_cassettes(paths: Iterable[Path]) -> list[Path]:
    """Return cassettes whose test does not exist, in the folders that pytest-recording uses.

    A cassette is used if a function or method of its test module has its name, or if a call in any
    file below the same root names it: ``@pytest.mark.vcr("extra.yaml")``, ``default_cassette``,
    ``authing_cassette`` or ``use_cassette``. Modules are parsed, not imported. If a name is not a
    literal, the cassettes that it could name are used.

    Args:
        paths: Folders with tests, or their folders of cassettes.
    """
    modules: dict[Path, dict[Path, _Module]] = {}
    unused: set[Path] = set()
    for path in paths:
        resolved = path.resolve()
        root = _root(resolved)
        if root not in modules:
            modules[root] = {file: _Module(file) for file in _files(root, (".py",))}
        unused |= {
            path / cassette.relative_to(resolved)
            for cassette in _files(resolved, SUFFIXES)
            if FOLDER in cassette.parts[:-1] and not _is_used(cassette, modules[root])
        }
    return sorted(unused)


def _root(path: Path) -> Path:
    """Return the folder that holds the tests of a folder of cassettes."""
    if FOLDER in path.parts:
        return Path(*path.parts[: path.parts.index(FOLDER)])
    return path


def _files(root: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    if root.is_file():
        yield root
        return
    for path in sorted(root.iterdir()):
        if path.is_dir() and path.name not in _SKIPPED:
            yield from _files(path, suffixes)
        elif path.suffix in suffixes:
            yield path


def _is_used(cassette: Path, modules: dict[Path, "_Module"]) -> bool:
    folder = cassette.parts.index(FOLDER)
    test_folder, parts = Path(*cassette.parts[:folder]), cassette.parts[folder + 1 :]
    own = modules.get(test_folder / f"{parts[0]}.py")
    if own is not None and len(parts) == 2 and own.has_test(cassette.stem):
        return True
    if len(parts) == 1:
        # It belongs to no module: only a call that names it shows that it is used.
        own = None
    return any(module.names(cassette, is_own=module is own) for module in modules.values())


@dataclass
class _Class:
    methods: set[str] = field(default_factory=set[str])
    bases: list[str] = field(default_factory=list[str])


class _Module:
    """The tests of a module, and the cassettes that its source names."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _tree(self) -> ast.Module | None:
        """Return the parsed source, or ``None`` if it cannot be parsed: it may use anything."""
        try:
            return ast.parse(self._path.read_bytes())
        except (OSError, SyntaxError, ValueError, RecursionError):
            return None

    def has_test(self, name: str) -> bool:
        """Return whether a test writes a cassette of this name."""
        if self._tree is None:
            return True
        class_name, dot, test = name.partition(".")
        test = test if dot else name
        if dot and class_name in self._classes and self._inherits(class_name, test):
            return True
        return not dot and _matches(self._functions, test)

    def _inherits(self, class_name: str, test: str) -> bool:
        known = self._classes[class_name]
        if _matches(known.methods, test):
            return True
        return any(
            # The methods of a class of another module are not known.
            base != class_name and (base not in self._classes or self._inherits(base, test))
            for base in known.bases
        )

    @cached_property
    def _functions(self) -> set[str]:
        body = self._tree.body if self._tree else []
        # Tests below conditions, too.
        return {
            node.name
            for statement in body
            if not isinstance(statement, ast.ClassDef)
            for node in ast.walk(statement)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }

    @cached_property
    def _classes(self) -> dict[str, _Class]:
        classes: dict[str, _Class] = {}
        for node in ast.walk(self._tree or ast.Module([], [])):
            if isinstance(node, ast.ClassDef):
                found = classes.setdefault(node.name, _Class())
                found.methods |= {
                    item.name
                    for item in ast.walk(node)
                    if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)
                }
                bases = [ast.unparse(base) for base in node.bases]
                found.bases += [base for base in bases if base not in ("object", "Protocol")]
        return classes

    @cached_property
    def _patterns(self) -> list[re.Pattern[str]]:
        """Return patterns of the names of cassettes in calls."""
        patterns: set[str] = set()
        for node in ast.walk(self._tree or ast.Module([], [])):
            if isinstance(node, ast.Call) and _name(node.func) in _NAMING_CALLS:
                arguments = [
                    *node.args,
                    *(keyword.value for keyword in node.keywords if keyword.arg == "path"),
                ]
                for argument in arguments:
                    patterns |= self._pattern(argument)
        suffixes = "|".join(map(re.escape, SUFFIXES))
        return [re.compile(f"{pattern}(?:{suffixes})?") for pattern in patterns]

    @cached_property
    def _constants(self) -> dict[str, ast.expr]:
        body = self._tree.body if self._tree else []
        return {
            target.id: statement.value
            for statement in body
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Name)
        }

    def _pattern(self, node: ast.expr, depth: int = 0) -> set[str]:
        """Return patterns of the end of a path that an expression stands for."""
        if isinstance(node, ast.Constant):
            return {re.escape(node.value)} if isinstance(node.value, str) else set()
        if isinstance(node, ast.JoinedStr):
            pieces = [self._pattern(value, depth + 1) or {".*"} for value in node.values]
            return {"".join(next(iter(piece)) for piece in pieces)}
        if isinstance(node, ast.Name) and node.id in self._constants and depth < 5:
            return self._pattern(self._constants[node.id], depth + 1)
        if isinstance(node, ast.Call) and _name(node.func) in ("str", "fspath") and node.args:
            return self._pattern(node.args[0], depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            return self._pattern(node.right, depth)  # the end of a path
        return {".*"}

    def names(self, cassette: Path, *, is_own: bool) -> bool:
        """Return whether a call in the module names a cassette.

        Args:
            cassette: The cassette.
            is_own: Whether it is in the folder of this module. A name that is not known can only be
                that of such a cassette.
        """
        text = cassette.as_posix()
        for pattern in self._patterns:
            if pattern.pattern.startswith(".*") and not is_own:
                continue
            match = re.search(rf"(?:^|/)(?:\./)?(?:{pattern.pattern})$", text)
            if match is not None:
                return True
        return False


def _matches(functions: set[str], name: str) -> bool:
    """Return whether a file name is that of a function, also with its parameters."""
    return any(
        name == function or (name.startswith(f"{function}[") and name.endswith("]"))
        for function in functions
    )


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
