"""A proxy in front of an emulator that makes some requests fail, as networks and servers do."""

import http.client
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, cast, get_args

Failure = Literal["500", "reset before", "reset after", "429", "503"]
"""The failures. ``reset after``: the request is executed, and its response is lost."""

FAILURES: tuple[Failure, ...] = get_args(Failure)
_HOP_HEADERS = {"connection", "transfer-encoding", "content-length", "host", "accept-encoding"}


class FlakyProxy(ThreadingHTTPServer):
    """The proxy.

    Args:
        target: Host and port of the emulator.

    Attributes:
        rate: Share of the requests that fail.
        doomed: Failures by text: creations that contain the text always fail in this way.
        failures: Number of failures of each kind.
    """

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = target
        self.rate = 0.0
        self.doomed: dict[bytes, Failure] = {}
        self.failures: Counter[Failure] = Counter()
        self._random = random.Random(5)
        self._lock = threading.Lock()

    @property
    def authority(self) -> str:
        """Host and port of the proxy."""
        return f"127.0.0.1:{self.server_address[1]}"

    def failure_of(self, path: str, body: bytes) -> Failure | None:
        """Decide whether a request fails, and how."""
        creates = b"createUser" in body or path.endswith("/users/create/batch")
        doomed: list[Failure] = [
            kind for text, kind in self.doomed.items() if creates and text in body
        ]
        with self._lock:
            kind: Failure | None = doomed[0] if doomed else None
            if kind is None and self._random.random() < self.rate:
                kind = self._random.choice(FAILURES)
            if kind is not None:
                self.failures[kind] += 1
        return kind

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore connections that clients close."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""

    def _handle(self) -> None:
        proxy = cast("FlakyProxy", self.server)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        kind = proxy.failure_of(self.path, body)
        if kind == "reset before":
            self._reset()
        elif kind == "500":
            self._respond(500, {"content-type": "text/plain"}, b"Internal Server Error")
        elif kind == "429":
            self._respond(429, {"retry-after": "1"}, b"")
        elif kind == "503":
            self._respond(503, {"retry-after": "1"}, b"")
        else:
            status, headers, content = self._forward(proxy.target, body)
            if kind == "reset after":
                self._reset()
            else:
                self._respond(status, headers, content)

    def _forward(self, target: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(target, timeout=60)
        kept = {name: value for name, value in self.headers.items() if _is_kept(name)}
        connection.request(self.command, self.path, body, kept)
        response = connection.getresponse()
        content = response.read()
        headers = {name: value for name, value in response.getheaders() if _is_kept(name)}
        connection.close()
        return response.status, headers, content

    def _respond(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _reset(self) -> None:
        """Close the connection with a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


def _is_kept(name: str) -> bool:
    return name.lower() not in _HOP_HEADERS


@contextmanager
def flaky_proxy(target: str) -> Generator[FlakyProxy]:
    """Run a proxy in front of an emulator.

    Args:
        target: Host and port of the emulator.
    """
    proxy = FlakyProxy(target)
    thread = threading.Thread(target=proxy.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()
