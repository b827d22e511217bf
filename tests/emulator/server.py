"""Run the command in its own process, for tests that need a server on a port.

with running("--db", path) as server:
    httpx.get(f"{server.url}/emulator/v1/health")
"""

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from dataclasses import dataclass

COMMAND = (sys.executable, "-c", "from authing_users.cli import main; main()", "emulator")
"""The command line without arguments."""

# Without it, coverage is not measured in the process, which makes it several times faster. The
# tests that run the emulator in process measure its coverage.
_MEASURES_COVERAGE = "COVERAGE_PROCESS_CONFIG"

_TIMEOUT = 30  # seconds; only a broken emulator needs that long to start or stop


@dataclass(frozen=True, slots=True)
class Server:
    """A running emulator.

    Attributes:
        process: The process.
        authority: The listening address, as ``127.0.0.1:PORT``.
        user_pool_id: ID of the user pool.
        secret: Secret of the user pool.
    """

    process: "subprocess.Popen[str]"
    authority: str
    user_pool_id: str
    secret: str

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://{self.authority}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables for clients."""
        return {
            "AUTHING_EMULATOR_HOST": self.authority,
            "AUTHING_USERPOOL_ID": self.user_pool_id,
            "AUTHING_USERPOOL_SECRET": self.secret,
        }


def start(*arguments: str, secret: str | None = None) -> Server:
    """Start the emulator on a free port and wait until it accepts requests.

    Args:
        arguments: Further command-line arguments.
        secret: Secret of the user pool; the stored secret, or a new one, when ``None``.

    Raises:
        RuntimeError: The emulator did not start. The message contains its stderr.
    """
    variables = os.environ | ({"AUTHING_EMULATOR_SECRET": secret} if secret else {})
    variables.pop(_MEASURES_COVERAGE, None)
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=variables,
    )
    assert process.stdout is not None
    timer = threading.Timer(_TIMEOUT, process.kill)
    timer.start()
    try:
        lines = [process.stdout.readline() for _ in range(4)]
    finally:
        timer.cancel()
    if not lines[-1]:
        process.kill()
        _, errors = process.communicate()
        message = f"The emulator did not start (exit code {process.returncode}): {errors}"
        raise RuntimeError(message)
    printed = dict(shlex.split(line)[1].split("=", 1) for line in lines[1:])
    return Server(
        process=process,
        authority=printed["AUTHING_EMULATOR_HOST"],
        user_pool_id=printed["AUTHING_USERPOOL_ID"],
        secret=printed["AUTHING_USERPOOL_SECRET"],
    )


def stop(server: Server, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
    """Send a signal, and return the exit code and stderr."""
    server.process.send_signal(number)
    try:
        _, errors = server.process.communicate(timeout=_TIMEOUT)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.communicate()
        raise
    return server.process.returncode, errors


@contextlib.contextmanager
def running(*arguments: str, secret: str | None = None) -> Generator[Server]:
    """Run the emulator during a ``with`` block, and check that it stops cleanly.

    Args:
        arguments: Further command-line arguments.
        secret: Secret of the user pool; the stored secret, or a new one, when ``None``.
    """
    server = start(*arguments, secret=secret)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            code, errors = stop(server)
        else:
            _, errors = server.process.communicate()
            code = server.process.returncode
    assert code in (0, -signal.SIGKILL), errors
    assert not errors, errors


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command with arguments with which it exits."""
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, timeout=_TIMEOUT, check=False
    )
