"""The way to the service, shared by all clients that are parts of one."""

import asyncio
import sys
from concurrent.futures import Future, wait
from types import FunctionType
from typing import TypeVar, cast

from ._answers import Answer
from ._config import Config
from ._http import (
    AsyncHTTPClient,
    AsyncHTTPXBackend,
    HTTPClient,
    HTTPXBackend,
    check_async_client,
    check_sync_client,
)
from ._limits import Pace, Slots
from ._loop_connections import AsyncConnectionPool
from ._operations import Call
from ._origin import NoTimeLeftError, Origin, Patience, no_connection
from ._secret import Secret
from ._socket_connections import ConnectionPool
from ._timing import TIMING
from .errors import ConfigurationError, TransportError

ClientT = TypeVar("ClientT")

# Connections of our own; more requests than that wait for each other.
MAX_CONNECTIONS = 100

# What tools for testing and tracing replace to see the requests of all of httpx's clients.
_SEAMS = (
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
        replaceable: type = getattr(module, class_name)
        function: object = vars(replaceable)[method]
        if type(function) is not FunctionType or function.__code__.co_filename != module.__file__:
            return True
    return False


def _has_proxy(config: Config) -> bool:
    """Whether there may be a proxy on the way, which httpx knows how to speak to."""
    if config.is_local:
        return False
    from urllib.request import getproxies

    return bool(getproxies().keys() - {"no"})


class _Way:
    """What both kinds of network have: the turns, and the choice of a backend."""

    def __init__(self, config: Config) -> None:
        self._pace = Pace(config.requests_per_second)
        own_limit = MAX_CONNECTIONS if config.http_client is None else None
        self._slots = Slots(config.max_in_flight or own_limit)
        self._closed = False
        self._needs_httpx = config.http_client is not None or _has_proxy(config)

    def _check_open(self) -> None:
        if self._closed:
            raise ConfigurationError("The client is closed")

    def _moment(self, call: Call, patience: Patience) -> float | TransportError:
        """Reserve the moment to send at; return the seconds until then."""
        pause = self._pace.reserve(TIMING.monotonic(), patience.deadline)
        return no_connection(NoTimeLeftError(), call.operation) if pause is None else pause


class AsyncNetwork(_Way):
    """Sends requests of tasks: through our own connections, or an ``httpx`` client."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        if config.http_client is not None:
            check_async_client(config.http_client)
        self._httpx = AsyncHTTPXBackend(config, cast("AsyncHTTPClient | None", config.http_client))
        self._own = AsyncConnectionPool(Origin.of(config))

    async def send(
        self, call: Call, token: Secret | None, patience: Patience
    ) -> Answer | TransportError:
        """Send a request when it is its turn; return the answer, or why there is none.

        Raises:
            ConfigurationError: The client is closed.
        """
        self._check_open()
        if (turn := self._slots.take()) is not None:
            try:
                await self._wait_for(turn, patience)
            except TimeoutError as error:
                return no_connection(error, call.operation)
        try:
            pause = self._moment(call, patience)
            if isinstance(pause, TransportError):
                return pause
            if pause > 0:
                await TIMING.async_sleep(pause)
            self._check_open()
            backend = self._httpx if self._needs_httpx or is_intercepted() else self._own
            return await backend.send(call, token, patience)
        finally:
            self._slots.free()

    async def aclose(self) -> None:
        """Close the connections, unless the HTTP client is the caller's own."""
        self._closed = True
        await self._own.aclose()
        await self._httpx.aclose()

    async def _wait_for(self, turn: Future[None], patience: Patience) -> None:
        try:
            async with asyncio.timeout(patience.at(TIMING.monotonic())):
                await asyncio.wrap_future(turn)
        except BaseException:
            self._slots.give_up(turn)
            raise


class Network(_Way):
    """Sends requests of threads: through our own connections, or an ``httpx`` client."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        if config.http_client is not None:
            check_sync_client(config.http_client)
        self._httpx = HTTPXBackend(config, cast("HTTPClient | None", config.http_client))
        self._own = ConnectionPool(Origin.of(config))

    def send(self, call: Call, token: Secret | None, patience: Patience) -> Answer | TransportError:
        """Send a request when it is its turn; return the answer, or why there is none.

        Raises:
            ConfigurationError: The client is closed.
        """
        self._check_open()
        if (turn := self._slots.take()) is not None:
            try:
                self._wait_for(turn, patience)
            except TimeoutError as error:
                return no_connection(error, call.operation)
        try:
            pause = self._moment(call, patience)
            if isinstance(pause, TransportError):
                return pause
            if pause > 0:
                TIMING.sleep(pause)
            self._check_open()
            backend = self._httpx if self._needs_httpx or is_intercepted() else self._own
            return backend.send(call, token, patience)
        finally:
            self._slots.free()

    def close(self) -> None:
        """Close the connections, unless the HTTP client is the caller's own."""
        self._closed = True
        self._own.close()
        self._httpx.close()

    def _wait_for(self, turn: Future[None], patience: Patience) -> None:
        try:
            if not wait([turn], patience.at(TIMING.monotonic())).done:
                raise TimeoutError
        except BaseException:
            self._slots.give_up(turn)
            raise
