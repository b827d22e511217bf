"""The example project for a server with more fields, installed from the wheel."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .distributions import ROOT
from .environments import environment, install_requirements, installed_python

pytestmark = pytest.mark.slow

EXAMPLE = ROOT / "examples" / "own-schema"
WRONG_USES = """
from authing_users import ManagementClient
from people import Employee, NewEmployee

client = ManagementClient(user_model=Employee)
NewEmployee(username="ada", employee_number=1)
client.users.list().list[0].employee_no
number: int = client.users.find(username="ada").employee_number
ManagementClient().users.list().list[0].employee_number
"""


class Project:
    """A copy of the example, and a Python that has its dependencies."""

    def __init__(self, python: Path, folder: Path) -> None:
        self.python = python
        self.folder = folder
        self.variables: dict[str, str] = {}
        shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))

    def run(self, *command: str | Path, status: int = 0) -> str:
        """Run a command in the project, and return what it prints."""
        ran = subprocess.run(
            command,
            cwd=self.folder,
            env=environment(**self.variables, PYTHONDONTWRITEBYTECODE="1"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == status, ran.stdout + ran.stderr
        return ran.stdout + ran.stderr

    def authing_users(self, *arguments: str, status: int = 0) -> str:
        return self.run(self.python.parent / "authing-users", *arguments, status=status)

    def serve(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start the emulator with the schema of the project, and use it in all other commands."""
        process = subprocess.Popen(
            [self.python.parent / "authing-users", "emulator", "--port", "0", *arguments],
            cwd=self.folder,
            env=environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        printed = ""
        while "AUTHING_USERPOOL_SECRET" not in printed:
            line = process.stdout.readline()
            assert line, "the emulator did not start"
            printed += line
        self.variables = dict(re.findall(r"export (\w+)=(\S+)", printed))
        return process

    def reported_by(self, checker: str, *options: str) -> set[str]:
        """Return the places of the errors that a type checker reports in the project's programs."""
        command = (sys.executable, "-m", checker, *options, "people.py", "wrong_uses.py")
        return set(re.findall(r"(\w+\.py:\d+):", self.run(*command, status=1)))


@pytest.fixture(scope="module")
def project(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The example, with an emulator that serves its schema."""
    folder = tmp_path_factory.mktemp("own-schema")
    python = installed_python(wheel, folder, ("emulator",))
    install_requirements(python, ROOT / "requirements" / "own-schema.txt")
    project = Project(python, folder / "project")
    process = project.serve("--schema", "server")
    yield project
    process.terminate()
    process.wait(30)
    assert process.stdout is not None
    process.stdout.close()


def test_the_whole_story_of_the_example(project: Project) -> None:
    project.authing_users("schema", "pull")
    schema = (project.folder / "schema.graphql").read_text("utf-8")
    assert "employeeNumber: String" in schema
    written = project.authing_users("generate")
    assert "acme_authing" in written
    assert project.run(project.python, "people.py") == "1: ada\n2: grace\n"
    assert "up to date" in project.authing_users("generate", "--check")

    # The type checkers accept the program, and report each wrong use of the field.
    (project.folder / "wrong_uses.py").write_text(WRONG_USES, "utf-8")
    expected = {f"wrong_uses.py:{line}" for line in (6, 7, 8, 9)}
    mypy = ("--strict", "--cache-dir=.mypy", "--python-executable", str(project.python))
    assert project.reported_by("mypy", *mypy) == expected
    assert project.reported_by("pyright", "--pythonpath", str(project.python)) == expected

    # The server has changed: an operation of the project lacks a field.
    changed = project.folder / "schema.graphql"
    changed.write_text(schema.replace("employeeNumber", "payrollNumber"), "utf-8")
    output = project.authing_users("generate", "--check", status=1)
    assert "queries/ListEmployees.graphql:13:3: Cannot query field 'employeeNumber'" in output

    # The server has changed, and the operations still fit.
    changed.write_text(schema.replace("Number of the employee in", "Employee number in"), "utf-8")
    output = project.authing_users("generate", "--check", status=1)
    assert "acme_authing is out of date" in output
    output = project.authing_users("schema", "diff", "package:", "schema.graphql", status=1)
    assert "User.employeeNumber" in output
