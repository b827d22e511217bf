"""The HTTP clients that our client can send requests with."""

from typing import Any, Literal

import httpx2

from authing_users import fast

from .client_kinds import ClientKind

Sender = Literal["httpx", "httpx2", "fast"]
SENDERS: tuple[Sender, ...] = ("httpx", "httpx2", "fast")


def http_client(
    sender: Sender, client_kind: ClientKind, timeout: float = 10, **settings: Any
) -> Any:
    """Build the HTTP client of a sender.

    Args:
        sender: The HTTP library; ``httpx`` is the default, whose client our client builds itself.
        client_kind: The kind of client.
        timeout: Seconds to wait for a connection, each read and each write.
        **settings: Other settings of the HTTP client.

    Returns:
        The value of ``http_client=``.
    """
    if sender == "httpx":
        return None
    if sender == "httpx2":
        kind: Any = httpx2.Client if client_kind == "sync" else httpx2.AsyncClient
        return kind(timeout=timeout, **{"trust_env": False, "verify": False, **settings})
    return (fast.Client if client_kind == "sync" else fast.AsyncClient)(timeout=timeout, **settings)


def timeout_settings(sender: Sender, client_kind: ClientKind, timeout: float) -> dict[str, Any]:
    """Return the options of our client for an HTTP library and a timeout."""
    http = http_client(sender, client_kind, timeout)
    return {"timeout": timeout} if http is None else {"http_client": http}
