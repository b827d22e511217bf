"""``scripts.emulator_coverage``: the page of operations that the emulator supports."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = Path("docs", "emulator-coverage.md")


def write(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.emulator_coverage", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_the_check_rejects_a_missing_or_stale_page(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    missing = write(tmp_path, "--check")
    assert missing.returncode == 1
    assert write(tmp_path).returncode == 0
    assert (tmp_path / PAGE).read_bytes() == (ROOT / PAGE).read_bytes()
    assert write(tmp_path, "--check").returncode == 0
    (tmp_path / PAGE).write_text("| `users` | unsupported |\n")
    stale = write(tmp_path, "--check")
    assert stale.returncode == 1
    assert "make generate" in stale.stderr
    assert PAGE.as_posix() in stale.stderr
