"""``--target emulator`` rehearses with a copy of the pool, and a terminal shows the progress."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from authing_users import ManagementClient
from authing_users.testing.emulator.emulator import AuthingEmulatorServer
from scripts.terminal import Screen

from ..support.cases import SEED
from ..support.runner import CommandLine, serving
from .processes import Finished, run

pytestmark = pytest.mark.slow

# The command line, with another address of the emulator that runs by default.
PROGRAM = """
import sys
from authing_users.cli import _connection, main

_connection.EMULATOR_ADDRESS = sys.argv.pop(1)
main()
"""
NOWHERE = "127.0.0.1:1"
HR = "externalId,username,groups,custom.age\nE1,ada,staff,37\nE3,zoe,,\n"


@pytest.fixture(scope="module")
def emulator() -> Iterator[AuthingEmulatorServer]:
    with serving() as emulator:
        yield emulator


@pytest.fixture
def client(emulator: AuthingEmulatorServer) -> Iterator[ManagementClient]:
    emulator.reset()
    emulator.seed(SEED)
    with emulator.client() as client:
        yield client


@pytest.fixture
def command_line(emulator: AuthingEmulatorServer, tmp_path: Path) -> CommandLine:
    """A command line whose live pool is that of an emulator, which it takes for the service."""
    command_line = CommandLine(emulator, tmp_path)
    del command_line.environment["AUTHING_EMULATOR_HOST"]
    command_line.environment["AUTHING_HOST"] = emulator.url
    (tmp_path / "hr.csv").write_text(HR)
    return command_line


def rehearse(command_line: CommandLine, *arguments: str, address: str = NOWHERE) -> Finished:
    program = (sys.executable, "-W", "error", "-c", PROGRAM, address)
    return run(command_line, *arguments, "--target", "emulator", program=program)


def content(client: ManagementClient) -> list[dict[str, object]]:
    return [user.to_dict() for user in client.users.iter_list()]


def test_a_rehearsal_has_a_copy_of_the_pool_and_does_not_change_it(
    command_line: CommandLine, client: ManagementClient
) -> None:
    before = content(client)
    sync = ("users", "sync", "hr.csv", "--key", "externalId")
    rehearsed = rehearse(command_line, *sync)
    assert rehearsed.exit_code == 0, rehearsed
    assert "Copied 3 users." in rehearsed.stderr
    assert "This was a rehearsal: nothing was changed in the user pool" in rehearsed.stderr
    assert content(client) == before
    expected = json.loads(rehearsed.stdout)
    assert (expected["created"], expected["updated"]) == (1, 1)
    real = run(command_line, *sync, "--yes")
    assert real.exit_code == 0, real
    assert {**json.loads(real.stdout), "seconds": 0} == {**expected, "seconds": 0}
    assert content(client) != before


def test_a_rehearsed_import_leaves_no_journal(
    command_line: CommandLine, client: ManagementClient
) -> None:
    arguments = ("users", "import", "hr.csv", "--on-conflict", "skip")
    rehearsed = rehearse(command_line, *arguments)
    assert json.loads(rehearsed.stdout)["skipped"] == 1
    assert [*command_line.folder.rglob("*.db")] == []
    real = run(command_line, *arguments)
    summary = json.loads(real.stdout)
    assert (summary["created"], summary["skipped"], summary["resumed"]) == (1, 1, 0)
    assert [*command_line.folder.rglob("*.db")] != []


def test_without_a_user_pool_the_rehearsal_starts_empty(
    command_line: CommandLine, client: ManagementClient
) -> None:
    for name in ("AUTHING_HOST", "AUTHING_USERPOOL_ID", "AUTHING_USERPOOL_SECRET"):
        del command_line.environment[name]
    (command_line.folder / "users.csv").write_text("username\nada\n")
    rehearsed = rehearse(command_line, "users", "import", "users.csv")
    assert json.loads(rehearsed.stdout)["created"] == 1, rehearsed
    assert "Rehearsing in an empty emulator" in rehearsed.stderr


@pytest.mark.parametrize("place", ["environment", "default address"])
def test_a_running_emulator_is_used_as_it_is(
    emulator: AuthingEmulatorServer,
    client: ManagementClient,
    command_line: CommandLine,
    place: str,
) -> None:
    address = emulator.url.removeprefix("http://")
    (command_line.folder / "users.csv").write_text("username\nzoe\n")
    command = ("users", "import", "users.csv")
    if place == "environment":
        command_line.environment["AUTHING_EMULATOR_HOST"] = address
        rehearsed = rehearse(command_line, *command)
    else:
        for name in ("AUTHING_USERPOOL_ID", "AUTHING_USERPOOL_SECRET"):
            del command_line.environment[name]
        rehearsed = rehearse(command_line, *command, address=address)
    assert rehearsed.exit_code == 0, rehearsed
    assert "Rehearsing" not in rehearsed.stderr
    assert client.users.find(username="zoe") is not None


def test_a_terminal_shows_rate_and_remaining_time(
    emulator: AuthingEmulatorServer, client: ManagementClient, tmp_path: Path
) -> None:
    command_line = CommandLine(emulator, tmp_path)
    rows = "".join(f"user-{number}\n" for number in range(1500))
    (tmp_path / "users.csv").write_text(f"username\n{rows}ada\n")
    emulator.slow(0.3, operation="/api/v2/users/create/batch")
    screens: list[str] = []

    def keep(screen: Screen) -> bool:
        screens.append(str(screen))
        return False

    ran = command_line.terminal(
        "users", "import", "users.csv", "--concurrency", "2", keep=keep, width=120
    )
    emulator.clear_faults()
    assert ran.exit_code == 3
    bars = [line for screen in screens for line in screen.splitlines() if "Importing" in line]
    # Rate and remaining time follow the number of users.
    assert any(re.search(r"[\d,]+ of 1,501 users +\d+/s \d:\d\d:\d\d", line) for line in bars)
    first, *_ = str(ran.screen).splitlines()
    assert first == "error: users.csv, row 1501 (username=ada): The username is already in use"
    assert "Importing" not in str(ran.screen)
    assert "1,501 rows: 1,500 created, 1 failed" in str(ran.screen)
