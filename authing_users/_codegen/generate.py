"""Write generated/ from schema.graphql and queries/; ``--check`` tells if it is up to date.

Run from the repository root: ``python -m authing_users._codegen.generate [--check]``.
"""

import argparse
import contextlib
import filecmp
import io
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path

from .main import client
from .settings import SETTINGS

SOURCES = ("schema.graphql", "queries", "codegen.toml")
PACKAGE = Path("generated", "authing_graphql")


def generate(root: Path) -> None:
    """Write the generated package below ``root``, which contains the sources."""
    (root / PACKAGE).mkdir(parents=True, exist_ok=True)
    own = tomllib.loads((root / "codegen.toml").read_text(encoding="utf-8"))
    settings = {**SETTINGS, **own["tool"]["ariadne-codegen"]}
    with contextlib.chdir(root), contextlib.redirect_stdout(io.StringIO()):
        try:
            client({"tool": {"ariadne-codegen": settings}})
        except Exception as error:
            sys.exit(f"Generation failed: {error}")


def differing_files(written: Path, expected: Path) -> list[str]:
    """Return the files of the generated package that differ between two trees."""
    names = {
        path.relative_to(tree / PACKAGE).as_posix()
        for tree in (written, expected)
        for path in (tree / PACKAGE).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    _, mismatched, missing = filecmp.cmpfiles(
        written / PACKAGE, expected / PACKAGE, sorted(names), shallow=False
    )
    return sorted([*mismatched, *missing])


def check(root: Path) -> None:
    """Exit with a message if the generated package is out of date."""
    with tempfile.TemporaryDirectory() as scratch:
        expected = Path(scratch)
        for source in SOURCES:
            if (root / source).is_dir():
                shutil.copytree(root / source, expected / source)
            else:
                shutil.copy(root / source, expected / source)
        generate(expected)
        differing = differing_files(root, expected)
    if differing:
        sys.exit(f"Out of date, run `make generate`: {PACKAGE.as_posix()}: {', '.join(differing)}")
    print(f"{PACKAGE.as_posix()} is up to date.")


def main() -> None:
    """Generate, or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if out of date")
    arguments = parser.parse_args()
    if arguments.check:
        check(Path.cwd())
    else:
        generate(Path.cwd())


if __name__ == "__main__":
    main()
