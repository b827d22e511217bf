"""Clients for the fault server."""

from typing import Any

from ..support.client_kinds import Management, Mode, management_client
from ..support.senders import Sender, timeout_settings
from .control import FaultServer


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
    options = {**timeout_settings(sender, mode, timeout), **settings}
    return management_client(mode, host=server.url, **options)
