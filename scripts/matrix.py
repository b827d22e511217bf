"""Run the tests on each version of CPython that is installed: what `make matrix` does.

Run from the repository root: ``python -m scripts.matrix VERSION ... [-- PYTEST ARGUMENTS]``.
It looks for ``python3.X`` on ``PATH``, then among the versions that pyenv installed. Each version
gets an environment of its own, ``.venv-3.X``, with the same pinned packages as ``.venv``. Without
arguments for pytest, the slow tests are left out.
The exit status is 1 if the tests fail on one of the versions. A version that is not installed is
reported, and is not a failure.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent

_IDENTIFY = (
    "import platform; print(platform.python_implementation(), platform.python_version(), sep='-')"
)


def find_interpreter(version: str) -> tuple[str, str] | None:
    """Return the path and the full version of an installed CPython, or None.

    A file of the right name is not enough: pyenv puts a ``python3.X`` on ``PATH`` that only prints
    an error unless that version is selected.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    on_path = shutil.which(f"python{version}")
    candidates = [Path(on_path)] if on_path else []
    installed = pyenv.glob(f"versions/*/bin/python{version}")
    candidates += sorted(installed, key=_version_of, reverse=True)
    for candidate in candidates:
        command = [str(candidate), "-c", _IDENTIFY]
        printed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        name, _, full_version = printed.strip().partition("-")
        if name == "CPython" and full_version.startswith(f"{version}."):
            return str(candidate), full_version
    return None


def _version_of(interpreter: Path) -> list[int]:
    """Return the numbers in the name of the folder that pyenv installed a version in."""
    return [int(number) for number in re.findall(r"\d+", interpreter.parts[-3])]


def run_tests(version: str, interpreter: str, arguments: Sequence[str]) -> bool:
    """Install the environment of a version and run the tests in it; return whether they passed."""
    environment = f".venv-{version}"
    make = os.environ.get("MAKE", "make")
    install = [make, "--no-print-directory", f"{environment}/ready", f"PYTHON={interpreter}"]
    selection = arguments or ["-m", "not slow"]
    test = [f"{environment}/bin/python", "-m", "pytest", "--numprocesses", "auto", *selection]
    return all(
        subprocess.run(command, cwd=ROOT, check=False).returncode == 0
        for command in (install, test)
    )


def main(arguments: Sequence[str]) -> int:
    """Run the tests on the given versions, print a line for each, and return the exit status."""
    split = arguments.index("--") if "--" in arguments else len(arguments)
    summary: list[str] = []
    failed = False
    for version in arguments[:split]:
        found = find_interpreter(version)
        if found is None:
            summary.append(f"Python {version}: not installed")
            continue
        interpreter, full_version = found
        print(f"== Python {full_version}: {interpreter}", flush=True)
        start = time.monotonic()
        passed = run_tests(version, interpreter, arguments[split + 1 :])
        failed = failed or not passed
        outcome = "passed" if passed else "FAILED"
        summary.append(f"Python {full_version}: {outcome} in {time.monotonic() - start:.0f} s")
    print("== make matrix", *summary, sep="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
