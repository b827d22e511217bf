"""Identities of other providers that are linked to users."""

from typing import Any

import pytest

from authing_users import AuthenticationError, NotFoundError

from ..support.client_kinds import Management, run
from ..support.pool_content import create_user


async def test_a_user_is_found_by_linked_identity(client: Management) -> None:
    identity: Any = {"provider": "x", "userIdInIdp": "7"}
    linked = await run(client.users.create({"nickname": "Bob"}, identity=identity))
    assert await run(client.users.find(identity=identity)) == linked
    assert await run(client.users.find({"identity": identity})) == linked
    assert linked.identities is not None
    assert linked.identities[0] is not None
    assert linked.identities[0]["userIdInIdp"] == "7"


async def test_an_identity_is_linked_and_unlinked(client: Management) -> None:
    users, user_id = client.users, await create_user(client)
    assert (await run(users.link_identity(user_id, "7", True, "wx", type="wechat"))).code == 200
    user = await run(users.detail(user_id))
    assert user is not None
    assert user.identities is not None
    assert len(user.identities) == 1
    assert (await run(users.unlink_identity(user_id, True, "wx", type="wechat"))).code == 200
    user = await run(users.detail(user_id))
    assert user is not None
    assert user.identities == []


async def test_an_identity_is_unlinked_with_the_users_own_token(client: Management) -> None:
    users, user_id = client.users, await create_user(client)
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
        await run(users.unlink_by_user("wechat", "wx", "not a token of a user"))
