"""Building, sharing and closing clients."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from authing_users import (
    AsyncUsersManagementClient,
    ConfigurationError,
    ManagementClient,
    UsersManagementClient,
)

from ..support.client_kinds import (
    POOL_ID,
    SECRET,
    ClientKind,
    MakeClient,
    async_client,
    close,
    http_client,
    management_client,
    run,
    sync_client,
)
from ..support.emulator_pool import EmulatorPool
from ..support.raw_server import Gate, serving
from ..support.scripted_server import NO_USERS, ScriptedServer


@pytest.mark.parametrize("wrong", ["other kind", "no client"])
def test_an_http_client_of_the_wrong_kind_is_rejected(client_kind: ClientKind, wrong: str) -> None:
    transport = httpx.MockTransport(ScriptedServer())
    other: ClientKind = "async" if client_kind == "sync" else "sync"
    http: object = http_client(other, transport) if wrong == "other kind" else object()
    with pytest.raises(ConfigurationError, match="http_client"):
        management_client(client_kind, http_client=http)


async def test_a_closed_client_rejects_calls_and_can_be_closed_again(
    client_kind: ClientKind,
) -> None:
    client = management_client(client_kind)
    await close(client)
    await close(client)
    with pytest.raises(ConfigurationError, match="closed"):
        await run(client.users.list())


async def test_closing_leaves_an_injected_http_client_open(
    make_client: MakeClient, client_kind: ClientKind
) -> None:
    server = ScriptedServer(NO_USERS, NO_USERS)
    client = make_client(server)
    await run(client.users.list())
    if isinstance(client, ManagementClient):
        client.close()
    else:
        await client.aclose()
    again = management_client(client_kind, http_client=client._transport.config.http_client)
    assert (await run(again.users.list())).total_count == 0
    await close(again)


async def test_all_subclients_share_one_transport(make_client: MakeClient) -> None:
    server = ScriptedServer(NO_USERS)
    client = make_client(server)
    assert client.users._transport is client._transport


def test_a_closed_client_lets_requests_in_flight_end_and_then_closes_their_connections() -> None:
    gate = Gate()
    with serving(gate) as server, ThreadPoolExecutor(2) as threads:
        client = ManagementClient(user_pool_id=POOL_ID, secret=SECRET, host=server.url)
        calls = [threads.submit(client.users.list) for _ in range(2)]
        server.wait_until(lambda server: len(server.operations) == 2)
        client.close()
        gate.open()
        assert [call.result().total_count for call in calls] == [0, 0]
        server.wait_until(lambda server: server.open == 0)


def test_leaving_the_with_block_closes_a_client() -> None:
    with sync_client(ScriptedServer(NO_USERS)) as client:
        client.users.list()
    with pytest.raises(ConfigurationError, match="closed"):
        client.users.list()


async def test_leaving_the_async_with_block_closes_a_client() -> None:
    server = ScriptedServer(NO_USERS)

    async def respond(request: httpx.Request) -> httpx.Response:
        return server(request)

    async with async_client(respond) as client:
        await client.users.list()
    with pytest.raises(ConfigurationError, match="closed"):
        await client.users.list()


async def test_authing_emulator_host_selects_the_emulator(
    client_kind: ClientKind, emulator_pool: EmulatorPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTHING_EMULATOR_HOST", emulator_pool.emulator.authority)
    monkeypatch.setenv("AUTHING_USERPOOL_ID", emulator_pool.emulator.user_pool_id)
    monkeypatch.setenv("AUTHING_USERPOOL_SECRET", emulator_pool.emulator.secret)
    users = UsersManagementClient() if client_kind == "sync" else AsyncUsersManagementClient()
    user = await run(users.create({"username": "bob", "password": "123456"}))
    assert await run(users.detail(user.id)) == user
    await close(users)
