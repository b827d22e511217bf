"""Many threads and tasks, with cancelled calls, stopped event loops and forks, on one client."""

import asyncio
import gc
import json
import os
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from authing_users import AuthingError

from ..support.client_kinds import management_client
from ..support.raw_server import Peer, RawServer, Request, serving
from .fake_service import USER_ID

THREADS = 64
TASKS = 1_000
FORKS = 8
SECONDS = 4.0
# By how much a call may exceed its deadline: seconds, and the longest time that a thread or task of
# the same process waited for its turn, which on a busy machine is long.
TOLERANCE = 1.0
TURNS = 10
TOKEN_LIFETIME = 1
# The part of a token's lifetime after which the client refreshes it.
REFRESH_AFTER = 0.75

TOKEN = re.compile(r"token-\d+")
NICKNAME = re.compile(rb'"nickname":"([^"]+)"')
REJECTED = {"errors": [{"message": {"code": 2206, "message": "expired"}}], "data": None}
BUSY = {"errors": [{"message": {"code": 1000, "message": "busy"}}], "data": None}


class UnreliableService:
    """Executes most mutations, and responds late, in error, or not at all.

    Attributes:
        executions: How often each update was executed, by its nickname.
        tokens: The tokens that requests were sent with.
        rejected: Number of requests whose token was rejected.
    """

    def __init__(self) -> None:
        self.executions: Counter[bytes] = Counter()
        self.tokens: set[str] = set()
        self.rejected = 0
        self._issued = 0
        self._random = random.Random(1)
        self._lock = threading.Lock()

    def respond(self, peer: Peer, request: Request) -> None:
        """Handle a request that has a token."""
        nickname, token = NICKNAME.search(request.body), TOKEN.search(request.head)
        assert token is not None
        with self._lock:
            self.tokens.add(token[0])
            chance = self._random.random()
            delay = self._random.random() * 0.05
            if chance < 0.03:
                self.rejected += 1
            elif nickname is not None:
                self.executions[nickname[1]] += 1
        data: dict[str, object] = {"users": {"totalCount": 0, "list": []}}
        if nickname is not None:
            data = {"updateUser": {"id": USER_ID, "nickname": "x"}}
        if chance < 0.03:
            _send(peer, REJECTED)
        elif chance < 0.06:
            _send(peer, BUSY)
        elif chance < 0.09:
            _send(peer, {"message": "slow"}, status=503, retry_after=0)
        elif chance < 0.12:
            peer.close()
        elif chance > 0.03 + 0.12:
            time.sleep(delay)
            _send(peer, {"data": data})

    def issue_token(self, peer: Peer, request: Request) -> None:
        """Handle a token request."""
        with self._lock:
            chance = self._random.random()
            self._issued += 1
            value = f"token-{self._issued}"
        if chance < 0.1:
            _send(peer, {"message": "slow"}, status=503, retry_after=0)
        elif chance >= 0.2:
            now = int(time.time())
            content = {"accessToken": value, "iat": now, "exp": now + TOKEN_LIFETIME}
            _send(peer, {"data": {"accessToken": content}})


def _send(peer: Peer, content: object, status: int = 200, retry_after: int | None = None) -> None:
    body = json.dumps(content).encode()
    lines = [f"HTTP/1.1 {status} Status", f"content-length: {len(body)}"]
    if retry_after is not None:
        lines.append(f"retry-after: {retry_after}")
    peer.send("\r\n".join([*lines, "", ""]).encode() + body)


@pytest.fixture
def service() -> UnreliableService:
    """The state of the server."""
    return UnreliableService()


@pytest.fixture
def server(service: UnreliableService) -> Generator[RawServer]:
    """A server with the service."""
    with serving(service.respond) as server:
        server.token_responder = service.issue_token
        yield server


