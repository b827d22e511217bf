"""What we need of an HTTP client: any client with the interface of ``httpx`` will do."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Protocol, TypeVar

from ._config import Config
from .errors import TransportError, TransportTimeoutError

ResultT = TypeVar("ResultT")

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


def new_async_client(config: Config) -> AsyncHTTPClient:
    """Build a client of our own."""
    import httpx

    limits = httpx.Limits(max_keepalive_connections=MAX_CONNECTIONS)
    return httpx.AsyncClient(
        timeout=config.timeout,
        verify=config.verify,
        limits=limits,
        # A proxy of the environment is no way to this machine.
        trust_env=not config.is_local,
    )


def new_sync_client(config: Config) -> HTTPClient:
    """Build a client of our own."""
    import httpx

    limits = httpx.Limits(max_keepalive_connections=MAX_CONNECTIONS)
    return httpx.Client(
        timeout=config.timeout,
        verify=config.verify,
        limits=limits,
        trust_env=not config.is_local,
    )


def transport_error(error: Exception, operation: str) -> TransportError:
    """Return our error for one that an HTTP client raised.

    Told apart by name: ``httpx`` and ``httpx2`` have classes of their own with the same names.
    """
    names = {error_type.__name__ for error_type in type(error).__mro__}
    kind = type(error).__name__
    if "TimeoutException" in names or isinstance(error, TimeoutError):
        return TransportTimeoutError(
            f"The server did not answer in time ({kind})", operation=operation
        )
    detail = f"{kind}: {error}" if str(error) else kind
    return TransportError(f"The request got no answer ({detail})", operation=operation)


async def async_outcome(future: "Future[ResultT]") -> ResultT:
    """Wait for the outcome of work that somebody else does."""
    return await asyncio.wrap_future(future)


def sync_outcome(future: "Future[ResultT]") -> ResultT:
    """Wait for the outcome of work that somebody else does."""
    return future.result()
