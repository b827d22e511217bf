"""What we need of an HTTP client: any client with the interface of ``httpx`` will do."""

import asyncio
import inspect
import threading
from collections.abc import Mapping
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from ._answers import Answer
from ._config import Config
from ._fork import on_fork
from ._operations import Call
from ._origin import NoTimeLeftError, Patience
from ._secret import Secret
from ._timing import TIMING
from .errors import ConfigurationError, TransportError, TransportTimeoutError

# Names of what HTTP clients raise before a request is sent.
_NOTHING_SENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"})


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
        timeout: Any = ...,
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
        timeout: Any = ...,
    ) -> HTTPResponse:
        """Send a request and read the response."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...


class AsyncHTTPXBackend:
    """Sends requests through the caller's client, or through one of ours for each event loop.

    Ours are built when the first request is made, since they load the certificates.
    """

    def __init__(self, config: Config, given: AsyncHTTPClient | None) -> None:
        self._config = config
        self._given = given
        self.after_fork()
        on_fork(self)

    def after_fork(self) -> None:
        """Leave the clients to the process that made them."""
        self._lock = threading.Lock()
        self._own: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncHTTPClient] = (
            WeakKeyDictionary()
        )

    async def send(
        self, call: Call, token: Secret | None, patience: Patience
    ) -> Answer | TransportError:
        """Send a request; return the answer, or why there is none."""
        http = self._given or self._client()
        try:
            left = None if patience.deadline is None else patience.deadline - TIMING.monotonic()
            async with asyncio.timeout(left):
                response = await http.request(
                    call.method,
                    f"{self._config.host}{call.path}",
                    content=call.body,
                    headers=_headers(self._config, token),
                    follow_redirects=False,
                    **_timeout(self._config, patience),
                )
        except Exception as error:
            return transport_error(error, call.operation)
        return Answer(call.operation, response.status_code, response.headers, response.content)

    async def aclose(self) -> None:
        """Close our client of the running event loop, and those of other loops that run."""
        with self._lock:
            clients = dict(self._own)
            self._own.clear()
        here = asyncio.get_running_loop()
        for loop, client in clients.items():
            if loop is here:
                await client.aclose()
            elif loop.is_running():
                asyncio.run_coroutine_threadsafe(_aclose(client), loop)

    def _client(self) -> AsyncHTTPClient:
        loop = asyncio.get_running_loop()
        with self._lock:
            for other in [other for other in self._own if other.is_closed()]:
                del self._own[other]
            if loop not in self._own:
                import httpx

                self._own[loop] = httpx.AsyncClient(**_client_settings(self._config))
            return self._own[loop]


class HTTPXBackend:
    """Sends requests through the caller's client, or through one of ours.

    Ours is built when the first request is made, since it loads the certificates.
    """

    def __init__(self, config: Config, given: HTTPClient | None) -> None:
        self._config = config
        self._given = given
        self.after_fork()
        on_fork(self)

    def after_fork(self) -> None:
        """Leave the client to the process that made it."""
        self._lock = threading.Lock()
        self._own: HTTPClient | None = None

    def send(self, call: Call, token: Secret | None, patience: Patience) -> Answer | TransportError:
        """Send a request; return the answer, or why there is none."""
        http = self._given or self._client()
        try:
            response = http.request(
                call.method,
                f"{self._config.host}{call.path}",
                content=call.body,
                headers=_headers(self._config, token),
                follow_redirects=False,
                **_timeout(self._config, patience),
            )
        except Exception as error:
            return transport_error(error, call.operation)
        return Answer(call.operation, response.status_code, response.headers, response.content)

    def close(self) -> None:
        """Close our client."""
        with self._lock:
            client, self._own = self._own, None
        if client is not None:
            client.close()

    def _client(self) -> HTTPClient:
        with self._lock:
            if self._own is None:
                import httpx

                self._own = httpx.Client(**_client_settings(self._config))
            return self._own


async def _aclose(client: AsyncHTTPClient) -> None:
    await client.aclose()


def _headers(config: Config, token: Secret | None) -> Mapping[str, str]:
    if token is None:
        return config.headers
    return {**config.headers, "authorization": f"Bearer {token.reveal()}"}


def _timeout(config: Config, patience: Patience) -> dict[str, Any]:
    """Return the argument for what the caller set here; an injected client has its own too."""
    if config.http_client is not None and not patience.is_explicit:
        if patience.deadline is None:
            return {}
        # Its own timeouts hold, as far as they end before the deadline.
        own = getattr(config.http_client, "timeout", None)
        phases = [getattr(own, phase, None) for phase in ("connect", "read", "write", "pool")]
        left = Patience(float("inf"), patience.deadline).at(TIMING.monotonic())
        return {"timeout": tuple(left if phase is None else min(phase, left) for phase in phases)}
    return {"timeout": patience.at(TIMING.monotonic())}


def _client_settings(config: Config) -> dict[str, Any]:
    import httpx

    return {
        "verify": config.verify,
        # How many connections there are is decided before the request gets here.
        "limits": httpx.Limits(max_connections=None, max_keepalive_connections=None),
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


def transport_error(error: Exception, operation: str) -> TransportError:
    """Return our error for one that an HTTP client raised.

    Told apart by name: ``httpx`` and ``httpx2`` have classes of their own with the same names.
    """
    names = {error_type.__name__ for error_type in type(error).__mro__}
    kind = type(error).__name__
    maybe_sent = not (names & _NOTHING_SENT or isinstance(error, NoTimeLeftError))
    if "TimeoutException" in names or isinstance(error, TimeoutError):
        message = f"The server did not answer in time ({kind})"
        return TransportTimeoutError(message, operation=operation, maybe_sent=maybe_sent)
    detail = f"{kind}: {error}" if str(error) else kind
    return TransportError(
        f"The request got no answer ({detail})", operation=operation, maybe_sent=maybe_sent
    )
