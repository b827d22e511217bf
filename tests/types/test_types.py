"""Correct uses pass mypy and pyright in strict mode, and wrong uses do not."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORRECT = ROOT / "tests" / "types" / "correct_uses.py"
WRONG = ROOT / "tests" / "types" / "wrong_uses.py"
MESSAGES = {
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
    errors = re.findall(rf"{path.name}:(\d+): error: (.*)", printed.stdout)
    return {int(line): message for line, message in errors}


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
    return {
        diagnostic["range"]["start"]["line"] + 1: diagnostic["message"]
        for diagnostic in report["generalDiagnostics"]
        if diagnostic["severity"] == "error"
    }


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
    # Messages about own fields name the model and the field.
    for text, pattern in MESSAGES.items():
        (number,) = [n for n in marked if lines[n - 1].strip() == f"{text}  # wrong"]
        assert re.search(pattern, reported[number])
