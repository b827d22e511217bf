"""The request of a call, and the errors of the HTTP client."""

import json

import httpx
import pytest

from authing_users import (
    DeadlineExceededError,
    InvalidResponseError,
    ManagementClient,
    ServerError,
    TransportError,
    TransportTimeoutError,
)

from ..support.client_kinds import POOL_ID, SECRET, MakeClient, run
from ..support.scripted_server import NO_USERS, ScriptedServer, api_error


async def test_each_call_sends_one_request_and_the_first_fetches_a_token(
    make_client: MakeClient,
) -> None:
    server = ScriptedServer(NO_USERS, NO_USERS)
    client = make_client(server)
    await run(client.users.list())
    await run(client.users.list(page=2, limit=5))
    assert server.operations == ["GetAccessToken", "ListUsers", "ListUsers"]
    assert server.variables[0] == {"userPoolId": POOL_ID, "secret": SECRET}
    assert server.variables[1] == {"page": 1, "limit": 10}
    assert server.variables[2] == {"page": 2, "limit": 5}


async def test_requests_carry_url_pool_and_token(make_client: MakeClient) -> None:
    server = ScriptedServer(NO_USERS)
    client = make_client(server, host="https://example.com", lang="en-US")
    await run(client.users.list())
    for request in server.requests:
        assert (request.method, str(request.url)) == ("POST", "https://example.com/graphql/v2")
        assert request.headers["x-authing-userpool-id"] == POOL_ID
        assert request.headers["content-type"] == "application/json"
    assert "authorization" not in server.requests[0].headers
    assert server.requests[1].headers["authorization"] == "Bearer canary-token"
    body = json.loads(server.requests[1].content)
    assert set(body) == {"query", "operationName", "variables"}


async def test_a_redirect_is_not_followed(make_client: MakeClient) -> None:
    server = ScriptedServer(httpx.Response(307, headers={"location": "https://evil.example"}))
    client = make_client(server)
    with pytest.raises(InvalidResponseError):
        await run(client.users.list())
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (httpx.ConnectError("refused"), TransportError),
        (httpx.ReadTimeout("slow"), TransportTimeoutError),
        (httpx.PoolTimeout("busy"), TransportTimeoutError),
        (OSError("broken"), TransportError),
        (TimeoutError("slow"), TransportTimeoutError),
        (RuntimeError("closed"), TransportError),
    ],
    ids=lambda value: getattr(value, "__name__", repr(value)),
)
async def test_a_missing_response_raises_a_transport_error(
    make_client: MakeClient, raised: Exception, expected: type[TransportError]
) -> None:
    server = ScriptedServer(raised)
    client = make_client(server)
    with pytest.raises(expected) as caught:
        await run(client.users.list())
    assert type(caught.value) is expected
    assert caught.value.operation == "ListUsers"
    assert type(raised).__name__ in str(caught.value)
    assert caught.value.__context__ is None


async def test_on_error_is_called_for_api_errors_only(make_client: MakeClient) -> None:
    reported: list[tuple[int | None, str]] = []

    def report(code: int | None, message: str) -> None:
        reported.append((code, message))

    server = ScriptedServer(api_error(1000, "busy"), httpx.ReadError("cut"))
    client = make_client(server, on_error=report)
    with pytest.raises(ServerError):
        await run(client.users.list())
    with pytest.raises(TransportError):
        await run(client.users.list())
    assert reported == [(1000, "busy")]


async def test_on_error_may_use_the_client(make_client: MakeClient) -> None:
    reported: list[str] = []

    def report(_: int | None, message: str) -> None:
        reported.append(message)
        if len(reported) == 1 and isinstance(client, ManagementClient):
            with pytest.raises(ServerError):
                client.users.list()

    server = ScriptedServer()
    server.tokens = [api_error(1000, "busy")]
    client = make_client(server, on_error=report)
    with pytest.raises(ServerError):
        await run(client.users.list())
    assert set(reported) == {"busy"}


async def test_a_call_does_not_wait_for_its_turn_beyond_its_deadline(
    make_client: MakeClient,
) -> None:
    server = ScriptedServer(NO_USERS)
    client = make_client(server, requests_per_second=0.1, deadline=5, retries=2)
    with pytest.raises(DeadlineExceededError) as caught:
        await run(client.users.list())  # the token request is the first one
    assert not caught.value.maybe_sent
    assert server.operations == ["GetAccessToken"]
