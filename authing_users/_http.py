"""What we need of an HTTP client: any client with the interface of ``httpx`` will do."""

import inspect
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from ._config import Config
from ._origin import DeadlineReached, RequestTimeout
from ._protocol.response import Response
from ._runtime.clock import CLOCK
from ._runtime.secret import Secret
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


def request_headers(config: Config, token: Secret | None) -> Mapping[str, str]:
    """Return the headers of a request."""
    if token is None:
        return config.headers
    return {**config.headers, "authorization": f"Bearer {token.reveal()}"}


def request_timeout(config: Config, timeout: RequestTimeout) -> dict[str, Any]:
    """Return the argument for what the caller set here; an injected client has its own too."""
    if config.http_client is not None and not timeout.is_per_request:
        if timeout.deadline is None:
            return {}
        # Its own timeouts hold, as far as they end before the deadline.
        own = getattr(config.http_client, "timeout", None)
        phases = [getattr(own, phase, None) for phase in ("connect", "read", "write", "pool")]
        left = RequestTimeout(float("inf"), timeout.deadline).next_timeout(CLOCK.monotonic())
        return {"timeout": tuple(left if phase is None else min(phase, left) for phase in phases)}
    return {"timeout": timeout.next_timeout(CLOCK.monotonic())}


def client_settings(config: Config) -> dict[str, Any]:
    """Return the settings of an ``httpx`` client of ours."""
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


def to_response_or_error(error: Exception, operation: str, url: str) -> Response | TransportError:
    """Return what an error of an HTTP client stands for.

    Mostly that there is no answer. But a hook of an injected client may raise for the status of
    one, and then that counts, and not that nobody has read its body.

    Args:
        error: What the HTTP client raised.
        operation: Name of the operation.
        url: Address of our request.
    """
    response: Any = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    if isinstance(status, int) and _is_about(error, url):
        return Response(operation, status, response.headers, b"")
    return transport_error(error, operation, url)


def _is_about(error: Exception, url: str) -> bool:
    """Whether an error is about our request, and not about one that a hook made on its own."""
    raised: Any = error
    try:
        asked = raised.request.url
    except AttributeError:
        return True  # of a client that does not say
    except RuntimeError:
        return False  # raised with no request, and so not by what sends ours
    parts = urlsplit(url)
    return bool(asked.host == parts.hostname and asked.path == unquote(parts.path))


def transport_error(error: Exception, operation: str, url: str) -> TransportError:
    """Return our error for one that an HTTP client raised.

    Told apart by name: ``httpx`` and ``httpx2`` have classes of their own with the same names.

    Args:
        error: What the HTTP client raised.
        operation: Name of the operation.
        url: Address of our request.
    """
    names = {error_type.__name__ for error_type in type(error).__mro__}
    kind = type(error).__name__
    was_not_sent = bool(names & _NOTHING_SENT) and _is_about(error, url)
    maybe_sent = not (was_not_sent or isinstance(error, DeadlineReached))
    if "TimeoutException" in names or isinstance(error, TimeoutError):
        message = f"The server did not answer in time ({kind})"
        return TransportTimeoutError(message, operation=operation, maybe_sent=maybe_sent)
    detail = f"{kind}: {error}" if str(error) else kind
    return TransportError(
        f"The request got no answer ({detail})", operation=operation, maybe_sent=maybe_sent
    )
