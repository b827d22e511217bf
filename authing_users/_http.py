"""What we need of an HTTP client: any client with the interface of ``httpx`` will do."""

import asyncio
import inspect
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import wait
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from ._config import Config
from ._fork import on_fork
from ._tokens import Flight, Token
from .errors import ConfigurationError, TransportError, TransportTimeoutError

# Seconds after which somebody who waits looks whether the other is still at work.
LEADER_CHECK = 1.0
# The default of 20 would close and reopen connections under load.
MAX_CONNECTIONS = 100


class HTTPResponse(Protocol):
    """A response whose body has been read."""

    @property
    def status_code(self) -> int:
        """HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers; looked up without regard to case."""
        ...

    @property
    def content(self) -> bytes:
        """Decompressed body."""
        ...


class HTTPClient(Protocol):
    """A synchronous client: ``httpx.Client``, ``httpx2.Client`` or the like."""

    def request(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        follow_redirects: bool = False,
    ) -> HTTPResponse:
        """Send a request and read the response."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


class AsyncHTTPClient(Protocol):
    """An asynchronous client: ``httpx.AsyncClient``, ``httpx2.AsyncClient`` or the like."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        follow_redirects: bool = False,
    ) -> HTTPResponse:
        """Send a request and read the response."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...


class AsyncClients:
    """Our own HTTP clients, one for each event loop: connections cannot move between loops.

    A client is built when the first request is made, since it loads the certificates.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncHTTPClient] = (
            WeakKeyDictionary()
        )
        self.reset_lock()
        on_fork(self)

    def reset_lock(self) -> None:
        """Start with a free lock."""
        self._lock = threading.Lock()

    def get(self) -> AsyncHTTPClient:
        """Return the client of the running event loop."""
        loop = asyncio.get_running_loop()
        with self._lock:
            for other in [other for other in self._clients if other.is_closed()]:
                del self._clients[other]
            if loop not in self._clients:
                import httpx

                self._clients[loop] = httpx.AsyncClient(**http_settings(self._config))
            return self._clients[loop]

    async def aclose(self) -> None:
        """Close the client of the running event loop, and those of other loops that run."""
        with self._lock:
            clients = dict(self._clients)
            self._clients.clear()
        here = asyncio.get_running_loop()
        for loop, client in clients.items():
            if loop is here:
                await client.aclose()
            elif loop.is_running():
                asyncio.run_coroutine_threadsafe(_aclose(client), loop)


class Clients:
    """Our own HTTP client, one for each process: connections cannot be shared with a fork.

    It is built when the first request is made, since it loads the certificates.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._client: HTTPClient | None = None
        self._process = os.getpid()
        self.reset_lock()
        on_fork(self)

    def reset_lock(self) -> None:
        """Start with a free lock."""
        self._lock = threading.Lock()

    def get(self) -> HTTPClient:
        """Return the client of this process."""
        with self._lock:
            if self._client is None or self._process != os.getpid():
                import httpx

                self._client, self._process = (
                    httpx.Client(**http_settings(self._config)),
                    os.getpid(),
                )
            return self._client

    def close(self) -> None:
        """Close the client."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()


async def _aclose(client: AsyncHTTPClient) -> None:
    await client.aclose()


def http_settings(config: Config) -> dict[str, Any]:
    """Return the settings of our own HTTP clients."""
    import httpx

    return {
        "timeout": config.timeout,
        "verify": config.verify,
        "limits": httpx.Limits(
            max_connections=MAX_CONNECTIONS, max_keepalive_connections=MAX_CONNECTIONS
        ),
        # A proxy of the environment is no way to this machine.
        "trust_env": not config.is_local,
    }


def check_async_client(client: object) -> None:
    """Refuse an ``http_client`` that an asynchronous client cannot use."""
    if not inspect.iscoroutinefunction(getattr(client, "request", None)):
        raise ConfigurationError(
            "http_client of an asynchronous client is an httpx.AsyncClient or the like"
        )


def check_sync_client(client: object) -> None:
    """Refuse an ``http_client`` that a synchronous client cannot use."""
    request = getattr(client, "request", None)
    if not callable(request) or inspect.iscoroutinefunction(request):
        raise ConfigurationError(
            "http_client of a synchronous client is an httpx.Client or the like"
        )


def async_leader() -> Callable[[], bool]:
    """Return what says whether the running event loop is still there, in this process."""
    loop, process = asyncio.get_running_loop(), os.getpid()
    return lambda: os.getpid() == process and not loop.is_closed()


def sync_leader() -> Callable[[], bool]:
    """Return what says whether this is still the same process."""
    process = os.getpid()
    return lambda: os.getpid() == process


def transport_error(error: Exception, operation: str) -> TransportError:
    """Return our error for one that an HTTP client raised.

    Told apart by name: ``httpx`` and ``httpx2`` have classes of their own with the same names.
    """
    names = {error_type.__name__ for error_type in type(error).__mro__}
    kind = type(error).__name__
    if "TimeoutException" in names or isinstance(error, TimeoutError):
        message = f"The server did not answer in time ({kind})"
        return TransportTimeoutError(message, operation=operation)
    detail = f"{kind}: {error}" if str(error) else kind
    return TransportError(f"The request got no answer ({detail})", operation=operation)


async def async_outcome(flight: Flight) -> Token | None:
    """Wait for the outcome of a flight; ``None`` when its leader is gone."""
    future = asyncio.wrap_future(flight.outcome)
    # Who is cancelled while waiting does not look at the outcome any more.
    future.add_done_callback(lambda done: None if done.cancelled() else done.exception())
    while flight.leads():
        done, _ = await asyncio.wait([future], timeout=LEADER_CHECK)
        if done:
            return future.result()
    return None


def sync_outcome(flight: Flight) -> Token | None:
    """Wait for the outcome of a flight; ``None`` when its leader is gone."""
    while flight.leads():
        done, _ = wait([flight.outcome], timeout=LEADER_CHECK)
        if done:
            return flight.outcome.result()
    return None
