"""The way of threads to the service."""

from concurrent.futures import Future, wait
from typing import cast

from .._config import Config
from .._http import HTTPClient, check_sync_client
from .._network import NetworkBase
from .._origin import DeadlineReached, Origin, RequestTimeout, connect_error
from .._protocol.request import Request
from .._protocol.response import Response
from .._runtime.clock import CLOCK
from .._runtime.secret import Secret
from ..errors import TransportError
from .connections import ConnectionPool
from .httpx_backend import HTTPXBackend


class Network(NetworkBase):
    """Sends requests of threads: through our own connections, or an ``httpx`` client."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        if config.http_client is not None:
            check_sync_client(config.http_client)
        self._httpx = HTTPXBackend(config, cast("HTTPClient | None", config.http_client))
        self._own = ConnectionPool(Origin.of(config))

    def send(
        self, request: Request, token: Secret | None, timeout: RequestTimeout
    ) -> Response | TransportError:
        """Send a request when it is its turn; return the answer, or why there is none.

        Raises:
            ConfigurationError: The client is closed.
        """
        self.check_open()
        if (turn := self._slots.take()) is not None:
            try:
                self._wait_for(turn, timeout)
            except TimeoutError as error:
                return connect_error(error, request.operation)
        try:
            pause = self.reserve_send_time(request, timeout)
            if isinstance(pause, TransportError):
                return pause
            if pause > 0:
                CLOCK.sleep(pause)
            self.check_open()
            backend = self._httpx if self.needs_httpx() else self._own
            return backend.send(request, token, timeout)
        finally:
            self._slots.free()

    def close(self) -> None:
        """Close the connections, unless the HTTP client is the caller's own."""
        self._closed = True
        self._own.close()
        self._httpx.close()

    def _wait_for(self, turn: Future[None], timeout: RequestTimeout) -> None:
        try:
            if not wait([turn], timeout.remaining(CLOCK.monotonic())).done:
                raise DeadlineReached
        except BaseException:
            self._slots.cancel(turn)
            raise
