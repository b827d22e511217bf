"""``make regenerate``: from the schema of a server to generated files and a changelog."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import build_schema, print_schema

from authing_users._schema.changes import find_changes
from authing_users._schema.sdl import canonical_sdl
from scripts.regenerate import regenerate
from scripts.schema_text import updated_text

from ..emulator.server import running
from ..schema.edits import edited
from ..support.introspection_server import IntrospectionServer, running_introspection_server

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SCHEMA = (ROOT / "schema.graphql").read_text("utf-8")
WORKING = "generate:\n\t@touch generated.txt\n"
FAILING = "generate:\n\t@exit 1\n"


@pytest.fixture
def server() -> Iterator[IntrospectionServer]:
    """A server that describes the present schema."""
    with running_introspection_server() as running_server:
        running_server.schema = build_schema(SCHEMA)
        yield running_server


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The sources of the generated package, and a Makefile that generates nothing."""
    shutil.copy(ROOT / "schema.graphql", tmp_path)
    shutil.copytree(ROOT / "queries", tmp_path / "queries")
    (tmp_path / "Makefile").write_text(WORKING)
    return tmp_path


def test_a_copy_of_the_sources_follows_an_emulator(tmp_path: Path) -> None:
    for name in ("authing_users", "scripts", "queries", "generated", "docs", "requirements"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    for name in ("Makefile", "schema.graphql", "codegen.toml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    for name in (".venv", ".venv-codegen"):
        (tmp_path / name).symlink_to(ROOT / name)
    # Older than the environments, which must not be installed again from here.
    for path in [tmp_path / "pyproject.toml", *(tmp_path / "requirements").iterdir()]:
        os.utime(path, (0, 0))
    older = tmp_path / "older.graphql"
    older.write_text(print_schema(edited(removed=["CreateUserInput.website"])))
    environment = {
        name: value for name, value in os.environ.items() if name != "COVERAGE_PROCESS_CONFIG"
    }
    with running("--schema", str(older)) as emulator:
        finished = subprocess.run(
            [sys.executable, "-m", "scripts.regenerate", "--host", emulator.url],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert finished.returncode == 0, finished.stderr
    assert "CreateUserInput.website was removed. [FIELD_REMOVED]" in finished.stdout
    assert finished.stdout.endswith(
        "### Changed\n\n- Breaking: `CreateUserInput.website`: CreateUserInput.website was removed."
        " It affects `users.apply`, `users.create`, `users.create_many`, `users.upsert_many`.\n"
    )
    written = (tmp_path / "schema.graphql").read_text("utf-8")
    assert written.startswith(SCHEMA[: SCHEMA.index("type Query")])
    (change,) = find_changes(build_schema(SCHEMA), build_schema(written), descriptions=True)
    assert change.coordinate == "CreateUserInput.website"
    generated = (tmp_path / "generated" / "authing_graphql" / "input_types.py").read_text("utf-8")
    before = (ROOT / "generated" / "authing_graphql" / "input_types.py").read_text("utf-8")
    assert (before.count("website"), generated.count("website")) == (8, 4)


def test_nothing_is_written_if_nothing_changed(
    server: IntrospectionServer, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert regenerate(root, server.host) == 0
    assert capsys.readouterr().out == f"no changes from schema.graphql to {server.host}.\n"
    assert (root / "schema.graphql").read_text("utf-8") == SCHEMA
    assert not (root / "generated.txt").exists()


def test_additions_are_listed_for_the_changelog(
    server: IntrospectionServer, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.schema = edited(
        removed=["Query.isActionDenied"],
        added="extend type User { employeeNumber: String } "
        "extend input CreateUserInput { employeeNumber: String }",
    )
    assert regenerate(root, server.host) == 0
    output = capsys.readouterr().out
    assert output.endswith(
        "### Added\n\n- The API has added `CreateUserInput.employeeNumber`, `User.employeeNumber`."
        "\n\n### Changed\n\n- Breaking: `Query.isActionDenied`: Query.isActionDenied was removed.\n"
    )
    assert (root / "generated.txt").exists()
    assert "employeeNumber" in (root / "schema.graphql").read_text("utf-8")


def test_operations_that_became_invalid_are_listed_and_nothing_is_written(
    server: IntrospectionServer, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.schema = edited(removed=["User.givenName", "Query.group"])
    assert regenerate(root, server.host) == 1
    output = capsys.readouterr().out
    assert "Nothing was written. Correct queries/ first:" in output
    assert f"{root}/queries/GetGroup.graphql:2:3: Cannot query field 'group'" in output
    assert f"{root}/queries/fragments/User.graphql:" in output
    assert (root / "schema.graphql").read_text("utf-8") == SCHEMA


def test_the_schema_is_restored_if_nothing_can_be_generated(
    server: IntrospectionServer, root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (root / "Makefile").write_text(FAILING)
    server.schema = edited(removed=["Query.isActionDenied"])
    assert regenerate(root, server.host) == 1
    assert "schema.graphql is as it was" in capfd.readouterr().out
    assert (root / "schema.graphql").read_text("utf-8") == SCHEMA


def test_order_descriptions_and_comments_stay() -> None:
    old = (
        '# Ours.\n# Two lines.\n\ntype B {\n  "Of y."\n  y: Int\n  x: Int\n}\n\n'
        "type Gone {\n  a: Int\n}"
    )
    new = 'type A { a: Int } type B { new: Int, x("Of z." z: Int): Int, "Server\'s." y: Int }'
    without = new.replace('"Server\'s." ', "")
    expected = (
        '# Ours.\n# Two lines.\n\ntype B {\n  "Of y."\n  y: Int\n  x(\n    "Of z."\n    z: Int\n'
        "  ): Int\n  new: Int\n}\n\ntype A {\n  a: Int\n}\n"
    )
    assert updated_text(old, without) == expected
    assert updated_text(expected, without) == expected
    assert '"Server\'s."\n  y: Int' in updated_text(old, new)


def test_the_text_of_the_present_schema_keeps_its_order() -> None:
    sorted_text = canonical_sdl(build_schema(SCHEMA))
    assert updated_text(SCHEMA, sorted_text) == updated_text(SCHEMA, SCHEMA)
