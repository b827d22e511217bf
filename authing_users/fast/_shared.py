"""Settings, requests and exceptions of both fast clients."""

import importlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, cast
from urllib.parse import urlsplit

from .._http.proxies import Proxy, checked_proxy, environment_proxy
from .._http.tls import resolve_verify, ssl_context
from .._runtime.foreign import attribute
from .._runtime.hosts import is_this_machine, resolvable
from .._runtime.secret import SealedSecret, Secret, SecretBytes
from ..errors import ConfigurationError
from ..options import DEFAULT_TIMEOUT, Verify, check_positive, check_whole

Cert = str | tuple[str, str]

# Most bytes of a body to read in one step. Larger ones are limited on the way.
LARGEST_SMALL_BODY = 1_048_576

# Seconds after which an idle connection is not reused; servers close theirs after 5 or more.
KEEPALIVE_EXPIRY = 4.0


class TimeoutException(Exception):
    """A timeout."""


class ConnectTimeout(TimeoutException):
    """There was no connection in time: nothing was sent."""


class PoolTimeout(TimeoutException):
    """There was no free connection in time: nothing was sent."""


class ReadTimeout(TimeoutException):
    """The server did not respond in time: the request may have been sent."""


class ConnectError(Exception):
    """The connection failed: nothing was sent."""


