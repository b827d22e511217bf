"""The asynchronous client, on ``aiohttp``."""

import sys
from collections.abc import AsyncIterator, Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from .._concurrency.tasks import PerEventLoop
from .._http.failures import reraise, without_frames
from .._http.tls import Verify as CheckedVerify, ssl_context
from .._http.tool_errors import tool_error
from .._runtime.secret import SealedSecret, Secret
from .._runtime.sockets import replaceable_sockets
from ..errors import ConfigurationError
from ..options import DEFAULT_TIMEOUT, Verify
from ._shared import (
    KEEPALIVE_EXPIRY,
    BaseClient,
    Cert,
    ConnectError,
    ConnectTimeout,
    ReadError,
    ReadTimeout,
    Request,
    TimeoutException,
    Timeouts,
    import_extra,
    is_small_body,
)
from ._visibility import check_tools_see, is_recorded

if TYPE_CHECKING:
    import aiohttp


class AsyncClient(BaseClient):
    """An asynchronous HTTP client on ``aiohttp``.

    It can be used from several event loops, one after another or in several threads: each loop
    gets its own connections. Close it in the loop in which it was used. SOCKS proxies are not
    supported.

    Args:
        verify: How to verify certificates: ``True``, ``False`` (insecure), the path of a CA file or
            folder, or an ``ssl.SSLContext``.
        cert: Client certificate: the path of a PEM file with the certificate and its key, or the
            paths of both.
        proxy: URL of a proxy for all requests. Default: the proxy that the environment names.
        trust_env: Whether to use the proxies that the environment names. This machine is never
            reached through one of them.
        timeout: Seconds to wait for a connection, and for each read; or an ``httpx.Timeout``.
        limits: Limits of the connection pool; an ``httpx.Limits`` works too.

    Raises:
        ConfigurationError: A setting is invalid, or the extra ``fast`` is not installed.
    """

    def __init__(
        self,
        *,
        verify: Verify = True,
        cert: Cert | None = None,
        proxy: str | None = None,
        trust_env: bool = True,
        timeout: Any = DEFAULT_TIMEOUT,
        limits: Any = None,
    ) -> None:
        sealed_proxy = None if proxy is None else SealedSecret(str(proxy))
        del proxy  # tracebacks with locals would show its password
        import_extra("aiohttp", "fast.AsyncClient")
        super().__init__(
            verify=verify,
            cert=cert,
            proxy=sealed_proxy,
            trust_env=trust_env,
            timeout=timeout,
            limits=limits,
        )
        if self._proxy is not None:
            _check_proxy(self._proxy)
        create = partial(_create, self._checked_verify, self._cert, self._limits, self.timeout)
        self._sessions = PerEventLoop(create, _close)
        self._sockets: object = None

    async def send(
        self,
        request: Request,
        *,
        stream: bool = True,  # noqa: ARG002
        follow_redirects: bool = False,  # noqa: ARG002
    ) -> "AsyncResponse":
        """Send a request and return the response as soon as its head has arrived.

        Redirects are not followed, and the body is always read by ``aiter_bytes``.

        Raises:
            AssertionError: A test tool is active, which would not see the request.
            ConnectError: Nothing was sent; also ``ConnectTimeout``.
            ReadError: The request may have been sent; also ``ReadTimeout``.
        """
        check_tools_see(
            "fast.AsyncClient", request.url, uses_sockets=True, seen_by=("vcrpy", "pook")
        )
        if (sockets := replaceable_sockets()) != self._sockets:
            # A test tool has replaced them: open connections bypass it.
            self._sockets = sockets
            await self._sessions.aclose()
        session = self._session()
        content = request.content  # bytes that vcrpy cannot write, since they hide secrets
        timeouts = session.timeout
        if request.timeout is not None:
            timeouts = _client_timeout(Timeouts(*[request.timeout] * 4))
        if (proxy := self.proxy_for(request.url)) is not None:
            _check_proxy(proxy)
        visible = None
        if "vcr" in sys.modules:  # it does not see what middlewares add
            visible = {
                name: value
                for name, value in request.headers.items()
                if not isinstance(value, Secret)
            }
        try:
            response = await session.request(
                request.method,
                request.url,
                data=bytes(content) if content is not None and is_recorded() else content,
                allow_redirects=False,
                proxy=None if proxy is None else proxy.reveal(),
                timeout=timeouts,
                headers=visible,
                middlewares=(_SendOnce(request.headers),),
            )
        except (ConnectError, ReadError, TimeoutException) as error:
            raise without_frames(error) from None
        except Exception as error:
            raise _failure(error) from None
        except BaseException as error:
            reraise(error)
        return AsyncResponse(response)

    async def aclose(self) -> None:
        """Close the connections of the running event loop, and those of other running loops."""
        self._is_closed = True
        await self._sessions.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def _session(self) -> "aiohttp.ClientSession":
        if self._is_closed:
            raise ConnectError("The HTTP client is closed")
        return self._sessions.get()


