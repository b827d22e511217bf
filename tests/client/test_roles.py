"""Roles, and the users that have them."""

import pytest

from authing_users import ConflictError, NotFoundError, PartialFailureError, PermissionDeniedError

from ..support.client_kinds import MakeClient, Management, collect, run
from ..support.emulator_pool import EmulatorPool
from ..support.pool_content import create_user, create_users
from ..support.scripted_server import ScriptedServer, api_error, data


async def test_a_role_is_created_updated_listed_and_deleted(client: Management) -> None:
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


async def test_a_role_is_assigned_to_and_revoked_from_users(client: Management) -> None:
    ids = await create_users(client, 5)
    await run(client.roles.create("reader"))
    assert (await run(client.roles.add_users("reader", ids))).code == 200
    page = await run(client.roles.list_users("reader", page=3, limit=2))
    assert (page.total_count, len(page.list)) == (5, 1)
    users = await collect(client.roles.iter_users("reader", limit=2))
    assert {user.id for user in users} == set(ids)
    assert (await run(client.roles.remove_users("reader", ids[1:]))).code == 200
    assert (await run(client.roles.list_users("reader"))).list[0].id == ids[0]
    with pytest.raises(NotFoundError):
        await run(client.roles.list_users("reader", namespace="shop"))


async def test_roles_of_a_user_are_listed_added_and_removed(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_roles("reader", "writer")
    user = await run(client.users.create({"username": "bob"}))
    update = await run(client.users.add_roles(user.id, ["reader", "writer"]))
    assert (update.code, update.total_count) == (200, 2)
    assert update.message
    assert {role.code for role in update["list"]} == {"reader", "writer"}
    listed = await run(client.users.list_roles(user.id, namespace="default"))
    assert listed.list == update.list
    update = await run(client.users.remove_roles(user.id, ["reader"], "default"))
    assert [role.code for role in update.list] == ["writer"]
    with pytest.raises(NotFoundError):
        await run(client.users.add_roles(user.id, ["reader", "nothing"]))
    assert (await run(client.users.list_roles(user_id=user.id))).total_count == 1
    assert (await run(client.users.list_roles(user.id, "other"))).total_count == 0


async def test_has_role_tells_whether_a_user_has_a_role(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_roles("reader")
    user_id = await create_user(client)
    assert not await run(client.users.has_role(user_id, "reader"))
    await run(client.users.add_roles(user_id, ["reader"]))
    assert await run(client.users.has_role(user_id, "reader"))


@pytest.mark.parametrize(
    ("method", "operation"), [("add_roles", "AssignRole"), ("remove_roles", "RevokeRole")]
)
async def test_a_failed_role_listing_after_the_change_is_a_partial_failure(
    make_client: MakeClient, method: str, operation: str
) -> None:
    field = operation[0].lower() + operation[1:]
    server = ScriptedServer(
        data(**{field: {"code": 200, "message": "ok"}}), api_error(1000, "busy")
    )
    client = make_client(server)
    with pytest.raises(PartialFailureError, match="were changed") as caught:
        await run(getattr(client.users, method)("u", ["ROLE"]))
    assert (caught.value.user_id, caught.value.completed) == ("u", operation)


async def test_an_unsuccessful_role_assignment_raises(make_client: MakeClient) -> None:
    server = ScriptedServer(data(assignRole={"code": 1001, "message": "no"}))
    client = make_client(server)
    with pytest.raises(PermissionDeniedError, match="no"):
        await run(client.users.add_roles("u", ["ROLE"]))
    assert server.operations == ["GetAccessToken", "AssignRole"]


async def test_the_namespace_is_sent_with_role_changes_and_listings(
    make_client: MakeClient,
) -> None:
    done = {"code": 200, "message": "ok"}
    roles = data(user={"roles": {"totalCount": 0, "list": []}})
    server = ScriptedServer(data(assignRole=done), roles, data(revokeRole=done), roles)
    client = make_client(server)
    await run(client.users.add_roles("u", ["a"], "other"))
    await run(client.users.remove_roles("u", ["a"], namespace="other"))
    assert [variables.get("namespace") for variables in server.variables[1:]] == ["other"] * 4
