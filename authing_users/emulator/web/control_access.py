"""Access to the control paths: only programs on this machine, no foreign web pages.

The control paths need no token. A web page in a browser on this machine must not reach them, not
even through a host name that resolves to this machine (DNS rebinding). A browser sends
``Content-Type: application/json`` to another origin only with the permission of the server (a CORS
preflight), which the emulator never gives.
"""

import ipaddress
from collections.abc import Collection
from typing import cast
from urllib.parse import urlsplit

from starlette.requests import Request


def is_loopback(address: str) -> bool:
    """Return whether an IP address is a loopback address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    # A listener for IPv6 and IPv4 sees IPv4 clients as ::ffff:127.0.0.1.
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (mapped or ip).is_loopback


def denial_reason(request: Request, own_hosts: Collection[str]) -> str | None:
    """Return why a control request is denied, or ``None`` when it is allowed.

    Args:
        request: The request.
        own_hosts: Host names of the server besides ``localhost`` and loopback addresses.
    """
    if request.client is not None and not is_loopback(request.client.host):
        return "The control paths accept requests from this machine only."
    # The listening address comes from the server, so a client cannot choose it. With
    # ASGITransport, it is the host name that the client uses.
    server = cast("tuple[str, int | None] | None", request.scope.get("server"))
    hosts = {"localhost", *own_hosts, *([server[0]] if server else [])}
    if not _is_own_host(f"//{request.headers.get('host', '')}", hosts):
        return "The control paths accept requests for this machine's own host names only."
    origin = request.headers.get("origin")
    if origin is not None and not _is_own_host(origin, hosts):
        return "The control paths reject cross-origin requests."
    if request.headers.get("sec-fetch-site") == "cross-site":
        return "The control paths reject cross-origin requests."
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and media_type != "application/json":
        return "The control paths require the header Content-Type: application/json."
    return None


def _is_own_host(url: str, hosts: Collection[str]) -> bool:
    try:
        name = urlsplit(url).hostname
    except ValueError:
        return False
    return name is not None and (name in hosts or is_loopback(name))
