"""What was answered survives the sudden death of the emulator, and nothing survives by half."""

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from random import Random

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

WORKERS = "abcd"
ROUNDS = 4
SEED = 4466


def connect(server: Server) -> ManagementClient:
    return ManagementClient(user_pool_id=server.user_pool_id, secret=server.secret, host=server.url)


class LoadTest:
    """Workers in threads of their own, until the emulator is killed under them."""

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
            answers: After how many answers.
            delay: How many seconds after that.
            in_bulk: Whether to wait before that delay until a worker creates many users, which
                takes long enough to be caught in the middle.
        """
        for thread in self._threads:
            thread.start()
        for _ in range(responses):
            assert self._responses.acquire(timeout=30), self.failures
        while in_bulk and not any(worker.is_creating_in_bulk for worker in self._workers):
            assert not self.failures, self.failures
            time.sleep(0.0005)
        time.sleep(delay)  # into the middle of whatever is under way then
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
        except Exception as error:  # told to the test by its main thread
            if isinstance(error, AssertionError) or not self._killed.is_set():
                self.failures.append(error)


def compare_with_ledgers(workers: Mapping[str, Worker], server: Server) -> int:
    """Compare a reopened pool with the books, and write down what became of open changes.

    Returns:
        How many changes nobody had an answer to.
    """
    with connect(server) as client:
        stored, ids = asyncio.run(read_ledger(OurCaller(client)))
    owners = {owner_of(name) for name in (*stored.people, *stored.roles)}
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
        worker.ids = {username: ids[username] for username in current.people}
    return unconfirmed_changes


def kill_repeatedly(
    path: Path,
    workers: Mapping[str, Worker],
    callers_of: Callable[[Server, ExitStack], Mapping[str, Caller]],
    rounds: int,
) -> int:
    """Kill an emulator under load, compare what it wrote with the books, and again.

    Args:
        path: Its database.
        workers: Who makes the load, by name.
        callers_of: Connects the workers to an emulator, for one round.
        rounds: How often to kill it.

    Returns:
        How many changes nobody had an answer to.
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


def test_changes_survive_kill_9_wholly_or_not_at_all(tmp_path: Path) -> None:
    workers = {name: Worker(name, Random(f"{SEED} {name}"), in_bulk=True) for name in WORKERS}
    unconfirmed_changes = kill_repeatedly(
        tmp_path / "pool.db",
        workers,
        lambda server, clients: {name: our_caller(server, clients) for name in workers},
        ROUNDS,
    )
    assert unconfirmed_changes  # or no kill came in the middle of anything
