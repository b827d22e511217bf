"""Generate packages, as many as are asked for. Runs where ariadne-codegen is installed.

Each line on standard input is the path of a folder with ``schema.graphql`` and ``queries/``. The
package is written beside it, with the name of the folder and ``_package``. The response is a line
with the problems, or with the traceback of an error that is not a problem of the input.
"""

import contextlib
import importlib
import io
import json
import sys
import traceback
import warnings
from pathlib import Path

from graphql import Source, build_schema, parse

from authing_users._codegen.problems import GenerationError
from authing_users._codegen.settings import SETTINGS
from authing_users._codegen.support import find_problems

# Type checkers do not see ariadne-codegen, which has an environment of its own.
generator = importlib.import_module("ariadne_codegen.main")
utils = importlib.import_module("ariadne_codegen.utils")
FORMATTING = ("ariadne_codegen.contrib.extract_operations", "authing_users._codegen.plugin")


def generate(folder: Path) -> list[str]:
    """Write a package. Return the problems for which this is impossible."""
    schema_path, queries = folder / "schema.graphql", folder / "queries"
    package = folder.with_name(f"{folder.name}_package")
    settings = {
        **SETTINGS,
        "schema_path": str(schema_path),
        "queries_path": str(queries),
        "target_package_path": str(package.parent),
        "target_package_name": package.name,
    }
    schema = build_schema(Source(schema_path.read_text("utf-8"), str(schema_path)))
    documents = [
        parse(Source(path.read_text("utf-8"), str(path))) for path in queries.glob("*.graphql")
    ]
    if problems := find_problems(schema, documents):
        return [*map(str, problems)]
    package.mkdir()
    try:
        generator.client({"tool": {"ariadne-codegen": settings}})
    except GenerationError as error:
        return [*map(str, error.problems)]
    return []


def format_code(code: str, *, remove_unused_imports: bool = True) -> str:
    """Return the code as it is. Formatting takes most of the time, and changes no meaning."""
    return code


def format_many(codes: list[str], *, remove_unused_imports: bool = True) -> list[str]:
    """Return the modules as they are."""
    return codes


def skip_formatting() -> None:
    """Replace the functions that format code, in each module that has imported them."""
    for name in FORMATTING:
        importlib.import_module(name)
    stock = {name: getattr(utils, name) for name in ("format_code", "format_many")}
    for module in [*sys.modules.values()]:
        for function in (format_code, format_many):
            name = function.__name__
            if getattr(module, name, None) is stock[name]:
                setattr(module, name, function)


def main() -> None:
    """Respond to each line."""
    skip_formatting()
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        response: dict[str, object] = {}
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                response["problems"] = generate(Path(line.strip()))
        except Exception:
            response["error"] = traceback.format_exc()
        print(json.dumps(response), flush=True)


if __name__ == "__main__":
    main()
