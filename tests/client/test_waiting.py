"""Waiting for a token or for a turn: bounded, shared, and given back when a call ends."""

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from authing_users import (
    AsyncManagementClient,
    AuthingError,
    DeadlineExceededError,
    ManagementClient,
    TransportTimeoutError,
)
from authing_users._concurrency import threads
from authing_users._concurrency.threads import Prefetcher
from authing_users._policy.tokens import RefreshNeeded
from authing_users.options import RequestOptions

from ..support.client_kinds import (
    POOL_ID,
    SECRET,
    ClientKind,
    Management,
    async_client,
    close,
    run,
    sync_client,
)
from ..support.raw_server import (
    Peer,
    RawServer,
    Request,
    client_of,
    do_not_respond,
    in_background,
    respond,
    serving,
)
from ..support.scripted_server import NO_USERS, ScriptedServer, api_error, token

CALLERS = 32
OK = NO_USERS.content
SHORT = 0.3
# Seconds that a slow machine may need beyond any bound.
TOLERANCE = 5.0


@contextmanager
def hanging_token_server() -> Generator[RawServer]:
    """Run a server that never responds to token requests, until its ``tokens`` are let through."""
    with serving() as server:
        server.token_responder = lambda peer, request: None
        yield server


def token_requests(server: RawServer) -> int:
    return [request.operation for request in server.requests].count("GetAccessToken")


async def call_together(
    client: Management, callers: int, call: Callable[[Management], Any]
) -> list[object]:
    """Make a call in many threads or tasks at once, and return their results and errors."""
    if not isinstance(client, ManagementClient):
        calls = [call(client) for _ in range(callers)]
        return list(await asyncio.gather(*calls, return_exceptions=True))
    start = threading.Barrier(callers)

    def in_thread(_: int) -> object:
        start.wait()
        try:
            return call(client)
        except AuthingError as error:
            return error

    def in_threads() -> list[object]:
        with ThreadPoolExecutor(callers) as pool:
            return list(pool.map(in_thread, range(callers)))

    return await asyncio.to_thread(in_threads)


@pytest.mark.parametrize("option", ["timeout", "deadline"])
async def test_callers_with_equal_options_share_a_token_request_that_times_out(
    client_kind: ClientKind, option: str
) -> None:
    with serving() as other:  # the first call of a process imports much, while the others wait
        first = client_of(other, client_kind)
        await run(first.users.list())
        await close(first)
    with hanging_token_server() as server:
        client = client_of(server, client_kind)
        started = time.monotonic()
        options: Any = {option: SHORT}
        errors = await call_together(
            client, CALLERS, lambda one: one.users.with_options(**options).list()
        )
        seconds = time.monotonic() - started
        assert token_requests(server) == 1
        await close(client)
    assert all(isinstance(error, TransportTimeoutError) for error in errors)
    assert len({id(error) for error in errors}) == CALLERS
    # One after the other, they would take 9.6 s.
    assert seconds < SHORT + TOLERANCE


async def test_a_caller_whose_options_allow_more_takes_over(client_kind: ClientKind) -> None:
    with hanging_token_server() as server:
        client = client_of(server, client_kind)

        def serve_second_token_request(peer: Peer, request: Request) -> None:
            if token_requests(server) > 1:
                respond(peer, request)

        server.token_responder = serve_second_token_request
        first = asyncio.create_task(
            in_background(client, lambda one: one.users.with_options(timeout=SHORT).list())
        )
        await server.until(lambda server: token_requests(server) == 1)
        outcomes = await call_together(client, 8, lambda one: one.users.list())
        assert [outcome for outcome in outcomes if isinstance(outcome, BaseException)] == []
        with pytest.raises(TransportTimeoutError):
            await first
        assert token_requests(server) == 2
        await close(client)


def test_a_caller_that_joins_late_and_has_time_left_takes_over() -> None:
    with hanging_token_server() as server:
        client: Any = client_of(server, "sync", deadline=2 * SHORT)
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(client.users.list)
            server.wait_until(lambda server: token_requests(server) == 1)
            time.sleep(1.5 * SHORT)
            server.token_responder = respond
            assert client.users.list().total_count == 0
            with pytest.raises(DeadlineExceededError):
                first.result()
        assert token_requests(server) == 2
        client.close()


