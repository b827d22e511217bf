"""Access to the API: management tokens, the pool header and the language of errors."""

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import httpx
import jwt
import pytest

from authing_users.emulator import create_app
from authing_users.emulator.errors import ApiError
from authing_users.emulator.store.database import Database
from authing_users.emulator.store.pool_keys import random_keys
from authing_users.emulator.store.tokens import TokenType, issue_management_token, verify_token
from authing_users.emulator.store.userpool import open_pool

from .api import (
    ACCESS_TOKEN,
    START_TIME,
    Api,
    Clock,
    error_code,
    field_names,
    minimal_document,
)
from .rest import rejection_code
from .test_sessions import REFRESH

COUNT = "{ users { totalCount } }"
REFRESH_ACCESS_TOKEN = (
    "mutation($t: String) { refreshAccessToken(accessToken: $t) { accessToken iat exp } }"
)
INTROSPECT = '{ __schema { queryType { name } } __type(name: "User") { name } __typename }'
LIFETIME = 15 * 24 * 60 * 60


async def test_access_token_for_pool_id_and_secret(api: Api) -> None:
    response = await api.post(
        ACCESS_TOKEN, {"id": api.app.user_pool_id, "secret": api.app.secret}, headers={}
    )
    token = response.json()["data"]["accessToken"]
    assert (token["iat"], token["exp"]) == (int(START_TIME), int(START_TIME) + LIFETIME)
    claims = jwt.decode(token["accessToken"], options={"verify_signature": False})
    owner = (await api.execute("{ userpool { ownerId } }"))["ownerId"]
    assert (claims["iat"], claims["exp"], claims["sub"]) == (token["iat"], token["exp"], owner)
    assert set(claims["data"]) == {"email", "id"}
    assert claims["data"]["id"] == owner


async def test_wrong_pool_or_secret_is_rejected(api: Api) -> None:
    good = {"id": api.app.user_pool_id, "secret": api.app.secret}
    assert error_code(await api.post(ACCESS_TOKEN, good | {"id": "0" * 24}, {})) == 2224
    for secret in ("", "x", api.app.secret[:-1], api.app.secret + "x", "密"):
        assert error_code(await api.post(ACCESS_TOKEN, good | {"secret": secret}, {})) == 1001


@pytest.mark.parametrize("form", ["Bearer {}", "bearer  {}", "{}", " {} "])
async def test_token_is_accepted_with_and_without_bearer(api: Api, form: str) -> None:
    response = await api.post(COUNT, headers={"authorization": form.format(api.token)})
    assert response.json() == {"data": {"users": {"totalCount": 0}}}


@pytest.mark.parametrize("headers", [{}, {"authorization": ""}, {"authorization": "Bearer "}])
async def test_missing_token_is_rejected(api: Api, headers: dict[str, str]) -> None:
    assert error_code(await api.post(COUNT, headers=headers)) == 2020


async def test_expired_token_is_rejected(api: Api) -> None:
    api.clock.now += LIFETIME - 1
    assert await api.execute(COUNT) == {"totalCount": 0}
    api.clock.now += 1
    assert await api.error_code(COUNT) == 2206
    assert await api.error_code(REFRESH_ACCESS_TOKEN, t=api.token) == 2206


async def test_forged_and_foreign_tokens_are_rejected(api: Api) -> None:
    user = await api.create(username="bob")
    user_token = (await api.execute(REFRESH, id=user["id"]))["token"]
    claims = jwt.decode(api.token, options={"verify_signature": False})
    secret = (await api.execute("{ userpool { jwtSecret } }"))["jwtSecret"]
    head, body, signature = api.token.split(".")
    forged = [
        "x",
        "Basic dXNlcjpwYXNz",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{body}.",
        user_token,
        jwt.encode(claims, "x" * 64, algorithm="HS256"),
        jwt.encode(claims, secret, algorithm="HS256"),
        jwt.encode(claims, "", algorithm="none"),
        "\xff\xfe",
    ]
    other = create_app(secret=api.app.secret, clock=api.clock)  # with the same ID and secret
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=other), base_url="http://emulator"
    ) as http:
        other_api = Api(http, other, api.clock)
        await other_api.log_in()
    other.close()
    for token in [*forged, other_api.token]:
        headers = {b"authorization": b"Bearer " + token.encode("latin-1")}
        response = await api.http.post("/graphql/v2", json={"query": COUNT}, headers=headers)
        assert error_code(response) == 2207


