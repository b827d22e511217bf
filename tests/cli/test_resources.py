"""Commands for groups, roles, policies, custom fields, the action log and the emulator."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from authing_users import ManagementClient

from .support.in_process import InProcess

STATEMENTS = '[{"resource": "books:*", "actions": ["books:read"], "effect": "ALLOW"}]'


@pytest.fixture
def client(command_line: InProcess) -> Iterator[ManagementClient]:
    with command_line.pool.plain_client() as client:
        yield client


@pytest.fixture
def ids(client: ManagementClient) -> list[str]:
    """The IDs of the users ada and bob."""
    return [client.users.create({"username": name}).id for name in ("ada", "bob")]


def done(result: Result) -> Any:
    """Return the JSON of a command that succeeded."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout) if result.stdout else None


def test_a_group_is_created_changed_and_deleted(
    command_line: InProcess, client: ManagementClient
) -> None:
    done(command_line.run("groups", "create", "staff"))
    arguments = ("--name", "Staff", "--description", "All", "--new-code", "all-staff")
    group = done(command_line.run("groups", "update", "staff", *arguments))
    assert (group["code"], group["name"], group["description"]) == ("all-staff", "Staff", "All")
    assert command_line.run("groups", "delete", "all-staff", "gone", "--yes").exit_code == 1
    assert client.groups.list().total_count == 1
    done(command_line.run("groups", "delete", "all-staff", "--yes"))
    assert client.groups.list().total_count == 0


def test_members_of_a_group_are_added_all_or_none(
    command_line: InProcess, client: ManagementClient, ids: list[str]
) -> None:
    client.groups.create("staff", "Staff")
    users = ("--username", "ada", "--username", "bob")
    result = command_line.run("groups", "members", "add", "staff", *users, "--username", "eve")
    assert result.exit_code == 1
    assert "there is no user with the username eve" in result.stderr
    assert client.groups.list_users("staff").total_count == 0
    done(command_line.run("groups", "members", "add", "staff", *users))
    shown = command_line.run("groups", "members", "list", "staff", "--jq", "[].username").stdout
    assert sorted(shown.split()) == ["ada", "bob"]
    done(command_line.run("groups", "members", "remove", "staff", ids[0], "--yes"))
    assert [user.username for user in client.groups.list_users("staff")] == ["bob"]


def test_roles_of_a_namespace(
    command_line: InProcess, client: ManagementClient, ids: list[str]
) -> None:
    namespace = ("--namespace", "library")
    done(command_line.run("roles", "create", "reader", "--description", "Reads", *namespace))
    done(command_line.run("roles", "update", "reader", "--description", "May read", *namespace))
    role = done(command_line.run("roles", "show", "reader", *namespace))
    assert (role["namespace"], role["description"]) == ("library", "May read")
    assert command_line.run("roles", "show", "reader").exit_code == 1
    done(command_line.run("roles", "members", "add", "reader", *ids, *namespace))
    done(command_line.run("roles", "members", "remove", "reader", ids[1], "--yes", *namespace))
    members = command_line.run("roles", "members", "list", "reader", "--jq", "[].id", *namespace)
    assert members.stdout.split() == ids[:1]
    done(command_line.run("roles", "delete", "reader", "--yes", *namespace))
    assert client.roles.list(namespace="library").total_count == 0


def test_a_policy_is_assigned_disabled_and_deleted(
    command_line: InProcess, client: ManagementClient, tmp_path: Path
) -> None:
    client.roles.create("admin")
    (tmp_path / "statements.json").write_text(STATEMENTS)
    path = str(tmp_path / "statements.json")
    policy = done(command_line.run("policies", "create", "read", "--statements", path))
    assert policy["statements"] == json.loads(STATEMENTS)
    to_role = ("read", "admin", "--to", "role")
    done(command_line.run("policies", "assignments", "add", *to_role))
    assert command_line.run("roles", "policies", "list", "admin", "--jq", "[].code").stdout == (
        "read\n"
    )
    done(command_line.run("policies", "assignments", "disable", *to_role))
    done(command_line.run("policies", "assignments", "enable", *to_role))
    done(command_line.run("policies", "assignments", "remove", *to_role, "--yes"))
    assert client.policies.list_assignments("read").total_count == 0
    done(command_line.run("roles", "policies", "add", "admin", "read"))
    done(command_line.run("roles", "policies", "remove", "admin", "read", "--yes"))
    assert client.roles.list_policies("admin").total_count == 0
    stdin = command_line.run("policies", "update", "read", "--statements", "-", stdin=STATEMENTS)
    assert done(stdin)["statements"] == json.loads(STATEMENTS)
    done(command_line.run("policies", "delete", "read", "--yes"))
    assert client.policies.detail("read") is None


