"""A running emulator, which its control paths control."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from ...testing.emulator.control import EmulatorControl
from .._errors import CommandError

__all__ = ["RunningEmulator"]

# Seconds: 100,000 users, the most of one seed, take about a minute.
TIMEOUT = 600


class _RejectedError(CommandError):
    """The emulator rejects a request."""


class RunningEmulator(EmulatorControl):
    """An emulator that another process serves.

    Args:
        address: Its address, with or without ``http://``.

    Attributes:
        url: Its URL.
    """

    def __init__(self, address: str) -> None:
        super().__init__()
        self.url: str = (address if "://" in address else f"http://{address}").rstrip("/")

    def seed(self, content: Mapping[str, Any], *, name: str | None = None) -> None:
        """Create the objects of a seed, or nothing on an error.

        Args:
            content: The seed.
            name: Name of the file that it comes from.

        Raises:
            CommandError: The emulator does not run, or rejects the seed.
        """
        try:
            self._request("POST", "seed", content)
        except _RejectedError as error:
            raise CommandError(f"{name}: {error}" if name else str(error)) from None

    def counts(self) -> Mapping[str, int]:
        """Return the number of users, roles and groups."""
        health = self._request("GET", "health", {})
        counts: Mapping[str, int] | None = health["counts"]
        return counts or {}

    def _send(self, method: str, path: str, **fields: Any) -> Any:
        return self._request(method, path, fields)

    def _request(self, method: str, path: str, content: Mapping[str, Any]) -> Any:
        is_query = method == "GET"
        given = {name: value for name, value in content.items() if value is not None}
        try:
            response = httpx.request(
                method,
                f"{self.url}/emulator/v1/{quote(path)}",
                params=given if is_query else None,
                json=None if is_query else dict(content),
                timeout=TIMEOUT,
                trust_env=False,
            )
            received: Any = response.json()
        except (httpx.InvalidURL, httpx.HTTPError, ValueError):
            raise CommandError(
                f"no emulator responds at {self.url}",
                hint="Start one: authing-users emulator serve. Or name another with --emulator.",
            ) from None
        if response.is_error:
            raise _RejectedError(str(received["message"]))
        return received
