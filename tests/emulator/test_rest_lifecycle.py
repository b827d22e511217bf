"""Roles, statuses and identities of users over REST."""

import pytest

from .api import Api
from .rest import UNKNOWN, get, post, rejection_code, send

REFRESH = "mutation($id: String) { refreshToken(id: $id) { token } }"
IDENTITY = "/api/v2/users/identity"
RESIGN = "/api/v3/resign-user"
ACCOUNT = {"userIdInIdp": "42", "isSocial": True, "type": "wechat", "identifier": "wx-web"}


async def identities(api: Api, user_id: str) -> list[tuple[str, str, str]]:
    user = await api.user(user_id)
    return [
        (one["provider"], one["userIdInIdp"], one["connectionId"]) for one in user["identities"]
    ]


async def test_assign_and_list_roles(api: Api) -> None:
    bob = await api.create(username="bob")
    path = f"/api/v2/users/{bob['id']}"
    create = (
        "mutation($code: String!, $namespace: String) {"
        " createRole(code: $code, namespace: $namespace) { id code namespace arn description"
        " isSystem createdAt updatedAt } }"
    )
    admin = await api.execute(create, code="admin")
    other = await api.execute(create, code="other", namespace="shop")
    assert await get(api, f"{path}/roles") == {"totalCount": 0, "list": []}
    message = await post(api, f"{path}/roles", {"userId": bob["id"], "list": ["admin"]})
    assert message == {"code": 200, "message": "角色分配成功"}
    await post(api, f"{path}/roles", {"namespace": "shop", "list": ["other"]})
    assert await get(api, f"{path}/roles") == {"totalCount": 1, "list": [admin]}
    assert await get(api, f"{path}/roles", namespace="shop") == {"totalCount": 1, "list": [other]}
    for parameters, expected in (
        ({"code": "admin"}, True),
        ({"code": "other"}, False),
        ({"code": "other", "namespace": "shop"}, True),
        ({"code": "admin", "namespace": ""}, True),
    ):
        assert await get(api, f"{path}/has-role", **parameters) is expected


async def test_invalid_role_requests_are_rejected(api: Api) -> None:
    bob = await api.create(username="bob")
    path = f"/api/v2/users/{bob['id']}"
    await api.execute('mutation { createRole(code: "admin") { id } }')
    assert await rejection_code(api, "POST", f"{path}/roles", {"list": ["admin", "none"]}) == 404
    assert await rejection_code(api, "POST", f"{path}/roles", {"list": []}) == 2231
    mismatch = {"userId": UNKNOWN, "list": ["admin"]}
    assert await rejection_code(api, "POST", f"{path}/roles", mismatch) == 2231
    assert await get(api, f"{path}/roles") == {"totalCount": 0, "list": []}
    unknown = f"/api/v2/users/{UNKNOWN}"
    assert await rejection_code(api, "POST", f"{unknown}/roles", {"list": ["admin"]}) == 2004
    assert await rejection_code(api, "GET", f"{unknown}/roles") == 2004
    assert await rejection_code(api, "GET", f"{unknown}/has-role", code="admin") == 2004
    assert await rejection_code(api, "GET", f"{path}/has-role") == 2231


@pytest.mark.parametrize(
    ("action", "status"),
    [("suspend", "Suspended"), ("resign", "Resigned"), ("activate", "Activated")],
)
async def test_status_changes(api: Api, action: str, status: str) -> None:
    bob, alice = [await api.create(username=name) for name in ("bob", "alice")]
    response = await send(api, "POST", f"/api/v2/users/{bob['id']}/{action}", {})
    assert response.json()["code"] == 200
    assert (await api.user(bob["id"]))["status"] == status
    assert (await api.user(alice["id"]))["status"] == "Activated"
    assert await rejection_code(api, "POST", f"/api/v2/users/{UNKNOWN}/{action}", {}) == 2004


