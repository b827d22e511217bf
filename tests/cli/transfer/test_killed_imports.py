"""An import that is killed or interrupted continues, and creates each user once."""

import json
import os
import random
import shlex
import signal
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from authing_users import ManagementClient
from authing_users.testing.emulator.emulator import AuthingEmulatorServer

from ..support.runner import COMMAND, CommandLine, serving
from .processes import ended, run, start, wait_until

pytestmark = pytest.mark.slow

# The size that the project promises is 100,000. It takes minutes: set faulthandler_timeout, too.
USERS = int(os.environ.get("AUTHING_ACCEPTANCE_USERS", "20000"))
IN_FLIGHT = 16
MOST_MEMORY = 150  # megabytes


@pytest.fixture
def emulator() -> Iterator[AuthingEmulatorServer]:
    with serving() as emulator:
        yield emulator


@pytest.fixture
def command_line(emulator: AuthingEmulatorServer, tmp_path: Path) -> CommandLine:
    return CommandLine(emulator, tmp_path)


@pytest.fixture
def client(emulator: AuthingEmulatorServer) -> Iterator[ManagementClient]:
    with emulator.client() as client:
        yield client


def row(number: int) -> dict[str, Any]:
    """Return a user: most can be created with others, some only with requests of their own."""
    user: dict[str, Any] = {
        "externalId": f"E{number:06}",
        "username": f"user-{number:06}",
        "email": f"user-{number:06}@example.com",
        "nickname": f"Nickname {number}",
    }
    if number % 40 == 0:
        user |= {"customData": {"level": number}, "groups": ["staff"], "city": "Oslo"}
    return user


def write_users(path: Path, number: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row(position)) + "\n" for position in range(number))


def prepare(client: ManagementClient) -> None:
    client.groups.create("staff", "Staff")
    client.udf.set("USER", "level", "NUMBER", "Level")


def total(client: ManagementClient) -> int:
    return client.users.list(1, 1, fields=["id"]).total_count


def has_users(client: ManagementClient, number: int) -> bool:
    return total(client) >= number


