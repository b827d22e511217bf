"""Connections of the server: those that send no request, or send it too slowly, are closed."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from .web.disruptions import CLOSE_CONNECTION

REQUEST_TIMEOUT = 10.0
"""Seconds for the head of a request, from the start of the connection or of the request."""


class ConnectionProtocol(H11Protocol):
    """The HTTP protocol of uvicorn, with a time limit for the head of each request.

    Bodies have their own limit, in ``read_body``.
    """

    _request_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to wait for the first request."""
        super().connection_made(transport)
        self.app_state: dict[str, object] = {**self.app_state, CLOSE_CONNECTION: transport.close}
        self._start_request_timer()

    def data_received(self, data: bytes) -> None:
        """Stop the timer when a request is complete, or start it for the next one."""
        super().data_received(data)
        if self.conn.our_state in (h11.SEND_RESPONSE, h11.SEND_BODY):
            self._stop_request_timer()
        elif self._request_timer is None:
            self._start_request_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer."""
        self._stop_request_timer()
        super().connection_lost(exc)

    def _start_request_timer(self) -> None:
        self._request_timer = self.loop.call_later(REQUEST_TIMEOUT, self.transport.abort)

    def _stop_request_timer(self) -> None:
        if self._request_timer is not None:
            self._request_timer.cancel()
            self._request_timer = None
