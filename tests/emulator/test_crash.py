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

from .books import Caller, OurCaller, check_file, furnish, owner_of, read_books
from .load import Worker
from .server import Server, running, stop

WORKERS = "abcd"
ROUNDS = 4
SEED = 4466


def client_of(server: Server) -> ManagementClient:
    return ManagementClient(user_pool_id=server.user_pool_id, secret=server.secret, host=server.url)


class Load:
    """Workers in threads of their own, until the emulator is killed under them."""

    def __init__(self, callers: Mapping[Worker, Caller]) -> None:
        self.failures: list[Exception] = []
        self._workers = list(callers)
        self._killed = threading.Event()
        self._answers = threading.Semaphore(0)
        self._threads = [
            threading.Thread(target=self._run, args=(worker, caller))
            for worker, caller in callers.items()
        ]

    def kill(self, server: Server, answers: int, delay: float, *, in_bulk: bool = False) -> None:
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
        for _ in range(answers):
            assert self._answers.acquire(timeout=30), self.failures
        while in_bulk and not any(worker.creates_in_bulk for worker in self._workers):
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
        worker.on_answer = self._answers.release
        try:
            asyncio.run(worker.work(caller))
        except Exception as error:  # told to the test by its main thread
            if isinstance(error, AssertionError) or not self._killed.is_set():
                self.failures.append(error)


def settle(workers: Mapping[str, Worker], server: Server) -> int:
    """Compare a reopened pool with the books, and write down what became of open changes.

    Returns:
        How many changes nobody had an answer to.
    """
    with client_of(server) as client:
        stored, ids = asyncio.run(read_books(OurCaller(client)))
    owners = {owner_of(name) for name in (*stored.people, *stored.roles)}
    assert owners <= workers.keys()
    open_changes = 0
    for name, worker in workers.items():
        found = stored.of(name)
        if worker.under_way is None:
            assert found == worker.books
        else:
            assert found in (worker.books, worker.under_way)
            open_changes += 1
        for username, user_id in worker.ids.items():
            assert ids.get(username, user_id) == user_id
        worker.books, worker.under_way = found, None
        worker.ids = {username: ids[username] for username in found.people}
    return open_changes


def kill_in_rounds(
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
    random, open_changes = Random(SEED), 0
    with ExitStack() as emulators:
        server = first = emulators.enter_context(running("--db", str(path)))
        with client_of(server) as client:
            asyncio.run(furnish(OurCaller(client)))
        for number in range(rounds):
            with ExitStack() as clients:
                callers = callers_of(server, clients)
                load = Load({worker: callers[name] for name, worker in workers.items()})
                moment = random.randint(60, 200), random.uniform(0, 0.06)
                load.kill(server, *moment, in_bulk=number % 2 == 0)
            server = emulators.enter_context(running("--db", str(path)))
            assert (server.user_pool_id, server.secret) == (first.user_pool_id, first.secret)
            open_changes += settle(workers, server)
            check_file(path)
    return open_changes


def our_caller(server: Server, clients: ExitStack) -> Caller:
    return OurCaller(clients.enter_context(client_of(server)))


def test_changes_survive_kill_9_wholly_or_not_at_all(tmp_path: Path) -> None:
    workers = {name: Worker(name, Random(f"{SEED} {name}"), in_bulk=True) for name in WORKERS}
    open_changes = kill_in_rounds(
        tmp_path / "pool.db",
        workers,
        lambda server, clients: {name: our_caller(server, clients) for name in workers},
        ROUNDS,
    )
    assert open_changes  # or no kill came in the middle of anything
