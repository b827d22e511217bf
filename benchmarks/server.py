"""A server that returns prepared responses, in a process of its own.

with serving(users=1_000) as server:
    httpx.post(f"{server.url}/graphql/v2", json={"query": "query users { … }"})
"""

import argparse
import asyncio
import http.client
import json
import re
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from typing import Any

from . import canned

HOST = "127.0.0.1"
USERS = 1_000

# The fields that a call can request in place of all fields.
PART = ("id", "username", "email")

_COUNTS = "/counts"
_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
# Searched in the raw body: parsing the JSON would cost more than everything else.
_OPERATION = re.compile(rb"(?:query|mutation)\s+(\w+)")
_PAGE = re.compile(rb'"page":\s*(\d+)')
_LIMIT = re.compile(rb'"limit":\s*(\d+)')
_PART = b"on User {\\n  " + b"\\n  ".join(name.encode() for name in PART) + b"\\n}"


@dataclass(slots=True)
class Counts:
    """Counts of what a server has received so far.

    Attributes:
        connections: TCP connections that were opened.
        requests: HTTP requests.
        received: Bytes of their bodies.
    """

    connections: int = 0
    requests: int = 0
    received: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.connections + other.connections,
            self.requests + other.requests,
            self.received + other.received,
        )

    def __sub__(self, earlier: "Counts") -> "Counts":
        return Counts(
            self.connections - earlier.connections,
            self.requests - earlier.requests,
            self.received - earlier.received,
        )


class Server:
    """A running server.

    Attributes:
        url: Its address, without a path.
    """

    def __init__(self, port: int) -> None:
        self.url = f"http://{HOST}:{port}"
        self._control = http.client.HTTPConnection(HOST, port)

    def counts(self) -> Counts:
        """Return the counts of the server. This request is not counted."""
        self._control.request("GET", _COUNTS)
        return Counts(**json.loads(self._control.getresponse().read()))

    def close(self) -> None:
        """Close the connection that the counts come over."""
        self._control.close()


@contextmanager
def serving(*, users: int = USERS, latency: float = 0.0) -> Generator[Server]:
    """Run a server for the length of a ``with`` block.

    Args:
        users: How many users it has.
        latency: Seconds that it waits before it responds.
    """
    command = [sys.executable, "-m", f"{__package__}.server", str(users), str(latency)]
    # It ends when its stdin does, so it never outlives this process.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = process.stdout.readline()
        if not port:
            raise RuntimeError(f"The server did not start (exit code {process.wait()})")
        server = Server(int(port))
        try:
            server.counts()  # opens the connection, so that no difference includes it
            yield server
        finally:
            server.close()
            process.stdin.close()


class _Responses:
    """Finds the response to a request by the operation names in our documents and the vendor's."""

    def __init__(self, users: int) -> None:
        self._users = users
        self._user = _response(canned.one_user("user"))
        self._created = _response(canned.one_user("createUser"))
        self._rest_user = _response(canned.rest_user())
        # Keeps the pages that are requested repeatedly, but not those of a walk.
        self._page = lru_cache(maxsize=8)(self._build_page)
        self._batch = lru_cache(maxsize=128)(self._build_batch)

    def to(self, target: str, body: bytes) -> bytes:
        """Return the whole response."""
        if target == "/api/v2/users/create/batch":
            return self._batch(body.count(b'"username"'))
        if target.startswith("/api/v2/users/"):
            return self._rest_user
        operation = _OPERATION.search(body)
        match operation[1] if operation else None:
            case b"ListUsers" | b"users":
                fields = PART if _PART in body else None
                return self._page(_number(_PAGE, body), _number(_LIMIT, body), fields)
            case b"GetUser" | b"user":
                return self._user
            case b"CreateUser" | b"createUser":
                return self._created
            case b"GetAccessToken" | b"accessToken":
                return _response(canned.token())
            case b"IntrospectionQuery":
                return _introspection()
            case _:
                return _response(b"{}", "404 Not Found")

    def _build_page(self, page: int, limit: int, fields: tuple[str, ...] | None) -> bytes:
        return _response(canned.page(page, limit, self._users, fields))

    def _build_batch(self, users: int) -> bytes:
        return _response(canned.created_users(users))


class _Connection(asyncio.Protocol):
    """Reads requests and writes the responses."""

    def __init__(self, responses: _Responses, counts: Counts, latency: float) -> None:
        self._responses = responses
        self._counts = counts
        self._latency = latency
        self._received = bytearray()
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the connection."""
        self._transport = transport
        self._counts.connections += 1

    def data_received(self, data: bytes) -> None:
        """Respond to the request once all of it has arrived."""
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._received, 0, end)
        whole = end + 4 + (int(length[1]) if length else 0)
        if len(self._received) < whole:
            return
        target = self._received.split(b" ", 2)[1].decode("ascii")
        body = bytes(self._received[end + 4 : whole])
        del self._received[:whole]
        if target == _COUNTS:
            self._transport.write(_response(json.dumps(asdict(self._counts)).encode()))
            return
        self._counts.requests += 1
        self._counts.received += len(body)
        response = self._responses.to(target, body)
        if self._latency:
            loop = asyncio.get_running_loop()
            loop.call_later(self._latency, self._transport.write, response)
        else:
            self._transport.write(response)


def _number(pattern: re.Pattern[bytes], body: bytes) -> int:
    match = pattern.search(body)
    assert match is not None
    return int(match[1])


@cache
def _introspection() -> bytes:
    return _response(canned.introspection())


def _response(content: bytes, status: str = "200 OK") -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\n"
        "content-type: application/json; charset=utf-8\r\n"
        f"content-length: {len(content)}\r\n\r\n"
    )
    return head.encode("ascii") + content


async def _serve(users: int, latency: float) -> None:
    responses, counts = _Responses(users), Counts()
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    server = await loop.create_server(lambda: _Connection(responses, counts, latency), HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Nothing is written to stdin, so it becomes readable when it ends.
    loop.add_reader(sys.stdin, ended.set)
    await ended.wait()
    server.close()


def main() -> None:
    """Serve until stdin ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("users", type=int)
    parser.add_argument("latency", type=float)
    arguments = parser.parse_args()
    asyncio.run(_serve(arguments.users, arguments.latency))


if __name__ == "__main__":
    main()
