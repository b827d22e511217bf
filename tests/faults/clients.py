"""Clients for the fault server."""

from typing import Any

import httpx2

from authing_users import fast

from ..support.client_kinds import ClientKind, Management, management_client
from .control import FaultServer
from .expectations import Sender


def http_client(sender: Sender, client_kind: ClientKind, timeout: float) -> Any:
    """Build the HTTP client of a sender; the default one is built by our client."""
    if sender == "httpx":
        return None
    if sender == "httpx2":
        kind = httpx2.Client if client_kind == "sync" else httpx2.AsyncClient
        return kind(timeout=timeout, trust_env=False, verify=False)
    return (fast.Client if client_kind == "sync" else fast.AsyncClient)(timeout=timeout)


def client_for(
    server: FaultServer, client_kind: ClientKind, sender: Sender, timeout: float, **settings: Any
) -> Management:
    """Build a client of either kind.

    Args:
        server: The server to call.
        client_kind: The kind of client.
        sender: How requests are sent.
        timeout: Seconds to wait for a connection, each read and each write.
        **settings: Other settings of the client.
    """
    http = http_client(sender, client_kind, timeout)
    if http is None:
        return management_client(client_kind, host=server.url, timeout=timeout, **settings)
    return management_client(client_kind, host=server.url, http_client=http, **settings)
