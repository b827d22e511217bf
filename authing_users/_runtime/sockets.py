"""The sockets that new connections use: test tools replace them while a test runs."""

import socket
import sys


def replaceable_sockets() -> tuple[object, object] | None:
    """Return the class of sockets and its method that connects, to compare them with later ones.

    If a test tool has replaced one of them, connections that are still open bypass the tool.

    Returns:
        ``None`` unless a test tool is loaded: outside of tests, connections always stay open.
    """
    modules = sys.modules  # looked at for each request, and so in the fastest way
    if "_pytest" in modules or "mocket" in modules or "httpretty" in modules:
        return socket.socket, socket.socket.connect
    return None
