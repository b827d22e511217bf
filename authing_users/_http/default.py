"""The HTTP client that is used unless the caller passes another: ``httpx``.

Imported when the first request is made, since ``httpx`` takes long to load.
"""

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from copy import copy
from functools import lru_cache
from typing import Any

import httpx

from .._runtime.clock import CLOCK
from .._runtime.hosts import is_localhost_name, resolvable
from .._runtime.secret import SealedSecret
from .._runtime.sockets import replaceable_sockets
from .body import BodyLimit, TooManyBytes
from .failures import reraise
from .tls import Verify, ssl_context

# Seconds after which an idle connection is not used again: Node and uvicorn close theirs after 5,
# and a request that meets the end of its connection is lost.
KEEPALIVE_EXPIRY = 4.0
# How many requests are in flight is limited before a request gets here.
LIMITS = httpx.Limits(
    max_connections=None, max_keepalive_connections=None, keepalive_expiry=KEEPALIVE_EXPIRY
)

BODY_LIMIT = "authing_users.body_limit"
"""Key of the extension of a request that limits the body of its response."""


class _NoCookies(httpx.Cookies):
    """Stores no cookies: the API has no session, and reading them costs a tenth of a call."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Ignore the cookies of a response."""

    def set_cookie_header(self, request: httpx.Request) -> None:
        """Add no cookies to a request."""


class _NoAuth(httpx.Auth):
    """Leaves the request as it is: the transport has set the token."""

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the request once."""
        yield request

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send the request once."""
        yield request


_NO_COOKIES = _NoCookies()
_NO_AUTH = _NoAuth()


class _RequestBuilder:
    """Builds requests faster than ``httpx`` does, by preparing what they have in common."""

    def __init__(self) -> None:
        self._prepared: tuple[Mapping[str, str] | None, httpx.Headers] = (None, httpx.Headers())

    def build(
        self,
        method: str,
        url: str,
        content: bytes | None,
        headers: Mapping[str, str],
        timeout: float,
        body_limit: BodyLimit,
    ) -> httpx.Request:
        parsed = _parsed(url)
        known, prepared = self._prepared
        if known is not headers:
            fields = {"host": parsed.netloc.decode("ascii"), **headers}
            prepared = httpx.Headers({**fields, "accept-encoding": "gzip, deflate"})
            self._prepared = headers, prepared
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), timeout)
        extensions = {"timeout": timeouts, BODY_LIMIT: body_limit}
        # With `content=`, httpx would look for headers that are missing, which takes long.
        stream = httpx.ByteStream(content or b"")
        request = httpx.Request(
            method, parsed, headers=prepared, stream=stream, extensions=extensions
        )
        if content or method == "POST":
            request.headers["Content-Length"] = str(len(content or b""))
        request.read()  # tools that mock or watch httpx use `request.content`
        return request


@lru_cache(maxsize=64)
def _parsed(url: str) -> httpx.URL:
    return httpx.URL(url)


def _resolvable(request: httpx.Request) -> httpx.Request:
    """Return a request to a host that the system can resolve; its Host header stays the same."""
    if not is_localhost_name(request.url.host):
        return request
    return httpx.Request(
        request.method,
        httpx.URL(resolvable(str(request.url))),
        headers=request.headers,
        stream=request.stream,
        extensions=request.extensions,
    )