class ReadError(Exception):
    """The request failed, and may have been sent."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a connection pool, named as in ``httpx.Limits``, which is accepted too.

    Attributes:
        max_connections: Most connections at once; no limit if ``None``.
        max_keepalive_connections: Most idle connections to keep. Ignored by ``AsyncClient``.
        keepalive_expiry: Seconds after which an idle connection is closed.
    """

    max_connections: int | None = None
    max_keepalive_connections: int | None = None
    keepalive_expiry: float | None = KEEPALIVE_EXPIRY


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Timeouts in seconds, named as in ``httpx.Timeout``, which is accepted too."""

    connect: float | None = DEFAULT_TIMEOUT
    read: float | None = DEFAULT_TIMEOUT
    write: float | None = DEFAULT_TIMEOUT
    pool: float | None = DEFAULT_TIMEOUT


class Request:
    """A request, as ``build_request`` returns it.

    Attributes:
        method: HTTP method.
        url: Absolute URL.
        content: Body.
        headers: Headers; can be changed until the request is sent.
        timeout: Seconds that replace the client's timeouts, or ``None``.
    """

    # Not a dataclass, whose fields could be listed with the body and the token.
    __slots__ = ("content", "headers", "method", "timeout", "url")

    method: str
    url: str
    content: bytes | None
    headers: dict[str, str]
    timeout: float | None

    def __init__(
        self,
        method: str,
        url: str,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> None:
        self.method = method
        self.url = url
        if content is not None and type(content) is not SecretBytes:
            content = SecretBytes(content)
        self.content = content
        self.headers = _Headers(headers or {})
        self.timeout = timeout

    def __repr__(self) -> str:
        return f"Request({self.method!r}, {self.url!r})"


class _Headers(dict[str, str]):
    """Headers that show a token as asterisks if it is set after the request was built."""

    def __setitem__(self, name: str, value: str) -> None:
        super().__setitem__(name, Secret(value) if name.lower() == "authorization" else value)


class BaseClient:
    """The common part of both clients: checks settings, builds requests."""

    def __init__(
        self,
        *,
        verify: Verify,
        cert: Cert | None,
        proxy: SealedSecret | None,
        trust_env: bool,
        timeout: Any,
        limits: Any,
    ) -> None:
        self._verify = verify
        self._cert = _cert_paths(cert)
        self._proxy = None if proxy is None else checked_proxy(proxy, "proxy")
        self._trust_env = trust_env
        self.timeout: Timeouts = timeouts_of(timeout)
        self._limits = limits_of(limits)
        self._environment_proxies: dict[str, Proxy | None] = {}  # by scheme, host and port
        self._is_closed = False
        self._checked_verify = resolve_verify(verify)
        if self._cert:
            ssl_context(self._checked_verify, needed=True, cert=self._cert)

    @property
    def is_closed(self) -> bool:
        """Whether the client has been closed."""
        return self._is_closed

    def build_request(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: Any = None,
    ) -> Request:
        """Build a request.

        Args:
            method: HTTP method.
            url: Absolute URL.
            content: Body.
            headers: Headers.
            timeout: Seconds that replace the client's timeouts; the shortest of several counts.
        """
        seconds = None if timeout is None else shortest(timeout)
        request = Request(method, url, content, headers, seconds)
        if ".localhost" in url:
            request.url = resolvable(url)
            request.headers["host"] = urlsplit(url).netloc
        return request

    def proxy_for(self, url: str) -> Proxy | None:
        """Return the proxy for requests to a URL, or ``None`` for a direct connection.

        Raises:
            ConfigurationError: The environment names a proxy that cannot be used.
        """
        if self._proxy is not None or not self._trust_env:
            return self._proxy
        origin = url[: url.index("/", len("https://"))]
        if origin not in self._environment_proxies:
            is_local = is_this_machine(urlsplit(origin).hostname or "")
            self._environment_proxies[origin] = None if is_local else environment_proxy(origin)
        return self._environment_proxies[origin]


def import_extra(module: str, name: str) -> None:
    try:
        importlib.import_module(module)
    except ImportError:
        raise ConfigurationError(
            f"{name} needs a package that is not installed: pip install 'authing-users[fast]'"
        ) from None


def is_small_body(headers: Mapping[str, str]) -> bool:
    """Whether a body is small, and cannot grow by being decompressed."""
    length = headers.get("content-length", "")
    is_small = length.isdecimal() and int(length) <= LARGEST_SMALL_BODY
    return is_small and "content-encoding" not in headers


def timeouts_of(timeout: Any) -> Timeouts:
    """Return timeouts from seconds, ``None``, or an object with the attributes of ``Timeouts``.

    Raises:
        ConfigurationError: A timeout is invalid.
    """
    if timeout is None or isinstance(timeout, int | float):
        phases = [timeout] * 4
    else:
        phases = _attributes(timeout, Timeouts, "timeout", "a number of seconds or httpx.Timeout")
    for phase in phases:
        if phase is not None:
            check_positive(phase, "timeout", "seconds")
    return Timeouts(*phases)


def limits_of(limits: Any) -> Limits:
    """Return limits from ``None``, or an object with the attributes of ``Limits``.

    Raises:
        ConfigurationError: A limit is invalid.
    """
    if limits is None:
        return Limits()
    connections, idle, expiry = _attributes(limits, Limits, "limits", "fast.Limits or httpx.Limits")
    for count, name in ((connections, "max_connections"), (idle, "max_keepalive_connections")):
        if count is not None:
            check_whole(count, f"limits.{name}", at_least=0)
    if expiry:
        check_positive(expiry, "limits.keepalive_expiry", "seconds")
    return Limits(connections, idle, expiry)


def _attributes(
    owner: object, kind: type[Timeouts] | type[Limits], setting: str, expected: str
) -> list[Any]:
    names = [option.name for option in fields(kind)]
    values = [attribute(owner, name, setting) for name in names]
    if not all(hasattr(owner, name) for name in names):
        raise ConfigurationError(f"{setting} must be {expected}, not {type(owner).__name__}")
    return values


def _cert_paths(cert: object) -> tuple[str, ...]:
    if cert is None:
        return ()
    items = list(cast("tuple[object, ...]", cert)) if isinstance(cert, tuple) else [cert]
    paths = tuple(item for item in items if isinstance(item, str))
    if len(paths) < len(items):
        raise ConfigurationError("cert must be the path of a PEM file, or the paths of two")
    for path in paths:
        if not os.path.isfile(path):
            raise ConfigurationError(f"cert: there is no file {path!r}")
    return paths


def shortest(timeout: Any) -> float | None:
    """Return the shortest of several timeouts, or the only one."""
    if isinstance(timeout, tuple):
        phases = cast("tuple[float | None, ...]", timeout)
        return min((phase for phase in phases if phase is not None), default=None)
    return cast("float | None", timeout)
