"""Generate packages for many cases, and check them."""

import json
import os
import re
import subprocess
import sys
import traceback
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from .case import Case
from .round_trip import forget, run_calls

ROOT = Path(__file__).parents[3]
SCRIPT = Path(__file__).with_name("generate_packages.py")
TEMPLATES = {path.stem for path in (ROOT / "authing_users/_codegen/templates").glob("*.py")}
CODEGEN = ROOT / ".venv-codegen" / "bin" / "python"


class Failure(NamedTuple):
    """The first reason why a case fails.

    Attributes:
        kind: Where it fails, and how. The same for cases that fail for the same reason.
        details: A traceback or error messages.
    """

    kind: str
    details: str


class PackageGenerator:
    """A process that generates packages, one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(
            [str(CODEGEN), str(SCRIPT)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._count = 0

    def __enter__(self) -> Self:
        sys.path.insert(0, str(self.folder))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        sys.path.remove(str(self.folder))
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def generate(self, case: Case) -> str | Failure:
        """Write the package of a case. Return its name, or why there is none."""
        name = f"case_{self._count}"
        self._count += 1
        queries = self.folder / name / "queries"
        queries.mkdir(parents=True)
        (queries.parent / "schema.graphql").write_text(case.schema_text, "utf-8")
        (queries / "queries.graphql").write_text(case.document_text, "utf-8")
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{queries.parent}\n")
        self._process.stdin.flush()
        response = json.loads(self._process.stdout.readline())
        if "error" in response:
            return Failure(f"generate: {_without_names(response['error'])}", response["error"])
        if response["problems"]:
            problems = "\n".join(response["problems"])
            return Failure(f"problem: {_without_names(problems)}", problems)
        return f"{name}_package"

    def remove_unused_imports(self) -> None:
        """Do to all packages what the generator does to each, which takes longer."""
        command = [str(CODEGEN.with_name("ruff")), "check", "--isolated", "--quiet", "--no-cache"]
        fixes = ["--fix", "--exit-zero", "--select", "I,F401", "--target-version", "py310"]
        subprocess.run([*command, *fixes, str(self.folder)], check=True)

    def run(self, case: Case, package: str) -> Failure | None:
        """Import a package, and check what its operations send and return."""
        try:
            run_calls(case, package, self.folder)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            kind = f"run: {type(error).__name__} in {place.name}"
            return Failure(kind, traceback.format_exc())
        finally:
            forget(package)
        return None

    def mypy(self, packages: Iterable[str]) -> dict[str, Failure]:
        """Check the types of packages, and of the calls that were made."""
        paths = [path for name in packages for path in (name, f"{name}_calls.py")]
        if not paths:
            return {}
        command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary"]
        with self._shared_templates():
            printed = subprocess.run(
                [*command, *paths],
                cwd=self.folder,
                env={**os.environ, "MYPYPATH": ""},
                capture_output=True,
                text=True,
                check=False,
            )
        assert printed.returncode in (0, 1), printed.stdout + printed.stderr
        return _by_package("mypy", printed.stdout.splitlines())

    @contextmanager
    def _shared_templates(self) -> Generator[None]:
        """Check modules that are the same in all packages only once: the others get a stub."""
        first: dict[bytes, Path] = {}
        stubs: list[Path] = []
        for path in sorted(self.folder.glob("case_*_package/*.py")):
            if path.stem not in TEMPLATES:
                continue
            same = first.setdefault(path.read_bytes(), path)
            if same is not path:
                stubs.append(path.with_suffix(".pyi"))
                source = f"from {same.parent.name}.{same.stem} import *\n"
                stubs[-1].write_text(source, "utf-8")
        yield
        for stub in stubs:
            stub.unlink()

    def pyright(self, packages: Iterable[str]) -> dict[str, Failure]:
        """Check the types of packages, and of the calls that were made, with pyright."""
        include = [path for name in packages for path in (name, f"{name}_calls.py")]
        if not include:
            return {}
        settings = {"include": include, "typeCheckingMode": "strict", "reportDeprecated": False}
        (self.folder / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
        command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable]
        printed = subprocess.run(
            [*command, "--project", str(self.folder)], capture_output=True, text=True, check=False
        )
        assert printed.returncode in (0, 1), printed.stdout + printed.stderr
        lines = [line for line in printed.stdout.splitlines() if " - error: " in line]
        return _by_package("pyright", lines)


def _by_package(tool: str, lines: Iterable[str]) -> dict[str, Failure]:
    grouped: dict[str, list[str]] = {}
    for line in lines:
        if match := re.search(r"case_\d+_package", line):
            grouped.setdefault(match[0], []).append(line)
    return {
        name: Failure(f"{tool}: {_code(errors)}", "\n".join(errors))
        for name, errors in grouped.items()
    }


def _code(errors: list[str]) -> str:
    """Return the code of the first error of a type checker."""
    return next(
        (match[1] for line in errors if (match := re.search(r"[\[(]([\w-]+)[\])]$", line))), ""
    )


def _without_names(text: str) -> str:
    """Return the last line without what is different for each case."""
    return re.sub(r"'[^']*'|\d+", "…", text.strip().splitlines()[-1])


def failures(
    cases: Mapping[str, Case], generator: PackageGenerator, *, types: bool = True, sample: int = 0
) -> dict[str, Failure]:
    """Return the failures of cases, by seed.

    Args:
        cases: The cases by seed.
        generator: Generates the packages.
        types: Whether mypy checks the packages without other failures.
        sample: How many of them pyright checks too. It takes much longer.
    """
    found: dict[str, Failure] = {}
    seeds: dict[str, str] = {}
    for seed, case in cases.items():
        package = generator.generate(case)
        if isinstance(package, Failure):
            found[seed] = package
        else:
            seeds[package] = seed
    generator.remove_unused_imports()
    for package, seed in seeds.items():
        if failure := generator.run(cases[seed], package):
            found[seed] = failure
    typed = [package for package, seed in seeds.items() if types and seed not in found]
    by_package = generator.mypy(typed) | generator.pyright(typed[:sample])
    found |= {seeds[package]: failure for package, failure in by_package.items()}
    return found
