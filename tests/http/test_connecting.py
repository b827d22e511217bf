"""How connections are made, and what it means when they are not."""

import asyncio
import socket
from collections.abc import Callable
from typing import cast

import pytest

from authing_users import DeadlineExceededError, TransportError
from authing_users._config import ManagementClientOptions, resolve
from authing_users._origin import Origin, RequestTimeout
from authing_users._runtime.clock import CLOCK
from authing_users._tasks.connections import AsyncConnectionPool

from ..support.client_kinds import POOL_ID, SECRET, Mode, close, run
from ..support.raw_server import Clock, client_of, serving, sync_client_of

# Seconds that something may take which has to be over soon, on a busy machine.
SOON = 3.0


async def test_a_server_that_is_not_there_got_nothing(mode: Mode) -> None:
    with serving() as server:
        client = client_of(server, mode)
    with pytest.raises(TransportError) as caught:
        await run(client.users.delete("u"))
    assert not caught.value.maybe_sent
    assert "ConnectionRefusedError" in str(caught.value)
    await close(client)


async def test_a_host_without_an_address_got_nothing(
    mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    with serving() as server:
        client = client_of(server, mode, host=f"http://localhost:{server.port}")
        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        with pytest.raises(TransportError, match="not known") as caught:
            await run(client.users.delete("u"))
        assert not caught.value.maybe_sent
        await close(client)


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def found(host: str, port: int, *_: object, **__: object) -> list[object]:
        family, kind = socket.AF_INET, socket.SOCK_STREAM
        hosts = addresses if host == "localhost" else (host,)
        return [(family, kind, socket.IPPROTO_TCP, "", (address, port)) for address in hosts]

    monkeypatch.setattr(socket, "getaddrinfo", found)


async def test_the_next_address_is_tried_when_one_refuses(
    mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as server:
        client = client_of(server, mode, host=f"http://localhost:{server.port}")
        resolve_to(monkeypatch, "127.0.0.2", "127.0.0.3", "127.0.0.1")
        assert (await run(client.users.list())).total_count == 0
        resolve_to(monkeypatch, "127.0.0.1", "127.0.0.2")
        server.peers[0].hang_up()
        server.wait_until(lambda server: server.open == 0)
        assert (await run(client.users.list())).total_count == 0
        await close(client)


def test_all_addresses_share_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(CLOCK, "monotonic", clock)

    def vanish(address: object, timeout: float) -> socket.socket:
        clock.ahead += timeout
        raise TimeoutError

    with serving() as server:
        client = sync_client_of(server, host=f"http://localhost:{server.port}")
        resolve_to(monkeypatch, "127.0.0.2", "127.0.0.3", "127.0.0.1")
        monkeypatch.setattr(socket, "create_connection", vanish)
        with pytest.raises(DeadlineExceededError) as caught:
            client.with_options(deadline=15, timeout=10).users.delete("u")
        assert clock.ahead == pytest.approx(15, abs=SOON)
        assert not caught.value.maybe_sent
        client.close()


async def test_ipv6_addresses_are_called(mode: Mode) -> None:
    with serving(host="::1") as server:
        client = client_of(server, mode)
        await run(client.users.list())
        assert f"\r\nhost: [::1]:{server.port}\r\n" in server.requests[0].head
        await close(client)


async def test_event_loops_that_know_no_happy_eyeballs_can_connect() -> None:
    class PlainLoop:
        """Takes no more than what all event loops take, as that of uvloop does."""

        async def create_connection(
            self, factory: Callable[[], asyncio.Protocol], host: str, port: int, *, ssl: None
        ) -> object:
            loop = asyncio.get_running_loop()
            return await loop.create_connection(factory, host, port, ssl=ssl)

    with serving() as server:
        options = ManagementClientOptions(POOL_ID, SECRET, host=server.url)
        pool = AsyncConnectionPool(Origin.of(resolve(options)))
        loop = cast("asyncio.AbstractEventLoop", PlainLoop())
        connection = await pool._connect(loop, RequestTimeout(SOON, None))
        assert connection.is_open
        connection.close()


async def test_a_connection_that_is_lost_before_its_first_request_got_nothing() -> None:
    class LosingLoop:
        """Loses every connection as soon as it is made."""

        async def create_connection(
            self, factory: Callable[[], asyncio.Protocol], *_: object, **__: object
        ) -> object:
            protocol = factory()
            transport = asyncio.Transport()
            protocol.connection_made(transport)
            protocol.connection_lost(None)
            return transport, protocol

    options = ManagementClientOptions(POOL_ID, SECRET, host="http://127.0.0.1:1")
    pool = AsyncConnectionPool(Origin.of(resolve(options)))
    with pytest.raises(ConnectionResetError):
        await pool._connect(
            cast("asyncio.AbstractEventLoop", LosingLoop()), RequestTimeout(SOON, None)
        )
