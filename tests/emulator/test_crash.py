"""Confirmed changes survive a killed emulator, and all changes are atomic."""

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest

from authing_users import ManagementClient

from .ledger import (
    Caller,
    OurCaller,
    check_database_file,
    create_shared_objects,
    owner_of,
    read_ledger,
)
from .load import Worker
from .server import Server, running, stop

pytestmark = pytest.mark.slow

WORKERS = "abcd"
ROUNDS = 4
SEED = 4466


def connect(server: Server) -> ManagementClient:
    return ManagementClient(user_pool_id=server.user_pool_id, secret=server.secret, host=server.url)


class LoadTest:
    """Runs workers in threads until the emulator is killed."""

    def __init__(self, callers: Mapping[Worker, Caller]) -> None:
        self.failures: list[Exception] = []
        self._workers = list(callers)
        self._killed = threading.Event()
        self._responses = threading.Semaphore(0)
        self._threads = [
            threading.Thread(target=self._run, args=(worker, caller))
            for worker, caller in callers.items()
        ]

    def kill(self, server: Server, responses: int, delay: float, *, in_bulk: bool = False) -> None:
        """Kill the emulator.

        Args:
            server: The emulator.
            responses: Number of responses to wait for.
            delay: Seconds to wait after that.
            in_bulk: Before the delay, wait for a bulk creation, which is slow enough to be
                interrupted.
        """
        for thread in self._threads:
            thread.start()
        for _ in range(responses):
            assert self._responses.acquire(timeout=30), self.failures
        while in_bulk and not any(worker.is_creating_in_bulk for worker in self._workers):
            assert not self.failures, self.failures
            time.sleep(0.0005)
        time.sleep(delay)  # interrupt whatever is pending
        self._killed.set()
        code, _ = stop(server, signal.SIGKILL)
        assert code == -signal.SIGKILL
        for thread in self._threads:
            thread.join(timeout=30)
            assert not thread.is_alive()
        assert self.failures == []

    def _run(self, worker: Worker, caller: Caller) -> None:
        worker.on_response = self._responses.release
        try:
            asyncio.run(worker.work(caller))
        except Exception as error:  # the main thread reports it
            if isinstance(error, AssertionError) or not self._killed.is_set():
                self.failures.append(error)


def compare_with_ledgers(workers: Mapping[str, Worker], server: Server) -> int:
    """Compare a reopened pool with the ledgers, and update them for unconfirmed changes.

    Returns:
        The number of unconfirmed changes.
    """
    with connect(server) as client:
        stored, ids = asyncio.run(read_ledger(OurCaller(client)))
    owners = {owner_of(name) for name in (*stored.users, *stored.roles)}
    assert owners <= workers.keys()
    unconfirmed_changes = 0
    for name, worker in workers.items():
        current = stored.owned_by(name)
        if worker.pending is None:
            assert current == worker.ledger
        else:
            assert current in (worker.ledger, worker.pending)
            unconfirmed_changes += 1
        for username, user_id in worker.ids.items():
            assert ids.get(username, user_id) == user_id
        worker.ledger, worker.pending = current, None
        worker.ids = {username: ids[username] for username in current.users}
    return unconfirmed_changes


def kill_repeatedly(
    path: Path,
    workers: Mapping[str, Worker],
    callers_of: Callable[[Server, ExitStack], Mapping[str, Caller]],
    rounds: int,
) -> int:
    """Kill an emulator under load and compare its content with the ledgers, several times.

    Args:
        path: Path of the database.
        workers: The workers by name.
        callers_of: Connects the workers to an emulator for one round.
        rounds: How often to kill the emulator.

    Returns:
        The number of unconfirmed changes.
    """
    random, unconfirmed_changes = Random(SEED), 0
    with ExitStack() as emulators:
        server = first = emulators.enter_context(running("--db", str(path)))
        with connect(server) as client:
            asyncio.run(create_shared_objects(OurCaller(client)))
        for number in range(rounds):
            with ExitStack() as clients:
                callers = callers_of(server, clients)
                load = LoadTest({worker: callers[name] for name, worker in workers.items()})
                timing = random.randint(60, 200), random.uniform(0, 0.06)
                load.kill(server, *timing, in_bulk=number % 2 == 0)
            server = emulators.enter_context(running("--db", str(path)))
            assert (server.user_pool_id, server.secret) == (first.user_pool_id, first.secret)
            unconfirmed_changes += compare_with_ledgers(workers, server)
            check_database_file(path)
    return unconfirmed_changes


def our_caller(server: Server, clients: ExitStack) -> Caller:
    return OurCaller(clients.enter_context(connect(server)))


def test_changes_survive_kill_9_completely_or_not_at_all(tmp_path: Path) -> None:
    workers = {name: Worker(name, Random(f"{SEED} {name}"), in_bulk=True) for name in WORKERS}
    unconfirmed_changes = kill_repeatedly(
        tmp_path / "pool.db",
        workers,
        lambda server, clients: {name: our_caller(server, clients) for name in workers},
        ROUNDS,
    )
    assert unconfirmed_changes  # otherwise no kill interrupted a change
