"""A local HTTP proxy that records every request."""

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
class RecordedRequest:
    """A request that the proxy forwarded.

    Attributes:
        method: HTTP method.
        target: Path and query.
        headers: Headers, by lower-case name.
        body: Request body.
        status: Status code of the response.
    """

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    status: int

    @property
    def path(self) -> str:
        """Path without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        """Query parameters."""
        parameters: dict[str, list[str]] = {}
        for name, value in parse_qsl(urlsplit(self.target).query, keep_blank_values=True):
            parameters.setdefault(name, []).append(value)
        return parameters

    @property
    def json(self) -> dict[str, Any]:
        """The parsed body, or an empty dict if the request has no body."""
        content: dict[str, Any] = json.loads(self.body) if self.body else {}
        return content


class RecordingProxy:
    """Forward requests to a server and record them.

    Args:
        authority: Host and port of the server.

    Attributes:
        requests: All recorded requests.
        url: URL of the proxy, without a path.
    """

    def __init__(self, authority: str) -> None:
        self._host, _, port = authority.rpartition(":")
        self._port = int(port)
        self._taken_count = 0
        self.requests: list[RecordedRequest] = []
        self.url = ""

    def take_new_requests(self) -> list[RecordedRequest]:
        """Return the requests recorded since the previous call."""
        new_requests = self.requests[self._taken_count :]
        self._taken_count += len(new_requests)
        return new_requests

    async def handle_connection(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Forward one request, record it, send the response and close the connection."""
        try:
            head = await reader.readuntil(_HEAD_END)
            request_line, headers = _parse_head(head)
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            response = await self._forward(request_line, {**headers, "connection": "close"}, body)
            method, target, _ = request_line.split(" ")
            status = int(response.split(b" ", 2)[1])
            self.requests.append(RecordedRequest(method, target, headers, body, status))
            writer.write(response)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client closed the connection
        finally:
            writer.close()

    async def _forward(self, request_line: str, headers: dict[str, str], body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            writer.write(f"{request_line}\r\n{fields}\r\n".encode("latin-1") + body)
            return await reader.read()
        finally:
            writer.close()


@contextmanager
def run_proxy(authority: str) -> Generator[RecordingProxy]:
    """Run a proxy in front of a server until the end of the ``with`` block."""
    proxy = RecordingProxy(authority)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(proxy.handle_connection, "127.0.0.1", 0))
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


def _parse_head(head: bytes) -> tuple[str, dict[str, str]]:
    """Split a request head into the request line and the headers."""
    request_line, *fields = head.removesuffix(_HEAD_END).decode("latin-1").split("\r\n")
    headers: dict[str, str] = {}
    for field in fields:
        name, _, value = field.partition(":")
        headers[name.lower()] = value.strip()
    return request_line, headers