async def test_resign_with_api_v3(api: Api) -> None:
    bob, alice, eve = [(await api.create(username=name))["id"] for name in ("bob", "alice", "eve")]
    token = (await api.execute(REFRESH, id=alice))["token"]
    answered = {"statusCode": 200, "message": "成功", "data": {"success": True}}
    response = await send(api, "POST", RESIGN, {"userId": bob, "userIdType": "user_id"})
    assert response.json() == answered
    assert [(await api.user(one))["status"] for one in (bob, alice)] == ["Resigned", "Activated"]
    response = await send(api, "POST", f"{RESIGN}-batch", {"userIds": [alice, bob]})
    assert response.json() == answered
    assert [(await api.user(one))["status"] for one in (alice, eve)] == ["Resigned", "Activated"]
    status = await api.execute(
        "query($t: String) { checkLoginStatus(token: $t) { code } }", t=token
    )
    assert status["code"] == 2206


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        (RESIGN, {"userId": UNKNOWN}, 2004),
        (RESIGN, {}, 2231),
        (RESIGN, {"userId": "bob", "userIdType": "username"}, 501),
        (f"{RESIGN}-batch", {"userIds": []}, 2231),
    ],
)
async def test_errors_of_api_v3(api: Api, path: str, body: dict[str, object], code: int) -> None:
    content = (await send(api, "POST", path, body)).json()
    assert set(content) == {"statusCode", "apiCode", "message", "data"}
    assert (content["statusCode"], content["apiCode"], content["data"]) == (499, code, None)


async def test_resigning_several_users_is_atomic(api: Api) -> None:
    bob = (await api.create(username="bob"))["id"]
    content = (await send(api, "POST", f"{RESIGN}-batch", {"userIds": [bob, UNKNOWN]})).json()
    assert content["apiCode"] == 2004
    assert (await api.user(bob))["status"] == "Activated"


async def test_link_and_unlink(api: Api) -> None:
    bob, alice = [(await api.create(username=name))["id"] for name in ("bob", "alice")]
    response = await send(api, "POST", f"{IDENTITY}/link", {"userId": bob, **ACCOUNT})
    content = response.json()
    assert (content["code"], content["message"]) == (200, "绑定成功")
    assert await identities(api, bob) == [("wechat", "42", "wx-web")]
    assert (
        await rejection_code(api, "POST", f"{IDENTITY}/link", {"userId": alice, **ACCOUNT}) == 2026
    )
    away = {"type": "wechat", "identifier": "wx-web", "isSocial": True}
    for wrong in (
        {"userId": alice},
        {"userId": bob, "type": "x"},
        {"userId": bob, "identifier": "x"},
    ):
        assert await rejection_code(api, "POST", f"{IDENTITY}/unlink", away | wrong) == 404
    assert len(await identities(api, bob)) == 1
    response = await send(
        api, "POST", f"{IDENTITY}/unlink", {"userId": bob, "identifier": "wx-web"}
    )
    assert response.json()["message"] == "解绑成功"
    assert await identities(api, bob) == []


async def test_identity_without_a_type_uses_the_identifier_as_provider(api: Api) -> None:
    bob = (await api.create(username="bob"))["id"]
    account = {"userIdInIdp": "42", "isSocial": False, "identifier": "ldap-1", "extIdpId": "e"}
    await send(api, "POST", f"{IDENTITY}/link", {"userId": bob, **account})
    assert await identities(api, bob) == [("ldap-1", "42", "ldap-1")]
    assert (await api.user(bob))["identities"][0]["extIdpId"] == "e"


@pytest.mark.parametrize("missing", ["userId", "userIdInIdp", "identifier"])
async def test_incomplete_link_is_rejected(api: Api, missing: str) -> None:
    bob = (await api.create(username="bob"))["id"]
    body = {"userId": bob, **ACCOUNT, missing: ""}
    assert await rejection_code(api, "POST", f"{IDENTITY}/link", body) == 2231
    assert (
        await rejection_code(api, "POST", f"{IDENTITY}/link", {**ACCOUNT, "userId": UNKNOWN})
        == 2004
    )
    assert await identities(api, bob) == []


async def test_user_unlinks_an_own_identity(api: Api) -> None:
    bob = (await api.create(username="bob"))["id"]
    await send(api, "POST", f"{IDENTITY}/link", {"userId": bob, **ACCOUNT})
    body = {"type": "wechat", "identifier": "wx-web"}
    path = f"{IDENTITY}/unlinkByUser"
    assert await rejection_code(api, "POST", path, body) == 2020  # a management token has no user
    token = (await api.execute(REFRESH, id=bob))["token"]
    for value, code in (("", 2020), ("x", 2207), (token, 200), (token, 404)):
        response = await api.http.post(path, json=body, headers={"authorization": value})
        assert response.json()["code"] == code
    assert await identities(api, bob) == []
