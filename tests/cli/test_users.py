"""Commands that find, show and change users."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from authing_users import ManagementClient
from authing_users.cli._context import Call
from authing_users.cli._named_users import NamedUser, NamedUsers
from authing_users.testing import log_in

from .support.in_process import InProcess

NAMES = ("ada", "bob", "eve")


@pytest.fixture
def client(command_line: InProcess) -> Iterator[ManagementClient]:
    with command_line.pool.plain_client() as client:
        yield client


@pytest.fixture
def ids(client: ManagementClient) -> dict[str, str]:
    """The IDs of three users."""
    client.groups.create("staff", "Staff")
    client.roles.create("admin")
    client.udf.set("USER", "age", "NUMBER", "Age")
    users = [
        client.users.create(
            {
                "username": name,
                "email": f"{name}@example.com",
                "phone": f"1880000000{number}",
                "externalId": f"E{number}",
            }
        )
        for number, name in enumerate(NAMES)
    ]
    return {str(user.username): user.id for user in users}


def rows(text: str) -> Any:
    return json.loads(text)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--username", "ada"),
        ("--email", "ADA@example.com"),
        ("--phone", "18800000000"),
        ("--external-id", "E0"),
        ("--username", "ada", "--username", "ada"),
    ],
)
def test_a_user_is_shown_by_any_identifier(
    command_line: InProcess, ids: dict[str, str], arguments: tuple[str, ...]
) -> None:
    result = command_line.run("users", "show", *arguments)
    assert (result.exit_code, rows(result.stdout)["id"]) == (0, ids["ada"])


def test_identifiers_are_read_from_stdin(command_line: InProcess, ids: dict[str, str]) -> None:
    result = command_line.run(
        "users", "show", "--username", "-", "--jsonl", stdin="bob\n\n ada \nbob\n"
    )
    shown = [json.loads(line)["username"] for line in result.stdout.splitlines()]
    assert (result.exit_code, shown) == (0, ["bob", "ada"])


def test_only_one_kind_of_identifier_is_read_from_stdin(command_line: InProcess) -> None:
    result = command_line.run("users", "show", "-", "--email", "-", stdin="x")
    assert result.exit_code == 2
    assert "only one kind" in result.stderr


def test_hundreds_of_users_keep_their_order(command_line: InProcess) -> None:
    command_line.pool.seed_users(200)
    names = [f"user{number:05}" for number in range(200, 0, -1)]
    result = command_line.run(
        "users", "activate", "--username", "-", "--jq", "[].name", stdin="\n".join(names)
    )
    assert [line.split()[0] for line in result.stdout.splitlines()] == names


def test_users_who_exist_are_deleted_although_another_does_not(
    command_line: InProcess, client: ManagementClient, ids: dict[str, str]
) -> None:
    arguments = ("--username", "ada", "--username", "nobody", "--username", "eve", "--yes")
    result = command_line.run("users", "delete", *arguments)
    assert result.exit_code == 3
    assert [(row["outcome"], row["id"]) for row in rows(result.stdout)] == [
        ("deleted", ids["ada"]),
        ("failed", None),
        ("deleted", ids["eve"]),
    ]
    assert [user.username for user in client.users.list()] == ["bob"]


def test_the_user_whose_change_fails_is_named(
    command_line: InProcess, client: ManagementClient, ids: dict[str, str]
) -> None:
    operation = "POST /api/v2/users/{id}/suspend"
    command_line.pool.control("faults", kind="fail", operation=operation, status=500, times=1)
    result = command_line.run("users", "suspend", *ids.values(), "--yes")
    failed = [row for row in rows(result.stdout) if row["outcome"] == "failed"]
    assert result.exit_code == 3
    assert len(failed) == 1
    statuses = {user.id: user.status for user in client.users.list()}
    assert {key: str(status) for key, status in statuses.items()} == {
        user_id: "Activated" if user_id == failed[0]["id"] else "Suspended"
        for user_id in ids.values()
    }


def test_a_wrong_secret_ends_the_command(command_line: InProcess, ids: dict[str, str]) -> None:
    result = command_line.run(
        "users", "suspend", *ids.values(), "--yes", AUTHING_USERPOOL_SECRET="wrong"
    )
    assert (result.exit_code, result.stdout) == (4, "")


@pytest.mark.parametrize("command", ["delete", "suspend", "resign", "kick"])
def test_nothing_is_changed_without_a_reply(
    command_line: InProcess, client: ManagementClient, ids: dict[str, str], command: str
) -> None:
    before = client.users.list().list
    result = command_line.run("users", command, ids["ada"], stdin="y\n")
    assert result.exit_code == 2
    assert f"ada ({ids['ada']})" in result.stderr
    assert client.users.list().list == before


def test_users_are_suspended_activated_and_resigned(
    command_line: InProcess, client: ManagementClient, ids: dict[str, str]
) -> None:
    for arguments, status in (
        (("suspend", "--yes"), "Suspended"),
        (("activate",), "Activated"),
        (("resign", "--yes"), "Resigned"),
    ):
        assert command_line.run("users", *arguments, ids["ada"]).exit_code == 0
        user = client.users.detail(ids["ada"])
        assert user is not None
        assert str(user.status) == status


def test_no_users_on_stdin_are_no_error(command_line: InProcess) -> None:
    result = command_line.run("users", "delete", "-", "--yes", "--table", stdin="\n")
    assert (result.exit_code, result.stdout) == (0, "No user is named on stdin.\n")


def test_a_user_is_created_with_typed_values(
    command_line: InProcess, client: ManagementClient, ids: dict[str, str]
) -> None:
    result = command_line.run(
        *("users", "create", "--set", "username=zoe", "--set", "email_verified=true"),
        *("--set", "loginsCount=3", "--set", 'registerSource=["import"]', "--set", "city=Berlin"),
        *("--custom", "age=28", "--group", "staff", "--role", "admin"),
    )
    assert result.exit_code == 0, result.output
    user = client.users.find(username="zoe", with_custom_data=True)
    assert user is not None
    assert (user.email_verified, user.city, user.custom_data) == (True, "Berlin", {"age": 28})
    assert user.register_source == ["import"]
    assert [group.code for group in client.users.list_groups(user.id)] == ["staff"]
    assert [role.code for role in client.users.list_roles(user.id)] == ["admin"]


def test_a_password_is_read_from_stdin(
    command_line: InProcess, client: ManagementClient, ids: dict[str, str]
) -> None:
    for arguments, password in (
        (("create", "--set", "username=zoe"), "correct horse"),
        (("update", "--username", "zoe"), "battery staple"),
    ):
        result = command_line.run(
            "users", *arguments, "--password-stdin", stdin=f"{password}\nmore\n"
        )
        assert result.exit_code == 0
        assert password not in result.output
        assert log_in(client, username="zoe", password=password).username == "zoe"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--set", "password=x"), "--ask-password"),
        (("--set", "usrname=x"), "Did you mean 'username'?"),
        (("--set", "username"), "must have the form FIELD=VALUE"),
        (("--set", "username="), "--unset username"),
        (("--set", "blocked=maybe"), "--set blocked must be true or false, not 'maybe'"),
        (("--set", "loginsCount=many"), "--set loginsCount must be a number"),
        (("--set", "registerSource=x"), "--set registerSource must be JSON"),
        (("--set", "username=x", "--custom", "aeg=3"), "no custom field 'aeg'"),
        (("--set", "username=x", "--custom", "age=old"), "--custom age must be a number"),
        (("--set", "username=x", "--ask-password"), "--password-stdin"),
        (("--set", "username=x", "--ask-password", "--password-stdin"), "exclude each other"),
        (("--set", "username=x", "--password-stdin"), "stdin is empty"),
        (("--data", "-"), "is not a JSON object"),
        ((), "at least"),
    ],
)
def test_wrong_values_are_rejected_before_anything_is_created(
    command_line: InProcess,
    client: ManagementClient,
    ids: dict[str, str],
    arguments: tuple[str, ...],
    problem: str,
) -> None:
    result = command_line.run("users", "create", *arguments, stdin="")
    assert result.exit_code == 2
    assert problem in result.stderr
    assert client.users.list().total_count == len(ids)


def test_a_group_that_does_not_exist_leaves_a_user_whom_the_error_names(
    command_line: InProcess, client: ManagementClient, ids: dict[str, str]
) -> None:
    result = command_line.run("users", "create", "--set", "username=zoe", "--group", "nobody")
    user = client.users.find(username="zoe")
    assert user is not None
    assert result.exit_code == 1
    assert f"User {user.id} was created" in result.stderr


def test_values_are_changed_and_removed(
    command_line: InProcess, client: ManagementClient, ids: dict[str, str]
) -> None:
    client.users.set_udf_value(ids["ada"], {"age": 36})
    result = command_line.run(
        *("users", "update", "--username", "ada", "--set", "nickname=Ada", "--unset", "phone"),
        *("--unset-custom", "age"),
    )
    assert result.exit_code == 0
    user = client.users.detail(ids["ada"], with_custom_data=True)
    assert user is not None
    assert (user.nickname, user.phone, user.custom_data) == ("Ada", None, {})


def test_several_users_get_the_same_value(
    command_line: InProcess, client: ManagementClient, ids: dict[str, str]
) -> None:
    names = ("--username", "ada", "--username", "bob")
    result = command_line.run("users", "update", *names, "--set", "company=Acme", "--table")
    assert (result.exit_code, result.stdout) == (0, "Updated 2 users.\n")
    companies = {user.username: user.company for user in client.users.list()}
    assert companies == {"ada": "Acme", "bob": "Acme", "eve": None}


def test_only_printed_fields_are_requested(command_line: InProcess, ids: dict[str, str]) -> None:
    result = command_line.run("users", "list", "--fields", "username,customData", "--csv")
    assert result.stdout.splitlines() == ["username,customData", "eve,{}", "bob,{}", "ada,{}"]


def test_archived_users_are_listed(command_line: InProcess, ids: dict[str, str]) -> None:
    command_line.pool.control("seed", archived=["bob"])
    assert command_line.run("users", "list", "--archived", "--jq", "[].username").stdout == "bob\n"
    assert command_line.run("users", "list", "--archived", "--no-org").exit_code == 2


def test_users_are_searched_in_fields_and_groups(
    command_line: InProcess, client: ManagementClient, ids: dict[str, str]
) -> None:
    client.groups.add_users("staff", [ids["eve"]])
    for arguments, names in (
        (("ada",), ["ada"]),
        (("@example.com", "--in", "email", "--limit", "2"), ["eve", "bob"]),
        (("--group", "staff"), ["eve"]),
        (("nobody",), []),
    ):
        result = command_line.run("users", "search", *arguments, "--jq", "[].username")
        assert result.stdout.split() == names


def test_an_interrupted_command_says_what_is_done(
    command_line: InProcess,
    client: ManagementClient,
    ids: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(self: NamedUsers, call: Call, **options: Any) -> Iterator[NamedUser]:
        for name in ("ada", "bob"):
            yield NamedUser("username", name, call.client.users.find(username=name))
        while {str(user.status) for user in client.users.batch(started)} != {"Suspended"}:
            pass
        raise KeyboardInterrupt

    started = [ids["ada"], ids["bob"]]
    monkeypatch.setattr(NamedUsers, "find", interrupted)
    result = command_line.run("users", "suspend", *ids.values(), "--yes", "--table")
    assert result.exit_code == 130
    assert result.stderr.split("\n")[0] == "Suspended 2 users. The others were not changed."
    statuses = {user.username: str(user.status) for user in client.users.list()}
    assert statuses == {"ada": "Suspended", "bob": "Suspended", "eve": "Activated"}


def test_a_pool_without_custom_fields_says_how_to_define_one(command_line: InProcess) -> None:
    result = command_line.run("users", "create", "--set", "username=ada", "--custom", "my age=3")
    assert result.exit_code == 2
    assert result.stderr == (
        "error: there is no custom field 'my age': none is defined\n"
        "hint: Define it: authing-users udf set 'my age' --type string\n"
    )
