"""Tokens of users: issue, verify and end."""

from typing import Any

import jwt

from .api import START_TIME, Api

REFRESH = "mutation($id: String) { refreshToken(id: $id) { token iat exp } }"
STATUS = (
    "query($token: String) { checkLoginStatus(token: $token)"
    " { code message status iat exp data { id userPoolId arn } } }"
)
LIFETIME = 15 * 24 * 60 * 60


async def status(api: Api, token: str) -> tuple[int, bool]:
    response = await api.execute(STATUS, token=token)
    assert (response["data"] is not None) is response["status"]
    return response["code"], response["status"]


async def refresh(api: Api, user_id: str) -> Any:
    return await api.execute(REFRESH, id=user_id)


async def test_new_token_is_valid_for_the_user(api: Api) -> None:
    user = await api.create(username="bob")
    issued = await refresh(api, user["id"])
    assert (issued["iat"], issued["exp"]) == (int(START_TIME), int(START_TIME) + LIFETIME)
    data = {name: user[name] for name in ("id", "userPoolId", "arn")}
    response = await api.execute(STATUS, token=issued["token"])
    assert response["code"] == 200
    assert response["status"] is True
    assert response["data"] == data
    assert (response["iat"], response["exp"]) == (issued["iat"], issued["exp"])
    claims = jwt.decode(issued["token"], options={"verify_signature": False})
    assert claims["sub"] == user["id"]
    assert claims["data"] == data
    assert jwt.get_unverified_header(issued["token"])["alg"] == "HS256"
    stored_user = await api.user(user["id"])
    assert stored_user["token"] == issued["token"]
    assert stored_user["tokenExpiredAt"] == "2023-11-30T06:13:20+08:00"


async def test_token_is_signed_with_the_jwt_secret_of_the_pool(api: Api) -> None:
    issued = await refresh(api, (await api.create(username="bob"))["id"])
    secret = (await api.execute("{ userpool { jwtSecret } }"))["jwtSecret"]
    options: Any = {"verify_exp": False}
    assert jwt.decode(issued["token"], secret, ["HS256"], options, audience=api.app.user_pool_id)


async def test_tokens_of_the_same_second_differ_and_are_valid(api: Api) -> None:
    user = await api.create(username="bob")
    first, second = [(await refresh(api, user["id"]))["token"] for _ in range(2)]
    assert first != second
    assert await status(api, first) == await status(api, second) == (200, True)
    assert (await api.user(user["id"]))["token"] == second


async def test_token_expires(api: Api) -> None:
    user = await api.create(username="bob")
    token = (await refresh(api, user["id"]))["token"]
    api.clock.now += LIFETIME - 1
    assert await status(api, token) == (200, True)
    api.clock.now += 1
    await api.log_in()
    assert await status(api, token) == (2206, False)
    new = (await refresh(api, user["id"]))["token"]
    assert await status(api, token) == (2206, False)
    assert await status(api, new) == (200, True)


async def test_expiry_in_the_past_ends_tokens_permanently(api: Api) -> None:
    user = await api.create(username="bob")
    token = (await refresh(api, user["id"]))["token"]
    changed = await api.update(user["id"], tokenExpiredAt="2023-11-15T06:13:19+08:00")
    assert changed["tokenExpiredAt"] == "2023-11-15T06:13:19+08:00"
    assert await status(api, token) == (2206, False)
    await api.update(user["id"], tokenExpiredAt="2024-11-15T06:13:19+08:00")
    assert await status(api, token) == (2206, False)
    new = (await refresh(api, user["id"]))["token"]
    assert await status(api, token) == (2206, False)
    assert await status(api, new) == (200, True)


async def test_earlier_expiry_shortens_tokens(api: Api) -> None:
    user = await api.create(username="bob")
    token = (await refresh(api, user["id"]))["token"]
    await api.update(user["id"], tokenExpiredAt="2023-11-15T06:14:20+08:00")
    assert await status(api, token) == (200, True)
    api.clock.now += 60
    assert await status(api, token) == (2206, False)


async def test_clearing_the_expiry_keeps_tokens(api: Api) -> None:
    user = await api.create(username="bob")
    token = (await refresh(api, user["id"]))["token"]
    assert (await api.update(user["id"], tokenExpiredAt=None))["tokenExpiredAt"] is None
    assert await status(api, token) == (200, True)


async def test_tokens_of_a_deleted_user_are_invalid(api: Api) -> None:
    user = await api.create(username="bob")
    token = (await refresh(api, user["id"]))["token"]
    await api.execute("mutation($id: String!) { deleteUser(id: $id) { code } }", id=user["id"])
    assert await status(api, token) == (2206, False)


async def test_login_status_needs_no_management_token(api: Api) -> None:
    """The vendor's Python SDK sends this query without a management token."""
    user = await api.create(username="bob")
    token = (await refresh(api, user["id"]))["token"]
    for headers in ({}, {"authorization": f"Bearer {token}"}, {"authorization": "Bearer x"}):
        response = await api.post(STATUS, {"token": token}, headers)
        response = response.json()["data"]["checkLoginStatus"]
        assert (response["code"], response["data"]["id"]) == (200, user["id"])


async def test_invalid_user_tokens(api: Api) -> None:
    for token in ("x", "a.b.c", "é.é.é", api.token, "." * 9):
        assert await status(api, token) == (2207, False)
    assert (await api.execute(STATUS))["code"] == 2020
    assert (await api.execute(STATUS, token=""))["code"] == 2020


async def test_token_for_unknown_user_is_rejected(api: Api) -> None:
    assert await api.error_code(REFRESH, id="0123456789abcdef01234567") == 2004
    assert await api.error_code(REFRESH) == 2020
