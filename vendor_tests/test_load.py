"""Load the emulator with many clients at once: the vendor's SDKs and both of our clients."""

import asyncio
import time
from collections import Counter
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from random import Random

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
from .sdk_drivers import Sdk, run_driver, sdk_settings

# The vendor's Python SDK makes the fewest calls: each takes two requests and about 30 ms of CPU.
SYNC_THREADS, SYNC_CALLS = 4, 1_150
ASYNC_TASKS, ASYNC_CALLS = 8, 350
JAVASCRIPT_PROCESSES, JAVASCRIPT_CALLS = 2, 1_100
PYTHON_PROCESSES, PYTHON_CALLS = 2, 200
MIN_TOTAL_CALLS = 10_000
KILL_ROUNDS = 2
SEED = 4466
UNSUPPORTED_STEPS: dict[Sdk, list[str]] = {
    "javascript": [
        *("add_policy", "remove_policy", "read_policies"),  # no such methods
        "verify_and_end_token",  # its token responses have another format
    ],
    "python": [],
}


def vendor_caller(sdk: Sdk, server: Server, stack: ExitStack) -> Caller:
    driver = stack.enter_context(run_driver(sdk, sdk_settings(server, host=server.url)))
    return PythonCaller(driver) if sdk == "python" else JavaScriptCaller(driver)


def our_worker(name: str, contested: Sequence[str] = CONTESTED_USERNAMES) -> Worker:
    return Worker(name, Random(f"{SEED} {name}"), contested, in_bulk=True)


def vendor_worker(sdk: Sdk, name: str, contested: Sequence[str] = CONTESTED_USERNAMES) -> Worker:
    return Worker(
        name, Random(f"{SEED} {name}"), contested, unsupported_steps=UNSUPPORTED_STEPS[sdk]
    )


async def run_in_tasks(server: Server, workers: list[Worker]) -> None:
    async with AsyncManagementClient(
        user_pool_id=server.user_pool_id, secret=server.secret, host=server.url
    ) as client:
        caller = OurCaller(client)
        async with asyncio.TaskGroup() as tasks:
            for worker in workers:
                tasks.create_task(worker.work(caller, ASYNC_CALLS))


def test_ten_thousand_mixed_calls_match_the_ledgers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pool.db"
    thread_workers = [our_worker(f"sync{number}x") for number in range(SYNC_THREADS)]
    task_workers = [our_worker(f"task{number}x") for number in range(ASYNC_TASKS)]
    vendor_workers: dict[Sdk, list[Worker]] = {
        "javascript": [
            vendor_worker("javascript", f"js{number}x") for number in range(JAVASCRIPT_PROCESSES)
        ],
        "python": [vendor_worker("python", f"py{number}x") for number in range(PYTHON_PROCESSES)],
    }
    calls_per_worker: dict[Sdk, int] = {"javascript": JAVASCRIPT_CALLS, "python": PYTHON_CALLS}
    workers = [
        *thread_workers,
        *task_workers,
        *vendor_workers["javascript"],
        *vendor_workers["python"],
    ]
    with running("--db", str(path)) as server, ExitStack() as stack:
        client = stack.enter_context(connect(server))
        asyncio.run(create_shared_objects(OurCaller(client)))
        jobs: list[Coroutine[object, object, None]] = [run_in_tasks(server, task_workers)]
        jobs += [worker.work(our_caller(server, stack), SYNC_CALLS) for worker in thread_workers]
        for sdk, sdk_workers in vendor_workers.items():
            jobs += [
                worker.work(vendor_caller(sdk, server, stack), calls_per_worker[sdk])
                for worker in sdk_workers
            ]
        started = time.monotonic()
        with ThreadPoolExecutor(len(jobs)) as executor:
            list(executor.map(asyncio.run, jobs))
        seconds = time.monotonic() - started
        stored, _ = asyncio.run(read_ledger(OurCaller(client)))

    calls = Counter[str]()
    for worker in workers:
        calls += worker.calls
    assert calls.total() >= MIN_TOTAL_CALLS
    assert stored == merge(worker.ledger for worker in workers)
    conflicts = sum(worker.conflicts for worker in workers)
    assert conflicts > 0  # the workers competed for the same usernames
    check_database_file(path)
    with capsys.disabled():
        print(
            f"\n{calls.total()} calls in {seconds:.0f} s, {conflicts} username conflicts: "
            + ", ".join(f"{method} {count}" for method, count in sorted(calls.items()))
        )


def test_changes_by_the_vendors_sdks_survive_sigkill(tmp_path: Path) -> None:
    sdks: dict[str, Sdk] = {"js": "javascript", "py": "python"}
    workers = {name: vendor_worker(sdk, name, ()) for name, sdk in sdks.items()}
    workers |= {name: our_worker(name, ()) for name in "ab"}

    def create_callers(server: Server, stack: ExitStack) -> dict[str, Caller]:
        callers = {name: vendor_caller(sdk, server, stack) for name, sdk in sdks.items()}
        return callers | {name: our_caller(server, stack) for name in "ab"}

    kill_repeatedly(tmp_path / "pool.db", workers, create_callers, KILL_ROUNDS)
    assert all(workers[name].calls for name in sdks)
