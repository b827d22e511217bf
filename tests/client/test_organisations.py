"""Departments, organisations and tenants of users."""

from ..support.client_kinds import Management, run
from ..support.pool_content import create_user


async def test_a_new_user_belongs_to_no_organisation(client: Management) -> None:
    users, user_id = client.users, await create_user(client)
    assert (await run(users.list_department(user_id))).total_count == 0
    assert await run(users.list_org(user_id)) == await run(users.list_orgs(user_id)) == []
    assert (await run(users.get_user_tenants(user_id))).tenants == []
