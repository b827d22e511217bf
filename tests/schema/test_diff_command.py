"""``authing-users schema diff``: sources, reports and exit codes."""

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import introspection_from_schema, parse, print_ast, print_schema

from authing_users._schema.sources import shipped_schema

from ..support.emulator_pool import EmulatorPool
from .command import run
from .edits import edited

TWO = "type Query { a: Int, b: Int }"
ONE = "type Query { a: Int }"
ENUM = "type Query { a: Int, b: Int, e: E } enum E { X Y }"
SMALLER_ENUM = "type Query { a: Int, b: Int, e: E } enum E { X }"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with schemas."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("one", ONE), ("two", TWO), ("enum", ENUM), ("smaller", SMALLER_ENUM)):
        (tmp_path / f"{name}.graphql").write_text(text)
    (tmp_path / "private.graphql").write_text(private_schema())
    return tmp_path


@cache
def private_schema() -> str:
    """Return the schema of a private deployment."""
    changed = edited(
        removed=["User.givenName", "User.familyName", "Query.isActionDenied"],
        added="extend type User { employeeNumber: String }",
    )
    return print_schema(changed)


def exit_code(old: str, new: str, *options: object) -> int:
    return run("diff", f"{old}.graphql", f"{new}.graphql", *options).exit_code


@pytest.mark.parametrize(
    ("old", "new", "fail_on", "expected"),
    [
        ("one", "one", "any", 0),
        ("one", "two", "any", 1),
        ("one", "two", "dangerous", 0),
        ("smaller", "enum", "any", 1),
        ("smaller", "enum", "dangerous", 1),
        ("smaller", "enum", "breaking", 0),
        ("two", "one", "any", 2),
        ("two", "one", "dangerous", 2),
        ("two", "one", "breaking", 2),
        ("two", "one", "never", 0),
    ],
)
def test_exit_codes(folder: Path, old: str, new: str, fail_on: str, expected: int) -> None:
    assert exit_code(old, new, "--fail-on", fail_on) == expected


def test_the_exit_code_is_that_of_any_change_by_default(folder: Path) -> None:
    assert [exit_code("one", "one"), exit_code("one", "two"), exit_code("two", "one")] == [0, 1, 2]


def test_severities_come_from_options_and_from_the_config_file(folder: Path) -> None:
    assert exit_code("two", "one", "--severity", "FIELD_REMOVED=safe") == 1
    table = '[tool.authing-users.schema.severity]\nFIELD_REMOVED = "dangerous"\n'
    (folder / "codegen.toml").write_text(table)
    assert exit_code("two", "one") == 1
    assert "DANGEROUS" in run("diff", "two.graphql", "one.graphql").stdout
    assert exit_code("two", "one", "--severity", "FIELD_REMOVED=breaking") == 2
    (folder / "other.toml").write_text("[tool]\n")
    assert exit_code("two", "one", "--config", "other.toml") == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--severity", "FIELD_GONE=safe"], "there is no rule FIELD_GONE. The rules are ARG_"),
        (["--severity", "FIELD_REMOVED=mild"], "must be breaking, dangerous, safe, not 'mild'"),
        (["--severity", "FIELD_REMOVED"], "expected RULE=SEVERITY"),
        (["--config", "gone.toml"], "gone.toml cannot be read: No such file"),
        (["--config", "one.graphql"], "one.graphql is not valid TOML"),
        (["--queries", "gone"], "gone cannot be read: No such file"),
    ],
)
def test_options_that_are_wrong(folder: Path, options: list[str], message: str) -> None:
    result = run("diff", "one.graphql", "two.graphql", *options)
    assert result.exit_code == 3
    assert message in result.stderr


def test_the_text_groups_fields_with_the_same_meaning(folder: Path) -> None:
    result = run("diff", "package:", "private.graphql")
    assert result.exit_code == 2
    assert result.stdout.startswith("3 breaking, 1 safe changes from package: to private.graphql.")
    assert "28 methods work with less: groups.iter_users, groups.list_users," in result.stdout
    grouped = (
        "  User.familyName was removed. [FIELD_REMOVED]\n"
        "  User.givenName was removed. [FIELD_REMOVED]\n"
        "      works with less: groups.iter_users,"
    )
    assert grouped in result.stdout
    assert "public types: User.family_name, User.given_name" in result.stdout
    assert (
        "  Query.isActionDenied was removed. [FIELD_REMOVED]\n      No operation" in result.stdout
    )
    assert all(len(line) <= 100 for line in result.stdout.splitlines())


def test_only_used_changes(folder: Path) -> None:
    result = run("diff", "package:", "private.graphql", "--used")
    assert result.stdout.startswith("2 breaking, 1 safe changes")
    assert "isActionDenied" not in result.stdout


def test_json(folder: Path) -> None:
    (folder / "mine.graphql").write_text("query Mine { user { givenName } }")
    arguments = ("diff", "package:", "private.graphql", "--queries", "mine.graphql")
    content: dict[str, Any] = json.loads(run(*arguments, "--json").stdout)
    assert content == json.loads(run(*arguments, "--format", "json").stdout)
    summary = content["summary"]
    assert (summary["breaking"], summary["dangerous"], summary["safe"]) == (3, 0, 1)
    assert summary["methods"]["users.detail"] == "degrades"
    (change,) = (one for one in content["changes"] if one["coordinate"] == "User.givenName")
    assert (change["rule"], change["severity"], change["effect"]) == (
        "FIELD_REMOVED",
        "breaking",
        "degrades",
    )
    assert change["user_operations"] == {"Mine": "degrades"}
    assert change["operations"]["GetUser"] == "degrades"
    assert change["attributes"] == ["User.given_name"]


