"""A server that does next to nothing for an answer, in a process of its own.

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

_COUNTS = "/counts"
_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
# In the body as it came: parsing the JSON would cost more than all the rest.
_OPERATION = re.compile(rb"(?:query|mutation)\s+(\w+)")
_PAGE = re.compile(rb'"page":\s*(\d+)')
_LIMIT = re.compile(rb'"limit":\s*(\d+)')


@dataclass(slots=True)
class Counts:
    """What a server has seen so far.

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
        """Return what the server has seen; asking is not counted."""
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
        latency: Seconds that it waits before it answers.
    """
    command = [sys.executable, "-m", f"{__package__}.server", str(users), str(latency)]
    # It ends with its stdin, so it never outlives this process.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = process.stdout.readline()
        if not port:
            raise RuntimeError(f"The server did not come up (exit code {process.wait()})")
        server = Server(int(port))
        try:
            server.counts()  # opens the connection, so that it is in no difference
            yield server
        finally:
            server.close()
            process.stdin.close()


class _Answers:
    """Finds the answer to a request, by the names that our documents and the vendor's have."""

    def __init__(self, users: int) -> None:
        self._users = users
        self._user = _response(canned.one_user("user"))
        self._created = _response(canned.one_user("createUser"))
        self._rest_user = _response(canned.rest_user())
        # Holds the pages that are asked for again and again, and no whole walk.
        self._page = lru_cache(maxsize=8)(self._build_page)

    def to(self, target: str, body: bytes) -> bytes:
        """Return the whole response."""
        if target.startswith("/api/v2/users/"):
            return self._rest_user
        found = _OPERATION.search(body)
        match found[1] if found else None:
            case b"ListUsers" | b"users":
                return self._page(_number(_PAGE, body), _number(_LIMIT, body))
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

    def _build_page(self, page: int, limit: int) -> bytes:
        return _response(canned.page(page, limit, self._users))


class _Connection(asyncio.Protocol):
    """Reads requests, and writes the answers."""

    def __init__(self, answers: _Answers, counts: Counts, latency: float) -> None:
        self._answers = answers
        self._counts = counts
        self._latency = latency
        self._received = bytearray()
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the connection."""
        self._transport = transport
        self._counts.connections += 1

    def data_received(self, data: bytes) -> None:
        """Answer the request as soon as all of it is there."""
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
        response = self._answers.to(target, body)
        if self._latency:
            loop = asyncio.get_running_loop()
            loop.call_later(self._latency, self._transport.write, response)
        else:
            self._transport.write(response)


def _number(pattern: re.Pattern[bytes], body: bytes) -> int:
    found = pattern.search(body)
    assert found is not None
    return int(found[1])


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
    answers, counts = _Answers(users), Counts()
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    server = await loop.create_server(lambda: _Connection(answers, counts, latency), HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop.add_reader(
        sys.stdin, ended.set
    )  # nothing is written to it: it becomes readable at its end
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
