"""The fault server as the tests see it."""

import json
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest

from authing_users import fast

from .faults import FAULTS
from .server import Counts

_ROOT = Path(__file__).parent.parent.parent
PATIENCE = 5.0  # seconds; only a broken server takes that long to notice the end of a connection


class FaultServer:
    """A running fault server.

    Attributes:
        port: Where it listens.
    """

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.port: int = self._read()["port"]

    @property
    def url(self) -> str:
        """Its address, without a path."""
        return f"http://127.0.0.1:{self.port}"

    def script(self, operations: Sequence[str] = (), tokens: Sequence[str] = ()) -> None:
        """Count anew, and fail like that for the next requests.

        Args:
            operations: Names of faults, one for each request that carries a token.
            tokens: The same for requests without one.
        """
        unknown = {*operations, *tokens} - FAULTS.keys()
        assert not unknown, f"there is no fault {min(unknown)!r}"
        self._command("script", {"operations": [*operations], "tokens": [*tokens]})

    def counts(self) -> Counts:
        """Return what happened since the last script."""
        return self._command("counts", None)

    def settled(self) -> Counts:
        """Return the same once no connection is open, or has been for long."""
        return self._command("settle", PATIENCE)

    def hang_up(self) -> None:
        """Close every connection."""
        self._command("hang up", None)

    def port_that(self, does: Literal["listens", "refuses", "ignores"]) -> None:
        """Take connections, refuse them, or let them wait for ever."""
        self._command("port", does)

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
        assert line, "the fault server has ended: see what it wrote to stderr"
        content: dict[str, Any] = json.loads(line)
        return content


@contextmanager
def running() -> Generator[FaultServer]:
    """Run a fault server for the length of a ``with`` block; it ends with its stdin."""
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


class Attempts:
    """Counts the connections that this process tries to make, and acts before some of them.

    It counts below every HTTP library that is written in Python, so that failed attempts count.

    Args:
        server: The server whose connections are counted.
        monkeypatch: Undoes the counting.
        counts_requests: Count the requests of ``fast.Client`` instead.
    """

    def __init__(
        self, server: FaultServer, monkeypatch: pytest.MonkeyPatch, *, counts_requests: bool = False
    ) -> None:
        self.number = 0
        self.listen_before: int | None = None
        self._server = server
        if counts_requests:
            send: Any = fast.Client.send

            def counted_send(this: fast.Client, request: fast.Request, **settings: Any) -> Any:
                self._count()
                return send(this, request, **settings)

            monkeypatch.setattr(fast.Client, "send", counted_send)
            return
        connect = socket.socket.connect

        def counted_connect(this: socket.socket, address: Any) -> None:
            if address == ("127.0.0.1", server.port):
                self._count()
            connect(this, address)

        monkeypatch.setattr(socket.socket, "connect", counted_connect)

    def _count(self) -> None:
        self.number += 1
        if self.number == self.listen_before:
            self._server.port_that("listens")
