"""The users client against a running emulator, both kinds with one body."""

from typing import Any

import pytest

from authing_users import (
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    PartialFailureError,
    ServerError,
    User,
)

from ..support.client_kinds import Mode, as_async, close, collect, run
from ..support.emulator_pool import Stage
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
# Answered in the service's own form: lower case, +08:00, not at all.
NORMALISED = {
    "email": "bob@example.com",
    "lastLogin": "2017-06-07T22:34:08.700+08:00",
    "signedUp": "2017-06-07T18:34:08+08:00",
}


async def test_create_stores_every_documented_field(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    before = dict(PROFILE)
    info: Any = {**PROFILE, "password": "123456"}
    user = await run(client.users.create(info))
    assert {name: user[name] for name in PROFILE} == {**PROFILE, **NORMALISED}
    assert await run(client.users.detail(user.id)) == user
    assert before == PROFILE
    assert user.password is None
    await close(client)


async def test_update_stores_every_documented_field(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    created = await run(client.users.create({"username": "somebody"}))
    changes = {name: value for name, value in PROFILE.items() if name not in CREATION_ONLY}
    updates: Any = {**changes, "password": "654321"}
    user = await run(client.users.update(created.id, updates))
    assert {name: user[name] for name in changes} == {
        **changes,
        **{name: value for name, value in NORMALISED.items() if name in changes},
    }
    assert await run(client.users.detail(user_id=user.id)) == user
    await close(client)


async def test_update_leaves_what_is_not_given_and_clears_none(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    user = await run(client.users.create({"username": "bob", "phone": "1", "nickname": "Nick"}))
    updated = await run(client.users.update(id=user.id, updates={"phone": None}))
    assert (updated.username, updated.phone, updated.nickname) == ("bob", None, "Nick")
    await close(client)


async def test_passwords_are_encrypted_on_the_way(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    info: Any = {"username": "bob", "password": "canary-password"}
    user = await run(client.users.create(info))
    await run(client.users.update(user.id, {"password": "canary-second"}))
    assert info["password"] == "canary-password"
    assert len(stage.sent) == 4  # the key, the token, and two calls
    for request in stage.sent:
        assert b"canary-password" not in request.content
        assert b"canary-second" not in request.content
    with pytest.raises(InvalidRequestError) as caught:
        await run(client.users.update(user.id, {"password": "short"}))
    assert caught.value.code == 2029
    await close(client)


async def test_create_sets_city_and_province_with_an_update(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    user = await run(client.users.create({"username": "bob", "city": "Shenzhen"}))
    assert user.city == "Shenzhen"
    assert len(stage.sent) == 3
    await close(client)


async def test_create_that_fails_half_way_says_that_the_user_exists(mode: Mode) -> None:
    created = {"id": "60b4a136d9", "arn": "a", "userPoolId": "p"}
    server = ScriptedServer(data(createUser=created), api_error(1000, "busy"))
    client = server.client(mode)
    with pytest.raises(PartialFailureError) as caught:
        await run(client.users.create({"username": "bob", "city": "Shenzhen"}))
    error = caught.value
    assert (error.user_id, error.completed) == ("60b4a136d9", "CreateUser")
    assert isinstance(error.error, ServerError)
    assert "60b4a136d9 was created" in str(error)
    assert server.operations[1:] == ["CreateUser", "UpdateUser"]
    await close(client)


@pytest.mark.parametrize(
    ("field", "code"), [("username", 2034), ("email", 2200), ("phone", 2035), ("externalId", 2026)]
)
async def test_an_identifier_that_is_taken_is_a_conflict(
    mode: Mode, stage: Stage, field: Any, code: int
) -> None:
    client = stage.client(mode)
    info: Any = {field: "taken@example.com"}
    await run(client.users.create(info))
    with pytest.raises(ConflictError) as caught:
        await run(client.users.create(info))
    assert caught.value.code == code
    assert (await run(client.users.list())).total_count == 1
    await close(client)


async def test_deleting(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    ids = [(await run(client.users.create({"username": name}))).id for name in "abc"]
    assert (await run(client.users.delete(ids[0]))).code == 200
    assert await run(client.users.detail(ids[0])) is None
    with pytest.raises(NotFoundError):
        await run(client.users.delete_many([ids[1], ids[0]]))
    assert (await run(client.users.list())).total_count == 2
    assert (await run(client.users.delete_many(userIds=ids[1:]))).code == 200
    assert (await run(client.users.list())).total_count == 0
    with pytest.raises(NotFoundError):
        await run(client.users.delete(ids[0]))
    await close(client)


async def test_updating_nobody_is_not_found(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    with pytest.raises(NotFoundError) as caught:
        await run(client.users.update("60b4a136d9b4a136d9b4a136", {"nickname": "x"}))
    assert caught.value.code == 2004
    assert caught.value.message
    await close(client)


async def test_listing(mode: Mode, stage: Stage) -> None:
    stage.users(25)
    client = stage.client(mode)
    first = await run(client.users.list())
    assert (first.total_count, len(first.list)) == (25, 10)
    third = await run(client.users.list(page=3, limit=10))
    assert (third.total_count, len(third.list)) == (25, 5)
    assert all(user.identities == [] for user in first.list)
    beyond = await run(client.users.list(9, 10))
    assert (beyond.total_count, beyond.list) == (25, [])
    await close(client)


@pytest.mark.parametrize("limit", [1, 5, 10, 12, 100])
async def test_iterating_over_all(mode: Mode, stage: Stage, limit: int) -> None:
    stage.users(20)
    client = stage.client(mode)
    everybody = (await run(client.users.list(limit=100))).list
    before = stage.requests
    assert await collect(client.users.iter_list(limit=limit)) == everybody
    assert stage.requests - before == -(-20 // limit)
    await close(client)


async def test_an_iterator_sends_nothing_before_it_is_used(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    client.users.iter_list()
    assert stage.requests == 0
    await close(client)


async def test_a_failing_page_is_raised_at_its_place(mode: Mode) -> None:
    pages = [{"totalCount": 4, "list": [{"id": str(n)} for n in part]} for part in ([1, 2], [3, 4])]
    server = ScriptedServer(data(users=pages[0]), api_error(1000, "busy"))
    client = server.client(mode)
    users = as_async(client.users.iter_list(limit=2))
    assert [(await anext(users)).id for _ in range(2)] == ["1", "2"]
    with pytest.raises(ServerError):
        await anext(users)
    await close(client)


async def test_batch_is_in_the_order_of_the_ids(mode: Mode, stage: Stage) -> None:
    stage.users(200)
    client = stage.client(mode)
    ids = [user.id for user in await collect(client.users.iter_list())]
    ids.reverse()
    before = stage.requests
    asked = [*ids[:100], "60b4a136d9b4a136d9b4a136", *ids[100:], ids[0]]
    found = await run(client.users.batch(asked))
    assert [user.id for user in found] == ids
    assert stage.requests - before == 3
    before = stage.requests
    assert await run(client.users.batch([])) == []
    assert stage.requests == before
    await close(client)


async def test_batch_joins_what_the_server_answers_in_any_order(mode: Mode) -> None:
    def reversed_users(body: dict[str, Any]) -> Any:
        return data(userBatch=[{"id": i} for i in reversed(body["variables"]["ids"])])

    server = ScriptedServer(reversed_users, reversed_users)
    client = server.client(mode)
    ids = [str(n) for n in range(120)]
    assert [user.id for user in await run(client.users.batch(ids))] == ids
    assert [len(variables["ids"]) for variables in server.variables[1:]] == [80, 40]
    await close(client)


async def test_finding(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    bob = await run(
        client.users.create(
            {"username": "Bob", "email": "bob@example.com", "phone": "1", "externalId": "hr-1"}
        )
    )
    wanted: Any
    for wanted in (
        {"username": "Bob"},
        {"email": "BOB@example.com"},
        {"phone": "1"},
        {"externalId": "hr-1"},
        {"username": "Bob", "phone": "1"},
    ):
        assert await run(client.users.find(wanted)) == bob
        assert await run(client.users.find(**wanted)) == bob
    assert await run(client.users.find(external_id="hr-1")) == bob
    assert await run(client.users.find(username="bob")) is None
    assert await run(client.users.find(username="Bob", phone="2")) is None
    await close(client)


async def test_a_blank_search_finds_all_in_a_group_or_with_a_role(mode: Mode, stage: Stage) -> None:
    stage.groups("staff")
    stage.roles("admin")
    client = stage.client(mode)
    bob, eve, _ = [
        (await run(client.users.create({"username": name}))).id for name in ("bob", "eve", "dan")
    ]
    await run(client.users.add_group(bob, "staff"))
    await run(client.users.add_group(eve, "staff"))
    await run(client.users.add_roles(eve, ["admin"]))
    found = await run(client.users.search("", group_opts=[{"code": "staff"}]))
    assert {user.id for user in found.list} == {bob, eve}
    found = await run(client.users.search(" ", {"roleOpts": [{"code": "admin"}]}))
    assert [user.id for user in found.list] == [eve]
    walked = await collect(client.users.iter_search("", limit=1, group_opts=[{"code": "staff"}]))
    assert {user.id for user in walked} == {bob, eve}
    await close(client)


async def test_none_as_a_criterion_is_none_given(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    bob = await run(client.users.create({"username": "bob", "email": "bob@example.com"}))
    found = await run(
        client.users.find(username="bob", email=None, phone=None, external_id=None, identity=None)
    )
    assert found is not None
    assert found.id == bob.id
    assert await run(client.users.exists(None, "bob@example.com", None, external_id=None))
    assert not await run(client.users.exists("bob", None, "1"))
    await close(client)


async def test_searching(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    names = ["bob", "Bobby", "alice"]
    users = [await run(client.users.create({"username": name})) for name in names]
    await run(client.users.update(users[2].id, {"nickname": "Not Bob", "website": "bob.com"}))
    found = await run(client.users.search(query="Bob"))
    assert {user.username for user in found.list} == {"bob", "Bobby", "alice"}
    found = await run(client.users.search("Bob", {"fields": ["username"]}))
    assert {user.username for user in found.list} == {"bob", "Bobby"}
    found = await run(client.users.search("Bob", ["website"]))
    assert [user.username for user in found.list] == ["alice"]
    found = await run(client.users.search("Bob", None, 2, 2))
    assert (found.total_count, len(found.list)) == (3, 1)
    walked = await collect(client.users.iter_search("Bob", ["username"], limit=1))
    assert {user.username for user in walked} == {"bob", "Bobby"}
    await close(client)


async def test_groups(mode: Mode, stage: Stage) -> None:
    stage.groups("staff", "admins")
    client = stage.client(mode)
    user: User = await run(client.users.create({"username": "bob"}))
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
        await run(client.users.list_groups("60b4a136d9b4a136d9b4a136"))
    await close(client)


async def test_roles(mode: Mode, stage: Stage) -> None:
    stage.roles("reader", "writer")
    client = stage.client(mode)
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
    await close(client)


@pytest.mark.parametrize(
    ("method", "operation"), [("add_roles", "AssignRole"), ("remove_roles", "RevokeRole")]
)
async def test_roles_that_cannot_be_listed_afterwards_were_changed(
    mode: Mode, method: str, operation: str
) -> None:
    field = operation[0].lower() + operation[1:]
    server = ScriptedServer(
        data(**{field: {"code": 200, "message": "ok"}}), api_error(1000, "busy")
    )
    client = server.client(mode)
    with pytest.raises(PartialFailureError, match="were changed") as caught:
        await run(getattr(client.users, method)("u", ["ROLE"]))
    assert (caught.value.user_id, caught.value.completed) == ("u", operation)
    await close(client)


async def test_a_change_that_the_api_did_not_make_is_an_error(mode: Mode) -> None:
    server = ScriptedServer(data(assignRole={"code": 1001, "message": "no"}))
    client = server.client(mode)
    with pytest.raises(Exception, match="no") as caught:
        await run(client.users.add_roles("u", ["ROLE"]))
    assert type(caught.value).__name__ == "PermissionDeniedError"
    assert server.operations == ["GetAccessToken", "AssignRole"]
    await close(client)


async def test_refreshing_a_token(mode: Mode, stage: Stage) -> None:
    client = stage.client(mode)
    user = await run(client.users.create({"username": "bob"}))
    for call in ({"userId": user.id}, {"id": user.id}, {"user_id": user.id}):
        token = await run(client.users.refresh_token(**call))
        assert token.token
        assert token.exp is not None
        assert token.iat is not None
        assert token.exp - token.iat == 15 * 24 * 3600
    with pytest.raises(NotFoundError):
        await run(client.users.refresh_token("60b4a136d9b4a136d9b4a136"))
    await close(client)


async def test_the_emulator_of_the_environment_is_used(
    mode: Mode, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from authing_users import AsyncUsersManagementClient, UsersManagementClient

    monkeypatch.setenv("AUTHING_EMULATOR_HOST", stage.emulator.authority)
    monkeypatch.setenv("AUTHING_USERPOOL_ID", stage.emulator.user_pool_id)
    monkeypatch.setenv("AUTHING_USERPOOL_SECRET", stage.emulator.secret)
    users = UsersManagementClient() if mode == "sync" else AsyncUsersManagementClient()
    user = await run(users.create({"username": "bob", "password": "123456"}))
    assert await run(users.detail(user.id)) == user
    await close(users)
