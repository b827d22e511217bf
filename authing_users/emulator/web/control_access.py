"""Who may use the control paths: programs on this machine, and no web page from elsewhere.

The control paths need no token, so a page in a browser on this machine must not reach them, also
not by a name of its own that it lets point to this machine (DNS rebinding).
"""

import ipaddress
from collections.abc import Collection
from typing import cast
from urllib.parse import urlsplit

from starlette.requests import Request

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(address: str) -> bool:
    """Whether an IP address is one of this machine's loopback addresses."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def objection(request: Request, own_hosts: Collection[str]) -> str | None:
    """Why a request may not control the emulator, or ``None`` when it may.

    Args:
        request: The request.
        own_hosts: Names that this server is known by, besides those of the loopback interface.
    """
    if request.client is not None and not is_loopback(request.client.host):
        return "The control paths answer only to clients on this machine."
    # Where the server itself says it listens; a sender cannot choose that. In one process with
    # the client, it is whatever name the client made up.
    server = cast("tuple[str, int | None] | None", request.scope.get("server"))
    hosts = {*_LOOPBACK_NAMES, *own_hosts, *([server[0]] if server else [])}
    if _host_name(f"//{request.headers.get('host', '')}") not in hosts:
        return "The control paths answer only to this machine's own names."
    origin = request.headers.get("origin")
    if origin is not None and _host_name(origin) not in hosts:
        return "The control paths do not answer to web pages from elsewhere."
    if request.headers.get("sec-fetch-site") == "cross-site":
        return "The control paths do not answer to web pages from elsewhere."
    return None


def _host_name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