def _create(
    verify: CheckedVerify, cert: tuple[str, ...], limits: Any, timeouts: Timeouts
) -> "aiohttp.ClientSession":
    import aiohttp

    connector = aiohttp.TCPConnector(
        limit=limits.max_connections or 0,
        keepalive_timeout=limits.keepalive_expiry or KEEPALIVE_EXPIRY,
        ssl=ssl_context(verify, needed=True, cert=cert),
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=_client_timeout(timeouts),
        trust_env=False,
    )


async def _close(session: "aiohttp.ClientSession") -> None:
    await session.close()


class AsyncResponse:
    """A response whose body has not been read yet.

    Attributes:
        status_code: HTTP status.
        headers: Headers, with case-insensitive lookup.
        has_small_body: Whether ``aread`` can be used.
    """

    __slots__ = ("_response", "has_small_body", "headers", "status_code")

    def __init__(self, response: "aiohttp.ClientResponse") -> None:
        self._response = response
        self.status_code: int = response.status
        self.headers: Mapping[str, str] = response.headers
        self.has_small_body: bool = is_small_body(self.headers)

    async def aread(self) -> bytes:
        """Return a small body."""
        content = self._response.content
        try:
            return content.read_nowait() if content.is_eof() else await content.read()
        except Exception as error:
            raise _failure(error) from None

    async def aiter_bytes(self) -> AsyncIterator[bytes]:
        """Iterate over the decompressed body, in chunks as they arrive."""
        try:
            async for chunk in self._response.content.iter_any():
                yield chunk
        except Exception as error:
            raise _failure(error) from None

    async def aclose(self) -> None:
        """Release the connection if the body has arrived, else close it."""
        # aiohttp releases the connection, and closes the response, when the body has arrived.
        if not self._response.closed:
            self._response.close()


def _check_proxy(proxy: SealedSecret) -> None:
    if proxy.reveal().startswith("socks"):
        raise ConfigurationError("fast.AsyncClient cannot use a SOCKS proxy")


class _SendOnce:
    """Sends a request once, and keeps its headers out of the locals of aiohttp's frames."""

    __slots__ = ("_headers",)

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    async def __call__(
        self, request: "aiohttp.ClientRequest", handler: "aiohttp.ClientHandlerType"
    ) -> "aiohttp.ClientResponse":
        # aiohttp calls str() for subclasses of str, and so would send the mask of a secret.
        request.headers.update(
            {
                name: value if type(value) is str else str.__str__(value)
                for name, value in self._headers.items()
            }
        )
        try:
            return await handler(request)
        except Exception as error:
            # aiohttp sends a GET request again after some of its own exceptions.
            raise _failure(error) from None


def _client_timeout(timeouts: Timeouts) -> "aiohttp.ClientTimeout":
    import aiohttp

    return aiohttp.ClientTimeout(
        total=None,
        connect=timeouts.pool,
        sock_connect=timeouts.connect,
        sock_read=timeouts.read,
    )


def _failure(error: Exception) -> BaseException:
    """Return our exception for one of aiohttp; return that of a test tool as it is."""
    import aiohttp

    if (raised := tool_error(error)) is not None:
        return raised
    detail = str(error) or type(error).__name__
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return ConnectTimeout(detail)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ClientHttpProxyError):
        return ConnectError(detail)
    if isinstance(error, TimeoutError):
        return ReadTimeout(detail)
    return ReadError(detail)
