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
from pathlib import Path

from authing_users._codegen.problems import GenerationError

# Type checkers do not see ariadne-codegen, which has an environment of its own.
config = importlib.import_module("authing_users._codegen.config")
generator = importlib.import_module("authing_users._codegen.generate")
package_module = importlib.import_module("ariadne_codegen.client_generators.package")


def generate(folder: Path) -> list[str]:
    """Write a package. Return the problems for which this is impossible."""
    settings = config.read_settings(
        schema=folder / "schema.graphql",
        queries=folder / "queries",
        package=f"{folder.name}_package",
        out=folder.parent,
    )
    try:
        generator.generate(settings)
    except GenerationError as error:
        return [*map(str, error.problems)]
    return []


def format_many(codes: list[str], *, remove_unused_imports: bool = True) -> list[str]:
    """Return the modules as they are. Formatting takes most of the time."""
    return codes


def main() -> None:
    """Respond to each line."""
    assert package_module.format_many
    package_module.format_many = format_many  # type: ignore[attr-defined]
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
