"""The HTTP clients that requests can be sent with."""

from typing import Any, Literal

import httpx2

from authing_users import fast

from .client_kinds import Mode

Sender = Literal["httpx", "httpx2", "fast"]
SENDERS: tuple[Sender, ...] = ("httpx", "httpx2", "fast")


def http_client(sender: Sender, mode: Mode, timeout: float = 10, **settings: Any) -> Any:
    """Build the HTTP client of a sender.

    Args:
        sender: The sender; ``httpx`` is the default client, which our client builds itself.
        mode: The kind of client.
        timeout: Seconds to wait for a connection, each read and each write.
        **settings: Other settings of the HTTP client.

    Returns:
        The value of ``http_client=``.
    """
    if sender == "httpx":
        return None
    if sender == "httpx2":
        kind: Any = httpx2.Client if mode == "sync" else httpx2.AsyncClient
        return kind(timeout=timeout, **{"trust_env": False, "verify": False, **settings})
    return (fast.Client if mode == "sync" else fast.AsyncClient)(timeout=timeout, **settings)


def timeout_settings(sender: Sender, mode: Mode, timeout: float) -> dict[str, Any]:
    """Return the options of our client for a sender and a timeout."""
    http = http_client(sender, mode, timeout)
    return {"timeout": timeout} if http is None else {"http_client": http}
