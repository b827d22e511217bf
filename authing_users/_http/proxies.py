"""The proxy that the environment names for a host."""

import importlib.util
import os
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from .._runtime.hosts import url_parts
from .._runtime.secret import SealedSecret
from ..errors import ConfigurationError

SCHEMES = ("http", "https", "socks5", "socks5h")


class Proxy(SealedSecret):
    """The URL of a proxy. It may hold a password, so nothing shows it.

    Attributes:
        setting: The setting that it was read from.
        scheme: Scheme of the URL.
        address: Its scheme, host and port.
    """

    __slots__ = ("address", "scheme", "setting")

    def __init__(self, url: str, setting: str) -> None:
        super().__init__(url)
        parts = urlsplit(url)
        self.setting: str = setting
        self.scheme: str = parts.scheme
        self.address: str = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def environment_proxy(url: str) -> Proxy | None:
    """Return the proxy for requests to ``url``, or ``None`` for a direct connection.

    Reads ``https_proxy`` or ``http_proxy``, ``all_proxy`` and ``no_proxy``, in lower or upper case,
    and the proxy settings of the system on macOS and Windows.

    Raises:
        ConfigurationError: The proxy cannot be used; the message names the variable.
    """
    kind, proxy = _setting_for(url)
    return None if proxy is None else checked_proxy(proxy, _variable(f"{kind}_proxy"))


def _setting_for(url: str) -> tuple[str, SealedSecret | None]:
    # A function of its own, so that tracebacks with locals do not show the passwords of proxies.
    parts = urlsplit(url)
    proxies = getproxies()
    kind = next((kind for kind in (parts.scheme, "all") if proxies.get(kind)), "")
    if not kind or _is_bypassed(url, proxies.get("no", "")):
        return kind, None
    return kind, SealedSecret(proxies[kind])


def checked_proxy(proxy: SealedSecret, setting: str) -> Proxy:
    """Return a proxy with a complete URL.

    Args:
        proxy: The proxy, ``host:port`` or a URL.
        setting: The setting that it was read from.

    Raises:
        ConfigurationError: The proxy cannot be used.
    """
    if "://" not in proxy.reveal():
        proxy = SealedSecret(f"http://{proxy.reveal()}")
    checked = _parsed(proxy, setting)
    if checked is None:
        raise ConfigurationError(
            f"{setting} is not a valid proxy: expected a URL such as http://proxy.example:3128"
        )
    scheme = checked.scheme
    if scheme not in SCHEMES:
        raise ConfigurationError(
            f"{setting} names a proxy with scheme {scheme!r}: expected one of {', '.join(SCHEMES)}"
        )
    if scheme.startswith("socks") and importlib.util.find_spec("socksio") is None:
        raise ConfigurationError(
            f"{setting} names a SOCKS proxy, which needs a package that is not installed: "
            "pip install 'authing-users[socks]'"
        )
    return checked


def _parsed(proxy: SealedSecret, setting: str) -> Proxy | None:
    """Return a proxy with an encoded host name, if its URL is valid."""
    try:
        return Proxy(url_parts(proxy.reveal()).geturl(), setting)
    except ValueError:
        return None


def _variable(name: str) -> str:
    """Return the name of the variable that is set, or say that the system names the proxy."""
    names = (name, name.upper())
    return next((name for name in names if os.environ.get(name)), "The system's proxy setting")


def _is_bypassed(url: str, no_proxy: str) -> bool:
    parts = urlsplit(url)
    hostname = parts.hostname or ""
    if proxy_bypass(parts.netloc):  # names, suffixes, host:port and *
        return True
    entries = [entry.strip() for entry in no_proxy.split(",")]
    if f"{parts.scheme}://{hostname}" in entries:  # a form that httpx reads
        return True
    try:
        address = ip_address(hostname)
    except ValueError:
        return False
    return any(_contains(entry, address) for entry in entries)


def _contains(entry: str, address: IPv4Address | IPv6Address) -> bool:
    """Whether an entry is the address, with or without brackets, or a network with it."""
    try:
        return address in ip_network(entry.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return False
