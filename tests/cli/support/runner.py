"""Runs the command line as a process: in a pipe, or in a terminal."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from authing_users.testing.emulator.emulator import AuthingEmulatorServer
from authing_users.testing.emulator.server import serve_deterministic
from scripts.terminal import TIMEOUT, Reply, Screen, TerminalRun, run_in_terminal

from .cases import SEED, Case

ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-W", "error", "-m", "authing_users")
"""The command line without arguments."""


@dataclass(frozen=True, slots=True)
class PipeRun:
    """A command that ran with pipes instead of a terminal.

    Attributes:
        exit_code: Its exit code; negative for a signal.
        stdout: What it wrote to stdout.
        stderr: What it wrote to stderr.
    """

    exit_code: int
    stdout: str
    stderr: str


class CommandLine:
    """Runs commands against an emulator, in a folder of their own.

    Attributes:
        emulator: The emulator.
        folder: The working directory.
        environment: All environment variables of the commands.
    """

    def __init__(self, emulator: AuthingEmulatorServer, folder: Path) -> None:
        self.emulator = emulator
        self.folder = folder
        home = folder / ".home"
        home.mkdir(exist_ok=True)
        self.environment: dict[str, str] = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")]),
            "HOME": str(home),
            # Relative, so that lines do not break elsewhere in a folder with a longer name.
            "AUTHING_CONFIG_HOME": "config",
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_DATA_HOME": str(home / "data"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            **environment_of(emulator),
        }

    def pipe(
        self, *arguments: str, stdin: str = "", environment: Mapping[str, str | None] | None = None
    ) -> PipeRun:
        """Run a command in a pipe.

        Args:
            *arguments: The arguments of the command line.
            stdin: What is piped into it.
            environment: Further environment variables; ``None`` removes one.
        """
        finished = subprocess.run(
            [*COMMAND, *arguments],
            input=stdin.encode(),
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
            cwd=self.folder,
            env=self._with(environment),
        )
        return PipeRun(finished.returncode, finished.stdout.decode(), finished.stderr.decode())

    def terminal(
        self,
        *arguments: str,
        replies: Sequence[Reply] = (),
        environment: Mapping[str, str | None] | None = None,
        width: int = 100,
        height: int = 40,
        keep: Callable[[Screen], bool] | None = None,
    ) -> TerminalRun:
        """Run a command in a terminal.

        Args:
            *arguments: The arguments of the command line.
            replies: What to type, in order.
            environment: Further environment variables; ``None`` removes one.
            width: Number of columns.
            height: Number of lines.
            keep: Returns whether the present screen is to be kept, see ``run_in_terminal``.
        """
        return run_in_terminal(
            [*COMMAND, *arguments],
            environment=self._with(environment),
            folder=self.folder,
            replies=replies,
            width=width,
            height=height,
            keep=keep,
        )

    def _with(self, environment: Mapping[str, str | None] | None) -> dict[str, str]:
        changed = {**self.environment, **(environment or {})}
        return {name: value for name, value in changed.items() if value is not None}


def environment_of(emulator: AuthingEmulatorServer) -> dict[str, str]:
    """Return the environment variables that name an emulator."""
    return {
        "AUTHING_EMULATOR_HOST": emulator.url.removeprefix("http://"),
        "AUTHING_USERPOOL_ID": emulator.user_pool_id,
        "AUTHING_USERPOOL_SECRET": emulator.secret,
    }


@contextmanager
def serving() -> Generator[AuthingEmulatorServer]:
    """Run a deterministic emulator in a process of its own."""
    with serve_deterministic() as process:
        emulator = AuthingEmulatorServer(process)
        try:
            yield emulator
        finally:
            emulator.close()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A command that can run.

    Attributes:
        arguments: Its command line.
        replies: What is typed in a terminal.
    """

    arguments: Sequence[str]
    replies: Sequence[Reply]


def prepare(command_line: CommandLine, case: Case) -> Prepared:
    """Prepare the emulator and the folder for a case."""
    emulator = command_line.emulator
    emulator.reset()
    emulator.seed(SEED)
    with emulator.client() as client:
        values = {str(user.username): user.id for user in client.users.list().list}
    values["emulator"] = emulator.url
    if case.prepare is not None:
        case.prepare(emulator)
    for name, content in case.files.items():
        path = command_line.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")

    def filled(text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), text)

    return Prepared(
        [*case.command.split(), *map(filled, shlex.split(case.arguments))],
        [Reply(reply.to, filled(reply.keys)) for reply in case.replies],
    )
