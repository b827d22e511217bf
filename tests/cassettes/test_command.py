"""``authing-users cassettes``."""

import importlib
import json
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from authing_users._runtime.secret import MASK
from authing_users.cli import app

from .corpus import SECRET, TOKEN, cassette_text, response, user, variables

HOOKS = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a clean cassette, one with a secret, and one with personal data."""
    cassettes = tmp_path / "cassettes" / "test_a"
    cassettes.mkdir(parents=True)
    for name, content in (
        ("clean", user(id="1", name=None)),
        ("secret", user(proof=TOKEN)),
        ("person", user(email="a@corp.cn", username="zhang", nickname="san")),
    ):
        exchanges = [variables(page=1), response(content)]
        (cassettes / f"test_{name}.yaml").write_text(cassette_text(exchanges), "utf-8")
    (tmp_path / "other.yaml").write_text("a: 1")
    return tmp_path


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(app, ["cassettes", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert TOKEN[:9] not in result.output
    return result


def lines(result: Result) -> list[str]:
    return result.stdout.splitlines()


def test_check_reports_places_and_exits_with_1(folder: Path) -> None:
    result = run("check", folder)
    assert result.exit_code == 1
    cassettes = folder / "cassettes" / "test_a"
    assert lines(result) == [
        f"{cassettes}/test_person.yaml:23: e-mail address: response.body data.user.email:"
        f" a{MASK} (9 characters)",
        f"{cassettes}/test_person.yaml:23: name: response.body data.user.username:"
        f" z{MASK} (5 characters) (and 1 more)",
        f"{cassettes}/test_secret.yaml:23: JWT: response.body data.user.proof:"
        f" {MASK} ({len(TOKEN)} characters)",
    ]
    assert result.stderr.startswith("Found: 1 secret, 3 pieces of personal data. `authing-users")


def test_check_of_clean_cassettes_prints_nothing(folder: Path) -> None:
    result = run("check", folder / "cassettes/test_a/test_clean.yaml")
    assert (result.exit_code, result.output) == (0, "")


def test_check_can_be_limited(folder: Path) -> None:
    assert len(lines(run("check", folder, "--secrets-only"))) == 1
    assert len(lines(run("check", folder, "--allow", "zhang|san|.*@corp.cn"))) == 1
    clean = folder / "cassettes/test_a/test_clean.yaml"
    assert run("check", clean, "--name", "id").exit_code == 1
    result = run("check", clean, "--allow", "(")
    assert result.exit_code == 2
    assert "'(' is not a regular expression" in result.stderr


def test_check_prints_json(folder: Path) -> None:
    result = run("check", folder, "--json", "--secrets-only")
    assert json.loads(result.stdout) == [
        {
            "path": f"{folder}/cassettes/test_a/test_secret.yaml",
            "line": 23,
            "kind": "JWT",
            "where": "response.body data.user.proof",
            "preview": f"{MASK} ({len(TOKEN)} characters)",
            "is_personal": False,
            "count": 1,
        }
    ]


@pytest.mark.parametrize("command", ["check", "scrub", "show"])
def test_unreadable_files_are_reported_and_the_others_processed(folder: Path, command: str) -> None:
    broken = folder / "cassettes" / "broken.yaml"
    broken.write_text("interactions: [")
    result = run(command, folder, folder / "missing.yaml", folder / "other.yaml")
    assert result.exit_code == 2
    assert f"{broken}:2: " in result.stderr
    assert f"{folder}/missing.yaml: the file does not exist\n" in result.stderr
    assert f"{folder}/other.yaml: the file is not a cassette of vcrpy\n" in result.stderr
    assert "test_secret.yaml" in result.stdout


def test_scrub_fixes_what_check_finds(folder: Path) -> None:
    assert lines(run("scrub", folder)) == [f"{folder}/cassettes/test_a/test_secret.yaml: scrubbed"]
    assert run("check", folder, "--secrets-only").exit_code == 0
    assert run("check", folder).exit_code == 1
    assert lines(run("scrub", folder, "--pseudonymize")) == [
        f"{folder}/cassettes/test_a/test_person.yaml: scrubbed"
    ]
    assert run("check", folder).exit_code == 0
    assert run("scrub", folder, "--pseudonymize").output == ""
    assert len(lines(run("scrub", folder, "--name", "page"))) == 3


def test_scrub_reports_a_file_that_cannot_be_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("authing_users.testing.cassettes.check.replace_file", fail)
    result = run("scrub", folder)
    assert result.exit_code == 2
    assert result.stderr.endswith(
        "test_secret.yaml: the file cannot be written: No space left on device\n"
    )


def test_show_prints_a_table(folder: Path) -> None:
    path = folder / "cassettes/test_a/test_secret.yaml"
    path.write_text(cassette_text([variables(secret=SECRET, page=1), response(user(proof=TOKEN))]))
    result = run("show", path)
    assert result.exit_code == 0
    assert lines(result)[0] == str(path)
    assert lines(result)[1].split() == ["#", "operation", "variables", "status", "bytes"]
    assert lines(result)[2].split()[:3] == ["1", "M", '{"secret":']
    assert f'{{"secret": "{MASK}", "page": 1}}' in lines(result)[2]


def test_show_draws_a_table_on_a_terminal(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from authing_users.cli.cassettes import _print_table
    from authing_users.testing.cassettes.summary import Line

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    _print_table([Line("ListUsers", '{"a": "[bold]"}', "200", 12)])
    shown = capsys.readouterr().out
    assert "[bold]" in shown, "no markup"
    assert "operation" in shown
    assert "│ ListUsers │" in shown


def test_unused_prints_cassettes_and_exits_with_1(folder: Path) -> None:
    (folder / "test_a.py").write_text("def test_clean(): ...\ndef test_secret(): ...\n")
    result = run("unused", folder)
    assert (result.exit_code, result.stdout) == (
        1,
        f"{folder}/cassettes/test_a/test_person.yaml\n",
    )
    (folder / "test_a.py").write_text(
        "def test_clean(): ...\ndef test_secret(): ...\ndef test_person(): ...\n"
    )
    assert run("unused", folder).exit_code == 0
    result = run("unused", folder / "missing")
    assert (result.exit_code, result.stderr) == (2, f"{folder}/missing: the path does not exist\n")


def test_the_extra_is_named_if_it_is_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("vcr", "vcr.serializers", "vcr.serializers.yamlserializer"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "vcr", None)
    result = run("check", folder)
    assert (result.exit_code, result.stderr) == (
        2,
        "The command needs vcr, which is not installed: pip install 'authing-users[testing]'\n",
    )


def test_the_hook_for_pre_commit_runs_the_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks: Any = importlib.import_module("yaml").safe_load(HOOKS.read_text("utf-8"))
    (hook,) = hooks
    assert hook["id"] == "authing-cassettes"
    paths = [path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml")]
    matched = sorted(path for path in paths if re.search(hook["files"], path))
    names = ("clean", "person", "secret")
    assert matched == [f"cassettes/test_a/test_{name}.yaml" for name in names]
    command, group, *arguments = shlex.split(hook["entry"])
    assert (command, group) == ("authing-users", "cassettes")
    monkeypatch.chdir(folder)
    result = run(*arguments, *matched)
    assert result.exit_code == 1
    assert "cassettes/test_a/test_secret.yaml:23: JWT" in result.stdout
