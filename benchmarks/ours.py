"""Our client, with each of the HTTP clients that it is measured with."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, ExitStack
from typing import Any

import httpx2

from authing_users import (
    AsyncHTTPClient,
    AsyncManagementClient,
    AsyncUsersManagementClient,
    HTTPClient,
    ManagementClient,
    UsersManagementClient,
    fast,
)
from authing_users._inputs.passwords import DEFAULT_PUBLIC_KEY

from . import canned
from .contenders import (
    CREATE,
    DETAIL,
    LIST_10,
    LIST_100,
    NEW_USER,
    SECRET,
    USER_ID,
    AsyncContender,
    Contender,
    SyncContender,
)
from .server import Server

DEFAULT = "authing-users"
FAST = "authing-users, fast"
HTTPX2 = "authing-users, httpx2"


def client(
    server: Server, http_client: HTTPClient | None = None, *, has_key: bool = False
) -> ManagementClient:
    """Build a synchronous client.

    Args:
        server: The server.
        http_client: Sends the requests. Default: the client's own.
        has_key: Whether the client can encrypt passwords. The server publishes no key.
    """
    return ManagementClient(
        user_pool_id=canned.POOL_ID,
        secret=SECRET,
        host=server.url,
        lang="en-US",
        enc_public_key=DEFAULT_PUBLIC_KEY if has_key else None,
        http_client=http_client,
    )


def async_client(
    server: Server, http_client: AsyncHTTPClient | None = None, *, has_key: bool = False
) -> AsyncManagementClient:
    """Build an asynchronous client, as ``client`` does."""
    return AsyncManagementClient(
        user_pool_id=canned.POOL_ID,
        secret=SECRET,
        host=server.url,
        lang="en-US",
        enc_public_key=DEFAULT_PUBLIC_KEY if has_key else None,
        http_client=http_client,
    )


def default_sync(server: Server, in_flight: int = 1) -> Contender:
    """Return our synchronous client with its own HTTP client."""
    stack = ExitStack()
    users = stack.enter_context(client(server)).users
    return SyncContender(f"{DEFAULT}, sync", _calls(users), stack.close, in_flight)


def fast_sync(server: Server, in_flight: int = 1) -> Contender:
    """Return our synchronous client with ``fast.Client``."""
    stack = ExitStack()
    http = stack.enter_context(fast.Client())
    users = stack.enter_context(client(server, http)).users
    return SyncContender(f"{FAST}, sync", _calls(users), stack.close, in_flight)


def httpx2_sync(server: Server, in_flight: int = 1) -> Contender:
    """Return our synchronous client with a client of ``httpx2``."""
    stack = ExitStack()
    http = stack.enter_context(httpx2.Client(trust_env=False))
    users = stack.enter_context(client(server, http)).users
    return SyncContender(f"{HTTPX2}, sync", _calls(users), stack.close, in_flight)


def default_async(server: Server, in_flight: int = 1) -> Contender:
    """Return our asynchronous client with its own HTTP client."""
    return _asynchronous(f"{DEFAULT}, async", server, None, in_flight)


def fast_async(server: Server, in_flight: int = 1) -> Contender:
    """Return our asynchronous client with ``fast.AsyncClient``."""
    return _asynchronous(f"{FAST}, async", server, fast.AsyncClient(), in_flight)


def httpx2_async(server: Server, in_flight: int = 1) -> Contender:
    """Return our asynchronous client with a client of ``httpx2``."""
    http = httpx2.AsyncClient(trust_env=False)
    return _asynchronous(f"{HTTPX2}, async", server, http, in_flight)


def _asynchronous(name: str, server: Server, http: Any, in_flight: int) -> Contender:
    ours = async_client(server, http)
    stack = AsyncExitStack()
    if http is not None:
        stack.push_async_callback(http.aclose)
    stack.push_async_callback(ours.aclose)
    return AsyncContender(name, _async_calls(ours.users), stack.aclose, asyncio.Runner(), in_flight)


def _calls(users: UsersManagementClient) -> dict[str, Callable[[], Any]]:
    return {
        LIST_10: lambda: users.list(limit=10),
        LIST_100: lambda: users.list(limit=100),
        DETAIL: lambda: users.detail(USER_ID),
        CREATE: lambda: users.create(NEW_USER),
    }


def _async_calls(users: AsyncUsersManagementClient) -> dict[str, Callable[[], Awaitable[Any]]]:
    return {
        LIST_10: lambda: users.list(limit=10),
        LIST_100: lambda: users.list(limit=100),
        DETAIL: lambda: users.detail(USER_ID),
        CREATE: lambda: users.create(NEW_USER),
    }
