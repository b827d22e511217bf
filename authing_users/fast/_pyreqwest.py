"""The synchronous client, on ``pyreqwest``."""

import os
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import urlsplit

from .._http.tls import environment_context
from .._runtime.foreign import describe
from .._runtime.secret import SealedSecret
from ..errors import ConfigurationError
from ..options import DEFAULT_TIMEOUT, Verify
from ._shared import (
    BaseClient,
    Cert,
    ConnectError,
    PoolTimeout,
    ReadError,
    ReadTimeout,
    Request,
    import_extra,
    is_small_body,
)
from ._visibility import check_tools_see, is_test

if TYPE_CHECKING:
    from pyreqwest.client import SyncClient, SyncClientBuilder
    from pyreqwest.request import SyncStreamRequest
    from pyreqwest.response import SyncResponse

# Most bytes of a body to read at once.
READ_SIZE = 65_536


class Client(BaseClient):
    """A synchronous HTTP client on ``pyreqwest``.

    A ``timeout`` of single requests (``with_options``) bounds the whole request, not each read. A
    forked process cannot use the client. Test tools do not see its requests: while one mocks or
    records requests or blocks the network, a request raises an ``AssertionError``.

    Args:
        verify: How to verify certificates: ``True``, ``False`` (insecure), or the path of a CA
            file, which is trusted in addition to the default certificates.
        cert: Client certificate: the path of a PEM file with the certificate and its key, or the
            paths of both.
        proxy: URL of a proxy for all requests. Default: the proxy that the environment names.
        trust_env: Whether to use the proxies that the environment names. This machine is never
            reached through one of them.
        timeout: Seconds to wait for a connection, and for each read; or an ``httpx.Timeout``.
        limits: Limits of the connection pool; an ``httpx.Limits`` works too.

    Raises:
        ConfigurationError: A setting is invalid, or the extra ``fast`` is not installed.
    """

    def __init__(
        self,
        *,
        verify: Verify = True,
        cert: Cert | None = None,
        proxy: str | None = None,
        trust_env: bool = True,
        timeout: Any = DEFAULT_TIMEOUT,
        limits: Any = None,
    ) -> None:
        sealed_proxy = None if proxy is None else SealedSecret(str(proxy))
        del proxy  # tracebacks with locals would show its password
        import_extra("pyreqwest.client", "fast.Client")
        super().__init__(
            verify=verify,
            cert=cert,
            proxy=sealed_proxy,
            trust_env=trust_env,
            timeout=timeout,
            limits=limits,
        )
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._clients: dict[SealedSecret | None, SyncClient] = {}
        if not isinstance(self._verify, bool | str | os.PathLike):
            raise ConfigurationError(
                "verify: fast.Client cannot use an ssl.SSLContext; pass the path of a CA file"
            )
        if not isinstance(self._verify, bool) and not Path(self._verify).is_file():
            raise ConfigurationError(
                f"verify: fast.Client needs a CA file, and {str(self._verify)!r} is a folder"
            )

    def send(
        self,
        request: Request,
        *,
        stream: bool = True,  # noqa: ARG002
        follow_redirects: bool = False,  # noqa: ARG002
    ) -> "Response":
        """Send a request and return the response as soon as its head has arrived.

        Redirects are not followed, and the body is always read by ``iter_bytes``.

        Raises:
            AssertionError: A test tool is active, which would not see the request.
            ConfigurationError: The process was forked after the client was created.
            ConnectError: Nothing was sent; also ``ConnectTimeout`` and ``PoolTimeout``.
            ReadError: The request may have been sent; also ``ReadTimeout``.
        """
        check_tools_see("fast.Client", request.url, uses_sockets=False, seen_by=())
        try:
            client = self._client(request.url)
            builder = client.request(request.method, request.url).headers(request.headers)
            if request.content is not None:
                builder = builder.body_bytes(request.content)
            if request.timeout is not None:
                builder = builder.timeout(timedelta(seconds=request.timeout))
            sent = builder.build_streamed()
            return Response(sent, sent.__enter__())
        except (ConfigurationError, ConnectError):
            raise
        except Exception as error:
            # Not assigned to a name: a cycle of frame and error would keep the connection open.
            raise _failure(error) from None

    def close(self) -> None:
        """Close all connections."""
        self._is_closed = True
        with self._lock:
            clients = list(self._clients.values())
            self._clients.clear()
        for client in clients:
            client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _client(self, url: str) -> "SyncClient":
        if self._process != os.getpid():
            raise _forked()  # a request would hang
        if self._is_closed:
            raise ConnectError("The HTTP client is closed")
        proxy = self.proxy_for(url)
        if is_test():
            # As Python does for its own sockets: hooks of tests cannot see those of pyreqwest.
            parts = urlsplit(url if proxy is None else proxy.address)
            sys.audit("socket.getaddrinfo", parts.hostname, parts.port, 0, 0, 0)
        client = self._clients.get(proxy)
        if client is None:
            with self._lock:
                client = self._clients.get(proxy)
                if client is None:
                    if self._verify is True and url.startswith("https:"):
                        environment_context()  # pyreqwest ignores a file that it cannot read
                    client = self._clients[proxy] = self._create(proxy)
        return client

    def _create(self, proxy: SealedSecret | None) -> "SyncClient":
        from pyreqwest.client import SyncClientBuilder
        from pyreqwest.proxy import ProxyBuilder

        builder = SyncClientBuilder().follow_redirects(False).error_for_status(False).no_proxy()
        builder = builder.http1_lower_case_headers().brotli(False).zstd(False).referer(False)
        for method, seconds in (
            (builder.connect_timeout, self.timeout.connect),
            (builder.read_timeout, self.timeout.read),
            (builder.pool_timeout, self.timeout.pool),
        ):
            if seconds is not None:
                builder = method(timedelta(seconds=seconds))
        builder = self._with_limits(builder)
        try:
            if proxy is not None:
                builder = builder.proxy(ProxyBuilder.all(proxy.reveal()))
            return self._with_certificates(builder).build()
        except RuntimeError:
            failure = _forked()  # pyreqwest was used before the fork
        except Exception as error:
            failure = ConfigurationError(f"fast.Client cannot be created: {describe(error)}")
        raise failure

    def _with_certificates(self, builder: "SyncClientBuilder") -> "SyncClientBuilder":
        if self._verify is False:
            builder = builder.danger_accept_invalid_certs(True)
        elif self._verify is not True:
            path = cast("str | os.PathLike[str]", self._verify)
            builder = builder.add_root_certificate_pem(Path(path).read_bytes())
        if self._cert:
            parts = [Path(path).read_bytes() for path in self._cert]
            builder = builder.identity_pem(b"\n".join(parts))
        return builder

    def _with_limits(self, builder: "SyncClientBuilder") -> "SyncClientBuilder":
        limits = self._limits
        expiry = limits.keepalive_expiry
        builder = builder.max_connections(limits.max_connections).pool_idle_timeout(
            None if expiry is None else timedelta(seconds=expiry)
        )
        if limits.max_keepalive_connections is None:
            return builder
        return builder.pool_max_idle_per_host(limits.max_keepalive_connections)


