"""Host names: whether they are valid, and which are this machine."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from ..errors import ConfigurationError

DEFAULT_HOST = "https://core.authing.cn"

_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?")


def url_parts(url: str) -> SplitResult:
    """Split a URL; encode an internationalized host name.

    Raises:
        ValueError: No request can be sent to the URL: its host or port is missing or invalid, or
            it contains a space or a control character.
    """
    if " " in url or not url.isprintable():
        raise ValueError(url)
    parts = urlsplit(url)
    hostname, port = _ascii_hostname(parts.hostname or ""), parts.port
    credentials, at, authority = parts.netloc.rpartition("@")
    has_brackets = authority.startswith("[")
    if port == 0 or has_brackets != (":" in hostname):
        raise ValueError(url)
    authority = f"[{hostname}]" if has_brackets else hostname
    if port is not None:
        authority += f":{port}"
    return parts._replace(netloc=f"{credentials}{at}{authority}")


def _ascii_hostname(hostname: str) -> str:
    if ":" in hostname:
        # Few HTTP clients can send requests to an address with a zone, such as fe80::1%eth0.
        if "%" in hostname:
            raise ValueError(hostname)
        return str(IPv6Address(hostname))
    if not hostname.isascii() or "xn--" in hostname:
        import idna  # installed with httpx

        hostname = idna.encode(hostname, uts46=True).decode("ascii")
    if _NAME.fullmatch(hostname) is None:
        raise ValueError(hostname)
    if hostname.rstrip(".").rpartition(".")[2].isdecimal():
        IPv4Address(hostname)
    return hostname


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


class ServiceHost(NamedTuple):
    """The URL of a service, with a scheme and without a trailing slash.

    Attributes:
        url: The URL.
        setting: The setting that it is from.
        is_local: Whether it is this machine.
    """

    url: str
    setting: str
    is_local: bool


def service_host(
    value: str, setting: str, *, scheme: str = "https", may_have_path: bool = False
) -> ServiceHost:
    """Return the host that a setting names.

    Raises:
        ConfigurationError: The value is not the URL of a host, or not secure.
    """
    name = setting.removesuffix("=")
    if "@" in value:
        # The value is not shown: it holds a password.
        raise ConfigurationError(f"Invalid {name}: it contains a user name or password")
    invalid = f"Invalid {name} {value!r}: expected a URL such as {DEFAULT_HOST}"
    try:
        parts = url_parts(value if "://" in value else f"{scheme}://{value}")
    except ValueError:
        raise ConfigurationError(invalid) from None
    has_path = parts.path not in ("", "/") and not may_have_path
    if parts.scheme not in ("http", "https") or has_path or parts.query or parts.fragment:
        raise ConfigurationError(invalid)
    is_local = is_this_machine(parts.hostname or "")
    if parts.scheme == "http" and not is_local:
        raise ConfigurationError(
            f"Invalid {name} {value!r}: use https. Plain http is for this machine only, because "
            "secrets and keys could be read and replaced on the way"
        )
    return ServiceHost(parts.geturl().rstrip("/"), setting, is_local)
