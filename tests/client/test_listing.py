"""Listing users page by page and with iterators."""

import pytest

from authing_users import ServerError

from ..support.client_kinds import MakeClient, Management, as_async, collect, run
from ..support.emulator_pool import EmulatorPool
from ..support.pool_content import create_users
from ..support.scripted_server import ScriptedServer, api_error, data


async def test_list_returns_the_requested_page(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(25)
    first = await run(client.users.list())
    assert (first.total_count, len(first.list)) == (25, 10)
    third = await run(client.users.list(page=3, limit=10))
    assert (third.total_count, len(third.list)) == (25, 5)
    assert all(user.identities == [] for user in first.list)
    beyond = await run(client.users.list(9, 10))
    assert (beyond.total_count, beyond.list) == (25, [])


@pytest.mark.parametrize("limit", [1, 5, 10, 12, 100])
async def test_iter_list_sends_one_request_per_page(
    client: Management, emulator_pool: EmulatorPool, limit: int
) -> None:
    emulator_pool.seed_users(20)
    users = (await run(client.users.list(limit=100))).list
    before = emulator_pool.request_count
    assert await collect(client.users.iter_list(limit=limit)) == users
    assert emulator_pool.request_count - before == -(-20 // limit)


async def test_an_iterator_sends_nothing_before_it_is_used(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    client.users.iter_list()
    assert emulator_pool.request_count == 0


async def test_lists_are_sorted_by_creation_time(client: Management) -> None:
    ids = await create_users(client, 3)
    oldest_first = await run(client.users.list(sort_by="CREATEDAT_ASC"))
    assert [user.id for user in oldest_first.list] == ids
    users = await collect(client.users.iter_list(limit=2, sort_by="CREATEDAT_ASC"))
    assert [user.id for user in users] == ids


async def test_users_without_an_organisation_are_listed(client: Management) -> None:
    await create_users(client, 3)
    assert (await run(client.users.list(exclude_users_in_org=True))).total_count == 3


async def test_a_new_pool_has_no_archived_users(client: Management) -> None:
    assert (await run(client.users.list_archived_users())).total_count == 0
    assert await collect(client.users.iter_archived_users()) == []


async def test_a_failing_page_raises_after_the_users_before_it(make_client: MakeClient) -> None:
    pages = [{"totalCount": 4, "list": [{"id": str(n)} for n in part]} for part in ([1, 2], [3, 4])]
    server = ScriptedServer(data(users=pages[0]), api_error(1000, "busy"))
    client = make_client(server)
    users = as_async(client.users.iter_list(limit=2))
    assert [(await anext(users)).id for _ in range(2)] == ["1", "2"]
    with pytest.raises(ServerError):
        await anext(users)


async def test_groups_roles_and_policies_are_iterated_over(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    codes = [f"code-{number}" for number in range(5)]
    emulator_pool.seed_groups(*codes)
    emulator_pool.seed_roles(*codes)
    for code in codes:
        await run(client.policies.create(code, [{"resource": "book:*", "actions": ["book:read"]}]))
    await run(client.roles.add_policies("code-0", codes))
    before = emulator_pool.request_count
    for items in (
        await collect(client.groups.iter_list(limit=2)),
        await collect(client.roles.iter_list(limit=2)),
        await collect(client.policies.iter_list(limit=2)),
        await collect(client.roles.iter_policies("code-0", limit=2)),
    ):
        assert sorted(item.code or "" for item in items) == codes
    assert emulator_pool.request_count - before == 4 * 3


async def test_roles_without_a_code_are_not_taken_for_one(make_client: MakeClient) -> None:
    roles = [{"id": id_, "code": None} for id_ in ("a", "b")]
    client = make_client(ScriptedServer(data(roles={"totalCount": 2, "list": roles})))
    assert [role.id for role in await collect(client.roles.iter_list())] == ["a", "b"]
