"""The example project with recorded tests, installed from the wheel, through its whole cycle."""

import shutil
import subprocess
from pathlib import Path

import pytest

from .distributions import ROOT
from .environments import environment, install_requirements, installed_python, run

EXAMPLE = ROOT / "examples" / "recorded-tests"
REPLAY = ("--block-network", "-p", "no:randomly")
RECORD = ("--authing-record=emulator", "-p", "no:randomly")

# A pytest plugin: importing it changes the clock.
TEN_YEARS_ON = """
from datetime import datetime, timedelta
import freezegun

freezegun.freeze_time(datetime.now() + timedelta(days=3653), tick=True).start()
"""


class Project:
    """A copy of the example in a git repository, and a Python that has its dependencies."""

    def __init__(self, python: Path, folder: Path) -> None:
        self._python = python
        self._folder = folder
        ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache")
        shutil.copytree(EXAMPLE, folder, ignore=ignored)
        self._git("init", "--quiet")
        self.commit()

    def _git(self, *arguments: str) -> str:
        author = ("-c", "user.name=example", "-c", "user.email=example@example.com")
        return run("git", *author, *arguments, env=environment(), cwd=self._folder)

    def commit(self) -> None:
        self._git("add", "--all")
        self._git("commit", "--quiet", "--message", "State")

    def changed_lines(self) -> list[str]:
        """Return the lines that differ from the last commit, with ``+`` or ``-``."""
        self._git("add", "--all")
        lines = self._git("diff", "--cached", "--unified=0").splitlines()
        return [f"{line[0]} {line[1:].strip()}" for line in lines if line[:2] in ("+ ", "- ")]

    def pytest(self, *arguments: str, passed: int, failed: int = 0) -> str:
        """Run the tests, check the counts, and return the output."""
        command = [str(self._python), "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        variables = environment(PYTHONPATH=str(self._folder), PYTHONDONTWRITEBYTECODE="1")
        ran = subprocess.run(
            command, cwd=self._folder, env=variables, capture_output=True, text=True, check=False
        )
        counts = [f"{failed} failed"] * bool(failed) + [f"{passed} passed"] * bool(passed)
        assert ", ".join(counts) in ran.stdout, ran.stdout + ran.stderr
        assert ran.returncode == bool(failed)
        return ran.stdout

    def replace(self, old: str, new: str) -> None:
        """Change the application."""
        module = self._folder / "staff.py"
        text = module.read_text("utf-8")
        assert old in text
        module.write_text(text.replace(old, new), "utf-8")

    def add_module(self, name: str, text: str) -> None:
        (self._folder / f"{name}.py").write_text(text, "utf-8")


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example")
    python = installed_python(wheel, folder, ("emulator", "testing"), ["pytest-xdist"])
    install_requirements(python, ROOT / "requirements" / "recorded-tests.txt")
    return python


@pytest.fixture
def project(python: Path, tmp_path: Path) -> Project:
    return Project(python, tmp_path / "project")


def test_the_whole_cycle_of_the_example(project: Project) -> None:
    project.pytest(*REPLAY, passed=4)

    # Recorded again without a change.
    project.pytest(*RECORD, passed=4)
    assert project.changed_lines() == []

    # A changed request.
    project.replace('"nickname": nickname}', '"nickname": nickname.upper()}')
    output = project.pytest(*REPLAY, passed=1, failed=3)
    assert "CreateUser: variables.userInfo.nickname: 'ADA', recorded 'Ada'" in output
    assert "To record it again: pytest tests/test_staff.py::test_" in output
    project.commit()
    selected = ("-k", "hired_once")
    project.pytest(*RECORD, *selected, passed=1)
    assert set(project.changed_lines()) == {'- "nickname": "Ada",', '+ "nickname": "ADA",'}
    project.pytest(*REPLAY, *selected, passed=1)


def test_the_example_replays_in_any_order_and_year(project: Project) -> None:
    project.pytest("--block-network", "-p", "randomly", "-p", "xdist", "-n", "2", passed=4)
    project.add_module("ten_years_on", TEN_YEARS_ON)
    project.pytest(*REPLAY, "-p", "ten_years_on", passed=4)
