"""Servers that run in this process: the emulator and the stub, in tests.

A client whose host is one of them uses the HTTP client of the server instead of connections.
"""

from typing import Protocol

from ..http_interface import AsyncHTTPClient, HTTPClient


class InProcessServer(Protocol):
    """Creates the HTTP clients that reach a server in this process."""

    def default_client(self) -> HTTPClient:
        """Return a client that accepts the settings of ``DefaultClient.build_request``."""
        ...

    def async_default_client(self) -> AsyncHTTPClient:
        """Return the asynchronous twin of ``default_client``."""
        ...


SERVERS: dict[str, InProcessServer] = {}
"""The servers, by the URL of their host."""
