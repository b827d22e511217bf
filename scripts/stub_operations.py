"""Write the types of ``authing_stub.on``: an overload for each operation that can be stubbed.

Run from the repository root: ``python -m scripts.stub_operations [--check]``.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from authing_users.testing.stub.operations import Operation, all_operations

MODULE = Path("authing_users", "testing", "stub", "operation_types.py")
HEAD = '''"""The operations that can be stubbed: their variables, and the types of their results.

Written by ``scripts/stub_operations.py``: change ``queries/`` or ``operations.py``, and run
``make generate``.
"""
'''
CLASS = '''
class StubsOperations:
    """The overloads of ``AuthingStub.on``."""
'''
IMPLEMENTATION = '''
    def on(self, operation: Any, /, **variables: object) -> Any:
        """Stub the calls of an operation.

        Args:
            operation: Name of the operation, as errors and logs show it: ``ListUsers``.
            **variables: Variables that the calls must have, as in ``on("ListUsers", page=1)``.
                Others do not matter. A dict stands for an object with at least these fields. If
                several stubs match a call, the last one responds.

        Raises:
            InvalidInputError: The operation or a variable does not exist.
        """
        return self._on(operation, variables)

    def _on(self, operation: str, variables: Mapping[str, object]) -> Stub[Any]:
        raise NotImplementedError
'''


def source() -> str:
    """Return the source of the module, unformatted."""
    operations = sorted(all_operations().values(), key=lambda operation: operation.name)
    models = sorted(
        {(model.__module__, model.__name__) for one in operations for model in _models(one.result)}
    )
    imports = [
        "from collections.abc import Mapping",
        "from typing import Any, Literal, overload",
        "from .expectations import Stub",
        *(
            f"from {'...models' if module.startswith('authing_users') else 'authing_graphql'} "
            f"import {name}"
            for module, name in models
        ),
    ]
    return "\n".join([HEAD, *imports, CLASS, *map(_overload, operations), IMPLEMENTATION])


def _overload(operation: Operation) -> str:
    variables = "".join(f", {name}: object = ..." for name in sorted(operation.variables))
    keywords = f", *{variables}" if variables else ""
    return (
        "    @overload\n"
        f'    def on(self, operation: Literal["{operation.name}"], /{keywords}) '
        f"-> Stub[{_written(operation.result)}]: ..."
    )


def _written(annotation: Any) -> str:
    """Return the type of a result as source."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation is NoneType:
        return "None"
    if origin in (Union, UnionType):
        return " | ".join(map(_written, arguments))
    if origin is list:
        return f"list[{_written(arguments[0])}]"
    return str(annotation.__name__)


def _models(annotation: Any) -> Iterator[type]:
    if get_args(annotation):
        for argument in get_args(annotation):
            yield from _models(argument)
    elif annotation not in (NoneType, bool, int, str):
        yield annotation


def formatted(text: str) -> str:
    """Return source with sorted imports, as ruff formats it."""
    for command in (["check", "--select", "I", "--fix"], ["format"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--quiet"]
        ruff += ["--stdin-filename", str(MODULE), "-"]
        text = subprocess.run(ruff, input=text, capture_output=True, text=True, check=True).stdout
    return text


def main() -> None:
    """Write, or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if out of date")
    text = formatted(source())
    if not parser.parse_args().check:
        MODULE.write_text(text, "utf-8")
    elif MODULE.read_text("utf-8") != text:
        sys.exit(f"Out of date, run `make generate`: {MODULE.as_posix()}")
    else:
        print(f"{MODULE.as_posix()} is up to date.")


if __name__ == "__main__":
    main()
