"""Helpers for tests that run with the synchronous and with the asynchronous client."""

import inspect
import threading
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Awaitable,
    Callable,
    Coroutine,
    Generator,
    Iterable,
)
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Literal, Protocol, TypeVar

import httpx

from authing_users import (
    AsyncManagementClient,
    AsyncUsersManagementClient,
    ManagementClient,
    UsersManagementClient,
)

T = TypeVar("T")
ClientKind = Literal["sync", "async"]
Users = UsersManagementClient | AsyncUsersManagementClient
Management = ManagementClient | AsyncManagementClient

POOL_ID = "59f86b4832eb28071bdd9214"
SECRET = "canary-pool-secret"


class BuildsClients(Protocol):
    """A server that builds its own clients: ``ScriptedServer`` or ``EmulatorPool``."""

    def client(self, client_kind: ClientKind, **options: Any) -> Management: ...


class MakeClient(Protocol):
    """The type of the fixture ``make_client``."""

    def __call__(self, server: BuildsClients, **options: Any) -> Management: ...


async def run(outcome: T | Awaitable[T]) -> T:
    """Return the outcome of a call; await it first if the client is asynchronous."""
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


def management_client(client_kind: ClientKind, **options: Any) -> Management:
    """Build a client of either kind. Its secret is a canary, which no output may contain."""
    own = {"user_pool_id": POOL_ID, "secret": SECRET}
    if "access_token" in options:
        del own["secret"]
    options = {**own, **options}
    client = ManagementClient if client_kind == "sync" else AsyncManagementClient
    return client(**options)


@contextmanager
def sync_client(
    respond: Callable[[httpx.Request], httpx.Response], **options: Any
) -> Generator[ManagementClient]:
    """Run a synchronous client that gets its responses from a function."""
    options = {"user_pool_id": POOL_ID, "secret": SECRET, **options}
    with (
        httpx.Client(transport=httpx.MockTransport(respond)) as http,
        ManagementClient(http_client=http, **options) as client,
    ):
        yield client


@asynccontextmanager
async def async_client(
    respond: Callable[[httpx.Request], Coroutine[None, None, httpx.Response]], **options: Any
) -> AsyncGenerator[AsyncManagementClient]:
    """Run an asynchronous client that gets its responses from a coroutine function."""
    options = {"user_pool_id": POOL_ID, "secret": SECRET, **options}
    async with (
        httpx.AsyncClient(transport=httpx.MockTransport(respond)) as http,
        AsyncManagementClient(http_client=http, **options) as client,
    ):
        yield client


async def close(client: Management | Users) -> None:
    """Close a client of either kind and the HTTP client that it was built with."""
    http: Any = client._transport.config.http_client
    if isinstance(client, ManagementClient | UsersManagementClient):
        client.close()
        if http is not None:
            _wait_for_pages()
            http.close()
    else:
        await client.aclose()
        if http is not None:
            await http.aclose()


def _wait_for_pages() -> None:
    """Wait for requests that are no longer needed: an HTTP client does not close their sockets."""
    for thread in threading.enumerate():
        if thread.name.startswith("authing-users-pages"):
            thread.join()


def http_client(
    client_kind: ClientKind, transport: httpx.MockTransport
) -> httpx.Client | httpx.AsyncClient:
    """Build an HTTP client of either kind that gets its responses from a function."""
    if client_kind == "sync":
        return httpx.Client(transport=transport)
    return httpx.AsyncClient(transport=transport)
