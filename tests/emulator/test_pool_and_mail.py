"""E-mails, and the REST endpoints of the user pool."""

from typing import Any

import pytest

from .api import Api, scalars
from .rest import UNKNOWN, data, get, post, rejection_code, send

FIRST_LOGIN = (
    "mutation($id: String!, $app: String!) {"
    " sendFirstLoginVerifyEmail(userId: $id, appId: $app) { code message } }"
)
SEND = (
    "mutation($email: String!, $scene: EmailScene!) {"
    " sendEmail(email: $email, scene: $scene) { code message } }"
)
OUTBOX = "/emulator/v1/outbox"
ENV = "/api/v2/env"


async def outbox(api: Api) -> list[dict[str, Any]]:
    mails: list[dict[str, Any]] = (await api.http.get(OUTBOX)).json()["mails"]
    return mails


async def test_mails_are_stored_in_the_outbox(api: Api) -> None:
    bob = (await api.create(username="bob", email="bob@example.com"))["id"]
    assert await outbox(api) == []
    success = {"code": 200, "message": "发送成功"}
    assert await api.execute(FIRST_LOGIN, id=bob, app="app-1") == success
    assert await api.execute(SEND, email="BOB@example.com", scene="RESET_PASSWORD") == success
    shared = {"email": "bob@example.com", "userId": bob, "sentAt": "2023-11-15T06:13:20+08:00"}
    assert await outbox(api) == [
        {**shared, "scene": "FIRST_LOGIN_VERIFY", "appId": "app-1"},
        {**shared, "scene": "RESET_PASSWORD", "appId": None},
    ]
    await api.http.post("/emulator/v1/reset", json={})
    assert await outbox(api) == []


@pytest.mark.parametrize("scene", ["CHANGE_EMAIL", "VERIFY_CODE"])
async def test_mails_of_some_scenes_go_to_new_addresses(api: Api, scene: str) -> None:
    api.token = ""  # users request them, too
    assert (await api.execute(SEND, email="New@example.com", scene=scene))["code"] == 200
    (mail,) = await outbox(api)
    assert (mail["email"], mail["scene"], mail["userId"]) == ("new@example.com", scene, None)
    assert api.app.control.outbox[0].user_id is None


async def test_mails_to_unknown_addresses_are_rejected(api: Api) -> None:
    bob = (await api.create(username="bob"))["id"]
    assert await api.error_code(FIRST_LOGIN, id=UNKNOWN, app="x") == 2004
    assert await api.error_code(FIRST_LOGIN, id=bob, app="x") == 2219
    assert await api.error_code(SEND, email="eve@example.com", scene="VERIFY_EMAIL") == 2004
    assert await api.error_code(SEND, email="nonsense", scene="VERIFY_EMAIL") == 2204
    assert await outbox(api) == []


async def test_outbox_rejects_foreign_hosts(api: Api) -> None:
    response = await api.http.get(OUTBOX, headers={"host": "evil.example"})
    assert response.status_code == 403


async def test_pool_settings(api: Api) -> None:
    pool = await get(api, "/api/v2/userpools/detail")
    assert set(scalars("UserPool").split()) <= set(pool)
    assert pool["id"] == api.app.user_pool_id
    assert pool["secret"] == api.app.secret
    api.token = ""
    assert await rejection_code(api, "GET", "/api/v2/userpools/detail") == 2020


async def test_password_check(api: Api) -> None:
    path = "/api/v2/password/check"
    assert await post(api, path, {"password": "123456"}) == {"valid": True, "message": None}
    short = await post(api, path, {"password": "12345"})
    assert short == {"valid": False, "message": "密码至少需要 6 个字符"}
    for body in ({}, {"password": 123456}):
        assert await rejection_code(api, "POST", path, body) == 2231


async def test_environment_variables(api: Api) -> None:
    assert await get(api, ENV) == []
    assert await post(api, ENV, {"key": "b", "value": "1"}) == [{"key": "b", "value": "1"}]
    await post(api, ENV, {"key": "a", "value": "2"})
    variables = [{"key": "a", "value": "2"}, {"key": "b", "value": ""}]
    assert await post(api, ENV, {"key": "b", "value": ""}) == variables
    assert await get(api, ENV) == variables
    assert await get(api, f"{ENV}/a") == variables[0]
    assert await get(api, f"{ENV}/c") is None
    assert data(await send(api, "DELETE", f"{ENV}/a")) == variables[1:]
    assert await rejection_code(api, "DELETE", f"{ENV}/a") == 404
    assert await get(api, ENV) == variables[1:]
    bodies: list[dict[str, object]] = [{}, {"key": "x"}, {"key": "", "value": "x"}, {"key": "\0"}]
    for body in [*bodies, {"key": "x", "value": 1}, {"key": "x\0", "value": "y"}]:
        assert await rejection_code(api, "POST", ENV, body) == 2231
    await api.http.post("/emulator/v1/reset", json={})
    assert await get(api, ENV) == []
