"""The action log."""

import json
from typing import Any

import pytest

from .api import CREATE, START_TIME, UPDATE, Api
from .rest import UNKNOWN, get, post, rejection_code

LOG = "/api/v2/analysis/user-action"
REFRESH = "mutation($id: String) { refreshToken(id: $id) { token } }"
DELETE = "mutation($id: String!) { deleteUser(id: $id) { code } }"
DELETE_MANY = "mutation($ids: [String!]!) { deleteUsers(ids: $ids) { code } }"
GEOGRAPHY = {
    *("continent_code", "country_code2", "country_code3", "country_name", "region_name"),
    *("region_code", "city_name", "ip", "latitude", "longitude", "timezone", "location"),
}
AGENT = {
    *("build", "os", "device", "patch", "os_minor", "os_major", "os_name", "minor", "name"),
    "major",
}


async def list_actions(api: Api, **parameters: Any) -> list[dict[str, Any]]:
    page = await get(api, LOG, **{"limit": 100, **parameters})
    assert page["totalCount"] == len(page["list"])
    actions: list[dict[str, Any]] = page["list"]
    return actions


async def list_operations(api: Api, **parameters: Any) -> list[str]:
    """Return the operations in the log, oldest first."""
    return [row["operation_name"] for row in await list_actions(api, **parameters)][::-1]


async def test_changes_are_logged_with_their_users(api: Api) -> None:
    bob, alice, eve = [(await api.create(username=name))["id"] for name in ("bob", "alice", "eve")]
    await api.update(bob, nickname="b")
    await api.execute(REFRESH, id=bob)
    await api.execute(DELETE, id=alice)
    await api.execute(DELETE_MANY, ids=[eve, bob])
    dan = (await post(api, "/api/v2/users", {"userInfo": {"username": "dan"}}))["id"]
    await post(api, f"/api/v2/users/{dan}", {"nickname": "d"})
    batch = [{"username": "x"}, {"username": "dan"}, {"username": "y"}]
    outcomes = await post(api, "/api/v2/users/create/batch", {"users": batch})
    imported = [outcomes[0]["user"]["id"], outcomes[2]["user"]["id"]]
    logged = [
        (row["operation_name"], json.loads(row["extra_data"]))
        for row in reversed(await list_actions(api))
    ]
    assert logged == [
        *(("createUser", [user]) for user in (bob, alice, eve)),
        ("updateUserinfo", [bob]),
        ("refreshToken", [bob]),
        ("deleteUser", [alice]),
        ("deleteUsers", [eve, bob]),
        ("createUser", [dan]),
        ("updateUserinfo", [dan]),
        ("importUser", imported),
    ]


async def test_failures_and_reads_are_not_logged(api: Api) -> None:
    await api.create(username="bob")
    assert await api.create_error_code(username="bob") == 2034
    assert await api.error_code(UPDATE, id=UNKNOWN, i={"name": "x"}) == 2004
    assert await api.error_code(REFRESH, id=UNKNOWN) == 2004
    assert await api.error_code(DELETE, id=UNKNOWN) == 2210
    taken = {"username": "bob"}
    await rejection_code(api, "POST", "/api/v2/users", {"userInfo": taken})
    await post(api, "/api/v2/users/create/batch", {"users": [taken]})
    await api.usernames()
    assert await list_operations(api) == ["createUser"]


async def test_fields_of_an_entry(api: Api) -> None:
    headers = {
        "authorization": f"Bearer {api.token}",
        "user-agent": "tests/1.0",
        "x-authing-app-id": "app-1",
    }
    response = await api.post(CREATE, {"i": {"username": "bob"}}, headers)
    bob = response.json()["data"]["createUser"]["id"]
    (row,) = await list_actions(api)
    time = "2023-11-14T22:13:20.250Z"
    assert set(row.pop("geoip")) == GEOGRAPHY
    assert set(row.pop("ua")) == AGENT
    owner_id = row["user"]["id"]
    request_id = row.pop("request_id")
    assert len(request_id) == 32
    assert row == {
        "operator_arn": f"arn:cn:authing:{api.app.user_pool_id}:user:{owner_id}",
        "@timestamp": time,
        "timestamp": time,
        "user_agent": "tests/1.0",
        "message": "创建用户",
        "userpool_id": api.app.user_pool_id,
        "host": "emulator",
        "@version": "1",
        "app_id": "app-1",
        "operation_name": "createUser",
        "clientip": "127.0.0.1",
        "extra_data": json.dumps([bob]),
        "path": "/graphql/v2",
        "user": {
            "userPoolId": api.app.user_pool_id,
            "displayName": "owner@emulator.invalid",
            "id": owner_id,
            "photo": None,
        },
        "app": {"id": "app-1", "name": None},
        "operation_desc": "创建用户",
    }
    pool = await api.execute("{ userpool { ownerId } }")
    assert owner_id == pool["ownerId"]


