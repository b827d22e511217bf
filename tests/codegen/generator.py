"""Runs the command ``authing-users generate`` in the environment of the generator."""

import json
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-codegen" / "bin" / "python"

# Runs one command for each line of its input, because importing the generator takes long.
_PROGRAM = """
import contextlib, io, json, os, sys
from authing_users.cli.application import app
for line in sys.stdin:
    folder, arguments = json.loads(line)
    os.chdir(folder)
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            app(["generate", *arguments])
        except SystemExit as exit:
            code = exit.code or 0
    print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
"""


class Result(NamedTuple):
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str

    @property
    def problems(self) -> list[str]:
        """The lines with problems, without the line that counts them."""
        return self.err.splitlines()[:-1]


class GeneratorProcess:
    """A process that runs commands one after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, folder: Path, *arguments: str) -> Result:
        """Run ``authing-users generate`` with a folder as the working directory."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(folder), arguments]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the generator raised an error: see its traceback"
        return Result(*json.loads(line))


@contextmanager
def running_generator() -> Generator[GeneratorProcess]:
    """Start the process, and end it."""
    with subprocess.Popen(
        [str(PYTHON), "-c", _PROGRAM],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        yield GeneratorProcess(process)


def write_files(folder: Path, **files: str) -> None:
    """Write files whose names have no suffix here: ``schema`` is ``schema.graphql``."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.graphql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
