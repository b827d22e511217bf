"""Test tools that do not see the requests of the fast clients.

Such a tool would not keep a test from sending real requests, so they are errors.
"""

import sys
from collections.abc import Callable
from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit

from .._runtime.foreign import describe
from .._runtime.sockets import replaceable_sockets

_ADVICE = "In tests, use the default HTTP client: leave out http_client, or pass one of httpx"


def check_tools_see(client: str, url: str, *, uses_sockets: bool, seen_by: tuple[str, ...]) -> None:
    """Raise an error if a test tool is active that does not see the requests of a client.

    Args:
        client: Name of the client.
        url: URL of the request.
        uses_sockets: Whether tools that replace the sockets of Python see the requests.
        seen_by: The other tools that see the requests.

    Raises:
        AssertionError: A tool mocks or records requests, or blocks the network.
    """
    if not is_test():
        return
    modules = sys.modules
    for package, tool, is_active in _TOOLS:
        if package in modules and tool not in seen_by and is_active(modules[package]):
            raise AssertionError(
                f"{client} cannot be used while {tool} is active, which does not see its "
                f"requests. {_ADVICE}"
            )
    if not uses_sockets and (reason := _blocked_by(url)) is not None:
        raise AssertionError(
            f"{client} cannot be used while the network is blocked ({reason}). {_ADVICE}"
        )


def is_test() -> bool:
    """Whether a test tool has been imported. Called for each request."""
    modules = sys.modules
    return (
        "_pytest" in modules
        or "vcr" in modules
        or "respx" in modules
        or "pook" in modules
        or "mocket" in modules
        or "replayx" in modules
        or "httpretty" in modules
    )


def is_recorded() -> bool:
    """Whether a cassette of vcrpy is open."""
    modules = sys.modules
    return "vcr" in modules and _vcr_is_active(modules["http.client"])


def _vcr_is_active(http_client: Any) -> bool:
    # Inside a cassette, this is a class that has the cassette as its attribute.
    return getattr(http_client.HTTPConnection, "cassette", None) is not None


def _respx_is_active(mocks: Any) -> bool:
    return any(mocker.routers for mocker in mocks.Mocker.registry.values())


def _pook_is_active(pook: Any) -> bool:
    return bool(pook.isactive())


def _replaces(name: str, package: str) -> Callable[[Any], bool]:
    """Return a predicate: whether something in a module has been replaced by a package.

    Args:
        name: Its name in the module, with dots.
        package: The package.
    """

    def is_active(module: Any) -> bool:
        return _package_of(attrgetter(name)(module)) == package

    return is_active


def _package_of(value: object) -> str:
    return str(getattr(value, "__module__", "")).partition(".")[0]


# A module, the tool, and how the module tells whether the tool is active.
_TOOLS: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("http.client", "vcrpy", _vcr_is_active),
    ("respx.mocks", "respx", _respx_is_active),
    ("httpx", "pytest-httpx", _replaces("HTTPTransport.handle_request", "pytest_httpx")),
    ("httpx", "replayx", _replaces("Client._transport_for_url", "replayx")),
    ("pook", "pook", _pook_is_active),
    ("socket", "mocket", _replaces("socket", "mocket")),
    ("socket", "httpretty", _replaces("socket", "httpretty")),
)


class _Unconnected:
    """Passed to ``socket.connect``: guards raise their error, and the real method a TypeError."""

    family = 2  # IPv4

    def close(self) -> None:
        """Do nothing."""


def _blocked_by(url: str) -> str | None:
    """Return the error by which a test tool blocks connections to a host, if one does."""
    sockets: Any = replaceable_sockets()
    if sockets is None:
        return None
    socket_type, connect = sockets
    if _package_of(socket_type) == "pytest_socket":
        return "pytest-socket"
    parts = urlsplit(url)
    reason = None
    for host in _addresses(parts.hostname or ""):
        try:
            connect(_Unconnected(), (host, parts.port))
        except (AttributeError, TypeError):
            return None  # not blocked: it tried to connect something that is not a socket
        except Exception as error:
            reason = describe(error)
    return reason


def _addresses(hostname: str) -> list[str]:
    """Return the host as tools may allow it: by its name, or by the addresses of this machine."""
    is_local = f".{hostname}".endswith(".localhost")
    return [hostname, "127.0.0.1", "::1"] if is_local else [hostname]
