"""Connections that send nothing, or too slowly, are closed. Floods are not logged line by line."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn
from uvicorn.server import ServerState

from authing_users.emulator import connections, create_app, json_body
from authing_users.emulator.connections import ConnectionProtocol
from authing_users.emulator.log_limit import LogLimit

from .server import start, stop

REQUEST = b"GET /emulator/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST /graphql/v2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"


class Client:
    """A connection to a server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, content: bytes) -> None:
        self._writer.write(content)

    async def drip(self, content: bytes) -> bytes:
        """Send a byte from time to time until the server closes the connection.

        Returns:
            Everything that the server sent.
        """
        closed = asyncio.create_task(self._read())
        async with asyncio.timeout(10):
            for byte in content:
                self.send(bytes([byte]))
                await asyncio.wait([closed], timeout=0.02)
                if closed.done():
                    break
            return await closed

    async def response(self) -> bytes:
        """Return the head of a response, and read its body."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        (length,) = [
            int(line.split(b":")[1])
            for line in head.lower().splitlines()
            if line.startswith(b"content-length:")
        ]
        await self._reader.readexactly(length)
        return head

    async def _read(self) -> bytes:
        content = b""
        with contextlib.suppress(ConnectionError):
            while part := await self._reader.read(65_536):
                content += part
        return content

    def close(self) -> None:
        self._writer.close()


@pytest.fixture
async def client(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    """A connection to a server with short time limits."""
    monkeypatch.setattr(connections, "REQUEST_TIMEOUT", 0.3)
    monkeypatch.setattr(json_body, "BODY_TIMEOUT", 0.8)
    app = create_app()
    config = uvicorn.Config(app, http=ConnectionProtocol, lifespan="off", log_config=None)
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: ConnectionProtocol(config, state, {}), "127.0.0.1", 0
    )
    host, port = server.sockets[0].getsockname()
    client = Client(*await asyncio.open_connection(host, port))
    yield client
    client.close()
    server.close()
    while state.connections or state.tasks:  # noqa: ASYNC110 - they send no event
        await asyncio.sleep(0.01)
    app.close()


async def test_silent_connection_is_closed(client: Client) -> None:
    assert await client.drip(b"") == b""


async def test_connection_that_drips_the_head_is_closed(client: Client) -> None:
    assert await client.drip(REQUEST[:-2] + b"X-Long: " + b"x" * 2_000) == b""


async def test_connection_that_drips_the_second_head_is_closed(client: Client) -> None:
    client.send(REQUEST)
    assert b" 200 " in await client.response()
    assert await client.drip(REQUEST[:-2] + b"X-Long: " + b"x" * 2_000) == b""


async def test_connection_that_drips_the_body_gets_an_error(client: Client) -> None:
    client.send(POST)
    response = await client.drip(b"x" * 999)
    assert b" 408 " in response
    assert b"The request body did not arrive within 1 seconds." in response


async def test_connection_that_drips_a_body_that_nobody_reads_is_closed(client: Client) -> None:
    client.send(POST.replace(b"/graphql/v2", b"/unknown"))
    assert b" 404 " in await client.drip(b"x" * 999)


async def test_slow_body_does_not_close_the_connection(client: Client) -> None:
    client.send(POST)
    await asyncio.sleep(0.5)  # longer than the limit for a head
    client.send(b"x" * 1000)
    assert b" 400 " in await client.response()
    client.send(REQUEST)
    assert b" 200 " in await client.response()


def test_flood_of_bad_requests_is_not_logged_line_by_line() -> None:
    server = start()
    host, port = server.authority.split(":")
    for _ in range(200):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"nonsense\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 400 ")
    assert httpx.get(f"{server.url}/emulator/v1/health").status_code == 200
    code, errors = stop(server)
    assert code == 0
    assert errors == "Invalid HTTP request received.\n" * 10


def test_log_says_how_many_messages_were_omitted() -> None:
    limit = LogLimit()

    def logged(seconds: float, line: int = 1) -> str | None:
        record = logging.LogRecord("x", logging.ERROR, "x.py", line, "Message %d", (line,), None)
        record.created = seconds
        return record.getMessage() if limit.filter(record) else None

    assert [logged(number / 10) for number in range(12)] == ["Message 1"] * 10 + [None] * 2
    assert logged(59, line=2) == "Message 2"
    assert logged(61) == "Message 1 (2 similar messages were omitted)"
    assert logged(62) == "Message 1"
    assert logged(200) == "Message 1"
