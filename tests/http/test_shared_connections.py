"""Connections of a client that many use at once, that is closed, forked, or left alone."""

import asyncio
import gc
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from authing_users import (
    AsyncManagementClient,
    ConfigurationError,
    DeadlineExceededError,
)
from authing_users._network import MAX_CONNECTIONS
from authing_users._runtime.clock import CLOCK

from ..support.client_kinds import POOL_ID, SECRET, Management, Mode, close, run
from ..support.raw_server import (
    LONG,
    Gate,
    Peer,
    RawServer,
    Request,
    answer_well,
    client_of,
    in_background,
    open_sockets,
    serving,
    sync_client_of,
)


def list_users(client: Management) -> Any:
    return client.users.list()


# Many at once.


def test_64_threads_share_a_client() -> None:
    with serving() as server:
        client = sync_client_of(server)
        with ThreadPoolExecutor(64) as pool:
            pages = list(pool.map(list_users, [client] * 640))
        assert [page.total_count for page in pages] == [0] * 640
        assert len(server.requests) == 641
        assert server.most_open <= 64
        client.close()
        server.wait_until(lambda server: server.open == 0)


async def test_a_thousand_tasks_share_a_client() -> None:
    with serving() as server:
        client = client_of(server, "async")
        pages = await asyncio.gather(*[in_background(client, list_users) for _ in range(1000)])
        assert [page.total_count for page in pages] == [0] * 1000
        assert len(server.requests) == 1001
        assert server.most_open <= MAX_CONNECTIONS
        await close(client)
        await server.until(lambda server: server.open == 0)


@pytest.mark.parametrize("most", [1, 3])
async def test_no_more_requests_are_in_flight_than_allowed(mode: Mode, most: int) -> None:
    gate = Gate()
    with serving(gate) as server:
        client = client_of(server, mode, max_in_flight=most)
        calls = [asyncio.create_task(in_background(client, list_users)) for _ in range(8)]
        await server.until(lambda server: len(server.operations) == most)
        gate.open()
        await asyncio.gather(*calls)
        assert server.most_in_flight == most
        assert len(server.operations) == 8
        await close(client)