class Calls:
    """Random calls, and by how much they exceeded their deadlines.

    Attributes:
        late: Seconds by which the latest call exceeded its deadline.
        made: Number of calls.
        succeeded: Number of calls that returned a result.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.late = 0.0
        self.made = self.succeeded = 0

    def options(self) -> dict[str, Any]:
        """Return random options of a call."""
        deadline = self.random.uniform(0.2, 1.5)
        return {"deadline": deadline, "timeout": self.random.choice([0.3, 10.0])}

    def call(self, client: Any, options: dict[str, Any]) -> Any:
        """Start a random call: half of them are mutations, each with a nickname of its own."""
        users = client.users.with_options(**options)
        self.made += 1
        if self.random.random() < 0.5:
            return users.list()
        return users.update(USER_ID, {"nickname": f"{self.random.getrandbits(64):x}"})

    def ended(self, started: float, options: dict[str, Any]) -> None:
        """Record the end of a call."""
        self.late = max(self.late, time.monotonic() - started - options["deadline"])


class Turns:
    """Measures how long a thread or task waits for its turn.

    Attributes:
        longest: The longest wait in seconds.
    """

    PAUSE = 0.01

    def __init__(self) -> None:
        self.longest = 0.0
        self._ended = threading.Event()

    def measure_threads(self) -> None:
        """Measure in this thread until the end."""
        while not self._ended.is_set():
            started = time.monotonic()
            time.sleep(self.PAUSE)
            self._measured(started)

    async def measure_tasks(self) -> None:
        """Measure in this event loop, until the task is cancelled."""
        while True:
            started = time.monotonic()
            await asyncio.sleep(self.PAUSE)
            self._measured(started)

    def end(self) -> None:
        """End the measurement in threads."""
        self._ended.set()

    def tolerance(self) -> float:
        """Return the seconds by which a call may exceed its deadline."""
        return TOLERANCE + TURNS * self.longest

    def _measured(self, started: float) -> None:
        self.longest = max(self.longest, time.monotonic() - started - self.PAUSE)


def check(
    service: UnreliableService,
    client: Any,
    calls: list[Calls],
    seconds: float,
    turns: Turns,
    forks: int = 0,
) -> None:
    """Check what must hold after all calls."""
    assert max(one.late for one in calls) < turns.tolerance()
    assert sum(one.succeeded for one in calls) >= 10  # few do on a slow machine
    assert max(service.executions.values()) == 1
    # A new token when the last one is due, one for each that was rejected, and one in each fork.
    most = seconds / (TOKEN_LIFETIME * REFRESH_AFTER) + service.rejected + forks + 2
    assert len(service.tokens) <= most
    sender = client._transport._sender
    assert (sender._slots.ahead(), sender._rate.line.ahead()) == (0, 0)


def client_of(server: RawServer, kind: Any) -> Any:
    return management_client(
        kind, host=server.url, max_in_flight=20, requests_per_second=1000.0, retries=2
    )


def forked_call(client: Any, turns: Turns) -> bool:
    """Make a call in a forked process, and return whether it ended in time."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            started = time.monotonic()
            with suppress(AuthingError):
                client.users.with_options(deadline=1.0).list()
            code = int(time.monotonic() - started > 1.0 + turns.tolerance())
        finally:
            os._exit(code)
    latest = time.monotonic() + 20
    while time.monotonic() < latest:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.01)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return False


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_threads_and_forks(service: UnreliableService, server: RawServer) -> None:
    client = client_of(server, "sync")
    started = time.monotonic()
    end = started + SECONDS

    def call_until_the_end(calls: Calls) -> Calls:
        while time.monotonic() < end:
            options, call_started = calls.options(), time.monotonic()
            with suppress(AuthingError):
                calls.call(client, options)
                calls.succeeded += 1
            calls.ended(call_started, options)
        return calls

    turns = Turns()
    with ThreadPoolExecutor(THREADS + 1) as pool:
        pool.submit(turns.measure_threads)
        try:
            outcomes = [pool.submit(call_until_the_end, Calls(seed)) for seed in range(THREADS)]
            chance = random.Random(7)
            in_time: list[bool] = []
            for _ in range(FORKS):
                time.sleep(chance.uniform(0, SECONDS / FORKS / 2))
                in_time.append(forked_call(client, turns))
            calls = [outcome.result() for outcome in outcomes]
        finally:
            turns.end()
    assert in_time == [True] * FORKS
    check(service, client, calls, time.monotonic() - started, turns, FORKS)
    client.close()


# The connections of loops that have ended cannot be closed from another one.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_tasks_cancellations_and_stopped_loops(
    service: UnreliableService, server: RawServer
) -> None:
    client = client_of(server, "async")
    started = time.monotonic()
    calls = Calls(3)

    async def call_once(*, in_time: bool = True) -> None:
        options, call_started = calls.options(), time.monotonic()
        try:
            await calls.call(client, options)
            calls.succeeded += 1
        except AuthingError:
            pass
        except asyncio.CancelledError:
            # Raised as soon as the call is cancelled, which may be at any time.
            raise
        if in_time:
            calls.ended(call_started, options)

    turns = Turns()

    async def call_and_cancel(number: int) -> None:
        measuring = asyncio.create_task(turns.measure_tasks())
        tasks = [asyncio.create_task(call_once()) for _ in range(number)]
        while pending := [task for task in tasks if not task.done()]:
            await asyncio.sleep(0.02)
            for task in calls.random.sample(pending, len(pending) // 20):
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        measuring.cancel()

    # The calls of this loop neither continue nor end, until it is closed.
    stopped = asyncio.new_event_loop()
    stopped_calls = [stopped.create_task(call_once(in_time=False)) for _ in range(10)]
    stopped.run_until_complete(asyncio.sleep(0.05))
    asyncio.run(call_and_cancel(TASKS))
    asyncio.run(call_and_cancel(50))  # in another event loop
    for task in stopped_calls:
        task.cancel()
    stopped.run_until_complete(asyncio.gather(*stopped_calls, return_exceptions=True))
    check(service, client, [calls], time.monotonic() - started, turns)
    stopped.run_until_complete(client.aclose())
    stopped.close()
    gc.collect()
