"""The ways of making a call that are measured: ours, and plain ``httpx`` to compare it with."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from authing_graphql import operations
from authing_users import AsyncManagementClient, ManagementClient, UserInfoDict, __version__

from . import canned
from .server import Server

LIST_10 = "list(limit=10)"
LIST_100 = "list(limit=100)"
DETAIL = "detail"
CREATE = "create"
OPERATIONS = (LIST_10, LIST_100, DETAIL, CREATE)

USERS_IN_ANSWER: Mapping[str, int] = {LIST_10: 10, LIST_100: 100, DETAIL: 1, CREATE: 1}

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
    """A GraphQL request as every contender without a typed interface sends it."""

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


# What our client sends for the same calls, to the byte: see tests/test_benchmarks.py.
REQUESTS: Mapping[str, Request] = {
    LIST_10: Request(operations.LIST_USERS_GQL, "ListUsers", {"page": 1, "limit": 10}),
    LIST_100: Request(operations.LIST_USERS_GQL, "ListUsers", {"page": 1, "limit": 100}),
    DETAIL: Request(operations.GET_USER_GQL, "GetUser", {"id": USER_ID}),
    CREATE: Request(operations.CREATE_USER_GQL, "CreateUser", {"userInfo": NEW_USER}),
}


@dataclass(frozen=True, slots=True)
class Timing:
    """What a number of calls took: seconds of the process's CPUs, and of the wall clock."""

    cpu: float
    wall: float


class Contender(Protocol):
    """One way of making the calls.

    Attributes:
        name: What it is called in the report.
        baseline: Name of the contender that it is compared with.
    """

    name: str
    baseline: str

    def answer(self, operation: str) -> Any:
        """Make one call and return what came back."""
        ...

    def time(self, operation: str, calls: int) -> Timing:
        """Make a number of calls, one after another."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


class SyncContender:
    """Makes blocking calls in this process."""

    baseline = HTTPX_SYNC

    def __init__(
        self, name: str, calls: Mapping[str, Callable[[], Any]], close: Callable[[], None]
    ) -> None:
        self.name = name
        self._calls = calls
        self._close = close

    def answer(self, operation: str) -> Any:
        """Make one call and return what came back."""
        return self._calls[operation]()

    def time(self, operation: str, calls: int) -> Timing:
        """Make a number of calls, one after another."""
        call = self._calls[operation]
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(calls):
            call()
        return Timing(time.process_time() - cpu, time.perf_counter() - wall)

    def close(self) -> None:
        """Close all connections."""
        self._close()


class AsyncContender:
    """Makes calls in an event loop of its own, which stays for as long as its connections do."""

    baseline = HTTPX_ASYNC

    def __init__(
        self,
        name: str,
        calls: Mapping[str, Callable[[], Awaitable[Any]]],
        close: Callable[[], Awaitable[None]],
        runner: asyncio.Runner,
    ) -> None:
        self.name = name
        self._calls = calls
        self._close = close
        self._runner = runner

    def answer(self, operation: str) -> Any:
        """Make one call and return what came back."""
        return self._runner.run(_result(self._calls[operation]()))

    def time(self, operation: str, calls: int) -> Timing:
        """Make a number of calls, one after another."""
        return self._runner.run(_timed(self._calls[operation], calls))

    def close(self) -> None:
        """Close all connections."""
        self._runner.run(_result(self._close()))
        self._runner.close()


async def _result(outcome: Awaitable[Any]) -> Any:
    return await outcome


async def _timed(call: Callable[[], Awaitable[Any]], calls: int) -> Timing:
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(calls):
        await call()
    return Timing(time.process_time() - cpu, time.perf_counter() - wall)


def endpoint(server: Server) -> str:
    """Return the address that GraphQL requests are sent to."""
    return f"{server.url}/graphql/v2"


def headers() -> dict[str, str]:
    """Return the headers that our client sends, the token included."""
    token = json.loads(canned.token())["data"]["accessToken"]["accessToken"]
    return {**HEADERS, "authorization": f"Bearer {token}"}


def our_client(server: Server) -> ManagementClient:
    """Build our synchronous client."""
    return ManagementClient(
        user_pool_id=canned.POOL_ID, secret=SECRET, host=server.url, lang="en-US"
    )


def our_async_client(server: Server) -> AsyncManagementClient:
    """Build our asynchronous client."""
    return AsyncManagementClient(
        user_pool_id=canned.POOL_ID, secret=SECRET, host=server.url, lang="en-US"
    )


def ours_sync(server: Server) -> Contender:
    """Return our synchronous client."""
    client = our_client(server)
    users = client.users
    calls: dict[str, Callable[[], Any]] = {
        LIST_10: lambda: users.list(limit=10),
        LIST_100: lambda: users.list(limit=100),
        DETAIL: lambda: users.detail(USER_ID),
        CREATE: lambda: users.create(NEW_USER),
    }
    return SyncContender("authing-users, sync", calls, client.close)


def ours_async(server: Server) -> Contender:
    """Return our asynchronous client."""
    client = our_async_client(server)
    users = client.users
    calls: dict[str, Callable[[], Awaitable[Any]]] = {
        LIST_10: lambda: users.list(limit=10),
        LIST_100: lambda: users.list(limit=100),
        DETAIL: lambda: users.detail(USER_ID),
        CREATE: lambda: users.create(NEW_USER),
    }
    return AsyncContender("authing-users, async", calls, client.aclose, asyncio.Runner())


def httpx_sync(server: Server) -> Contender:
    """Return plain ``httpx``, blocking."""
    client = httpx.Client(headers=headers(), trust_env=False)
    url = endpoint(server)

    def post(request: Request) -> Callable[[], Any]:
        return lambda: client.post(url, json=request.body).json()

    calls = {name: post(request) for name, request in REQUESTS.items()}
    return SyncContender(HTTPX_SYNC, calls, client.close)


def httpx_async(server: Server) -> Contender:
    """Return plain ``httpx`` in an event loop."""
    client = httpx.AsyncClient(headers=headers(), trust_env=False)
    url = endpoint(server)

    def post(request: Request) -> Callable[[], Awaitable[Any]]:
        async def answer() -> Any:
            response = await client.post(url, json=request.body)
            return response.json()

        return answer

    calls = {name: post(request) for name, request in REQUESTS.items()}
    return AsyncContender(HTTPX_ASYNC, calls, client.aclose, asyncio.Runner())
