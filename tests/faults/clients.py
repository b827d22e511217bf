"""Clients for the fault server."""

from typing import Any

import httpx2

from authing_users import fast

from ..support.client_kinds import Management, Mode, management_client
from .control import FaultServer
from .expectations import Sender


def http_client(sender: Sender, mode: Mode, timeout: float) -> Any:
    """Build the HTTP client of a sender; the default one is built by our client."""
    if sender == "httpx":
        return None
    if sender == "httpx2":
        kind = httpx2.Client if mode == "sync" else httpx2.AsyncClient
        return kind(timeout=timeout, trust_env=False, verify=False)
    return (fast.Client if mode == "sync" else fast.AsyncClient)(timeout=timeout)


def client_for(
    server: FaultServer, mode: Mode, sender: Sender, timeout: float, **settings: Any
) -> Management:
    """Build a client of either kind.

    Args:
        server: The server to call.
        mode: The kind of client.
        sender: How requests are sent.
        timeout: Seconds to wait for a connection, each read and each write.
        **settings: Other settings of the client.
    """
    http = http_client(sender, mode, timeout)
    if http is None:
        return management_client(mode, host=server.url, timeout=timeout, **settings)
    return management_client(mode, host=server.url, http_client=http, **settings)
