"""``update_many``, ``upsert_many``, ``delete_many`` and ``iter_batch``."""

from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any

import pytest

from authing_users import (
    BulkResult,
    CommonMessage,
    CreatedUser,
    InvalidInputError,
    NotFoundError,
    ServerError,
    TransportError,
    UpdateUserInput,
    User,
)
from authing_users.testing import log_in

from ..support.client_kinds import Management, close, collect, run
from ..support.emulator_pool import EmulatorPool
from .engine import MemoryCheckpoint

ReadUsers = Callable[[], list[User]]
AddFault = Callable[..., None]
UNKNOWN = "0" * 24


def outcomes(result: BulkResult) -> list[str]:
    return [item.outcome for item in result.items]


async def create_users(client: Management, number: int) -> list[str]:
    """Create users, and return their IDs."""
    users: Any = [{"externalId": f"E{n}", "username": f"user-{n}"} for n in range(number)]
    created: list[CreatedUser] = await run(client.users.create_users(users))
    return [one.user.id for one in created if one.user is not None]


async def test_users_are_updated(client: Management, stored: ReadUsers) -> None:
    ids = await create_users(client, 6)
    updates: Any = [
        (ids[0], {"name": "A"}),
        (ids[1], UpdateUserInput(name="B")),
        [ids[2], {"username": "user-0"}],
        (UNKNOWN, {"name": "C"}),
        (ids[3], {}),
        (ids[0], {"name": "again"}),
        (ids[4], {"nmae": "D"}),
        ids[5],
        ("", {"name": "E"}),
    ]
    result: BulkResult = await run(client.users.update_many(updates))
    expected = ["updated", "updated", "failed", "failed", "unchanged"]
    assert outcomes(result) == expected + ["failed"] * 4
    errors = [str(item.error) for item in result.failed]
    assert isinstance(result.items[3].error, NotFoundError)
    assert errors[2].startswith(f"Item 5 has the same id={ids[0]} as item 0")
    assert errors[3] == "Unknown key 'nmae' in updates[6]. Did you mean 'name'?"
    assert errors[4].startswith("updates[7] must be an ID and a dict, not str: write ('USER_ID'")
    assert errors[5] == "updates[8][0] is empty"
    assert [user.name for user in stored()][:3] == ["A", "B", None]
    assert result.items[0].input == {"id": ids[0], "name": "A"}
    assert result.items[0].key == f"id={ids[0]}"


async def test_everything_of_a_user_is_updated(
    client: Management, emulator_pool: EmulatorPool, stored: ReadUsers
) -> None:
    emulator_pool.seed_groups("old", "new")
    emulator_pool.seed_roles("editor")
    await run(client.udf.set("USER", "level", "NUMBER", "Level"))
    (user_id,) = await create_users(client, 1)
    await run(client.users.add_group(user_id, "old"))
    updates: Any = {
        "password": "canary-password",
        "customData": {"level": 3},
        "groups": ["new"],
        "roles": ["editor"],
    }
    result: BulkResult = await run(client.users.update_many([(user_id, updates)]))
    assert outcomes(result) == ["updated"], result.failed[:1]
    assert result.items[0].input["password"] == "**********"
    (user,) = stored()
    assert user.custom_data == {"level": 3}
    groups = await run(client.users.list_groups(user_id))
    assert [group.code for group in groups.list] == ["new"]
    assert (await run(client.users.has_role(user_id, "editor"))) is True
    await run(log_in(client, username="user-0", password="canary-password"))
    del updates["password"]
    again: BulkResult = await run(client.users.update_many([(user_id, updates)]))
    assert outcomes(again) == ["unchanged"]


async def test_update_that_is_half_done_says_so(client: Management, stored: ReadUsers) -> None:
    (user_id,) = await create_users(client, 1)
    updates: Any = [(user_id, {"name": "New", "groups": ["nobody"]})]
    result: BulkResult = await run(client.users.update_many(updates))
    (item,) = result.failed
    assert item.user_id == user_id
    assert f"User {user_id} was updated, but not completely" in str(item.error)
    assert stored()[0].name == "New"


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("drop", {"afterCommit": True}),
        ("drop", {"afterCommit": False}),
        ("fail", {"status": 500, "afterCommit": True}),
        ("truncate", {}),
    ],
)
async def test_lost_updates_are_sent_again(
    client: Management, faults: AddFault, stored: ReadUsers, kind: str, content: dict[str, Any]
) -> None:
    ids = await create_users(client, 4)
    faults(kind, "updateUser", times=2, **content)
    updates: Any = [(user_id, {"name": "New"}) for user_id in ids]
    result: BulkResult = await run(client.users.update_many(updates))
    assert outcomes(result) == ["updated"] * 4, result.failed[:1]
    assert [user.name for user in stored()] == ["New"] * 4


