"""Checks whether an injected HTTP client can be used."""

import inspect
from collections.abc import Mapping

from .._runtime.foreign import attribute
from ..errors import ConfigurationError
from ..http_interface import BaseHTTPResponse


def check_http_client(client: object) -> None:
    """Raise ``ConfigurationError`` unless a synchronous client can send through ``client``."""
    _check(client, "close", "httpx.Client, httpx2.Client or fast.Client")
    if inspect.iscoroutinefunction(attribute(client, "send", "http_client")):
        raise ConfigurationError(
            "http_client is asynchronous: pass it to an asynchronous client, "
            "or pass an httpx.Client"
        )


def check_async_http_client(client: object) -> None:
    """Raise ``ConfigurationError`` unless an asynchronous client can send through ``client``."""
    _check(client, "aclose", "httpx.AsyncClient, httpx2.AsyncClient or fast.AsyncClient")


def checked_head(http_response: BaseHTTPResponse) -> tuple[int, Mapping[str, str]]:
    """Return status and headers of a response; raise ``TypeError`` if they cannot be read."""
    status: object = http_response.status_code
    headers = http_response.headers
    if isinstance(status, int) and hasattr(headers, "get"):
        return status, headers
    raise TypeError(
        f"the response of type {type(http_response).__name__} has no status_code and headers"
    )


def _check(client: object, close: str, expected: str) -> None:
    if inspect.isclass(client):
        raise ConfigurationError(
            f"http_client is the class {client.__name__}: pass an instance of it"
        )
    needed = ("build_request", "send", close)
    missing = [name for name in needed if not callable(attribute(client, name, "http_client"))]
    if missing:
        raise ConfigurationError(
            f"http_client of type {type(client).__name__} has no {' or '.join(missing)}: "
            f"expected {expected}"
        )
    if attribute(client, "is_closed", "http_client") is True:
        raise ConfigurationError("http_client is closed")
