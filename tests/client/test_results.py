"""Results of calls: as JSON, with fields that this version does not know, and in two shapes."""

import json
from typing import Any

import pytest

from authing_users import PaginatedDepartments
from authing_users.models import LoginStatus

from ..support.client_kinds import MakeClient, Management, run
from ..support.emulator_pool import EmulatorPool
from ..support.pool_content import create_user, define_custom_fields
from ..support.scripted_server import ScriptedServer, data, rest

CUSTOM_DATA: dict[str, Any] = {
    "school": "x",
    "age": 10**30,
    "height": 1.5,
    "born": "2020-01-02T03:04:05+00:00",
    "alive": True,
    "extra": {"a": [1, None, {"b": "小"}]},
}


async def test_every_result_becomes_json(client: Management, emulator_pool: EmulatorPool) -> None:
    await define_custom_fields(client)
    info: Any = {"username": "bob"}
    user = await run(client.users.create(info, custom_data=CUSTOM_DATA))
    emulator_pool.seed_groups("staff")
    emulator_pool.seed_roles("admin")
    await run(client.users.add_group(user.id, "staff"))
    results: list[Any] = [
        await run(client.users.detail(user.id, with_custom_data=True)),
        await run(client.users.list(with_custom_data=True)),
        await run(client.users.add_roles(user.id, ["admin"])),
        await run(client.users.list_groups(user.id)),
        await run(client.users.list_department(user.id)),
        await run(client.users.list_user_actions()),
        await run(client.users.refresh_token(user.id)),
        await run(client.users.check_login_status(user.id)),
        *await run(client.udf.list("USER")),
    ]
    for result in results:
        content = result.to_dict()
        assert json.loads(json.dumps(content)) == content == json.loads(result.to_json())
        assert content.keys() == result.keys()
    stored = results[0].to_dict()
    assert stored["customData"]["extra"] == CUSTOM_DATA["extra"]
    assert stored["customData"]["age"] == CUSTOM_DATA["age"]


async def test_unknown_fields_of_rest_and_graphql_are_kept(make_client: MakeClient) -> None:
    user = {
        "id": "1",
        "username": "bob",
        "userSourceType": "register",
        "identities": [{"id": "2", "openid": "o", "userInfoInIdp": {"name": "Bob"}}],
    }
    server = ScriptedServer(
        rest({"isLogin": True, "user": user}),
        data(users={"totalCount": 1, "list": [user], "cursor": "c"}),
    )
    client = make_client(server)
    status: Any = await run(client.users.check_login_status("1"))
    page: Any = await run(client.users.list())
    assert page["cursor"] == page.to_dict()["cursor"] == "c"
    for found in (status.user, page[0]):
        assert found["userSourceType"] == found.userSourceType == "register"
        assert found["identities"][0]["id"] == "2"
        assert found.to_dict()["identities"][0]["userInfoInIdp"] == {"name": "Bob"}


async def test_departments_in_the_shape_of_the_vendors_sdk(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    user_id = await create_user(client)
    department = {"name": "HR", "code": "hr", "members": [user_id]}
    tree = {"name": "Acme", "code": "acme", "children": [department]}
    emulator_pool.control("seed", users=0, organisations=[tree])
    result = await run(client.users.list_department(user_id))
    assert isinstance(result, PaginatedDepartments)
    (found,) = result
    assert found["department"]["code"] == "hr"
    assert result["departments"]["list"][0]["department"]["code"] == "hr"
    assert result["departments"]["totalCount"] == result["totalCount"] == result.total_count == 1
    assert "departments" in result
    assert result.get("departments") is result
    assert list(result.to_dict()) == list(result.keys()) == ["totalCount", "list"]
    assert repr(result) == "UserDepartments(1 of 1: HR)"


def test_a_login_status_in_the_envelope_of_the_vendors_sdk() -> None:
    status = LoginStatus.model_validate({"isLogin": True})
    assert status["code"] == 200
    assert status["data"]["isLogin"] is status["isLogin"] is True
    assert "data" not in status
    newer = LoginStatus.model_validate({"isLogin": True, "data": "x"})
    assert newer["data"] == "x"
    with pytest.raises(KeyError):
        status["message"]