def test_an_import_that_is_killed_three_times_creates_each_user_once(
    command_line: CommandLine, client: ManagementClient
) -> None:
    prepare(client)
    folder = command_line.folder
    write_users(folder / "users.jsonl", USERS)
    moments = sorted(random.sample(range(USERS // 20, USERS * 9 // 10), 3))
    command = ("users", "import", "users.jsonl", "--concurrency", str(IN_FLIGHT), "--resume")
    for moment in moments:
        process = start(command_line, *command)
        wait_until(partial(has_users, client, moment), process)
        process.kill()
        assert ended(process).exit_code == -signal.SIGKILL
    last = run(command_line, *command, "--results", "results.jsonl")
    assert last.exit_code == 0, (moments, last)
    summary = json.loads(last.stdout)
    assert (summary["rows"], summary["created"]) == (USERS, USERS), (moments, last)
    assert 0 < summary["resumed"] < USERS
    assert total(client) == USERS
    exported = run(command_line, "users", "export", "exported.jsonl")
    assert exported.exit_code == 0, exported
    with (folder / "exported.jsonl").open(encoding="utf-8") as lines:
        users = 0
        for number, line in enumerate(lines):
            # Sorted by external ID, so that a user who was created twice would follow itself.
            user, expected = json.loads(line), row(number)
            assert {name: user[name] for name in expected} == expected
            assert user.keys() & {"groups", "customData", "city"} <= expected.keys()
            users += 1
    assert users == USERS
    with (folder / "results.jsonl").open(encoding="utf-8") as lines:
        outcomes = [json.loads(line) for line in lines]
    assert [outcome["row"] for outcome in outcomes] == [*range(1, USERS + 1)]
    assert len({outcome["id"] for outcome in outcomes}) == USERS
    assert last.peak < MOST_MEMORY
    assert exported.peak < MOST_MEMORY


def printed_command(stderr: str) -> list[str]:
    """Return the arguments of the command that continues a run."""
    (line,) = (line for line in stderr.splitlines() if line.startswith("To continue: "))
    name, *arguments = shlex.split(line.removeprefix("To continue: "))
    assert name == "authing-users"
    return arguments


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_ends_an_import_cleanly(
    command_line: CommandLine,
    client: ManagementClient,
    emulator: AuthingEmulatorServer,
    number: signal.Signals,
) -> None:
    prepare(client)
    write_users(command_line.folder / "users.jsonl", 3000)
    emulator.slow(0.2, operation="/api/v2/users/create/batch")
    arguments = ("users", "import", "users.jsonl", "--concurrency", "2", "--results", "results.csv")
    process = start(command_line, *arguments)
    wait_until(partial(has_users, client, 1), process)
    process.send_signal(number)
    stopped = ended(process)
    assert stopped.exit_code == 130, stopped
    summary = json.loads(stopped.stdout)
    # The requests in flight have ended and are recorded, and nothing else was sent.
    created = total(client)
    assert 0 < created < 3000
    assert summary["created"] == created
    results = (command_line.folder / "results.csv").read_text("utf-8").splitlines()[1:]
    assert len([line for line in results if ",created," in line]) == created
    emulator.clear_faults()
    resumed = run(command_line, *printed_command(stopped.stderr))
    assert resumed.exit_code == 0, resumed
    assert json.loads(resumed.stdout)["resumed"] == created
    assert total(client) == 3000


def test_the_second_signal_ends_it_at_once(
    command_line: CommandLine, client: ManagementClient, emulator: AuthingEmulatorServer
) -> None:
    prepare(client)
    write_users(command_line.folder / "users.jsonl", 1000)
    emulator.slow(8, operation="/api/v2/users/create/batch")
    process = start(command_line, "users", "import", "users.jsonl", "--concurrency", "2")
    wait_until(partial(has_users, client, 1), process)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    assert "Stopping once" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    stopped = ended(process)
    assert stopped.exit_code == 130
    emulator.clear_faults()
    resumed = run(command_line, *printed_command(stopped.stderr))
    assert resumed.exit_code == 0, resumed
    assert total(client) == 1000


def test_two_imports_of_a_file_exclude_each_other(
    command_line: CommandLine, client: ManagementClient, emulator: AuthingEmulatorServer
) -> None:
    prepare(client)
    write_users(command_line.folder / "users.jsonl", 1000)
    emulator.slow(0.5, operation="/api/v2/users/create/batch")
    first = start(command_line, "users", "import", "users.jsonl", "--concurrency", "2")
    wait_until(partial(has_users, client, 1), first)
    second = run(command_line, "users", "import", "users.jsonl", "--resume")
    assert second.exit_code == 2
    assert "another process imports this file" in second.stderr
    assert ended(first).exit_code == 0
    assert total(client) == 1000


def test_output_into_a_closed_pipe_is_no_error(
    command_line: CommandLine, client: ManagementClient, emulator: AuthingEmulatorServer
) -> None:
    emulator.seed(users=2000)
    command = shlex.join([*COMMAND, "users", "export"])
    ran = subprocess.run(
        ["/bin/sh", "-c", f"{command} | head -1"],
        cwd=command_line.folder,
        env=command_line.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert len(ran.stdout.splitlines()) == 1
    assert "Traceback" not in ran.stderr
    assert "error" not in ran.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_commands_run_without_stdout_and_stderr(
    command_line: CommandLine, client: ManagementClient, closed: str
) -> None:
    prepare(client)
    write_users(command_line.folder / "users.jsonl", 10)
    command = shlex.join([*COMMAND, "users", "import", "users.jsonl"])
    ran = subprocess.run(
        ["/bin/sh", "-c", f"{command} {closed}"],
        cwd=command_line.folder,
        env=command_line.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert total(client) == 10
