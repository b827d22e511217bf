"""Creations whose response is lost: no user is created twice, and each outcome is right."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from authing_users import (
    BulkResult,
    ConflictError,
    InvalidInputError,
    ServerError,
    TransportError,
    User,
)

from ..support.client_kinds import MakeClient, Management, run
from ..support.emulator_pool import EmulatorPool
from .engine import MemoryCheckpoint

BATCH = "POST /api/v2/users/create/batch"
SINGLE = "createUser"

AddFault = Callable[..., None]
ReadUsers = Callable[[], list[User]]

# Failures of a mutation: the kind of the fault, and its settings.
LOST: list[tuple[str, dict[str, Any]]] = [
    ("drop", {"afterCommit": False}),
    ("drop", {"afterCommit": True}),
]
SLOW_LOST: list[tuple[str, dict[str, Any]]] = [
    ("fail", {"status": 500, "afterCommit": False}),
    ("fail", {"status": 500, "afterCommit": True}),
    ("fail", {"status": 503, "retryAfter": 1, "afterCommit": True}),
    ("fail", {"code": 500, "afterCommit": True}),
    ("truncate", {}),
    ("fail", {"status": 429, "afterCommit": False}),
]


def people(number: int, **more: Any) -> list[Any]:
    return [
        {"username": f"user-{n}", "externalId": f"E{n}", "email": f"U{n}@example.com", **more}
        for n in range(number)
    ]


def assert_right(result: BulkResult, users: Sequence[User]) -> None:
    """Check that the result says exactly what the pool contains."""
    assert max(Counter(user.external_id for user in users).values(), default=1) == 1
    created = {item.user_id for item in result.items if item.outcome == "created"}
    assert created == {user.id for user in users}
    names = {user.id: user.username for user in users}
    for item in result.succeeded:
        assert item.user_id is not None
        assert names[item.user_id] == item.input["username"]


@pytest.mark.parametrize(
    ("kind", "content"),
    [*LOST, *(pytest.param(*lost, marks=pytest.mark.slow) for lost in SLOW_LOST)],
)
@pytest.mark.parametrize("is_batch", [True, False])
async def test_lost_response_is_settled(
    client: Management,
    faults: AddFault,
    stored: ReadUsers,
    kind: str,
    content: dict[str, Any],
    *,
    is_batch: bool,
) -> None:
    faults(kind, BATCH if is_batch else SINGLE, times=2, **content)
    more = {} if is_batch else {"city": "London"}
    number = 130 if is_batch else 3
    users = [*people(number, **more)]
    result: BulkResult = await run(client.users.create_many(users, key="externalId", concurrency=1))
    assert result.counts["created"] == number, result.failed[:2]
    assert_right(result, stored())


@pytest.mark.parametrize("after_commit", [False, True])
async def test_failures_that_last_are_reported_truly(
    client: Management, faults: AddFault, stored: ReadUsers, *, after_commit: bool
) -> None:
    # With the batch of one user: it is sent three times, the last one with a response.
    faults("fail", SINGLE, times=3, status=500, afterCommit=after_commit)
    result: BulkResult = await run(client.users.create_many(people(1)))
    (item,) = result.items
    users = stored()
    if after_commit:
        assert (item.outcome, len(users)) == ("created", 1)
    else:
        assert (item.outcome, len(users)) == ("failed", 0)
        assert isinstance(item.error, ServerError)
    assert_right(result, users)


async def test_request_that_may_still_be_processed_is_unknown(
    client: Management, faults: AddFault, stored: ReadUsers
) -> None:
    faults("drop", SINGLE, times=None)
    result: BulkResult = await run(client.users.create_many(people(1)))
    assert [item.outcome for item in result.items] == ["unknown"]
    assert isinstance(result.failed[0].error, TransportError)
    assert not result
    assert stored() == []


async def test_user_that_cannot_be_looked_up_is_unknown(
    client: Management, faults: AddFault, stored: ReadUsers
) -> None:
    faults("drop", SINGLE, afterCommit=True, times=1)
    faults("fail", "findUser", status=500, times=None)
    result: BulkResult = await run(client.users.create_many(people(1)))
    assert [item.outcome for item in result.items] == ["unknown"]
    assert len(stored()) == 1


async def test_without_retries_nothing_is_sent_again(
    make_client: MakeClient, emulator_pool: EmulatorPool, faults: AddFault, stored: ReadUsers
) -> None:
    client = make_client(emulator_pool, retries=0, retry_mutations=True)
    faults("drop", SINGLE, times=1)
    result: BulkResult = await run(client.users.create_many(people(1)))
    assert [item.outcome for item in result.items] == ["unknown"]
    assert stored() == []


async def test_slow_response_is_settled(
    client: Management, faults: AddFault, stored: ReadUsers
) -> None:
    await run(client.users.list())  # which gets the token
    faults("slow", SINGLE, mean=600, times=1)
    patient = client.with_options(timeout=0.3)
    result: BulkResult = await run(patient.users.create_many(people(1)))
    assert [item.outcome for item in result.items] == ["created"]
    assert_right(result, stored())


@pytest.mark.parametrize("is_batch", [True, False])
async def test_existing_user_is_not_taken_for_a_created_one(
    client: Management, faults: AddFault, stored: ReadUsers, *, is_batch: bool
) -> None:
    await run(client.users.create({"username": "user-0", "externalId": "E0", "name": "Other"}))
    number = 5 if is_batch else 1
    faults("drop", BATCH if is_batch else SINGLE, afterCommit=True, times=1)
    users = people(number)
    result: BulkResult = await run(client.users.create_many(users, concurrency=1))
    assert [item.outcome for item in result.items] == ["failed"] + ["created"] * (number - 1)
    assert isinstance(result.failed[0].error, ConflictError)
    assert len(stored()) == number


async def test_interrupted_extras_are_completed(
    client: Management, emulator_pool: EmulatorPool, faults: AddFault, stored: ReadUsers
) -> None:
    emulator_pool.seed_groups("staff")
    emulator_pool.seed_roles("editor")
    await run(client.udf.set("USER", "level", "NUMBER", "Level"))
    faults("drop", SINGLE, afterCommit=True, times=1)
    faults("fail", "addUserToGroup", status=500, times=1)
    faults("drop", "assignRole", afterCommit=True, times=1)
    record: Any = {
        "username": "ada",
        "city": "London",
        "customData": {"level": 7},
        "groups": ["staff"],
        "roles": ["editor"],
        "status": "Suspended",
    }
    result: BulkResult = await run(client.users.create_many([record]))
    assert [item.outcome for item in result.items] == ["created"], result.failed[:1]
    (user,) = stored()
    assert (user.city, user.custom_data, user.status) == ("London", {"level": 7}, "Suspended")
    groups = await run(client.users.list_groups(user.id))
    roles = await run(client.users.list_roles(user.id))
    assert [group.code for group in groups.list] == ["staff"]
    assert [role.code for role in roles.list] == ["editor"]


async def test_user_who_is_not_complete_fails_with_the_id(
    client: Management, stored: ReadUsers
) -> None:
    record: Any = {"username": "ada", "groups": ["nobody"]}
    result: BulkResult = await run(client.users.create_many([record]))
    (user,) = stored()
    (item,) = result.failed
    assert item.user_id == user.id
    assert f"User {user.id} was created, but its groups could not be set" in str(item.error)


class Killed(BaseException):
    """Stands for the end of the process."""


class KilledAfter(MemoryCheckpoint):
    """A checkpoint whose process is killed before an outcome is recorded."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.left = number

    def finished(self, outcomes: Any) -> None:
        self.left -= 1
        if self.left < 0:
            raise Killed
        super().finished(outcomes)


