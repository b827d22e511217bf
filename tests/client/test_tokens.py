"""The management token of a call: fetching, refreshing and replacing it."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from authing_users import AuthenticationError, InvalidResponseError, ServerError
from authing_users._runtime.clock import CLOCK
from authing_users.testing import skip_waits

from ..support.client_kinds import SECRET, MakeClient, async_client, run
from ..support.scripted_server import (
    DELETED,
    NO_USERS,
    ScriptedResponse,
    ScriptedServer,
    api_error,
    data,
    http_error,
    token,
)

pytestmark = pytest.mark.usefixtures("no_jitter")


@pytest.mark.parametrize("code", [2020, 2206, 2207])
async def test_a_rejected_token_is_replaced_and_the_call_is_sent_again(
    make_client: MakeClient, code: int
) -> None:
    server = ScriptedServer(api_error(code, "no"), DELETED)
    server.tokens = [token("first"), token("second")]
    client = make_client(server)
    assert (await run(client.users.delete("u"))).code == 200
    assert server.operations == ["GetAccessToken", "DeleteUser"] * 2
    assert server.requests[3].headers["authorization"] == "Bearer second"


async def test_a_token_rejected_twice_raises(make_client: MakeClient) -> None:
    server = ScriptedServer(api_error(2206, "over"), httpx.Response(401))
    client = make_client(server)
    with pytest.raises(AuthenticationError):
        await run(client.users.list())
    assert server.operations == ["GetAccessToken", "ListUsers"] * 2


@pytest.mark.parametrize(
    "rejection", [api_error(2206, "over"), http_error(401)], ids=["2206", "401"]
)
async def test_a_rejected_token_is_replaced_once_regardless_of_retries(
    make_client: MakeClient, rejection: ScriptedResponse
) -> None:
    server = ScriptedServer(rejection, rejection, rejection)
    client = make_client(server, retries=5, retry_mutations=True)
    with skip_waits() as waits, pytest.raises(AuthenticationError):
        await run(client.users.delete("u"))
    assert server.operations == ["GetAccessToken", "DeleteUser"] * 2
    assert waits == []


async def test_a_rejected_token_consumes_no_retry(make_client: MakeClient) -> None:
    server = ScriptedServer(http_error(503), http_error(401), http_error(503), NO_USERS)
    client = make_client(server, retries=2)
    with skip_waits() as waits:
        await run(client.users.list())
    assert waits == [0.5, 1.0]
    assert server.operations.count("ListUsers") == 4


async def test_a_wrong_secret_raises_an_authentication_error(make_client: MakeClient) -> None:
    server = ScriptedServer()
    server.tokens = [api_error(1001, f"bad secret {SECRET}")]
    client = make_client(server)
    with pytest.raises(AuthenticationError) as caught:
        await run(client.users.list())
    assert caught.value.code == 1001
    assert caught.value.operation == "GetAccessToken"
    assert SECRET not in str(caught.value)


async def test_a_token_response_without_a_token_is_invalid(make_client: MakeClient) -> None:
    server = ScriptedServer()
    server.tokens = [data(accessToken={"accessToken": None})]
    client = make_client(server)
    with pytest.raises(InvalidResponseError):
        await run(client.users.list())


async def test_a_token_request_is_retried(make_client: MakeClient) -> None:
    server = ScriptedServer(NO_USERS)
    server.tokens = [http_error(503), httpx.ReadTimeout("slow"), token()]
    client = make_client(server, retries=2)
    with skip_waits() as waits:
        await run(client.users.list())
    assert waits == [0.5, 1.0]
    assert server.operations == [*["GetAccessToken"] * 3, "ListUsers"]


async def test_a_failed_token_request_is_not_retried_by_the_call(make_client: MakeClient) -> None:
    server = ScriptedServer()
    server.tokens = [http_error(503)]
    client = make_client(server, retries=2)
    with skip_waits(), pytest.raises(ServerError):
        await run(client.users.list())
    assert server.operations == ["GetAccessToken"] * 3


async def test_a_failed_early_refresh_does_not_fail_the_call(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(CLOCK, "monotonic", lambda: now)
    server = ScriptedServer(NO_USERS, NO_USERS, NO_USERS)
    server.tokens = [token("first", lifetime=1000), api_error(1000, "busy"), token("second")]
    client = make_client(server)
    await run(client.users.list())
    now += 800  # the token is due for a refresh, and still valid
    await run(client.users.list())
    now += 60
    await run(client.users.list())
    sent = [request.headers.get("authorization") for request in server.requests]
    assert sent == [None, "Bearer first", None, "Bearer first", None, "Bearer second"]


async def test_after_an_interrupted_refresh_the_next_call_refreshes(
    make_client: MakeClient,
) -> None:
    def interrupt(_: dict[str, Any]) -> httpx.Response:
        raise KeyboardInterrupt

    server = ScriptedServer(NO_USERS)
    server.tokens = [interrupt, token()]
    client = make_client(server)
    with pytest.raises(KeyboardInterrupt):
        await run(client.users.list())
    assert (await run(client.users.list())).total_count == 0


async def test_an_early_refresh_that_hangs_leaves_the_call_enough_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    operations: list[str] = []

    async def respond(request: httpx.Request) -> httpx.Response:
        operation = json.loads(request.content)["operationName"]
        operations.append(operation)
        if operations.count("GetAccessToken") > 1 and operation == "GetAccessToken":
            await asyncio.get_running_loop().create_future()
        response = token(lifetime=8) if operation == "GetAccessToken" else NO_USERS
        return httpx.Response(200, content=response.content)

    async with async_client(respond, deadline=0.4) as client:
        await client.users.list()
        real = CLOCK.monotonic
        # The token is due for a refresh, and valid for another second.
        monkeypatch.setattr(CLOCK, "monotonic", lambda: real() + 6.5)
        for _ in range(3):
            assert (await client.users.list()).total_count == 0
    assert operations.count("GetAccessToken") == 2  # not one for each call


async def test_a_mutation_whose_token_expires_in_transit_is_executed_once(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, executions = 1000.0, 0
    monkeypatch.setattr(CLOCK, "monotonic", lambda: now)

    def delete(_: dict[str, Any]) -> httpx.Response:
        nonlocal now, executions
        if now == 1000:
            now += 3600  # the request took longer than the lifetime of the token
            return api_error(2206, "expired")
        executions += 1
        return DELETED

    server = ScriptedServer(delete, delete)
    server.tokens = [token("first", lifetime=1800), token("second", lifetime=1800)]
    client = make_client(server)
    assert (await run(client.users.delete("u"))).code == 200
    assert executions == 1
    assert server.operations == ["GetAccessToken", "DeleteUser"] * 2
