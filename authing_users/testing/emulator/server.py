"""Run the emulator in a process of its own."""

import shlex
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Self, cast

# The process ends with its parent, which holds the other end of stdin: also when that is killed.
_PROGRAM = """
import os, signal, threading
def end_with_parent():
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
threading.Thread(target=end_with_parent, daemon=True).start()
from authing_users.cli import main; main()
"""
_COMMAND = (sys.executable, "-P", "-c", _PROGRAM, "emulator", "--port", "0")
_LINES = 4  # that the emulator prints when it has started
_TIMEOUT = 30  # seconds; only a broken emulator needs that long to start or stop


class EmulatorStartError(RuntimeError):
    """The emulator did not start. The message contains the reason."""


@dataclass(frozen=True, slots=True)
class EmulatorProcess:
    """A running emulator.

    Attributes:
        url: Its URL.
        user_pool_id: ID of the user pool.
        secret: Secret of the user pool.
        pid: ID of the process.
    """

    url: str
    user_pool_id: str
    secret: str
    pid: int


def check_installed() -> None:
    """Check that the extra ``emulator`` is installed.

    Raises:
        EmulatorStartError: It is not.
    """
    if find_spec("ariadne") is None:
        message = "The emulator is not installed: pip install 'authing-users[emulator]'"
        raise EmulatorStartError(message)


@contextmanager
def serve(*arguments: str) -> Generator[EmulatorProcess]:
    """Run ``authing-users emulator`` on a free port of this machine in a ``with`` block.

    Args:
        *arguments: Further arguments of the command line.

    Raises:
        EmulatorStartError: The emulator did not start.
    """
    check_installed()
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [*_COMMAND, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield _started(process, errors)
        finally:
            _stop(process)


class EmulatorProcesses:
    """The emulators of a session, one for each schema. They start when they are first needed."""

    def __init__(self) -> None:
        self._running: dict[Path | None, EmulatorProcess] = {}
        self._stack = ExitStack()

    def serving(self, schema: Path | None) -> EmulatorProcess:
        """Return the emulator that serves a schema.

        Args:
            schema: Path of the schema, a file or a folder; ``None`` for that of the API.

        Raises:
            EmulatorStartError: The emulator did not start.
        """
        if schema not in self._running:
            arguments = () if schema is None else ("--schema", str(schema))
            self._running[schema] = self._stack.enter_context(serve(*arguments))
        return self._running[schema]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


@contextmanager
def serve_deterministic() -> Generator[EmulatorProcess]:
    """Run an emulator whose IDs and times depend on the order of the requests only.

    Raises:
        EmulatorStartError: The emulator did not start.
    """
    with serve("--deterministic") as process:
        yield process


def _started(process: "subprocess.Popen[str]", errors: IO[str]) -> EmulatorProcess:
    timer = threading.Timer(_TIMEOUT, process.kill)
    timer.start()
    try:
        stdout = cast("IO[str]", process.stdout)
        lines = [stdout.readline() for _ in range(_LINES)]
    finally:
        timer.cancel()
    if not lines[-1]:
        process.wait()
        errors.seek(0)
        reason = errors.read().strip() or f"exit code {process.returncode}"
        message = f"The emulator did not start: {reason}"
        raise EmulatorStartError(message)
    exported = dict(shlex.split(line)[1].split("=", 1) for line in lines[1:])
    return EmulatorProcess(
        url=f"http://{exported['AUTHING_EMULATOR_HOST']}",
        user_pool_id=exported["AUTHING_USERPOOL_ID"],
        secret=exported["AUTHING_USERPOOL_SECRET"],
        pid=process.pid,
    )


def _stop(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.wait(_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    cast("IO[str]", process.stdin).close()
    cast("IO[str]", process.stdout).close()
