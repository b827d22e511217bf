"""The interface of an HTTP client: any client with the interface of ``httpx`` will do."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Protocol

__all__ = ["AsyncHTTPClient", "AsyncHTTPResponse", "HTTPClient", "HTTPResponse"]


class BaseHTTPResponse(Protocol):
    """The head of a response."""

    @property
    def status_code(self) -> int:
        """HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers, with case-insensitive lookup."""
        ...


class HTTPResponse(BaseHTTPResponse, Protocol):
    """A response whose body has not been read yet."""

    def iter_bytes(self) -> Iterator[bytes]:
        """Iterate over the decompressed body, in chunks as they arrive."""
        ...

    def close(self) -> None:
        """Release the connection."""
        ...


class AsyncHTTPResponse(BaseHTTPResponse, Protocol):
    """A response whose body has not been read yet."""

    def aiter_bytes(self) -> AsyncIterator[bytes]:
        """Iterate over the decompressed body, in chunks as they arrive."""
        ...

    async def aclose(self) -> None:
        """Release the connection."""
        ...


class HTTPClient(Protocol):
    """A synchronous HTTP client: ``httpx.Client``, ``httpx2.Client`` or ``fast.Client``.

    Whether a failed request may have reached the server is read from the name of the exception:
    ``ConnectError``, ``ConnectTimeout``, ``PoolTimeout`` and ``ProxyError`` (or a subclass of a
    class with that name) mean that nothing was sent. Any other exception means that the request
    may have been sent.
    """

    def build_request(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: Any = ...,
    ) -> Any:
        """Build a request with a mutable ``headers`` mapping, to be passed to ``send``."""
        ...

    def send(
        self, request: Any, *, stream: bool = False, follow_redirects: Any = ...
    ) -> HTTPResponse:
        """Send a request and return the response as soon as its head has arrived."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


class AsyncHTTPClient(Protocol):
    """An asynchronous HTTP client: ``httpx.AsyncClient``, ``httpx2.AsyncClient`` or another.

    Exceptions are read as described for ``HTTPClient``.
    """

    def build_request(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: Any = ...,
    ) -> Any:
        """Build a request with a mutable ``headers`` mapping, to be passed to ``send``."""
        ...

    async def send(
        self, request: Any, *, stream: bool = False, follow_redirects: Any = ...
    ) -> AsyncHTTPResponse:
        """Send a request and return the response as soon as its head has arrived."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...
