"""Starts the fault server in a process of its own, and controls it from tests."""

import json
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from authing_users import fast

from .faults import FAULTS, PortState
from .server import Counts

_ROOT = Path(__file__).parent.parent.parent
IDLE_TIMEOUT = 5.0  # seconds; a working server notices the end of a connection much sooner


class FaultServer:
    """A running fault server.

    Attributes:
        port: Port of the server.
    """

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.port: int = self._read()["port"]

    @property
    def url(self) -> str:
        """Base URL of the server."""
        return f"http://127.0.0.1:{self.port}"

    def script(self, operations: Sequence[str] = (), tokens: Sequence[str] = ()) -> None:
        """Reset the counts and set the faults of the next requests.

        Args:
            operations: Names of faults, one for each request with a token.
            tokens: Names of faults, one for each request without a token.
        """
        unknown = {*operations, *tokens} - FAULTS.keys()
        assert not unknown, f"unknown fault {min(unknown)!r}"
        self._command("script", {"operations": [*operations], "tokens": [*tokens]})

    def counts(self) -> Counts:
        """Return the counts since the last script."""
        return self._command("counts", None)

    def wait_until_idle(self) -> Counts:
        """Wait until no connection is open, for at most ``IDLE_TIMEOUT``, and return the counts."""
        return self._command("wait until idle", IDLE_TIMEOUT)

    def close_connections(self) -> None:
        """Close all connections."""
        self._command("close connections", None)

    def set_port_state(self, state: PortState) -> None:
        """Accept connections, refuse connections, or leave them pending."""
        self._command("port", state)

    def _command(self, name: str, argument: object) -> Counts:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({name: argument}) + "\n")
        self._process.stdin.flush()
        counts = Counts(**self._read())
        counts.requests, counts.executions = Counter(counts.requests), Counter(counts.executions)
        return counts

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the fault server has exited: see its stderr"
        content: dict[str, Any] = json.loads(line)
        return content


@contextmanager
def run_fault_server() -> Generator[FaultServer]:
    """Run a fault server within a ``with`` block. It exits at the end of its stdin."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.server"],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield FaultServer(process)
        _, _ = process.communicate(timeout=30)
    assert process.returncode == 0


class AttemptCounter:
    """Counts the connection attempts of this process to the fault server.

    It patches ``socket.connect``, so it also counts attempts that fail. Before the attempt number
    ``listen_at_attempt``, it lets the server accept connections.

    Args:
        server: The server.
        monkeypatch: Patches the method, until the end of the test.
        counts_requests: Count the requests of ``fast.Client`` instead, because its connections are
            not made by Python.
    """

    def __init__(
        self, server: FaultServer, monkeypatch: pytest.MonkeyPatch, *, counts_requests: bool = False
    ) -> None:
        self.count = 0
        self.listen_at_attempt: int | None = None
        self._server = server
        if counts_requests:
            send: Any = fast.Client.send

            def counted_send(http: fast.Client, request: fast.Request, **settings: Any) -> Any:
                self._count()
                return send(http, request, **settings)

            monkeypatch.setattr(fast.Client, "send", counted_send)
            return
        connect = socket.socket.connect

        def counted_connect(sock: socket.socket, address: Any) -> None:
            if address == ("127.0.0.1", server.port):
                self._count()
            connect(sock, address)

        monkeypatch.setattr(socket.socket, "connect", counted_connect)

    def _count(self) -> None:
        self.count += 1
        if self.count == self.listen_at_attempt:
            self._server.set_port_state("listening")
