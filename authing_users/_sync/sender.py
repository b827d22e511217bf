# Derived from authing_users/_async/sender.py: change that, and run `make generate`.

"""Sends single requests: within the limits, through an HTTP client, with a bounded response."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from .._concurrency.threads import ClientHolder, interrupt_after, wait_for_slot
from .._config import Config
from .._http.body import BodyLimit, TooManyBytes, UnsupportedEncoding
from .._http.checks import check_http_client, checked_head
from .._http.failures import (
    Failure,
    deadline_error,
    to_response_or_error,
    without_frames,
)
from .._http.proxies import environment_proxy
from .._http.tls import resolve_verify
from .._policy.limits import ConcurrencyLimiter, RateLimiter
from .._policy.timeouts import RequestTimeout
from .._protocol.request import Request
from .._protocol.response import Response
from .._runtime.clock import CLOCK
from .._runtime.foreign import describe
from .._runtime.secret import Secret
from ..errors import ConfigurationError
from ..http_interface import HTTPClient, HTTPResponse

# Requests in flight through a client of ours; more wait for each other.
MAX_IN_FLIGHT = 100


class Sender:
    """Sends requests through the caller's HTTP client, or through one of ours.

    Shared by all clients that ``with_options`` derives from one.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        own_limit = MAX_IN_FLIGHT if config.http_client is None else None
        self._rate = RateLimiter(config.requests_per_second)
        self._slots = ConcurrencyLimiter(config.max_in_flight or own_limit)
        self._has_limits = self._rate.is_limited or self._slots.is_limited
        self._closed = False
        self._injected = cast("HTTPClient | None", config.http_client)
        if self._injected is None:
            self._own = ClientHolder(client_factory(config))
        else:
            check_http_client(self._injected)

    def send(
        self, request: Request, token: Secret | None, timeout: RequestTimeout
    ) -> Response | Failure:
        """Send a request within the client's limits; return the response, or why there is none.

        Args:
            request: The request.
            token: The token to send it with, or ``None`` for a request without one.
            timeout: How long it may take.

        Raises:
            ConfigurationError: The client is closed.
        """
        self._check_open()
        if not self._has_limits:
            return self._exchange(request, token, timeout)
        if (slot := self._slots.acquire()) is not None:
            try:
                wait_for_slot(slot, timeout.remaining(CLOCK.monotonic()))
            except TimeoutError:
                self._slots.cancel(slot)
                return deadline_error(request.operation, maybe_sent=False)
            except BaseException:
                self._slots.cancel(slot)
                raise
        try:
            pause = self._rate.reserve(CLOCK.monotonic(), timeout.deadline)
            if pause is None:
                return deadline_error(request.operation, maybe_sent=False)
            if pause > 0:
                CLOCK.sleep(pause)
            self._check_open()
            return self._exchange(request, token, timeout)
        finally:
            self._slots.release()

    def close(self) -> None:
        """Close our HTTP clients. The caller's client stays open."""
        self._closed = True
        if self._injected is None:
            self._own.close()

    def _check_open(self) -> None:
        if self._closed:
            raise ConfigurationError("The client is closed")

    def _exchange(
        self, request: Request, token: Secret | None, timeout: RequestTimeout
    ) -> Response | Failure:
        client = self._client()
        url = f"{self._config.host}{request.path}"
        is_sent = False
        try:
            with interrupt_after(timeout.remaining(CLOCK.monotonic())):
                http_request: Any = client.build_request(
                    request.method,
                    url,
                    content=request.body,
                    headers=self._config.headers,
                    **self._timeout_settings(timeout),
                )
                if token is not None:
                    # Not passed above, where it would be a local of the library's frames.
                    http_request.headers["authorization"] = f"Bearer {token.reveal()}"
                is_sent = True
                http_response = client.send(http_request, stream=True, follow_redirects=False)
                try:
                    status, headers = checked_head(http_response)
                    body = self._read(http_response, timeout)
                finally:
                    http_response.close()
        except ConfigurationError:
            raise  # the HTTP client cannot be used like this
        except Exception as error:
            limit = self._config.max_response_bytes
            return to_response_or_error(error, request.operation, url, is_sent, limit)
        except BaseException as error:
            raise without_frames(error) from None
        return Response(request.operation, status, headers, body)

    def _client(self) -> HTTPClient:
        if self._injected is not None:
            return self._injected
        try:
            return self._own.get()
        except ConfigurationError:
            raise
        except Exception as error:
            problem = f"Cannot create the HTTP client ({describe(error)})"
        raise ConfigurationError(problem)

    def _read(self, http_response: HTTPResponse, timeout: RequestTimeout) -> bytes:
        """Read a body, with a limit on its decompressed size."""
        encoding = http_response.headers.get("content-encoding", "")
        if "," in encoding:  # each layer could expand the one below a thousandfold
            raise UnsupportedEncoding(encoding)
        chunks_of_body: Iterable[bytes] = http_response.iter_bytes()
        # The same bytes with fewer steps, if nothing is compressed or has been read already.
        if not encoding and getattr(http_response, "is_stream_consumed", True) is False:
            chunks_of_body = cast("Any", http_response).stream
        limit, size = self._config.max_response_bytes, 0
        chunks: list[bytes] = []
        for chunk in chunks_of_body:
            size += len(chunk)
            if size > limit:
                raise TooManyBytes
            chunks.append(chunk)
            timeout.check(CLOCK.monotonic())
        return bytes(chunks[0]) if len(chunks) == 1 else b"".join(chunks)

    def _timeout_settings(self, timeout: RequestTimeout) -> dict[str, Any]:
        """Return the timeout as an argument; an injected client has its own."""
        if self._injected is None:
            body = BodyLimit(self._config.max_response_bytes, timeout)
            return {"timeout": timeout.next_timeout(CLOCK.monotonic()), "body_limit": body}
        if timeout.is_per_request:
            return {"timeout": timeout.next_timeout(CLOCK.monotonic())}
        if timeout.deadline is None:
            return {}
        # Its own timeouts count, unless they end after the deadline.
        own = getattr(self._injected, "timeout", None)
        phases = [getattr(own, phase, None) for phase in ("connect", "read", "write", "pool")]
        left = RequestTimeout(float("inf"), timeout.deadline).next_timeout(CLOCK.monotonic())
        return {"timeout": tuple(left if phase is None else min(phase, left) for phase in phases)}


def client_factory(config: Config) -> Callable[[], HTTPClient]:
    """Return a function that creates our HTTP client; check its settings now.

    Raises:
        ConfigurationError: The CA certificates or the proxy of the environment cannot be used.
    """
    verify = resolve_verify(config.verify)
    # This machine is never reached through a proxy.
    proxy = None if config.is_local else environment_proxy(config.host)
    uses_tls = config.host.startswith("https:") or (
        proxy is not None and proxy.reveal().startswith("https:")
    )

    def create() -> HTTPClient:
        from .._http.default import DefaultClient

        return DefaultClient(verify=verify, proxy=proxy, uses_tls=uses_tls)

    return create