def test_markdown_is_escaped(folder: Path) -> None:
    reason = "*Bold* <b> @someone `code` | \\u001b[31m"
    (folder / "old.graphql").write_text(ONE)
    (folder / "new.graphql").write_text(f'type Query {{ a: Int @deprecated(reason: "{reason}") }}')
    result = run("diff", "old.graphql", "new.graphql", "--markdown")
    assert result.exit_code == 1
    assert result.stdout.startswith("### Schema: 1 safe change\n")
    assert "\\*Bold\\* \\<b\\> &#64;someone \\`code\\` \\|  \\[31m" in result.stdout
    text = run("diff", "old.graphql", "new.graphql").stdout
    assert "\x1b" not in text + result.stdout
    assert "is deprecated: *Bold* <b> @someone" in text


def test_markdown_names_methods_as_code(folder: Path) -> None:
    result = run("diff", "package:", "private.graphql", "--format", "markdown")
    assert "**Breaking**" in result.stdout
    assert "- User.familyName was removed. User.givenName was removed.\n" in result.stdout
    assert "  - public types: `User.family_name`, `User.given_name`\n" in result.stdout


def test_descriptions_are_reported_on_request(folder: Path) -> None:
    (folder / "described.graphql").write_text('type Query { "A." a: Int }')
    assert exit_code("one", "described") == 0
    assert exit_code("one", "described", "--descriptions") == 1


def test_a_host_a_folder_and_a_file_with_introspection(
    folder: Path, emulator_pool: EmulatorPool
) -> None:
    parts = folder / "parts" / "below"
    parts.mkdir(parents=True)
    definitions = [print_ast(node) for node in parse(print_schema(shipped_schema())).definitions]
    (folder / "parts" / "a.graphql").write_text("\n".join(definitions[::2]))
    # As `generate` reads them: other suffixes, a byte order mark, hidden folders left out.
    (parts / "b.gql").write_text("\n".join(definitions[1::2]), "utf-8-sig")
    (parts / "empty.graphqls").write_text("# Nothing yet\n")
    (folder / "parts" / ".history").mkdir()
    (folder / "parts" / ".history" / "a.graphql").write_text("type User {")
    data = introspection_from_schema(shipped_schema())
    (folder / "schema.json").write_text(json.dumps({"data": data}))
    host = f"host:{emulator_pool.host}"
    for old, new in ((host, "parts"), ("schema.json", "package:authing_graphql")):
        result = run("diff", old, new)
        assert result.exit_code == 0, result.output
    result = run("diff", "host:", "parts", AUTHING_HOST=emulator_pool.host)
    assert result.stdout == "no changes from host: to parts.\n"


def test_a_package_in_the_working_directory(folder: Path) -> None:
    (folder / "acme" / "graphql").mkdir(parents=True)
    (folder / "acme" / "graphql" / "schema.graphql").write_text(ONE)
    assert run("diff", "package:acme.graphql", "one.graphql").exit_code == 0


def test_a_folder_does_not_hide_the_schema_of_this_library(folder: Path) -> None:
    (folder / "authing_graphql").mkdir()
    (folder / "authing_graphql" / "schema.graphql").write_text(ONE)
    assert run("diff", "package:", "one.graphql").exit_code == 2


@pytest.mark.parametrize(
    ("source", "text", "message"),
    [
        ("gone.graphql", None, "gone.graphql cannot be read: No such file or directory."),
        ("bad.graphql", "type Query {\n  a Int\n}", "bad.graphql:2:5: Syntax Error: Expected ':'"),
        (
            "bad.graphql",
            "type Query {\n  a: Gone\n  b: Gone2\n}",
            "bad.graphql:2:6: Unknown type 'Gone'.\nbad.graphql:3:6: Unknown type 'Gone2'.",
        ),
        ("bad.graphql", "type A { a: Int }", "bad.graphql: Query root type must be provided."),
        ("bad.graphql", b"\xff", "bad.graphql cannot be read: it is not text in UTF-8."),
        ("bad.json", "[]", "bad.json is not the response to an introspection query."),
        ("bad.json", "{", "bad.json is not valid JSON"),
        ("package:gone", None, "There is no package gone with a schema.graphql."),
        (".", None, ". contains no .graphql files."),
    ],
)
def test_schemas_that_cannot_be_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    text: str | bytes | None,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        Path(source).write_bytes(text if isinstance(text, bytes) else text.encode())
    result = run("diff", source, "package:")
    assert result.exit_code == 3
    assert message in result.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("query { user { id } }", "a.graphql:1:1: The operation needs a name."),
        ("query A { user { ...Gone } }", "a.graphql:1:18: There is no fragment Gone."),
        ("query A {", "a.graphql:1:10: Syntax Error"),
    ],
)
def test_operations_that_cannot_be_read(folder: Path, text: str, message: str) -> None:
    (folder / "mine").mkdir()
    (folder / "mine" / "a.graphql").write_text(text)
    result = run("diff", "one.graphql", "two.graphql", "--queries", "mine")
    assert result.exit_code == 3
    assert message in result.stderr


def test_the_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "graphql", None)
    for command in (["pull"], ["diff", "package:", "package:"], ["check"]):
        result = run(*command)
        assert result.exit_code == 3
        assert result.stderr == (
            "The command needs graphql-core, which is not installed: "
            "pip install 'authing-users[codegen]'\n"
        )
