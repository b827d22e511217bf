"""Custom data, policies and the life cycle of users against a running emulator."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from authing_users import (
    AuthenticationError,
    FilterTargetDict,
    InvalidRequestError,
    NotFoundError,
    UDFDataType,
)

from ..support.client_kinds import Management, Mode, close, collect, run
from ..support.emulator_pool import Stage

NOBODY = "0" * 24
BORN = datetime(2000, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=4)))
VALUES: dict[str, object] = {
    "school": "ucla",
    "age": 20,
    "height": 1.5,
    "born": BORN,
    "alive": False,
    "extra": {"a": [1, None]},
}
TYPES: dict[str, UDFDataType] = {
    "school": UDFDataType.STRING,
    "age": UDFDataType.NUMBER,
    "height": UDFDataType.NUMBER,
    "born": UDFDataType.DATETIME,
    "alive": UDFDataType.BOOLEAN,
    "extra": UDFDataType.OBJECT,
}


async def somebody(client: Management, **info: Any) -> str:
    """Create a user and return the id."""
    fields: Any = {"username": "bob", **info}
    return (await run(client.users.create(fields))).id


async def define_fields(client: Management) -> None:
    for key, data_type in TYPES.items():
        await run(client.udf.set("USER", key, data_type, key.title()))


async def test_custom_data_comes_and_goes_as_python_values(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    await define_fields(client)
    users, user_id = client.users, await somebody(client)
    assert await run(users.set_udf_value(user_id, VALUES)) == VALUES
    assert await run(users.get_udf_value(user_id)) == VALUES
    other = await run(users.create({"username": "eve"}, custom_data=VALUES))
    assert other.custom_data == VALUES
    assert await run(users.get_udf_value_batch([user_id, other.id])) == {
        user_id: VALUES,
        other.id: VALUES,
    }
    assert (await run(users.set_udf_value_batch({user_id: {"age": 21}}))).code == 200
    listed = {item.key: item for item in await run(users.list_udv(user_id))}
    assert (listed["age"].value, listed["age"].data_type) == (21, UDFDataType.NUMBER)
    assert listed["age"].label == "Age"
    await run(users.set_udv(user_id, "school", "mit"))
    left = await run(users.remove_udf_value(user_id, "extra"))
    kept = {key: value for key, value in VALUES.items() if key != "extra"}
    assert left == {**kept, "age": 21, "school": "mit"}
    assert "age" not in [item.key for item in await run(users.remove_udv(user_id, "age"))]
    with pytest.raises(InvalidRequestError, match="age"):
        await run(users.set_udv(user_id, "age", "old"))
    await close(client)


async def test_custom_data_is_read_where_it_is_asked_for(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    await define_fields(client)
    users, user_id = client.users, await somebody(client)
    await run(users.set_udv(user_id, "age", 20))
    assert (await run(users.list())).list[0].custom_data is None
    for found in (
        await run(users.detail(user_id, with_custom_data=True)),
        await run(users.find(username="bob", with_custom_data=True)),
        await run(users.find({"username": "bob", "withCustomData": True})),
        (await run(users.list(with_custom_data=True))).list[0],
        (await run(users.search("bob", {"withCustomData": True}))).list[0],
        (await run(users.batch([user_id], with_custom_data=True)))[0],
        (await collect(users.iter_list(with_custom_data=True)))[0],
    ):
        assert found is not None
        assert found.custom_data == {"age": 20}
        assert found["customData"] == {"age": 20}
    await close(client)


async def test_definitions_of_custom_fields(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    await define_fields(client)
    assert [field.key for field in await run(client.udf.list("USER"))] == list(TYPES)
    user_id = await somebody(client)
    stored = await run(client.udf.set_udf_value_batch("USER", user_id, {"age": 20}))
    assert stored == {"age": 20}
    (value,) = await run(client.udf.list_udf_value("USER", user_id))
    assert value["value"] == 20
    assert (await run(client.udf.remove("USER", "age"))).code == 200
    assert await run(client.udf.list_udf_value("USER", user_id)) == []
    await close(client)


async def test_the_life_of_a_policy(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    policies, users, user_id = client.policies, client.users, await somebody(client)
    statement: Any = {"resource": "book:*", "actions": ["book:read"], "effect": "ALLOW"}
    policy = await run(policies.create("reading", [statement], "May read"))
    assert policy.statements is not None
    assert policy.statements[0].actions == ["book:read"]
    assert [item.code for item in (await run(policies.list())).list] == ["reading"]
    assert (await run(users.add_policies(user_id, ["reading"]))).code == 200
    assert (await run(users.list_policies(user_id))).list[0].code == "reading"
    assert len(await collect(users.iter_policies(user_id))) == 1
    (assignment,) = await collect(policies.iter_assignments("reading"))
    assert assignment.target_identifier == user_id
    permitted = await run(users.check_resource_permission_batch(user_id, "default", ["book:1"]))
    assert [(item.code, item.actions) for item in permitted] == [("book:1", ["book:read"])]
    resources = await run(users.list_authorized_resources(user_id, "default"))
    assert [resource.code for resource in resources.list] == ["book:*"]
    await run(policies.disable_assignment("reading", "USER", user_id))
    assert (await run(users.list_authorized_resources(user_id, "default"))).total_count == 0
    await run(policies.enable_assignment("reading", "USER", user_id))
    assert (await run(users.remove_policies(user_id, ["reading"]))).code == 200
    updated = await run(policies.update("reading", new_code="writing"))
    assert updated.code == "writing"
    assert await run(policies.detail("reading")) is None
    assert (await run(policies.delete("writing"))).code == 200
    with pytest.raises(NotFoundError):
        await run(policies.delete_many(["writing"]))
    await close(client)


async def test_policies_of_roles_and_groups(mode: Mode, stage: Stage) -> None:
    stage.roles("reader")
    stage.groups("staff")
    client = stage.client(mode)
    await run(client.policies.create("reading", [{"resource": "book:*", "actions": ["book:read"]}]))
    assert (await run(client.roles.add_policies("reader", ["reading"]))).code == 200
    assert (await run(client.roles.list_policies("reader"))).total_count == 1
    assert (await run(client.roles.list_authorized_resources("reader"))).total_count == 1
    assert (await run(client.roles.remove_policies("reader", ["reading"]))).code == 200
    await run(client.policies.add_assignments(["reading"], "GROUP", ["staff"]))
    assert (await run(client.groups.list_authorized_resources("staff"))).total_count == 1
    await run(client.policies.remove_assignments(["reading"], "GROUP", ["staff"]))
    assert (await run(client.policies.list_assignments("reading"))).total_count == 0
    await close(client)


async def test_the_life_cycle_of_a_user(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    users, user_id = client.users, await somebody(client, email="bob@example.com")
    token = (await run(users.refresh_token(user_id))).token
    assert token is not None
    assert (await run(users.check_login_status(user_id))).is_login
    assert (await run(users.kick([user_id]))).code == 200
    assert not (await run(users.check_login_status(user_id))).is_login
    assert (await run(client.check_login_status(token))).code == 2206
    assert (await run(users.logout(user_id))).code == 200
    for step, status in (
        ("suspend", "Suspended"),
        ("activate", "Activated"),
        ("resign", "Resigned"),
    ):
        assert (await run(getattr(users, step)(user_id))).code == 200
        found = await run(users.detail(user_id))
        assert found is not None
        assert found.status == status
    assert (await run(users.send_first_login_verify_email("app", user_id))).code == 200
    assert (await run(users.link_identity(user_id, "7", True, "wx", type="wechat"))).code == 200
    assert (await run(users.unlink_identity(user_id, True, "wx", type="wechat"))).code == 200
    actions = await run(users.list_user_actions(operation_name="createUser"))
    assert actions.total_count == 1
    assert actions.list[0]["operation_name"] == "createUser"
    assert [entry.request_id for entry in await collect(users.iter_user_actions(2))] == [
        entry.request_id for entry in (await run(users.list_user_actions(limit=100))).list
    ]
    assert (await run(users.list_department(user_id))).total_count == 0
    assert await run(users.list_org(user_id)) == await run(users.list_orgs(user_id)) == []
    assert (await run(users.get_user_tenants(user_id))).tenants == []
    assert (await run(users.list_archived_users())).total_count == 0
    assert await collect(users.iter_archived_users()) == []
    assert not await run(users.has_role(user_id, "reader"))
    await close(client)


async def test_many_users_at_once(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    await somebody(client)
    first, second = await run(
        client.users.create_users([{"username": "eve", "password": "123456"}, {"username": "bob"}])
    )
    assert first.success
    assert first.user is not None
    assert first.user.username == "eve"
    assert not second.success
    assert second.err_msg
    await close(client)


async def test_several_users_resign(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    users = client.users
    ids = [await somebody(client, username=name) for name in ("bob", "eve")]
    with pytest.raises(NotFoundError) as caught:
        await run(users.resign_batch([*ids, NOBODY]))
    assert caught.value.code == 2004
    assert [user.status for user in await run(users.batch(ids))] == ["Activated"] * 2
    assert (await run(users.resign_batch(ids))).code == 200
    assert [user.status for user in await run(users.batch(ids))] == ["Resigned"] * 2
    await close(client)


async def test_a_user_unlinks_an_account(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    users, user_id = client.users, await somebody(client)
    await run(users.link_identity(user_id, "7", True, "wx", type="wechat"))
    token = (await run(users.refresh_token(user_id))).token
    assert token is not None
    assert (await run(users.unlink_by_user("wechat", "wx", token))).code == 200
    user = await run(users.detail(user_id))
    assert user is not None
    assert user.identities == []
    with pytest.raises(NotFoundError):
        await run(users.unlink_by_user("wechat", "wx", token))
    with pytest.raises(AuthenticationError):
        await run(users.unlink_by_user("wechat", "wx", "no token of a user"))
    await close(client)


async def test_users_by_custom_data(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    await define_fields(client)
    users = client.users
    ids = [await somebody(client, username=name) for name in ("bob", "eve", "dan")]
    for user_id, years in zip(ids, (20, 30, 20), strict=True):
        await run(users.set_udv(user_id, "age", years))
    age: FilterTargetDict = {"type": "userDefinedFields", "value": "age"}
    page = await run(users.filter(1, 1, [(age, "EQ", 20)]))
    assert (page.total_count, [user.username for user in page.list]) == (2, ["dan"])
    walked = await collect(users.iter_filter([(age, "EQ", 20)], limit=1))
    assert [user.id for user in walked] == [ids[2], ids[0]]
    assert [
        user.username for user in (await run(users.filter(filter=[(age, "NEQ", 20)]))).list
    ] == ["eve"]
    assert (await run(users.filter())).total_count == 3
    unknown: FilterTargetDict = {"type": "userDefinedFields", "value": "shoeSize"}
    with pytest.raises(NotFoundError):
        await run(users.filter(filter=[(unknown, "EQ", 1)]))
    await close(client)


async def test_users_who_logged_in_are_counted(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode, app_id="app-1")
    await define_fields(client)
    users = client.users
    ids = [await somebody(client, username=name) for name in ("bob", "eve")]
    assert await run(users.get_application_login_user_num("app-1")) == 0
    for user_id in ids:
        await run(users.refresh_token(user_id))
    await run(users.set_udv(ids[0], "age", 20))
    assert await run(users.get_application_login_user_num("app-1")) == 2
    assert await run(users.get_application_login_user_num("app-2")) == 0
    assert await run(users.get_udf_field_user_num("age", "app-1")) == 1
    with pytest.raises(NotFoundError):
        await run(users.get_udf_field_user_num("shoeSize", "app-1"))
    await close(client)


OF_NOBODY: list[Callable[[Any], Any]] = [
    lambda u: u.get_user_tenants(NOBODY),
    lambda u: u.list_udv(NOBODY),
    lambda u: u.get_udf_value(NOBODY),
    lambda u: u.remove_udv(NOBODY, "age"),
    lambda u: u.remove_udf_value(NOBODY, "age"),
    lambda u: u.check_resource_permission_batch(NOBODY, "default", ["book:1"]),
    lambda u: u.list_authorized_resources_of_resource_kind(NOBODY, "default", "book"),
    lambda u: u.logout(NOBODY),
    lambda u: u.remove_group(NOBODY, "staff"),
    lambda u: u.remove_policies(NOBODY, ["reading"]),
    lambda u: u.send_first_login_verify_email("app-1", NOBODY),
]


async def test_nobody_is_not_found(mode: Mode, stage: Stage) -> None:
    stage.groups("staff")
    client = stage.client(mode)
    await define_fields(client)
    await run(client.policies.create("reading", [{"resource": "book:*", "actions": ["book:read"]}]))
    for call in OF_NOBODY:
        with pytest.raises(NotFoundError):
            await run(call(client.users))
    assert await run(client.users.get_udf_value_batch([NOBODY])) == {NOBODY: {}}
    user_id = await somebody(client)
    with pytest.raises(InvalidRequestError):
        await run(client.users.send_first_login_verify_email("app-1", user_id))
    await close(client)
