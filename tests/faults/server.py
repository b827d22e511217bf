"""A server that simulates faults: ``python -m tests.faults.server``.

It prints its port as a line of JSON. Then it reads commands from stdin, one JSON object a line, and
prints the counts as a line of JSON after each command:

    {"script": {"operations": ["500", "ok"], "tokens": []}}     reset the counts, set the faults
    {"counts": null}                                            do nothing else
    {"wait until idle": 2.0}                                    wait until no connection is open
    {"close connections": null}                                 close all connections
    {"port": "closed"}                                          or "unresponsive" or "listening"

Each request uses the next fault of the script. After the last one, all responses are successful.
The server exits at the end of stdin.
"""

import asyncio
import contextlib
import json
import socket
import struct
import sys
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .fake_service import MUTATIONS, FakeService, Request
from .faults import FAULTS, ConnectionAction, Fault, FaultContext, FaultResponse

# For SO_LINGER: reset the connection on close, and discard unsent data.
_RESET = struct.pack("ii", 1, 0)


@dataclass
class Counts:
    """Connections and requests since the last script.

    Attributes:
        opened: Number of accepted connections.
        open: Number of connections that are still open.
        requests: Number of requests with a token, by operation; by path if the body was not read.
        token_requests: Number of requests without a token.
        executions: Number of executions of each mutation.
        redirected: Number of connections to the target of redirects.
    """

    opened: int = 0
    open: int = 0
    requests: Counter[str] = field(default_factory=Counter[str])
    token_requests: int = 0
    executions: Counter[str] = field(default_factory=Counter[str])
    redirected: int = 0


class FaultServer:
    """Simulates faults on one port, and counts connections to the target of redirects."""

    def __init__(self) -> None:
        self.counts = Counts()
        self.port = 0
        self._service = FakeService()
        self._operations: deque[str] = deque()
        self._tokens: deque[str] = deque()
        self._writers: set[asyncio.StreamWriter] = set()
        self._connection_closed = asyncio.Condition()
        self._listener: asyncio.Server | None = None
        self._port_socket = socket.socket()
        self._backlog: list[socket.socket] = []
        self._redirect_target = ""

    async def start(self) -> None:
        """Start to accept connections on a free port."""
        self._port_socket = self._reserve_port()
        self.port = self._port_socket.getsockname()[1]
        await self.accept_connections()
        other = await asyncio.start_server(self._count_redirected, "127.0.0.1", 0)
        self._redirect_target = f"http://127.0.0.1:{other.sockets[0].getsockname()[1]}/graphql/v2"

    # Commands.

    def load_script(self, operations: list[str], tokens: list[str]) -> None:
        """Reset the counts and set the faults of the next requests. Tokens stay valid."""
        self._operations, self._tokens = deque(operations), deque(tokens)
        self.counts = Counts()
        self._service = FakeService(tokens=self._service.tokens)

    async def wait_until_idle(self, timeout: float) -> None:
        """Wait until no connection is open, or until the timeout, in seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout), self._connection_closed:
                await self._connection_closed.wait_for(lambda: not self._writers)

    async def close_connections(self) -> None:
        """Close all connections, as a server closes idle ones."""
        for writer in self._writers:
            writer.close()
        await self.wait_until_idle(5)

    async def accept_connections(self) -> None:
        """Accept connections. Has no effect if the server already accepts them."""
        if self._listener is not None:
            return
        previous = self._port_socket
        self._port_socket = self._reserve_port()
        self._clear_backlog(previous)
        self._listener = await asyncio.start_server(self._serve, sock=self._port_socket)

    def refuse_connections(self) -> None:
        """Refuse connections. The port stays reserved for this server."""
        self._port_socket = self._reserve_port()
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def stop_accepting(self) -> None:
        """Leave new connections pending: the backlog of the listening socket is full."""
        self.refuse_connections()
        self._port_socket.listen(0)
        for _ in range(3):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", self.port))
            self._backlog.append(filler)

    def _reserve_port(self) -> socket.socket:
        """Bind a socket to the port, without listening."""
        port_socket = socket.socket()
        port_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        port_socket.bind(("127.0.0.1", self.port))
        return port_socket

    def _clear_backlog(self, previous: socket.socket) -> None:
        previous.close()
        while self._backlog:
            self._backlog.pop().close()

    # Connections.

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.counts.opened += 1
        self._writers.add(writer)
        try:
            while await self._handle_request(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client closed the connection
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
            async with self._connection_closed:
                self._writers.discard(writer)
                self._connection_closed.notify_all()

    async def _handle_request(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Handle one request and return whether to keep the connection."""
        target, headers = await _read_head(reader)
        scripted = self._operations if "authorization" in headers else self._tokens
        fault = FAULTS[scripted.popleft() if scripted else "ok"]
        length = int(headers.get("content-length", "0"))
        body = await reader.readexactly(length) if fault.reads_body else b""
        request = Request.parse(target, headers, body)
        if request.token is None:
            self.counts.token_requests += 1
        else:
            self.counts.requests[request.operation] += 1
        response = self._respond(fault, request)
        await _send(writer, response)
        if response.connection is ConnectionAction.HANG:
            await reader.read()
        elif response.connection is ConnectionAction.RESET:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()
        return response.connection is ConnectionAction.KEEP

    def _respond(self, fault: Fault, request: Request) -> FaultResponse:
        success: dict[str, Any] = {}
        if fault.executes:
            success = self._service.handle(request)
            if request.operation in MUTATIONS and "errors" not in success:
                self.counts.executions[request.operation] += 1
        if fault.revokes_token and request.token in self._service.tokens:
            self._service.tokens.remove(request.token)
        return fault.respond(FaultContext(request, success, self._redirect_target))

    async def _count_redirected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.counts.redirected += 1
        writer.close()


async def _read_head(reader: asyncio.StreamReader) -> tuple[str, dict[str, str]]:
    """Return method and path, and the headers with lower-case names."""
    text = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *fields = text.rstrip("\r\n").split("\r\n")
    method, target, _ = line.split(" ")
    headers = dict(field.split(": ", 1) for field in fields)
    return (
        f"{method} {target.partition('?')[0]}",
        {name.lower(): value for name, value in headers.items()},
    )


async def _send(writer: asyncio.StreamWriter, response: FaultResponse) -> None:
    if response.byte_interval is None:
        writer.write(response.data)
    else:
        for byte in response.data:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(response.byte_interval)
    await writer.drain()


async def _execute(server: FaultServer, command: Mapping[str, Any]) -> None:
    ((name, argument),) = command.items()
    if name == "script":
        server.load_script(**argument)
    elif name == "wait until idle":
        await server.wait_until_idle(argument)
    elif name == "close connections":
        await server.close_connections()
    elif name == "port" and argument == "closed":
        server.refuse_connections()
    elif name == "port" and argument == "unresponsive":
        server.stop_accepting()
    elif name == "port" and argument == "listening":
        await server.accept_connections()
    elif name != "counts":
        message = f"unknown command {name!r} {argument!r}"
        raise ValueError(message)


async def main() -> None:
    """Serve until the end of stdin."""
    loop = asyncio.get_running_loop()
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    server = FaultServer()
    await server.start()
    print(json.dumps({"port": server.port}), flush=True)
    while line := await commands.readline():
        await _execute(server, json.loads(line))
        server.counts.open = len(server._writers)
        print(json.dumps(vars(server.counts)), flush=True)
    await server.close_connections()


if __name__ == "__main__":
    asyncio.run(main())
