"""How calls are sent, and what becomes of their tokens."""

import asyncio
import gc
import json
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from authing_users import (
    APIError,
    AsyncManagementClient,
    AuthenticationError,
    AuthingError,
    ConfigurationError,
    InvalidResponseError,
    ManagementClient,
    NotFoundError,
    ServerError,
    TransportError,
    TransportTimeoutError,
)
from authing_users._policy.timeouts import RequestTimeout
from authing_users._policy.tokens import Token, TokenRefresh
from authing_users._runtime.clock import CLOCK

from ..support.client_kinds import POOL_ID, SECRET, Mode, close, http_client, management_client, run
from ..support.emulator_pool import Stage
from ..support.scripted_server import ScriptedServer, api_error, data, token

NO_USERS = data(users={"totalCount": 0, "list": []})


async def test_a_call_is_one_request_and_the_first_gets_a_token(mode: Mode) -> None:
    server = ScriptedServer(NO_USERS, NO_USERS)
    client = server.client(mode)
    await run(client.users.list())
    await run(client.users.list(page=2, limit=5))
    assert server.operations == ["GetAccessToken", "ListUsers", "ListUsers"]
    assert server.variables[0] == {"userPoolId": POOL_ID, "secret": SECRET}
    assert server.variables[1] == {"page": 1, "limit": 10}
    assert server.variables[2] == {"page": 2, "limit": 5}
    await close(client)


async def test_requests_are_addressed_and_authorized(mode: Mode) -> None:
    server = ScriptedServer(NO_USERS)
    client = server.client(mode, host="https://example.com", lang="en-US")
    await run(client.users.list())
    for request in server.requests:
        assert (request.method, str(request.url)) == ("POST", "https://example.com/graphql/v2")
        assert request.headers["x-authing-userpool-id"] == POOL_ID
        assert request.headers["content-type"] == "application/json"
    assert "authorization" not in server.requests[0].headers
    assert server.requests[1].headers["authorization"] == "Bearer canary-token"
    body = json.loads(server.requests[1].content)
    assert set(body) == {"query", "operationName", "variables"}
    await close(client)


@pytest.mark.parametrize("code", [2020, 2206, 2207])
async def test_a_refused_token_is_replaced_once_and_the_call_repeated(
    mode: Mode, code: int
) -> None:
    server = ScriptedServer(api_error(code, "no"), data(deleteUser={"code": 200, "message": "ok"}))
    server.tokens = [token("first"), token("second")]
    client = server.client(mode)
    assert (await run(client.users.delete("u"))).code == 200
    assert server.operations == ["GetAccessToken", "DeleteUser"] * 2
    assert server.requests[3].headers["authorization"] == "Bearer second"
    await close(client)


async def test_a_token_that_is_refused_again_is_an_error(mode: Mode) -> None:
    server = ScriptedServer(api_error(2206, "over"), httpx.Response(401))
    client = server.client(mode)
    with pytest.raises(AuthenticationError):
        await run(client.users.list())
    assert server.operations == ["GetAccessToken", "ListUsers"] * 2
    await close(client)


async def test_a_wrong_secret_is_an_authentication_error(mode: Mode) -> None:
    server = ScriptedServer()
    server.tokens = [api_error(1001, f"bad secret {SECRET}")]
    client = server.client(mode)
    with pytest.raises(AuthenticationError) as caught:
        await run(client.users.list())
    assert caught.value.code == 1001
    assert caught.value.operation == "GetAccessToken"
    assert SECRET not in str(caught.value)
    await close(client)


async def test_an_answer_without_a_token_is_an_invalid_response(mode: Mode) -> None:
    server = ScriptedServer()
    server.tokens = [data(accessToken={"accessToken": None})]
    client = server.client(mode)
    with pytest.raises(InvalidResponseError):
        await run(client.users.list())
    await close(client)


async def test_the_error_callback_hears_of_api_errors(mode: Mode) -> None:
    heard: list[tuple[int | None, str]] = []

    def hear(code: int | None, message: str) -> None:
        heard.append((code, message))

    server = ScriptedServer(api_error(1000, "busy"), httpx.ReadError("cut"))
    client = server.client(mode, on_error=hear)
    with pytest.raises(ServerError):
        await run(client.users.list())
    with pytest.raises(TransportError):
        await run(client.users.list())
    assert heard == [(1000, "busy")]
    await close(client)


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (httpx.ConnectError("refused"), TransportError),
        (httpx.ReadTimeout("slow"), TransportTimeoutError),
        (httpx.PoolTimeout("busy"), TransportTimeoutError),
        (OSError("broken"), TransportError),
        (TimeoutError("slow"), TransportTimeoutError),
        (RuntimeError("closed"), TransportError),
    ],
    ids=lambda value: getattr(value, "__name__", repr(value)),
)
async def test_no_answer_is_a_transport_error(
    mode: Mode, raised: Exception, expected: type[TransportError]
) -> None:
    server = ScriptedServer(raised)
    client = server.client(mode)
    with pytest.raises(expected) as caught:
        await run(client.users.list())
    assert type(caught.value) is expected
    assert caught.value.operation == "ListUsers"
    assert type(raised).__name__ in str(caught.value)
    assert caught.value.__context__ is None
    await close(client)


