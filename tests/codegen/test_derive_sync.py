"""``scripts.derive_sync``: the synchronous tree is derived from the asynchronous one."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASYNC_TREE, SYNC_TREE = Path("authing_users", "_async"), Path("authing_users", "_sync")


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    """A copy of both trees and of the script."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for tree in (ASYNC_TREE, SYNC_TREE, Path("scripts")):
        shutil.copytree(ROOT / tree, tmp_path / tree)
    return tmp_path


def derive_sync(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.derive_sync", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def contents(root: Path) -> dict[str, str]:
    return {str(path): path.read_text("utf-8") for path in (root / SYNC_TREE).rglob("*.py")}


def test_writing_again_gives_the_same_text(trees: Path) -> None:
    before = contents(trees)
    assert derive_sync(trees).returncode == 0
    assert contents(trees) == before


def test_the_check_passes_on_what_was_written(trees: Path) -> None:
    assert derive_sync(trees, "--check").returncode == 0


@pytest.mark.parametrize("change", ["edited", "tail", "missing", "added", "source"])
def test_the_check_names_what_is_out_of_date_and_writes_nothing(trees: Path, change: str) -> None:
    twin = trees / SYNC_TREE / "users" / "groups.py"
    if change == "edited":
        twin.write_text(twin.read_text("utf-8").replace("Code of the group", "code"), "utf-8")
    elif change == "tail":
        twin.write_text(twin.read_text("utf-8") + "\nx = 1\n", "utf-8")
    elif change == "missing":
        twin.unlink()
    elif change == "added":
        shutil.copy(twin, twin.with_name("extra.py"))
    else:
        source = trees / ASYNC_TREE / "users" / "groups.py"
        source.write_text(source.read_text("utf-8") + "\nx = 1\n", "utf-8")
    before = contents(trees)
    checked = derive_sync(trees, "--check")
    assert checked.returncode == 1
    assert ("extra.py" if change == "added" else "groups.py") in checked.stderr
    assert contents(trees) == before


def test_a_rule_that_matches_nothing_is_reported(trees: Path) -> None:
    script = trees / "scripts" / "derive_sync.py"
    rule = 'REPLACEMENTS: list[tuple[str, str]] = [\n    (r"matches_nothing", ""),'
    head, _, tail = script.read_text("utf-8").partition("REPLACEMENTS: list[tuple[str, str]] = [")
    script.write_text(head + rule + tail, "utf-8")
    derived = derive_sync(trees)
    assert derived.returncode == 1
    assert "matches_nothing" in derived.stderr


def test_the_derived_tree_has_no_asynchronous_code() -> None:
    for path, text in contents(ROOT).items():
        code = text.split("\n", 1)[1]
        for word in ("await ", "async ", "Async", "_async", "asyncio"):
            assert word not in code, (path, word)
