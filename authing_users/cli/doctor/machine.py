"""Checks of this machine: versions, the file of profiles, the keyring."""

import importlib.util
import platform
import stat
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from .._errors import UsageProblem
from .findings import Finding, failure, ok, warning

__all__ = ["check_keyring", "check_profile_file", "check_versions"]

LIBRARIES = ("httpx", "pydantic", "cryptography", "typer", "rich")
# Modules of extras, and what is missing without them.
EXTRAS = {
    "pyreqwest": ("fast", "requests take several times as much CPU time"),
    "jmespath": ("cli", "--jq does not work"),
    "keyring": ("cli", "secrets cannot be stored"),
    "graphql": ("emulator", "schemas cannot be compared, and the emulator does not run"),
    "pyarrow": ("parquet", "Parquet files cannot be read or written"),
}
READABLE_BY_OTHERS = stat.S_IRGRP | stat.S_IROTH
WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def check_versions() -> Iterator[Finding]:
    """Check the versions of Python and of libraries, and which extras are installed."""
    from ..._version import __version__

    names = [f"{name} {_version(name)}" for name in LIBRARIES]
    yield ok(
        "versions",
        f"authing-users {__version__}, Python {platform.python_version()} on"
        f" {sys.platform}, {', '.join(names)}",
    )
    for module, (extra, loss) in EXTRAS.items():
        if importlib.util.find_spec(module) is None:
            yield warning(
                f"extra {extra}",
                f"{module} is not installed: {loss}",
                f"pip install 'authing-users[{extra}]'",
            )


def check_profile_file() -> Finding:
    """Check that the file of profiles is valid, and that only its owner can change it."""
    from .._profiles import ProfileFile

    try:
        file = ProfileFile()
    except UsageProblem as error:
        return failure("profiles", error.message, error.hint)
    if not file.path.exists():
        return ok("profiles", f"none in {file.path}")
    number = len(file.profiles)
    mode = file.path.stat().st_mode
    if sys.platform != "win32" and mode & (READABLE_BY_OTHERS | WRITABLE_BY_OTHERS):
        verb = "change" if mode & WRITABLE_BY_OTHERS else "read"
        return warning("profiles", f"others can {verb} {file.path}", f"chmod 600 '{file.path}'")
    default = f", by default {file.default_name}" if file.default_name else ""
    return ok("profiles", f"{number} in {file.path}{default}")


def check_keyring() -> Finding:
    """Check whether secrets can be stored."""
    from .._secrets import KeyringProblem, keyring_name

    try:
        return ok("keyring", keyring_name())
    except KeyringProblem as problem:
        return warning(
            "keyring",
            f"secrets cannot be stored: {problem}",
            "Set AUTHING_USERPOOL_SECRET for each use, or install a keyring of the system.",
        )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"
