"""Compare the public interface with the last tag: breaking differences belong in CHANGELOG.md.

Run from the repository root: ``python -m scripts.public_interface``. Exits with 1 if the unreleased
section of CHANGELOG.md lacks the name of a breaking difference in backticks, and prints what to
paste there. Without a tag, for example in a shallow clone, nothing is compared.
"""

import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from . import surface
from .surface import Difference, Surface, additions, differences, read_surface

PACKAGES = ("authing_users", "generated/authing_graphql")
CACHE = Path("build", "public_interface")


def last_tag(root: Path) -> str | None:
    """Return the newest tag that the current commit descends from, or ``None``."""
    described = _git(root, "describe", "--tags", "--abbrev=0")
    return described.decode().strip() if described else None


def surface_of_tag(root: Path, tag: str) -> Surface:
    """Return the public surface of a tag. It is stored below ``build/``, since it never changes."""
    commit = (_git(root, "rev-parse", f"{tag}^{{commit}}") or b"").decode().strip()
    version = hashlib.sha256(Path(surface.__file__).read_bytes()).hexdigest()[:12]
    stored = root / CACHE / f"{commit}-{version}.json"
    if stored.is_file():
        read: Surface = json.loads(stored.read_text("utf-8"))
        return read
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            archive = _git(root, "archive", "--format=tar", commit, "--", package)
            if archive is not None:
                with tarfile.open(fileobj=io.BytesIO(archive)) as files:
                    files.extractall(folder, filter="data")
        found = read_surface(Path(folder))
    stored.parent.mkdir(parents=True, exist_ok=True)
    stored.write_text(json.dumps(found), "utf-8")
    return found


def unreleased(changelog: str) -> str:
    """Return the unreleased section of a changelog."""
    match = re.search(
        r"^## \[?Unreleased\]?.*?$(.*?)(?=^## |\Z)",
        changelog,
        re.MULTILINE | re.DOTALL | re.IGNORECASE,
    )
    return "" if match is None else match[1]


def missing_from(section: str, found: list[Difference]) -> list[Difference]:
    """Return the differences whose name is in no code span of a section."""
    spans = re.findall(r"`([^`\n]+)`", section)
    return [
        difference
        for difference in found
        if not any(re.match(rf"{re.escape(difference.name)}(?![\w.])", span) for span in spans)
    ]


def paragraph(found: list[Difference]) -> str:
    """Return the text for the changelog."""
    return "\n".join(["### Changed", "", *(f"- Breaking: {difference}" for difference in found)])


def main(root: Path) -> int:
    """Compare, print the outcome, and return the exit status."""
    tag = last_tag(root)
    if tag is None:
        print("The public interface is not compared: the repository has no tag.")
        return 0
    old, new = surface_of_tag(root, tag), read_surface(root)
    found = differences(old, new)
    added = len(additions(old, new))
    print(f"Since {tag}: {len(found)} breaking differences, {added} new names.")
    changelog = root / "CHANGELOG.md"
    section = unreleased(changelog.read_text("utf-8")) if changelog.is_file() else ""
    missing = missing_from(section, found)
    if not missing:
        return 0
    print("CHANGELOG.md lacks breaking differences. Paste this into its unreleased section:\n")
    print(paragraph(missing))
    return 1


def _git(root: Path, *arguments: str) -> bytes | None:
    """Return what git prints, or ``None`` if it fails."""
    try:
        finished = subprocess.run(
            ["git", "-C", str(root), *arguments],  # noqa: S607
            capture_output=True,
            check=False,
        )
    except OSError:
        return None
    return finished.stdout if finished.returncode == 0 else None


if __name__ == "__main__":
    sys.exit(main(Path.cwd()))
