"""The way to the service: what threads and tasks have in common."""

import os
import sys
from types import FunctionType, ModuleType

from ._config import Config
from ._origin import DeadlineReached, RequestTimeout, connect_error
from ._policy.limits import ConcurrencyLimiter, RateLimiter
from ._protocol.request import Request
from ._runtime.clock import CLOCK
from .errors import ConfigurationError, TransportError

# Connections of our own; more requests than that wait for each other.
MAX_CONNECTIONS = 100

_PROXY_VARIABLES = frozenset({"https_proxy", "all_proxy"})

# What tools for testing and tracing replace to see the requests of all of httpx's clients.
_SEAMS = (
    ("httpx._client", "Client", "request"),
    ("httpx._client", "Client", "send"),
    ("httpx._client", "AsyncClient", "request"),
    ("httpx._client", "AsyncClient", "send"),
    ("httpx._transports.default", "HTTPTransport", "handle_request"),
    ("httpx._transports.default", "AsyncHTTPTransport", "handle_async_request"),
    ("httpcore._sync.connection_pool", "ConnectionPool", "handle_request"),
    ("httpcore._async.connection_pool", "AsyncConnectionPool", "handle_async_request"),
)


def is_intercepted() -> bool:
    """Whether something watches, or replaces, what httpx sends: then we send through httpx too.

    So cassettes, mocks and tracing of httpx work, though our own connections are faster.
    """
    for module_name, class_name, method in _SEAMS:
        module = sys.modules.get(module_name)
        if module is None:
            continue
        # Without a default, a call during another thread's import of httpx would fail.
        function: object = getattr(getattr(module, class_name, None), method, None)
        if not _is_defined_in(module, function):
            return True
    return False


def _is_defined_in(module: ModuleType, function: object) -> bool:
    # A wrapper may have taken over the name of what it wraps, but not its code.
    return type(function) is FunctionType and function.__code__.co_filename == module.__file__


def _has_proxy(config: Config) -> bool:
    """Whether there may be a proxy on the way, which httpx knows how to speak to."""
    if config.is_local:
        return False
    if any(value for name, value in os.environ.items() if name.lower() in _PROXY_VARIABLES):
        return True
    system: str = sys.platform
    if system not in ("darwin", "win32"):
        return False
    from urllib.request import getproxies  # there the system's settings count too

    return not getproxies().keys().isdisjoint({"https", "all"})


class NetworkBase:
    """The turns of requests, and the choice of how they are sent.

    Shared by all clients that are parts of one.
    """

    def __init__(self, config: Config) -> None:
        self._pace = RateLimiter(config.requests_per_second)
        own_limit = MAX_CONNECTIONS if config.http_client is None else None
        self._slots = ConcurrencyLimiter(config.max_in_flight or own_limit)
        self._closed = False
        self._needs_httpx = config.http_client is not None or _has_proxy(config)

    def check_open(self) -> None:
        if self._closed:
            raise ConfigurationError("The client is closed")

    def reserve_send_time(
        self, request: Request, timeout: RequestTimeout
    ) -> float | TransportError:
        """Reserve the moment to send at; return the seconds until then."""
        pause = self._pace.reserve(CLOCK.monotonic(), timeout.deadline)
        return connect_error(DeadlineReached(), request.operation) if pause is None else pause

    def needs_httpx(self) -> bool:
        """Whether the next request goes through ``httpx``, and not through our own connections."""
        return self._needs_httpx or is_intercepted()