def refresh_of_another(client: Any, owner: Callable[[], bool], options: RequestOptions) -> None:
    """Start a token refresh whose owner never ends it."""
    acquired = client._transport._tokens.acquire(time.monotonic(), owner, options)
    assert isinstance(acquired, RefreshNeeded)


def test_a_thread_that_ended_without_its_token_does_not_block_the_others() -> None:
    with sync_client(ScriptedServer(NO_USERS)) as client:
        thread = threading.Thread(
            target=lambda: refresh_of_another(client, threads.owner_is_alive(), RequestOptions())
        )
        thread.start()
        thread.join()
        assert client.users.list().total_count == 0


# The connection of the second loop cannot be closed from the first.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_stopped_event_loop_does_not_block_the_others() -> None:
    with hanging_token_server() as server:
        client: Any = client_of(server, "async")
        stopped = asyncio.new_event_loop()
        task = stopped.create_task(client.users.list())
        stopped.run_until_complete(server.until(lambda server: token_requests(server) == 1))
        # It is not closed, and may or may not continue.
        server.token_responder = respond
        assert asyncio.run(client.users.list()).total_count == 0
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            stopped.run_until_complete(task)
        stopped.run_until_complete(client.aclose())
        stopped.close()
        gc.collect()


# The connection of the second loop cannot be closed from the first.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("limit", [{"max_in_flight": 1}, {"requests_per_second": 100.0}])
def test_a_stopped_event_loop_keeps_no_place(limit: Any) -> None:
    with serving() as server:
        client: Any = client_of(server, "async", **limit)
        stopped = asyncio.new_event_loop()
        stopped.run_until_complete(client.users.list())
        # With a slot, it waits for its response; at the head of the line, for its token.
        client._transport._tokens._token = None
        server.responder = server.token_responder = do_not_respond
        requests = len(server.requests)
        task = stopped.create_task(client.users.list())
        stopped.run_until_complete(server.until(lambda server: len(server.requests) > requests))
        server.responder = server.token_responder = respond
        started = time.monotonic()
        assert asyncio.run(client.users.list()).total_count == 0
        assert time.monotonic() - started < 1 + TOLERANCE
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            stopped.run_until_complete(task)
        assert held(client) == (0, 0)
        stopped.run_until_complete(client.aclose())
        stopped.close()
        gc.collect()


async def test_a_wait_for_the_token_of_another_call_has_a_bound_of_its_own(
    client_kind: ClientKind,
) -> None:
    server = ScriptedServer(NO_USERS)
    client = server.client(client_kind, retries=0)
    refresh_of_another(client, lambda: True, RequestOptions(timeout=60))
    started = time.monotonic()
    with pytest.raises(TransportTimeoutError, match="another call") as caught:
        await run(client.users.with_options(timeout=SHORT).list())
    assert not isinstance(caught.value, DeadlineExceededError)
    assert caught.value.maybe_sent is False
    assert time.monotonic() - started < 2 * SHORT + TOLERANCE
    assert server.requests == []
    await close(client)


async def test_a_refresh_that_cannot_end_in_time_is_taken_over(client_kind: ClientKind) -> None:
    server = ScriptedServer(NO_USERS)
    client = server.client(client_kind)
    refresh_of_another(client, lambda: True, RequestOptions(timeout=SHORT, retries=0))
    page = await run(client.users.list())
    assert page.total_count == 0
    await close(client)


def held(client: Any) -> tuple[int, int]:
    """Return how many calls hold a slot or wait for one, and how many are in the line."""
    sender = client._transport._sender
    return sender._slots.ahead(), sender._rate.line.ahead()


async def test_a_cancelled_call_gives_back_its_place_in_the_line() -> None:
    server = ScriptedServer(*[NO_USERS] * 3)

    async def respond(request: httpx.Request) -> httpx.Response:
        return server(request)

    async with async_client(respond, requests_per_second=2, max_in_flight=5) as client:
        await client.users.list()  # a token request and a call: the next may follow in 0.5 s
        cancelled = [asyncio.create_task(client.users.list()) for _ in range(4)]
        await asyncio.sleep(0.05)
        assert held(client) == (4, 4)
        for task in cancelled:
            task.cancel()
        await asyncio.wait(cancelled)
        assert held(client) == (0, 0)
        # Their 2 s are not lost: this call waits for the one before them only.
        page = await client.with_options(deadline=1.0).users.list()
        assert page.total_count == 0
        assert held(client) == (0, 0)


