"""Virtual environments with the wheel, and programs that run in them."""

import os
import subprocess
import sys
import venv
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path

from .distributions import required


def environment(**variables: str) -> dict[str, str]:
    """Return the environment without the settings of the running Python and of coverage."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AUTHING_", "COVERAGE_", "PYTEST_", "PYTHON"))
    }
    return inherited | variables


def run(*command: str | Path, env: dict[str, str], cwd: Path | None = None) -> str:
    """Run a command that must succeed, and return its output."""
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=env, cwd=cwd)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def installed_python(
    wheel: Path, folder: Path, extras: Iterable[str] = (), others: Iterable[str] = ()
) -> Path:
    """Install the wheel in a new virtual environment, and return its Python.

    The dependencies have the versions of this environment, which pip's cache usually holds. So new
    releases of dependencies do not change the result.

    Args:
        wheel: The wheel.
        folder: The folder to create the environment in.
        extras: Extras of the wheel.
        others: Further distributions to install, which this environment has too.
    """
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    python = folder / "venv" / "bin" / "python"
    pinned = required(distribution("authing-users"))
    for extra in extras:
        pinned |= required(distribution("authing-users"), extra)
    for other in others:
        pinned |= required(distribution(other))
    versions = folder / "constraints.txt"
    versions.write_text(
        "\n".join(f"{name}=={dependency.version}" for name, dependency in pinned.items())
    )
    names = ",".join(extras)
    target = f"{wheel}[{names}]" if names else str(wheel)
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet")
    run(*pip, "--constraint", versions, target, *others, env=environment())
    return python


def install_requirements(python: Path, requirements: Path) -> None:
    """Install pinned distributions in a virtual environment, without their dependencies."""
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet")
    run(*pip, "--no-deps", "--require-hashes", "-r", requirements, env=environment())
