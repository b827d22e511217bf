"""``authing-users schema pull``: from introspection to a file, whatever the server is like."""

import os
from importlib.resources import files
from pathlib import Path

import pytest
from graphql import build_schema

from authing_users._schema.changes import find_changes
from authing_users._schema.introspection import Features, introspection_query, reduced
from authing_users._schema.sdl import canonical_sdl
from authing_users._schema.sources import load_schema

from ..support.emulator_pool import EmulatorPool
from ..support.introspection_server import TOKEN, IntrospectionServer, knows_one_of
from .command import SECRET, run

SHIPPED = build_schema((files("authing_graphql") / "schema.graphql").read_text("utf-8"))
SMALL = build_schema(
    """
    directive @once(a: Int = 3) on FIELD
    interface Named { name: String! }
    type Query implements Named { name: String!, list(filter: Filter = {size: 1}): [[Kind!]!]! }
    input Filter { size: Int, kinds: [Kind!] = [LARGE] }
    enum Kind { LARGE, SMALL @deprecated(reason: "Too small.") }
    """
)
CREDENTIALS = {"AUTHING_USERPOOL_ID": "pool", "AUTHING_USERPOOL_SECRET": SECRET}


def pull(server: IntrospectionServer, out: Path, *options: str, **environment: str) -> str:
    """Pull a schema and return its text."""
    result = run("pull", "--host", server.host, "--out", out, *options, **environment)
    assert result.exit_code == 0, result.output
    return out.read_text("utf-8")


def test_the_schema_of_the_emulator_is_the_shipped_one(
    emulator_pool: EmulatorPool, tmp_path: Path
) -> None:
    out = tmp_path / "schema.graphql"
    result = run("pull", "--host", emulator_pool.host, "--out", out)
    assert result.exit_code == 0, result.output
    assert out.read_text("utf-8") == canonical_sdl(SHIPPED)
    assert find_changes(SHIPPED, load_schema(str(out)), descriptions=True) == []


def test_a_dash_prints_the_schema(server: IntrospectionServer) -> None:
    result = run("pull", "--host", server.host, "--out", "-")
    assert result.stdout == "type Query {\n  a: Int\n}\n"
    assert result.exit_code == 0


def test_the_same_schema_in_another_order_gives_the_same_file(
    server: IntrospectionServer, tmp_path: Path
) -> None:
    first = 'type Query { "Of A." b(y: Int, x: E): A a: Int } type A { z: Int } enum E { F D }'
    second = 'enum E { D F } type A { z: Int } type Query { a: Int "Of A." b(x: E, y: Int): A }'
    server.schema = build_schema(first)
    text = pull(server, tmp_path / "schema.graphql")
    server.schema = build_schema(second)
    assert pull(server, tmp_path / "schema.graphql") == text
    assert '"""Of A."""' in text
    assert server.host not in text


def test_an_unchanged_file_is_not_written(server: IntrospectionServer, tmp_path: Path) -> None:
    out = tmp_path / "schema.graphql"
    pull(server, out)
    os.utime(out, (1, 1))
    result = run("pull", "--host", server.host, "--out", out)
    assert "up to date" in result.stderr
    assert out.stat().st_mtime == 1


def test_a_file_keeps_its_mode_and_a_link_stays_a_link(
    server: IntrospectionServer, tmp_path: Path
) -> None:
    target, link = tmp_path / "target.graphql", tmp_path / "link.graphql"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    pull(server, link)
    assert link.is_symlink()
    assert target.read_text() == "type Query {\n  a: Int\n}\n"
    assert target.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.graphql", "target.graphql"]


def test_a_folder_that_does_not_exist_is_reported(
    server: IntrospectionServer, tmp_path: Path
) -> None:
    result = run("pull", "--host", server.host, "--out", tmp_path / "gone" / "schema.graphql")
    assert result.exit_code == 3
    assert "cannot be written: No such file or directory" in result.stderr


NO_REPEATABLE = {"isRepeatable": 'Cannot query field "isRepeatable" on type "__Directive".'}
NO_URL = {"specifiedByURL": "Cannot query field 'specifiedByURL' on type '__Type'."}
NO_ONE_OF = {"isOneOf": "Field 'isOneOf' in type '__Type' is undefined"}
NO_DEPRECATED_INPUTS = {
    "inputFields(": 'Unknown argument "includeDeprecated" on field "__Type.inputFields".',
    "defaultValue isDeprecated": 'Cannot query field "isDeprecated" on type "__InputValue".',
}


@pytest.mark.parametrize(
    "unknown",
    [NO_REPEATABLE, NO_URL, NO_ONE_OF, NO_DEPRECATED_INPUTS, NO_REPEATABLE | NO_URL | NO_ONE_OF],
    ids=["repeatable", "URL", "oneOf", "deprecated inputs", "several"],
)
def test_older_introspection_works(
    server: IntrospectionServer, unknown: dict[str, str], tmp_path: Path
) -> None:
    server.unknown = unknown
    server.schema = SMALL
    assert pull(server, tmp_path / "schema.graphql") == canonical_sdl(SMALL)
    assert len(server.requests) == 2


def test_a_depth_limit_leaves_out_levels(server: IntrospectionServer, tmp_path: Path) -> None:
    server.schema = SMALL
    server.max_depth = 11
    assert pull(server, tmp_path / "schema.graphql") == canonical_sdl(SMALL)
    assert len(server.requests) == 4


def test_a_depth_limit_that_is_too_low_is_reported(server: IntrospectionServer) -> None:
    server.max_depth = 5
    result = run("pull", "--host", server.host, "--out", "-")
    assert result.exit_code == 3
    assert "exceeds maximum operation depth of 5" in result.stderr