@pytest.mark.parametrize(
    "outcome",
    [NO_USERS, api_error(2004, "no"), httpx.ConnectError("refused"), RuntimeError("bug")],
    ids=["success", "API error", "transport error", "error of a hook"],
)
@pytest.mark.parametrize("fails", ["token", "call"])
async def test_a_call_gives_back_what_it_holds(
    client_kind: ClientKind, outcome: Any, fails: str
) -> None:
    server = ScriptedServer(outcome)
    if fails == "token":
        server.tokens = [outcome if outcome is not NO_USERS else token()]
    client = server.client(client_kind, requests_per_second=1000, max_in_flight=1, retries=0)
    try:
        await run(client.users.list())
    except (AuthingError, RuntimeError, AssertionError):
        assert outcome is not NO_USERS
    assert held(client) == (0, 0)
    await close(client)


async def test_a_request_that_the_rate_allows_after_the_deadline_is_not_sent(
    client_kind: ClientKind,
) -> None:
    server = ScriptedServer(NO_USERS, NO_USERS)
    client = server.client(client_kind, requests_per_second=0.5)
    await run(client.users.list())
    started = time.monotonic()
    with pytest.raises(DeadlineExceededError) as caught:
        await run(client.users.with_options(deadline=1.0).list())
    assert caught.value.maybe_sent is False
    assert time.monotonic() - started < 0.9  # at once, and not at the deadline
    assert held(client) == (0, 0)
    await close(client)


class ExpiringTokens:
    """A service whose tokens are valid for a second, and which responds slowly.

    Attributes:
        rejected: Requests whose token had expired.
        issued: Number of tokens.
    """

    LIFETIME = 1

    def __init__(self) -> None:
        self.rejected = self.issued = 0
        self._expires_at: dict[str, float] = {}

    def respond(self, request: httpx.Request) -> httpx.Response:
        """Return the response to a request."""
        if b"GetAccessToken" in request.content:
            self.issued += 1
            value = f"token-number-{self.issued}"
            self._expires_at[f"Bearer {value}"] = time.monotonic() + self.LIFETIME
            return token(value, self.LIFETIME)
        if time.monotonic() >= self._expires_at[request.headers["authorization"]]:
            self.rejected += 1
            return api_error(2206, "expired")
        return httpx.Response(200, content=OK)


