"""A run whose process is killed again and again creates each user once."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from authing_users import SQLiteCheckpoint, User

from ..support.emulator_pool import EmulatorPool

NUMBER = 1_500
# Every third user is created with a request of its own, and completed with a second one.
PROGRAM = f"""
import sys
from authing_users import ManagementClient, SQLiteCheckpoint

def users():
    for number in range({NUMBER}):
        user = {{"externalId": f"E{{number}}", "username": f"user-{{number}}"}}
        if number % 3 == 0:
            user["city"] = "London"
        yield user

def on_item(item):
    print(item.index, item.outcome, item.user_id, flush=True)

with ManagementClient() as client, SQLiteCheckpoint(sys.argv[1]) as checkpoint:
    result = client.users.create_many(
        users(), key="externalId", concurrency=16, checkpoint=checkpoint, on_item=on_item
    )
    print(result, file=sys.stderr)
"""


@pytest.mark.slow
def test_killed_runs_create_each_user_once(
    emulator_pool: EmulatorPool, stored: Callable[[], list[User]], tmp_path: Path
) -> None:
    path = str(tmp_path / "checkpoint.db")
    for lines in (0, 37, 700):
        with _run(emulator_pool, path) as process:
            assert process.stdout is not None
            for _ in range(lines + 1):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)
    assert len(stored()) > 700
    with _run(emulator_pool, path) as process:
        printed, summary = process.communicate(timeout=120)
    assert process.returncode == 0, summary
    assert summary.strip() == f"BulkResult(total={NUMBER}, created={NUMBER})"
    outcomes = [line.split() for line in printed.splitlines()]
    users = {user.id: user for user in stored()}
    assert len(users) == NUMBER
    assert {user.external_id for user in users.values()} == {f"E{n}" for n in range(NUMBER)}
    for index, outcome, user_id in outcomes:
        assert outcome == "created"
        assert users[user_id].external_id == f"E{index}"
        assert users[user_id].city == ("London" if int(index) % 3 == 0 else None)
    with SQLiteCheckpoint(path) as checkpoint:
        states = checkpoint.states([str(index) for index in range(NUMBER)])
    assert all(state.outcome is not None for state in states.values())
    assert len(states) == NUMBER


def _run(pool: EmulatorPool, path: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROGRAM, path],
        env={**os.environ, **pool.emulator.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