async def test_requests_keep_their_distance(mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    now, arrivals = 1000.0, list[float]()

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    async def async_sleep(seconds: float) -> None:
        sleep(seconds)

    def reply(peer: Peer, request: Request) -> None:
        arrivals.append(now)
        answer_well(peer, request)

    monkeypatch.setattr(CLOCK, "monotonic", lambda: now)
    monkeypatch.setattr(CLOCK, "sleep", sleep)
    monkeypatch.setattr(CLOCK, "async_sleep", async_sleep)
    with serving(reply) as server:
        server.reply_to_token = reply
        client = client_of(server, mode, requests_per_second=4)
        for _ in range(4):
            await run(client.users.list())
        now += 10
        await run(client.users.list())
        assert arrivals == [1000.0, 1000.25, 1000.5, 1000.75, 1001.0, 1011.0]
        await close(client)


async def test_who_times_out_in_the_queue_gives_the_place_back(mode: Mode) -> None:
    gate = Gate()
    with serving(gate) as server:
        client = client_of(server, mode, max_in_flight=1)
        first = asyncio.create_task(in_background(client, list_users))
        await server.until(lambda server: len(server.operations) == 1)
        hasty = client.with_options(deadline=0.1)
        with pytest.raises(DeadlineExceededError) as caught:
            await in_background(hasty, lambda client: client.users.delete("u"))
        assert not caught.value.maybe_sent
        gate.open()
        await first
        for _ in range(2):
            await in_background(client, list_users)
        assert server.operations == ["ListUsers"] * 3
        await close(client)


async def test_who_is_cancelled_in_the_queue_gives_the_place_back() -> None:
    gate = Gate()
    with serving(gate) as server:
        client = client_of(server, "async", max_in_flight=1)
        calls = [asyncio.create_task(in_background(client, list_users)) for _ in range(4)]
        await server.until(lambda server: len(server.operations) == 1)
        for call in calls[1:3]:
            call.cancel()
        gate.open()
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        cancelled = [isinstance(outcome, asyncio.CancelledError) for outcome in outcomes]
        assert cancelled == [False, True, True, False]
        await in_background(client, list_users)
        assert server.operations == ["ListUsers"] * 3
        await close(client)


async def test_who_is_cancelled_as_their_turn_comes_gives_the_place_back() -> None:
    with serving() as server:
        client = client_of(server, "async", max_in_flight=1)
        slots = client._transport._network._slots
        assert slots.take() is None
        call = asyncio.create_task(in_background(client, list_users))
        await server.until(lambda _: bool(slots._queue))
        slots.free()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await in_background(client, list_users)
        await close(client)


# The end.


async def test_closing_lets_calls_in_flight_finish_and_leaves_no_socket(mode: Mode) -> None:
    before = open_sockets()
    gate = Gate()
    with serving(gate) as server:
        client = client_of(server, mode)
        calls = [asyncio.create_task(in_background(client, list_users)) for _ in range(3)]
        await server.until(lambda server: len(server.operations) == 3)
        await close(client)
        await close(client)
        with pytest.raises(ConfigurationError):
            await in_background(client, list_users)
        gate.open()
        assert [page.total_count for page in await asyncio.gather(*calls)] == [0] * 3
        await server.until(lambda server: server.open == 0)
        await close(client)
    assert open_sockets() == before


async def test_who_queues_while_the_client_is_closed_is_told(mode: Mode) -> None:
    gate = Gate()
    with serving(gate) as server:
        client = client_of(server, mode, max_in_flight=1)
        first = asyncio.create_task(in_background(client, list_users))
        await server.until(lambda server: len(server.operations) == 1)
        second = asyncio.create_task(in_background(client, list_users))
        queue = client._transport._network._slots._queue
        await server.until(lambda _: bool(queue))
        await close(client)
        gate.open()
        await first
        with pytest.raises(ConfigurationError, match="closed"):
            await second
        await server.until(lambda server: server.open == 0)
        assert server.operations == ["ListUsers"]


def test_a_client_that_is_dropped_closes_its_connections() -> None:
    with serving() as server:
        client = sync_client_of(server)
        client.users.list()
        assert server.open == 1
        del client
        gc.collect()
        server.wait_until(lambda server: server.open == 0)


# Event loops.


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_each_event_loop_has_connections_of_its_own() -> None:
    with serving() as server:
        client = async_client(server)

        async def calls() -> None:
            for _ in range(3):
                await client.users.list()

        asyncio.run(calls())
        asyncio.run(calls())
        assert len(server.peers) == 2

        async def last_calls() -> None:
            await calls()
            await client.aclose()

        asyncio.run(last_calls())
        gc.collect()
        server.wait_until(lambda server: server.open == 0)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_loop_that_ends_in_a_call_gives_its_place_back() -> None:
    gate = Gate()
    with serving(gate) as server:
        client = async_client(server, max_in_flight=1)
        loop = asyncio.new_event_loop()
        calls = [loop.create_task(client.users.list()) for _ in range(2)]
        loop.run_until_complete(server.until(lambda server: len(server.operations) == 1))
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        forget(calls)
        del calls, loop
        gc.collect()  # the call in flight, which leaves its place to the one in the queue
        gc.collect()
        gate.open()
        assert asyncio.run(list_and_close(client)) == 0
        server.wait_until(lambda server: server.open == 0)


def async_client(server: RawServer, **settings: Any) -> AsyncManagementClient:
    return AsyncManagementClient(
        user_pool_id=POOL_ID, secret=SECRET, host=server.url, retries=0, **settings
    )


def forget(calls: list[asyncio.Task[Any]]) -> None:
    for call in calls:
        call._log_destroy_pending = False  # type: ignore[attr-defined]


async def list_and_close(client: AsyncManagementClient) -> int:
    async with client:
        return (await client.users.list()).total_count


# Forks.

FORKING = """
import os, threading
from authing_users import ManagementClient

client = ManagementClient(retries=0)
codes = []
thread = threading.Thread(target=lambda: codes.append(client.users.delete("u").code))
thread.start()
input()
client.users.list()
client._transport._network._own._origin._lock.acquire()
if (child := os.fork()) == 0:
    client._transport._network._own._origin.context()
    assert client.users.list().total_count == 0
    assert client.users.list().total_count == 0
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
print(client.users.list().total_count)
thread.join()
print(codes[0])
client.close()
"""
FORKING_ASYNC = """
import asyncio, os
from authing_users import AsyncManagementClient

client = AsyncManagementClient(retries=0)
loop = asyncio.new_event_loop()
call = loop.create_task(client.users.delete("u"))
loop.run_until_complete(asyncio.to_thread(input))
loop.run_until_complete(client.users.list())
if (child := os.fork()) == 0:
    async def twice():
        assert (await client.users.list()).total_count == 0
        assert (await client.users.list()).total_count == 0
        await client.aclose()
    asyncio.run(twice())
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
print(loop.run_until_complete(client.users.list()).total_count)
print(loop.run_until_complete(call).code)
loop.run_until_complete(client.aclose())
loop.close()
"""


@pytest.mark.parametrize("program", [FORKING, FORKING_ASYNC], ids=["sync", "async"])
def test_a_fork_in_the_middle_of_a_call_harms_neither_process(program: str) -> None:
    gate = Gate(lambda request: request.operation == "DeleteUser")
    with serving(gate) as server:
        settings = {"HOST": server.url, "USERPOOL_ID": POOL_ID, "USERPOOL_SECRET": SECRET}
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-c", program],
            env={**os.environ, **{f"AUTHING_{name}": text for name, text in settings.items()}},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        server.wait_until(lambda server: server.operations[-1:] == ["DeleteUser"])
        process.stdin.write("\n")
        process.stdin.flush()
        # The child's two calls, and the parent's.
        server.wait_until(lambda server: server.operations.count("ListUsers") == 4)
        gate.open()
        output, errors = process.communicate(timeout=LONG)
        assert (process.returncode, errors) == (0, "")
        assert output.split() == ["0", "200"]
        connections = [r.connection for r in server.requests if r.operation == "ListUsers"]
        # Parent, child twice, parent: nobody uses a connection of the other.
        assert connections == [1, 2, 2, 1]
        server.wait_until(lambda server: server.open == 0)
