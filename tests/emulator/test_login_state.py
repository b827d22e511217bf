"""Login status, locked users and archived users."""

import pytest

from .api import Api
from .rest import UNKNOWN, get, post, rejection_code, send

REFRESH = "mutation($id: String) { refreshToken(id: $id) { token } }"
STATUS = "query($token: String) { checkLoginStatus(token: $token) { code status } }"
ARCHIVED = (
    "query($page: Int, $limit: Int) {"
    " archivedUsers(page: $page, limit: $limit) { totalCount list { username status } } }"
)
SEED = "/emulator/v1/seed"
LOGIN_STATUS = "/api/v2/users/login-status"


async def create_logged_in_user(api: Api, username: str) -> tuple[str, str]:
    """Create a user and return the ID and a token."""
    user_id = (await api.create(username=username))["id"]
    return user_id, (await api.execute(REFRESH, id=user_id))["token"]


async def status_code(api: Api, token: str) -> int:
    code: int = (await api.execute(STATUS, token=token))["code"]
    return code


async def is_logged_in(api: Api, user_id: str) -> bool:
    response: bool = (await get(api, LOGIN_STATUS, userId=user_id))["isLogin"]
    return response


async def test_login_status(api: Api) -> None:
    bob = await api.create(username="bob")
    logged_out: dict[str, object] = {"isLogin": False, "user": None, "application": []}
    assert await get(api, LOGIN_STATUS, userId=bob["id"]) == logged_out
    await api.execute(REFRESH, id=bob["id"])
    response = await get(api, LOGIN_STATUS, userId=bob["id"], appId="app", deviceId="device")
    assert response == {
        "isLogin": True,
        "user": await api.user(bob["id"]),
        "application": [],
    }
    api.clock.now += 15 * 24 * 60 * 60
    await api.log_in()
    assert await get(api, LOGIN_STATUS, userId=bob["id"]) == logged_out


async def test_login_status_of_unknown_user_is_rejected(api: Api) -> None:
    response = await send(api, "GET", LOGIN_STATUS, userId=UNKNOWN)
    assert response.json() == {"code": 2004, "message": "用户不存在", "data": None}
    assert await rejection_code(api, "GET", LOGIN_STATUS) == 2231


async def test_kick_ends_all_tokens_of_the_given_users(api: Api) -> None:
    (bob, first), (alice, second), (eve, third) = [
        await create_logged_in_user(api, name) for name in ("bob", "alice", "eve")
    ]
    fourth = (await api.execute(REFRESH, id=bob))["token"]
    response = await send(api, "POST", "/api/v2/users/kick", {"userIds": [bob, UNKNOWN, alice]})
    content = response.json()
    assert (content["code"], content["message"]) == (200, "强制下线成功")
    assert [await status_code(api, token) for token in (first, fourth, second)] == [2206] * 3
    assert await status_code(api, third) == 200
    assert [await is_logged_in(api, user_id) for user_id in (bob, alice, eve)] == [
        False,
        False,
        True,
    ]
    new = (await api.execute(REFRESH, id=bob))["token"]
    assert await status_code(api, new) == 200
    assert await status_code(api, first) == 2206


async def test_kick_ignores_unknown_users_and_rejects_invalid_bodies(api: Api) -> None:
    response = await send(api, "POST", "/api/v2/users/kick", {"userIds": [UNKNOWN]})
    assert response.json()["code"] == 200
    bodies: list[dict[str, object]] = [{}, {"userIds": []}, {"userIds": "x"}]
    for body in bodies:
        assert await rejection_code(api, "POST", "/api/v2/users/kick", body) == 2231


async def test_logout_ends_all_tokens_of_a_user(api: Api) -> None:
    (bob, first), (_, second) = [
        await create_logged_in_user(api, name) for name in ("bob", "alice")
    ]
    content = (await send(api, "GET", "/logout", userId=bob, appId="app")).json()
    assert (content["code"], content["message"]) == (200, "退出成功")
    assert (await status_code(api, first), await status_code(api, second)) == (2206, 200)
    assert await rejection_code(api, "GET", "/logout", userId=UNKNOWN) == 2004
    assert await rejection_code(api, "GET", "/logout") == 2231
    api.token = ""
    assert await rejection_code(api, "GET", "/logout", userId=bob) == 2020


@pytest.mark.parametrize("action", ["suspend", "resign"])
async def test_locked_user_loses_tokens_and_cannot_log_in(api: Api, action: str) -> None:
    bob, token = await create_logged_in_user(api, "bob")
    await send(api, "POST", f"/api/v2/users/{bob}/{action}", {})
    assert await status_code(api, token) == 2206
    assert await api.error_code(REFRESH, id=bob) == 2005
    await send(api, "POST", f"/api/v2/users/{bob}/activate", {})
    assert await status_code(api, token) == 2206
    assert await status_code(api, (await api.execute(REFRESH, id=bob))["token"]) == 200


async def test_archived_users_are_listed_separately(api: Api) -> None:
    users = {
        name: await create_logged_in_user(api, name) for name in ("bob", "alice", "bill", "eve")
    }
    archive = [users[name][0] for name in ("bob", "bill")]
    response = await api.http.post(SEED, json={"archived": archive})
    assert response.status_code == 200
    assert await api.execute(ARCHIVED) == {
        "totalCount": 2,
        "list": [{"username": name, "status": "Archived"} for name in ("bill", "bob")],
    }
    page = await api.execute(ARCHIVED, page=2, limit=1)
    assert [user["username"] for user in page["list"]] == ["bob"]
    assert await api.usernames() == ["eve", "alice"]
    page = await api.execute('{ searchUser(query: "b") { totalCount } }')
    assert page == {"totalCount": 0}
    assert (await post(api, "/api/v2/users/filter", {}))["totalCount"] == 2
    assert (await api.user(archive[0]))["username"] == "bob"
    assert await status_code(api, users["bob"][1]) == 2206
    assert await api.error_code(REFRESH, id=archive[0]) == 2005


async def test_activation_and_deletion_unarchive_a_user(api: Api) -> None:
    bob, alice = [(await api.create(username=name))["id"] for name in ("bob", "alice")]
    await api.http.post(SEED, json={"archived": [bob, alice]})
    await send(api, "POST", f"/api/v2/users/{bob}/activate", {})
    await api.execute("mutation($id: String!) { deleteUser(id: $id) { code } }", id=alice)
    assert await api.execute(ARCHIVED) == {"totalCount": 0, "list": []}
    assert await api.usernames() == ["bob"]
    assert await api.user(alice) is None


async def test_unknown_users_cannot_be_archived(api: Api) -> None:
    bob = (await api.create(username="bob"))["id"]
    response = await api.http.post(SEED, json={"archived": [bob, UNKNOWN]})
    assert response.json()["code"] == 2004
    assert (await api.user(bob))["status"] == "Activated"
    for body in ({"archived": bob}, {"archived": [1]}):
        assert (await api.http.post(SEED, json=body)).status_code == 400
