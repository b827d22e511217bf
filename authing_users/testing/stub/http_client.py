"""HTTP clients that get their responses from a function, in the form that our clients use."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .responses import StubFailure, StubResponse

Respond = Callable[["StubRequest"], StubResponse | StubFailure]


class _URL(NamedTuple):
    host: str | None
    path: str


class StubRequest:
    """A request of a client."""

    def __init__(
        self, method: str, url: str, content: bytes | None, headers: Mapping[str, str] | None
    ) -> None:
        self.method: str = method
        self.target: str = url
        self.content: bytes | None = content
        self.headers: dict[str, str] = dict(headers or {})

    @property
    def url(self) -> _URL:
        """Host and path, which the client reads if the request fails."""
        parts = urlsplit(self.target)
        return _URL(parts.hostname, parts.path)


class _Failure(Exception):
    def __init__(self, message: str, request: StubRequest) -> None:
        super().__init__(message)
        self.request = request


# Clients read from these names whether a request was sent, see `HTTPClient`.
class ConnectError(_Failure):
    """The request was not sent."""


class ReadError(_Failure):
    """The request was sent, and there is no response."""


class TimeoutException(_Failure):
    """The time for the response has passed."""


class ConnectTimeout(TimeoutException, ConnectError):
    """The time for the connection has passed."""


class _HTTPResponse:
    """A response whose body is complete."""

    def __init__(self, response: StubResponse) -> None:
        self.status_code: int = response.status
        self.headers: dict[str, str] = {"content-type": "application/json", **response.headers}
        self._body = response.body

    def iter_bytes(self) -> Iterator[bytes]:
        yield self._body

    async def aiter_bytes(self) -> AsyncIterator[bytes]:
        yield self._body

    def close(self) -> None:
        pass

    async def aclose(self) -> None:
        pass


class _BaseClient:
    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def build_request(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> StubRequest:
        """Build a request. Timeouts do not matter."""
        return StubRequest(method, url, content, headers)

    def _response(self, request: StubRequest) -> _HTTPResponse:
        response = self._respond(request)
        if isinstance(response, StubResponse):
            return _HTTPResponse(response)
        if response.is_timeout:
            kind: type[_Failure] = TimeoutException if response.maybe_sent else ConnectTimeout
        else:
            kind = ReadError if response.maybe_sent else ConnectError
        raise kind(response.message, request)


class StubHTTPClient(_BaseClient):
    """A synchronous client."""

    def send(self, request: StubRequest, **_: Any) -> _HTTPResponse:
        """Return the response of the function."""
        return self._response(request)

    def close(self) -> None:
        """Do nothing: there are no connections."""


class AsyncStubHTTPClient(_BaseClient):
    """An asynchronous client."""

    async def send(self, request: StubRequest, **_: Any) -> _HTTPResponse:
        """Return the response of the function."""
        return self._response(request)

    async def aclose(self) -> None:
        """Do nothing: there are no connections."""
