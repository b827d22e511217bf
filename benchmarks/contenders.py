"""The interface of a contender, and what all contenders need to make the same calls."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from authing_graphql import operations
from authing_users import UserInfoDict, __version__

from . import canned
from .server import Server

LIST_10 = "list(limit=10)"
LIST_100 = "list(limit=100)"
DETAIL = "detail"
CREATE = "create"
OPERATIONS = (LIST_10, LIST_100, DETAIL, CREATE)

USERS_IN_RESPONSE: Mapping[str, int] = {LIST_10: 10, LIST_100: 100, DETAIL: 1, CREATE: 1}

USER_ID = canned.user_id(1)
NEW_USER: UserInfoDict = {
    "username": "bob",
    "email": "bob@example.com",
    "nickname": "小明",
    "gender": "M",
}
SECRET = "0" * 32
HEADERS = {
    "accept": "application/json",
    "user-agent": f"authing-users/{__version__}",
    "x-authing-request-from": "sdk",
    "x-authing-sdk-version": f"python:{__version__}",
    "x-authing-userpool-id": canned.POOL_ID,
    "x-authing-lang": "en-US",
}

HTTPX_SYNC = "httpx, sync"
HTTPX_ASYNC = "httpx, async"


@dataclass(frozen=True, slots=True)
class Request:
    """A GraphQL request, as contenders without a typed interface send it."""

    document: str
    operation: str
    variables: Mapping[str, Any]

    @property
    def body(self) -> dict[str, Any]:
        """The body, before it is serialised."""
        return {
            "query": self.document,
            "operationName": self.operation,
            "variables": self.variables,
        }


# The same bytes that our client sends: see tests/packaging/test_benchmarks.py.
REQUESTS: Mapping[str, Request] = {
    LIST_10: Request(operations.LIST_USERS_GQL, "ListUsers", {"page": 1, "limit": 10}),
    LIST_100: Request(operations.LIST_USERS_GQL, "ListUsers", {"page": 1, "limit": 100}),
    DETAIL: Request(operations.GET_USER_GQL, "GetUser", {"id": USER_ID}),
    CREATE: Request(operations.CREATE_USER_GQL, "CreateUser", {"userInfo": NEW_USER}),
}


@dataclass(frozen=True, slots=True)
class Timing:
    """The time of a number of calls, in seconds: CPU time of the process, and wall time."""

    cpu: float
    wall: float


class Contender(Protocol):
    """One way of making the calls.

    Attributes:
        name: Its name in the report.
        baseline: Name of the contender that it is compared with.
        in_flight: Calls that it makes at once.
    """

    name: str
    baseline: str
    in_flight: int

    def response(self, operation: str) -> Any:
        """Make one call and return its result."""
        ...

    def time(self, operation: str, calls: int) -> Timing:
        """Make a number of calls, a multiple of ``in_flight``."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


class SyncContender:
    """Makes blocking calls in this process, in a thread for each call in flight."""

    baseline = HTTPX_SYNC

    def __init__(
        self,
        name: str,
        calls: Mapping[str, Callable[[], Any]],
        close: Callable[[], None],
        in_flight: int = 1,
    ) -> None:
        self.name = name
        self.in_flight = in_flight
        self._calls = calls
        self._close = close
        self._threads = ThreadPoolExecutor(in_flight) if in_flight > 1 else None

    def response(self, operation: str) -> Any:
        """Make one call and return its result."""
        return self._calls[operation]()

    def time(self, operation: str, calls: int) -> Timing:
        """Make a number of calls, a multiple of ``in_flight``."""
        call, in_turn = self._calls[operation], calls // self.in_flight

        def make_calls() -> None:
            for _ in range(in_turn):
                call()

        cpu, wall = time.process_time(), time.perf_counter()
        if self._threads is None:
            make_calls()
        else:
            for future in [self._threads.submit(make_calls) for _ in range(self.in_flight)]:
                future.result()
        return Timing(time.process_time() - cpu, time.perf_counter() - wall)

    def close(self) -> None:
        """Close all connections."""
        if self._threads is not None:
            self._threads.shutdown()
        self._close()


class AsyncContender:
    """Makes calls in an event loop of its own, in a task for each call in flight.

    The event loop exists as long as the connections do.
    """

    baseline = HTTPX_ASYNC

    def __init__(
        self,
        name: str,
        calls: Mapping[str, Callable[[], Awaitable[Any]]],
        close: Callable[[], Awaitable[None]],
        runner: asyncio.Runner,
        in_flight: int = 1,
    ) -> None:
        self.name = name
        self.in_flight = in_flight
        self._calls = calls
        self._close = close
        self._runner = runner

    def response(self, operation: str) -> Any:
        """Make one call and return its result."""
        return self._runner.run(_await(self._calls[operation]()))

    def time(self, operation: str, calls: int) -> Timing:
        """Make a number of calls, a multiple of ``in_flight``."""
        return self._runner.run(self._time(self._calls[operation], calls // self.in_flight))

    async def _time(self, call: Callable[[], Awaitable[Any]], in_turn: int) -> Timing:
        async def make_calls() -> None:
            for _ in range(in_turn):
                await call()

        cpu, wall = time.process_time(), time.perf_counter()
        if self.in_flight == 1:
            await make_calls()
        else:
            await asyncio.gather(*[make_calls() for _ in range(self.in_flight)])
        return Timing(time.process_time() - cpu, time.perf_counter() - wall)

    def close(self) -> None:
        """Close all connections."""
        self._runner.run(_await(self._close()))
        self._runner.close()


async def _await(outcome: Awaitable[Any]) -> Any:
    return await outcome


def endpoint(server: Server) -> str:
    """Return the URL that GraphQL requests are sent to."""
    return f"{server.url}/graphql/v2"


def headers() -> dict[str, str]:
    """Return the headers that our client sends, including the token."""
    token = json.loads(canned.token())["data"]["accessToken"]["accessToken"]
    return {**HEADERS, "authorization": f"Bearer {token}"}
