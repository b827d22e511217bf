"""Tokens and sessions of users: issuing, checking and ending them."""

import pytest

from authing_users import NotFoundError

from ..support.client_kinds import MakeClient, Management, run
from ..support.emulator_pool import EmulatorPool
from ..support.pool_content import UNKNOWN_ID, create_user, create_users, define_custom_fields


async def issue_token(client: Management, user_id: str) -> str:
    """Log a user in, and return the token of the session."""
    token = (await run(client.users.refresh_token(user_id))).token
    assert token is not None
    return token


async def test_refresh_token_accepts_every_name_of_the_id(client: Management) -> None:
    user_id = await create_user(client)
    for argument in ({"userId": user_id}, {"id": user_id}, {"user_id": user_id}):
        token = await run(client.users.refresh_token(**argument))
        assert token.token
        assert token.exp is not None
        assert token.iat is not None
        assert token.exp - token.iat == 15 * 24 * 3600
    with pytest.raises(NotFoundError):
        await run(client.users.refresh_token(UNKNOWN_ID))


async def test_check_login_status_reports_valid_expired_and_invalid_tokens(
    client: Management,
) -> None:
    user_id = await create_user(client)
    token = await issue_token(client, user_id)
    status = await run(client.check_login_status(token))
    assert (status.status, status.code) == (True, 200)
    assert status.data is not None
    assert status.data.id == user_id
    past = "2020-01-01T00:00:00Z"
    await run(client.users.update(user_id, {"tokenExpiredAt": past}))
    assert (await run(client.check_login_status(token))).code == 2206
    assert (await run(client.check_login_status("garbage"))).status is False


async def test_kick_ends_the_sessions_of_a_user(client: Management) -> None:
    user_id = await create_user(client)
    token = await issue_token(client, user_id)
    assert (await run(client.users.check_login_status(user_id))).is_login
    assert (await run(client.users.kick([user_id]))).code == 200
    assert not (await run(client.users.check_login_status(user_id))).is_login
    assert (await run(client.check_login_status(token))).code == 2206


async def test_logout_ends_the_sessions_of_a_user(client: Management) -> None:
    user_id = await create_user(client)
    await issue_token(client, user_id)
    assert (await run(client.users.logout(user_id))).code == 200
    assert not (await run(client.users.check_login_status(user_id))).is_login
    assert (await run(client.users.logout(user_id))).code == 200


async def test_logged_in_users_are_counted_per_application(
    make_client: MakeClient, emulator_pool: EmulatorPool
) -> None:
    client = make_client(emulator_pool, app_id="app-1")
    await define_custom_fields(client)
    users, ids = client.users, await create_users(client, 2)
    assert await run(users.get_application_login_user_num("app-1")) == 0
    for user_id in ids:
        await issue_token(client, user_id)
    await run(users.set_udv(ids[0], "age", 20))
    assert await run(users.get_application_login_user_num("app-1")) == 2
    assert await run(users.get_application_login_user_num("app-2")) == 0
    assert await run(users.get_udf_field_user_num("age", "app-1")) == 1
    with pytest.raises(NotFoundError):
        await run(users.get_udf_field_user_num("shoeSize", "app-1"))
