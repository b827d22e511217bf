"""Logins of users with passwords."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from authing_users.emulator.store import passwords

from .api import START_TIME, USER, Api, error_code
from .rest import get, rejection_code, send

KINDS = {
    "username": ("loginByUsername", "LoginByUsernameInput"),
    "email": ("loginByEmail", "LoginByEmailInput"),
    "phone": ("loginByPhonePassword", "LoginByPhonePasswordInput"),
}
BOB = {"username": "bob", "email": "bob@example.com", "phone": "18800000001"}
CHECK = "query($p: String) { checkPassword(password: $p) { code message } }"
STATUS = "query($t: String) { checkLoginStatus(token: $t) { code status data { id } } }"
REFRESH = "mutation($id: String) { refreshToken(id: $id) { token } }"
RESET = (
    "mutation($t: String!, $p: String!)"
    " { resetPasswordByFirstLoginToken(token: $t, password: $p) { code } }"
)
PASSWORD = "a password"


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(passwords._SCRYPT, "n", 2)


async def post_login(
    api: Api,
    field: str,
    value: str,
    password: str = PASSWORD,
    *,
    headers: Mapping[str, str] | None = None,
    **options: object,
) -> Any:
    """Send the login of a user as the vendor's SDKs do: without a management token."""
    mutation, input_type = KINDS[field]
    document = f"mutation($i: {input_type}!) {{ {mutation}(input: $i) {{ {USER} }} }}"
    variables = {field: value, "password": api.encrypt(password), **options}
    pool = {"x-authing-userpool-id": api.app.user_pool_id}
    return await api.post(document, {"i": variables}, pool if headers is None else headers)


async def log_in(api: Api, field: str, value: str, password: str = PASSWORD, **options: Any) -> Any:
    """Log a user in and return the user."""
    content = (await post_login(api, field, value, password, **options)).json()
    assert "errors" not in content, content
    (user,) = content["data"].values()
    return user


async def login_code(
    api: Api, field: str, value: str, password: str = PASSWORD, **options: Any
) -> int:
    """Return the error code of a rejected login."""
    return error_code(await post_login(api, field, value, password, **options))


async def create_bob(api: Api, **fields: object) -> Any:
    return await api.create(**{**BOB, "password": api.encrypt(PASSWORD), **fields})


async def operations(api: Api) -> list[Any]:
    page = await get(api, "/api/v2/analysis/user-action")
    return [entry for entry in page["list"] if entry["operation_name"] != "createUser"]


@pytest.mark.parametrize("field", KINDS)
async def test_login_returns_the_user_with_a_token(api: Api, field: str) -> None:
    bob = await create_bob(api, loginsCount=4)
    api.clock.now += 60
    user = await log_in(api, field, BOB[field])
    assert user == await api.user(bob["id"])
    assert user["loginsCount"] == 5
    assert user["lastLogin"] == "2023-11-15T06:14:20+08:00"
    assert user["lastIP"] == "127.0.0.1"
    assert (user["status"], user["password"]) == ("Activated", None)
    assert user["tokenExpiredAt"] == "2023-11-30T06:14:20+08:00"
    status = await api.execute(STATUS, t=user["token"])
    assert status == {"code": 200, "status": True, "data": {"id": bob["id"]}}
    assert (await get(api, "/api/v2/users/login-status", userId=bob["id"]))["isLogin"]
    (entry,) = await operations(api)
    assert entry["operation_name"] == "login"
    assert entry["operation_desc"] == "登录"
    assert entry["user"]["id"] == bob["id"]
    assert json.loads(entry["extra_data"]) == [bob["id"]]


async def test_each_login_has_its_own_token(api: Api) -> None:
    await create_bob(api)
    tokens = [(await log_in(api, "username", "bob"))["token"] for _ in range(2)]
    assert len(set(tokens)) == 2
    assert [(await api.execute(STATUS, t=token))["code"] for token in tokens] == [200, 200]


async def test_client_ip_replaces_the_address_of_the_connection(api: Api) -> None:
    await create_bob(api)
    user = await log_in(api, "username", "bob", clientIp="203.0.113.9", captchaCode="x", context="")
    assert user["lastIP"] == "203.0.113.9"
    (entry,) = await operations(api)
    assert entry["clientip"] == "203.0.113.9"


async def test_email_is_case_insensitive_and_the_username_is_not(api: Api) -> None:
    bob = await create_bob(api)
    assert (await log_in(api, "email", "BOB@Example.com"))["id"] == bob["id"]
    assert await login_code(api, "username", "Bob") == 2004


@pytest.mark.parametrize("field", KINDS)
async def test_wrong_password_and_unknown_user_are_rejected(api: Api, field: str) -> None:
    bob = await create_bob(api)
    assert await login_code(api, field, BOB[field], "another one") == 2006
    assert await login_code(api, field, BOB[field], "") == 2006
    assert await login_code(api, field, f"x{BOB[field]}") == 2004
    assert await api.user(bob["id"]) == bob
    assert await operations(api) == []


