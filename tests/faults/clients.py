"""Clients for the fault server."""

from typing import Any

from ..support.client_kinds import ClientKind, Management, management_client
from ..support.senders import Sender, timeout_settings
from .control import FaultServer


def client_for(
    server: FaultServer, client_kind: ClientKind, sender: Sender, timeout: float, **settings: Any
) -> Management:
    """Build a client of either kind.

    Args:
        server: The server to call.
        client_kind: The kind of client.
        sender: How requests are sent.
        timeout: Seconds to wait for a connection, each read and each write.
        **settings: Other options of the client.
    """
    options = {**timeout_settings(sender, client_kind, timeout), **settings}
    return management_client(client_kind, host=server.url, **options)
