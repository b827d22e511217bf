"""Access to the control paths: only programs on this machine, no foreign web pages.

The control paths need no token. A web page in a browser on this machine must not reach them, not
even through a host name that resolves to this machine (DNS rebinding).
"""

import ipaddress
from collections.abc import Collection
from typing import cast
from urllib.parse import urlsplit

from starlette.requests import Request

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(address: str) -> bool:
    """Return whether an IP address is a loopback address."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def denial_reason(request: Request, own_hosts: Collection[str]) -> str | None:
    """Return why a control request is denied, or ``None`` when it is allowed.

    Args:
        request: The request.
        own_hosts: Host names of the server besides the loopback names.
    """
    if request.client is not None and not is_loopback(request.client.host):
        return "The control paths accept requests from this machine only."
    # The listening address comes from the server, so a client cannot choose it. With
    # ASGITransport, it is the host name that the client uses.
    server = cast("tuple[str, int | None] | None", request.scope.get("server"))
    hosts = {*_LOOPBACK_NAMES, *own_hosts, *([server[0]] if server else [])}
    if _host_name(f"//{request.headers.get('host', '')}") not in hosts:
        return "The control paths accept requests for this machine's own host names only."
    origin = request.headers.get("origin")
    if origin is not None and _host_name(origin) not in hosts:
        return "The control paths reject cross-origin requests."
    if request.headers.get("sec-fetch-site") == "cross-site":
        return "The control paths reject cross-origin requests."
    return None


def _host_name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
