"""The way of threads to the service."""

from concurrent.futures import Future, wait
from typing import cast

from .._answers import Answer
from .._config import Config
from .._http import HTTPClient, check_sync_client
from .._network import NetworkBase
from .._operations import Call
from .._origin import NoTimeLeftError, Origin, Patience, no_connection
from .._secret import Secret
from .._timing import TIMING
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

    def send(self, call: Call, token: Secret | None, patience: Patience) -> Answer | TransportError:
        """Send a request when it is its turn; return the answer, or why there is none.

        Raises:
            ConfigurationError: The client is closed.
        """
        self.check_open()
        if (turn := self._slots.take()) is not None:
            try:
                self._wait_for(turn, patience)
            except TimeoutError as error:
                return no_connection(error, call.operation)
        try:
            pause = self.moment(call, patience)
            if isinstance(pause, TransportError):
                return pause
            if pause > 0:
                TIMING.sleep(pause)
            self.check_open()
            backend = self._httpx if self.needs_httpx() else self._own
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
            if not wait([turn], patience.left(TIMING.monotonic())).done:
                raise NoTimeLeftError
        except BaseException:
            self._slots.give_up(turn)
            raise