class _LimitedStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A compressed body, limited as it is received: all of it may decompress to nothing."""

    def __init__(self, stream: Any, limit: BodyLimit) -> None:
        self._stream = stream
        self._limit = limit
        self._size = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            self._check(chunk)
            yield chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._check(chunk)
            yield chunk

    def close(self) -> None:
        """Release the connection."""
        self._stream.close()

    async def aclose(self) -> None:
        """Release the connection."""
        await self._stream.aclose()

    def _check(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._size > self._limit.max_bytes:
            raise TooManyBytes
        self._limit.timeout.check(CLOCK.monotonic())


# httpcore logs the headers of responses, in which a server may repeat a secret.
_HTTPCORE_LOG = logging.getLogger("httpcore.http11")
_hides_values: ContextVar[bool] = ContextVar("hides_values", default=False)
_NOTHING_TO_HIDE = nullcontext()


def _hide_values() -> AbstractContextManager[None]:
    """Shorten the log records of ``httpcore`` in a ``with`` block to the names of the events."""
    return _hidden() if _HTTPCORE_LOG.isEnabledFor(logging.DEBUG) else _NOTHING_TO_HIDE


@contextmanager
def _hidden() -> Generator[None]:
    _HTTPCORE_LOG.addFilter(_shorten)  # has no effect the second time
    before = _hides_values.set(True)
    try:
        yield
    finally:
        _hides_values.reset(before)


def _shorten(record: logging.LogRecord) -> bool:
    if _hides_values.get():
        record.msg = str(record.msg).partition(" ")[0]
    return True


class _Transport(httpx.HTTPTransport):
    """Keeps the frames of the connection, which hold requests in plain form, out of errors.

    Connections that were opened before a test tool replaced sockets are not used again.
    """

    def __init__(self, *, verify: Verify, proxy: SealedSecret | None, uses_tls: bool) -> None:
        self._settings = verify, proxy, uses_tls
        self._open()

    def _open(self) -> None:
        verify, proxy, uses_tls = self._settings
        self._sockets = replaceable_sockets()
        context = ssl_context(verify, needed=uses_tls)
        super().__init__(verify=context, limits=LIMITS, proxy=_revealed(proxy))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        if replaceable_sockets() != self._sockets:
            replaced = copy(self)
            self._open()
            replaced.close()
        try:
            with _hide_values():
                response = super().handle_request(_resolvable(request))
        except BaseException as error:
            reraise(error)
        response.extensions.pop("reason_phrase", None)  # httpx logs it
        if "content-encoding" in response.headers:
            response.stream = _LimitedStream(response.stream, request.extensions[BODY_LIMIT])
        return response


class _AsyncTransport(httpx.AsyncHTTPTransport):
    """Keeps the frames of the connection, which hold requests in plain form, out of errors.

    Connections that were opened before a test tool replaced sockets are not used again.
    """

    def __init__(self, *, verify: Verify, proxy: SealedSecret | None, uses_tls: bool) -> None:
        self._settings = verify, proxy, uses_tls
        self._open()

    def _open(self) -> None:
        verify, proxy, uses_tls = self._settings
        self._sockets = replaceable_sockets()
        context = ssl_context(verify, needed=uses_tls)
        super().__init__(verify=context, limits=LIMITS, proxy=_revealed(proxy))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        if replaceable_sockets() != self._sockets:
            replaced = copy(self)
            self._open()
            await replaced.aclose()
        try:
            with _hide_values():
                response = await super().handle_async_request(_resolvable(request))
        except BaseException as error:
            reraise(error)
        response.extensions.pop("reason_phrase", None)  # httpx logs it
        if "content-encoding" in response.headers:
            response.stream = _LimitedStream(response.stream, request.extensions[BODY_LIMIT])
        return response


def _revealed(proxy: SealedSecret | None) -> str | None:
    return None if proxy is None else proxy.reveal()


class DefaultClient(httpx.Client):
    """An ``httpx`` client for one host.

    Args:
        verify: How to verify certificates.
        proxy: URL of the proxy, or ``None`` for a direct connection.
        uses_tls: Whether the host, or the proxy, is reached over TLS.
        transport: Sends the requests instead of connections; the other arguments are then unused.
    """

    def __init__(
        self,
        *,
        verify: Verify = True,
        proxy: SealedSecret | None = None,
        uses_tls: bool = False,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        if transport is None:
            transport = _Transport(verify=verify, proxy=proxy, uses_tls=uses_tls)
        super().__init__(transport=transport, auth=_NO_AUTH, trust_env=False)
        self._requests = _RequestBuilder()

    @property
    def cookies(self) -> httpx.Cookies:
        """No cookies."""
        return _NO_COOKIES

    @cookies.setter
    def cookies(self, cookies: Any) -> None:
        """Ignore cookies."""

    def build_request(self, method: str, url: Any, **settings: Any) -> httpx.Request:
        """Build a request with the given headers, and no others."""
        return self._requests.build(method, url, **settings)


class AsyncDefaultClient(httpx.AsyncClient):
    """An asynchronous ``httpx`` client for one host; the arguments are those of its twin."""

    def __init__(
        self,
        *,
        verify: Verify = True,
        proxy: SealedSecret | None = None,
        uses_tls: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        if transport is None:
            transport = _AsyncTransport(verify=verify, proxy=proxy, uses_tls=uses_tls)
        super().__init__(transport=transport, auth=_NO_AUTH, trust_env=False)
        self._requests = _RequestBuilder()

    @property
    def cookies(self) -> httpx.Cookies:
        """No cookies."""
        return _NO_COOKIES

    @cookies.setter
    def cookies(self, cookies: Any) -> None:
        """Ignore cookies."""

    def build_request(self, method: str, url: Any, **settings: Any) -> httpx.Request:
        """Build a request with the given headers, and no others."""
        return self._requests.build(method, url, **settings)