async def test_token_refresh_is_logged_as_action_of_the_user(api: Api) -> None:
    bob = await api.create(username="bob", nickname="Bobby", photo="https://example.com/b.png")
    await api.execute(REFRESH, id=bob["id"])
    row = (await list_actions(api))[0]
    assert row["operator_arn"] == bob["arn"]
    assert row["user"] == {
        "userPoolId": api.app.user_pool_id,
        "displayName": "Bobby",
        "id": bob["id"],
        "photo": "https://example.com/b.png",
    }
    assert (row["app_id"], row["app"]) == (None, None)


async def test_description_is_in_the_language_of_the_request(api: Api) -> None:
    await api.create(username="bob")
    headers = {"authorization": api.token, "x-authing-lang": "en-US"}
    (row,) = (await api.http.get(LOG, headers=headers)).json()["data"]["list"]
    assert row["operation_desc"] == row["message"] == "Created a user"


async def test_pages_of_the_log(api: Api) -> None:
    for number in range(12):
        await api.create(username=f"u{number}")
    page = await get(api, LOG)
    assert (page["totalCount"], len(page["list"])) == (12, 10)
    page = await get(api, LOG, page=2)
    assert (page["totalCount"], len(page["list"])) == (12, 2)
    page = await get(api, LOG, page="", limit="")
    assert len(page["list"]) == 10
    ids = [row["request_id"] for row in await list_actions(api)]
    assert len(set(ids)) == 12
    page = await get(api, LOG, page=3, limit=5)
    assert [row["request_id"] for row in page["list"]] == ids[10:]


async def test_filter_by_operation_and_operator(api: Api) -> None:
    bob, alice = [await api.create(username=name) for name in ("bob", "alice")]
    for user in (bob, alice, bob):
        await api.execute(REFRESH, id=user["id"])
    await api.update(bob["id"], nickname="b")
    assert await list_operations(api, operation_name="refreshToken") == ["refreshToken"] * 3
    both = ["createUser", "createUser", "updateUserinfo"]
    names = ["createUser", "updateUserinfo"]
    assert await list_operations(api, operation_name=names) == both
    assert await list_operations(api, **{"operation_name[]": names}) == both
    assert await list_operations(api, operation_name="nonsense") == []
    assert len(await list_actions(api, operator_arn=bob["arn"])) == 2
    assert len(await list_actions(api, operator_arn=[bob["arn"], alice["arn"]])) == 3
    assert await list_actions(api, operator_arn=bob["arn"], operation_name="createUser") == []
    empty_filters = {
        "clientip": "",
        "operation_name": "",
        "operator_arn": "",
        "app_id": "",
        "start": "",
    }
    assert len(await list_actions(api, **empty_filters)) == 6


async def test_filter_by_address_and_application(api: Api) -> None:
    await api.create(username="bob")
    for app in ("app-1", "app-2"):
        headers = {"authorization": api.token, "x-authing-app-id": app}
        await api.post(CREATE, {"i": {"username": app}}, headers)
    assert len(await list_actions(api, clientip="127.0.0.1")) == 3
    assert await list_actions(api, clientip="192.0.2.1") == []
    assert [row["app_id"] for row in await list_actions(api, app_id="app-1")] == ["app-1"]
    assert len(await list_actions(api, app_id=["app-1", "app-2"])) == 2
    assert len(await list_actions(api, exclude_non_app_records="1")) == 2
    assert len(await list_actions(api, exclude_non_app_records="0")) == 3


async def test_filter_by_time(api: Api) -> None:
    for name in "abc":
        await api.create(username=name)
        api.clock.now += 1
    first = int(START_TIME * 1000)
    assert len(await list_actions(api, start=first + 1)) == 2
    assert len(await list_actions(api, start=first + 1000)) == 2
    assert len(await list_actions(api, end=first + 1000)) == 2
    assert len(await list_actions(api, end=first + 999)) == 1
    assert len(await list_actions(api, start=first + 1000, end=first + 1000)) == 1


@pytest.mark.parametrize(
    "parameters",
    [
        *({"page": "0"}, {"limit": "x"}, {"page": "-1"}, {"page": str(10**14)}),
        *({"start": "today"}, {"end": "1.5"}),
    ],
)
async def test_invalid_filter_is_rejected(api: Api, parameters: dict[str, str]) -> None:
    assert await rejection_code(api, "GET", LOG, **parameters) == 2231


async def test_reset_empties_the_log(api: Api) -> None:
    await api.create(username="bob")
    await api.http.post("/emulator/v1/reset", json={})
    assert await list_actions(api) == []
