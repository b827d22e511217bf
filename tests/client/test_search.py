"""Finding users by identifier, and searching them by text, group and role."""

from typing import Any

from ..support.client_kinds import Management, collect, run
from ..support.emulator_pool import EmulatorPool
from ..support.pool_content import create_user, create_users


async def test_search_is_restricted_to_a_role_or_a_group(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_roles("reader")
    emulator_pool.seed_groups("staff")
    ids = await create_users(client, 3)
    await run(client.users.add_roles(ids[0], ["reader"]))
    await run(client.users.add_group(ids[1], "staff"))
    page = await run(client.users.search("user", role_opts=[{"code": "reader"}]))
    assert [user.id for user in page.list] == [ids[0]]
    page = await run(client.users.search("user", {"groupOpts": [{"code": "staff"}]}))
    assert [user.id for user in page.list] == [ids[1]]
    users = await collect(client.users.iter_search("user", group_opts=[{"code": "staff"}]))
    assert [user.id for user in users] == [ids[1]]


async def test_batch_get_finds_users_by_username(client: Management) -> None:
    ids = await create_users(client, 3)
    users = await run(client.users.batch_get(["user2", "unknown", "user0"], "username"))
    assert [user.id for user in users] == [ids[2], ids[0]]


async def test_exists_requires_every_criterion_to_match(client: Management) -> None:
    await create_users(client, 2)
    assert await run(client.users.exists(username="user1"))
    assert not await run(client.users.exists(username="user1", phone="1"))


async def test_batch_get_by_email_ignores_case(client: Management) -> None:
    bob = await run(client.users.create({"email": "bob@example.com"}))
    assert await run(client.users.batch_get(["BOB@example.com"], "email")) == [bob]


async def test_find_matches_every_given_identifier(client: Management) -> None:
    bob = await run(
        client.users.create(
            {"username": "Bob", "email": "bob@example.com", "phone": "1", "externalId": "hr-1"}
        )
    )
    identifiers: Any
    for identifiers in (
        {"username": "Bob"},
        {"email": "BOB@example.com"},
        {"phone": "1"},
        {"externalId": "hr-1"},
        {"username": "Bob", "phone": "1"},
    ):
        assert await run(client.users.find(identifiers)) == bob
        assert await run(client.users.find(**identifiers)) == bob
    assert await run(client.users.find(external_id="hr-1")) == bob
    assert await run(client.users.find(username="bob")) is None
    assert await run(client.users.find(username="Bob", phone="2")) is None


async def test_a_blank_search_returns_all_users_of_a_group_or_role(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_groups("staff")
    emulator_pool.seed_roles("admin")
    bob, eve, _ = await create_users(client, 3)
    await run(client.users.add_group(bob, "staff"))
    await run(client.users.add_group(eve, "staff"))
    await run(client.users.add_roles(eve, ["admin"]))
    page = await run(client.users.search("", group_opts=[{"code": "staff"}]))
    assert {user.id for user in page.list} == {bob, eve}
    page = await run(client.users.search(" ", {"roleOpts": [{"code": "admin"}]}))
    assert [user.id for user in page.list] == [eve]
    users = await collect(client.users.iter_search("", limit=1, group_opts=[{"code": "staff"}]))
    assert {user.id for user in users} == {bob, eve}


async def test_a_criterion_of_none_is_ignored(client: Management) -> None:
    bob = await run(client.users.create({"username": "bob", "email": "bob@example.com"}))
    user = await run(
        client.users.find(username="bob", email=None, phone=None, external_id=None, identity=None)
    )
    assert user == bob
    assert await run(client.users.exists(None, "bob@example.com", None, external_id=None))
    assert not await run(client.users.exists("bob", None, "1"))


async def test_search_looks_in_the_given_fields(client: Management) -> None:
    names = ["bob", "Bobby", "alice"]
    ids = [await create_user(client, username=name) for name in names]
    await run(client.users.update(ids[2], {"nickname": "Not Bob", "website": "bob.com"}))
    page = await run(client.users.search(query="Bob"))
    assert {user.username for user in page.list} == {"bob", "Bobby", "alice"}
    page = await run(client.users.search("Bob", {"fields": ["username"]}))
    assert {user.username for user in page.list} == {"bob", "Bobby"}
    page = await run(client.users.search("Bob", ["website"]))
    assert [user.username for user in page.list] == ["alice"]
    page = await run(client.users.search("Bob", None, 2, 2))
    assert (page.total_count, len(page.list)) == (3, 1)
    users = await collect(client.users.iter_search("Bob", ["username"], limit=1))
    assert {user.username for user in users} == {"bob", "Bobby"}
