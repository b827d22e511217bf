"""Connections of our own, against a server of plain sockets."""

import asyncio
import signal
import socket
import threading
import time
import traceback
from collections.abc import Callable

import pytest

from authing_users import (
    DeadlineExceededError,
    InvalidRequestError,
    TransportError,
    TransportTimeoutError,
)
from authing_users._origin import KEEP_ALIVE
from authing_users._runtime.clock import CLOCK

from ..support.client_kinds import POOL_ID, SECRET, Mode, close, management_client, run
from ..support.raw_server import (
    LONG,
    Clock,
    Gate,
    Peer,
    Request,
    answer,
    answer_nothing,
    answer_well,
    client_of,
    in_background,
    serving,
    sync_client_of,
)

# Seconds that something may take which has to be over soon, on a busy machine.
SOON = 3.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(CLOCK, "monotonic", clock)
    return clock


# Keeping connections, and letting them go.


async def test_many_calls_go_over_one_connection(mode: Mode) -> None:
    with serving() as server:
        client = client_of(server, mode)
        for _ in range(20):
            assert (await run(client.users.list())).total_count == 0
        assert len(server.peers) == 1
        await close(client)
        await server.until(lambda server: server.open == 0)


@pytest.mark.parametrize("token", [True, False], ids=["with a token", "without"])
async def test_requests_say_what_they_have_to(mode: Mode, token: bool) -> None:
    with serving() as server:
        client = client_of(server, mode, lang="en-US")
        await run(client.users.list())
        line, *fields = server.requests[token].head.split("\r\n")
        head = dict(field.split(": ", 1) for field in fields)
        assert line == "POST /graphql/v2 HTTP/1.1"
        assert head["host"] == f"127.0.0.1:{server.port}"
        assert head["content-type"] == "application/json"
        assert head["x-authing-userpool-id"] == POOL_ID
        assert head["x-authing-lang"] == "en-US"
        assert head.get("authorization") == ("Bearer canary-token" if token else None)
        assert len(fields) == len(head)
        await close(client)


async def test_a_connection_that_the_server_closed_is_not_used_again(mode: Mode) -> None:
    with serving() as server:
        client = client_of(server, mode)
        await run(client.users.list())
        server.peers[0].hang_up()
        server.wait_until(lambda server: server.open == 0)
        # No other task gets to run: what the event loop has not heard of yet counts too.
        assert (await run(client.users.delete("u"))).code == 200
        assert server.operations == ["ListUsers", "DeleteUser"]
        assert len(server.peers) == 2
        await close(client)


