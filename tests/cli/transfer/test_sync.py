"""``users diff`` and ``users sync`` compare a file with the pool."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from authing_users import ManagementClient

from ..support.in_process import InProcess
from .test_import import own_folders, summary, usernames, write

__all__ = ["own_folders"]

SYNC = ("users", "sync", "hr.csv", "--key", "externalId")
FILE = """externalId,username,nickname
E1,ada,Ada
E2,bob,Robert
E3,eve,Eve
"""


@pytest.fixture
def client(command_line: InProcess) -> Iterator[ManagementClient]:
    with command_line.pool.plain_client() as client:
        client.users.create_many(
            [
                {"externalId": "E1", "username": "ada", "nickname": "Ada"},
                {"externalId": "E2", "username": "bob", "nickname": "Bob"},
                {"externalId": "E9", "username": "gone"},
                {"username": "local"},
            ]
        ).close()
        yield client


def test_diff_shows_each_difference(command_line: InProcess, client: ManagementClient) -> None:
    write("hr.csv", FILE)
    result = command_line.run("users", "diff", "hr.csv", "--key", "externalId")
    plan = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert [(one["row"], one["key"]) for one in plan["create"]] == [(3, "E3")]
    assert [(one["row"], one["changes"]) for one in plan["update"]] == [
        (2, {"nickname": {"old": "Bob", "new": "Robert"}})
    ]
    assert [one["key"] for one in plan["onlyInPool"]] == ["E9"]
    code = command_line.run("users", "diff", "hr.csv", "--key", "externalId", "--exit-code")
    assert code.exit_code == 1
    table = command_line.run("users", "diff", "hr.csv", "--key", "externalId", "--jq", "counts")
    assert json.loads(table.stdout)["update"] == 1


def test_sync_makes_the_pool_match(command_line: InProcess, client: ManagementClient) -> None:
    write("hr.csv", FILE)
    dry = command_line.run(*SYNC, "--dry-run")
    assert json.loads(dry.stdout)["counts"]["create"] == 1
    assert usernames(client) == {"ada", "bob", "gone", "local"}
    unasked = command_line.run(*SYNC)
    assert (unasked.exit_code, "--yes" in unasked.stderr) == (2, True)
    result = command_line.run(*SYNC, "--yes", "--results", "results.jsonl")
    assert summary(result, 0) == {
        "rows": 3,
        "created": 1,
        "updated": 1,
        "unchanged": 1,
        "resultsFile": "results.jsonl",
    }
    rows = [json.loads(line) for line in Path("results.jsonl").read_text().splitlines()]
    assert sorted((row["row"], row["outcome"]) for row in rows) == [
        (1, "unchanged"),
        (2, "updated"),
        (3, "created"),
    ]
    assert usernames(client) == {"ada", "bob", "eve", "gone", "local"}
    assert summary(command_line.run(*SYNC), 0) == {"rows": 3, "unchanged": 3}


@pytest.mark.parametrize("action", ["suspend", "delete"])
def test_missing_users_are_suspended_or_deleted_within_the_limit(
    command_line: InProcess, client: ManagementClient, action: str
) -> None:
    write("hr.csv", FILE)
    arguments = (*SYNC, "--delete-missing", action, "--yes")
    for limit in ((), ("--max-deletes", "0")):
        refused = command_line.run(*arguments, *limit)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "hr.csv lacks 1 of 3 users of the pool" in refused.stderr
    assert usernames(client) == {"ada", "bob", "gone", "local"}
    result = command_line.run(*arguments, "--max-deletes", "1")
    outcome = "deleted" if action == "delete" else "updated"
    assert summary(result, 0)[outcome] == (1 if action == "delete" else 2)
    gone = client.users.find(username="gone")
    assert gone is None if action == "delete" else (gone and gone.status == "Suspended")
    assert client.users.find(username="local") is not None


def test_a_row_without_a_key_does_not_count_as_missing(
    command_line: InProcess, client: ManagementClient
) -> None:
    write("hr.csv", f"{FILE},nobody,\n")
    result = command_line.run(*SYNC, "--delete-missing", "delete", "--max-deletes", "9", "--yes")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "hr.csv, row 4: it has no externalId" in result.stderr
    write("hr.csv", "externalId,birthdate\nE1,soon\n")
    invalid = command_line.run(*SYNC, "--delete-missing", "delete", "--max-deletes", "9", "--yes")
    assert (invalid.exit_code, invalid.stdout) == (2, "")
    assert "hr.csv, row 1 (line 2), column 'birthdate'" in invalid.stderr
    assert usernames(client) == {"ada", "bob", "gone", "local"}


def test_conflicts_are_reported_and_the_rest_is_done(
    command_line: InProcess, client: ManagementClient
) -> None:
    write("hr.csv", f"{FILE}E3,again,\nE4,local,\n")
    result = command_line.run(*SYNC, "--yes", "--failed", "failed.csv")
    assert summary(result, 3)["failed"] == 2
    lines = Path("failed.csv").read_text("utf-8").splitlines()
    assert lines[0] == "externalId,username,nickname,_error"
    assert lines[1] == "E3,again,,has the same externalId as row 3"
    assert lines[2].startswith("E4,local,,")
    assert usernames(client) == {"ada", "bob", "eve", "gone", "local"}


def test_groups_are_created_on_request(command_line: InProcess, client: ManagementClient) -> None:
    write("hr.csv", "externalId,groups,roles\nE1,staff,admin\n")
    refused = command_line.run(*SYNC, "--yes")
    assert summary(refused, 3)["failed"] == 1
    result = command_line.run(*SYNC, "--yes", "--create-groups", "--create-roles")
    assert summary(result, 0)["updated"] == 1
    ada = client.users.find(username="ada")
    assert ada is not None
    assert [group.code for group in client.users.list_groups(ada.id).list] == ["staff"]


@pytest.mark.parametrize("command", ["diff", "sync"])
def test_the_key_is_required(command_line: InProcess, command: str) -> None:
    write("hr.csv", FILE)
    result = command_line.run("users", command, "hr.csv")
    assert (result.exit_code, "--key externalId" in result.stderr) == (2, True)


def test_a_limit_needs_deletions(command_line: InProcess) -> None:
    write("hr.csv", FILE)
    result = command_line.run(*SYNC, "--max-deletes", "5")
    assert (result.exit_code, "--delete-missing" in result.stderr) == (2, True)
