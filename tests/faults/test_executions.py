"""Random responses to mutations: whatever the server sends, no mutation is executed twice."""

import json
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from authing_users import AuthingError
from authing_users.testing import skip_waits

from ..support.client_kinds import ClientKind, Users, async_client, run, sync_client
from ..support.scripted_server import token

pytestmark = pytest.mark.slow

RESPONSES = 10_000
CONTROL_RESPONSES = 2_000  # to see that mutations are executed twice if a client asks for it
SEED = 2_020

STATUSES = [200, 200, 201, 204, 302, 400, 401, 403, 404, 408, 409, 429, 500, 502, 503, 504]
RETRY_AFTER = [None, "0", "1", "120", "121", "-1", "soon", "Fri, 01 Jan 2027 00:00:30 GMT"]
# The codes of a rejected token and of the rate limit, which precede the execution. As a code of
# REST, 429 may come from a proxy.
REJECTIONS = [2020, 2206, 2207, 2100]
TOO_MANY_REQUESTS = 429
OTHER_CODES = [None, 200, 401, 500, 502, 503, 504, 1000, 1001, 2004, 2026, "busy", True, 1e3]
NAMES = ["data", "errors", "message", "code", "apiCode", "statusCode", "extensions", "createUser"]

CALLS: list[Callable[[Users], Any]] = [
    lambda users: users.create({"username": "bob"}),
    lambda users: users.update("u", {"nickname": "Bob"}),
    lambda users: users.delete("u"),
    lambda users: users.kick(["u"]),
    lambda users: users.logout("u"),
]


@dataclass
class Service:
    """Sends random responses, and counts the mutations that it may have executed.

    Attributes:
        executed: Mutations that the response does not prove to be unexecuted.
        sent: Responses to mutations.
    """

    random: random.Random
    executed: int = 0
    sent: int = 0

    def respond(self, request: httpx.Request) -> httpx.Response:
        """Return the response to a request, or raise the error of a connection."""
        if b"GetAccessToken" in request.content:
            return token()
        self.sent += 1
        is_graphql = request.url.path == "/graphql/v2"
        kind = self.random.choice(KINDS)
        self.executed += kind not in NOT_EXECUTED
        return kind(self, is_graphql)

    def response(self, body: object) -> httpx.Response:
        """Return a response with random status and headers."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"content-type": self.random.choice(["application/json", "text/html"])}
        if (seconds := self.random.choice(RETRY_AFTER)) is not None:
            headers["retry-after"] = seconds
        return httpx.Response(self.random.choice(STATUSES), headers=headers, content=content)

    def code(self) -> object:
        """Return a code that does not prove a rejection."""
        return self.random.choice(OTHER_CODES)

    def json(self, depth: int = 3) -> Any:
        """Return random JSON content without a code that proves a rejection."""
        if depth == 0 or self.random.random() < 0.3:
            return self.random.choice([*OTHER_CODES, "", "text", -1, 0.5])
        if self.random.random() < 0.3:
            return [self.json(depth - 1) for _ in range(self.random.randrange(3))]
        return {name: self.json(depth - 1) for name in self.random.sample(NAMES, 3)}

    def error(self, code: object) -> dict[str, Any]:
        """Return an error of a GraphQL response."""
        return {"message": {"code": code, "message": "no", "data": None}}


def not_connected(service: Service, is_graphql: bool) -> httpx.Response:
    """Fail to connect."""
    names = [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout]
    raise service.random.choice(names)("refused")


def rejected(service: Service, is_graphql: bool) -> httpx.Response:
    """Reject the request in the form of the API, before it is executed."""
    codes = [*REJECTIONS, TOO_MANY_REQUESTS] if is_graphql else REJECTIONS
    code: object = service.random.choice(codes)
    body: dict[str, Any] = {"code": code, "message": "no"}
    if is_graphql:
        body = {"errors": [service.error(code)] * service.random.randint(1, 2)}
    if service.random.random() < 0.7:
        body["data"] = None
    if is_graphql and service.random.random() < 0.3:
        body["data"] = {"createUser": None}
    return service.response(body)


def lost(service: Service, is_graphql: bool) -> httpx.Response:
    """Lose the connection after the request."""
    names = [httpx.ReadTimeout, httpx.ReadError, httpx.RemoteProtocolError, httpx.WriteError]
    raise service.random.choice(names)("lost")


def rejected_with_data(service: Service, is_graphql: bool) -> httpx.Response:
    """Show the effect of the request beside a rejection."""
    code = service.random.choice(REJECTIONS)
    graphql = {"errors": [service.error(code)]}
    envelope = graphql if is_graphql else {"code": code, "message": "no"}
    data: list[object] = [{"createUser": {"id": "u"}}, {"deleteUser": {}}, [], "x", {"a": 0}]
    return service.response({**envelope, "data": service.random.choice(data)})


def rejected_by_another(service: Service, is_graphql: bool) -> httpx.Response:
    """Send the code of a rejection in another form than that of the API."""
    code = service.random.choice(REJECTIONS)
    bodies: list[object] = [
        {"errors": [{"message": "no", "extensions": {"code": code}}]},
        {"errors": [service.error(code), service.error(service.code())]},
        {"errors": [service.error(code), "no"]},
        {"data": {"createUser": {"code": code, "message": "no"}}},
        {"error": {"code": code, "message": "no"}},
        {"code": TOO_MANY_REQUESTS, "message": "too many requests"},
        {"code": 200, "apiCode": code, "message": "ok"},
    ]
    return service.response(service.random.choice(bodies))


def failed(service: Service, is_graphql: bool) -> httpx.Response:
    """Send an error of the API that does not precede the execution."""
    code = service.code()
    graphql = {"errors": [service.error(code)], "data": None}
    return service.response(graphql if is_graphql else {"code": code, "message": "no"})


def odd(service: Service, is_graphql: bool) -> httpx.Response:
    """Send anything."""
    body = service.random.choice([b"", b"null", b"<html>503</html>", b'{"data":', b"\xff", None])
    return service.response(service.json() if body is None else body)


NOT_EXECUTED = (not_connected, rejected)
KINDS = (*NOT_EXECUTED, rejected, lost, rejected_with_data, rejected_by_another, failed, odd)


@pytest.mark.parametrize("retry_mutations", [False, True])
async def test_no_mutation_is_executed_twice(
    client_kind: ClientKind, retry_mutations: bool
) -> None:
    service = Service(random.Random(SEED))

    async def respond(request: httpx.Request) -> httpx.Response:
        return service.respond(request)

    async def count_executions(users: Users) -> int:
        """Make calls until all responses are sent, and return the most executions of one call."""
        most = 0
        while service.sent < (CONTROL_RESPONSES if retry_mutations else RESPONSES):
            before = service.executed
            with suppress(AuthingError):
                await run(service.random.choice(CALLS)(users))
            most = max(most, service.executed - before)
        return most

    with skip_waits() as waits:
        if client_kind == "sync":
            with sync_client(service.respond, retry_mutations=retry_mutations) as client:
                most = await count_executions(client.users)
        else:
            async with async_client(respond, retry_mutations=retry_mutations) as asynchronous:
                most = await count_executions(asynchronous.users)
    # The control: with retries, the same responses make the service execute mutations again.
    assert most > 1 if retry_mutations else most == 1
    assert waits
