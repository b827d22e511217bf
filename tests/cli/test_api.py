"""``authing-users api``."""

import json
from pathlib import Path

import pytest

from authing_users.cli._arguments import fields_of
from authing_users.cli._errors import UsageProblem

from .support.in_process import InProcess

COUNT = "query Count { users { totalCount } }"
USER = "query One($id: String) { user(id: $id) { username } }"


def test_a_document_prints_its_data(command_line: InProcess) -> None:
    command_line.pool.seed_users(2)
    result = command_line.run("api", COUNT)
    assert json.loads(result.stdout) == {"users": {"totalCount": 2}}
    assert command_line.run("api", COUNT, "--jq", "users.totalCount").stdout == "2\n"


def test_variables_come_from_arguments_and_files(command_line: InProcess, tmp_path: Path) -> None:
    with command_line.pool.plain_client() as client:
        user = client.users.create({"username": "ada"})
    document, variables = tmp_path / "one.graphql", tmp_path / "variables.json"
    document.write_text(USER, "utf-8")
    variables.write_text(json.dumps({"id": user.id}), "utf-8")
    expected = {"user": {"username": "ada"}}
    for arguments in (
        [USER, "-f", f"id={user.id}"],
        [f"@{document}", "-r", f"id={user.id}"],
        [f"@{document}", "--input", str(variables)],
    ):
        assert json.loads(command_line.run("api", *arguments).stdout) == expected
    result = command_line.run("api", "-", "-f", "id=none", stdin=USER)
    assert json.loads(result.stdout) == {"user": None}


def test_a_document_with_several_operations_needs_a_name(command_line: InProcess) -> None:
    both = f"{COUNT} {USER}"
    assert command_line.run("api", both, "--operation", "Count").exit_code == 0
    result = command_line.run("api", both)
    assert result.exit_code == 2
    assert "'Count', 'One'" in result.stderr


def test_a_path_prints_the_response(command_line: InProcess) -> None:
    result = command_line.run("api", "/api/v2/password/check", "-r", "password=12345")
    content = json.loads(result.stdout)
    assert (result.exit_code, content["code"], content["data"]["valid"]) == (0, 200, False)
    pool = command_line.run("api", "/api/v2/userpools/detail", "--jq", "data.[id, secret]")
    assert pool.stdout == f"{command_line.pool.emulator.user_pool_id}\n**********\n"


def test_secrets_are_printed_on_request(command_line: InProcess) -> None:
    with pytest.raises(AssertionError):  # the helper checks that no secret is shown
        command_line.run("api", "/api/v2/userpools/detail", "--show-secrets")


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        (["query Q { nonsense }"], 1, "Cannot query field 'nonsense'"),
        (["/api/v2/nonsense"], 1, "not found"),
        (["nonsense"], 2, "expected a GraphQL document or a path"),
        (["https://example.com/api"], 2, "expected a path, and not a URL"),
        (["/a b"], 2, "the path contains characters"),
        (["/a", "-X", "TRACE"], 2, "'TRACE' is not one of GET"),
        (["/a", "--operation", "Q"], 2, "--operation is for GraphQL"),
        ([COUNT, "-X", "GET"], 2, "--method is for a path"),
        ([COUNT, "-f", "canary"], 2, "-f: expected key=value"),
        ([COUNT, "--input", "missing.json"], 2, "missing.json cannot be read"),
        (["@missing.graphql"], 2, "missing.graphql cannot be read"),
        ([COUNT, "--jq", "[?"], 2, "not a JMESPath expression"),
    ],
)
def test_mistakes_are_named(
    command_line: InProcess, arguments: list[str], code: int, problem: str
) -> None:
    result = command_line.run("api", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert problem in result.stderr
    assert "canary" not in result.stderr


def test_typed_fields_are_json_and_others_text(tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_text("from a file", "utf-8")
    typed = ["a=1", "b=true", "c=null", "d=[1]", "e=text", "f=", f"g=@{file}", "h=x=y"]
    assert fields_of(typed, ["i=1"]) == {
        "a": 1,
        "b": True,
        "c": None,
        "d": [1],
        "e": "text",
        "f": "",
        "g": "from a file",
        "h": "x=y",
        "i": "1",
    }


def test_keys_nest_and_add_to_lists() -> None:
    fields = fields_of(["a.b.c=1", "a.d=2", "e[]=1", "e[]=2", "a.f[]=3"], [])
    assert fields == {"a": {"b": {"c": 1}, "d": 2, "f": [3]}, "e": [1, 2]}


@pytest.mark.parametrize("typed", [["a=1", "a=2"], ["a=1", "a.b=2"], ["a=1", "a[]=2"], ["=1"]])
def test_contradicting_keys_are_rejected(typed: list[str]) -> None:
    with pytest.raises(UsageProblem):
        fields_of(typed, [])


@pytest.mark.parametrize("text", ["[1]", "{", "\ud800"])
def test_the_input_must_be_an_object(command_line: InProcess, tmp_path: Path, text: str) -> None:
    file = tmp_path / "input.json"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    result = command_line.run("api", COUNT, "--input", str(file))
    assert result.exit_code == 2
    assert f"--input: {file} " in result.stderr
