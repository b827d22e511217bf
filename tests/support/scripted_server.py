"""An HTTP transport that returns scripted responses, without a network."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from .client_kinds import ClientKind, Management, http_client, management_client

ScriptedResponse = httpx.Response | Exception | Callable[[dict[str, Any]], httpx.Response]


def data(**fields: object) -> httpx.Response:
    """Return the response to an operation, with data."""
    return httpx.Response(200, json={"data": fields})


def api_error(code: int, message: str, status: int = 200) -> httpx.Response:
    """Return an error in the API's form, where the message is an object."""
    error = {"message": {"code": code, "message": message, "data": None}, "extensions": {}}
    return httpx.Response(status, json={"errors": [error], "data": None})


def http_error(status: int = 503, **headers: str) -> httpx.Response:
    """Return an empty response with an HTTP status, as a gateway sends it."""
    return httpx.Response(
        status, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def rest(content: object, message: str = "ok", code: int = 200) -> httpx.Response:
    """Return the response to a REST call."""
    return httpx.Response(200, json={"code": code, "message": message, "data": content})


def token(value: str = "canary-token", lifetime: int = 1_296_000) -> httpx.Response:
    """Return the response to a token request."""
    return data(
        accessToken={"accessToken": value, "iat": 1_700_000_000, "exp": 1_700_000_000 + lifetime}
    )


NO_USERS = data(users={"totalCount": 0, "list": []})
DELETED = data(deleteUser={"code": 200, "message": "ok"})


class ScriptedServer:
    """Returns a token for each token request and the next scripted response for all others.

    A scripted exception is raised, a function is called with the content of the request.

    Attributes:
        requests: Requests that arrived, in order.
        tokens: Responses to token requests; the last one is repeated.
    """

    def __init__(self, *responses: ScriptedResponse) -> None:
        self.requests: list[httpx.Request] = []
        self.tokens: list[ScriptedResponse] = [token()]
        self._responses: Iterator[ScriptedResponse] = iter(responses)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        body: dict[str, Any] = json.loads(request.content) if request.content else {}
        if body.get("operationName") == "GetAccessToken":
            response = self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]
        else:
            response = next(self._responses)
        if isinstance(response, Exception):
            raise response
        if not isinstance(response, httpx.Response):
            response = response(body)
        # Reading a response uses it up, and a scripted one may be returned several times.
        return httpx.Response(
            response.status_code, headers=response.headers, content=response.content
        )

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

    def client(self, client_kind: ClientKind, **options: Any) -> Management:
        """Build a client of this server. It does not retry, unless an option says so."""
        options = {"retries": 0, **options}
        transport = httpx.MockTransport(self)
        return management_client(
            client_kind, http_client=http_client(client_kind, transport), **options
        )