async def test_invalid_logins_are_rejected(api: Api) -> None:
    await create_bob(api)
    assert await login_code(api, "username", "") == 2231
    assert await login_code(api, "email", "bob") == 2003
    assert await login_code(api, "username", "bob", params="x") == 2231
    document = "mutation($i: LoginByUsernameInput!) { loginByUsername(input: $i) { id } }"
    pool = {"x-authing-userpool-id": api.app.user_pool_id}
    response = await api.post(document, {"i": {"username": "bob", "password": PASSWORD}}, pool)
    assert error_code(response) == 2016


async def test_user_without_a_password_cannot_log_in(api: Api) -> None:
    bob = await api.create(**BOB)
    assert await login_code(api, "username", "bob") == 2027
    await api.update(bob["id"], password=api.encrypt(PASSWORD))
    await log_in(api, "username", "bob")
    await api.update(bob["id"], password=None)
    assert await login_code(api, "username", "bob") == 2027


async def test_new_password_works_and_the_old_one_does_not(api: Api) -> None:
    bob = await create_bob(api)
    await api.update(bob["id"], password=api.encrypt("the new password"))
    assert await login_code(api, "username", "bob") == 2006
    await log_in(api, "username", "bob", "the new password")


async def test_kept_password_is_named_as_unsupported(api: Api) -> None:
    document = (
        "mutation($i: CreateUserInput!) { createUser(userInfo: $i, keepPassword: true) { id } }"
    )
    fields = {**BOB, "password": api.encrypt("$2b$x")}
    await api.execute(document, i=fields)
    response = await post_login(api, "username", "bob", "$2b$x")
    assert error_code(response) == 501
    assert "keepPassword" in response.json()["errors"][0]["message"]["message"]


@pytest.mark.parametrize("action", ["suspend", "resign", "archive", "block", "expire"])
async def test_locked_user_cannot_log_in_until_unlocked(api: Api, action: str) -> None:
    bob = await create_bob(api)
    token = (await log_in(api, "username", "bob"))["token"]
    unlock: dict[str, object] = {"blocked": False}
    if action == "block":
        await api.update(bob["id"], blocked=True)
    elif action == "expire":
        await api.update(bob["id"], expiredAt="2023-11-15T06:13:20+08:00")
        unlock = {"expiredAt": "2023-11-15T06:13:21+08:00"}
    elif action == "archive":
        await api.http.post("/emulator/v1/seed", json={"archived": [bob["id"]]})
    else:
        await send(api, "POST", f"/api/v2/users/{bob['id']}/{action}", {})
    for password in (PASSWORD, "another one"):
        assert await login_code(api, "username", "bob", password) == 2005
    assert await api.error_code(REFRESH, id=bob["id"]) == 2005
    if action != "expire":
        assert (await api.execute(STATUS, t=token))["code"] == 2206
    await api.update(bob["id"], **unlock)
    await send(api, "POST", f"/api/v2/users/{bob['id']}/activate", {})
    await log_in(api, "username", "bob")


async def test_expiry_that_is_no_time_does_not_lock(api: Api) -> None:
    bob = await create_bob(api)
    await api.update(bob["id"], expiredAt="never")
    await log_in(api, "username", "bob")


@pytest.mark.parametrize("field", KINDS)
async def test_auto_register_creates_the_user_once(api: Api, field: str) -> None:
    user = await log_in(api, field, BOB[field], autoRegister=True)
    assert user[field] == BOB[field]
    assert (user["loginsCount"], user["registerSource"]) == (1, [f"basic:{field}"])
    again = await log_in(api, field, BOB[field], autoRegister=True)
    assert (again["id"], again["loginsCount"]) == (user["id"], 2)
    names = [entry["operation_name"] for entry in await operations(api)]
    assert names == ["login", "login", "register"]
    assert await login_code(api, field, BOB[field], "another one", autoRegister=True) == 2006


async def test_auto_register_rejects_a_short_password(api: Api) -> None:
    assert await login_code(api, "username", "bob", "short", autoRegister=True) == 2029
    assert await api.usernames() == []


async def test_params_set_custom_fields(api: Api) -> None:
    await api.execute(
        'mutation { setUdf(targetType: USER, key: "age", dataType: NUMBER, label: "") { key } }'
    )
    await create_bob(api)
    user = await log_in(api, "username", "bob", params='[{"key": "age", "value": "36"}]')
    values = await api.execute(
        "query($id: String!) { udv(targetType: USER, targetId: $id) { key value } }", id=user["id"]
    )
    assert values == [{"key": "age", "value": "36"}]
    assert await login_code(api, "username", "bob", params='[{"key": "x", "value": 1}]') == 404
    assert (await api.user(user["id"]))["loginsCount"] == 1


