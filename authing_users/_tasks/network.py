"""The way of tasks to the service."""

import asyncio
from concurrent.futures import Future
from typing import cast

from .._config import Config
from .._http import AsyncHTTPClient, check_async_client
from .._network import NetworkBase
from .._origin import Origin, RequestTimeout, connect_error
from .._protocol.request import Request
from .._protocol.response import Response
from .._runtime.clock import CLOCK
from .._runtime.secret import Secret
from ..errors import TransportError
from .connections import AsyncConnectionPool
from .httpx_backend import AsyncHTTPXBackend


class AsyncNetwork(NetworkBase):
    """Sends requests of tasks: through our own connections, or an ``httpx`` client."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        if config.http_client is not None:
            check_async_client(config.http_client)
        self._httpx = AsyncHTTPXBackend(config, cast("AsyncHTTPClient | None", config.http_client))
        self._own = AsyncConnectionPool(Origin.of(config))

    async def send(
        self, request: Request, token: Secret | None, timeout: RequestTimeout
    ) -> Response | TransportError:
        """Send a request when it is its turn; return the answer, or why there is none.

        Raises:
            ConfigurationError: The client is closed.
        """
        self.check_open()
        if (turn := self._slots.take()) is not None:
            try:
                await self._wait_for(turn, timeout)
            except TimeoutError as error:
                return connect_error(error, request.operation)
        try:
            pause = self.reserve_send_time(request, timeout)
            if isinstance(pause, TransportError):
                return pause
            if pause > 0:
                await CLOCK.async_sleep(pause)
            self.check_open()
            backend = self._httpx if self.needs_httpx() else self._own
            return await backend.send(request, token, timeout)
        finally:
            self._slots.free()

    async def aclose(self) -> None:
        """Close the connections, unless the HTTP client is the caller's own."""
        self._closed = True
        await self._own.aclose()
        await self._httpx.aclose()

    async def _wait_for(self, turn: Future[None], timeout: RequestTimeout) -> None:
        try:
            async with asyncio.timeout(timeout.remaining(CLOCK.monotonic())):
                await asyncio.wrap_future(turn)
        except BaseException:
            self._slots.cancel(turn)
            raise
