"""Deriving the synchronous tree from the asynchronous one."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASYNC_TREE, SYNC_TREE = Path("authing_users", "_async"), Path("authing_users", "_sync")


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    """A copy of both trees, and of what derives one from the other."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for tree in (ASYNC_TREE, SYNC_TREE, Path("codegen")):
        shutil.copytree(ROOT / tree, tmp_path / tree)
    return tmp_path


def sync_twin(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "codegen.sync_twin", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def contents(root: Path) -> dict[str, str]:
    return {str(path): path.read_text("utf-8") for path in (root / SYNC_TREE).rglob("*.py")}


def test_writing_again_gives_the_same_text(trees: Path) -> None:
    before = contents(trees)
    assert sync_twin(trees).returncode == 0
    assert contents(trees) == before


def test_the_check_passes_on_what_was_written(trees: Path) -> None:
    assert sync_twin(trees, "--check").returncode == 0


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
    checked = sync_twin(trees, "--check")
    assert checked.returncode == 1
    assert ("extra.py" if change == "added" else "groups.py") in checked.stderr
    assert contents(trees) == before


def test_nothing_asynchronous_is_left() -> None:
    for path, text in contents(ROOT).items():
        code = text.split("\n", 1)[1]
        for word in ("await ", "async ", "Async", "_async", "asyncio"):
            assert word not in code, (path, word)
