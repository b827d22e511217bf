"""A server of plain sockets and threads, which a test can have misbehave in any way."""

import asyncio
import gc
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

from .client_kinds import Management, Mode, management_client

TOKEN = {"accessToken": "canary-token", "iat": 1_700_000_000, "exp": 1_701_296_000}
DATA: dict[str, object] = {
    "GetAccessToken": {"accessToken": TOKEN},
    "ListUsers": {"users": {"totalCount": 0, "list": []}},
    "DeleteUser": {"deleteUser": {"code": 200, "message": "ok"}},
}
OPERATION = re.compile(rb'"operationName":"(\w+)"')
# Seconds that a test waits for what has to happen.
LONG = 10.0


class Request(NamedTuple):
    """A request, as it came over the wire."""

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
        """Read a request; ``None`` when the client has hung up."""
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

    def take_little_at_once(self) -> None:
        """Have the client wait with most of a long request until it is read."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)

    def hang_up(self) -> None:
        """Close the connection."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def reset(self) -> None:
        """Break the connection off."""
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


Reply = Callable[[Peer, Request], object]


def answer(operation: str, *fields: str) -> bytes:
    """Return the good answer to an operation."""
    body = json.dumps({"data": DATA[operation]}).encode()
    lines = ("HTTP/1.1 200 OK", f"content-length: {len(body)}", *fields, "", "")
    return "\r\n".join(lines).encode() + body


def answer_well(peer: Peer, request: Request) -> None:
    """Answer a request."""
    peer.send(answer(request.operation))


def answer_nothing(peer: Peer, request: Request) -> None:
    """Leave a request without an answer."""


class RawServer:
    """Answers token requests well, and everything else as a test says.

    Attributes:
        requests: What came in, in order.
        peers: Every connection that there was, in order.
        open: How many connections there are.
        most_open: How many there were at once.
        most_in_flight: How many requests there were at once.
        reply: Answers a request, or does not.
        reply_to_token: Does so for a request of a token.
    """

    def __init__(self, reply: Reply, context: ssl.SSLContext | None, host: str) -> None:
        self.reply = reply
        self.reply_to_token: Reply = answer_well
        self.requests: list[Request] = []
        self.peers: list[Peer] = []
        self.open = self.most_open = 0
        self.in_flight = self.most_in_flight = 0
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
        """Names of the operations that came in, without those that got a token."""
        names = [request.operation for request in self.requests]
        return [name for name in names if name != "GetAccessToken"]

    def wait_until(self, condition: Callable[["RawServer"], bool]) -> None:
        """Wait until something is so."""
        ends = time.monotonic() + LONG
        with self._changed:
            # Not all that a test waits for is told here.
            while not condition(self):
                assert time.monotonic() < ends
                self._changed.wait(0.05)

    async def until(self, condition: Callable[["RawServer"], bool]) -> None:
        """Wait until something is so, while other tasks go on."""
        await asyncio.to_thread(self.wait_until, condition)

    def close(self) -> None:
        """Hang up on everybody, and wait for all threads."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join(LONG)
        for peer in list(self.peers):
            peer.hang_up()
        for thread in self._threads:
            thread.join(LONG)
            assert not thread.is_alive()

    def _accept(self) -> None:
        while True:
            try:
                connected, _ = self._listener.accept()
            except OSError:
                return
            connected.settimeout(3 * LONG)  # longer than a test waits for anything
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
                self._count(request)
                try:
                    is_token = request.operation == "GetAccessToken"
                    (self.reply_to_token if is_token else self.reply)(peer, request)
                finally:
                    with self._changed:
                        self.in_flight -= 1
        except OSError:
            pass  # the client has hung up
        finally:
            peer.hang_up()
            with self._changed:
                self.open -= 1
                self._changed.notify_all()

    def _count(self, request: Request) -> None:
        with self._changed:
            self.requests.append(request)
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            self._changed.notify_all()


@contextmanager
def serving(
    reply: Reply = answer_well, *, context: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> Generator[RawServer]:
    """Run a server within a ``with`` block."""
    server = RawServer(reply, context, host)
    try:
        yield server
    finally:
        server.close()


class Gate:
    """Holds answers back until a test opens it."""

    def __init__(self, held: Callable[[Request], bool] = lambda _: True) -> None:
        self._open = threading.Event()
        self._held = held

    def __call__(self, peer: Peer, request: Request) -> None:
        """Answer once the gate is open."""
        if self._held(request):
            assert self._open.wait(LONG)
        answer_well(peer, request)

    def open(self) -> None:
        """Let all answers through."""
        self._open.set()


class Clock:
    """A clock that a test sets forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


def client_of(server: RawServer, mode: Mode, **settings: Any) -> Management:
    """Build a client of a server; it tries nothing again, unless told to."""
    return management_client(mode, **{"host": server.url, "retries": 0, **settings})


def sync_client_of(server: RawServer, **settings: Any) -> ManagementClient:
    """Build a synchronous client of a server."""
    client = client_of(server, "sync", **settings)
    assert isinstance(client, ManagementClient)
    return client


async def in_background(client: Management, call: Callable[[Management], Any]) -> Any:
    """Make a call in a task, of a synchronous client in a thread too, so that others go on."""
    if isinstance(client, ManagementClient):
        return await asyncio.to_thread(call, client)
    return await call(client)


def open_sockets() -> int:
    """Return how many sockets of this process are open."""
    gc.collect()
    sockets = [item for item in gc.get_objects() if issubclass(type(item), socket.socket)]
    return sum(item.fileno() != -1 for item in sockets)
