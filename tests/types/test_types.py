"""Correct uses pass mypy and pyright in strict mode, and wrong uses do not."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORRECT = ROOT / "tests" / "types" / "correct_uses.py"
WRONG = ROOT / "tests" / "types" / "wrong_uses.py"
# Wrong keys of dicts that both type checkers name.
WRONG_KEYS = {
    'users.create({"signedUpd": "2020-10-15T17:55:37+08:00"})': "signedUpd",
    'users.create({"given_name": "Bob"})': "given_name",
    'users.create({"username": "bob"}, identity={"providr": "x", "userIdInIdp": "7"})': "providr",
    'users.create_users([{"username": "bob"}, {"usernam": "ada"}])': "usernam",
    'users.create_many([{"username": "bob"}, {"usernam": "ada"}])': "usernam",
    'users.update_many([("id", {"usernam": "bob"})])': "usernam",
    'users.update("id", {"nickname": "Bob", "nicknam": "Bob"})': "nicknam",
    'users.update("id", updates={"signedUp": "2020-10-15"})': "signedUp",
    'users.find({"user_name": "bob"})': "user_name",
    'users.find(identity={"providr": "x", "userIdInIdp": "7"})': "providr",
    'users.search("Bob", {"field": ["username"]})': "field",
    'users.iter_search("Bob", {"field": ["username"]})': "field",
    'users.search("Bob", group_opts=[{"cod": "staff"}])': "cod",
    'policies.create("p", [{"resource": "x", "actions": ["x"], "efect": "DENY"}])': "efect",
    'policies.update("p", [{"resource": "x", "actions": ["x"], "efect": "DENY"}])': "efect",
}
MESSAGES = {
    text: (
        rf"Extra key \"{key}\" for TypedDict"
        rf"|Dict entry \d has incompatible type \"Literal\['{key}'\]\""
        rf"|\"{key}\" is an undefined item in type"
    )
    for text, key in WRONG_KEYS.items()
} | {
    "users.list().list[0].employee_nr": r'"AcmeUser".*"employee_nr"|"employee_nr".*"AcmeUser"',
    "plain.users.list().list[0].employee_number": (
        r'"User".*"employee_number"|"employee_number".*"User"'
    ),
    "users.create(AcmeCreateUserInput(employee_number=7))": r'"employee_number"',
}


def mypy_errors(path: Path, _: Path) -> dict[int, str]:
    """Errors of mypy in strict mode, by line."""
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(path)]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert printed.returncode in (0, 1), printed.stdout + printed.stderr
    return _by_line(
        (int(line), message)
        for line, message in re.findall(rf"{path.name}:(\d+): error: (.*)", printed.stdout)
    )


def pyright_errors(path: Path, scratch: Path) -> dict[int, str]:
    """Errors of pyright in strict mode, by line."""
    # The project's own configuration leaves the wrong uses out.
    settings = {
        "include": [path.name],
        "extraPaths": [str(ROOT), str(ROOT / "generated")],
        "typeCheckingMode": "strict",
    }
    shutil.copy(path, scratch)
    (scratch / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--project", str(scratch)]
    command += ["--pythonpath", sys.executable]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    report = json.loads(printed.stdout)
    assert report["summary"]["filesAnalyzed"] == 1
    return _by_line(
        (diagnostic["range"]["start"]["line"] + 1, diagnostic["message"])
        for diagnostic in report["generalDiagnostics"]
        if diagnostic["severity"] == "error"
    )


def _by_line(errors: Iterable[tuple[int, str]]) -> dict[int, str]:
    messages: dict[int, str] = {}
    for line, message in errors:
        messages[line] = f"{messages[line]}\n{message}" if line in messages else message
    return messages


@pytest.mark.parametrize("errors", [mypy_errors, pyright_errors])
def test_correct_uses_are_accepted(
    errors: Callable[[Path, Path], dict[int, str]], tmp_path: Path
) -> None:
    assert errors(CORRECT, tmp_path) == {}


@pytest.mark.parametrize("errors", [mypy_errors, pyright_errors])
def test_wrong_uses_are_rejected_and_nothing_else(
    errors: Callable[[Path, Path], dict[int, str]], tmp_path: Path
) -> None:
    lines = WRONG.read_text("utf-8").splitlines()
    marked = {number for number, line in enumerate(lines, start=1) if line.endswith("# wrong")}
    assert len(marked) > 40
    reported = errors(WRONG, tmp_path)
    assert {n: lines[n - 1] for n in marked - reported.keys()} == {}
    assert {n: message for n, message in reported.items() if n not in marked} == {}
    # Messages about dicts name the key, and those about own fields the model and the field.
    for text, pattern in MESSAGES.items():
        (number,) = [n for n in marked if lines[n - 1].strip() == f"{text}  # wrong"]
        assert re.search(pattern, reported[number]), reported[number]
