"""Runs the command line in processes that are measured, killed or interrupted."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..support.runner import COMMAND, CommandLine

TIMEOUT = 1800  # seconds; only a command that hangs needs that long
_POLL = 0.02  # seconds

# A small process, because the peak of a process includes that of the one which started it.
_MEASURE = (
    "import resource, subprocess, sys;"
    " code = subprocess.run(sys.argv[2:]).returncode;"
    " peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss;"
    " open(sys.argv[1], 'w').write(str(peak));"
    " sys.exit(code)"
)


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that has ended.

    Attributes:
        exit_code: Its exit code; negative for a signal.
        stdout: What it wrote to stdout.
        stderr: What it wrote to stderr.
        peak: The most memory that it used, in megabytes. 0 if it was not measured.
    """

    exit_code: int
    stdout: str
    stderr: str
    peak: float = 0.0


def start(command_line: CommandLine, *arguments: str) -> "subprocess.Popen[str]":
    """Start a command."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=command_line.folder,
        env=command_line.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: "subprocess.Popen[str]") -> Finished:
    """Wait until a command ends."""
    stdout, stderr = process.communicate(timeout=TIMEOUT)
    return Finished(process.returncode, stdout, stderr)


def run(command_line: CommandLine, *arguments: str, program: Sequence[str] = COMMAND) -> Finished:
    """Run a command, and measure its memory.

    Args:
        command_line: The emulator and the folder.
        *arguments: The arguments of the command line.
        program: The command line without arguments.
    """
    with tempfile.TemporaryDirectory() as folder:
        peak = Path(folder, "peak")
        ran = subprocess.run(
            [sys.executable, "-S", "-c", _MEASURE, str(peak), *program, *arguments],
            cwd=command_line.folder,
            env=command_line.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        kilobytes = int(peak.read_text())
    return Finished(ran.returncode, ran.stdout, ran.stderr, kilobytes / 1024)


def wait_until(condition: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    """Wait for a condition while a command runs.

    Raises:
        AssertionError: The command ended first.
    """
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert process.poll() is None, ended(process)
        assert time.monotonic() < deadline
        time.sleep(_POLL)