async def test_login_must_name_the_pool_or_an_application(api: Api) -> None:
    await create_bob(api)
    await log_in(api, "username", "bob", headers={"x-authing-app-id": "app-1"})
    for headers, code in (({}, 2101), ({"x-authing-userpool-id": "other"}, 2224)):
        assert await login_code(api, "username", "bob", headers=headers) == code
    statistics = await get(api, "/api/v2/analysis/total-login-count", appId="app-1")
    assert statistics == 1


async def test_token_of_a_user_permits_only_the_own_user(api: Api) -> None:
    bob, eve = await create_bob(api), await api.create(username="eve")
    token = (await log_in(api, "username", "bob"))["token"]
    management, api.token = api.token, token
    assert (await api.execute("{ user { id } }"))["id"] == bob["id"]
    assert (await api.user(bob["id"]))["id"] == bob["id"]
    assert await api.error_code("query($id: String) { user(id: $id) { id } }", id=eve["id"]) == 2202
    new = (await api.execute(REFRESH))["token"]
    assert await api.error_code(REFRESH, id=eve["id"]) == 2202
    for document in ("{ users { totalCount } }", "{ userpool { id } }"):
        assert await api.error_code(document) == 2207
    api.token = management
    assert await api.error_code("{ user { id } }") == 2020
    await send(api, "POST", "/api/v2/users/kick", {"userIds": [bob["id"]]})
    for api.token in (token, new):
        assert await api.error_code("{ user { id } }") == 2206


async def test_users_read_and_log_out_themselves(api: Api) -> None:
    bob = await create_bob(api)
    management, api.token = api.token, (await log_in(api, "username", "bob"))["token"]
    assert (await get(api, "/api/v2/users/me"))["id"] == bob["id"]
    assert (await send(api, "GET", "/api/v2/logout")).json()["message"] == "退出成功"
    assert await rejection_code(api, "GET", "/api/v2/users/me") == 2206
    for api.token, code in ((management, 2020), ("", 2020), ("x", 2207)):
        for path in ("/api/v2/users/me", "/api/v2/logout"):
            assert await rejection_code(api, "GET", path) == code


async def test_check_password_checks_the_password_of_the_own_user(api: Api) -> None:
    await create_bob(api)
    management, api.token = api.token, (await log_in(api, "username", "bob"))["token"]
    correct = {"code": 200, "message": "密码正确"}
    assert await api.execute(CHECK, p=api.encrypt(PASSWORD)) == correct
    for password, code in ((api.encrypt("another one"), 2006), (PASSWORD, 2016), (None, 2231)):
        assert (await api.execute(CHECK, p=password))["code"] == code
    for api.token, code in ((management, 2020), ("x", 2207), ("", 2020)):
        response = await api.post(CHECK, {"p": api.encrypt(PASSWORD)})
        if api.token == management:
            assert response.json()["data"]["checkPassword"]["code"] == code
        else:
            assert error_code(response) == code


async def test_first_login_requires_a_new_password(api: Api) -> None:
    document = (
        "mutation($i: CreateUserInput!)"
        " { createUser(userInfo: $i, resetPasswordOnFirstLogin: true) { id } }"
    )
    await api.execute(document, i={**BOB, "password": api.encrypt(PASSWORD)})
    assert await login_code(api, "username", "bob", "another one") == 2006
    response = await post_login(api, "username", "bob")
    assert error_code(response) == 1639
    token = response.json()["errors"][0]["message"]["data"]["token"]
    new = api.encrypt("the new password")
    assert await api.error_code(RESET, t=token, p=api.encrypt("short")) == 2029
    assert await api.error_code(RESET, t=api.token, p=new) == 2207
    assert (await api.execute(STATUS, t=token))["code"] == 2207
    assert (await api.execute(RESET, t=token, p=new))["code"] == 200
    assert await login_code(api, "username", "bob") == 2006
    await log_in(api, "username", "bob", "the new password")
    assert await api.error_code(RESET, t=token, p=new) == 2207  # a token works once


async def test_token_for_a_new_password_expires(api: Api) -> None:
    document = (
        "mutation($i: CreateUserInput!)"
        " { createUser(userInfo: $i, resetPasswordOnFirstLogin: true) { id } }"
    )
    await api.execute(document, i={**BOB, "password": api.encrypt(PASSWORD)})
    response = await post_login(api, "username", "bob")
    token = response.json()["errors"][0]["message"]["data"]["token"]
    api.clock.now = START_TIME + 15 * 60
    assert await api.error_code(RESET, t=token, p=api.encrypt("the new password")) == 2206


async def test_several_logins_of_one_document(api: Api) -> None:
    await create_bob(api)
    variables = {"i": {"username": "bob", "password": api.encrypt(PASSWORD)}}
    document = (
        "mutation($i: LoginByUsernameInput!) { a: loginByUsername(input: $i) { loginsCount }"
        " b: loginByUsername(input: $i) { loginsCount } }"
    )
    headers = {"x-authing-userpool-id": api.app.user_pool_id}
    data = (await api.post(document, variables, headers)).json()["data"]
    assert data == {"a": {"loginsCount": 1}, "b": {"loginsCount": 2}}
