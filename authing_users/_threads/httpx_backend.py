"""Requests of threads through a client of ``httpx``, or one like it."""

import threading

from .._answers import Answer
from .._config import Config
from .._fork import on_fork
from .._http import (
    HTTPClient,
    answer_or_error,
    client_settings,
    request_headers,
    request_timeout,
)
from .._operations import Call
from .._origin import Patience
from .._secret import Secret
from ..errors import TransportError


class HTTPXBackend:
    """Sends requests through the caller's client, or through one of ours.

    Ours is built when the first request is made, since it loads the certificates.
    """

    def __init__(self, config: Config, given: HTTPClient | None) -> None:
        self._config = config
        self._given = given
        self.after_fork()
        on_fork(self)

    def after_fork(self) -> None:
        """Leave the client to the process that made it."""
        self._lock = threading.Lock()
        self._own: HTTPClient | None = None

    def send(self, call: Call, token: Secret | None, patience: Patience) -> Answer | TransportError:
        """Send a request; return the answer, or why there is none."""
        http, url = self._given or self._client(), f"{self._config.host}{call.path}"
        try:
            response = http.request(
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
