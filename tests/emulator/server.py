"""The real command in a process of its own, for tests that need a server on a port.

with running("--db", path) as server:
    httpx.get(f"{server.url}/emulator/v1/health")
"""

import contextlib
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from dataclasses import dataclass

_COMMAND = (sys.executable, "-c", "from authing_users.cli import main; main()", "emulator")
_TIMEOUT = 30  # seconds; only a broken emulator takes that long to come up or to go


@dataclass(frozen=True, slots=True)
class Server:
    """A running emulator.

    Attributes:
        process: Its process.
        authority: Where it listens, as ``127.0.0.1:PORT``.
        user_pool_id: Id of its user pool.
        secret: Secret of its user pool.
    """

    process: "subprocess.Popen[str]"
    authority: str
    user_pool_id: str
    secret: str

    @property
    def url(self) -> str:
        """Its address, without a path."""
        return f"http://{self.authority}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that it asks its clients to set."""
        return {
            "AUTHING_EMULATOR_HOST": self.authority,
            "AUTHING_USERPOOL_ID": self.user_pool_id,
            "AUTHING_USERPOOL_SECRET": self.secret,
        }


def start(*arguments: str) -> Server:
    """Start the emulator on a free port and wait until it answers.

    Args:
        arguments: More arguments of the command.

    Raises:
        RuntimeError: It did not come up; the message is what it wrote to stderr.
    """
    process = subprocess.Popen(
        [*_COMMAND, "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
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
        message = f"The emulator did not come up (exit code {process.returncode}): {errors}"
        raise RuntimeError(message)
    variables = dict(shlex.split(line)[1].split("=", 1) for line in lines[1:])
    return Server(
        process=process,
        authority=variables["AUTHING_EMULATOR_HOST"],
        user_pool_id=variables["AUTHING_USERPOOL_ID"],
        secret=variables["AUTHING_USERPOOL_SECRET"],
    )


def stop(server: Server, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
    """Send a signal, and return the exit code and what the process wrote to stderr."""
    server.process.send_signal(number)
    try:
        _, errors = server.process.communicate(timeout=_TIMEOUT)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.communicate()
        raise
    return server.process.returncode, errors


@contextlib.contextmanager
def running(*arguments: str) -> Generator[Server]:
    """Run the emulator for the length of a ``with`` block; it must then end well.

    Args:
        arguments: More arguments of the command.
    """
    server = start(*arguments)
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
    """Run the command to its end, for arguments with which it does not come up."""
    return subprocess.run(
        [*_COMMAND, *arguments], capture_output=True, text=True, timeout=_TIMEOUT, check=False
    )
