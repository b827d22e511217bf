"""The status of users: suspended, activated, resigned."""

import pytest

from authing_users import InvalidRequestError, NotFoundError

from ..support.client_kinds import Management, run
from ..support.pool_content import UNKNOWN_ID, create_user, create_users


async def test_a_user_is_suspended_activated_and_resigned(client: Management) -> None:
    users, user_id = client.users, await create_user(client)
    for change, status in (
        (users.suspend, "Suspended"),
        (users.activate, "Activated"),
        (users.resign, "Resigned"),
    ):
        assert (await run(change(user_id))).code == 200
        user = await run(users.detail(user_id))
        assert user is not None
        assert user.status == status


async def test_resign_batch_changes_all_users_or_none(client: Management) -> None:
    users, ids = client.users, await create_users(client, 2)
    with pytest.raises(NotFoundError) as caught:
        await run(users.resign_batch([*ids, UNKNOWN_ID]))
    assert caught.value.code == 2004
    assert [user.status for user in await run(users.batch(ids))] == ["Activated"] * 2
    assert (await run(users.resign_batch(ids))).code == 200
    assert [user.status for user in await run(users.batch(ids))] == ["Resigned"] * 2


async def test_a_first_login_email_needs_an_address(client: Management) -> None:
    bob = await create_user(client, email="bob@example.com")
    eve = await create_user(client, username="eve")
    assert (await run(client.users.send_first_login_verify_email("app", bob))).code == 200
    with pytest.raises(InvalidRequestError):
        await run(client.users.send_first_login_verify_email("app", eve))
