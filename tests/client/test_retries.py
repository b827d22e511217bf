"""Retries of queries and mutations."""

from typing import Any

import httpx
import pytest

from authing_users import AuthingError, DeadlineExceededError, RateLimitError, ServerError
from authing_users._runtime.clock import CLOCK
from authing_users.testing import skip_waits

from ..support.client_kinds import MakeClient, run
from ..support.scripted_server import (
    DELETED,
    NO_USERS,
    ScriptedResponse,
    ScriptedServer,
    api_error,
    http_error,
    rest,
)

pytestmark = pytest.mark.usefixtures("no_jitter")


TRANSIENT: dict[str, ScriptedResponse] = {
    "503": http_error(503),
    "429": http_error(429),
    "408": http_error(408),
    "busy": api_error(1000, "busy"),
    "HTML page": httpx.Response(200, text="<html>"),
    "timeout": httpx.ReadTimeout("slow"),
    "refused": httpx.ConnectError("refused"),
    "closed": httpx.RemoteProtocolError("closed"),
}


@pytest.mark.parametrize("failure", TRANSIENT.values(), ids=TRANSIENT)
async def test_a_query_is_retried_until_it_succeeds(
    make_client: MakeClient, failure: ScriptedResponse
) -> None:
    server = ScriptedServer(failure, failure, NO_USERS)
    client = make_client(server, retries=2)
    with skip_waits() as waits:
        assert (await run(client.users.list())).total_count == 0
    assert waits == [0.5, 1.0]
    assert server.operations == ["GetAccessToken", *["ListUsers"] * 3]


async def test_the_error_of_the_last_attempt_is_raised(make_client: MakeClient) -> None:
    server = ScriptedServer(http_error(503), http_error(503), http_error(502))
    client = make_client(server, retries=2)
    with skip_waits() as waits, pytest.raises(ServerError) as caught:
        await run(client.users.list())
    assert caught.value.http_status == 502
    assert len(waits) == 2


UNKNOWN_OUTCOME: dict[str, ScriptedResponse] = {
    "500": http_error(500),
    "503": http_error(503),
    "429": http_error(429),
    "500 with retry-after": http_error(500, retry_after="1"),
    "busy": api_error(1000, "busy"),
    "HTML page": httpx.Response(200, text="<html>"),
    "timeout": httpx.ReadTimeout("slow"),
    "closed while reading": httpx.ReadError("closed"),
    "closed while writing": httpx.WriteError("closed"),
    "closed": httpx.RemoteProtocolError("closed"),
    "unknown": OSError("who knows"),
}


@pytest.mark.parametrize("failure", UNKNOWN_OUTCOME.values(), ids=UNKNOWN_OUTCOME)
async def test_a_mutation_that_may_have_been_processed_is_not_retried(
    make_client: MakeClient, failure: ScriptedResponse
) -> None:
    server = ScriptedServer(failure, DELETED)
    client = make_client(server, retries=2)
    with skip_waits() as waits, pytest.raises(AuthingError):
        await run(client.users.delete("u"))
    assert server.operations == ["GetAccessToken", "DeleteUser"]
    assert waits == []


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (httpx.ConnectError("refused"), 0.5),
        (httpx.ConnectTimeout("slow"), 0.5),
        (httpx.PoolTimeout("busy"), 0.5),
        (httpx.ProxyError("502"), 0.5),
        (api_error(2100, "too often"), 0.5),
    ],
    ids=["refused", "connect timeout", "pool timeout", "proxy", "rate limit of the API"],
)
async def test_a_mutation_that_was_not_processed_is_retried(
    make_client: MakeClient, failure: ScriptedResponse, expected: float
) -> None:
    server = ScriptedServer(failure, DELETED)
    client = make_client(server, retries=2)
    with skip_waits() as waits:
        assert (await run(client.users.delete("u"))).code == 200
    assert waits == [expected]
    assert server.operations == ["GetAccessToken", "DeleteUser", "DeleteUser"]


async def test_rest_queries_are_retried_and_rest_mutations_are_not(make_client: MakeClient) -> None:
    success = rest({"isLogin": False})
    server = ScriptedServer(http_error(503), success, http_error(503), success)
    client = make_client(server, retries=2)
    with skip_waits():
        await run(client.users.check_login_status("u", "a"))
        with pytest.raises(ServerError):
            await run(client.users.logout("u"))
    assert [path.split("?")[0].split()[0] for path in server.paths] == ["GET", "GET", "GET"]


async def test_a_retry_after_beyond_the_limit_raises(make_client: MakeClient) -> None:
    server = ScriptedServer(http_error(429, retry_after="500"))
    client = make_client(server, retries=2)
    with skip_waits() as waits, pytest.raises(RateLimitError) as caught:
        await run(client.users.list())
    assert caught.value.retry_after == 500
    assert waits == []


@pytest.mark.parametrize("where", ["client", "call"])
async def test_retry_mutations_retries_a_mutation(make_client: MakeClient, where: str) -> None:
    server = ScriptedServer(httpx.ReadTimeout("slow"), api_error(1000, "busy"), DELETED)
    if where == "client":
        client = make_client(server, retries=2, retry_mutations=True)
        users = client.users
    else:
        client = make_client(server, retries=2)
        users = client.users.with_options(retry_mutations=True)
    with skip_waits():
        assert (await run(users.delete("u"))).code == 200
    assert server.operations.count("DeleteUser") == 3


async def test_a_delay_beyond_the_deadline_is_not_started(make_client: MakeClient) -> None:
    server = ScriptedServer(http_error(503), http_error(503))
    client = make_client(server, retries=2, deadline=0.9)
    with skip_waits() as waits, pytest.raises(ServerError):
        await run(client.users.with_options(retries=9).list())
    assert waits == [0.5]  # the next one would take a second


async def test_a_deadline_during_an_attempt_raises_deadline_exceeded(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(CLOCK, "monotonic", lambda: now)

    def slow(_: dict[str, Any]) -> httpx.Response:
        nonlocal now
        now += 3
        raise httpx.ReadTimeout("slow")

    server = ScriptedServer(http_error(503), slow)
    client = make_client(server, retries=2, deadline=3)
    with skip_waits() as waits, pytest.raises(DeadlineExceededError) as caught:
        await run(client.users.list())
    assert caught.value.maybe_sent
    assert waits == [0.5]


def test_skip_waits_restores_the_clock_after_an_exception() -> None:
    before = {CLOCK.sleep, CLOCK.async_sleep}

    def fail() -> None:
        with skip_waits():
            assert not {CLOCK.sleep, CLOCK.async_sleep} & before
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert {CLOCK.sleep, CLOCK.async_sleep} == before
