"""What new connections are made with: test tools replace it while a test runs."""

import socket
import sys

# Test tools, and the runner whose plugins and fixtures replace sockets.
_LOADED_BY_TESTS = ("_pytest", "httpretty", "mocket")


def replaceable_sockets() -> tuple[object, object] | None:
    """Return what connects sockets, to be compared with a later result.

    If a test tool has replaced it in between, connections that are still open bypass the tool.

    Returns:
        ``None`` unless a test tool is loaded: outside of tests, connections always stay open.
    """
    modules = sys.modules
    if any(name in modules for name in _LOADED_BY_TESTS):
        return socket.socket, socket.socket.connect
    return None
