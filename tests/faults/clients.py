"""Clients for the fault server."""

from typing import Any

import httpx

from ..support.client_kinds import ClientKind, Management, management_client
from .control import FaultServer
from .expectations import Way


def client_for(
    server: FaultServer, client_kind: ClientKind, way: Way, timeout: float, **settings: Any
) -> Management:
    """Build a client of either kind that sends its requests in either way.

    Args:
        server: The server to call.
        client_kind: The kind of client.
        way: How requests are sent.
        timeout: Seconds to wait for a connection, each read and each write.
        **settings: Other settings of the client.
    """
    if way == "own connections":
        return management_client(client_kind, host=server.url, timeout=timeout, **settings)
    kind = httpx.Client if client_kind == "sync" else httpx.AsyncClient
    http = kind(timeout=timeout, trust_env=False, verify=False)
    return management_client(client_kind, host=server.url, http_client=http, **settings)
