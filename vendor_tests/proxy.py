"""A proxy on the loopback interface that keeps every request that goes through it."""

import asyncio
import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Request:
    """A request that went through.

    Attributes:
        method: Its HTTP method.
        target: Its path and query.
        headers: Its headers, their names in lower case.
        body: Its body.
        status: The status of its answer.
    """

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    status: int

    @property
    def path(self) -> str:
        """Its path, without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        """The parameters in its address."""
        found: dict[str, list[str]] = {}
        for name, value in parse_qsl(urlsplit(self.target).query, keep_blank_values=True):
            found.setdefault(name, []).append(value)
        return found

    @property
    def content(self) -> dict[str, Any]:
        """Its body, read as JSON; nothing when there is none."""
        content: dict[str, Any] = json.loads(self.body) if self.body else {}
        return content


class RecordingProxy:
    """Hands requests on to a server and keeps them.

    Args:
        authority: Host and port of the server.

    Attributes:
        requests: All that went through.
        url: Its own address, without a path.
    """

    def __init__(self, authority: str) -> None:
        self._host, _, port = authority.rpartition(":")
        self._port = int(port)
        self._taken = 0
        self.requests: list[Request] = []
        self.url = ""

    def take(self) -> list[Request]:
        """Return the requests since the last time."""
        taken = self.requests[self._taken :]
        self._taken += len(taken)
        return taken

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and close the connection."""
        try:
            head = await reader.readuntil(_HEAD_END)
            line, headers = _read_head(head)
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            answer = await self._answer(line, {**headers, "connection": "close"}, body)
            method, target, _ = line.split(" ")
            status = int(answer.split(b" ", 2)[1])
            self.requests.append(Request(method, target, headers, body, status))
            writer.write(answer)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client is gone
        finally:
            writer.close()

    async def _answer(self, line: str, headers: dict[str, str], body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            writer.write(f"{line}\r\n{fields}\r\n".encode("latin-1") + body)
            return await reader.read()
        finally:
            writer.close()


@contextmanager
def recording(authority: str) -> Generator[RecordingProxy]:
    """Run a proxy in front of a server for the length of a ``with`` block."""
    proxy = RecordingProxy(authority)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(proxy.serve, "127.0.0.1", 0))
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield proxy
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(server: asyncio.Server) -> None:
    server.close()
    await server.wait_closed()


def _read_head(head: bytes) -> tuple[str, dict[str, str]]:
    line, *fields = head.removesuffix(_HEAD_END).decode("latin-1").split("\r\n")
    headers: dict[str, str] = {}
    for field in fields:
        name, _, value = field.partition(":")
        headers[name.lower()] = value.strip()
    return line, headers
