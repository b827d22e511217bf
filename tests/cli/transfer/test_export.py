"""``users export`` writes all users, or nothing."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from authing_users import ManagementClient
from authing_users.testing import skip_waits

from ..support.in_process import InProcess
from .test_import import own_folders, write_rows

__all__ = ["own_folders"]


@pytest.fixture
def client(command_line: InProcess) -> Iterator[ManagementClient]:
    with command_line.pool.plain_client() as client:
        yield client


def prepare(client: ManagementClient) -> None:
    """Define what a pool needs before users are imported."""
    client.groups.create("staff", "Staff")
    client.groups.create("board", "Board")
    client.roles.create("admin")
    client.udf.set("USER", "level", "NUMBER", "Level")
    client.udf.set("USER", "since", "DATETIME", "Since")


ROWS: list[dict[str, Any]] = [
    {
        "username": "ada",
        "email": "ada@example.com",
        "externalId": "E2",
        "customData": {"level": 3, "since": "2020-01-31T12:00:00+08:00"},
        "groups": ["staff", "board"],
        "roles": ["admin"],
        "identities": [{"provider": "wechat", "userIdInIdp": "w-1"}],
    },
    {"username": "bob", "phone": "18800000001", "status": "Suspended", "city": "Oslo"},
    {"username": "carol", "givenName": "卡", "nickname": 'a "quoted"; name', "address": "a\nb"},
    {"email": "eve@example.com", "customData": {"level": 1.5}},
]


@pytest.mark.parametrize(
    "suffix",
    [
        "jsonl",
        "csv",
        pytest.param("json", marks=pytest.mark.slow),
        pytest.param("tsv", marks=pytest.mark.slow),
        pytest.param("parquet", marks=pytest.mark.slow),
    ],
)
def test_an_export_is_imported_to_the_same_export(
    command_line: InProcess, client: ManagementClient, suffix: str
) -> None:
    prepare(client)
    assert command_line.run("users", "import", write_rows("in.jsonl", *ROWS)).exit_code == 0
    first = command_line.run("users", "export", f"first.{suffix}")
    assert (first.exit_code, first.stdout) == (0, "")
    assert f"Exported 4 users to first.{suffix}, all that the service counts." in first.stderr
    client.users.delete_many([user.id for user in client.users.iter_list()])
    again = command_line.run("users", "import", f"first.{suffix}", "--concurrency", "4")
    assert json.loads(again.stdout)["created"] == 4
    assert command_line.run("users", "export", f"second.{suffix}").exit_code == 0
    assert Path(f"second.{suffix}").read_bytes() == Path(f"first.{suffix}").read_bytes()


def test_users_are_sorted_and_have_all_that_they_had(
    command_line: InProcess, client: ManagementClient
) -> None:
    prepare(client)
    command_line.run("users", "import", write_rows("in.jsonl", *ROWS))
    result = command_line.run("users", "export")
    users = [json.loads(line) for line in result.stdout.splitlines()]
    assert [user.get("username") for user in users] == [None, "bob", "carol", "ada"]
    exported = {user.get("username"): user for user in users}
    for row in ROWS:
        user = exported[row.get("username")]
        for name, value in row.items():
            if name == "identities":
                assert user[name][0].items() >= value[0].items()
            elif name == "groups":
                assert user[name] == sorted(value)
            else:
                assert user[name] == value
    assert "Left out, because no import can set it: arn (4)" in result.stderr
    assert "id" not in users[0]


def test_fields_and_ids_are_selected(command_line: InProcess, client: ManagementClient) -> None:
    user = client.users.create({"username": "ada", "email": "ada@example.com"})
    result = command_line.run("users", "export", "--format", "csv", "--fields", "username,email")
    assert result.stdout == "username,email\nada,ada@example.com\n"
    with_ids = command_line.run("users", "export", "--ids", "--fields", "id")
    assert json.loads(with_ids.stdout) == {"id": user.id}
    fields = re.findall(r"(\w+) \(1\)", with_ids.stderr)
    assert "arn" in fields
    assert "id" not in fields
    wrong = command_line.run("users", "export", "--fields", "usernme")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "Did you mean 'username'?" in wrong.stderr


def test_an_empty_pool_gives_an_empty_file(command_line: InProcess) -> None:
    result = command_line.run("users", "export", "out.jsonl")
    assert (result.exit_code, Path("out.jsonl").read_bytes()) == (0, b"")


def test_a_partial_export_writes_nothing(
    command_line: InProcess, client: ManagementClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    command_line.pool.seed_users(30)
    Path("out.jsonl").write_text("of yesterday\n")
    # The server loses users: they are counted, and not listed.
    from authing_users._sync.users import UsersManagementClient

    iterate = UsersManagementClient.iter_list

    def without_one(self: Any, *arguments: Any, **options: Any) -> Iterator[Any]:
        users = iterate(self, *arguments, **options)
        next(users)
        yield from users

    monkeypatch.setattr(UsersManagementClient, "iter_list", without_one)
    result = command_line.run("users", "export", "out.jsonl")
    assert result.exit_code == 1
    assert "the service counts 30 users, but returned 29: nothing was written" in result.stderr
    assert Path("out.jsonl").read_text() == "of yesterday\n"
    to_stdout = command_line.run("users", "export")
    assert (to_stdout.exit_code, to_stdout.stdout) == (1, "")


def change_while_reading(
    monkeypatch: pytest.MonkeyPatch, after: int, change: Callable[[], object]
) -> None:
    """Change the pool once a number of users have been read, in pages of 5."""
    from authing_users._sync.users import UsersManagementClient
    from authing_users.cli.transfer import exporting

    iterate = UsersManagementClient.iter_list
    monkeypatch.setattr(exporting, "USERS_PER_PAGE", 5)
    monkeypatch.setattr(exporting, "PREFETCH", 1)
    changes = [change]

    def changing(self: Any, *arguments: Any, **options: Any) -> Iterator[Any]:
        for number, user in enumerate(iterate(self, *arguments, **options), 1):
            yield user
            if number == after and changes:
                changes.pop()()

    monkeypatch.setattr(UsersManagementClient, "iter_list", changing)


def test_a_deletion_and_a_creation_meanwhile_lose_no_user(
    command_line: InProcess, client: ManagementClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):  # one after the other, so that they are listed in this order
        client.users.create({"username": f"user-{number:02}"})
    first = client.users.find(username="user-00")
    assert first is not None

    def exchange() -> None:
        client.users.delete(first.id)
        client.users.create({"username": "user-new"})

    # The count stays the same, and the first user of page 2 moves to page 1.
    change_while_reading(monkeypatch, 5, exchange)
    result = command_line.run("users", "export", "out.jsonl")
    assert result.exit_code == 1
    assert "1 of them was deleted meanwhile: nothing was written" in result.stderr
    assert not Path("out.jsonl").exists()
    assert command_line.run("users", "export", "out.jsonl").exit_code == 0
    exported = {json.loads(line)["username"] for line in Path("out.jsonl").read_text().splitlines()}
    assert exported == {user.username for user in client.users.iter_list()}


def test_users_who_are_created_meanwhile_are_exported(
    command_line: InProcess, client: ManagementClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.udf.set("USER", "level", "NUMBER", "Level")
    client.users.create_many({"username": f"user-{n:02}"} for n in range(12)).close()

    def create() -> None:
        client.users.create_many([{"username": "new", "customData": {"level": 1}}]).close()

    change_while_reading(monkeypatch, 12, create)
    result = command_line.run("users", "export", "out.jsonl")
    assert result.exit_code == 0, result.stderr
    assert "Exported 13 users" in result.stderr
    exported = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    assert exported[0]["username"] == "new"
    assert exported[0]["customData"] == {"level": 1}


def test_a_failed_page_writes_nothing(command_line: InProcess) -> None:
    command_line.pool.seed_users(30)
    command_line.pool.control("faults", kind="fail", operation="ListUsers", status=500, times=None)
    with skip_waits():
        result = command_line.run("users", "export", "out.jsonl")
    assert result.exit_code == 1
    assert not Path("out.jsonl").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("out.jsonl", "--fields", "usrname"),
        ("out.csv", "--delimiter", "ab"),
        ("out.csv", "--encoding", "nope"),
        ("no/folder/out.csv",),
        ("-", "--fields", "usrname"),
    ],
)
def test_wrong_use_is_explained_before_users_are_read(
    command_line: InProcess, arguments: tuple[str, ...]
) -> None:
    result = command_line.run("users", "export", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    calls = command_line.pool.read("calls")["calls"]
    assert "ListUsers" not in {call["operationName"] for call in calls}
    assert not [*Path().glob("*out*")]


def test_an_unknown_suffix_is_explained(command_line: InProcess) -> None:
    result = command_line.run("users", "export", "users.xlsx")
    assert (result.exit_code, "--format" in result.stderr) == (2, True)
