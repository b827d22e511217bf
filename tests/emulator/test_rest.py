"""The REST endpoints."""

import re
from pathlib import Path
from typing import Any

import pytest

from authing_users.emulator.seed import parser
from authing_users.emulator.web.rest_routes import ENDPOINTS

from .api import START_TIME, Api, scalars


async def get(api: Api, path: str, **headers: str) -> tuple[int, dict[str, Any]]:
    response = await api.http.get(path, headers={"authorization": api.token, **headers})
    return response.status_code, response.json()


async def test_get_user(api: Api) -> None:
    user = await api.create(username="bob", registerSource=["a", "b"], blocked=True)
    status, content = await get(api, f"/api/v2/users/{user['id']}")
    assert status == 200
    assert content == {"code": 200, "message": "成功", "data": user}
    assert set(user) == {*scalars("User").split(), "identities"}


async def test_user_with_identities(api: Api) -> None:
    document = (
        'mutation { createUser(userInfo: {}, identity: {provider: "wechat", userIdInIdp: "1"})'
        " { id identities { provider userIdInIdp } } }"
    )
    user = await api.execute(document)
    _, content = await get(api, f"/api/v2/users/{user['id']}?with_identities=true")
    assert [identity["userIdInIdp"] for identity in content["data"]["identities"]] == ["1"]


@pytest.mark.parametrize("flag", ["1", "true", "True"])
async def test_custom_data_is_returned_on_request(api: Api, flag: str) -> None:
    user = await api.create(username="bob")
    _, content = await get(api, f"/api/v2/users/{user['id']}?with_custom_data={flag}")
    assert content["data"] == user | {"customData": []}
    _, content = await get(api, f"/api/v2/users/{user['id']}?with_custom_data=0")
    assert content["data"] == user


@pytest.mark.parametrize("user_id", ["0123456789abcdef01234567", "%00", "..%2e", "王"])
async def test_unknown_user_is_null(api: Api, user_id: str) -> None:
    status, content = await get(api, f"/api/v2/users/{user_id}?with_custom_data=1")
    assert (status, content["code"], content["data"]) == (200, 200, None)


async def test_same_token_rules_as_in_graphql(api: Api) -> None:
    path = "/api/v2/users/0123456789abcdef01234567"
    cases: list[tuple[dict[str, str], int]] = [
        ({"authorization": ""}, 2020),
        ({"authorization": "Bearer x"}, 2207),
        ({"x-authing-userpool-id": "0" * 24}, 2224),
        ({}, 200),
    ]
    for headers, code in cases:
        assert (await get(api, path, **headers))[1]["code"] == code
    api.clock.now += 10**8
    status, content = await get(api, path, **{"x-authing-lang": "en-US"})
    assert status == 200
    assert content == {"code": 2206, "message": "The login has expired", "data": None}


async def test_public_key_needs_no_token(api: Api) -> None:
    response = await api.http.get("/api/v2/.well-known")
    assert response.json()["data"] == {"publicKey": api.app.public_key}
    assert api.app.public_key.startswith("-----BEGIN PUBLIC KEY-----")


async def test_access_token_has_no_envelope(api: Api) -> None:
    good = {"userPoolId": api.app.user_pool_id, "secret": api.app.secret}
    path = "/api/v2/userpools/accessToken"
    token = (await api.http.get(path, params=good)).json()
    assert set(token) == {"accessToken", "iat", "exp"}
    assert token["exp"] - token["iat"] == 15 * 24 * 60 * 60
    assert token["iat"] == int(START_TIME)
    api.token = token["accessToken"]
    assert await api.execute("{ users { totalCount } }") == {"totalCount": 0}
    wrong = (await api.http.get(path, params=good | {"secret": "x"})).json()
    assert (wrong["code"], wrong["data"]) == (1001, None)
    assert (await api.http.get(path)).json()["code"] == 2224


@pytest.mark.parametrize("path", ["/api/v2/nonsense", "/", "/api/v2/users/a/b", "/api/v2/users/"])
async def test_unknown_path(api: Api, path: str) -> None:
    status, content = await get(api, path)
    assert (status, content["code"], content["data"]) == (404, 404, None)


async def test_wrong_method(api: Api) -> None:
    response = await api.http.delete("/api/v2/users/x")
    assert (response.status_code, response.json()["code"]) == (405, 405)


def documentation(page: str) -> str:
    return (Path(__file__).parents[2] / "docs" / page).read_text("utf-8")


def test_coverage_page_lists_every_endpoint_with_its_summary() -> None:
    lines = documentation("emulator-coverage.md").splitlines()
    for endpoint in ENDPOINTS:
        row = f"| `{endpoint.method} {endpoint.path}` | {endpoint.summary} |"
        assert any(line.startswith(row) for line in lines), row


def test_every_seed_field_is_documented() -> None:
    section = documentation("emulator.md").partition("## Seeding\n")[2]
    table = section.partition("\n## ")[0]
    keys = {
        *(*parser.SEED_KEYS, *parser.CUSTOM_FIELD_KEYS, *parser.ROLE_KEYS, *parser.GROUP_KEYS),
        *(*parser.DEPARTMENT_KEYS, *parser.OWN_USER_KEYS),
    }
    assert keys <= set(re.findall(r"`(\w+)`", table))
