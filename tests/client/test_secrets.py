"""Secrets never appear in errors and tracebacks."""

import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from authing_users import APIError, AuthenticationError, AuthingError

from ..support.client_kinds import MakeClient, run
from ..support.scripted_server import ScriptedServer, api_error, data, token

PASSWORD = "canary-password"
CALLS_WITH_PASSWORD: list[tuple[str, Callable[[Any], Any]]] = [
    ("rejected by the API", lambda u: u.update("u", {"password": PASSWORD})),
    ("misspelled field", lambda u: u.create({"password": PASSWORD, "usrname": "x"})),
    ("wrong type", lambda u: u.create({"password": PASSWORD, "loginsCount": "2"})),
    ("wrong time", lambda u: u.update("u", {"password": PASSWORD, "lastLogin": "x"})),
    ("bytes", lambda u: u.create({"password": PASSWORD.encode()})),
    ("a bytearray", lambda u: u.update("u", {"password": bytearray(PASSWORD.encode())})),
    ("bytes in a batch", lambda u: u.create_users([{"password": PASSWORD.encode()}])),
    ("wrong id", lambda u: u.update("", {"password": PASSWORD})),
    ("too long", lambda u: u.create({"password": PASSWORD * 20})),
    ("half a character", lambda u: u.create({"password": f"{PASSWORD}\ud800"})),
    ("in a batch", lambda u: u.create_users([{"password": PASSWORD, "usrname": "x"}])),
    ("rejected batch", lambda u: u.create_users([{"password": PASSWORD}])),
]


@pytest.mark.parametrize(
    "call", [call for _, call in CALLS_WITH_PASSWORD], ids=dict(CALLS_WITH_PASSWORD)
)
async def test_tracebacks_with_locals_show_no_secret(
    make_client: MakeClient, call: Callable[[Any], Any]
) -> None:
    server = ScriptedServer(api_error(2035, "taken"))
    client = make_client(server)
    with pytest.raises(AuthingError) as caught:
        await run(call(client.users))
    assert "canary" not in str(caught.value) + repr(caught.value)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [frame for frame in shown.stack if "/authing_users/" in frame.filename]
    assert frames
    for frame in frames:
        for name, value in (frame.locals or {}).items():
            assert "canary" not in value, (frame.name, name)


@pytest.mark.parametrize("message", ["canary-token", "canary-pool-secret"])
async def test_secrets_in_error_messages_are_masked(make_client: MakeClient, message: str) -> None:
    error = {"message": {"code": 1001, "message": f"bad {message}", "data": {"x": [message]}}}
    server = ScriptedServer(
        httpx.Response(200, json={"errors": [error]}),
        data(deleteUser={"code": 1001, "message": f"bad {message}"}),
    )
    client = make_client(server)
    for call in (client.users.detail, client.users.delete):
        with pytest.raises(APIError) as caught:
            await run(call("u"))
        assert message not in str(caught.value) + repr(vars(caught.value))


async def test_a_replaced_token_is_still_masked(make_client: MakeClient) -> None:
    server = ScriptedServer(api_error(2206, "over"), api_error(2206, "canary-first is over"))
    server.tokens = [token("canary-first"), token("canary-second")]
    client = make_client(server)
    with pytest.raises(AuthenticationError) as caught:
        await run(client.users.list())
    assert "canary" not in str(caught.value)
