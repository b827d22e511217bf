"""Write authing_users/_sync from authing_users/_async; ``--check`` tells if it is up to date.

Run from the repository root: ``python -m scripts.derive_sync [--check]``.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ASYNC_TREE = Path("authing_users", "_async")
SYNC_TREE = Path("authing_users", "_sync")
HEADER = "# Derived from {source}: change that, and run `make generate`.\n\n"

# Applied in order. A rule that matches nothing is an error.
REPLACEMENTS: list[tuple[str, str]] = [
    (r"\basync (def|for|with)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\bAwaitable\[(\w+(?:\[\w+\])?)\]", r"\1"),
    (r"\bAwaitable, ", ""),
    (r"\bAsyncGenerator\[(\w+), None\]", r"Generator[\1, None, None]"),
    (r"\b(_?)Async(?=[A-Z])", r"\1"),
    (r"\basync_sleep\b", "sleep"),
    (r"\b_concurrency\.tasks\b", "_concurrency.threads"),
    (r"\bcheck_async_(client_class|http_client)\b", r"check_\1"),
    (r"\basync_default_client\b", "default_client"),
    (r"\baiter_bytes\b", "iter_bytes"),
    (r"\baread\b", "read"),
    (r"\baclose\b", "close"),
    (r"\b__aenter__\b", "__enter__"),
    (r"\b__aexit__\b", "__exit__"),
    (r"the source that ``_sync`` is derived from", "derived from the asynchronous clients"),
    (r"\basynchronous\b", "synchronous"),
]


def derive(source: str, used: set[str]) -> str:
    """Turn asynchronous source into synchronous source.

    Args:
        source: The asynchronous source.
        used: Receives the patterns that matched.
    """
    for pattern, replacement in REPLACEMENTS:
        source, count = re.subn(pattern, replacement, source)
        if count:
            used.add(pattern)
    return source


def write_tree(root: Path) -> None:
    """Write the synchronous tree below ``root``, which holds the asynchronous one."""
    target = root / SYNC_TREE
    shutil.rmtree(target, ignore_errors=True)
    used: set[str] = set()
    for path in sorted((root / ASYNC_TREE).rglob("*.py")):
        relative = path.relative_to(root / ASYNC_TREE)
        written = target / relative
        written.parent.mkdir(parents=True, exist_ok=True)
        header = HEADER.format(source=(ASYNC_TREE / relative).as_posix())
        written.write_text(header + derive(path.read_text("utf-8"), used), "utf-8")
    if unused := [pattern for pattern, _ in REPLACEMENTS if pattern not in used]:
        sys.exit(f"Remove from REPLACEMENTS what matches nothing: {', '.join(unused)}")
    # Shorter names change the order of imports and the breaks of lines; `yield from` has no
    # asynchronous form.
    configuration = ["--config", str(Path("pyproject.toml").resolve())]
    fix = ["check", "--select", "I,UP028", "--fix", "--unsafe-fixes", "--quiet"]
    for command in (fix, ["format", "--quiet"]):
        ruff = [sys.executable, "-m", "ruff", *command, *configuration, str(target)]
        subprocess.run(ruff, check=True)


def check(root: Path) -> None:
    """Exit with a message if the synchronous tree is not what would be written."""
    with tempfile.TemporaryDirectory() as scratch:
        expected_root = Path(scratch)
        shutil.copytree(root / ASYNC_TREE, expected_root / ASYNC_TREE)
        write_tree(expected_root)
        expected, present = _texts(expected_root), _texts(root)
    differing = sorted(
        name for name in expected.keys() | present.keys() if expected.get(name) != present.get(name)
    )
    if differing:
        sys.exit(f"Out of date, run `make generate`: {', '.join(differing)}")
    print(f"{SYNC_TREE.as_posix()} is up to date.")


def _texts(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): path.read_text("utf-8")
        for path in (root / SYNC_TREE).rglob("*.py")
    }


def main() -> None:
    """Write, or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if out of date")
    if parser.parse_args().check:
        check(Path.cwd())
    else:
        write_tree(Path.cwd())


if __name__ == "__main__":
    main()
