"""The response size limit and the deadline apply while a response is read."""

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
NO_USERS = b'{"data": {"users": {"totalCount": 0, "list": []}}}'


@pytest.fixture(params=SENDERS)
def sender(request: pytest.FixtureRequest) -> Sender:
    sender: Sender = request.param
    return sender


def client_for(
    server: RawServer, sender: Sender, client_kind: ClientKind, **settings: object
) -> Management:
    options = {**timeout_settings(sender, client_kind, 5), "max_response_bytes": LIMIT, **settings}
    return client_of(server, client_kind, **options)


def respond_with(content: bytes, *headers: str) -> Responder:
    """Return a responder that sends a body with a ``content-length``."""
    lines = ("HTTP/1.1 200 OK", f"content-length: {len(content)}", *headers, "", "")
    return lambda peer, request: peer.send("\r\n".join(lines).encode() + content)


def endless(peer: Peer, request: Request) -> None:
    """Send a body that does not end."""
    peer.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        peer.send(b"10000\r\n" + b" " * 0x10000 + b"\r\n")


def padded(size: int) -> bytes:
    return NO_USERS + b" " * (size - len(NO_USERS))


TOO_LARGE = [
    respond_with(padded(LIMIT + 1)),
    endless,
    respond_with(gzip.compress(padded(LIMIT + 1)), "content-encoding: gzip"),
    respond_with(gzip.compress(b" " * 50_000_000), "content-encoding: gzip"),
    respond_with(zlib.compress(b" " * 50_000_000), "content-encoding: deflate"),
]


@pytest.mark.parametrize(
    "responder", TOO_LARGE, ids=["length", "endless", "gzip", "gzip bomb", "deflate bomb"]
)
async def test_a_response_above_the_limit_raises_and_is_not_retried(
    sender: Sender, client_kind: ClientKind, responder: Responder
) -> None:
    with serving(responder) as server:
        client = client_for(server, sender, client_kind, retries=2)
        with pytest.raises(ResponseTooLargeError, match="larger than 100000 bytes") as caught:
            await run(client.users.list())
        assert "max_response_bytes" in str(caught.value)
        assert server.operations == ["ListUsers"]
        await server.until(lambda server: server.open <= 1)
        await close(client)


@pytest.mark.parametrize("compress", [False, True])
async def test_a_response_of_the_maximum_size_is_accepted(
    sender: Sender, client_kind: ClientKind, compress: bool
) -> None:
    content = padded(LIMIT)
    responder = respond_with(content)
    if compress:
        responder = respond_with(gzip.compress(content), "content-encoding: gzip")
    with serving(responder) as server:
        client = client_for(server, sender, client_kind)
        assert (await run(client.users.list())).total_count == 0
        await close(client)


def empty_blocks() -> Iterator[bytes]:
    """Yield an endless deflate stream that decompresses to nothing."""
    yield b"\x78\x9c"
    while True:
        yield b"\x00\x00\x00\xff\xff" * 2000


async def test_the_limit_applies_to_compressed_bytes(client_kind: ClientKind) -> None:
    def respond(peer: Peer, request: Request) -> None:
        peer.send(b"HTTP/1.1 200 OK\r\ncontent-encoding: deflate\r\n\r\n")
        for block in empty_blocks():
            peer.send(block)

    with serving(respond) as server:
        client = client_for(server, "httpx", client_kind)
        with pytest.raises(ResponseTooLargeError):
            await run(client.users.list())
        await close(client)


async def test_a_response_with_several_content_encodings_is_rejected(
    sender: Sender, client_kind: ClientKind
) -> None:
    content = gzip.compress(gzip.compress(NO_USERS))
    with serving(respond_with(content, "content-encoding: gzip, gzip")) as server:
        client = client_for(server, sender, client_kind)
        with pytest.raises(TransportError):
            await run(client.users.list())
        await close(client)


def byte_by_byte(*headers: str) -> Responder:
    """Return a responder that sends a body slowly, compressed if there are headers."""
    content = gzip.compress(NO_USERS) if headers else NO_USERS

    def respond(peer: Peer, request: Request) -> None:
        lines = ("HTTP/1.1 200 OK", f"content-length: {len(content)}", *headers, "", "")
        peer.send("\r\n".join(lines).encode())
        for byte in content:
            time.sleep(0.1)
            peer.send(bytes([byte]))

    return respond


async def assert_ends_at_deadline(server: RawServer, client: Management) -> None:
    started = time.monotonic()
    with pytest.raises(DeadlineExceededError) as caught:
        await run(client.users.delete("u"))
    assert caught.value.maybe_sent  # the server has read the request
    assert server.operations == ["DeleteUser"]
    assert 0.5 <= time.monotonic() - started < 3
    await close(client)


async def test_a_slow_response_ends_at_the_deadline(
    sender: Sender, client_kind: ClientKind
) -> None:
    with serving(byte_by_byte()) as server:
        await assert_ends_at_deadline(server, client_for(server, sender, client_kind, deadline=0.5))


async def test_a_slow_compressed_response_ends_at_the_deadline(
    client_kind: ClientKind,
) -> None:
    with serving(byte_by_byte("content-encoding: gzip")) as server:
        await assert_ends_at_deadline(
            server, client_for(server, "httpx", client_kind, deadline=0.5)
        )


@pytest.mark.parametrize("limit", [0, -1, 1.5, True, None, "1"])
def test_an_invalid_limit_is_rejected(client_kind: ClientKind, limit: object) -> None:
    with pytest.raises(ConfigurationError, match="max_response_bytes must be a whole number"):
        management_client(client_kind, max_response_bytes=limit)
