"""Which hosts are this machine."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_this_machine(hostname: str) -> bool:
    """Whether a host is this machine: requests to it may use plain http, and use no proxy."""
    if hostname == "localhost" or is_localhost_name(hostname):
        return True
    try:
        return ip_address(hostname).is_loopback
    except ValueError:
        return False


def is_localhost_name(hostname: str) -> bool:
    """Whether a host is a name below ``localhost``, which is this machine (RFC 6761)."""
    return hostname.endswith(".localhost")


def resolvable(url: str) -> str:
    """Return a URL that the system can resolve: few systems know names below ``localhost``."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not is_localhost_name(parts.hostname or ""):
        return url
    netloc = "localhost" if parts.port is None else f"localhost:{parts.port}"
    return parts._replace(netloc=netloc).geturl()
