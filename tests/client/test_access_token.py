"""Clients that are given a management token instead of the secret of the user pool."""

import asyncio
import pickle
import traceback
from typing import Any

import httpx
import pytest

from authing_users import (
    AuthenticationError,
    ConfigurationError,
    ManagementClient,
    ManagementClientOptions,
    NotFoundError,
    UsersManagementClient,
)
from authing_users._config import resolve

from ..support.client_kinds import POOL_ID, MakeClient, run
from ..support.emulator_pool import EmulatorPool
from ..support.scripted_server import NO_USERS, ScriptedServer, api_error, http_error

TOKEN = "canary-given-token"


def management_token(pool: EmulatorPool) -> str:
    """Return a new management token of a pool."""
    parameters = {"userPoolId": pool.emulator.user_pool_id, "secret": pool.emulator.secret}
    response = httpx.get(f"{pool.host}/api/v2/userpools/accessToken", params=parameters)
    token: str = response.json()["accessToken"]
    return token


async def test_the_token_is_used_as_it_is(
    make_client: MakeClient, emulator_pool: EmulatorPool
) -> None:
    client = make_client(emulator_pool, access_token=management_token(emulator_pool))
    user = await run(client.users.create({"username": "bob"}))
    assert (await run(client.users.detail(user.id or ""))) == user
    operations = [request.content for request in emulator_pool.requests]
    assert not [content for content in operations if b"GetAccessToken" in content]


async def test_an_expired_token_raises_once(
    make_client: MakeClient, emulator_pool: EmulatorPool
) -> None:
    token = management_token(emulator_pool)
    client = make_client(emulator_pool, access_token=token, retries=3)
    emulator_pool.control("clock", advance=16 * 24 * 3600)
    with pytest.raises(AuthenticationError, match="may have expired") as caught:
        await run(client.users.list())
    assert caught.value.code == 2206
    assert emulator_pool.request_count == 1
    assert token not in str(caught.value)


@pytest.mark.parametrize(
    "rejection",
    [api_error(2020, "no"), api_error(2206, "over"), api_error(2207, "bad"), http_error(401)],
    ids=["2020", "2206", "2207", "401"],
)
@pytest.mark.parametrize("is_mutation", [False, True], ids=["query", "mutation"])
async def test_a_rejected_token_is_not_sent_again(
    make_client: MakeClient, rejection: httpx.Response, is_mutation: bool
) -> None:
    server = ScriptedServer(rejection, NO_USERS)
    client = make_client(server, access_token=TOKEN, retries=5, retry_mutations=True)
    with pytest.raises(AuthenticationError, match="access_token of the client") as caught:
        await run(client.users.delete("u") if is_mutation else client.users.list())
    assert len(server.requests) == 1
    assert "create a client with a new token" in caught.value.message
    await run(client.users.list())
    assert server.requests[1].headers["authorization"] == f"Bearer {TOKEN}"


async def test_other_errors_are_those_of_every_client(make_client: MakeClient) -> None:
    server = ScriptedServer(api_error(2004, f"unknown {TOKEN}"))
    client = make_client(server, access_token=TOKEN)
    with pytest.raises(NotFoundError) as caught:
        await run(client.users.delete("u"))
    assert TOKEN not in str(caught.value)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [frame for frame in shown.stack if "/authing_users/" in frame.filename]
    assert frames
    values = [value for frame in frames for value in (frame.locals or {}).values()]
    assert not [value for value in values if TOKEN in value]


async def test_clients_with_different_tokens_do_not_share_them(make_client: MakeClient) -> None:
    first = ScriptedServer(NO_USERS, NO_USERS)
    given = make_client(first, access_token=TOKEN)
    other = make_client(first)
    await run(given.users.list())
    await run(other.with_options(retries=1).users.list())
    sent = [request.headers.get("authorization") for request in first.requests]
    assert sent == [f"Bearer {TOKEN}", None, "Bearer canary-token"]


def test_a_given_token_survives_calls_in_several_event_loops() -> None:
    from authing_users import AsyncUsersManagementClient

    server = ScriptedServer(*[NO_USERS] * 4)
    transport = httpx.MockTransport(server)

    async def use() -> None:
        async with httpx.AsyncClient(transport=transport) as http:
            users = AsyncUsersManagementClient(
                user_pool_id=POOL_ID, access_token=TOKEN, http_client=http
            )
            await asyncio.gather(users.list(), users.list())

    asyncio.run(use())
    asyncio.run(use())
    assert {request.headers["authorization"] for request in server.requests} == {f"Bearer {TOKEN}"}
    assert len(server.requests) == 4


def test_the_token_is_shown_nowhere() -> None:
    options = ManagementClientOptions(user_pool_id=POOL_ID, access_token=TOKEN)
    client = ManagementClient(options)
    users = UsersManagementClient(user_pool_id=POOL_ID, access_token=TOKEN)
    for item in (options, client, users, resolve(options, {}), client._transport._tokens):
        assert TOKEN not in repr(item) + str(item) + repr(getattr(item, "__dict__", ""))
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(options)


ENVIRONMENT = {"AUTHING_ACCESS_TOKEN": "of-the-environment"}
SECRET_ENVIRONMENT = {"AUTHING_USERPOOL_SECRET": "secret-of-the-environment"}


def credentials(environ: dict[str, str], **options: Any) -> tuple[str | None, str | None]:
    """Return the secret and the access token of a client with options."""
    config = resolve(ManagementClientOptions(user_pool_id=POOL_ID, **options), environ)
    secret, token = (
        None if sealed is None else sealed.reveal()
        for sealed in (config.secret, config.access_token)
    )
    return secret, token


def test_an_option_replaces_both_variables() -> None:
    assert credentials(ENVIRONMENT) == (None, "of-the-environment")
    both = ENVIRONMENT | SECRET_ENVIRONMENT
    assert credentials(both, access_token="t") == (None, "t")
    assert credentials(both, secret="s") == ("s", None)
    with pytest.raises(ConfigurationError, match="are both set"):
        credentials(both)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"access_token": "t", "secret": "s"}, "either secret= or access_token="),
        ({"access_token": ""}, "access_token is empty"),
        ({"access_token": 5}, "access_token must be a string, not int"),
        ({"access_token": "Bearer t"}, "without 'Bearer'"),
        ({"access_token": "t\n"}, "printable ASCII"),
        ({"access_token": "t\xe9"}, "printable ASCII"),
        ({}, "or set AUTHING_ACCESS_TOKEN"),
    ],
)
def test_invalid_credentials_are_rejected(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        ManagementClient(user_pool_id=POOL_ID, **options)
