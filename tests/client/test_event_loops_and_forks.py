"""One client in several event loops, and after a fork."""

import asyncio
import gc
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from authing_users import AsyncManagementClient

from ..support.client_kinds import POOL_ID, SECRET
from ..support.emulator_pool import EmulatorPool
from ..support.programs import run_program
from ..support.scripted_server import NO_USERS, ScriptedServer


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_several_event_loops_can_use_one_client(emulator_pool: EmulatorPool) -> None:
    emulator_pool.seed_users(3)
    client = AsyncManagementClient(
        user_pool_id=emulator_pool.emulator.user_pool_id,
        secret=emulator_pool.emulator.secret,
        host=emulator_pool.host,
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


def test_a_loop_that_stops_during_a_call_does_not_block_the_next() -> None:
    server = ScriptedServer(NO_USERS)
    started = threading.Event()

    async def respond(request: httpx.Request) -> httpx.Response:
        if not started.is_set():
            started.set()
            asyncio.get_running_loop().stop()
            await asyncio.get_running_loop().create_future()
        return server(request)

    http = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    client = AsyncManagementClient(user_pool_id=POOL_ID, secret=SECRET, http_client=http)
    loop = asyncio.new_event_loop()
    task = loop.create_task(client.users.list())
    loop.run_forever()
    loop.close()
    assert started.is_set()
    assert asyncio.run(client.users.list()).total_count == 0
    asyncio.run(client.aclose())
    asyncio.run(http.aclose())
    task._log_destroy_pending = False  # type: ignore[attr-defined]


def test_a_forked_process_can_use_the_client(emulator_pool: EmulatorPool) -> None:
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
        "    client.users.list_archived_users()\n"  # its response type has not been built yet
        "    print(client.users.list().total_count, flush=True)\n"
        "    os._exit(0)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    printed = run_program(emulator_pool, program, warnings="ignore::DeprecationWarning")
    assert printed == ["0"]
