"""An emulator that serves another schema: an older one, or one that it cannot serve."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from graphql import build_client_schema, build_schema, get_introspection_query, print_schema
from typer.testing import CliRunner, Result

from authing_users.cli import app as command
from authing_users.emulator import create_app
from authing_users.emulator.errors import UnusableSchemaError

from ..support.schema_changes import SCHEMA_TEXT, changed_schema
from .api import CREATE, GET, LIST, Api, connected
from .server import running

OLDER = changed_schema(
    remove=[
        *("User.nickname", "User.groups", "Group.users", "Query.users(excludeUsersInOrg)"),
        *("CreateUserInput.nickname", "SortByEnum.UPDATEDAT_DESC", "Mutation.setMainDepartment"),
        *("Query.archivedUsers", "Query.searchUser(roleOpts)", "SearchUserRoleOpt"),
    ]
)


@pytest.fixture
async def older() -> AsyncIterator[Api]:
    """A client of an emulator that serves ``OLDER``."""
    async with connected(create_app(schema=OLDER)) as client:
        yield client


@pytest.mark.parametrize(
    ("document", "variables", "message"),
    [
        (
            "{ users { list { nickname } } }",
            {},
            "Cannot query field 'nickname' on type 'User'.",
        ),
        (
            "query($x: Boolean) { users(excludeUsersInOrg: $x) { totalCount } }",
            {},
            "Unknown argument 'excludeUsersInOrg' on field 'Query.users'.",
        ),
        (
            "mutation { setMainDepartment(userId: 1) { code } }",
            {},
            "Cannot query field 'setMainDepartment' on type 'Mutation'.",
        ),
        (
            'query($r: [SearchUserRoleOpt]) { searchUser(query: "", roleOpts: $r) { totalCount } }',
            {},
            "Unknown type 'SearchUserRoleOpt'.",
        ),
        (
            'mutation { createUser(userInfo: {nickname: "x"}) { id } }',
            {},
            "unknown field 'nickname'",
        ),
        (
            "mutation($i: CreateUserInput!) { createUser(userInfo: $i) { id } }",
            {"i": {"nickname": "x"}},
            "unknown field 'nickname'",
        ),
        (
            "{ users(sortBy: UPDATEDAT_DESC) { totalCount } }",
            {},
            "Value 'UPDATEDAT_DESC' does not exist in 'SortByEnum' enum.",
        ),
        (LIST, {"sortBy": "UPDATEDAT_DESC"}, "UPDATEDAT_DESC"),
    ],
)
async def test_what_the_older_schema_lacks_is_unknown(
    older: Api, api: Api, document: str, variables: dict[str, object], message: str
) -> None:
    response = await older.post(document, variables)
    assert response.status_code == 400
    errors = [error["message"] for error in response.json()["errors"]]
    assert any(message in error for error in errors), errors
    assert message not in (await api.post(document, variables)).text


async def test_the_rest_of_the_older_schema_works(older: Api) -> None:
    create = "mutation($i: CreateUserInput!) { createUser(userInfo: $i) { id username } }"
    user = await older.execute(create, i={"username": "bob", "email": "bob@example.com"})
    page = await older.execute(LIST, page=1, limit=5, sortBy="UPDATEDAT_ASC")
    assert page == {"totalCount": 1, "list": [user]}
    search = '{ searchUser(query: "bob", groupOpts: []) { list { email } } }'
    assert await older.execute(search) == {"list": [{"email": "bob@example.com"}]}
    roles = "query($id: String) { user(id: $id) { roles { totalCount } } }"
    assert await older.execute(roles, id=user["id"]) == {"roles": {"totalCount": 0}}


async def test_older_schema_is_the_one_that_introspection_returns(older: Api) -> None:
    response = await older.post(get_introspection_query(), headers={})
    served = build_client_schema(response.json()["data"])
    assert print_schema(served) == print_schema(build_schema(OLDER))


async def test_older_schema_does_not_change_other_emulators(older: Api, api: Api) -> None:
    user = await api.create(username="bob", nickname="Bob")
    assert (await api.execute(GET, id=user["id"]))["nickname"] == "Bob"
    assert (await older.post(CREATE, {"i": {"username": "bob"}})).status_code == 400


async def test_search_rejects_fields_that_the_schema_does_not_have(older: Api, api: Api) -> None:
    search = '{ searchUser(query: "bob", fields: ["nickname"]) { totalCount } }'
    assert await older.error_code(search) == 2015
    assert await api.execute(search) == {"totalCount": 0}


@pytest.mark.parametrize("schema", ["extend type User { zodiac: String }", "scalar Zodiac"])
async def test_extensions_extend_the_schema_of_the_api(schema: str) -> None:
    async with connected(create_app(schema=schema)) as extended:
        types = await extended.execute("{ __schema { types { name fields { name } } } }")
    assert ("Zodiac" in str(types)) or ("zodiac" in str(types))
    assert "archivedUsers" in str(types)


def test_own_schema_can_be_served() -> None:
    create_app(schema=SCHEMA_TEXT).close()


@pytest.mark.parametrize(
    ("schema", "problems"),
    [
        ("type Query {", ["line 1: Syntax Error: Expected Name, found <EOF>"]),
        ("", ["line 1: Syntax Error: Unexpected <EOF>"]),
        (
            "type Query { a: Missing }\ntype A { c: Unknown }",
            ["line 1: Unknown type 'Missing'", "line 2: Unknown type 'Unknown'"],
        ),
        (
            "type Query { a: Int }\ninterface I { b: Int }\ntype A implements I { c: Int }",
            ["line 2: Interface field I.b expected but A does not provide it"],
        ),
        (
            changed_schema(remove=["Query.accessToken"]),
            ["it has no field Query.accessToken, which clients get their token with"],
        ),
        (
            changed_schema(
                remove=["Query.accessToken(secret)", "AccessTokenRes.iat"],
                rename={"Query.accessToken(userPoolId)": "poolId"},
                retype={"Query.accessToken(userPoolId)": "Int!"},
            ),
            [
                "it has no argument userPoolId of Query.accessToken",
                "it has no argument secret of Query.accessToken",
                "the emulator does not support the required argument poolId of Query.accessToken",
                "the type AccessTokenRes! of Query.accessToken has no field iat",
            ],
        ),
    ],
)
def test_start_reports_every_problem(schema: str, problems: list[str]) -> None:
    with pytest.raises(UnusableSchemaError) as error:
        create_app(schema=schema)
    message = re.sub(r"(line \d+):\d+", r"\1", str(error.value))
    assert message == f"{'; '.join(problems)}."


def test_command_serves_the_schema_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / ".history").mkdir()
    (tmp_path / ".history/older.graphql").write_text("type User {", "utf-8")
    (tmp_path / "older.graphql").write_text(OLDER, "utf-8-sig")
    (tmp_path / "empty.graphqls").write_text("# Nothing yet\n", "utf-8")
    (tmp_path / "more/own.gql").write_text("extend type User { age: Int }", "utf-8")
    (tmp_path / "notes.txt").write_text("type", "utf-8")
    with running("--schema", str(tmp_path)) as server:
        body = {"query": "{ users { list { nickname age } } }"}
        content = httpx.post(f"{server.url}/graphql/v2", json=body).json()
    (error,) = content["errors"]
    assert error["message"].startswith("Cannot query field 'nickname' on type 'User'.")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"type Query { a: Int }", "it has no field Query.accessToken"),
        (
            b"type Query { a: Missing }\ntype C { d: Unknown }",
            "Unknown type 'Missing'; {path}:2:13: Unknown type 'Unknown'",
        ),
        (b"type", "{path}:1:5: Syntax Error"),
        (b"\xff", "{path} cannot be read: it is not text in UTF-8"),
        (None, "{path} cannot be read: No such file or directory"),
    ],
)
def test_unusable_schema_file_is_one_sentence(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "older.graphql"
    if content is not None:
        path.write_bytes(content)
    result = run_command(path)
    assert result.stderr.startswith(f"{path} cannot be served: ")
    assert message.format(path=path) in result.stderr


def test_folder_without_a_schema_is_one_sentence(tmp_path: Path) -> None:
    assert f"{tmp_path} contains no .graphql file" in run_command(tmp_path).stderr


def run_command(schema: Path) -> Result:
    """Run the command with a schema that it cannot serve."""
    result = CliRunner().invoke(command, ["emulator", "--port", "0", "--schema", str(schema)])
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    return result
