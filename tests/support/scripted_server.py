"""A server in the place of the network that answers as a test tells it to."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from .client_kinds import Management, Mode, http_client, management_client

Reply = httpx.Response | Exception | Callable[[dict[str, Any]], httpx.Response]


def data(**fields: object) -> httpx.Response:
    """Answer an operation with data."""
    return httpx.Response(200, json={"data": fields})


def api_error(code: int, message: str, status: int = 200) -> httpx.Response:
    """Answer an operation with an error of the API's shape: the message is an object."""
    error = {"message": {"code": code, "message": message, "data": None}, "extensions": {}}
    return httpx.Response(status, json={"errors": [error], "data": None})


def rest(content: object, message: str = "ok", code: int = 200) -> httpx.Response:
    """Answer a REST call."""
    return httpx.Response(200, json={"code": code, "message": message, "data": content})


def token(value: str = "canary-token", lifetime: int = 1_296_000) -> httpx.Response:
    """Answer a token request."""
    return data(
        accessToken={"accessToken": value, "iat": 1_700_000_000, "exp": 1_700_000_000 + lifetime}
    )


class ScriptedServer:
    """Answers token requests with a token and everything else with the next reply.

    Attributes:
        requests: Every request that arrived, in order.
        tokens: Replies to token requests; the last one is repeated.
    """

    def __init__(self, *replies: Reply) -> None:
        self.requests: list[httpx.Request] = []
        self.tokens: list[Reply] = [token()]
        self._replies: Iterator[Reply] = iter(replies)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        body: dict[str, Any] = json.loads(request.content) if request.content else {}
        if body.get("operationName") == "GetAccessToken":
            reply = self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]
        else:
            reply = next(self._replies)
        if isinstance(reply, Exception):
            raise reply
        if not isinstance(reply, httpx.Response):
            reply = reply(body)
        # A response is used up by reading it, and a reply may be repeated.
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)

    @property
    def paths(self) -> list[str]:
        """Method and path of the REST calls that arrived, in order."""
        return [
            f"{request.method} {request.url.raw_path.decode('ascii')}"
            for request in self.requests
            if not request.url.path.startswith("/graphql")
        ]

    @property
    def operations(self) -> list[str]:
        """Names of the operations that arrived, in order."""
        return [json.loads(request.content)["operationName"] for request in self.requests]

    @property
    def variables(self) -> list[dict[str, Any]]:
        """Variables of the operations that arrived, in order."""
        return [json.loads(request.content)["variables"] for request in self.requests]

    def client(self, mode: Mode, **settings: Any) -> Management:
        """Build a client that talks to this server; it tries nothing again, unless told to."""
        settings = {"retries": 0, **settings}
        transport = httpx.MockTransport(self)
        return management_client(mode, http_client=http_client(mode, transport), **settings)