@pytest.mark.parametrize("limits", [{"max_in_flight": 1}, {"requests_per_second": 20.0}])
async def test_no_token_expires_while_a_call_waits_for_its_turn(
    client_kind: ClientKind, limits: Any
) -> None:
    service, pause = ExpiringTokens(), 0.05 if "max_in_flight" in limits else 0.0

    async def respond(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(pause)
        return service.respond(request)

    def respond_in_thread(request: httpx.Request) -> httpx.Response:
        time.sleep(pause)
        return service.respond(request)

    def call(client: Management) -> Any:
        return client.users.list()

    if client_kind == "sync":
        with sync_client(respond_in_thread, retries=0, **limits) as client:
            pages = await call_together(client, 50, call)
    else:
        async with async_client(respond, retries=0, **limits) as asynchronous:
            pages = await call_together(asynchronous, 50, call)
    assert [page for page in pages if isinstance(page, BaseException)] == []
    assert service.rejected == 0
    assert service.issued >= 3


@pytest.mark.parametrize("lifetime", [4, 1_296_000])
async def test_a_retry_of_the_token_request_does_not_wait_for_calls_that_wait_for_the_token(
    lifetime: int,
) -> None:
    tokens = 0

    async def respond(request: httpx.Request) -> httpx.Response:
        nonlocal tokens
        if b"GetAccessToken" not in request.content:
            is_old = request.headers["authorization"].endswith("number-1")
            rejected = is_old and tokens > 1
            return api_error(2206, "revoked") if rejected else httpx.Response(200, content=OK)
        tokens += 1
        if tokens == 2:
            await asyncio.sleep(0.2)
            return httpx.Response(503)
        return token(f"token-number-{tokens}", lifetime)

    async with async_client(respond, requests_per_second=50) as client:
        await client.users.list()
        if lifetime == 4:
            await asyncio.sleep(3.1)  # it is refreshed, and revoked while it still is in use
        else:
            client._transport._tokens._token = None
        started = time.monotonic()
        await asyncio.gather(*[client.users.list() for _ in range(5)])
        assert time.monotonic() - started < TOLERANCE
        assert held(client) == (0, 0)
    assert tokens == 3


async def test_a_call_without_a_token_does_not_wait_for_the_token_of_others() -> None:
    requested = asyncio.Event()

    async def respond(request: httpx.Request) -> httpx.Response:
        if b"GetAccessToken" in request.content:
            requested.set()
            await asyncio.get_running_loop().create_future()
        return httpx.Response(200, json={"code": 200, "message": "ok"})

    async with async_client(respond, requests_per_second=50) as client:
        waiting = asyncio.create_task(client.users.list())
        await requested.wait()
        users = client.users.with_options(deadline=2)
        message = await users.unlink_by_user("social", "github", token="user-token")
        assert message.code == 200
        waiting.cancel()
        await asyncio.wait([waiting])


def test_closing_an_iterator_neither_sends_its_pages_nor_fails_other_calls() -> None:
    requested, sent = threading.Event(), list[float]()

    def respond(request: httpx.Request) -> httpx.Response:
        if b"GetAccessToken" not in request.content:
            sent.append(time.monotonic())
            return httpx.Response(200, content=OK)
        if not requested.is_set():
            requested.set()
            return httpx.Response(503)
        return token()

    with sync_client(respond, requests_per_second=4) as client, ThreadPoolExecutor(1) as pool:
        fetch = Prefetcher(lambda number: client.users.list(page=number), 8)
        page = pool.submit(fetch.page, 1, 8)
        assert requested.wait(TOLERANCE)
        # One page requests the token, and waits for its retry; the others wait for the token.
        waiting = client.users.with_options(deadline=20)
        with ThreadPoolExecutor(1) as other:
            total = other.submit(waiting.list)
            time.sleep(0.1)
            fetch.close()
            assert total.result().total_count == 0
        with pytest.raises((AuthingError, CancelledError)):
            page.result()
        assert len(sent) == 1


def test_calls_that_wait_in_a_closed_event_loop_do_not_fail_others() -> None:
    async def respond(request: httpx.Request) -> httpx.Response:
        return token() if b"GetAccessToken" in request.content else httpx.Response(200, content=OK)

    http = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    client = AsyncManagementClient(
        user_pool_id=POOL_ID, secret=SECRET, http_client=http, requests_per_second=2
    )
    ended = asyncio.new_event_loop()
    ended.run_until_complete(client.users.list())
    calls = [ended.create_task(client.users.list()) for _ in range(20)]
    ended.run_until_complete(asyncio.sleep(0.01))
    for call in calls:
        call._log_destroy_pending = False  # type: ignore[attr-defined]
    ended.close()
    page = asyncio.run(client.users.with_options(deadline=5).list())
    assert page.total_count == 0


async def test_a_refresh_that_used_its_part_of_the_deadline_is_repeated(
    client_kind: ClientKind,
) -> None:
    tokens = 0

    def issue(peer: Peer, request: Request) -> None:
        nonlocal tokens
        tokens += 1
        if tokens == 1:
            client._transport._tokens._token = None  # the current token is rejected meanwhile
        else:
            respond(peer, request)

    with serving() as server:
        client: Any = client_of(server, client_kind)
        await run(client.users.list())
        current = client._transport._tokens._token
        client._transport._tokens._token = replace(current, refresh_at=time.monotonic())
        server.token_responder = issue
        page = await run(client.users.with_options(deadline=4 * SHORT).list())
        assert page.total_count == 0
        assert tokens == 2
        await close(client)


async def test_an_early_refresh_does_not_hold_up_the_line() -> None:
    refreshing = asyncio.Event()
    tokens = 0

    async def respond(request: httpx.Request) -> httpx.Response:
        nonlocal tokens
        if b"GetAccessToken" not in request.content:
            return httpx.Response(200, content=OK)
        tokens += 1
        if tokens == 2:
            refreshing.set()
            await asyncio.get_running_loop().create_future()
        return token("token-of-the-test", lifetime=4)

    async with async_client(respond, requests_per_second=100, retries=0) as client:
        await client.users.list()
        await asyncio.sleep(3.2)  # the last quarter of the lifetime, in which it is refreshed
        refresher = asyncio.create_task(client.with_options(deadline=3).users.list())
        await refreshing.wait()
        page = await client.with_options(deadline=0.3).users.list()
        assert page.total_count == 0
        refresher.cancel()
        with pytest.raises(asyncio.CancelledError):
            await refresher
        assert held(client) == (0, 0)
