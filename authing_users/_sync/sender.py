# Derived from authing_users/_async/sender.py: change that, and run `make generate`.

"""Sends single requests: within the limits, through an HTTP client, with a bounded response."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, cast

from .._concurrency.threads import (
    NEVER,
    ClientHolder,
    interrupt_at,
    owner_is_alive,
    wait_for_slot,
)
from .._config import Config
from .._http.body import BodyLimit, TooManyBytes, UnsupportedEncoding
from .._http.checks import check_http_client, checked_head
from .._http.failures import (
    Failure,
    Progress,
    deadline_error,
    reraise,
    target,
    to_response_or_error,
)
from .._http.in_process import SERVERS
from .._http.proxies import Proxy, environment_proxy
from .._http.tls import resolve_verify
from .._http.tool_errors import tool_error
from .._policy.limits import ConcurrencyLimiter, RateLimiter, Turn, shared_pause
from .._policy.timeouts import DeadlineReached, RequestTimeout
from .._protocol.request import Request
from .._protocol.response import Response
from .._runtime.clock import CLOCK, is_cancelled
from .._runtime.foreign import describe
from .._runtime.secret import Secret
from ..errors import ConfigurationError, TransportError
from ..http_interface import HTTPClient, HTTPResponse

# Requests in flight through a client of ours; more wait for each other.
MAX_IN_FLIGHT = 100

# The turn of all calls of a client without limits.
UNLIMITED = Turn(lambda: True)


class Sender:
    """Sends requests through the caller's HTTP client, or through one of ours.

    Shared by all clients that ``with_options`` derives from one.

    Attributes:
        has_limits: Whether calls have to wait for their turn. If not, it is ``UNLIMITED``.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        own_limit = MAX_IN_FLIGHT if config.http_client is None else None
        self._limiter = config.limiter
        self._rate = RateLimiter(config.requests_per_second, is_shared=config.limiter is not None)
        self._slots = ConcurrencyLimiter(config.max_in_flight or own_limit)
        self.has_limits = self._rate.is_limited or self._slots.is_limited
        self._closed = False
        self._injected = cast("HTTPClient | None", config.http_client)
        # A client with hooks is one of httpx.
        self._names_requests = self._injected is None or hasattr(self._injected, "event_hooks")
        self._proxy: Proxy | None = None
        if self._injected is None:
            # This machine is never reached through a proxy.
            self._proxy = None if config.is_local else environment_proxy(config.host)
            self._own = ClientHolder(client_factory(config, self._proxy))
        else:
            check_http_client(self._injected)

    def begin(self, operation: str, timeout: RequestTimeout) -> Turn:
        """Wait until the limits of the client allow a call to send its request.

        Args:
            operation: Name of the operation, for errors.
            timeout: How long the call may take.

        Returns:
            The turn of the call, to be passed to ``end``.

        Raises:
            ConfigurationError: The client is closed.
            DeadlineExceededError: The limits do not allow the request before the deadline.
        """
        self.check_open()
        turn = Turn(owner_is_alive())
        try:
            self._join(self._slots, turn, operation, timeout)
            deadline = timeout.deadline
            if deadline is not None and self._rate.earliest(CLOCK.monotonic()) >= deadline:
                raise deadline_error(operation, maybe_sent=False)
            self._join(self._rate.line, turn, operation, timeout)
        except BaseException:
            self.end(turn)
            raise
        return turn

    def end(self, turn: Turn) -> None:
        """Give back what a call holds."""
        self.leave_line(turn)
        self._slots.release(turn)

    def leave_line(self, turn: Turn) -> None:
        """Let others in the line send: this call has sent its request, or waits for a token."""
        self._rate.line.release(turn)

    def resume(self, turn: Turn, operation: str, timeout: RequestTimeout) -> bool:
        """Return to the place in the line that a call had before it left it.

        Returns:
            Whether the call had left it.

        Raises:
            DeadlineExceededError: The deadline was reached first.
        """
        line = self._rate.line
        if not line.is_limited or line.holds(turn):
            return False
        self._join(line, turn, operation, timeout)
        return True

    def _join(
        self, limiter: ConcurrencyLimiter, turn: Turn, operation: str, timeout: RequestTimeout
    ) -> None:
        if (slot := limiter.acquire(turn)) is None:
            return
        try:
            wait_for_slot(slot, limiter, timeout)
        except BaseException as error:
            limiter.cancel(turn, slot)
            limiter.reclaim()
            if not isinstance(error, DeadlineReached):
                raise
        else:
            return
        raise deadline_error(operation, maybe_sent=False)

    def send(
        self, request: Request, token: Secret | None, timeout: RequestTimeout, turn: Turn
    ) -> Response | Failure:
        """Send a request; return the response, or why there is none.

        Args:
            request: The request.
            token: The token to send it with, or ``None`` for a request without one.
            timeout: How long it may take.
            turn: The turn of the call.

        Raises:
            ConfigurationError: The client is closed, or the shared limiter failed.
            DeadlineExceededError: The rate does not allow the request before the deadline.
            TransportError: The result is no longer needed, so nothing was sent.
        """
        is_paced = self._rate.is_limited
        if is_paced:
            self._pace(request.operation, timeout, turn)
        self.check_open()
        if is_cancelled():
            raise TransportError(
                "The call was cancelled", operation=request.operation, maybe_sent=False
            )
        if is_paced:
            self._rate.count(CLOCK.monotonic())
            self.leave_line(turn)
        return self._exchange(request, token, timeout)

    def _pace(self, operation: str, timeout: RequestTimeout, turn: Turn) -> None:
        """Wait at the head of the line until the rate allows a request."""
        self.resume(turn, operation, timeout)
        self._pause(self._rate.pause(CLOCK.monotonic()), operation, timeout)
        if self._limiter is not None:
            self._pause(shared_pause(self._limiter), operation, timeout)

    def _pause(self, seconds: float, operation: str, timeout: RequestTimeout) -> None:
        left = timeout.remaining(CLOCK.monotonic())
        if left is not None and seconds >= left:
            raise deadline_error(operation, maybe_sent=False)
        if seconds > 0:
            CLOCK.sleep(seconds)

    def close(self) -> None:
        """Close our HTTP clients. The caller's client stays open."""
        self._closed = True
        if self._injected is None:
            self._own.close()

    def check_open(self) -> None:
        """Raise ``ConfigurationError`` if the client is closed."""
        if self._closed:
            raise ConfigurationError("The client is closed")

    def _exchange(
        self, request: Request, token: Secret | None, timeout: RequestTimeout
    ) -> Response | Failure:
        if self._injected is not None:
            return self._exchange_through(self._injected, request, token, timeout)
        client = self._own_client()
        try:
            return self._exchange_through(client, request, token, timeout)
        finally:
            self._own.release()

    def _exchange_through(
        self,
        client: HTTPClient,
        request: Request,
        token: Secret | None,
        timeout: RequestTimeout,
    ) -> Response | Failure:
        url = f"{self._config.host}{request.path}"
        deadline = timeout.deadline
        is_sent = has_response = False
        try:
            with NEVER if deadline is None else interrupt_at(deadline):
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
                has_response = True
                try:
                    status, headers = checked_head(http_response)
                    body = self._read(http_response, timeout)
                finally:
                    http_response.close()
        except ConfigurationError:
            raise  # the HTTP client cannot be used like this
        except Exception as error:
            if tool_error(error) is not None:
                reraise(error, request.operation)
            limit = self._config.max_response_bytes
            described = self._target(url)
            progress = Progress(self._names_requests, is_sent, has_response)
            return to_response_or_error(error, request.operation, url, described, progress, limit)
        except BaseException as error:
            reraise(error, request.operation)
        return Response(request.operation, status, headers, body, url)

    def _target(self, url: str) -> str:
        """Describe where a request is sent, and the settings that say so."""
        proxy = self._proxy
        with suppress(Exception):  # only fast clients have this method
            found = cast("Any", self._injected).proxy_for(url)
            proxy = found if isinstance(found, Proxy) else None
        return target(self._config.host, self._config.host_setting, proxy)

    def _own_client(self) -> HTTPClient:
        try:
            return self._own.acquire()
        except ConfigurationError:
            raise
        except Exception as error:
            problem = f"Cannot create the HTTP client ({describe(error)})"
        raise ConfigurationError(problem)

    def _read(self, http_response: HTTPResponse, timeout: RequestTimeout) -> bytes:
        """Read a body, with a limit on its decompressed size."""
        response: Any = http_response
        limit, size = self._config.max_response_bytes, 0
        if getattr(response, "has_small_body", False) is True:  # only fast clients have it
            body: bytes = response.read()
            if len(body) > limit:
                raise TooManyBytes
            timeout.check(CLOCK.monotonic())
            return body
        encoding = http_response.headers.get("content-encoding", "")
        if "," in encoding:  # each layer could expand the one below a thousandfold
            raise UnsupportedEncoding(encoding)
        chunks_of_body: Iterable[bytes] = http_response.iter_bytes()
        # The same bytes with fewer steps, if nothing is compressed or has been read already.
        if not encoding and getattr(response, "is_stream_consumed", True) is False:
            chunks_of_body = response.stream
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


def client_factory(config: Config, proxy: Proxy | None) -> Callable[[], HTTPClient]:
    """Return a function that creates our HTTP client; check its settings now.

    Raises:
        ConfigurationError: The CA certificates cannot be used.
    """
    verify = resolve_verify(config.verify)
    uses_tls = config.host.startswith("https:") or (proxy is not None and proxy.scheme == "https")

    def create() -> HTTPClient:
        if (server := SERVERS.get(config.host)) is not None:
            return server.default_client()
        from .._http.default import DefaultClient

        return DefaultClient(verify=verify, proxy=proxy, uses_tls=uses_tls)

    return create