async def test_updates_that_keep_failing_are_reported(
    client: Management, faults: AddFault, stored: ReadUsers
) -> None:
    ids = await create_users(client, 1)
    updates: Any = [(ids[0], {"name": "New"})]
    faults("drop", "updateUser", times=None)
    result: BulkResult = await run(client.users.update_many(updates))
    assert outcomes(result) == ["unknown"]
    assert isinstance(result.failed[0].error, TransportError)
    assert stored()[0].name is None
    faults("fail", "updateUser", status=500, times=None)
    result = await run(client.users.update_many(updates))
    assert outcomes(result) == ["failed"]
    assert isinstance(result.failed[0].error, ServerError)


async def test_users_are_created_updated_or_left_alone(
    client: Management, emulator_pool: EmulatorPool, stored: ReadUsers
) -> None:
    await create_users(client, 60)
    emulator_pool.requests.clear()
    users: Any = [
        {"externalId": f"E{n}", "username": f"user-{n}", **({"name": "New"} if n % 20 == 0 else {})}
        for n in range(65)
    ]
    result: BulkResult = await run(client.users.upsert_many(users, key="externalId"))
    assert (result.counts["updated"], result.counts["created"]) == (3, 5), result.failed[:1]
    assert result.counts["unchanged"] == 57
    assert len(stored()) == 65
    again: BulkResult = await run(client.users.upsert_many(users, key="externalId"))
    assert again.counts["unchanged"] == 65


