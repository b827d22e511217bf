"""Threads and tasks that share one management token: one refreshes it, the others wait."""

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from authing_users import (
    AsyncManagementClient,
    AuthingError,
    DeadlineExceededError,
    ManagementClient,
    ServerError,
)
from authing_users._concurrency.tasks import wait_for_refresh
from authing_users._policy.timeouts import RequestTimeout
from authing_users._policy.tokens import Token, TokenRefresh

from ..support.client_kinds import async_client, sync_client
from ..support.scripted_server import NO_USERS, ScriptedServer, api_error, token

CALLERS = 8


def operation_of(request: httpx.Request) -> str:
    operation: str = json.loads(request.content)["operationName"]
    return operation


def copy_of(response: httpx.Response) -> httpx.Response:
    """Return a copy: reading a response uses it up."""
    return httpx.Response(response.status_code, content=response.content)


class ConcurrentThreads:
    """Threads that all call at once. The token arrives when all but the refreshing one wait."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._waiting = threading.Semaphore(0)

        def wait(refresh: TokenRefresh, _: RequestTimeout) -> Token | None:
            self._waiting.release()
            return refresh.outcome.result(timeout=30)

        monkeypatch.setattr("authing_users._sync.transport.wait_for_refresh", wait)

    def delayed(self, response: httpx.Response) -> Callable[[dict[str, Any]], httpx.Response]:
        """Return a response to the token request that comes once all other threads wait."""

        def respond(_: dict[str, Any]) -> httpx.Response:
            for _waiter in range(CALLERS - 1):
                assert self._waiting.acquire(timeout=30)
            return response

        return respond

    def call(self, server: ScriptedServer) -> list[object]:
        """Make a call in each thread, and return the results and errors."""

        def call(client: ManagementClient) -> object:
            try:
                return client.users.list().total_count
            except AuthingError as error:
                return error

        with (
            sync_client(server, retries=0) as client,
            ThreadPoolExecutor(CALLERS) as pool,
        ):
            return list(pool.map(call, [client] * CALLERS))


def test_concurrent_threads_share_one_token_request(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = ConcurrentThreads(monkeypatch)
    server = ScriptedServer(*[NO_USERS] * CALLERS)
    server.tokens = [threads.delayed(token())]
    assert threads.call(server) == [0] * CALLERS
    assert server.operations.count("GetAccessToken") == 1


def test_a_failed_token_request_fails_all_waiting_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = ConcurrentThreads(monkeypatch)
    server = ScriptedServer()
    server.tokens = [threads.delayed(api_error(1000, "busy"))]
    errors = threads.call(server)
    assert all(isinstance(error, ServerError) for error in errors)
    assert len({id(error) for error in errors}) == CALLERS
    assert len(server.requests) == 1


@asynccontextmanager
async def slow_client(server: ScriptedServer) -> AsyncGenerator[AsyncManagementClient]:
    """Run a client whose responses take some rounds of the event loop."""

    async def respond(request: httpx.Request) -> httpx.Response:
        response = server(request)
        for _ in range(5):
            await asyncio.sleep(0)
        return response

    async with async_client(respond, retries=0) as client:
        yield client


async def test_concurrent_tasks_share_one_token_request() -> None:
    server = ScriptedServer(*[NO_USERS] * CALLERS)
    async with slow_client(server) as client:
        await asyncio.gather(*[client.users.list() for _ in range(CALLERS)])
    assert server.operations.count("GetAccessToken") == 1


async def test_a_failed_token_request_fails_all_waiting_tasks() -> None:
    server = ScriptedServer()
    server.tokens = [api_error(1000, "busy")]
    async with slow_client(server) as client:
        outcomes = await asyncio.gather(
            *[client.users.list() for _ in range(CALLERS)], return_exceptions=True
        )
    assert all(isinstance(outcome, ServerError) for outcome in outcomes)
    assert len({id(outcome) for outcome in outcomes}) == CALLERS
    assert len(server.requests) == 1


async def test_when_the_refreshing_task_is_cancelled_another_refreshes() -> None:
    server = ScriptedServer(NO_USERS, NO_USERS)
    async with slow_client(server) as client:
        refreshing = asyncio.create_task(client.users.list())
        waiting = asyncio.create_task(client.users.list())
        await asyncio.sleep(0)
        refreshing.cancel()
        assert (await waiting).total_count == 0
    assert refreshing.cancelled()
    assert server.operations == ["GetAccessToken", "GetAccessToken", "ListUsers"]


class RevokingService:
    """Issues numbered tokens, and rejects the first one once all callers have used it."""

    def __init__(self) -> None:
        self.issued = 0
        self.calls: list[str] = []
        self._lock = threading.Lock()

    def respond(self, request: httpx.Request) -> httpx.Response | None:
        """Return a response, or ``None`` if the token is to be rejected."""
        if operation_of(request) == "GetAccessToken":
            with self._lock:
                self.issued += 1
                return token(f"token-number-{self.issued}")
        authorization = request.headers["authorization"]
        with self._lock:
            self.calls.append(authorization)
        return None if authorization.endswith("-1") else copy_of(NO_USERS)


def test_threads_whose_token_is_rejected_share_one_new_token() -> None:
    service, all_called = RevokingService(), threading.Barrier(CALLERS)

    def respond(request: httpx.Request) -> httpx.Response:
        response = service.respond(request)
        if response is None:
            all_called.wait(timeout=30)
            return api_error(2206, "revoked")
        return response

    with sync_client(respond) as client, ThreadPoolExecutor(CALLERS) as threads:
        calls = [threads.submit(client.users.list) for _ in range(CALLERS)]
        pages = [call.result() for call in calls]
    assert [page.total_count for page in pages] == [0] * CALLERS
    assert service.issued == 2
    assert len(service.calls) == 2 * CALLERS


async def test_tasks_whose_token_is_rejected_share_one_new_token() -> None:
    service, all_called = RevokingService(), asyncio.Event()

    async def respond(request: httpx.Request) -> httpx.Response:
        response = service.respond(request)
        if response is None:
            if len(service.calls) == CALLERS:
                all_called.set()
            await all_called.wait()
            return api_error(2206, "revoked")
        return response

    async with async_client(respond) as client:
        pages = await asyncio.gather(*[client.users.list() for _ in range(CALLERS)])
    assert [page.total_count for page in pages] == [0] * CALLERS
    assert service.issued == 2
    assert len(service.calls) == 2 * CALLERS


def test_a_waiting_thread_stops_at_its_own_deadline() -> None:
    requested, proceed = threading.Event(), threading.Event()

    def respond(request: httpx.Request) -> httpx.Response:
        if operation_of(request) != "GetAccessToken":
            return copy_of(NO_USERS)
        requested.set()
        assert proceed.wait(timeout=30)
        return token()

    with sync_client(respond) as client, ThreadPoolExecutor(1) as threads:
        refreshing = threads.submit(client.users.list)
        assert requested.wait(timeout=30)
        with pytest.raises(DeadlineExceededError) as caught:
            client.with_options(deadline=0.05).users.list()
        assert caught.value.maybe_sent is False
        proceed.set()
        assert refreshing.result().total_count == 0


async def test_the_deadline_of_the_refreshing_task_does_not_fail_waiting_tasks() -> None:
    operations: list[str] = []

    async def respond(request: httpx.Request) -> httpx.Response:
        operations.append(operation_of(request))
        if operations == ["GetAccessToken"]:
            await asyncio.get_running_loop().create_future()
        return token() if operations[-1] == "GetAccessToken" else copy_of(NO_USERS)

    async with async_client(respond) as client:
        refreshing = asyncio.create_task(client.with_options(deadline=0.05).users.list())
        waiting = asyncio.create_task(client.users.list())
        with pytest.raises(DeadlineExceededError):
            await refreshing
        assert (await waiting).total_count == 0
    assert operations == ["GetAccessToken", "GetAccessToken", "ListUsers"]


async def test_exhausted_retries_of_the_refreshing_task_do_not_fail_waiting_tasks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    operations: list[str] = []
    another_waits = asyncio.Event()

    async def wait(refresh: TokenRefresh, timeout: RequestTimeout) -> Token | None:
        another_waits.set()
        return await wait_for_refresh(refresh, timeout)

    monkeypatch.setattr("authing_users._async.transport.wait_for_refresh", wait)

    async def respond(request: httpx.Request) -> httpx.Response:
        operations.append(operation_of(request))
        if operations == ["GetAccessToken"]:
            await another_waits.wait()
            return api_error(1000, "busy")
        return token() if operations[-1] == "GetAccessToken" else copy_of(NO_USERS)

    async with async_client(respond) as client:
        refreshing = asyncio.create_task(client.with_options(retries=0).users.list())
        waiting = asyncio.create_task(client.users.list())
        with pytest.raises(ServerError):
            await refreshing
        assert (await waiting).total_count == 0
    assert operations == ["GetAccessToken", "GetAccessToken", "ListUsers"]
