"""The commands and programs of ``docs/schema-changes.md`` work, in their order."""

import re
import runpy
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from authing_users.cli import app

from ..codegen.generator import ROOT, GeneratorProcess, running_generator
from ..emulator.server import running

PAGE = ROOT / "docs" / "schema-changes.md"
EXTENSIONS = ROOT / "examples" / "own-schema" / "server" / "employee_number.graphql"
MISSING = '  "Code of the user\'s main department."\n  mainDepartmentCode: String\n'
# The server of the test lacks a field, so a few commands report it.
EXIT_CODES = {"schema check": 1, "schema diff package:": 2}


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An emulator that the environment names. It lacks a field of users, and has another one."""
    schema = (ROOT / "schema.graphql").read_text("utf-8")
    assert schema.count(MISSING) == 2  # of User and UpdateUserInput
    folder = tmp_path / "server"
    folder.mkdir()
    (folder / "schema.graphql").write_text(schema.replace(MISSING, ""), "utf-8")
    shutil.copy(EXTENSIONS, folder)
    with running("--schema", str(folder)) as emulator:
        for name, value in emulator.environment.items():
            monkeypatch.setenv(name, value)
        yield


class Reader:
    """Follows the steps of the page in an empty folder.

    Args:
        pytester: Has the folder.
        generator: Runs ``authing-users generate``.
        capsys: Has the output of programs.
    """

    def __init__(
        self,
        pytester: pytest.Pytester,
        generator: GeneratorProcess,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        self._pytester = pytester
        self._generator = generator
        self._capsys = capsys

    def write(self, block: str) -> Path:
        """Write a file. The first line of a block is a comment with its name."""
        path = self._pytester.path / block.partition("\n")[0].removeprefix("# ")
        path.parent.mkdir(exist_ok=True)
        path.write_text(block, "utf-8")
        return path

    def run_program(self, path: Path, block: str) -> None:
        """Run a program. It prints the comments after ``print``."""
        self._capsys.readouterr()
        runpy.run_path(str(path))
        expected = re.findall(r"print\(.*\)  # (.+)$", block, re.MULTILINE)
        assert self._capsys.readouterr().out.splitlines() == expected

    def run_command(self, line: str) -> None:
        """Run a command, and check its exit code."""
        command, *arguments = shlex.split(line, comments=True)
        if command == "pytest":
            options = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")
            self._pytester.runpytest_inprocess(*options, *arguments).assert_outcomes(passed=1)
        elif arguments[0] == "generate":
            assert command == "authing-users"
            result = self._generator.run(self._pytester.path, *arguments[1:])
            assert (result.code, result.err) == (0, "")
        elif command == "authing-users":
            ran = CliRunner().invoke(app, arguments)
            expected = [code for start, code in EXIT_CODES.items() if start in line]
            assert [ran.exit_code] == (expected or [0]), (line, ran.output)
        else:
            assert line.startswith("pip install "), line


def test_the_steps_of_the_page_work_in_their_order(
    server: None,
    pytester: pytest.Pytester,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytester.syspathinsert()
    text = PAGE.read_text("utf-8")
    with running_generator() as generator:
        reader = Reader(pytester, generator, capsys)
        for kind, block in re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            match kind:
                case "python":
                    path = reader.write(block)
                    if "test_" not in path.name:
                        reader.run_program(path, block)
                case "graphql" | "toml":
                    reader.write(block)
                case "sh":
                    for line in block.splitlines():
                        reader.run_command(line)
                case _:
                    pytest.fail(f"unknown kind of block: {kind}")
