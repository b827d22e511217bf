"""One test body for the synchronous and the asynchronous client."""

import inspect
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Iterable
from typing import Any, Literal, TypeVar

import httpx

from authing_users import (
    AsyncManagementClient,
    AsyncUsersManagementClient,
    ManagementClient,
    UsersManagementClient,
)

T = TypeVar("T")
Mode = Literal["sync", "async"]
Users = UsersManagementClient | AsyncUsersManagementClient
Management = ManagementClient | AsyncManagementClient

POOL_ID = "59f86b4832eb28071bdd9214"
SECRET = "canary-pool-secret"


async def run(outcome: T | Awaitable[T]) -> T:
    """Return the outcome of a call, awaited if the client is asynchronous."""
    either: Any = outcome
    result: T = await either if inspect.isawaitable(either) else either
    return result


async def as_async(items: Iterable[T] | AsyncIterable[T]) -> AsyncGenerator[T, None]:
    """Iterate over an iterator of either kind."""
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item


async def collect(items: Iterable[T] | AsyncIterable[T]) -> list[T]:
    """Return all items of an iterator of either kind."""
    return [item async for item in as_async(items)]


def management_client(mode: Mode, **settings: Any) -> Management:
    """Build a client of either kind; the secret is a canary that no output may hold."""
    settings = {"user_pool_id": POOL_ID, "secret": SECRET, **settings}
    return ManagementClient(**settings) if mode == "sync" else AsyncManagementClient(**settings)


async def close(client: Management | Users) -> None:
    """Close a client of either kind, and the HTTP client that a test gave it."""
    http: Any = client._transport.config.http_client
    if isinstance(client, ManagementClient | UsersManagementClient):
        client.close()
        if http is not None:
            http.close()
    else:
        await client.aclose()
        if http is not None:
            await http.aclose()


def http_client(mode: Mode, transport: httpx.MockTransport) -> httpx.Client | httpx.AsyncClient:
    """Build an HTTP client of either kind that answers from a function."""
    if mode == "sync":
        return httpx.Client(transport=transport)
    return httpx.AsyncClient(transport=transport)
