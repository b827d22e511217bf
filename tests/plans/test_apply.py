"""Plans are applied exactly as they are, and users that changed since are left alone."""

import json
import pickle
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from authing_users import (
    BulkItem,
    BulkProgress,
    BulkResult,
    ConflictError,
    InvalidInputError,
    ItemState,
    PartialFailureError,
    Plan,
    PlanOutdatedError,
)
from authing_users.testing import skip_waits

from ..support.client_kinds import Management, collect, run
from ..support.emulator_pool import EmulatorPool

STAFF: list[dict[str, Any]] = [
    {"externalId": f"e-{at}", "username": f"user{at}", "email": f"user{at}@example.com"}
    for at in range(5)
]


async def plan_of(
    client: Management, desired: Any, key: Any = "externalId", **options: Any
) -> Plan:
    return await run(client.users.plan(desired, key=key, **options))


async def apply(client: Management, plan: Any, **options: Any) -> BulkResult:
    return await run(client.users.apply(plan, **options))


async def create(client: Management, *records: dict[str, Any]) -> list[str]:
    """Create users, and return their IDs."""
    infos: list[Any] = [*records]
    return [(await run(client.users.create(info))).id for info in infos]


async def pool_by_external_id(client: Management, name: str) -> dict[str, Any]:
    """Return a field of all users."""
    users = await collect(client.users.iter_list())
    return {user.external_id or "": user[name] for user in users}


def outcomes(result: BulkResult) -> dict[str, str]:
    return {str(item.key).removeprefix("externalId="): item.outcome for item in result.items}


def sent_mutations(pool: EmulatorPool, start: int) -> list[str]:
    """Return the mutations that were sent, as path or operation name."""
    names: list[str] = []
    for request in pool.requests[start:]:
        if "graphql" in request.url.path:
            content = json.loads(request.content)
            if content["query"].lstrip().startswith("mutation"):
                names.append(content["operationName"])
        elif request.method == "POST":
            names.append(request.url.path.rpartition("/")[2])
    return names


class MemoryCheckpoint:
    """A checkpoint in memory, as JSON texts."""

    def __init__(self) -> None:
        self.items: dict[str, str | None] = {}

    def states(self, items: Sequence[str]) -> Mapping[str, ItemState]:
        return {item: ItemState(self.items[item]) for item in items if item in self.items}

    def started(self, items: Sequence[str]) -> None:
        self.items |= dict.fromkeys(items)

    def finished(self, outcomes: Mapping[str, str]) -> None:
        self.items |= outcomes


