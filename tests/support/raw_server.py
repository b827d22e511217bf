"""A server of plain sockets and threads that can misbehave in any way."""

import asyncio
import json
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from authing_users import ManagementClient

from .client_kinds import ClientKind, Management, management_client

TOKEN = {"accessToken": "canary-token", "iat": 1_700_000_000, "exp": 1_701_296_000}
DATA: dict[str, object] = {
    "GetAccessToken": {"accessToken": TOKEN},
    "ListUsers": {"users": {"totalCount": 0, "list": []}},
    "DeleteUser": {"deleteUser": {"code": 200, "message": "ok"}},
}
OPERATION = re.compile(rb'"operationName":"(\w+)"')
# Seconds to wait for an event that must happen.
LONG = 10.0


class Request(NamedTuple):
    """A request as it arrived."""

    head: str
    body: bytes
    connection: int

    @property
    def operation(self) -> str:
        name = OPERATION.search(self.body)
        assert name is not None
        return name[1].decode()


class Peer:
    """One connection, as the server sees it."""

    def __init__(self, connected: socket.socket, number: int) -> None:
        self.socket = connected
        self.number = number
        self._buffer = bytearray()

    def read(self) -> Request | None:
        """Return the next request, or ``None`` if the client closed the connection."""
        while b"\r\n\r\n" not in self._buffer:
            if not self._receive():
                return None
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        while len(self._buffer) < length:
            if not self._receive():
                return None
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        return Request(head.decode("latin-1"), body, self.number)

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self.socket.sendall(data)

    def close(self) -> None:
        """Close the connection."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def reset(self) -> None:
        """Reset the connection."""
        linger = struct.pack("ii", 1, 0)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.socket.close()

    def _receive(self) -> bool:
        try:
            data = self.socket.recv(1 << 20)
        except OSError:
            return False
        self._buffer += data
        return bool(data)


Responder = Callable[[Peer, Request], object]


def respond(peer: Peer, request: Request) -> None:
    """Send the response of a successful operation."""
    body = json.dumps({"data": DATA[request.operation]}).encode()
    lines = ("HTTP/1.1 200 OK", f"content-length: {len(body)}", "", "")
    peer.send("\r\n".join(lines).encode() + body)


class RawServer:
    """Issues tokens, and leaves all other requests to a function of the test.

    Attributes:
        requests: Requests that arrived, in order.
        peers: Connections that were made, in order.
        open: Number of open connections.
        most_open: The largest number of connections that were open at once.
        responder: Responds to a request, or does not. Token requests do not reach it.
    """

    def __init__(self, responder: Responder, context: ssl.SSLContext | None, host: str) -> None:
        self.responder = responder
        self.requests: list[Request] = []
        self.peers: list[Peer] = []
        self.open = self.most_open = 0
        self._context = context
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((host, 0))
        self._listener.listen(1024)
        self.port: int = self._listener.getsockname()[1]
        name = f"[{host}]" if ":" in host else host
        self.url = f"{'http' if context is None else 'https'}://{name}:{self.port}"
        self._changed = threading.Condition()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def operations(self) -> list[str]:
        """Names of the operations that arrived, without token requests."""
        names = [request.operation for request in self.requests]
        return [name for name in names if name != "GetAccessToken"]

    def wait_until(self, condition: Callable[["RawServer"], bool]) -> None:
        """Wait until a condition holds."""
        deadline = time.monotonic() + LONG
        with self._changed:
            # Not every change that a condition depends on is announced.
            while not condition(self):
                assert time.monotonic() < deadline
                self._changed.wait(0.05)

    async def until(self, condition: Callable[["RawServer"], bool]) -> None:
        """Wait until a condition holds, without blocking the event loop."""
        await asyncio.to_thread(self.wait_until, condition)

    def close(self) -> None:
        """Close all connections and wait for all threads."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join(LONG)
        for peer in list(self.peers):
            peer.close()
        for thread in self._threads:
            thread.join(LONG)
            assert not thread.is_alive()

    def _accept(self) -> None:
        while True:
            try:
                connected, _ = self._listener.accept()
            except OSError:
                return
            connected.settimeout(3 * LONG)  # longer than any wait of a test
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._changed:
                peer = Peer(connected, len(self.peers))
                self.peers.append(peer)
                self.open += 1
                self.most_open = max(self.most_open, self.open)
                self._changed.notify_all()
            thread = threading.Thread(target=self._serve, args=(peer,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, peer: Peer) -> None:
        try:
            if self._context is not None:
                peer.socket = self._context.wrap_socket(peer.socket, server_side=True)
            while (request := peer.read()) is not None:
                with self._changed:
                    self.requests.append(request)
                    self._changed.notify_all()
                is_token = b'"operationName":"GetAccessToken"' in request.body
                (respond if is_token else self.responder)(peer, request)
        except OSError:
            pass  # the client closed the connection
        finally:
            peer.close()
            with self._changed:
                self.open -= 1
                self._changed.notify_all()


def do_not_respond(peer: Peer, request: Request) -> None:
    """Leave a request without a response."""


@contextmanager
def serving(
    responder: Responder = respond,
    *,
    context: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
) -> Generator[RawServer]:
    """Run a server within a ``with`` block."""
    server = RawServer(responder, context, host)
    try:
        yield server
    finally:
        server.close()


class Gate:
    """Holds responses back until a test opens it."""

    def __init__(self) -> None:
        self._open = threading.Event()

    def __call__(self, peer: Peer, request: Request) -> None:
        """Respond once the gate is open."""
        assert self._open.wait(LONG)
        respond(peer, request)

    def open(self) -> None:
        """Let all responses through."""
        self._open.set()


def client_of(server: RawServer, client_kind: ClientKind, **options: Any) -> Management:
    """Build a client of a server. It does not retry, unless an option says so."""
    return management_client(client_kind, **{"host": server.url, "retries": 0, **options})


async def in_background(client: Management, call: Callable[[Management], Any]) -> Any:
    """Make a call while other tasks run: for a synchronous client, in a thread."""
    if isinstance(client, ManagementClient):
        return await asyncio.to_thread(call, client)
    return await call(client)
