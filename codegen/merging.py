"""Merges the modules that hold the results of single operations into one."""

import ast
from collections.abc import Sequence
from pathlib import Path


def merged_modules(package: Path, names: Sequence[str]) -> str:
    """Source of one module with everything that is in the named ones.

    Each of them holds a class or two: as files of their own they would be most of the package.
    """
    imports: list[str] = []
    classes: list[str] = []
    for name in names:
        for statement in ast.parse((package / name).read_text(encoding="utf-8")).body:
            is_import = isinstance(statement, ast.ImportFrom)
            (imports if is_import else classes).append(ast.unparse(statement))
    return "\n".join([*dict.fromkeys(imports), *classes])
