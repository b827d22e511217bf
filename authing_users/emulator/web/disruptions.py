"""The effect of faults on responses: errors, delays and closed connections."""

from collections.abc import Callable
from typing import cast

import anyio
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ..errors import ApiError
from ..faults import Disruption, Effect, drops_connection, failure_error, status_message
from ..messages import Language
from .responses import http_error_response

CLOSE_CONNECTION = "authing_users.close_connection"
"""Key of a function in the state of a request that closes its connection, if a server has one."""


async def disrupt(request: Request, response: Response, disruption: Disruption) -> Response:
    """Wait, and return the response that the client gets.

    Args:
        request: The request. Its body must already be read.
        response: The response without faults.
        disruption: The faults.
    """
    if disruption.delay:
        await _sleep_while_connected(request, disruption.delay)
    if drops_connection(disruption):
        return BrokenResponse(None)
    if disruption.truncates_response:
        return BrokenResponse(response)
    if disruption.retry_after is not None:
        response.headers["retry-after"] = f"{disruption.retry_after:g}"
    return response


def failure_response(
    effect: Effect, language: Language, render_error: Callable[[ApiError, Language], Response]
) -> Response:
    """Return the response to a REST request that fails because of a fault."""
    error = failure_error(effect)
    if error is None:
        status = effect.status or 500
        return http_error_response(status, status_message(effect, status))
    response = render_error(error, language)
    response.status_code = effect.status or response.status_code
    return response


class BrokenResponse(Response):
    """A response whose connection is closed too early.

    Args:
        response: The response of which the client gets the head and half of the body; ``None`` if
            the client gets nothing.
    """

    def __init__(self, response: Response | None) -> None:
        super().__init__()
        self._response = response

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a part of the response, and close the connection.

        Without a server, such as with ``httpx.ASGITransport``, raise the error that an HTTP client
        raises for a closed connection.
        """
        sent = size = 0
        if self._response is not None:
            body = bytes(self._response.body)
            sent, size = len(body) // 2, len(body)
            head = {"status": self._response.status_code, "headers": self._response.raw_headers}
            await send({"type": "http.response.start", **head})
            await send({"type": "http.response.body", "body": body[:sent], "more_body": True})
        state = cast("dict[str, object]", scope.get("state", {}))
        close = cast("Callable[[], None] | None", state.get(CLOSE_CONNECTION))
        if close is None:
            raise _connection_closed(self._response is not None, sent, size)
        close()
        while (await receive())["type"] != "http.disconnect":
            pass


async def _sleep_while_connected(request: Request, seconds: float) -> None:
    async with anyio.create_task_group() as group:

        async def watch_connection() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass
            group.cancel_scope.cancel()

        group.start_soon(watch_connection)
        await anyio.sleep(seconds)
        group.cancel_scope.cancel()


def _connection_closed(has_response: bool, sent: int, size: int) -> Exception:
    import httpx

    if not has_response:
        return httpx.RemoteProtocolError("Server disconnected without sending a response.")
    return httpx.RemoteProtocolError(
        "peer closed connection without sending complete message body"
        f" (received {sent} bytes, expected {size})"
    )