async def test_pool_header_of_another_pool_is_rejected(api: Api) -> None:
    def headers(pool: str) -> dict[str, str]:
        return {"authorization": api.token, "x-authing-userpool-id": pool}

    for pool in (api.app.user_pool_id, ""):
        assert (await api.post(COUNT, headers=headers(pool))).json()["data"]
    assert error_code(await api.post(COUNT, headers=headers("0" * 24))) == 2224
    variables = {"id": api.app.user_pool_id, "secret": api.app.secret}
    assert error_code(await api.post(ACCESS_TOKEN, variables, headers("0" * 24))) == 2224


async def test_refreshed_token_is_valid(api: Api) -> None:
    api.clock.now += 60
    renewed = await api.execute(REFRESH_ACCESS_TOKEN, t=api.token)
    assert renewed["iat"] == int(START_TIME) + 60
    assert renewed["exp"] == int(START_TIME) + 60 + LIFETIME
    assert renewed["accessToken"] != api.token
    api.token = renewed["accessToken"]
    assert await api.execute(COUNT) == {"totalCount": 0}
    assert await api.error_code(REFRESH_ACCESS_TOKEN, t="x") == 2207
    assert await api.error_code(REFRESH_ACCESS_TOKEN) == 2020


async def test_introspection_needs_no_token(api: Api) -> None:
    for _ in range(2):
        response = await api.post(INTROSPECT, headers={"x-authing-userpool-id": "0" * 24})
        assert response.json()["data"]["__type"] == {"name": "User"}


OPEN = {
    *("accessToken", "checkLoginStatus", "loginByUsername", "loginByEmail"),
    *("loginByPhonePassword", "resetPasswordByFirstLoginToken", "sendEmail"),
}


@pytest.mark.parametrize("root", ["Query", "Mutation"])
async def test_every_other_root_field_needs_a_token(api: Api, root: str) -> None:
    for name in field_names(root):
        if name not in OPEN:
            document, variables = minimal_document(root, name)
            assert error_code(await api.post(document, variables, headers={})) == 2020, name


@pytest.mark.parametrize(
    ("language", "message"),
    [
        (None, "用户不存在"),
        ("zh-CN", "用户不存在"),
        ("en-US", "The user does not exist"),
        ("fr-FR", "用户不存在"),
    ],
)
async def test_language_of_messages(api: Api, language: str | None, message: str) -> None:
    headers = {"authorization": api.token} | ({"x-authing-lang": language} if language else {})
    response = await api.post('mutation { updateUser(id: "x", input: {}) { id } }', headers=headers)
    assert response.json()["errors"][0]["message"] == {
        "code": 2004,
        "message": message,
        "data": None,
    }


def test_token_is_valid_for_one_purpose_only_even_with_the_same_key() -> None:
    database = Database(":memory:")
    pool = open_pool(
        database,
        user_pool_id=None,
        secret=None,
        allow_development_secret=True,
        now=START_TIME,
        owner_id="0" * 24,
        new_keys=random_keys,
    )
    database.close()
    pool = replace(pool, jwt_secret=pool.management_key)
    token = issue_management_token(pool, "id", START_TIME, 60).token
    assert verify_token(pool, TokenType.MANAGEMENT, token, START_TIME)["type"] == "management"
    with pytest.raises(ApiError) as error_response:
        verify_token(pool, TokenType.USER, token, START_TIME)
    assert error_response.value.code == 2207


@contextlib.asynccontextmanager
async def opened(path: Path, secret: str | None, clock: Clock) -> AsyncGenerator[Api]:
    """Open a stored pool. The client has no token."""
    app = create_app(str(path), secret=secret, clock=clock)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://emulator") as http:
        yield Api(http, app, clock)
    app.close()


async def test_new_secret_ends_the_management_tokens(tmp_path: Path) -> None:
    path, clock, ended = tmp_path / "pool.db", Clock(), list[str]()
    for secret in ("first", "second", "first"):
        async with opened(path, secret, clock) as api:
            for token in ended:
                api.token = token
                assert await api.error_code(COUNT) == 2206
                assert await rejection_code(api, "GET", "/api/v2/userpools/detail") == 2206
            await api.log_in()
            for token in ended:
                assert await api.error_code(REFRESH_ACCESS_TOKEN, t=token) == 2206
            ended.append(api.token)
        for same in (secret, None):  # ends no token
            async with opened(path, same, clock) as again:
                again.token = ended[-1]
                assert await again.execute(COUNT) == {"totalCount": 0}


async def test_new_secret_does_not_end_the_tokens_of_users(tmp_path: Path) -> None:
    path, clock = tmp_path / "pool.db", Clock()
    async with opened(path, "first", clock) as api:
        await api.log_in()
        user = await api.create(username="bob")
        token = (await api.execute(REFRESH, id=user["id"]))["token"]
    status = "query($t: String) { checkLoginStatus(token: $t) { code status } }"
    async with opened(path, "second", clock) as api:
        assert await api.execute(status, t=token) == {"code": 200, "status": True}