async def test_a_redirect_is_not_followed(mode: Mode) -> None:
    server = ScriptedServer(httpx.Response(307, headers={"location": "https://evil.example"}))
    client = server.client(mode)
    with pytest.raises(InvalidResponseError):
        await run(client.users.list())
    assert len(server.requests) == 2
    await close(client)


PASSWORD = "canary-password"
SECRETIVE_CALLS: list[tuple[str, Callable[[Any], Any]]] = [
    ("refused by the api", lambda u: u.update("u", {"password": PASSWORD})),
    ("misspelt field", lambda u: u.create({"password": PASSWORD, "usrname": "x"})),
    ("wrong type", lambda u: u.create({"password": PASSWORD, "loginsCount": "2"})),
    ("wrong time", lambda u: u.update("u", {"password": PASSWORD, "lastLogin": "x"})),
    ("wrong id", lambda u: u.update("", {"password": PASSWORD})),
    ("too long", lambda u: u.create({"password": PASSWORD * 20})),
    ("half a character", lambda u: u.create({"password": f"{PASSWORD}\ud800"})),
    ("in a batch", lambda u: u.create_users([{"password": PASSWORD, "usrname": "x"}])),
    ("batch refused", lambda u: u.create_users([{"password": PASSWORD}])),
]


@pytest.mark.parametrize("call", [call for _, call in SECRETIVE_CALLS], ids=dict(SECRETIVE_CALLS))
async def test_tracebacks_with_locals_hold_no_secret(
    mode: Mode, call: Callable[[Any], Any]
) -> None:
    server = ScriptedServer(api_error(2035, "taken"))
    client = server.client(mode)
    with pytest.raises(AuthingError) as caught:
        await run(call(client.users))
    assert "canary" not in str(caught.value) + repr(caught.value)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [frame for frame in shown.stack if "/authing_users/" in frame.filename]
    assert frames
    for frame in frames:
        for name, value in (frame.locals or {}).items():
            assert "canary" not in value, (frame.name, name)
    await close(client)


@pytest.mark.parametrize("message", ["canary-token", "canary-pool-secret"])
async def test_what_the_server_repeats_is_scrubbed(mode: Mode, message: str) -> None:
    error = {"message": {"code": 1001, "message": f"bad {message}", "data": {"x": [message]}}}
    server = ScriptedServer(
        httpx.Response(200, json={"errors": [error]}),
        data(deleteUser={"code": 1001, "message": f"bad {message}"}),
    )
    client = server.client(mode)
    for call in (client.users.detail, client.users.delete):
        with pytest.raises(APIError) as caught:
            await run(call("u"))
        assert message not in str(caught.value) + repr(vars(caught.value))
    await close(client)


async def test_the_first_token_is_scrubbed_also_after_the_second(mode: Mode) -> None:
    server = ScriptedServer(api_error(2206, "over"), api_error(2206, "canary-first is over"))
    server.tokens = [token("canary-first"), token("canary-second")]
    client = server.client(mode)
    with pytest.raises(AuthenticationError) as caught:
        await run(client.users.list())
    assert "canary" not in str(caught.value)
    await close(client)


async def test_the_error_callback_may_use_the_client(mode: Mode) -> None:
    heard: list[str] = []

    def hear(_: int | None, message: str) -> None:
        heard.append(message)
        if len(heard) == 1 and isinstance(client, ManagementClient):
            with pytest.raises(ServerError):
                client.users.list()

    server = ScriptedServer()
    server.tokens = [api_error(1000, "busy")]
    client = server.client(mode, on_error=hear)
    with pytest.raises(ServerError):
        await run(client.users.list())
    assert heard
    await close(client)


async def test_namespaces_are_sent(mode: Mode) -> None:
    done = {"code": 200, "message": "ok"}
    roles = data(user={"roles": {"totalCount": 0, "list": []}})
    server = ScriptedServer(data(assignRole=done), roles, data(revokeRole=done), roles)
    client = server.client(mode)
    await run(client.users.add_roles("u", ["a"], "other"))
    await run(client.users.remove_roles("u", ["a"], namespace="other"))
    assert [variables.get("namespace") for variables in server.variables[1:]] == ["other"] * 4
    await close(client)