class Response:
    """A response whose body has not been read yet.

    Attributes:
        status_code: HTTP status.
        headers: Headers, with case-insensitive lookup.
        has_small_body: Whether ``read`` can be used.
    """

    __slots__ = ("_reader", "_request", "has_small_body", "headers", "status_code")

    def __init__(self, request: "SyncStreamRequest", response: "SyncResponse") -> None:
        self._request = request
        self._reader = response.body_reader
        self.status_code: int = response.status
        headers: Any = response.headers  # its type does not inherit from Mapping
        self.headers: Mapping[str, str] = headers
        self.has_small_body: bool = is_small_body(headers)

    def read(self) -> bytes:
        """Return a small body."""
        try:
            return bytes(self._reader.bytes())
        except Exception as error:
            raise _failure(error) from None

    def iter_bytes(self) -> Iterator[bytes]:
        """Iterate over the decompressed body, in chunks as they arrive."""
        try:
            while (chunk := self._reader.read(READ_SIZE)) is not None:
                yield bytes(chunk)
        except Exception as error:
            raise _failure(error) from None

    def close(self) -> None:
        """Release the connection."""
        self._request.__exit__(None, None, None)


def _forked() -> ConfigurationError:
    # The threads of pyreqwest exist in the parent process only.
    return ConfigurationError(
        "fast.Client cannot be used in a forked process; use the default HTTP client there"
    )


def _failure(error: Exception) -> Exception:
    """Return our exception for one of pyreqwest.

    Its classes do not tell whether the request was sent: a ``ConnectError`` may follow a request
    that the server has read. Only the chain of causes does.
    """
    from pyreqwest import exceptions

    details: Any = getattr(error, "details", None) or {}
    chain: list[dict[str, str]] = details.get("causes") or []
    causes = [cause["message"] for cause in chain]
    detail = causes[-1] if causes else str(error)
    if isinstance(error, exceptions.PoolTimeoutError):
        return PoolTimeout(detail)
    if isinstance(error, exceptions.RequestTimeoutError):
        return ReadTimeout(detail)  # it may have been connected, whatever the class says
    if any(cause.startswith("client error (Connect)") for cause in causes):
        return ConnectError(detail)
    return ReadError(detail)