async def test_upserts_compare_custom_fields_and_groups(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_groups("staff")
    await run(client.udf.set("USER", "level", "NUMBER", "Level"))
    users: Any = [
        {"username": "a", "customData": {"level": 1}},
        {"username": "b", "groups": ["staff"]},
        {"username": "c", "password": "canary-password"},
        {"username": "d", "email": "D@example.com", "city": "London"},
    ]
    first: BulkResult = await run(client.users.upsert_many(users, key="username"))
    assert outcomes(first) == ["created"] * 4, first.failed[:1]
    second: BulkResult = await run(client.users.upsert_many(users, key="username"))
    assert outcomes(second) == ["unchanged"] * 4, second.failed[:1]
    users[0]["customData"] = {"level": None}
    users[1]["groups"] = []
    users[2]["password"] = "another-password"
    users[3]["email"] = "new@example.com"
    third: BulkResult = await run(client.users.upsert_many(users, key="username"))
    assert outcomes(third) == ["updated", "updated", "unchanged", "updated"], third.failed[:1]


@pytest.mark.parametrize("number", [1, 3])
async def test_users_are_found_by_phone_numbers_with_punctuation(
    client: Management, stored: ReadUsers, number: int
) -> None:
    for one in range(number):
        await run(client.users.create({"phone": f"1880000000{one}"}))
    users: Any = [{"phone": f"188-0000-000{one}", "name": "Ada"} for one in range(number)]
    result: BulkResult = await run(client.users.upsert_many(users, key="phone"))
    assert outcomes(result) == ["updated"] * number
    assert [user.name for user in stored()] == ["Ada"] * number


async def test_upserts_by_email_find_users_in_any_case(client: Management) -> None:
    users: Any = [{"email": f"User{n}@Example.com", "name": "N"} for n in range(3)]
    await run(client.users.upsert_many(users, key="email"))
    users = [{"email": f"USER{n}@example.com", "name": "N"} for n in range(3)]
    result: BulkResult = await run(client.users.upsert_many(users, key="email"))
    assert outcomes(result) == ["unchanged"] * 3


@pytest.mark.parametrize("operation", ["createUser", "updateUser"])
async def test_lost_upserts_are_settled(
    client: Management, faults: AddFault, stored: ReadUsers, operation: str
) -> None:
    await run(client.users.create({"username": "a"}))
    for after_commit in (True, False):
        faults("drop", operation, afterCommit=after_commit, times=1)
    users: Any = [
        {"username": "a", "city": "London", "name": "A"},
        {"username": "b", "city": "London", "name": "B"},
    ]
    result: BulkResult = await run(client.users.upsert_many(users, key="username"))
    assert outcomes(result) == ["updated", "created"], result.failed[:1]
    assert [(user.username, user.city) for user in stored()] == [("a", "London"), ("b", "London")]


async def test_upserts_need_a_key(client: Management) -> None:
    upsert: Any = client.users.upsert_many
    with pytest.raises(InvalidInputError, match=r"upsert_many\(\) needs key, the field by which"):
        await run(upsert([{"username": "a"}], key=None))


async def test_unknown_users_fail_alone_when_many_are_deleted(
    client: Management, stored: ReadUsers
) -> None:
    ids = await create_users(client, 200)
    chosen = [*ids[:150], UNKNOWN, "", ids[0]]
    result: BulkResult = await run(client.users.delete_many(iter(chosen), concurrency=2))
    assert result.counts["deleted"] == 150
    assert [item.index for item in result.failed] == [150, 151, 152]
    assert isinstance(result.failed[0].error, NotFoundError)
    assert "userIds[151] is empty" in str(result.failed[1].error)
    assert {user.id for user in stored()} == {*ids[150:]}
    assert result.items[0].key == f"id={ids[0]}"


async def test_deleting_without_options_is_atomic(client: Management, stored: ReadUsers) -> None:
    ids = await create_users(client, 2)
    with pytest.raises(NotFoundError):
        await run(client.users.delete_many([*ids, UNKNOWN]))
    assert len(stored()) == 2
    message: CommonMessage = await run(client.users.delete_many(ids))
    assert message.code == 200
    assert stored() == []


@pytest.mark.parametrize("after_commit", [True, False])
@pytest.mark.parametrize("kind", ["drop", "fail"])
async def test_lost_deletions_are_settled(
    client: Management, faults: AddFault, stored: ReadUsers, kind: str, *, after_commit: bool
) -> None:
    ids = await create_users(client, 30)
    content: dict[str, Any] = {"status": 500} if kind == "fail" else {}
    faults(kind, "deleteUsers", times=2, afterCommit=after_commit, **content)
    result: BulkResult = await run(client.users.delete_many(ids[:20], concurrency=1))
    assert outcomes(result) == ["deleted"] * 20, result.failed[:1]
    assert len(stored()) == 10


async def test_deletions_that_keep_failing_are_reported(
    client: Management, faults: AddFault, stored: ReadUsers
) -> None:
    ids = await create_users(client, 1)
    faults("drop", "deleteUsers", times=None)
    result: BulkResult = await run(client.users.delete_many(ids, concurrency=1))
    assert outcomes(result) == ["unknown"]
    assert len(stored()) == 1
    faults("drop", "deleteUsers", times=1)
    faults("fail", "userBatch", status=500, times=None)
    result = await run(client.users.delete_many(ids, concurrency=1))
    assert outcomes(result) == ["unknown"]


async def test_started_deletions_are_looked_up(client: Management, stored: ReadUsers) -> None:
    ids = await create_users(client, 3)
    checkpoint = MemoryCheckpoint()
    checkpoint.started(["0", "1"])
    await run(client.users.delete(ids[0]))
    result: BulkResult = await run(client.users.delete_many(ids, checkpoint=checkpoint))
    assert outcomes(result) == ["deleted"] * 3
    assert stored() == []


async def test_any_number_of_users_is_fetched(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    ids = await create_users(client, 100)
    emulator_pool.requests.clear()

    def wanted() -> Iterator[str]:
        yield from reversed(ids)
        yield UNKNOWN
        yield from ids

    users: list[User] = await collect(client.users.iter_batch(wanted(), concurrency=3))
    assert [user.id for user in users] == [*reversed(ids)]
    assert len(emulator_pool.requests) == 3
    names = [f"user-{number}" for number in range(5)]
    users = await collect(client.users.iter_batch(names, "username", with_custom_data=True))
    assert [user.username for user in users] == names
    assert await collect(client.users.iter_batch([])) == []


async def test_identifiers_are_read_when_they_are_needed(client: Management) -> None:
    ids, read = await create_users(client, 1), list[str]()

    def wanted() -> Iterator[str]:
        for number in range(1000):
            read.append(f"{number}")
            yield ids[0] if number == 0 else f"{number:024}"

    users: Any = client.users.iter_batch(wanted(), concurrency=2)
    if hasattr(users, "__anext__"):
        await anext(users)
        await users.aclose()
    else:
        next(users)
        users.close()
    assert len(read) == 160


async def test_users_of_asynchronous_iterables(
    emulator_pool: EmulatorPool, stored: ReadUsers
) -> None:
    client: Any = emulator_pool.client("async")
    ids = await create_users(client, 3)

    async def wanted() -> AsyncGenerator[str]:
        for user_id in ids:
            yield user_id

    async def updates() -> AsyncGenerator[Any]:
        async for user_id in wanted():
            yield user_id, {"name": "N"}

    assert (await client.users.update_many(updates())).counts["updated"] == 3
    assert [user.name async for user in client.users.iter_batch(wanted())] == ["N"] * 3
    assert (await client.users.delete_many(wanted())).counts["deleted"] == 3
    assert stored() == []
    await close(client)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"identifiers": "x"}, "identifiers must be an iterable, not str: write iter_batch"),
        ({"identifiers": [], "query_field": "name"}, "query_field must be one of id, username"),
        ({"identifiers": [], "concurrency": 65}, "concurrency must be at most 64"),
        ({"identifiers": [""]}, r"identifiers\[0\] is empty"),
    ],
)
async def test_invalid_arguments_are_rejected(
    client: Management, arguments: dict[str, Any], message: str
) -> None:
    iter_batch: Any = client.users.iter_batch
    with pytest.raises(InvalidInputError, match=message):
        await collect(iter_batch(**arguments))