@pytest.mark.parametrize("wrong", ["other mode", "no client"])
def test_an_http_client_of_the_wrong_kind_is_refused(mode: Mode, wrong: str) -> None:
    transport = httpx.MockTransport(ScriptedServer())
    other: Mode = "async" if mode == "sync" else "sync"
    http: object = http_client(other, transport) if wrong == "other mode" else object()
    with pytest.raises(ConfigurationError, match="http_client"):
        management_client(mode, http_client=http)


async def test_a_closed_client_says_so_and_closes_twice(mode: Mode) -> None:
    client = management_client(mode)
    await close(client)
    await close(client)
    with pytest.raises(ConfigurationError, match="closed"):
        await run(client.users.list())


async def test_an_http_client_of_the_caller_stays_open(mode: Mode) -> None:
    server = ScriptedServer(NO_USERS, NO_USERS)
    client = server.client(mode)
    await run(client.users.list())
    if isinstance(client, ManagementClient):
        client.close()
    else:
        await client.aclose()
    again = management_client(mode, http_client=client._transport.config.http_client)
    await run(again.users.list())
    await close(again)


async def test_all_parts_share_one_transport(mode: Mode) -> None:
    server = ScriptedServer(NO_USERS)
    client = server.client(mode)
    assert client.users._transport is client._transport
    await close(client)


def sync_client(server: ScriptedServer) -> ManagementClient:
    client = server.client("sync")
    assert isinstance(client, ManagementClient)
    return client


def test_clients_are_context_managers() -> None:
    with sync_client(ScriptedServer(NO_USERS)) as client:
        client.users.list()
    with pytest.raises(ConfigurationError):
        client.users.list()


async def test_asynchronous_clients_are_context_managers() -> None:
    async with slow_async_client(ScriptedServer(NO_USERS)) as client:
        await client.users.list()
    with pytest.raises(ConfigurationError):
        await client.users.list()