async def test_applied_plan_leaves_nothing_to_plan(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_groups("lab")
    ids = await create(client, *STAFF[:3], {"externalId": "e-9"}, {"username": "operator"})
    await run(client.users.add_group(ids[1], "lab"))
    desired = [
        STAFF[0],
        {
            **STAFF[1],
            "name": "Ada",
            "city": "London",
            "customData": {"level": 8},
            "groups": ["staff"],
            "roles": ["editor"],
            "identities": [{"provider": "ldap", "userIdInIdp": "7", "connectionId": "ldap"}],
            "status": "Suspended",
        },
        {**STAFF[2], "username": None},
        {**STAFF[3], "password": "canary-password", "groups": ["staff"], "gender": None},
        STAFF[4],
        {"externalId": "e-5"},
    ]
    options: dict[str, Any] = {
        "missing": "suspend",
        "create_groups": True,
        "create_roles": True,
        "create_custom_fields": {"level": "NUMBER"},
    }
    plan = await plan_of(client, desired, **options)
    start = emulator_pool.request_count
    result = await apply(client, plan)
    assert result
    assert outcomes(result) == {
        "e-1": "updated",
        "e-2": "updated",
        "e-3": "created",
        "e-4": "created",
        "e-5": "created",
        "e-9": "updated",
    }
    sent = sent_mutations(emulator_pool, start)
    # Plain users are created together if both wait when a worker is free.
    creations = [name for name in sent if name in {"CreateUser", "batch"}]
    assert 2 <= len(creations) <= 3
    assert "CreateUser" in creations
    assert sorted(name for name in sent if name not in creations) == [
        "AddUserToGroup",
        "AddUserToGroup",
        "AssignRole",
        "CreateGroup",
        "CreateRole",
        "RemoveUserFromGroup",
        "SetUserDefinedDataBatch",
        "SetUserDefinedField",
        "UpdateUser",
        "UpdateUser",
        "UpdateUser",  # clears the default gender of the user who is created
        "link",
        "suspend",
        "suspend",
    ]
    assert "canary" not in repr([*result.items])
    second = await plan_of(client, desired, **options)
    assert second.is_empty
    assert second.conflicts == ()
    start = emulator_pool.request_count
    assert (await apply(client, second)).total == 0
    assert emulator_pool.request_count == start


async def test_users_stay_in_groups_that_the_records_do_not_manage(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_groups("staff", "lab", "guests")
    emulator_pool.seed_roles("editor", "admin")
    (user_id,) = await create(client, STAFF[0])
    for code in ("lab", "guests"):
        await run(client.users.add_group(user_id, code))
    await run(client.users.add_roles(user_id, ["admin"]))
    desired = [
        {"externalId": "e-0", "groups": ["staff"], "roles": ["editor"]},
        {"externalId": "e-1", "groups": ["guests"]},
    ]
    options = {"managed_groups": ["staff", "lab"], "managed_roles": ["editor"]}
    plan = await plan_of(client, desired, **options)
    (conflict,) = plan.conflicts
    message = "users[1].groups: the group 'guests' is not one of managed_groups."
    assert conflict.reason == message
    emulator_pool.control("faults", kind="drop", operation="addUserToGroup", times=1)
    with skip_waits():
        assert await apply(client, plan)
    groups = await run(client.users.list_groups(user_id))
    assert {group.code for group in groups.list} == {"staff", "guests"}
    roles = await run(client.users.list_roles(user_id))
    assert {role.code for role in roles.list} == {"editor", "admin"}
    assert (await plan_of(client, desired, **options)).is_empty


async def test_users_without_a_record_are_deleted(client: Management) -> None:
    await create(client, *STAFF, {"username": "operator"})
    plan = await plan_of(client, STAFF[:2], missing="delete", max_missing="60%")
    result = await apply(client, plan)
    assert result.counts["deleted"] == 3
    assert (await pool_by_external_id(client, "id")).keys() == {"e-0", "e-1", ""}


async def test_users_that_changed_since_the_plan_are_left_alone(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    ids = await create(client, *STAFF, {"externalId": "e-8", "username": "eve"})
    await run(client.groups.create("staff", "Staff"))
    desired = [
        {"externalId": "e-0", "name": "Ada", "company": None},
        {"externalId": "e-1", "name": "Bob"},
        {"externalId": "e-2", "groups": ["staff"]},
        {"externalId": "e-3", "name": "Eve"},
        {"externalId": "e-4", "name": "Zoe"},
        {"externalId": "e-6", "name": "New"},
        {"externalId": "e-7", "username": "new"},
    ]
    plan = await plan_of(client, desired, missing="delete")
    emulator_pool.control("clock", advance=60)  # `updatedAt` has whole seconds
    users = client.users
    await run(users.update(ids[0], {"company": "Acme"}))  # compared, and the plan left it alone
    await run(users.update(ids[1], {"name": "Someone else"}))
    await run(client.groups.create("other", "Other"))
    await run(users.add_group(ids[2], "other"))
    await run(users.delete(ids[3]))
    await run(users.update(ids[4], {"nickname": "z"}))  # not compared
    await create(client, {"externalId": "e-6"})
    await run(users.update(ids[5], {"nickname": "e"}))
    result = await apply(client, plan)
    assert outcomes(result) == {
        "e-0": "failed",
        "e-1": "failed",
        "e-2": "failed",
        "e-3": "failed",
        "e-4": "updated",
        "e-6": "failed",
        "e-7": "created",
        "e-8": "failed",
    }
    errors = [item.error for item in result.failed]
    assert all(isinstance(error, PlanOutdatedError) for error in errors)
    assert [str(error).partition(" (")[0] for error in errors] == [
        f"User {ids[0]} changed since the plan was made: company",
        f"User {ids[1]} changed since the plan was made: name",
        f"User {ids[2]} changed since the plan was made: groups",
        f"User {ids[3]} was deleted since the plan was made",
        "A user with the externalId 'e-6' was created since the plan was made",
        f"User {ids[5]} changed since the plan was made: updatedAt",
    ]
    names = await pool_by_external_id(client, "name")
    assert [names[key] for key in ("e-0", "e-1", "e-4")] == [None, "Someone else", "Zoe"]
    assert "e-8" in names


async def test_missing_user_that_changed_is_not_suspended(client: Management) -> None:
    ids = await create(client, *STAFF)
    plan = await plan_of(client, STAFF[:1], missing="suspend")
    await run(client.users.resign(ids[1]))
    await run(client.users.update(ids[2], {"externalId": "other"}))
    await run(client.users.delete(ids[3]))
    await run(client.users.suspend(ids[4]))
    result = await apply(client, plan)
    assert outcomes(result) == {
        "e-1": "failed",
        "e-2": "failed",
        "e-3": "unchanged",
        "e-4": "unchanged",
    }
    assert [getattr(item.error, "fields", None) for item in result.failed] == [
        ("externalId",),
        ("status",),
    ]


async def test_values_move_from_user_to_user_in_the_right_order(client: Management) -> None:
    await create(client, *STAFF, {"externalId": "e-9", "username": "old"})
    desired = [
        {"externalId": "e-8", "email": "user0@example.com"},
        *({"externalId": f"e-{at}", "email": f"user{at + 1}@example.com"} for at in range(4)),
        {"externalId": "e-4", "email": None},
        {"externalId": "e-7", "username": "old"},
    ]
    plan = await plan_of(client, desired, missing="delete")
    progress: list[BulkProgress] = []
    items: list[BulkItem] = []
    result = await apply(client, plan, on_progress=progress.append, on_item=items.append)
    assert result
    assert [item.index for item in items] == [*range(8)]
    assert [item.key for item in items] == [f"externalId={step.key}" for step in plan]
    assert (progress[-1].done, progress[-1].total) == (8, 8)
    emails = await pool_by_external_id(client, "email")
    assert emails == {
        "e-8": "user0@example.com",
        **{f"e-{at}": f"user{at + 1}@example.com" for at in range(4)},
        "e-4": None,
        "e-7": None,
    }
    assert (await plan_of(client, desired)).is_empty


async def test_applying_a_plan_again_sends_nothing_twice(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    await create(client, *STAFF[:2])
    desired = [{"externalId": "e-0", "name": "Ada"}, {"externalId": "e-1", "status": "Resigned"}]
    plan = await plan_of(client, desired)
    assert outcomes(await apply(client, plan)) == {"e-0": "updated", "e-1": "updated"}
    start = emulator_pool.request_count
    assert outcomes(await apply(client, plan)) == {"e-0": "unchanged", "e-1": "unchanged"}
    assert sent_mutations(emulator_pool, start) == []


async def test_checkpoint_counts_steps_of_all_stages(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    await create(client, *STAFF[:2])
    desired = [
        {"externalId": "e-0", "email": "user1@example.com"},
        {"externalId": "e-1", "email": None},
    ]
    plan = await plan_of(client, desired)
    checkpoint = MemoryCheckpoint()
    assert await apply(client, plan, checkpoint=checkpoint)
    assert {name: json.loads(text or "")["key"] for name, text in checkpoint.items.items()} == {
        "0": "externalId=e-1",
        "1": "externalId=e-0",
    }
    start = emulator_pool.request_count
    result = await apply(client, plan, checkpoint=checkpoint)
    assert [(item.index, item.outcome, item.resumed) for item in result.items] == [
        (0, "updated", True),
        (1, "updated", True),
    ]
    assert emulator_pool.request_count == start


async def test_run_stops_after_too_many_failures_in_any_stage(client: Management) -> None:
    await create(client, *STAFF[:3])
    desired = [
        {"externalId": "e-0", "email": "user1@example.com"},
        {"externalId": "e-1", "email": "user2@example.com"},
        {"externalId": "e-2", "email": None},
    ]
    plan = await plan_of(client, desired)
    users = await collect(client.users.iter_list())
    ids = {user.external_id: user.id for user in users}
    await run(client.users.update(ids["e-2"], {"email": "x@example.com"}))
    result = await apply(client, plan, max_failures=0)
    assert (result.stopped, outcomes(result)) == ("max_failures", {"e-2": "failed"})
    result = await apply(client, plan, max_failures="40%")
    assert result.stopped is None
    assert outcomes(result) == {"e-2": "failed", "e-1": "updated", "e-0": "updated"}


async def test_run_can_be_stopped_and_interrupted(client: Management) -> None:
    await create(client, *STAFF[:2])
    desired = [
        {"externalId": "e-0", "email": "user1@example.com"},
        {"externalId": "e-1", "email": None},
    ]
    plan = await plan_of(client, desired)
    stop = threading.Event()
    stop.set()
    result = await apply(client, plan, stop=stop)
    assert (result.stopped, result.total) == ("stopped", 0)

    def interrupt(item: BulkItem) -> None:
        if item.index == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        await apply(client, plan, on_item=interrupt)
    partial = BulkResult.from_exception(caught.value)
    assert partial is not None
    assert [(item.index, item.outcome) for item in partial.items] == [
        (0, "updated"),
        (1, "updated"),
    ]


async def test_failed_step_does_not_affect_the_others(client: Management) -> None:
    (user_id,) = await create(client, STAFF[0])
    await run(client.udf.set("USER", "level", "NUMBER", "Level"))
    desired = [
        {"externalId": "e-0", "name": "Ada", "customData": {"level": 7}},
        {"externalId": "e-1", "customData": {"level": 7}},
        {"externalId": "e-2"},
    ]
    plan = await plan_of(client, desired)
    await run(client.udf.remove("USER", "level"))
    result = await apply(client, plan)
    assert outcomes(result) == {"e-0": "failed", "e-1": "failed", "e-2": "created"}
    error = result.failed[0].error
    assert isinstance(error, PartialFailureError)
    assert (error.user_id, error.completed) == (user_id, "UpdateUser")


async def test_groups_created_in_the_meantime_are_no_failure(client: Management) -> None:
    desired = [{"externalId": "e-0", "groups": ["staff"], "roles": ["editor"]}]
    plan = await plan_of(client, desired, create_groups=True, create_roles=True)
    await run(client.groups.create("staff", "The staff"))
    await run(client.roles.create("editor"))
    assert outcomes(await apply(client, plan)) == {"e-0": "created"}
    group = await run(client.groups.detail("staff"))
    assert group is not None
    assert group.name == "The staff"


async def test_stored_plan_can_be_applied_unless_it_lacks_a_password(client: Management) -> None:
    await create(client, STAFF[0])
    plan = await plan_of(client, [{"externalId": "e-0", "name": "Ada"}, STAFF[1]])
    restored: Plan = pickle.loads(pickle.dumps(plan))
    assert outcomes(await apply(client, restored)) == {"e-0": "updated", "e-1": "created"}
    plan = await plan_of(client, [{"externalId": "e-2", "password": "canary-password"}])
    restored = pickle.loads(pickle.dumps(plan))
    with pytest.raises(InvalidInputError, match="without the secret password of externalId=e-2"):
        await apply(client, restored)
    assert outcomes(await apply(client, plan)) == {"e-2": "created"}


async def test_plan_of_another_pool_and_other_objects_are_rejected(
    client: Management, make_client: Any, emulator_pool: EmulatorPool
) -> None:
    plan = await plan_of(client, STAFF)
    before = emulator_pool.request_count
    with pytest.raises(InvalidInputError, match="plan must be a Plan"):
        await apply(client, STAFF)
    with pytest.raises(InvalidInputError, match="concurrency must be at most 256"):
        await apply(client, plan, concurrency=1000)
    object.__setattr__(plan, "user_pool_id", "other")
    with pytest.raises(InvalidInputError, match="The plan is for the user pool 'other', not for"):
        await apply(client, plan)
    assert emulator_pool.request_count == before


async def test_conflict_with_an_unlisted_user_is_that_of_the_api(client: Management) -> None:
    plan = await plan_of(client, [STAFF[0]])
    await create(client, {"externalId": "e-7", "username": "user0"})
    (item,) = (await apply(client, plan)).failed
    assert isinstance(item.error, ConflictError)
    assert item.error.field == "username"