async def test_a_connection_on_which_the_server_speaks_unasked_is_not_used_again(
    mode: Mode,
) -> None:
    with serving() as server:
        client = client_of(server, mode)
        await run(client.users.list())
        server.peers[0].send(b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n")
        time.sleep(0.01)  # noqa: ASYNC251 - no other task is to run
        assert (await run(client.users.delete("u"))).code == 200
        assert len(server.peers) == 2
        await server.until(lambda server: server.open == 1)
        await close(client)


@pytest.mark.parametrize("busy", [True, False])
async def test_what_comes_behind_an_answer_is_no_answer(mode: Mode, busy: bool) -> None:
    def reply(peer: Peer, request: Request) -> None:
        peer.send(answer(request.operation) + (answer(request.operation) if busy else b"\r\n"))

    with serving(reply) as server:
        client = client_of(server, mode)
        await run(client.users.list())
        await run(client.users.list())
        assert len(server.peers) == 2
        await close(client)


async def test_a_server_that_wants_to_close_is_left(mode: Mode) -> None:
    def reply(peer: Peer, request: Request) -> None:
        peer.send(answer(request.operation, "connection: close"))

    with serving(reply) as server:
        client = client_of(server, mode)
        for calls in (1, 2, 3):
            await run(client.users.list())
            await server.until(lambda server: server.open == 0)
            assert len(server.peers) == calls
        await close(client)


async def test_a_body_may_end_with_the_connection(mode: Mode) -> None:
    def reply(peer: Peer, request: Request) -> None:
        _, body = answer(request.operation).split(b"\r\n\r\n")
        peer.send(b"HTTP/1.1 200 OK\r\n\r\n" + body)
        peer.hang_up()

    with serving(reply) as server:
        client = client_of(server, mode)
        for _ in range(2):
            assert (await run(client.users.list())).total_count == 0
        await close(client)


async def test_a_connection_that_was_idle_for_long_is_not_used_again(
    mode: Mode, clock: Clock
) -> None:
    with serving() as server:
        client = client_of(server, mode)
        await run(client.users.list())
        clock.ahead += KEEP_ALIVE - 1
        await run(client.users.list())
        assert len(server.peers) == 1
        clock.ahead += KEEP_ALIVE + 1
        await run(client.users.list())
        assert len(server.peers) == 2
        await server.until(lambda server: server.open == 1)
        await close(client)


async def test_connections_that_are_not_needed_any_more_are_closed(
    mode: Mode, clock: Clock
) -> None:
    gate = Gate()
    with serving(gate) as server:
        client = client_of(server, mode)

        calls = [
            asyncio.create_task(in_background(client, lambda client: client.users.list()))
            for _ in range(5)
        ]
        await server.until(lambda server: len(server.operations) == 5)
        gate.open()
        await asyncio.gather(*calls)
        assert server.open == 5
        clock.ahead += KEEP_ALIVE / 2 + 1
        await run(client.users.list())
        assert server.open == 5
        clock.ahead += KEEP_ALIVE / 2
        await run(client.users.list())
        await server.until(lambda server: server.open == 1)
        await close(client)


async def test_a_connection_that_breaks_off_may_have_carried_the_request(mode: Mode) -> None:
    def reply(peer: Peer, request: Request) -> None:
        peer.send(b"HTTP/1.1 200 OK\r\n\r\n")
        peer.reset()

    with serving(reply) as server:
        client = client_of(server, mode)
        started = time.monotonic()
        with pytest.raises(TransportError, match="ConnectionResetError") as caught:
            await run(client.users.delete("u"))
        assert caught.value.maybe_sent
        assert time.monotonic() - started < SOON
        assert server.operations == ["DeleteUser"]
        await close(client)


# Time.


def drip(body: bool) -> Callable[[Peer, Request], None]:
    """Send the head, or the body, a byte at a time."""

    def reply(peer: Peer, request: Request) -> None:
        if body:
            peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        for _ in range(300):
            peer.send(b"a" if body else b"H")
            time.sleep(0.02)
        peer.hang_up()

    return reply


@pytest.mark.parametrize("body", [False, True], ids=["head", "body"])
async def test_a_deadline_holds_however_slowly_the_answer_comes(mode: Mode, body: bool) -> None:
    with serving(drip(body)) as server:
        client = client_of(server, mode)
        started = time.monotonic()
        with pytest.raises(DeadlineExceededError) as caught:
            await run(client.with_options(deadline=0.3).users.list())
        assert 0.3 <= time.monotonic() - started < SOON
        assert caught.value.maybe_sent
        await server.until(lambda server: server.open == 0)
        await close(client)


async def test_a_server_that_says_nothing_times_out(mode: Mode) -> None:
    gate = Gate(lambda request: request.operation == "DeleteUser")
    with serving(gate) as server:
        client = client_of(server, mode)
        await run(client.users.list())
        started = time.monotonic()
        with pytest.raises(TransportTimeoutError) as caught:
            await run(client.with_options(timeout=0.2).users.delete("u"))
        assert 0.2 <= time.monotonic() - started < SOON
        assert caught.value.maybe_sent
        assert type(caught.value) is TransportTimeoutError
        assert (await run(client.users.list())).total_count == 0
        gate.open()
        await server.until(lambda server: server.open == 1)
        await close(client)


async def test_a_timeout_is_for_each_read_and_not_for_all_of_them(mode: Mode) -> None:
    def reply(peer: Peer, request: Request) -> None:
        whole = answer(request.operation)
        for start in range(0, len(whole), 10):
            time.sleep(0.1)
            peer.send(whole[start : start + 10])

    with serving(reply) as server:
        client = client_of(server, mode, timeout=0.5)
        assert (await run(client.users.list())).total_count == 0
        await close(client)


async def test_a_timer_of_an_earlier_call_does_not_cut_a_later_one(mode: Mode) -> None:
    def reply(peer: Peer, request: Request) -> None:
        time.sleep(0.6)
        answer_well(peer, request)

    with serving() as server:
        client = client_of(server, mode)
        await run(client.users.list())
        await run(client.with_options(timeout=0.5).users.list())
        server.reply = reply
        assert (await run(client.users.list())).total_count == 0
        with pytest.raises(TransportTimeoutError):
            await run(client.with_options(timeout=0.1).users.list())
        assert len(server.peers) == 1
        await close(client)


MB = 1_000_000
LARGE = "x" * 36 * MB
LARGE_PART = 26 * MB  # what stands in no buffer on the way


async def test_a_long_request_may_take_its_time_while_the_server_reads(mode: Mode) -> None:
    class SlowReader(Peer):
        def _receive(self) -> bool:
            if len(self._buffer) < LARGE_PART:
                time.sleep(0.1)
            enough = len(self._buffer) + MB
            received = super()._receive()
            while received and len(self._buffer) < min(enough, len(LARGE)):
                received = super()._receive()
            return received

    with serving() as server:
        client = client_of(server, mode, timeout=1.5)
        await run(client.users.list())
        server.peers[0].take_little_at_once()
        server.peers[0].__class__ = SlowReader
        started = time.monotonic()
        assert (await run(client.users.delete(LARGE))).code == 200
        assert time.monotonic() - started > 1.5
        await close(client)


async def test_a_long_request_that_nobody_reads_times_out(mode: Mode) -> None:
    enough = threading.Event()

    class NoReader(Peer):
        def _receive(self) -> bool:
            enough.wait(LONG)
            return False

    with serving() as server:
        client = client_of(server, mode)
        await run(client.users.list())
        server.peers[0].__class__ = NoReader
        server.peers[0].take_little_at_once()
        started = time.monotonic()
        with pytest.raises(TransportTimeoutError):
            await run(client.with_options(timeout=0.3).users.delete(LARGE))
        assert 0.3 <= time.monotonic() - started < SOON
        enough.set()
        await close(client)


# Interruptions.


async def test_a_cancelled_call_closes_its_connection_and_the_next_call_works() -> None:
    with serving() as server:
        client = client_of(server, "async")
        await run(client.users.delete("u"))
        server.reply = answer_nothing
        call = asyncio.create_task(in_background(client, lambda client: client.users.list()))
        await server.until(lambda server: server.operations[-1] == "ListUsers")
        call.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await call
        assert shown(caught.value, "exchange")
        await server.until(lambda server: server.open == 0)
        server.reply = answer_well
        assert (await run(client.users.delete("u"))).code == 200
        assert len(server.peers) == 2
        await close(client)


class Interruption(BaseException):
    """Raised in the middle of whatever the main thread does, as an interrupt of the keyboard is."""


def test_an_interrupted_call_closes_its_connection_and_the_next_call_works() -> None:
    def interrupt(*_: object) -> None:
        raise Interruption

    def reply(peer: Peer, request: Request) -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with serving() as server:
            client = sync_client_of(server)
            client.users.list()
            server.reply = reply
            with pytest.raises(Interruption) as caught:
                client.users.delete("u")
            assert shown(caught.value, "exchange")
            server.wait_until(lambda server: server.open == 0)
            server.reply = answer_well
            client.users.list()
            assert server.operations == ["ListUsers", "DeleteUser", "ListUsers"]
            assert len(server.peers) == 2
            client.close()
    finally:
        signal.signal(signal.SIGUSR1, before)


def shown(error: BaseException, function: str) -> bool:
    """Whether a function is in a traceback, of which the locals show no secret of ours."""
    stack = traceback.TracebackException.from_exception(error, capture_locals=True).stack
    frames = [frame for frame in stack if "/authing_users/" in frame.filename]
    for frame in frames:
        for name, value in (frame.locals or {}).items():
            assert "canary" not in value, (frame.name, name)
    return function in [frame.name for frame in frames]


async def test_a_call_cancelled_while_it_gets_a_token_shows_no_secret() -> None:
    with serving() as server:
        client = client_of(server, "async")
        server.reply_to_token = answer_nothing
        call = asyncio.create_task(in_background(client, lambda client: client.users.list()))
        await server.until(lambda server: bool(server.requests))
        call.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await call
        assert SECRET.encode() in server.requests[0].body
        assert shown(caught.value, "exchange")
        await close(client)


async def test_an_answer_that_comes_before_all_was_sent_is_read(mode: Mode) -> None:
    refusal = b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connected, _ = listener.accept()
        with connected:
            while b'"GetAccessToken"' not in connected.recv(1 << 16):
                pass
            connected.sendall(answer("GetAccessToken"))
            assert connected.recv(1 << 10)  # the beginning of a request that is too long
            connected.sendall(refusal)

    thread = threading.Thread(target=serve)
    thread.start()
    host = f"http://127.0.0.1:{listener.getsockname()[1]}"
    client = management_client(mode, host=host, retries=0)
    with pytest.raises(InvalidRequestError) as caught:
        await run(client.users.update("u", {"nickname": "x" * (20 << 20)}))
    assert caught.value.http_status == 413
    await close(client)
    thread.join(LONG)
    listener.close()
