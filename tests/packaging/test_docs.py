"""The examples of the documentation do what they say."""

import os
import re
import subprocess
import sys
from pathlib import Path

from ..support.emulator_pool import Stage

DOCS = Path(__file__).parents[2] / "docs"


def example(name: str) -> str:
    """Return the first example of a document."""
    found = re.search(r"```python\n(.*?)```", (DOCS / name).read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def test_the_example_of_reliability_walks_over_all_users(stage: Stage) -> None:
    stage.users(120)
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", example("reliability.md")],
        env={**os.environ, **stage.emulator.environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    total, *ids = finished.stdout.split()
    assert total == "120"
    assert len(set(ids)) == len(ids) == 120
