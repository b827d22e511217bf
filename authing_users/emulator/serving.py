"""Serving the application on a port until a signal comes."""

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
from .web.control_access import is_loopback

_SHUTDOWN_SECONDS = 5


class UnusableAddressError(Exception):
    """The server cannot listen at an address; the message is a sentence for the user."""


def bind(host: str, port: int, *, allow_remote: bool) -> socket.socket:
    """Open the socket to listen on.

    Args:
        host: Name or address of the interface.
        port: Port; 0 for any free one.
        allow_remote: Whether other machines may connect.

    Raises:
        PermissionError: Other machines could connect, though they may not.
        UnusableAddressError: The address cannot be listened at.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:
        message = f"{host!r} is no name or address of this machine: {error}."
        raise UnusableAddressError(message) from None
    if not allow_remote and not is_loopback(str(address[0])):
        raise PermissionError(host)
    listener = socket.socket(family, kind, protocol)
    try:
        if sys.platform != "win32":  # there it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        message = f"Cannot listen on port {port} of {host}: {error.strerror}."
        raise UnusableAddressError(message) from None
    return listener


def announcement(listener: socket.socket, app: EmulatorApp) -> str:
    """What a user needs to connect: the address, and the variables to export."""
    host, port = listener.getsockname()[:2]
    reachable = host
    if ipaddress.ip_address(host).is_unspecified:  # every interface, which is no place to go to
        reachable = "::1" if ":" in host else "127.0.0.1"
    variables = {
        "AUTHING_EMULATOR_HOST": _authority(reachable, port),
        "AUTHING_USERPOOL_ID": app.user_pool_id,
        "AUTHING_USERPOOL_SECRET": app.secret,
    }
    exports = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    return "\n".join([f"Authing emulator at http://{_authority(host, port)}", *exports])


def serve(app: EmulatorApp, listener: socket.socket, announce: Callable[[], None]) -> None:
    """Serve an application until SIGINT or SIGTERM.

    Args:
        app: The ASGI application.
        listener: The socket to listen on.
        announce: Called once requests are answered.
    """
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # the control paths must see the true address of a client
        server_header=False,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    server = _Server(config, announce)

    def stop(_: int, __: FrameType | None) -> None:
        server.should_exit = True

    # uvicorn has handlers of its own while it runs. At its end it raises the signals again for
    # the handlers before it, which would kill the process if they were the system's.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    server.run(sockets=[listener])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._announce()


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
