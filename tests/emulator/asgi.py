"""Send requests to the ASGI application that HTTP clients would not send."""

import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from authing_users.emulator import EmulatorApp

Headers = Sequence[tuple[bytes, bytes]]
Message = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class AsgiResponse:
    """A response of the application."""

    status: int
    body: bytes

    @property
    def content(self) -> Any:
        """The body as strict JSON."""
        return json.loads(self.body.decode(), parse_constant=_reject_constant)


async def send_request(
    app: EmulatorApp, method: str, target: str, headers: Headers, body: bytes
) -> AsgiResponse:
    """Send one request. Exceptions of the application propagate.

    Args:
        app: The application.
        method: The method.
        target: The path and the query, percent-encoded.
        headers: The headers, with lower-case names.
        body: The body.
    """
    path, _, query = target.partition("?")
    messages: list[Message] = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 80),
    }
    half = len(body) // 2
    waiting: list[Message] = [
        {"type": "http.request", "body": body[:half], "more_body": True},
        {"type": "http.request", "body": body[half:], "more_body": False},
    ]

    async def receive() -> Message:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        messages.append(message)

    run: Callable[..., Awaitable[None]] = app
    await run(scope, receive, send)
    start, *rest = messages
    return AsgiResponse(start["status"], b"".join(message["body"] for message in rest))


def _reject_constant(name: str) -> object:
    raise ValueError(name)
