"""Many callers, one management token: who refreshes it, who waits, and for how long."""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from authing_users import (
    AsyncManagementClient,
    DeadlineExceededError,
    ManagementClient,
    ServerError,
)
from authing_users._runtime.clock import CLOCK

from ..support.client_kinds import POOL_ID, SECRET, Mode, close, run
from ..support.scripted_server import ScriptedServer, api_error, data, token

CALLERS = 8
NO_USERS = data(users={"totalCount": 0, "list": []})


class RevokingService:
    """Issues numbered tokens, and refuses the first of them to all callers at once."""

    def __init__(self) -> None:
        self.issued = 0
        self.calls: list[str] = []
        self._lock = threading.Lock()

    def answer(self, request: httpx.Request) -> httpx.Response | None:
        """Answer at once, or ``None`` where the answer is a refusal that all get together."""
        if json.loads(request.content)["operationName"] == "GetAccessToken":
            with self._lock:
                self.issued += 1
                return token(f"token-number-{self.issued}")
        with self._lock:
            self.calls.append(request.headers["authorization"])
        return None if self.calls[-1].endswith("-1") and self.issued else NO_USERS


def test_threads_that_are_refused_together_fetch_one_new_token() -> None:
    service, together = RevokingService(), threading.Barrier(CALLERS)

    def answer(request: httpx.Request) -> httpx.Response:
        response = service.answer(request)
        if response is None:
            together.wait(timeout=30)
            return api_error(2206, "revoked")
        return httpx.Response(200, content=response.content)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    client = ManagementClient(user_pool_id=POOL_ID, secret=SECRET, http_client=http)
    with ThreadPoolExecutor(CALLERS) as threads:
        calls = [threads.submit(client.users.list) for _ in range(CALLERS)]
        pages = [call.result() for call in calls]
    assert [page.total_count for page in pages] == [0] * CALLERS
    assert service.issued == 2
    assert len(service.calls) == 2 * CALLERS
    http.close()


async def test_tasks_that_are_refused_together_fetch_one_new_token() -> None:
    service, refused = RevokingService(), asyncio.Semaphore(0)

    async def answer(request: httpx.Request) -> httpx.Response:
        response = service.answer(request)
        if response is None:
            if len(service.calls) == CALLERS:
                for _ in range(CALLERS):
                    refused.release()
            await refused.acquire()
            return api_error(2206, "revoked")
        return httpx.Response(200, content=response.content)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        client = AsyncManagementClient(user_pool_id=POOL_ID, secret=SECRET, http_client=http)
        pages = await asyncio.gather(*[client.users.list() for _ in range(CALLERS)])
    assert [page.total_count for page in pages] == [0] * CALLERS
    assert service.issued == 2
    assert len(service.calls) == 2 * CALLERS


async def test_a_change_whose_token_expires_on_the_way_is_made_once(
    mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, made = 1000.0, 0
    monkeypatch.setattr(CLOCK, "monotonic", lambda: now)

    def delete(_: dict[str, Any]) -> httpx.Response:
        nonlocal now, made
        if now == 1000:
            now += 3600  # the request was under way for longer than the token lived
            return api_error(2206, "expired")
        made += 1
        return data(deleteUser={"code": 200, "message": "ok"})

    server = ScriptedServer(delete, delete)
    server.tokens = [token("first", lifetime=1800), token("second", lifetime=1800)]
    client = server.client(mode)
    assert (await run(client.users.delete("u"))).code == 200
    assert made == 1
    assert server.operations == ["GetAccessToken", "DeleteUser"] * 2
    await close(client)


def test_a_thread_waits_for_the_token_of_another_until_its_own_deadline() -> None:
    asked, answered = threading.Event(), threading.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        if json.loads(request.content)["operationName"] == "GetAccessToken":
            asked.set()
            assert answered.wait(timeout=30)
            return httpx.Response(200, content=token().content)
        return httpx.Response(200, content=NO_USERS.content)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    client = ManagementClient(user_pool_id=POOL_ID, secret=SECRET, http_client=http)
    with ThreadPoolExecutor(1) as threads:
        owner_is_alive = threads.submit(client.users.list)
        assert asked.wait(timeout=30)
        with pytest.raises(DeadlineExceededError) as caught:
            client.with_options(deadline=0.05).users.list()
        assert caught.value.maybe_sent is False
        answered.set()
        assert owner_is_alive.result().total_count == 0
    http.close()


async def test_the_deadline_of_the_task_that_fetches_is_not_that_of_those_who_wait() -> None:
    asked: list[str] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        operation = json.loads(request.content)["operationName"]
        asked.append(operation)
        if asked == ["GetAccessToken"]:
            await asyncio.get_running_loop().create_future()
        reply = token() if operation == "GetAccessToken" else NO_USERS
        return httpx.Response(200, content=reply.content)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        client = AsyncManagementClient(user_pool_id=POOL_ID, secret=SECRET, http_client=http)
        hasty = asyncio.create_task(client.with_options(deadline=0.05).users.list())
        patient = asyncio.create_task(client.users.list())
        with pytest.raises(DeadlineExceededError):
            await hasty
        assert (await patient).total_count == 0
    assert asked == ["GetAccessToken", "GetAccessToken", "ListUsers"]


async def test_a_silent_refresh_ahead_of_expiry_leaves_a_call_the_time_it_needs() -> None:
    asked: list[str] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        operation = json.loads(request.content)["operationName"]
        asked.append(operation)
        if asked.count("GetAccessToken") > 1 and operation == "GetAccessToken":
            await asyncio.get_running_loop().create_future()
        reply = token(lifetime=8) if operation == "GetAccessToken" else NO_USERS
        return httpx.Response(200, content=reply.content)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        client = AsyncManagementClient(
            user_pool_id=POOL_ID, secret=SECRET, http_client=http, deadline=0.4
        )
        await client.users.list()
        now = CLOCK.monotonic() + 6.5  # the token ages, and is good for another second
        with pytest.MonkeyPatch.context() as patch:
            started = CLOCK.monotonic()
            real = CLOCK.monotonic
            patch.setattr(CLOCK, "monotonic", lambda: now + real() - started)
            for _ in range(3):
                assert (await client.users.list()).total_count == 0
    assert asked.count("GetAccessToken") == 2  # and not before every call


async def test_the_impatience_of_the_task_that_fetches_is_not_that_of_those_who_wait() -> None:
    asked: list[str] = []
    begun, waiting = asyncio.Event(), asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        operation = json.loads(request.content)["operationName"]
        asked.append(operation)
        if asked == ["GetAccessToken"]:
            begun.set()
            await waiting.wait()
            return api_error(1000, "busy")
        reply = token() if operation == "GetAccessToken" else NO_USERS
        return httpx.Response(200, content=reply.content)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        client = AsyncManagementClient(user_pool_id=POOL_ID, secret=SECRET, http_client=http)
        hasty = asyncio.create_task(client.with_options(retries=0).users.list())
        patient = asyncio.create_task(client.users.list())
        await begun.wait()
        for _ in range(5):  # until the patient one waits for the other's token
            await asyncio.sleep(0)
        waiting.set()
        with pytest.raises(ServerError):
            await hasty
        assert (await patient).total_count == 0
    assert asked == ["GetAccessToken", "GetAccessToken", "ListUsers"]