class Crowd:
    """Threads that all call at once; the token comes when all but its fetcher wait for it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
        self.size = size
        self._waiting = threading.Semaphore(0)

        def wait(refresh: TokenRefresh, _: RequestTimeout) -> Token | None:
            self._waiting.release()
            return refresh.outcome.result(timeout=30)

        monkeypatch.setattr("authing_users._sync.transport.wait_for_refresh", wait)

    def reply(self, response: httpx.Response) -> Callable[[dict[str, Any]], httpx.Response]:
        """Answer a token request once everybody else waits."""

        def answer(_: dict[str, Any]) -> httpx.Response:
            for _waiter in range(self.size - 1):
                assert self._waiting.acquire(timeout=30)
            return response

        return answer

    def call(self, client: ManagementClient) -> list[object]:
        """Let every thread make a call; return the results and errors."""

        def call(_: int) -> object:
            try:
                return client.users.list().total_count
            except AuthingError as error:
                return error

        with ThreadPoolExecutor(self.size) as pool:
            return list(pool.map(call, range(self.size)))


def test_eight_threads_fetch_one_token(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = Crowd(monkeypatch, 8)
    server = ScriptedServer(*[NO_USERS] * 8)
    server.tokens = [crowd.reply(token())]
    assert crowd.call(sync_client(server)) == [0] * 8
    assert server.operations.count("GetAccessToken") == 1


def test_a_failing_leader_releases_all_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = Crowd(monkeypatch, 8)
    server = ScriptedServer()
    server.tokens = [crowd.reply(api_error(1000, "busy"))]
    errors = crowd.call(sync_client(server))
    assert all(isinstance(error, ServerError) for error in errors)
    assert len({id(error) for error in errors}) == 8
    assert len(server.requests) == 1


async def test_a_failed_refresh_ahead_of_expiry_does_not_fail_the_call(
    mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(CLOCK, "monotonic", lambda: now)
    server = ScriptedServer(NO_USERS, NO_USERS, NO_USERS)
    server.tokens = [token("first", lifetime=1000), api_error(1000, "busy"), token("second")]
    client = server.client(mode)
    await run(client.users.list())
    now += 800  # the token is ageing, but good for some time yet
    await run(client.users.list())
    now += 60
    await run(client.users.list())
    sent = [request.headers.get("authorization") for request in server.requests]
    assert sent == [None, "Bearer first", None, "Bearer first", None, "Bearer second"]
    await close(client)


async def test_an_interrupted_leader_leaves_the_next_caller_to_lead(mode: Mode) -> None:
    def interrupt(_: dict[str, Any]) -> httpx.Response:
        raise KeyboardInterrupt

    server = ScriptedServer(NO_USERS)
    server.tokens = [interrupt, token()]
    client = server.client(mode)
    with pytest.raises(KeyboardInterrupt):
        await run(client.users.list())
    assert (await run(client.users.list())).total_count == 0
    await close(client)


def slow_async_client(server: ScriptedServer) -> AsyncManagementClient:
    async def answer(request: httpx.Request) -> httpx.Response:
        response = server(request)
        for _ in range(5):
            await asyncio.sleep(0)
        return response

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return AsyncManagementClient(user_pool_id=POOL_ID, secret=SECRET, http_client=http, retries=0)


async def test_eight_tasks_fetch_one_token() -> None:
    server = ScriptedServer(*[NO_USERS] * 8)
    client = slow_async_client(server)
    await asyncio.gather(*[client.users.list() for _ in range(8)])
    assert server.operations.count("GetAccessToken") == 1


async def test_a_failing_leader_releases_all_tasks() -> None:
    server = ScriptedServer()
    server.tokens = [api_error(1000, "busy")]
    client = slow_async_client(server)
    outcomes = await asyncio.gather(
        *[client.users.list() for _ in range(8)], return_exceptions=True
    )
    assert all(isinstance(outcome, ServerError) for outcome in outcomes)
    assert len({id(outcome) for outcome in outcomes}) == 8
    assert len(server.requests) == 1


async def test_when_the_leading_task_is_cancelled_another_fetches_the_token() -> None:
    server = ScriptedServer(NO_USERS, NO_USERS)
    client = slow_async_client(server)
    owner_is_alive = asyncio.create_task(client.users.list())
    follower = asyncio.create_task(client.users.list())
    await asyncio.sleep(0)
    owner_is_alive.cancel()
    assert (await follower).total_count == 0
    assert owner_is_alive.cancelled()
    assert server.operations == ["GetAccessToken", "GetAccessToken", "ListUsers"]


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_second_event_loop_can_use_the_client(stage: Stage) -> None:
    stage.users(3)
    client = AsyncManagementClient(
        user_pool_id=stage.emulator.user_pool_id, secret=stage.emulator.secret, host=stage.host
    )

    async def tasks() -> list[int]:
        pages = await asyncio.gather(*[client.users.list() for _ in range(5)])
        return [page.total_count for page in pages]

    assert asyncio.run(tasks()) == [3] * 5
    assert asyncio.run(tasks()) == [3] * 5
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(asyncio.run, [tasks() for _ in range(3)])) == [[3] * 5] * 3
    asyncio.run(client.aclose())
    gc.collect()


def test_a_forked_process_can_use_the_client(stage: Stage) -> None:
    program = (
        "import os, sys, threading\n"
        "from authing_users import ManagementClient\n"
        "client = ManagementClient()\n"
        "client.users.list()\n"
        "client._transport._tokens._lock.acquire()\n"
        "client._transport._sender._slots._lock.acquire()\n"
        "import authing_users._protocol.response\n"
        "authing_users._protocol.response._building.lock.acquire()\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    client.users.list_archived_users()\n"  # whose answers nothing has read yet
        "    print(client.users.list().total_count, flush=True)\n"
        "    os._exit(0)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    finished = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program],
        env={**os.environ, **stage.emulator.environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.strip() == "0"


def test_a_loop_that_ends_in_the_middle_does_not_block_the_next() -> None:
    server = ScriptedServer(NO_USERS)
    started = threading.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        if not started.is_set():
            started.set()
            await asyncio.get_running_loop().create_future()
        return server(request)

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    client = AsyncManagementClient(user_pool_id=POOL_ID, secret=SECRET, http_client=http)
    loop = asyncio.new_event_loop()
    task = loop.create_task(client.users.list())
    loop.call_later(0.01, loop.stop)
    loop.run_forever()
    loop.close()
    assert started.is_set()
    assert asyncio.run(client.users.list()).total_count == 0
    task._log_destroy_pending = False  # type: ignore[attr-defined]


async def test_a_missing_user_of_a_nested_listing_is_not_found(mode: Mode) -> None:
    server = ScriptedServer(data(user=None), data(user=None), data(refreshToken=None))
    client = server.client(mode)
    for call in (client.users.list_groups, client.users.list_roles, client.users.refresh_token):
        with pytest.raises(NotFoundError) as caught:
            await run(call("nobody"))
        assert caught.value.code == 2004
    await close(client)
