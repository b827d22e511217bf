"""The clients of groups and roles against a running emulator, both kinds with one body."""

from collections.abc import Callable
from typing import Any

import pytest

from authing_users import ConflictError, InvalidInputError, NotFoundError

from ..support.client_kinds import Management, Mode, close, collect, run
from ..support.emulator_pool import Stage
from ..support.scripted_server import ScriptedServer, data


async def people(client: Management, number: int) -> list[str]:
    """Create users and return their ids."""
    return [(await run(client.users.create({"username": f"user{at}"}))).id for at in range(number)]


async def test_the_life_of_a_group(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    groups = client.groups
    group = await run(groups.create("staff", "Staff", "Everybody"))
    assert (group.code, group.name, group.description) == ("staff", "Staff", "Everybody")
    with pytest.raises(ConflictError):
        await run(groups.create("staff", "Again"))
    assert await run(groups.detail("staff")) == group
    assert await run(groups.detail("nothing")) is None
    updated = await run(groups.update("staff", new_code="crew", name="Crew"))
    assert (updated.code, updated.name, updated.description) == ("crew", "Crew", "Everybody")
    assert (await run(groups.update("crew", description=None))).description is None
    await run(groups.create("admins", "Admins"))
    listed = await run(groups.list())
    assert [item.code for item in listed.list] == ["admins", "crew"]
    assert (await run(groups.list(page=2, limit=1))).list[0].code == "crew"
    assert (await run(groups.delete("admins"))).code == 200
    with pytest.raises(NotFoundError):
        await run(groups.delete_many(["crew", "admins"]))
    assert (await run(groups.delete_many(["crew"]))).code == 200
    assert (await run(groups.list())).total_count == 0
    await close(client)


async def test_members_of_a_group(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    ids = await people(client, 5)
    await run(client.groups.create("staff", "Staff"))
    assert (await run(client.groups.add_users("staff", ids))).code == 200
    page = await run(client.groups.list_users("staff", page=2, limit=2))
    assert (page.total_count, len(page.list)) == (5, 2)
    walked = await collect(client.groups.iter_users("staff", limit=2))
    assert {user.id for user in walked} == set(ids)
    assert (await run(client.groups.remove_users("staff", ids[:2]))).code == 200
    assert (await run(client.groups.list_users("staff"))).total_count == 3
    with pytest.raises(NotFoundError):
        await run(client.groups.list_users("nothing"))
    with pytest.raises(NotFoundError):
        await collect(client.groups.iter_users("nothing"))
    await close(client)


async def test_the_life_of_a_role(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    roles = client.roles
    reader = await run(roles.create("reader", "May read"))
    writer = await run(roles.create("writer", parentCode="reader"))
    assert (reader.namespace, reader.description) == ("default", "May read")
    assert writer.parent is not None
    assert writer.parent.code == "reader"
    other = await run(roles.create("reader", namespace="shop"))
    assert other.namespace == "shop"
    with pytest.raises(ConflictError):
        await run(roles.create("reader"))
    with pytest.raises(NotFoundError):
        await run(roles.create("editor", parentCode="nothing"))
    assert await run(roles.detail("reader")) == reader
    assert await run(roles.detail("reader", "shop")) == other
    assert await run(roles.detail("reader", "nowhere")) is None
    updated = await run(roles.update("reader", newCode="viewer"))
    assert (updated.code, updated.description) == ("viewer", "May read")
    assert (await run(roles.update("viewer", None))).description is None
    assert [role.code for role in (await run(roles.list())).list] == ["writer", "viewer"]
    assert (await run(roles.list(namespace="shop"))).total_count == 1
    assert (await run(roles.delete("reader", "shop"))).code == 200
    assert (await run(roles.delete_many(["writer", "viewer"]))).code == 200
    assert (await run(roles.list())).total_count == 0
    with pytest.raises(NotFoundError):
        await run(roles.delete("viewer"))
    await close(client)


async def test_holders_of_a_role(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    ids = await people(client, 5)
    await run(client.roles.create("reader"))
    assert (await run(client.roles.add_users("reader", ids))).code == 200
    page = await run(client.roles.list_users("reader", page=3, limit=2))
    assert (page.total_count, len(page.list)) == (5, 1)
    walked = await collect(client.roles.iter_users("reader", limit=2))
    assert {user.id for user in walked} == set(ids)
    assert (await run(client.roles.remove_users("reader", ids[1:]))).code == 200
    assert (await run(client.roles.list_users("reader"))).list[0].id == ids[0]
    with pytest.raises(NotFoundError):
        await run(client.roles.list_users("reader", namespace="shop"))
    await close(client)


async def test_looking_users_up(mode: Mode, stage: Stage) -> None:
    stage.roles("reader")
    stage.groups("staff")
    client = stage.client(mode)
    ids = await people(client, 3)
    users = client.users
    await run(users.add_roles(ids[0], ["reader"]))
    await run(users.add_group(ids[1], "staff"))
    found = await run(users.search("user", role_opts=[{"code": "reader"}]))
    assert [user.id for user in found.list] == [ids[0]]
    found = await run(users.search("user", {"groupOpts": [{"code": "staff"}]}))
    assert [user.id for user in found.list] == [ids[1]]
    walked = await collect(users.iter_search("user", group_opts=[{"code": "staff"}]))
    assert [user.id for user in walked] == [ids[1]]
    oldest = await run(users.list(sort_by="CREATEDAT_ASC"))
    assert [user.id for user in oldest.list] == ids
    walked = await collect(users.iter_list(limit=2, sort_by="CREATEDAT_ASC"))
    assert [user.id for user in walked] == ids
    assert (await run(users.list(exclude_users_in_org=True))).total_count == 3
    by_name = await run(users.batch_get(["user2", "nobody", "user0"], "username"))
    assert [user.id for user in by_name] == [ids[2], ids[0]]
    assert await run(users.exists(username="user1"))
    assert not await run(users.exists(username="user1", phone="1"))
    await close(client)


async def test_batch_get_by_email_ignores_case(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    bob = await run(client.users.create({"email": "bob@example.com"}))
    assert await run(client.users.batch_get(["BOB@example.com"], "email")) == [bob]
    await close(client)


async def test_linked_accounts(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    linked = await run(
        client.users.create({"nickname": "Bob"}, identity={"provider": "x", "userIdInIdp": "7"})
    )
    wanted: Any = {"provider": "x", "userIdInIdp": "7"}
    assert await run(client.users.find(identity=wanted)) == linked
    assert await run(client.users.find({"identity": wanted})) == linked
    assert linked.identities is not None
    assert linked.identities[0] is not None
    assert linked.identities[0]["userIdInIdp"] == "7"
    await close(client)


async def test_a_kept_password_is_sent_as_such(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    user = await run(
        client.users.create({"username": "bob", "password": "md5"}, keep_password=True)
    )
    assert user.password is None
    await close(client)


async def test_the_status_of_a_token(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    (user_id,) = await people(client, 1)
    token = (await run(client.users.refresh_token(user_id))).token
    assert token is not None
    status = await run(client.check_login_status(token))
    assert (status.status, status.code) == (True, 200)
    assert status.data is not None
    assert status.data.id == user_id
    past = "2020-01-01T00:00:00Z"
    await run(client.users.update(user_id, {"tokenExpiredAt": past}))
    assert (await run(client.check_login_status(token))).code == 2206
    assert (await run(client.check_login_status("garbage"))).status is False
    await close(client)


WRONG_CALLS: list[tuple[str, Callable[[Any], Any], str]] = [
    ("group without name", lambda c: c.groups.create("staff", ""), "name is empty"),
    (
        "one group to delete",
        lambda c: c.groups.delete_many("staff"),
        "must be a list, not one string",
    ),
    ("page of groups", lambda c: c.groups.list(page=0), "page must be a whole number from 1"),
    ("members of nothing", lambda c: c.groups.iter_users(""), "code is empty"),
    ("one member", lambda c: c.groups.add_users("staff", "a"), "add_users('GROUP', ['USER_ID'])"),
    ("one holder", lambda c: c.roles.add_users("reader", "a"), "add_users('ROLE', ['USER_ID'])"),
    ("empty namespace", lambda c: c.roles.list(namespace=""), "namespace is empty"),
    ("kind", lambda c: c.roles.list_authorized_resources("r", None, "FILE"), "DATA, API, MENU"),
    (
        "target",
        lambda c: c.policies.add_assignments(["p"], "USERS", ["a"]),
        "targetType must be one of USER",
    ),
    (
        "rules",
        lambda c: c.policies.create("p", {"resource": "x"}),
        "statements must be a list of dicts",
    ),
    ("rule", lambda c: c.policies.create("p", [{"resource": "x"}]), "statements[0].actions"),
    (
        "kind of field",
        lambda c: c.udf.set("USER", "x", "TEXT", "X"),
        "dataType must be one of STRING",
    ),
    ("kind of target", lambda c: c.udf.list("PERSON"), "targetType must be one of NODE"),
    ("no values", lambda c: c.udf.set_udf_value_batch("USER", "a", {}), "is empty"),
    ("no token", lambda c: c.check_login_status(""), "token is empty"),
]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [(call, sentence) for _, call, sentence in WRONG_CALLS],
    ids=[name for name, _, _ in WRONG_CALLS],
)
async def test_a_wrong_call_is_refused_before_sending(
    mode: Mode, call: Callable[[Any], Any], sentence: str
) -> None:
    server = ScriptedServer()
    client = server.client(mode)
    with pytest.raises(InvalidInputError) as caught:
        await run(call(client))
    assert sentence in str(caught.value)
    assert server.requests == []
    await close(client)


async def test_what_is_not_there_is_not_found(mode: Mode) -> None:
    nothing = data(user=None, role=None, group=None)
    server = ScriptedServer(nothing, nothing, nothing, nothing)
    client = server.client(mode)
    for call in (
        client.users.list_authorized_resources,
        client.users.list_department,
        client.roles.list_authorized_resources,
        client.groups.list_authorized_resources,
    ):
        with pytest.raises(NotFoundError):
            await run(call("nothing"))
    await close(client)
