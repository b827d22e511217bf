"""Requests of tasks through a client of ``httpx``, or one like it."""

import asyncio
import threading
from weakref import WeakKeyDictionary

from .._answers import Answer
from .._config import Config
from .._fork import on_fork
from .._http import (
    AsyncHTTPClient,
    answer_or_error,
    client_settings,
    request_headers,
    request_timeout,
)
from .._operations import Call
from .._origin import Patience
from .._secret import Secret
from .._timing import TIMING
from ..errors import TransportError


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
        http, url = self._given or self._client(), f"{self._config.host}{call.path}"
        try:
            left = None if patience.deadline is None else patience.deadline - TIMING.monotonic()
            async with asyncio.timeout(left):
                response = await http.request(
                    call.method,
                    url,
                    content=call.body,
                    headers=request_headers(self._config, token),
                    follow_redirects=False,
                    **request_timeout(self._config, patience),
                )
        except Exception as error:
            return answer_or_error(error, call.operation, url)
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

                self._own[loop] = httpx.AsyncClient(**client_settings(self._config))
            return self._own[loop]


async def _aclose(client: AsyncHTTPClient) -> None:
    await client.aclose()
