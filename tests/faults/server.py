"""A server that fails as it is told to: ``python -m tests.faults.server``.

It prints its port as a line of JSON, and then takes commands on stdin, each a line of JSON, and
answers each with a line:

    {"script": {"operations": ["500", "good"], "tokens": []}}   count anew, and fail like that
    {"counts": null}                                            say what happened
    {"settle": 2.0}                                             the same, once all hung up
    {"hang up": null}                                           close every connection
    {"port": "refuses"}                                         or "ignores", or "listens"

A script is used up in order, one entry for each request; then all answers are good. It ends with
its stdin.
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

from .fake_service import CHANGES, FakeService, Request
from .faults import FAULTS, Ending, Fault, Reply, Situation

_RESET = struct.pack("ii", 1, 0)  # to close at once, with a reset, whatever is still to be sent


@dataclass
class Counts:
    """What happened since the last script.

    Attributes:
        opened: Connections that were made.
        open: Connections that are still there.
        requests: Requests with a token that arrived, by operation; one whose body nobody read, by
            its path.
        token_requests: Requests without a token that arrived.
        executions: How often each change was made.
        elsewhere: Connections to the port that only a redirect names.
    """

    opened: int = 0
    open: int = 0
    requests: Counter[str] = field(default_factory=Counter[str])
    token_requests: int = 0
    executions: Counter[str] = field(default_factory=Counter[str])
    elsewhere: int = 0


class FaultServer:
    """Answers on one port, and counts who comes to another."""

    def __init__(self) -> None:
        self.counts = Counts()
        self.port = 0
        self._service = FakeService()
        self._operations: deque[str] = deque()
        self._tokens: deque[str] = deque()
        self._writers: set[asyncio.StreamWriter] = set()
        self._left = asyncio.Condition()  # somebody has hung up
        self._listener: asyncio.Server | None = None
        self._holder = socket.socket()
        self._fillers: list[socket.socket] = []
        self._elsewhere = ""

    async def start(self) -> None:
        """Begin to answer, on a free port."""
        self._holder = self._hold()
        self.port = self._holder.getsockname()[1]
        await self.listen()
        other = await asyncio.start_server(self._count_elsewhere, "127.0.0.1", 0)
        self._elsewhere = f"http://127.0.0.1:{other.sockets[0].getsockname()[1]}/graphql/v2"

    # Commands.

    def follow(self, operations: list[str], tokens: list[str]) -> None:
        """Count anew, and fail as the names say; a token that was valid is valid still."""
        self._operations, self._tokens = deque(operations), deque(tokens)
        self.counts = Counts()
        self._service = FakeService(tokens=self._service.tokens)

    async def settle(self, timeout: float) -> None:
        """Wait until no connection is open, at most for some seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout), self._left:
                await self._left.wait_for(lambda: not self._writers)

    async def hang_up(self) -> None:
        """Close every connection, as a server does with those that are idle."""
        for writer in self._writers:
            writer.close()
        await self.settle(5)

    async def listen(self) -> None:
        """Take connections; nothing changes when it does already."""
        if self._listener is not None:
            return
        held = self._holder
        self._holder = self._hold()
        self._stop_ignoring(held)
        self._listener = await asyncio.start_server(self._serve, sock=self._holder)

    def refuse(self) -> None:
        """Refuse connections: nothing listens on the port, and nobody else can have it."""
        self._holder = self._hold()
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def ignore(self) -> None:
        """Let connections wait for ever: the queue of those to be taken is full."""
        self.refuse()
        self._holder.listen(0)
        for _ in range(3):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", self.port))
            self._fillers.append(filler)

    def _hold(self) -> socket.socket:
        """Return a socket on the port that does not listen yet."""
        holder = socket.socket()
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", self.port))
        return holder

    def _stop_ignoring(self, held: socket.socket) -> None:
        held.close()
        while self._fillers:
            self._fillers.pop().close()

    # Connections.

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.counts.opened += 1
        self._writers.add(writer)
        try:
            while await self._answer(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has gone
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
            async with self._left:
                self._writers.discard(writer)
                self._left.notify_all()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; return whether there may be another one."""
        target, headers = await _head(reader)
        scripted = self._operations if "authorization" in headers else self._tokens
        fault = FAULTS[scripted.popleft() if scripted else "good"]
        length = int(headers.get("content-length", "0"))
        body = await reader.readexactly(length) if fault.reads else b""
        request = Request.of(target, headers, body)
        if request.token is None:
            self.counts.token_requests += 1
        else:
            self.counts.requests[request.operation] += 1
        reply = self._reply(fault, request)
        await _send(writer, reply)
        if reply.ending is Ending.HANG:
            await reader.read()
        elif reply.ending is Ending.RESET:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()
        return reply.ending is Ending.KEEP

    def _reply(self, fault: Fault, request: Request) -> Reply:
        good: dict[str, Any] = {}
        if fault.acts:
            good = self._service.answer(request)
            if request.operation in CHANGES and "errors" not in good:
                self.counts.executions[request.operation] += 1
        if fault.revokes and request.token in self._service.tokens:
            self._service.tokens.remove(request.token)
        return fault.reply(Situation(request, good, self._elsewhere))

    async def _count_elsewhere(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.counts.elsewhere += 1
        writer.close()


async def _head(reader: asyncio.StreamReader) -> tuple[str, dict[str, str]]:
    """Read method and path, and the headers, their names in lower case."""
    text = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *fields = text.rstrip("\r\n").split("\r\n")
    method, target, _ = line.split(" ")
    headers = dict(field.split(": ", 1) for field in fields)
    return (
        f"{method} {target.partition('?')[0]}",
        {name.lower(): value for name, value in headers.items()},
    )


async def _send(writer: asyncio.StreamWriter, reply: Reply) -> None:
    if reply.pause is None:
        writer.write(reply.answer)
    else:
        for byte in reply.answer:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(reply.pause)
    await writer.drain()


async def _obey(server: FaultServer, command: Mapping[str, Any]) -> None:
    ((name, argument),) = command.items()
    if name == "script":
        server.follow(**argument)
    elif name == "settle":
        await server.settle(argument)
    elif name == "hang up":
        await server.hang_up()
    elif name == "port" and argument == "refuses":
        server.refuse()
    elif name == "port" and argument == "ignores":
        server.ignore()
    elif name == "port" and argument == "listens":
        await server.listen()
    elif name != "counts":
        message = f"There is no command {name!r} {argument!r}"
        raise ValueError(message)


async def main() -> None:
    """Serve until stdin ends."""
    loop = asyncio.get_running_loop()
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    server = FaultServer()
    await server.start()
    print(json.dumps({"port": server.port}), flush=True)
    while line := await commands.readline():
        await _obey(server, json.loads(line))
        server.counts.open = len(server._writers)
        print(json.dumps(vars(server.counts)), flush=True)
    await server.hang_up()


if __name__ == "__main__":
    asyncio.run(main())
