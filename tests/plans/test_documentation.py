"""The examples of docs/plans.md do what the page says."""

import os
import re
import subprocess
import sys
from pathlib import Path

from ..support.emulator_pool import EmulatorPool

PAGE = Path(__file__).parents[2] / "docs" / "plans.md"


def test_examples_of_the_page_run_in_its_order(emulator_pool: EmulatorPool) -> None:
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    with emulator_pool.plain_client() as client:
        client.users.create({"externalId": "e-9", "name": "Zoe"})
        client.users.create({"username": "operator"})
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join(examples)],
        env={**os.environ, **emulator_pool.emulator.environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    output = re.sub(r"User \w{24}", "User ID", finished.stdout)
    assert output.splitlines() == [
        "create 2, update 0, suspend 1, delete 0, unchanged 0, conflict 0",
        "create the group staff",
        "create externalId=e-1",
        "create externalId=e-2",
        "suspend externalId=e-9",
        "2 created, 0 failed",
        "e-1 {'name': Change(old='Ada King', new='Ada Lovelace')}",
        "2 of 3 users would be deleted",
        "externalId=e-1 User ID changed since the plan was made: name",
    ]
