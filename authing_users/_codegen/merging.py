"""Merge the modules with the results of single operations into one."""

import ast
from collections.abc import Sequence
from pathlib import Path


def merged_modules(package: Path, names: Sequence[str]) -> str:
    """Return the source of one module with the classes of the given modules.

    Most operations have one or two result classes, which are not worth a file each.
    """
    imports: list[str] = []
    classes: list[str] = []
    for name in names:
        for statement in ast.parse((package / name).read_text(encoding="utf-8")).body:
            is_import = isinstance(statement, ast.ImportFrom)
            (imports if is_import else classes).append(ast.unparse(statement))
    return "\n".join([*dict.fromkeys(imports), *classes])
