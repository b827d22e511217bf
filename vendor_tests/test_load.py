"""Many clients at once: both of the vendor's SDKs and both of our clients, on one file."""

import asyncio
import time
from collections import Counter
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from random import Random

import httpx
import pytest
from tests.emulator.ledger import (
    Caller,
    OurCaller,
    check_database_file,
    create_shared_objects,
    merge,
    read_ledger,
)
from tests.emulator.load import CONTESTED_USERNAMES, Worker
from tests.emulator.server import Server, running
from tests.emulator.test_crash import connect, kill_repeatedly, our_caller

from authing_users import AsyncManagementClient

from .callers import JavaScriptCaller, PythonCaller
from .drivers import Sdk, driving

# The vendor's Python SDK takes two requests and about 30 ms of processor time for each call, so
# it has the smallest share.
SYNC_THREADS, SYNC_CALLS = 4, 1_150
ASYNC_TASKS, ASYNC_CALLS = 8, 350
JAVASCRIPTS, JAVASCRIPT_CALLS = 2, 1_100
PYTHONS, PYTHON_CALLS = 2, 200
TOTAL = 10_000
ROUNDS = 2
SEED = 4466
UNABLE: dict[Sdk, list[str]] = {
    "javascript": [
        *("add_policy", "remove_policy", "read_policies"),  # it has no such methods
        "verify_and_end_token",  # it answers about a token in a form of its own
    ],
    "python": [],
}


def settings(server: Server) -> dict[str, str]:
    """What the vendor's SDKs are told."""
    answer = httpx.get(f"{server.url}/api/v2/.well-known").json()
    return {
        "userPoolId": server.user_pool_id,
        "secret": server.secret,
        "host": server.url,
        "publicKey": answer["data"]["publicKey"],
    }


def vendor_caller(sdk: Sdk, server: Server, drivers: ExitStack) -> Caller:
    driver = drivers.enter_context(driving(sdk, settings(server)))
    return PythonCaller(driver) if sdk == "python" else JavaScriptCaller(driver)


def our_worker(name: str, contested: Sequence[str] = CONTESTED_USERNAMES) -> Worker:
    return Worker(name, Random(f"{SEED} {name}"), contested, in_bulk=True)


def vendor_worker(sdk: Sdk, name: str, contested: Sequence[str] = CONTESTED_USERNAMES) -> Worker:
    return Worker(name, Random(f"{SEED} {name}"), contested, unsupported_steps=UNABLE[sdk])


async def work_in_tasks(server: Server, workers: list[Worker]) -> None:
    async with AsyncManagementClient(
        user_pool_id=server.user_pool_id, secret=server.secret, host=server.url
    ) as client:
        caller = OurCaller(client)
        async with asyncio.TaskGroup() as tasks:
            for each in workers:
                tasks.create_task(each.work(caller, ASYNC_CALLS))


def test_ten_thousand_mixed_calls_match_the_ledgers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pool.db"
    threaded = [our_worker(f"sync{number}x") for number in range(SYNC_THREADS)]
    in_tasks = [our_worker(f"task{number}x") for number in range(ASYNC_TASKS)]
    vendors: dict[Sdk, list[Worker]] = {
        "javascript": [
            vendor_worker("javascript", f"js{number}x") for number in range(JAVASCRIPTS)
        ],
        "python": [vendor_worker("python", f"py{number}x") for number in range(PYTHONS)],
    }
    shares: dict[Sdk, int] = {"javascript": JAVASCRIPT_CALLS, "python": PYTHON_CALLS}
    workers = [*threaded, *in_tasks, *vendors["javascript"], *vendors["python"]]
    with running("--db", str(path)) as server, ExitStack() as stack:
        client = stack.enter_context(connect(server))
        asyncio.run(create_shared_objects(OurCaller(client)))
        jobs: list[Coroutine[object, object, None]] = [work_in_tasks(server, in_tasks)]
        jobs += [each.work(our_caller(server, stack), SYNC_CALLS) for each in threaded]
        for sdk, theirs in vendors.items():
            jobs += [each.work(vendor_caller(sdk, server, stack), shares[sdk]) for each in theirs]
        began = time.monotonic()
        with ThreadPoolExecutor(len(jobs)) as pool:
            list(pool.map(asyncio.run, jobs))
        seconds = time.monotonic() - began
        stored, _ = asyncio.run(read_ledger(OurCaller(client)))

    calls = Counter[str]()
    for each in workers:
        calls += each.calls
    assert calls.total() >= TOTAL
    assert stored == merge(each.ledger for each in workers)
    conflicts = sum(each.conflicts for each in workers)
    assert conflicts > 0  # they all wanted the same names
    check_database_file(path)
    with capsys.disabled():
        print(
            f"\n{calls.total()} calls in {seconds:.0f} s, {conflicts} usernames already in use;",
            end="",
        )
        print(" " + ", ".join(f"{method} {number}" for method, number in sorted(calls.items())))


def test_changes_through_the_vendors_sdks_survive_kill_9(tmp_path: Path) -> None:
    sdks: dict[str, Sdk] = {"js": "javascript", "py": "python"}
    workers = {name: vendor_worker(sdk, name, ()) for name, sdk in sdks.items()}
    workers |= {name: our_worker(name, ()) for name in "ab"}

    def callers_of(server: Server, clients: ExitStack) -> dict[str, Caller]:
        callers = {name: vendor_caller(sdk, server, clients) for name, sdk in sdks.items()}
        return callers | {name: our_caller(server, clients) for name in "ab"}

    kill_repeatedly(tmp_path / "pool.db", workers, callers_of, ROUNDS)
    assert all(workers[name].calls for name in sdks)
