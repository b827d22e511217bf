"""`make matrix` finds the installed versions of Python and reports each."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts import matrix

RUNNING = "{}.{}".format(*sys.version_info)


def fake_interpreter(folder: Path, version: str, prints: str) -> Path:
    """Write a program that prints what an interpreter prints as its name and version."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / f"python{version}"
    program.write_text(f"#!/bin/sh\necho {prints}\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for ``PATH`` (``bin``) and for pyenv (``versions``)."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    return tmp_path


def test_an_interpreter_on_the_path_is_preferred(installed: Path) -> None:
    program = fake_interpreter(installed / "bin", "3.12", "CPython-3.12.4")
    fake_interpreter(installed / "versions" / "3.12.9" / "bin", "3.12", "CPython-3.12.9")
    assert matrix.find_interpreter("3.12") == (str(program), "3.12.4")


def test_the_newest_version_of_pyenv_replaces_one_that_does_not_work(installed: Path) -> None:
    fake_interpreter(installed / "bin", "3.12", "; exit 127")
    fake_interpreter(installed / "versions" / "3.12.9" / "bin", "3.12", "CPython-3.12.9")
    newest = fake_interpreter(installed / "versions" / "3.12.10" / "bin", "3.12", "CPython-3.12.10")
    assert matrix.find_interpreter("3.12") == (str(newest), "3.12.10")


@pytest.mark.parametrize("prints", ["PyPy-3.12.4", "CPython-3.1.2", "''"])
def test_other_interpreters_are_not_used(installed: Path, prints: str) -> None:
    fake_interpreter(installed / "bin", "3.12", prints)
    assert matrix.find_interpreter("3.12") is None


def test_a_real_interpreter_is_recognized(installed: Path) -> None:
    (installed / "bin" / f"python{RUNNING}").symlink_to(sys.executable)
    interpreter = matrix.find_interpreter(RUNNING)
    assert interpreter is not None
    assert interpreter[1].startswith(RUNNING)


@pytest.mark.parametrize(("failing", "status"), [(None, 0), ("3.12", 1)])
def test_each_version_is_run_and_reported(
    installed: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    failing: str | None,
    status: int,
) -> None:
    for version in ("3.12", "3.13"):
        fake_interpreter(installed / "bin", version, f"CPython-{version}.1")
    calls: list[tuple[str, list[str]]] = []

    def run_tests(version: str, interpreter: str, arguments: Sequence[str]) -> bool:
        calls.append((version, list(arguments)))
        return version != failing

    monkeypatch.setattr(matrix, "run_tests", run_tests)
    assert matrix.main(["3.12", "3.13", "3.14", "--", "-k", "a b"]) == status
    assert calls == [("3.12", ["-k", "a b"]), ("3.13", ["-k", "a b"])]
    summary = capsys.readouterr().out.split("== make matrix\n")[1].splitlines()
    assert [line.split(" in ")[0] for line in summary] == [
        f"Python 3.12.1: {'FAILED' if failing else 'passed'}",
        "Python 3.13.1: passed",
        "Python 3.14: not installed",
    ]