@pytest.mark.parametrize("more", [{}, {"name": "Ada", "city": "London"}])
async def test_killed_run_continues_without_a_second_user(
    client: Management, stored: ReadUsers, more: dict[str, Any]
) -> None:
    users = people(60, **more)
    checkpoint = KilledAfter(1)
    with pytest.raises(Killed):
        await run(client.users.create_many(users, checkpoint=checkpoint, concurrency=4))
    before = len(stored())
    assert before > 0
    checkpoint.left = 1000
    result: BulkResult = await run(client.users.create_many(users, checkpoint=checkpoint))
    assert [item.outcome for item in result.items] == ["created"] * 60, result.failed[:2]
    resumed = [item for item in result.items if item.resumed]
    assert 0 < len(resumed) <= before
    assert_right(result, stored())
    again: BulkResult = await run(client.users.create_many(users, checkpoint=checkpoint))
    assert all(item.resumed for item in again.items)
    assert len(stored()) == 60


async def test_started_users_that_others_changed_are_conflicts(
    client: Management, stored: ReadUsers
) -> None:
    checkpoint = MemoryCheckpoint()
    checkpoint.started(["0", "1", "2"])
    await run(client.users.create({"username": "user-0", "nickname": "not ours"}))
    await run(client.users.create({"username": "user-1", "nickname": "N"}))
    users: Any = [{"username": f"user-{n}", "nickname": "N"} for n in range(3)]
    result: BulkResult = await run(client.users.create_many(users, checkpoint=checkpoint))
    assert [item.outcome for item in result.items] == ["failed", "created", "created"]
    assert isinstance(result.failed[0].error, ConflictError)
    assert len(stored()) == 3


async def test_started_user_without_a_key_is_not_sent_again(
    client: Management, stored: ReadUsers
) -> None:
    checkpoint = MemoryCheckpoint()
    checkpoint.started(["0"])
    users: Any = [{"unionid": "w1"}]
    result: BulkResult = await run(client.users.create_many(users, checkpoint=checkpoint))
    assert [item.outcome for item in result.items] == ["unknown"]
    assert stored() == []


async def test_all_kinds_of_failures_at_once(
    client: Management, faults: AddFault, stored: ReadUsers
) -> None:
    """Five per cent of the requests fail, in all ways."""

    def users() -> Iterator[Any]:
        yield from people(150, name="Ada", city="London")

    for kind, content in [*LOST, *SLOW_LOST]:
        faults(kind, SINGLE, times=2, **content)
        faults(kind, "updateUser", times=1, **content)
    checkpoint = MemoryCheckpoint()
    result: BulkResult = await run(
        client.users.create_many(users(), concurrency=16, checkpoint=checkpoint)
    )
    pool = stored()
    by_name = {user.username: user for user in pool}
    assert len(by_name) == len(pool)
    for item in result.items:
        user = by_name.get(str(item.input["username"]))
        if item.outcome == "created":
            assert user is not None
            assert (user.id, user.city) == (item.user_id, "London")
        else:
            assert item.outcome in ("failed", "unknown")
            assert item.error is not None
            assert not isinstance(item.error, ConflictError | InvalidInputError)
    # Whatever failed is done by a second run.
    again: BulkResult = await run(client.users.create_many(users(), checkpoint=checkpoint))
    assert again.counts["created"] == 150, again.failed[:3]
    assert len(stored()) == 150