def test_statements_must_be_a_list(command_line: InProcess) -> None:
    for text, problem in (("3", "neither a list nor an object"), ("[1", "in line 1")):
        result = command_line.run("policies", "create", "x", "--statements", "-", stdin=text)
        assert result.exit_code == 2
        assert problem in result.stderr


def test_values_of_custom_fields_have_the_declared_types(
    command_line: InProcess, client: ManagementClient, ids: list[str]
) -> None:
    for key, data_type in (("age", "number"), ("tall", "boolean"), ("tags", "object")):
        done(command_line.run("udf", "set", key, "--type", data_type))
    arguments = ("--custom", "age=36", "--custom", "tall=true", "--custom", 'tags={"a": [1]}')
    done(command_line.run("udf", "values", "set", "--username", "ada", *arguments))
    values = {"age": 36, "tall": True, "tags": {"a": [1]}}
    assert client.users.get_udf_value(ids[0]) == values
    shown = done(command_line.run("udf", "values", "get", *ids, "--json"))
    assert {(row["id"], row["key"]): row["value"] for row in shown} == {
        (ids[0], key): value for key, value in values.items()
    }
    done(command_line.run("udf", "values", "remove", ids[0], "--key", "age", "--yes"))
    assert "age" not in client.users.get_udf_value(ids[0])
    done(command_line.run("udf", "remove", "tags", "--yes"))
    assert {field.key for field in client.udf.list("USER")} == {"age", "tall"}


def test_values_of_custom_fields_of_roles(
    command_line: InProcess, client: ManagementClient, ids: list[str]
) -> None:
    role = client.roles.create("admin")
    done(command_line.run("udf", "set", "level", "--type", "number", "--of", "role"))
    done(command_line.run("udf", "values", "set", "--role", "admin", "--custom", "level=3"))
    assert client.roles.get_udf_value(role.id) == {"level": 3}
    done(command_line.run("udf", "values", "remove", "--role", "admin", "--key", "level", "--yes"))
    assert client.roles.get_udf_value(role.id) == {}
    for owners in ((), (ids[0], "--role", "admin")):
        assert command_line.run("udf", "values", "get", *owners).exit_code == 2


def test_actions_are_filtered(
    command_line: InProcess, client: ManagementClient, ids: list[str]
) -> None:
    client.users.delete(ids[1])
    arguments = ("--operation", "createUser", "--operation", "deleteUser", "--since", "1h")
    names = command_line.run("actions", *arguments, "--jq", "[].operation_name").stdout.split()
    assert sorted(names) == ["createUser", "createUser", "deleteUser"]
    assert len(done(command_line.run("actions", *arguments, "--limit", "1"))) == 1
    for filter_ in (("--until", "2020-01-01"), ("--ip", "10.0.0.1"), ("--username", "ada")):
        assert done(command_line.run("actions", *filter_)) == []
    assert done(command_line.run("actions", ids[1])) == []  # of a user who was deleted
    assert command_line.run("actions", "--username", "bob").exit_code == 1
    assert command_line.run("actions", "--since", "soon").exit_code == 2


def test_a_running_emulator_is_seeded_restored_and_reset(
    command_line: InProcess, client: ManagementClient, ids: list[str], tmp_path: Path
) -> None:
    done(command_line.run("emulator", "snapshot", "create", "two"))
    assert {"name": "two"} in done(command_line.run("emulator", "snapshot", "list"))
    (tmp_path / "seed.yaml").write_text("users: [{username: zoe}]\nroles: [admin]\n")
    done(command_line.run("emulator", "seed", str(tmp_path / "seed.yaml"), "--users", "3"))
    assert client.users.list().total_count == 6
    assert command_line.run("emulator", "reset", stdin="y\n").exit_code == 2
    done(command_line.run("emulator", "snapshot", "restore", "two"))
    assert sorted(user.id for user in client.users.list()) == ids
    (request,) = done(command_line.run("emulator", "requests", "--limit", "1"))
    assert (request["operation"], request["status"]) == ("ListUsers", 200)
    done(command_line.run("emulator", "reset", "--yes"))
    assert client.users.list().total_count == 0


def test_an_emulator_that_does_not_run_is_reported(command_line: InProcess) -> None:
    for address in ("127.0.0.1:1", "not an address"):
        result = command_line.run("emulator", "requests", "--emulator", address)
        assert result.exit_code == 1
        assert "no emulator responds at" in result.stderr
