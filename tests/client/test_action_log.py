"""The log of what was done in the user pool."""

from ..support.client_kinds import Management, collect, run
from ..support.pool_content import create_users


async def test_actions_are_listed_by_operation_and_iterated(client: Management) -> None:
    ids = await create_users(client, 3)
    await run(client.users.delete(ids[0]))
    actions = await run(client.users.list_user_actions(operation_name="createUser"))
    assert actions.total_count == 3
    assert actions.list[0]["operation_name"] == "createUser"
    all_actions = (await run(client.users.list_user_actions(limit=100))).list
    assert len(all_actions) == 4
    assert await collect(client.users.iter_user_actions(2)) == all_actions
