"""Requests of threads through a client of ``httpx``, or one like it."""

import threading

from .._config import Config
from .._http import (
    HTTPClient,
    client_settings,
    request_headers,
    request_timeout,
    to_response_or_error,
)
from .._origin import RequestTimeout
from .._protocol.request import Request
from .._protocol.response import Response
from .._runtime.fork import register_after_fork
from .._runtime.secret import Secret
from ..errors import TransportError


class HTTPXBackend:
    """Sends requests through the caller's client, or through one of ours.

    Ours is built when the first request is made, since it loads the certificates.
    """

    def __init__(self, config: Config, given: HTTPClient | None) -> None:
        self._config = config
        self._given = given
        self.after_fork()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Leave the client to the process that made it."""
        self._lock = threading.Lock()
        self._own: HTTPClient | None = None

    def send(
        self, request: Request, token: Secret | None, timeout: RequestTimeout
    ) -> Response | TransportError:
        """Send a request; return the answer, or why there is none."""
        http, url = self._given or self._client(), f"{self._config.host}{request.path}"
        try:
            response = http.request(
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

                self._own = httpx.Client(**client_settings(self._config))
            return self._own
