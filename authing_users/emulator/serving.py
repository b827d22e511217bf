"""Serve the application on a port until a signal arrives."""

import asyncio
import ipaddress
import logging
import shlex
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType

import uvicorn

from .app import EmulatorApp
from .connections import ConnectionProtocol
from .log_limit import LogLimit
from .web.control_access import is_loopback

_SHUTDOWN_TIMEOUT = 5  # seconds
_INTERRUPT_AFTER = 1.0  # seconds; requests that still run then are interrupted


class UnusableAddressError(Exception):
    """The server cannot listen on an address. The message is for the user."""


def bind(host: str, port: int, *, allow_remote: bool) -> socket.socket:
    """Open the listening socket.

    Args:
        host: Host name or address to listen on.
        port: The port; 0 selects a free port.
        allow_remote: Allow connections from other machines.

    Raises:
        PermissionError: Other machines could connect, and ``allow_remote`` is false.
        UnusableAddressError: The server cannot listen on the address.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:
        message = f"{host!r} is not a host name or address of this machine: {error}."
        raise UnusableAddressError(message) from None
    if not allow_remote and not is_loopback(str(address[0])):
        raise PermissionError(host)
    try:
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        message = f"This machine does not support addresses such as {host}: {error.strerror}."
        raise UnusableAddressError(message) from None
    try:
        if family is socket.AF_INET6 and ipaddress.ip_address(str(address[0])).is_unspecified:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)  # accept IPv4, too
        if sys.platform != "win32":  # where the option lets two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        message = f"Cannot listen on port {port} of {host}: {error.strerror}."
        raise UnusableAddressError(message) from None
    return listener


def startup_message(listener: socket.socket, app: EmulatorApp) -> str:
    """Return the address of the server and the variables that a client needs."""
    host, port = listener.getsockname()[:2]
    reachable = host
    if ipaddress.ip_address(host).is_unspecified:  # clients cannot connect to it
        reachable = "::1" if ":" in host else "127.0.0.1"
    variables = {
        "AUTHING_EMULATOR_HOST": _authority(reachable, port),
        "AUTHING_USERPOOL_ID": app.user_pool_id,
        "AUTHING_USERPOOL_SECRET": app.secret,
    }
    exports = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    return "\n".join([f"Authing emulator at http://{_authority(host, port)}", *exports])


def serve(app: EmulatorApp, listener: socket.socket, on_started: Callable[[], None]) -> None:
    """Serve an application until SIGINT or SIGTERM.

    Args:
        app: The application.
        listener: The listening socket.
        on_started: Called when the server accepts requests.
    """
    config = uvicorn.Config(
        app,
        http=ConnectionProtocol,
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # the control paths need the real client address
        server_header=False,
        date_header=not app.is_deterministic,
        timeout_graceful_shutdown=_SHUTDOWN_TIMEOUT,
    )
    handler = logging.StreamHandler()
    handler.addFilter(LogLimit())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, format="%(message)s")
    server = _Server(config, app, on_started)

    def stop(_: int, __: FrameType | None) -> None:
        server.should_exit = True

    # uvicorn installs its own handlers, and when it stops it raises the signals again for the
    # previous handlers. The system's default handlers would kill the process.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    server.run(sockets=[listener])


class _Server(uvicorn.Server):
    def __init__(
        self, config: uvicorn.Config, app: EmulatorApp, on_started: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._app = app
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().call_later(_INTERRUPT_AFTER, self._app.interrupt)
        await super().shutdown(sockets=sockets)


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
