"""A sync of a large file plans and makes exactly the known differences."""

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from authing_users import ManagementClient
from authing_users.testing.emulator.emulator import AuthingEmulatorServer

from ..support.runner import CommandLine, serving
from .processes import run

pytestmark = pytest.mark.slow

USERS = 10_000
COLUMNS: Sequence[str] = ("externalId", "username", "nickname", "custom.level", "groups", "status")
SYNC = ("users", "sync", "hr.csv", "--key", "externalId", "--concurrency", "16")


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
        client.groups.create("staff", "Staff")
        client.groups.create("board", "Board")
        client.udf.set("USER", "level", "NUMBER", "Level")
        yield client


def row(number: int) -> dict[str, str]:
    is_special = number % 50 == 0
    return {
        "externalId": f"E{number}",
        "username": f"user-{number}",
        "nickname": f"Nickname {number}",
        "custom.level": str(number % 7) if is_special else "",
        "groups": "staff" if is_special else "",
        "status": "Activated",
    }


def write_csv(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def changed(rows: list[dict[str, str]]) -> dict[str, set[str]]:
    """Change rows, and return the fields that differ then, by external ID."""
    expected: dict[str, set[str]] = {}

    def change(number: int, column: str, value: str, field: str) -> None:
        rows[number][column] = value
        expected.setdefault(f"E{number}", set()).add(field)

    for number in range(7, USERS, 311):
        change(number, "nickname", "Another", "nickname")
    for number in range(50, USERS, 1000):
        change(number, "custom.level", "99", "customData.level")
    for number in range(100, USERS, 1000):
        change(number, "groups", '["board", "staff"]', "groups")
    for number in range(13, USERS, 2000):
        change(number, "status", "Suspended", "status")
        change(number, "username", f"renamed-{number}", "username")
    return expected


def test_a_sync_plans_and_makes_exactly_the_differences(
    command_line: CommandLine, client: ManagementClient
) -> None:
    path = command_line.folder / "hr.csv"
    rows = [row(number) for number in range(USERS)]
    write_csv(path, rows)
    imported = run(command_line, "users", "import", "hr.csv", "--concurrency", "16")
    assert imported.exit_code == 0, imported
    assert counts(run(command_line, *SYNC, "--dry-run"))["unchanged"] == USERS

    differences = changed(rows)
    gone = [rows.pop(number)["externalId"] for number in range(9_990, 1_000, -900)]
    new = [row(number) for number in range(USERS, USERS + 25)]
    rows += new
    write_csv(path, rows)
    missing = ("--delete-missing", "suspend", "--max-deletes", "1%")
    planned = run(command_line, *SYNC, *missing, "--dry-run", "-v")
    assert planned.exit_code == 0, planned
    plan = json.loads(planned.stdout)
    assert {one["key"]: set(one["changes"]) for one in plan["update"]} == {
        key: fields for key, fields in differences.items() if key not in gone
    }
    assert [one["key"] for one in plan["create"]] == [one["externalId"] for one in new]
    assert sorted(one["key"] for one in plan["onlyInPool"]) == sorted(gone)
    assert plan["conflicts"] == []
    numbers = {one["externalId"]: number for number, one in enumerate(rows, 1)}
    for step in [*plan["create"], *plan["update"]]:
        assert step["row"] == numbers[step["key"]]

    done = run(command_line, *SYNC, *missing, "--yes", "--results", "results.jsonl")
    assert done.exit_code == 0, done
    results = (command_line.folder / "results.jsonl").read_text().splitlines()
    outcomes = {one["row"]: one["outcome"] for one in map(json.loads, results) if one["row"]}
    assert {row for row, outcome in outcomes.items() if outcome != "unchanged"} == {
        step["row"] for step in [*plan["create"], *plan["update"]]
    }
    assert len(outcomes) == len(rows)
    again = counts(run(command_line, *SYNC, *missing, "--dry-run"))
    assert [again[name] for name in ("create", "update", "suspend", "delete")] == [0, 0, 0, 0]
    assert again["unchanged"] == len(rows)

    # A truncated file must not empty the pool.
    write_csv(path, rows[:5000])
    deleting = ("--delete-missing", "delete", "--yes")
    for limit in ((), ("--max-deletes", "1%"), ("--max-deletes", "4000")):
        refused = run(command_line, *SYNC, *deleting, *limit)
        assert (refused.exit_code, refused.stdout) == (1, ""), refused
        assert "Nothing was changed" in refused.stderr
    assert client.users.list(1, 1).total_count == USERS + len(new)


def counts(finished: Any) -> dict[str, int]:
    """Return the numbers of a plan that was printed."""
    assert finished.exit_code == 0, finished
    numbers: dict[str, int] = json.loads(finished.stdout)["counts"]
    return numbers
