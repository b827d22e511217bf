"""Build distributions, and find what they require and contain."""

import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


def build(source: Path, folder: Path, *options: str) -> None:
    """Build distributions of a source tree.

    Args:
        source: The source tree.
        folder: Folder to write the distributions to.
        options: Further options of ``build``.
    """
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), *options]
    built = subprocess.run([*command, str(source)], check=False, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr


def the_wheel(folder: Path) -> Path:
    """Return the only wheel in a folder."""
    (wheel,) = folder.glob("*.whl")
    return wheel


def files_of_sdist(sdist: Path) -> set[str]:
    """Return the paths in a source distribution, relative to its top folder."""
    with tarfile.open(sdist) as archive:
        return {member.name.split("/", 1)[1] for member in archive if member.isfile()}


def files_of_wheel(wheel: Path) -> dict[str, int]:
    """Return the checksum of each file in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {member.filename: member.CRC for member in archive.infolist()}


def project_files() -> set[str]:
    """Return the tracked files of the source tree. Without git, return all but hidden files."""
    if (ROOT / ".git").exists():
        command = ["git", "ls-files"]
    else:
        unhidden = ["-not", "-path", "*/.*", "-not", "-path", "*/node_modules/*"]
        command = ["find", ".", "-type", "f", *unhidden]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    names = {name.removeprefix("./") for name in listed.stdout.splitlines()}
    return {name for name in names if (ROOT / name).is_file()}


def requirements(package: Distribution, extra: str = "") -> Iterator[Requirement]:
    """Yield the requirements of a plain install, or those that an extra adds."""
    for line in package.requires or []:
        requirement = Requirement(line)
        marker = requirement.marker
        plain = marker is None or marker.evaluate({"extra": ""})
        if not extra if plain else marker is not None and marker.evaluate({"extra": extra}):
            yield requirement


def required(package: Distribution, extra: str = "") -> dict[str, Distribution]:
    """Return what an install with an extra installs, the package included, by normalized name.

    Raises:
        PackageNotFoundError: A requirement is not installed in this environment.
        AssertionError: It is installed in a version that does not satisfy the requirement.
    """
    distributions = {normalized(package.name): package}
    pending = [*requirements(package), *(requirements(package, extra) if extra else ())]
    seen: set[str] = set()
    while pending:
        requirement = pending.pop()
        if str(requirement) in seen:
            continue
        seen.add(str(requirement))
        dependency = distribution(requirement.name)
        assert requirement.specifier.contains(dependency.version, prereleases=True), requirement
        distributions[normalized(requirement.name)] = dependency
        for name in ("", *requirement.extras):
            pending += requirements(dependency, name)
    return distributions


def normalized(name: str) -> str:
    """Return the name of a distribution as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
