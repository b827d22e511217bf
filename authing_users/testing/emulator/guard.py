"""Stops requests to the real service in tests, before a connection is opened.

The guard is an audit hook for the lookup of host names, which every HTTP library of Python makes
unless a tool such as ``respx`` or a cassette replaces the network. So it sees the requests of all
clients of the process, and none that are mocked.
"""

import os
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ..._runtime.hosts import is_this_machine
from ..failures import TestFailure

# The domains of the service, which has a name for each region and user pool.
DOMAINS = ("authing.cn", "authing.co", "authing.com")


class RealServiceError(TestFailure):
    """A test tried to call the real service."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"The test tried to call the real service at {host}. Use the fixture authing_emulator "
            "or authing_stub, or a cassette. To record a cassette from the service, run pytest "
            "with --authing-record=real --authing-pool=ID. To allow requests to the service, mark "
            "the test with @pytest.mark.authing(allow_real=True), or use --authing-allow-real."
        )


@dataclass(eq=False)
class Guard:
    """Stops requests to some hosts, and remembers them.

    Attributes:
        hosts: Hosts of the service besides those of ``DOMAINS``.
        attempts: The errors that were raised. Code under test may have swallowed them.
    """

    hosts: frozenset[str]
    attempts: list[RealServiceError] = field(default_factory=list[RealServiceError])

    def check(self, host: object) -> None:
        """Raise ``RealServiceError`` if ``host`` is one of the service."""
        name = host.decode("latin-1") if isinstance(host, bytes) else host
        if not isinstance(name, str):
            return
        name = name.lower().rstrip(".")
        if name in self.hosts or name in DOMAINS or name.endswith(_ENDINGS):
            error = RealServiceError(name)
            self.attempts.append(error)
            raise error


_ENDINGS = tuple(f".{domain}" for domain in DOMAINS)
_guards: list[Guard] = []  # the last one counts: pytest can run within a test
_installed: list[bool] = []


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo" and _guards:
        _guards[-1].check(arguments[0])


@contextmanager
def guarded(hosts: Iterable[str]) -> Generator[Guard]:
    """Stop requests to the service in a ``with`` block, in all threads of the process.

    Args:
        hosts: Hosts besides those below the domains of the service.
    """
    if not _installed:
        sys.addaudithook(_audit)  # which cannot be removed
        _installed.append(True)
    guard = Guard(frozenset(hosts))
    _guards.append(guard)
    try:
        with _without_proxies([*DOMAINS, *guard.hosts]):
            yield guard
    finally:
        _guards.remove(guard)


@contextmanager
def allowed() -> Generator[None]:
    """Allow requests to the service in a ``with`` block, even within ``guarded``."""
    before = _guards.copy()
    _guards.clear()
    try:
        yield
    finally:
        _guards[:] = before


def private_hosts() -> frozenset[str]:
    """Return the host that ``AUTHING_HOST`` names, such as that of a private deployment."""
    url = os.environ.get("AUTHING_HOST", "")
    try:
        host = urlsplit(url if "://" in url else f"https://{url}").hostname
    except ValueError:
        return frozenset()  # clients report it
    return frozenset() if host is None or is_this_machine(host) else frozenset({host})


@contextmanager
def _without_proxies(hosts: Iterable[str]) -> Generator[None]:
    """Reach some hosts directly: a proxy would look up their names."""
    names = ("https_proxy", "http_proxy", "all_proxy")
    if not any(os.environ.get(name) or os.environ.get(name.upper()) for name in names):
        yield
        return
    before = os.environ.get("no_proxy")
    known = before if before is not None else os.environ.get("NO_PROXY", "")
    os.environ["no_proxy"] = ",".join(filter(None, [known, *hosts]))
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("no_proxy", None)
        else:
            os.environ["no_proxy"] = before
