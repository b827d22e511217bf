"""Groups, and the users in them."""

import pytest

from authing_users import ConflictError, NotFoundError

from ..support.client_kinds import Management, collect, run
from ..support.emulator_pool import EmulatorPool
from ..support.pool_content import UNKNOWN_ID, create_users


async def test_a_group_is_created_updated_listed_and_deleted(client: Management) -> None:
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


async def test_users_are_added_to_and_removed_from_a_group(client: Management) -> None:
    ids = await create_users(client, 5)
    await run(client.groups.create("staff", "Staff"))
    assert (await run(client.groups.add_users("staff", ids))).code == 200
    page = await run(client.groups.list_users("staff", page=2, limit=2))
    assert (page.total_count, len(page.list)) == (5, 2)
    users = await collect(client.groups.iter_users("staff", limit=2))
    assert {user.id for user in users} == set(ids)
    assert (await run(client.groups.remove_users("staff", ids[:2]))).code == 200
    assert (await run(client.groups.list_users("staff"))).total_count == 3
    with pytest.raises(NotFoundError):
        await run(client.groups.list_users("nothing"))
    with pytest.raises(NotFoundError):
        await collect(client.groups.iter_users("nothing"))


async def test_groups_of_a_user_are_listed_added_and_removed(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_groups("staff", "admins")
    user = await run(client.users.create({"username": "bob"}))
    assert (await run(client.users.add_group(user.id, "staff"))).code == 200
    assert (await run(client.users.add_group(userId=user.id, group="admins"))).code == 200
    groups = await run(client.users.list_groups(user.id))
    assert {group.code for group in groups.list} == {"staff", "admins"}
    assert groups["totalCount"] == 2
    assert (await run(client.users.remove_group(user.id, "staff"))).code == 200
    assert (await run(client.users.remove_group(user.id, "staff"))).code == 200
    assert (await run(client.users.list_groups(user_id=user.id))).total_count == 1
    with pytest.raises(NotFoundError):
        await run(client.users.add_group(user.id, "nothing"))
    with pytest.raises(NotFoundError):
        await run(client.users.list_groups(UNKNOWN_ID))
