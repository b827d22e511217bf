"""An emulator that serves an older schema: a part of the present one."""

from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import (
    REMOVE,
    Visitor,
    build_client_schema,
    build_schema,
    get_introspection_query,
    parse,
    print_ast,
    print_schema,
    visit,
)
from typer.testing import CliRunner

from authing_users.cli import app as command
from authing_users.emulator import create_app
from authing_users.emulator.gql.older_schema import UnusableSchemaError

from .api import CREATE, GET, LIST, Api, Clock
from .server import running

SCHEMA = (files("authing_graphql") / "schema.graphql").read_text("utf-8")


def without(*coordinates: str) -> str:
    """Return the schema without some definitions.

    Args:
        coordinates: Such as ``Group``, ``User.nickname`` and ``Query.users.page``.
    """
    left = set(coordinates)

    class Removal(Visitor):
        def enter(self, node: Any, _: object, __: object, ___: object, ancestors: Any) -> Any:
            owners = [owner.name.value for owner in ancestors if hasattr(owner, "name")]
            coordinate = ".".join([*owners, node.name.value]) if hasattr(node, "name") else ""
            if coordinate not in left:
                return None
            left.remove(coordinate)
            return REMOVE

    document = visit(parse(SCHEMA), Removal())
    assert not left
    return print_ast(document)


OLDER = without(
    *("User.nickname", "User.groups", "Group.users", "Query.users.excludeUsersInOrg"),
    *("CreateUserInput.nickname", "SortByEnum.UPDATEDAT_DESC", "Mutation.setMainDepartment"),
    *("Query.archivedUsers", "Query.searchUser.roleOpts", "SearchUserRoleOpt"),
)


@pytest.fixture
async def older() -> AsyncIterator[Api]:
    """A client of an emulator that serves ``OLDER``."""
    clock = Clock()
    app = create_app(clock=clock, schema=OLDER)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://emulator") as http:
        client = Api(http, app, clock)
        await client.log_in()
        yield client
    app.close()


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


async def test_whole_schema_is_a_part_of_itself() -> None:
    create_app(schema=SCHEMA).close()


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ("type Group {", "type Team { id: ID }\ntype Group {", "it has no type Team"),
        ("type User {", "type User { age: Int", "it has no field User.age"),
        (
            '  username: String\n  "Email address, unique',
            '  username: String!\n  "Email address, unique',
            "User.username has the type String there, not String!",
        ),
        (
            "user(\n",
            "user(\n    name: String\n",
            "it has no argument name of Query.user",
        ),
        (
            "sortBy: SortByEnum = CREATEDAT_DESC",
            "sortBy: SortByEnum = CREATEDAT_ASC",
            "the argument sortBy of Query.users is SortByEnum = CREATEDAT_DESC there,"
            " not SortByEnum = CREATEDAT_ASC",
        ),
        (
            "input CreateUserInput {",
            "input CreateUserInput { age: Int",
            "it has no input field age of CreateUserInput",
        ),
        ("enum SortByEnum {", "enum SortByEnum { AGE", "it has no enum value SortByEnum.AGE"),
        (
            '    "Secret of the user pool."\n    secret: String!\n',
            "",
            "its argument secret of Query.accessToken is required and cannot be left out",
        ),
        ("scalar Object", "enum Object { A }", "Object is another kind of type there"),
        ("scalar Object", "scalar Object\ndirective @x on FIELD", "it has no directive @x"),
        (
            "type Query {",
            "schema { query: Group }\ntype Query {",
            "Group is not its query type",
        ),
    ],
)
def test_schema_with_something_else_is_rejected(old: str, new: str, difference: str) -> None:
    assert old in SCHEMA
    with pytest.raises(UnusableSchemaError) as error:
        create_app(schema=SCHEMA.replace(old, new, 1))
    assert str(error.value) == (f"The schema is not a part of the emulator's schema: {difference}.")


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ("type Query {", "Syntax Error: Expected Name, found <EOF>. (line 1)"),
        ("type Query { a: B }", "Unknown type 'B'."),
        ("type A { b: Int }", "Query root type must be provided."),
        ("", "Syntax Error: Unexpected <EOF>. (line 1)"),
    ],
)
def test_invalid_schema_is_rejected(schema: str, message: str) -> None:
    with pytest.raises(UnusableSchemaError) as error:
        create_app(schema=schema)
    assert str(error.value).startswith("The schema is invalid: ")
    assert message in str(error.value)


def test_command_serves_the_schema_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "older.graphql"
    path.write_text(OLDER, "utf-8")
    with running("--schema", str(path)) as server:
        body = {"query": "{ users { list { nickname } } }"}
        content = httpx.post(f"{server.url}/graphql/v2", json=body).json()
    message = content["errors"][0]["message"]
    assert message.startswith("Cannot query field 'nickname' on type 'User'.")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"type Query { a: Int }", "The schema is not a part of the emulator's schema: it has no"),
        (b"type", "The schema is invalid: Syntax Error"),
        (b"\xff", "it is not text in UTF-8"),
        (None, "No such file or directory"),
    ],
)
def test_unusable_schema_file_is_one_sentence(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "older.graphql"
    if content is not None:
        path.write_bytes(content)
    result = CliRunner().invoke(command, ["emulator", "--port", "0", "--schema", str(path)])
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1
    assert result.stderr.startswith(str(path))
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
