"""Common behaviour of all HTTP clients: `maybe_sent`, threads, event loops, forks, closing."""

import asyncio
import gc
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from authing_users import (
    AsyncManagementClient,
    ConfigurationError,
    ManagementClient,
    TransportError,
    TransportTimeoutError,
)

from ..support.client_kinds import ClientKind, Management, close, management_client, run
from ..support.emulator_pool import EmulatorPool
from ..support.raw_server import (
    Peer,
    RawServer,
    Request,
    Responder,
    client_of,
    do_not_respond,
    in_background,
    respond,
    serving,
)
from ..support.senders import SENDERS, Sender, timeout_settings

SHORT = 0.3


@pytest.fixture(params=SENDERS)
def sender(request: pytest.FixtureRequest) -> Sender:
    sender: Sender = request.param
    return sender


def client_for(
    server: RawServer, sender: Sender, client_kind: ClientKind, timeout: float = 10, **settings: Any
) -> Management:
    return client_of(
        server, client_kind, **timeout_settings(sender, client_kind, timeout), **settings
    )


# Whether a request was sent. A mutation that may have been sent must not be sent again.


def close_connection(peer: Peer, request: Request) -> None:
    peer.close()


def reset(peer: Peer, request: Request) -> None:
    peer.reset()


def truncated_headers(peer: Peer, request: Request) -> None:
    peer.send(b"HTTP/1.1 200 OK\r\ncontent-le")
    peer.close()


def truncated_body(peer: Peer, request: Request) -> None:
    peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")
    peer.close()


def not_http(peer: Peer, request: Request) -> None:
    peer.send(b"SSH-2.0-OpenSSH_9.2\r\n")
    peer.close()


@pytest.mark.parametrize(
    "responder", [close_connection, reset, truncated_headers, truncated_body, not_http]
)
async def test_maybe_sent_is_true_after_the_server_read_the_request(
    sender: Sender, client_kind: ClientKind, responder: Responder
) -> None:
    with serving(responder) as server:
        client = client_for(server, sender, client_kind, retries=2)
        with pytest.raises(TransportError) as caught:
            await run(client.users.delete("u"))
        assert caught.value.maybe_sent
        assert server.operations == ["DeleteUser"]
        await close(client)


@pytest.mark.parametrize("responder", [close_connection, reset, truncated_headers])
async def test_a_mutation_by_get_is_sent_once_over_a_reused_connection(
    sender: Sender, client_kind: ClientKind, responder: Responder
) -> None:
    # Some HTTP libraries resend GET requests on their own.
    def respond_to_queries(peer: Peer, request: Request) -> None:
        (respond if request.operation == "ListUsers" else responder)(peer, request)

    with serving(respond_to_queries) as server:
        client = client_for(server, sender, client_kind, retries=2)
        await run(client.users.list())
        with pytest.raises(TransportError) as caught:
            await run(client.users.logout("u"))
        assert caught.value.maybe_sent
        assert server.operations == ["ListUsers", "GET /logout"]
        await close(client)


async def test_maybe_sent_is_true_after_a_read_timeout(
    sender: Sender, client_kind: ClientKind
) -> None:
    with serving(do_not_respond) as server:
        client = client_for(server, sender, client_kind, timeout=SHORT, retries=2)
        with pytest.raises(TransportTimeoutError) as caught:
            await run(client.users.delete("u"))
        assert caught.value.maybe_sent
        assert server.operations == ["DeleteUser"]
        await close(client)


async def test_maybe_sent_is_false_after_a_refused_connection(
    sender: Sender, client_kind: ClientKind
) -> None:
    with serving() as server:
        client = client_for(server, sender, client_kind)
        await run(client.users.list())
    await asyncio.sleep(0.05)  # the event loop must run to notice the closed connection
    with pytest.raises(TransportError) as caught:
        await run(client.users.delete("u"))
    assert not caught.value.maybe_sent
    await close(client)


async def test_maybe_sent_is_false_for_an_unknown_host(
    sender: Sender, client_kind: ClientKind
) -> None:
    with serving() as server:
        client = client_for(server, sender, client_kind, host="https://does-not-exist.invalid")
        with pytest.raises(TransportError) as caught:
            await run(client.users.delete("u"))
        assert not caught.value.maybe_sent
        await close(client)


async def test_maybe_sent_is_false_after_a_failed_tls_handshake(
    sender: Sender, client_kind: ClientKind
) -> None:
    with serving() as server:  # without TLS; it closes the connection
        url = f"https://127.0.0.1:{server.port}"
        closing = threading.Thread(target=_close_first_connection, args=(server,))
        closing.start()
        client = client_for(server, sender, client_kind, timeout=SHORT, host=url)
        with pytest.raises(TransportError) as caught:
            await run(client.users.delete("u"))
        closing.join()
        # pyreqwest does not distinguish a handshake timeout from a read timeout.
        assert caught.value.maybe_sent == isinstance(caught.value, TransportTimeoutError) or (
            not caught.value.maybe_sent
        )
        assert server.requests == []
        await close(client)


def _close_first_connection(server: RawServer) -> None:
    server.wait_until(lambda server: bool(server.peers))
    server.peers[0].close()


# Threads, tasks, event loops, forks.


