"""Statistics of users."""

import pytest

from .api import Api
from .rest import get, rejection_code

LOGINS = "/api/v2/analysis/total-login-count"
VALUES = "/api/v2/analysis/exist-defined-field-count"
REFRESH = "mutation($id: String) { refreshToken(id: $id) { token } }"
SET_UDF = (
    'mutation { setUdf(targetType: USER, key: "school", dataType: STRING, label: "School")'
    " { key } }"
)
SET_UDV = (
    "mutation($id: String!) {"
    ' setUdv(targetType: USER, targetId: $id, key: "school", value: "\\"mit\\"") { key } }'
)


async def log_in(api: Api, user_id: str, app_id: str = "") -> None:
    headers = {"authorization": api.token, "x-authing-app-id": app_id}
    response = await api.post(REFRESH, {"id": user_id}, headers)
    assert response.json()["data"]["refreshToken"]["token"]


async def test_each_user_who_logged_in_counts_once(api: Api) -> None:
    bob, alice, _ = [(await api.create(username=name))["id"] for name in ("bob", "alice", "eve")]
    assert await get(api, LOGINS, appId="app-1") == 0
    await log_in(api, bob)
    await log_in(api, bob, "app-1")
    assert await get(api, LOGINS, appId="app-1") == 1
    await log_in(api, alice)
    assert await get(api, LOGINS, appId="app-1") == 2


async def test_login_counts_for_its_application(api: Api) -> None:
    bob, alice = [(await api.create(username=name))["id"] for name in ("bob", "alice")]
    await log_in(api, bob, "app-1")
    assert [await get(api, LOGINS, appId=app) for app in ("app-1", "app-2")] == [1, 0]
    await log_in(api, alice, "app-2")
    assert [await get(api, LOGINS, appId=app) for app in ("app-1", "app-2")] == [1, 1]


async def test_ended_login_counts_until_the_user_is_deleted(api: Api) -> None:
    bob = (await api.create(username="bob"))["id"]
    await log_in(api, bob)
    await api.http.get("/logout", params={"userId": bob}, headers={"authorization": api.token})
    assert await get(api, LOGINS, appId="app-1") == 1
    await api.execute("mutation($id: String!) { deleteUser(id: $id) { code } }", id=bob)
    assert await get(api, LOGINS, appId="app-1") == 0


async def test_only_logged_in_users_with_a_value_count(api: Api) -> None:
    await api.execute(SET_UDF)
    bob, alice, eve = [(await api.create(username=name))["id"] for name in ("bob", "alice", "eve")]
    await api.execute(SET_UDV, id=bob)
    await api.execute(SET_UDV, id=alice)
    parameters = {"definedFieldKey": "school", "appId": "app-1"}
    assert await get(api, VALUES, **parameters) == 0
    await log_in(api, bob, "app-1")
    await log_in(api, alice, "app-2")
    await log_in(api, eve, "app-1")
    assert await get(api, VALUES, **parameters) == 1


@pytest.mark.parametrize(
    ("path", "parameters", "code"),
    [
        (LOGINS, {}, 2231),
        (LOGINS, {"appId": ""}, 2231),
        (VALUES, {"appId": "app-1"}, 2231),
        (VALUES, {"definedFieldKey": "school"}, 2231),
        (VALUES, {"definedFieldKey": "shoeSize", "appId": "app-1"}, 404),
    ],
)
async def test_invalid_parameters_are_rejected(
    api: Api, path: str, parameters: dict[str, str], code: int
) -> None:
    await api.execute(SET_UDF)
    assert await rejection_code(api, "GET", path, **parameters) == code
