"""Responses are read as a stream, with a limit on their size and with the deadline of the call."""

import gzip
import time
import zlib
from collections.abc import Iterator

import pytest

from authing_users import (
    ConfigurationError,
    DeadlineExceededError,
    ResponseTooLargeError,
    TransportError,
)

from ..support.client_kinds import ClientKind, Management, close, management_client, run
from ..support.raw_server import Peer, RawServer, Request, Responder, client_of, serving
from ..support.senders import SENDERS, Sender, timeout_settings

LIMIT = 100_000
GOOD = b'{"data": {"users": {"totalCount": 0, "list": []}}}'


@pytest.fixture(params=SENDERS)
def sender(request: pytest.FixtureRequest) -> Sender:
    sender: Sender = request.param
    return sender


def client_for(
    server: RawServer, sender: Sender, client_kind: ClientKind, **settings: object
) -> Management:
    options = {**timeout_settings(sender, client_kind, 5), "max_response_bytes": LIMIT, **settings}
    return client_of(server, client_kind, **options)


def body(content: bytes, *headers: str) -> Responder:
    """Respond with a body of a known length."""
    lines = ("HTTP/1.1 200 OK", f"content-length: {len(content)}", *headers, "", "")
    return lambda peer, request: peer.send("\r\n".join(lines).encode() + content)


def endless(peer: Peer, request: Request) -> None:
    """Send a body that does not end."""
    peer.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        peer.send(b"10000\r\n" + b" " * 0x10000 + b"\r\n")


def padded(size: int) -> bytes:
    return GOOD + b" " * (size - len(GOOD))


TOO_LARGE = [
    body(padded(LIMIT + 1)),
    endless,
    body(gzip.compress(padded(LIMIT + 1)), "content-encoding: gzip"),
    body(gzip.compress(b" " * 50_000_000), "content-encoding: gzip"),
    body(zlib.compress(b" " * 50_000_000), "content-encoding: deflate"),
]


@pytest.mark.parametrize(
    "reply", TOO_LARGE, ids=["length", "endless", "gzip", "gzip bomb", "deflate bomb"]
)
async def test_a_larger_response_is_an_error_and_not_retried(
    sender: Sender, client_kind: ClientKind, reply: Responder
) -> None:
    with serving(reply) as server:
        client = client_for(server, sender, client_kind, retries=2)
        with pytest.raises(ResponseTooLargeError, match="larger than 100000 bytes") as caught:
            await run(client.users.list())
        assert "max_response_bytes" in str(caught.value)
        assert server.operations == ["ListUsers"]
        await server.until(lambda server: server.open <= 1)
        await close(client)


@pytest.mark.parametrize("compress", [False, True])
async def test_a_response_of_the_largest_size_is_read(
    sender: Sender, client_kind: ClientKind, compress: bool
) -> None:
    content = padded(LIMIT)
    reply = body(content)
    if compress:
        reply = body(gzip.compress(content), "content-encoding: gzip")
    with serving(reply) as server:
        client = client_for(server, sender, client_kind)
        assert (await run(client.users.list())).total_count == 0
        await close(client)


def empty_blocks() -> Iterator[bytes]:
    """Yield compressed bytes that decompress to nothing, without an end."""
    yield b"\x78\x9c"
    while True:
        yield b"\x00\x00\x00\xff\xff" * 2000


async def test_compressed_bytes_that_decompress_to_nothing_count(client_kind: ClientKind) -> None:
    def reply(peer: Peer, request: Request) -> None:
        peer.send(b"HTTP/1.1 200 OK\r\ncontent-encoding: deflate\r\n\r\n")
        for block in empty_blocks():
            peer.send(block)

    with serving(reply) as server:
        client = client_for(server, "httpx", client_kind)
        with pytest.raises(ResponseTooLargeError):
            await run(client.users.list())
        await close(client)


async def test_a_response_that_is_compressed_several_times_is_rejected(
    sender: Sender, client_kind: ClientKind
) -> None:
    content = gzip.compress(gzip.compress(GOOD))
    with serving(body(content, "content-encoding: gzip, gzip")) as server:
        client = client_for(server, sender, client_kind)
        with pytest.raises(TransportError):
            await run(client.users.list())
        await close(client)


def drip(*headers: str) -> Responder:
    """Send a body byte by byte: compressed, it takes many of them to get to the first text."""
    content = gzip.compress(GOOD) if headers else GOOD

    def reply(peer: Peer, request: Request) -> None:
        lines = ("HTTP/1.1 200 OK", f"content-length: {len(content)}", *headers, "", "")
        peer.send("\r\n".join(lines).encode())
        for byte in content:
            time.sleep(0.1)
            peer.send(bytes([byte]))

    return reply


async def ends_at_its_deadline(server: RawServer, client: Management) -> None:
    started = time.monotonic()
    with pytest.raises(DeadlineExceededError) as caught:
        await run(client.users.delete("u"))
    assert caught.value.maybe_sent  # the server has read the request
    assert server.operations == ["DeleteUser"]
    assert 0.5 <= time.monotonic() - started < 3
    await close(client)


async def test_a_response_that_drips_ends_at_the_deadline(
    sender: Sender, client_kind: ClientKind
) -> None:
    with serving(drip()) as server:
        await ends_at_its_deadline(server, client_for(server, sender, client_kind, deadline=0.5))


async def test_a_compressed_response_that_drips_ends_at_the_deadline(
    client_kind: ClientKind,
) -> None:
    with serving(drip("content-encoding: gzip")) as server:
        await ends_at_its_deadline(server, client_for(server, "httpx", client_kind, deadline=0.5))


@pytest.mark.parametrize("limit", [0, -1, 1.5, True, None, "1"])
def test_an_invalid_limit_is_rejected(client_kind: ClientKind, limit: object) -> None:
    with pytest.raises(ConfigurationError, match="max_response_bytes must be a whole number"):
        management_client(client_kind, max_response_bytes=limit)