def test_a_type_deeper_than_the_limit_is_reported(server: IntrospectionServer) -> None:
    server.schema = build_schema("type Query { a: [[Int!]!]! }")
    server.max_depth = 9
    result = run("pull", "--host", server.host, "--out", "-")
    assert result.exit_code == 3
    assert "describes its schema incompletely" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("status", [200, 400, 500])
def test_introspection_that_is_switched_off_is_reported(
    server: IntrospectionServer, status: int
) -> None:
    server.message = "GraphQL introspection is not allowed"
    server.status = status
    result = run("pull", "--host", server.host, "--out", "-")
    assert result.exit_code == 3
    assert f"{server.host} does not describe its schema: GraphQL introspection" in result.stderr
    assert "set AUTHING_USERPOOL_ID and AUTHING_USERPOOL_SECRET or AUTHING" in result.stderr
    result = run("pull", "--host", server.host, "--out", "-", **CREDENTIALS)
    assert "ask its operator for the schema as a file" in result.stderr
    assert server.tokens == 1


def test_the_token_is_sent_only_to_a_server_that_needs_it(
    server: IntrospectionServer, tmp_path: Path
) -> None:
    out = tmp_path / "schema.graphql"
    pull(server, out, **CREDENTIALS)
    assert server.tokens == 0
    assert "authorization" not in server.requests[-1]
    server.needs_token = True
    pull(server, out, **CREDENTIALS)
    assert server.tokens == 1
    assert server.requests[-1]["authorization"] == f"Bearer {TOKEN}"


def test_the_token_can_be_forced_and_forbidden(server: IntrospectionServer, tmp_path: Path) -> None:
    pull(server, tmp_path / "schema.graphql", "--token", **CREDENTIALS)
    assert [request["authorization"] for request in server.requests] == [f"Bearer {TOKEN}"]
    server.needs_token = True
    result = run("pull", "--host", server.host, "--no-token", "--out", "-", **CREDENTIALS)
    assert result.exit_code == 3
    assert "Retry without --no-token" in result.stderr
    assert server.tokens == 1
    result = run("pull", "--host", server.host, "--token", "--out", "-")
    assert "--token needs AUTHING_USERPOOL_ID and AUTHING_USERPOOL_SECRET" in result.stderr


def test_a_given_token_is_sent(server: IntrospectionServer, tmp_path: Path) -> None:
    given = {"AUTHING_USERPOOL_ID": "pool", "AUTHING_ACCESS_TOKEN": "given"}
    pull(server, tmp_path / "schema.graphql", "--token", **given)
    assert [request["authorization"] for request in server.requests] == ["Bearer given"]


def test_no_placeholder_is_sent_without_an_id(server: IntrospectionServer, tmp_path: Path) -> None:
    pull(server, tmp_path / "schema.graphql")
    assert not [name for name in server.requests[0] if name == "x-authing-userpool-id"]


def test_a_secret_that_the_emulator_rejects_is_not_shown(emulator_pool: EmulatorPool) -> None:
    arguments = ("pull", "--host", emulator_pool.host, "--token", "--out", "-")
    result = run(*arguments, **CREDENTIALS)
    assert result.exit_code == 3
    assert "GetAccessToken" in result.stderr


@pytest.mark.parametrize(
    ("host", "message"),
    [
        ("http://127.0.0.1:9", "Cannot connect to http://127.0.0.1:9"),
        ("http://example.org", "use https"),
        ("not a host", "expected a URL such as"),
    ],
)
def test_a_host_that_cannot_be_used_is_reported(host: str, message: str) -> None:
    result = run("pull", "--host", host, "--out", "-")
    assert result.exit_code == 3
    assert message in result.stderr


def test_settings_that_cannot_be_used_are_reported(server: IntrospectionServer) -> None:
    arguments = ("pull", "--host", server.host, "--out", "-")
    result = run(*arguments, "--ca-file", "gone.pem")
    assert (result.exit_code, result.stderr) == (
        3,
        "--ca-file: there is no file or folder 'gone.pem'\n",
    )
    result = run(*arguments, "--timeout", "0")
    assert result.exit_code == 3
    assert "timeout must be a number of seconds above 0" in result.stderr


def test_the_host_is_that_of_the_environment(server: IntrospectionServer) -> None:
    result = run("pull", "--out", "-", AUTHING_HOST=server.host)
    assert result.stdout == "type Query {\n  a: Int\n}\n"


def test_inputs_with_exactly_one_key_keep_their_directive(
    server: IntrospectionServer, tmp_path: Path
) -> None:
    text = "type Query { a(i: I): Int } input I @oneOf { x: Int y: Int }"
    if not knows_one_of():
        text += " directive @oneOf on INPUT_OBJECT"
    server.schema = build_schema(text)
    out = tmp_path / "schema.graphql"
    pulled = pull(server, out)
    assert ("input I @oneOf {" in pulled) == knows_one_of()
    assert find_changes(load_schema(str(out)), load_schema(str(out))) == []


def test_messages_about_something_else_leave_the_query_as_it_is() -> None:
    assert reduced(Features(), ["Something is wrong"]) is None
    everything = introspection_query(Features())
    nothing = Features(
        specified_by_url=False,
        one_of=False,
        repeatable=False,
        schema_description=False,
        deprecated_inputs=False,
        depth=3,
    )
    assert reduced(nothing, ["isOneOf isRepeatable isDeprecated", "too deep"]) is None
    assert len(introspection_query(nothing)) < len(everything) * 0.6


def test_a_schema_description_that_is_unknown_is_left_out() -> None:
    fewer = reduced(Features(), ['Cannot query field "description" on type "__Schema".'])
    assert fewer is not None
    assert not fewer.schema_description
    assert "__schema {\n    queryType" in introspection_query(fewer)
