"""The user pool itself: settings, environment variables, password checks and emails."""

import traceback
from collections.abc import Callable
from typing import Any

import pytest

from authing_users import (
    EmailScene,
    InvalidInputError,
    InvalidRequestError,
    InvalidResponseError,
    NotFoundError,
    PermissionDeniedError,
)

from ..support.client_kinds import MakeClient, Management, run
from ..support.emulator_pool import EmulatorPool
from ..support.scripted_server import ScriptedServer, api_error, data, rest

CANARY = "canary-value"


async def test_detail_has_settings_and_masks_secrets(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    pool = await run(client.userpool.detail())
    assert pool.id == emulator_pool.emulator.user_pool_id
    assert pool.secret == pool["secret"] == emulator_pool.emulator.secret
    assert pool.jwt_secret
    assert (pool.name, pool.token_expires_after) == ("Emulator", 15 * 24 * 3600)
    assert pool["verifyCodeLength"] is None
    assert emulator_pool.emulator.secret not in repr(pool)
    assert pool.jwt_secret not in repr(pool)
    assert client.userPool is client.userpool


async def test_detail_keeps_what_newer_servers_add(make_client: MakeClient) -> None:
    content = {"id": "p", "verifyCodeMaxAttempts": 5, "customSMSProvider": {"secret": CANARY}}
    client = make_client(ScriptedServer(rest(content), rest(None), rest({"name": "x"})))
    pool = await run(client.userpool.detail())
    assert pool["verifyCodeMaxAttempts"] == 5
    assert pool["customSMSProvider"]["secret"] == CANARY
    assert CANARY not in repr(pool)
    with pytest.raises(NotFoundError, match="user pool does not exist"):
        await run(client.userpool.detail())
    with pytest.raises(InvalidResponseError, match=r"data\.id"):
        await run(client.userpool.detail())


async def test_environment_variables(client: Management) -> None:
    userpool = client.userpool
    assert await run(userpool.list_env()) == []
    for key, value in (("b", CANARY), ("a/b ?", ""), ("b", "new")):
        assert (await run(userpool.add_env(key, value))).code == 200
    variables = await run(userpool.list_env())
    assert [(variable.key, variable["value"]) for variable in variables] == [
        ("a/b ?", ""),
        ("b", "new"),
    ]
    assert "new" not in repr(variables)
    assert (await run(userpool.remove_env("b"))).code == 200
    with pytest.raises(NotFoundError):
        await run(userpool.remove_env("b"))
    assert [variable.key for variable in await run(userpool.list_env())] == ["a/b ?"]


async def test_variables_may_be_on_a_page(make_client: MakeClient) -> None:
    server = ScriptedServer(rest({"totalCount": 1, "list": [{"key": "k", "value": {"a": 1}}]}))
    (variable,) = await run(make_client(server).userpool.list_env())
    assert (variable.key, variable.value) == ("k", {"a": 1})


INVALID_CALLS: list[tuple[Callable[[Any], object], str]] = [
    (lambda c: c.userpool.add_env("", CANARY), "key is empty"),
    (lambda c: c.userpool.add_env("k", ["x"]), "value must be a string, not list"),
    (lambda c: c.userpool.add_env("k", f"{CANARY}\ud800"), "value contains a lone surrogate"),
    (lambda c: c.userpool.remove_env("."), "'.' is not a valid ID"),
    (lambda c: c.is_password_valid(""), "password is empty"),
    (lambda c: c.is_password_valid(None), "password must be a string, not None"),
    (lambda c: c.is_password_valid(f"{CANARY}\ud800"), "password contains a lone surrogate"),
    (lambda c: c.send_email("", "VERIFY_EMAIL"), "email is empty"),
    (lambda c: c.send_email("a@b.c", "VERIFY"), "scene must be one of RESET_PASSWORD, "),
]


@pytest.mark.parametrize(("call", "message"), INVALID_CALLS)
async def test_invalid_arguments_are_rejected_before_sending(
    make_client: MakeClient, call: Any, message: str
) -> None:
    server = ScriptedServer()
    with pytest.raises(InvalidInputError, match=message) as caught:
        await run(call(make_client(server)))
    assert server.requests == []
    assert CANARY not in shown(caught.value)


def shown(error: BaseException) -> str:
    """Return an error and the local variables of our frames, as an error tracker shows them."""
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [frame for frame in trace.stack if "/authing_users/" in frame.filename]
    return str(error) + repr([frame.locals for frame in frames])


async def test_a_rejected_value_is_shown_nowhere(make_client: MakeClient) -> None:
    server = ScriptedServer(*[rest(None, f"bad {CANARY}", 1001)] * 2)
    client = make_client(server)
    for call in (
        lambda: client.userpool.add_env("k", CANARY),
        lambda: client.is_password_valid(CANARY),
    ):
        with pytest.raises(PermissionDeniedError) as caught:
            await run(call())
        assert CANARY not in shown(caught.value)


async def test_password_check(client: Management) -> None:
    check = await run(client.is_password_valid("123456"))
    assert check
    assert (check.valid, check.message) == (True, None)
    check = await run(client.is_password_valid("12345"))
    assert not check
    assert (check["valid"], check.message) == (
        False,
        "The password must have at least 6 characters",
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"valid": True}, (True, None)),
        ([{"valid": True, "message": ""}], (True, "")),
        ([{"valid": True}, {"valid": False, "message": "weak"}], (False, "weak")),
    ],
)
async def test_a_password_check_is_an_object_or_a_list(
    make_client: MakeClient, content: object, expected: tuple[bool, str | None]
) -> None:
    check = await run(make_client(ScriptedServer(rest(content))).is_password_valid("p"))
    assert (check.valid, check.message) == expected


@pytest.mark.parametrize("content", [[], None, {}, ["x"], [{"message": "x"}]])
async def test_a_password_check_without_an_outcome_is_an_error(
    make_client: MakeClient, content: object
) -> None:
    with pytest.raises(InvalidResponseError):
        await run(make_client(ScriptedServer(rest(content))).is_password_valid("p"))


async def test_a_password_check_is_retried_like_a_query(make_client: MakeClient) -> None:
    server = ScriptedServer(rest(None, "busy", 1000), rest({"valid": True}))
    client = make_client(server, retries=1)
    assert await run(client.is_password_valid("p"))
    assert server.paths == ["POST /api/v2/password/check"] * 2


@pytest.mark.parametrize("scene", ["RESET_PASSWORD", EmailScene.VERIFY_CODE])
async def test_emails_are_sent(client: Management, emulator_pool: EmulatorPool, scene: Any) -> None:
    await run(client.users.create({"username": "ada", "email": "ada@example.com"}))
    assert (await run(client.send_email("ada@example.com", scene))).code == 200
    (mail,) = emulator_pool.read("outbox")["mails"]
    assert (mail["email"], mail["scene"]) == ("ada@example.com", str(EmailScene(scene).value))


async def test_emails_to_wrong_addresses_are_rejected(client: Management) -> None:
    with pytest.raises(NotFoundError):
        await run(client.send_email("nobody@example.com", "RESET_PASSWORD"))
    with pytest.raises(InvalidRequestError):
        await run(client.send_email("nonsense", scene="CHANGE_EMAIL"))


async def test_an_email_is_sent_once(make_client: MakeClient) -> None:
    server = ScriptedServer(api_error(1000, "busy"), data(sendEmail={"code": 200, "message": "ok"}))
    with pytest.raises(Exception, match="busy"):
        await run(make_client(server, retries=3).send_email("a@example.com", "VERIFY_EMAIL"))
    assert len(server.requests) == 2  # with that for the token
