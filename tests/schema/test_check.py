"""``authing-users schema check``: which operations work with a server, and which with less."""

import json
import re
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_schema, print_schema

from authing_users._schema.check import SchemaCheck, check_schema
from authing_users._schema.check_report import as_text
from authing_users._schema.operations import user_operations

from ..support.emulator_pool import EmulatorPool
from ..support.introspection_server import IntrospectionServer
from .command import run
from .edits import edited


def check(schema: GraphQLSchema) -> SchemaCheck:
    return check_schema(schema, "https://example.org")


def problems(outcome: SchemaCheck) -> dict[str, list[str]]:
    return {operation.name: operation.problems for operation in outcome.failing}


def test_everything_works_with_the_emulator(emulator_pool: EmulatorPool) -> None:
    result = run("check", "--host", emulator_pool.host)
    assert result.exit_code == 0
    assert result.stdout == f"{emulator_pool.host}: 78 of 78 operations work completely.\n"


def test_what_works_with_less_and_what_fails(server: IntrospectionServer) -> None:
    server.schema = edited(
        removed=["User.givenName", "Query.group", "Query.users.excludeUsersInOrg"],
        added="extend type User { employeeNumber: String }",
    )
    result = run("check", "--host", server.host)
    assert result.exit_code == 2
    assert "This server lacks 1 of 61 fields of User: givenName." in result.stdout
    assert "This server lacks 1 of 36 queries: group." in result.stdout
    assert "It has 1 name that this release does not know." in result.stdout
    failing, reduced = result.stdout.split("Cannot be called\n")[1].split("Work with less\n")
    assert failing == (
        "  groups.detail, groups.iter_users, groups.list_authorized_resources, groups.list_users,"
        " users.plan\n"
        "      The server lacks the query 'group'.\n\n"
    )
    assert (
        "  users.iter_list, users.list\n"
        "      without Query.users(excludeUsersInOrg:), User.givenName\n" in reduced
    )
    content: dict[str, Any] = json.loads(run("check", "--host", server.host, "--json").stdout)
    assert content["host"] == server.host
    assert content["summary"]["additional"] == 1
    statuses = {one["name"]: one["status"] for one in content["operations"]}
    assert statuses["GetGroup"] == "fails"
    assert statuses["ListUsers"] == "reduced"
    assert statuses["ListRoles"] == "works"
    assert content["lacks"][1] == {
        "type": "User",
        "kind": "fields",
        "missing": ["givenName"],
        "total": 61,
    }


def test_a_release_that_only_lacks_fields_exits_with_1(server: IntrospectionServer) -> None:
    server.schema = edited(removed=["User.givenName"])
    assert run("check", "--host", server.host).exit_code == 1


def test_reasons_that_only_appear_together() -> None:
    fields = [f"Group.{name}" for name in ("code", "name", "description", "createdAt", "updatedAt")]
    assert problems(check(edited(removed=fields[1:]))) == {}
    assert problems(check(edited(removed=fields[:1]))) == {}
    failing = problems(check(edited(removed=fields)))
    assert failing.keys() == {
        "CreateGroup",
        "GetGroup",
        "ListGroups",
        "ListUserGroups",
        "UpdateGroup",
    }


def test_required_keys_and_arguments_fail() -> None:
    outcome = check(
        edited(
            retyped={"Query.findUser.email": "String!"},
            added="extend input CreateUserInput { tenant: String! }",
        )
    )
    assert problems(outcome) == {
        "CreateUser": ["The required key CreateUserInput.tenant was added, of the type String!."],
        "FindUser": [
            "Variable '$email' of type 'String' used in position expecting type 'String!'."
        ],
    }


def test_changes_that_break_only_some_calls() -> None:
    outcome = check(
        edited(retyped={"CreateUserInput.email": "String!", "PaginatedRoles.totalCount": "Int"})
    )
    assert outcome.exit_code == 1
    assert {one.name: one.changes for one in outcome.reduced} == {
        "CreateUser": ["CreateUserInput.email changed from String to String!."],
        "ListRoles": ["PaginatedRoles.totalCount changed from Int! to Int."],
        "ListUserRoles": ["PaginatedRoles.totalCount changed from Int! to Int."],
    }


def test_the_token_is_needed_by_every_method() -> None:
    outcome = check(edited(removed=["Query.accessToken"]))
    (failing,) = outcome.failing
    assert failing.methods == ("every method",)


def test_deprecated_names_that_are_used() -> None:
    text = print_schema(edited(added="extend type Query { old: Int @deprecated }"))
    for name in ("  arn: String", "sortBy: SortByEnum = CREATEDAT_DESC", "  oauth: String"):
        text = re.sub(rf"({name})(?=[\n,)])", r'\1 @deprecated(reason: "Old.")', text)
    schema = build_schema(text)
    outcome = check(schema)
    found = {one.coordinate: one for one in outcome.deprecated}
    assert found.keys() == {
        "CreateUserInput.oauth",
        "JWTTokenStatusDetail.arn",
        "Node.users(sortBy:)",
        "Query.groups(sortBy:)",
        "Query.orgs(sortBy:)",
        "Query.roles(sortBy:)",
        "Query.users(sortBy:)",
        "UpdateUserInput.oauth",
        "User.oauth",
    }
    assert found["Query.users(sortBy:)"].operations == ("ListUsers",)
    assert outcome.exit_code == 0
    assert "  Query.users(sortBy:): Old.\n      used by ListUsers" in as_text(outcome)


def test_operations_of_the_user(server: IntrospectionServer, tmp_path: Path) -> None:
    (tmp_path / "mine.graphql").write_text(
        "query Works { user { ...User employeeNumber } }\n"
        "query Reduced($page: Int) { user { id shoe { size } } roles(nr: $page) { totalCount } }\n"
        "query Fails($id: String!) { user(id: $id) { id } pets { name } }\n"
        "query Invalid($id: Int!) { user(id: $id) { id } }\n"
    )
    server.schema = edited(added="extend type User { employeeNumber: String }")
    result = run("check", "--host", server.host, "--queries", tmp_path)
    assert result.exit_code == 2
    assert "79 of 82 operations work completely, 1 with less, 2 cannot be called" in result.stdout
    assert (
        "  Fails (your operation)\n      The server lacks 'Query.pets'.\n"
        "  Invalid (your operation)\n      Variable '$id' of type 'Int!' used in position expecting"
        " type 'String'.\n" in result.stdout
    )
    assert (
        "  Reduced (your operation)\n      without User.shoe, Query.roles(nr:)\n" in result.stdout
    )


def test_a_user_operation_may_have_the_name_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "mine.graphql"
    path.write_text("query GetUser { pet { name } }")
    outcome = check_schema(edited(), "x", user_operations(path))
    assert [(one.name, one.is_own) for one in outcome.failing] == [("GetUser", False)]


def test_a_server_that_cannot_be_reached(server: IntrospectionServer) -> None:
    server.message = "No."
    result = run("check", "--host", server.host)
    assert result.exit_code == 3
    assert "does not describe its schema: No." in result.stderr