def test_many_threads_share_a_client(sender: Sender, emulator_pool: EmulatorPool) -> None:
    emulator_pool.seed_users(3)
    client = pool_client(emulator_pool, sender, "sync")
    assert isinstance(client, ManagementClient)
    with ThreadPoolExecutor(16) as pool:
        pages = [pool.submit(client.users.list, 1, 1) for _ in range(200)]
    assert [page.result().total_count for page in pages] == [3] * 200
    close_client(client)


async def test_many_tasks_share_a_client(sender: Sender, emulator_pool: EmulatorPool) -> None:
    emulator_pool.seed_users(3)
    client = pool_client(emulator_pool, sender, "async")
    assert isinstance(client, AsyncManagementClient)
    pages = await asyncio.gather(*[client.users.list(limit=1) for _ in range(200)])
    assert [page.total_count for page in pages] == [3] * 200
    await close(client)


# The first event loops end with open connections.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_client_can_be_used_in_a_second_event_loop(
    sender: Sender, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(3)
    client = pool_client(emulator_pool, sender, "async")
    assert isinstance(client, AsyncManagementClient)

    async def total_count() -> int:
        return (await client.users.list(limit=1)).total_count

    async def count_and_close() -> int:
        count = await total_count()
        await close(client)
        return count

    assert [
        asyncio.run(total_count()),
        asyncio.run(total_count()),
        asyncio.run(count_and_close()),
    ] == [3, 3, 3]
    gc.collect()


def pool_client(emulator_pool: EmulatorPool, sender: Sender, client_kind: ClientKind) -> Management:
    return management_client(
        client_kind,
        user_pool_id=emulator_pool.emulator.user_pool_id,
        secret=emulator_pool.emulator.secret,
        host=emulator_pool.host,
        **timeout_settings(sender, client_kind, 10),
    )


def close_client(client: Management) -> None:
    asyncio.run(close(client))


async def test_a_call_in_flight_ends_when_its_client_is_closed(
    sender: Sender, client_kind: ClientKind
) -> None:
    released = threading.Event()

    def respond_after_release(peer: Peer, request: Request) -> None:
        released.wait(10)
        with suppress(OSError):
            respond(peer, request)

    with serving() as server:
        client = client_for(server, sender, client_kind)
        await run(client.users.list())
        server.responder = respond_after_release
        call = asyncio.create_task(in_background(client, lambda client: client.users.list()))
        await server.until(lambda server: len(server.operations) == 2)
        closing = asyncio.create_task(in_background(client, lambda client: _close(client)))
        await asyncio.sleep(0.1)
        released.set()
        await closing
        with suppress(TransportError, ConfigurationError):  # or the call succeeds
            await call
        with pytest.raises(ConfigurationError, match="closed"):
            await run(client.users.list())
        await close(client)


def _close(client: Management) -> Any:
    return client.close() if isinstance(client, ManagementClient) else client.aclose()


FORK = """
import os, sys
from authing_users import ConfigurationError, ManagementClient, fast
import httpx2

sender = sys.argv[1]
http = {"httpx": lambda: None, "httpx2": httpx2.Client, "fast": fast.Client}[sender]()
client = ManagementClient(http_client=http)
assert client.users.list().total_count == 3
child = os.fork()
if child == 0:
    try:
        print(client.users.list().total_count, flush=True)
    except ConfigurationError as error:
        print(error, flush=True)
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert client.users.list().total_count == 3
"""


@pytest.mark.parametrize(
    ("sender", "output"),
    [("httpx", "3"), ("fast", "fast.Client cannot be used in a forked process")],
)
def test_a_forked_process_opens_its_own_connections_or_raises(
    sender: Sender, output: str, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(3)
    process = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORK, sender],
        env={**os.environ, **emulator_pool.emulator.environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    assert process.stdout.startswith(output)


def test_creating_a_fast_client_in_a_forked_process_raises(
    emulator_pool: EmulatorPool,
) -> None:
    emulator_pool.seed_users(3)
    child = "    client = ManagementClient(http_client=fast.Client(), retries=0)\n    try:"
    process = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORK.replace("    try:", child), "fast"],
        env={**os.environ, **emulator_pool.emulator.environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    assert process.stdout.startswith("fast.Client cannot be used in a forked process")


async def test_an_idle_connection_that_the_server_closed_is_replaced(
    sender: Sender, client_kind: ClientKind
) -> None:
    with serving() as server:
        client = client_for(server, sender, client_kind)
        await run(client.users.list())
        for peer in server.peers:
            peer.close()
        await server.until(lambda server: server.open == 0)
        await asyncio.sleep(0.05)  # the event loop must run to notice
        assert (await run(client.users.delete("u"))).code == 200
        assert server.operations == ["ListUsers", "DeleteUser"]
        await close(client)


async def test_fast_async_client_may_send_over_a_closed_idle_connection() -> None:
    """So a mutation may fail. It is not retried."""
    with serving() as server:
        client = client_for(server, "fast", "async", retries=1)
        assert isinstance(client, AsyncManagementClient)
        await client.users.list()
        for peer in server.peers:
            peer.close()
        server.wait_until(lambda server: server.open == 0)  # the event loop does not run
        with pytest.raises(TransportError) as caught:
            await client.users.delete("u")
        assert caught.value.maybe_sent
        assert server.operations == ["ListUsers"]
        await close(client)
