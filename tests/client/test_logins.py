"""Logins of users: ``authing_users.testing.log_in``."""

import traceback
from typing import Any

import pytest

from authing_users import (
    AuthenticationError,
    InvalidInputError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
)
from authing_users.testing import log_in

from ..support.client_kinds import MakeClient, Management, run
from ..support.emulator_pool import EmulatorPool
from ..support.scripted_server import ScriptedServer, data

PASSWORD = "canary-password"
BOB: dict[str, Any] = {"username": "bob", "email": "bob@example.com", "phone": "18800000001"}


async def test_new_password_works_until_the_user_is_suspended(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    info: Any = {**BOB, "password": "the old password"}
    bob = await run(client.users.create(info))
    await run(client.users.update(bob.id, {"password": PASSWORD}))
    with pytest.raises(AuthenticationError) as wrong:
        await run(log_in(client, username="bob", password="the old password"))
    assert wrong.value.code == 2006
    user = await run(log_in(client, email="Bob@example.com", password=PASSWORD))
    assert (user.id, user.logins_count) == (bob.id, 1)
    assert user.token is not None
    assert (await run(client.check_login_status(user.token))).status is True
    await run(client.users.suspend(bob.id))
    assert (await run(client.check_login_status(user.token))).status is False
    with pytest.raises(PermissionDeniedError) as locked:
        await run(log_in(client, phone=BOB["phone"], password=PASSWORD))
    assert locked.value.code == 2005
    for request in emulator_pool.requests:
        assert PASSWORD.encode() not in request.content
        is_login = b"loginBy" in request.content
        assert not (is_login and "authorization" in request.headers)


async def test_options_of_a_login(client: Management) -> None:
    await run(client.udf.set("USER", "age", "NUMBER", "Age"))
    with pytest.raises(NotFoundError):
        await run(log_in(client, username="bob", password=PASSWORD))
    user = await run(
        log_in(
            client,
            username="bob",
            password=PASSWORD,
            auto_register=True,
            client_ip="203.0.113.9",
            custom_data={"age": 36},
        )
    )
    assert user.last_ip == "203.0.113.9"
    assert await run(client.users.get_udf_value(user.id)) == {"age": 36}


async def test_user_without_a_password(client: Management) -> None:
    await run(client.users.create({"username": "bob"}))
    with pytest.raises(InvalidRequestError) as caught:
        await run(log_in(client, username="bob", password=PASSWORD))
    assert caught.value.code == 2027


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "exactly one of username, email and phone"),
        ({"username": "a", "email": "a@example.com"}, "exactly one of"),
        ({"username": ""}, "username"),
        ({"username": "a", "password": None}, "password"),
        ({"username": "a", "auto_register": 1}, "auto_register"),
        ({"username": "a", "client_ip": 1}, "log_in.clientIp"),
        ({"user_name": "a"}, "Did you mean 'username'"),
    ],
)
async def test_invalid_arguments_are_rejected(
    make_client: MakeClient, arguments: dict[str, Any], message: str
) -> None:
    client = make_client(ScriptedServer())
    call: Any = log_in
    with pytest.raises(InvalidInputError, match=message) as caught:
        await run(call(client, **{"password": PASSWORD, **arguments}))
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    own = [frame for frame in shown.stack if "authing_users" in frame.filename]
    assert own
    assert PASSWORD not in str([frame.locals for frame in own])


async def test_response_without_a_user_is_an_error(make_client: MakeClient) -> None:
    from authing_users import InvalidResponseError

    server = ScriptedServer(data(loginByUsername=None))
    with pytest.raises(InvalidResponseError, match="does not contain the user"):
        await run(log_in(make_client(server), username="bob", password=PASSWORD))
    assert server.operations == ["LoginByUsername"]
