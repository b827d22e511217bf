"""The blocks of docs/scaling.md work: the plain ones, and the recipes with task queues."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ..emulator.server import running
from .distributions import ROOT
from .environments import environment, install_requirements, installed_python, run
from .test_docs import python_blocks

BLOCKS = python_blocks("docs/scaling.md")
PLAIN = [block for block in BLOCKS if "celery" not in block and "temporalio" not in block]
(CELERY,) = (block for block in BLOCKS if "import Celery" in block)
(TEMPORAL,) = (block for block in BLOCKS if "temporalio" in block)

# Programs that import a recipe, and run it in their own process.
IN_CELERY = """
from recipe import *

app.conf.update(task_always_eager=True, task_store_eager_result=True)
with ManagementClient() as client:
    total = client.users.list().total_count
first = start("first", shards=3).get()
assert len(first) == 3
assert [sum(counts[name] for counts in first) for name in ("updated", "skipped")] == [total, 0]
second = start("first", shards=3).get()
assert [sum(counts[name] for counts in second) for name in ("updated", "skipped")] == [0, total]
"""
IN_TEMPORAL = """
from recipe import *

from types import SimpleNamespace

from temporalio.converter import DataConverter
from temporalio.testing import ActivityEnvironment
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

beats = []
environment = ActivityEnvironment()
environment.on_heartbeat = lambda progress: beats.append(progress.done)


async def execute_activity(function, *values, args=(), **limits):
    assert limits["heartbeat_timeout"] < limits["start_to_close_timeout"]
    arguments = []
    for value in [*values, *args]:  # as they travel
        payloads = await DataConverter.default.encode([value])
        arguments += await DataConverter.default.decode(payloads, [type(value)])
        assert arguments[-1] == value
    return await environment.run(function, *arguments)


async def check():
    async with AsyncManagementClient() as client:
        total = (await client.users.list()).total_count
    workflow.execute_activity = execute_activity
    workflow.info = lambda: SimpleNamespace(run_id="first")
    assert await ProcessUsers().run(3) == total
    assert sum(beats) >= total
    with SQLiteCheckpoint("temporal.db", "first") as checkpoint:
        assert checkpoint.summary() == (total, 0)


async def prepare():
    # The sandbox of a worker accepts the workflow: it imports nothing that is not deterministic.
    SandboxedWorkflowRunner().prepare_workflow(workflow._Definition.must_from_class(ProcessUsers))


asyncio.run(prepare())
asyncio.run(check())
"""


def test_the_plain_blocks_work(tmp_path: Path) -> None:
    assert len(PLAIN) == 2
    lines: list[str] = []
    with running("--seed-users", "30") as server:
        for block in PLAIN:
            ran = subprocess.run(
                [sys.executable, "-W", "error", "-c", block],
                env={**os.environ, **server.environment},
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert ran.returncode == 0, (block, ran.stderr)
            lines = ran.stdout.splitlines()
    assert len(lines) == 30


@pytest.mark.slow
def test_the_recipes_work(wheel: Path, tmp_path: Path) -> None:
    python = installed_python(wheel, tmp_path)
    install_requirements(python, ROOT / "requirements" / "scaling.txt")
    with running("--seed-users", "250") as server:
        env = environment(**server.environment)
        for recipe, program in ((CELERY, IN_CELERY), (TEMPORAL, IN_TEMPORAL)):
            (tmp_path / "recipe.py").write_text(recipe, "utf-8")
            (tmp_path / "program.py").write_text(program, "utf-8")
            run(python, "program.py", env=env, cwd=tmp_path)
