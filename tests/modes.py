"""One test body for the synchronous and the asynchronous client."""

import inspect
from collections.abc import AsyncIterable, Awaitable, Iterable
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


async def collect(items: Iterable[T] | AsyncIterable[T]) -> list[T]:
    """Return all items of an iterator of either kind."""
    if isinstance(items, AsyncIterable):
        return [item async for item in items]
    return list(items)


def management_client(mode: Mode, **settings: Any) -> Management:
    """Build a client of either kind; the secret is a canary that no output may hold."""
    settings = {"user_pool_id": POOL_ID, "secret": SECRET, **settings}
    return ManagementClient(**settings) if mode == "sync" else AsyncManagementClient(**settings)


async def close(client: Management | Users) -> None:
    """Close a client of either kind."""
    if isinstance(client, ManagementClient | UsersManagementClient):
        client.close()
    else:
        await client.aclose()


def http_client(mode: Mode, transport: httpx.MockTransport) -> httpx.Client | httpx.AsyncClient:
    """Build an HTTP client of either kind that answers from a function."""
    if mode == "sync":
        return httpx.Client(transport=transport)
    return httpx.AsyncClient(transport=transport)
