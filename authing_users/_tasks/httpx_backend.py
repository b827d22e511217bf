"""Requests of tasks through a client of ``httpx``, or one like it."""

import asyncio
import threading
from weakref import WeakKeyDictionary

from .._config import Config
from .._http import (
    AsyncHTTPClient,
    client_settings,
    request_headers,
    request_timeout,
    to_response_or_error,
)
from .._origin import RequestTimeout
from .._protocol.request import Request
from .._protocol.response import Response
from .._runtime.clock import CLOCK
from .._runtime.fork import register_after_fork
from .._runtime.secret import Secret
from ..errors import TransportError


class AsyncHTTPXBackend:
    """Sends requests through the caller's client, or through one of ours for each event loop.

    Ours are built when the first request is made, since they load the certificates.
    """

    def __init__(self, config: Config, given: AsyncHTTPClient | None) -> None:
        self._config = config
        self._given = given
        self.after_fork()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Leave the clients to the process that made them."""
        self._lock = threading.Lock()
        self._own: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncHTTPClient] = (
            WeakKeyDictionary()
        )

    async def send(
        self, request: Request, token: Secret | None, timeout: RequestTimeout
    ) -> Response | TransportError:
        """Send a request; return the answer, or why there is none."""
        http, url = self._given or self._client(), f"{self._config.host}{request.path}"
        try:
            left = None if timeout.deadline is None else timeout.deadline - CLOCK.monotonic()
            async with asyncio.timeout(left):
                response = await http.request(
                    request.method,
                    url,
                    content=request.body,
                    headers=request_headers(self._config, token),
                    follow_redirects=False,
                    **request_timeout(self._config, timeout),
                )
        except Exception as error:
            return to_response_or_error(error, request.operation, url)
        return Response(request.operation, response.status_code, response.headers, response.content)

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

                self._own[loop] = httpx.AsyncClient(**client_settings(self._config))
            return self._own[loop]


async def _aclose(client: AsyncHTTPClient) -> None:
    await client.aclose()
