"""Creating, updating and deleting users, one by one and in batches."""

from typing import Any

import pytest

from authing_users import (
    ConflictError,
    CreatedUser,
    NotFoundError,
    PartialFailureError,
    ServerError,
)

from ..support.client_kinds import MakeClient, Management, collect, run
from ..support.emulator_pool import EmulatorPool
from ..support.pool_content import UNKNOWN_ID, create_user, create_users
from ..support.scripted_server import ScriptedServer, api_error, data

PROFILE: dict[str, Any] = {
    "email": "Bob@Example.com",
    "emailVerified": True,
    "phone": "18812345678",
    "phoneVerified": True,
    "unionid": "union-1",
    "openid": "open-1",
    "registerSource": ["import:manual", "unknown"],
    "username": "bob",
    "nickname": "Nick",
    "photo": "https://example.com/bob.png",
    "company": "示例科技有限公司",
    "browser": "Firefox",
    "loginsCount": 2,
    "lastLogin": "2017-06-07T14:34:08.700Z",
    "lastIP": "127.0.0.1",
    "signedUp": "2017-06-07T14:34:08+04:00",
    "blocked": False,
    "isDeleted": False,
    "device": "phone",
    "name": "Bob Doe",
    "givenName": "Bob",
    "familyName": "Doe",
    "middleName": "M",
    "profile": "https://example.com/bob",
    "preferredUsername": "bobby",
    "website": "https://bob.example.com",
    "gender": "M",
    "birthdate": "2000-01-01",
    "zoneinfo": "Asia/Shanghai",
    "locale": "zh-CN",
    "address": "1 Example Road",
    "streetAddress": "1 Example Road",
    "locality": "Nanshan",
    "region": "Guangdong",
    "postalCode": "518000",
    "city": "Shenzhen",
    "province": "Guangdong",
    "country": "China",
    "externalId": "hr-1",
    "formatted": "1 Example Road, Shenzhen",
    "oauth": "{}",
}
CREATION_ONLY = {"registerSource", "signedUp", "isDeleted"}
# Returned in the form of the service: lower case, +08:00.
NORMALISED = {
    "email": "bob@example.com",
    "lastLogin": "2017-06-07T22:34:08.700+08:00",
    "signedUp": "2017-06-07T18:34:08+08:00",
}


async def test_create_stores_every_documented_field(client: Management) -> None:
    info: Any = {**PROFILE, "password": "123456"}
    before = dict(info)
    user = await run(client.users.create(info))
    assert {name: user[name] for name in PROFILE} == {**PROFILE, **NORMALISED}
    assert await run(client.users.detail(user.id)) == user
    assert info == before
    assert user.password is None


async def test_update_stores_every_documented_field(client: Management) -> None:
    created = await run(client.users.create({"username": "eve"}))
    changes = {name: value for name, value in PROFILE.items() if name not in CREATION_ONLY}
    updates: Any = {**changes, "password": "654321"}
    user = await run(client.users.update(created.id, updates))
    assert {name: user[name] for name in changes} == {
        **changes,
        **{name: value for name, value in NORMALISED.items() if name in changes},
    }
    assert await run(client.users.detail(user_id=user.id)) == user


async def test_update_clears_none_and_keeps_omitted_fields(client: Management) -> None:
    user = await run(client.users.create({"username": "bob", "phone": "1", "nickname": "Nick"}))
    updated = await run(client.users.update(id=user.id, updates={"phone": None}))
    assert (updated.username, updated.phone, updated.nickname) == ("bob", None, "Nick")


async def test_create_sets_city_and_province_with_an_update(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    user = await run(client.users.create({"username": "bob", "city": "Shenzhen"}))
    assert user.city == "Shenzhen"
    assert len(emulator_pool.requests) == 3


async def test_a_create_that_fails_halfway_is_a_partial_failure(make_client: MakeClient) -> None:
    created = {"id": "60b4a136d9", "arn": "a", "userPoolId": "p"}
    server = ScriptedServer(data(createUser=created), api_error(1000, "busy"))
    client = make_client(server)
    with pytest.raises(PartialFailureError) as caught:
        await run(client.users.create({"username": "bob", "city": "Shenzhen"}))
    error = caught.value
    assert (error.user_id, error.completed) == ("60b4a136d9", "CreateUser")
    assert isinstance(error.error, ServerError)
    assert "60b4a136d9 was created" in str(error)
    assert server.operations[1:] == ["CreateUser", "UpdateUser"]


@pytest.mark.parametrize(
    ("field", "code"), [("username", 2034), ("email", 2200), ("phone", 2035), ("externalId", 2026)]
)
async def test_a_duplicate_identifier_raises_a_conflict(
    client: Management, field: Any, code: int
) -> None:
    info: Any = {field: "taken@example.com"}
    await run(client.users.create(info))
    with pytest.raises(ConflictError) as caught:
        await run(client.users.create(info))
    assert caught.value.code == code
    assert (await run(client.users.list())).total_count == 1


async def test_a_deleted_user_is_not_found(client: Management) -> None:
    user_id = await create_user(client)
    assert (await run(client.users.delete(user_id))).code == 200
    assert await run(client.users.detail(user_id)) is None
    with pytest.raises(NotFoundError):
        await run(client.users.delete(user_id))


async def test_delete_many_deletes_all_users_or_none(client: Management) -> None:
    ids = await create_users(client, 2)
    with pytest.raises(NotFoundError):
        await run(client.users.delete_many([ids[0], UNKNOWN_ID]))
    assert (await run(client.users.list())).total_count == 2
    assert (await run(client.users.delete_many(userIds=ids))).code == 200
    assert (await run(client.users.list())).total_count == 0


async def test_updating_an_unknown_user_raises_not_found(client: Management) -> None:
    with pytest.raises(NotFoundError) as caught:
        await run(client.users.update(UNKNOWN_ID, {"nickname": "x"}))
    assert caught.value.code == 2004
    assert caught.value.message


async def test_batch_returns_users_in_the_order_of_the_ids(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(200)
    ids = [user.id for user in await collect(client.users.iter_list())]
    ids.reverse()
    before = emulator_pool.request_count
    users = await run(client.users.batch([*ids[:100], UNKNOWN_ID, *ids[100:], ids[0]]))
    assert [user.id for user in users] == ids
    assert emulator_pool.request_count - before == 3
    before = emulator_pool.request_count
    assert await run(client.users.batch([])) == []
    assert emulator_pool.request_count == before


async def test_batch_restores_the_order_of_the_ids(make_client: MakeClient) -> None:
    def reversed_users(body: dict[str, Any]) -> Any:
        return data(userBatch=[{"id": i} for i in reversed(body["variables"]["ids"])])

    server = ScriptedServer(reversed_users, reversed_users)
    client = make_client(server)
    ids = [str(n) for n in range(120)]
    assert [user.id for user in await run(client.users.batch(ids))] == ids
    assert [len(variables["ids"]) for variables in server.variables[1:]] == [80, 40]


async def test_create_users_reports_each_outcome(client: Management) -> None:
    await create_user(client)
    created: list[CreatedUser] = await run(
        client.users.create_users([{"username": "eve", "password": "123456"}, {"username": "bob"}])
    )
    first, second = created
    assert first.success
    assert first.user is not None
    assert first.user.username == "eve"
    assert not second.success
    assert second.err_msg
