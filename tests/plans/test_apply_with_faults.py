"""Steps whose requests fail are settled: nothing is done twice, and nothing is reported wrongly."""

from typing import Any

import pytest

from authing_users import BulkResult
from authing_users.testing import skip_waits

from ..support.client_kinds import Management, collect, run
from ..support.emulator_pool import EmulatorPool

DESIRED: list[Any] = [
    {"externalId": "e-0", "name": "Ada"},
    {"externalId": "e-1", "status": "Suspended"},
    {"externalId": "e-4", "name": "New", "password": "new-password"},
]


async def apply_with_fault(
    client: Management, pool: EmulatorPool, missing: Any, **fault: Any
) -> tuple[BulkResult, dict[str, Any]]:
    """Apply a plan while a fault is active. Return the result, and the users by external ID."""
    for at in range(3):
        await run(client.users.create({"externalId": f"e-{at}", "name": "Old"}))
    plan = await run(client.users.plan(DESIRED, key="externalId", missing=missing))
    pool.control("faults", **fault)
    with skip_waits():
        result = await run(client.users.apply(plan, concurrency=1))
    pool.remove_faults()
    users = await collect(client.users.iter_list())
    assert len({user.external_id for user in users}) == len(users)
    return result, {user.external_id or "": user for user in users}


@pytest.mark.parametrize("after_commit", [False, True])
@pytest.mark.parametrize(
    "operation", ["updateUser", "createUser", "deleteUsers", "POST /api/v2/users/{id}/suspend"]
)
async def test_lost_response_is_settled(
    client: Management, emulator_pool: EmulatorPool, operation: str, *, after_commit: bool
) -> None:
    fault = {"kind": "drop", "operation": operation, "times": 2, "afterCommit": after_commit}
    result, users = await apply_with_fault(client, emulator_pool, "delete", **fault)
    assert [item.outcome for item in result.items] == ["updated", "updated", "created", "deleted"]
    assert {key: (user.name, user.status) for key, user in users.items()} == {
        "e-0": ("Ada", "Activated"),
        "e-1": ("Old", "Suspended"),
        "e-4": ("New", "Activated"),
    }


@pytest.mark.parametrize("operation", ["updateUser", "createUser", "deleteUsers"])
async def test_step_that_keeps_failing_is_reported(
    client: Management, emulator_pool: EmulatorPool, operation: str
) -> None:
    fault = {"kind": "fail", "operation": operation, "status": 500, "times": None}
    result, users = await apply_with_fault(client, emulator_pool, "delete", **fault)
    (failed,) = result.failed
    assert failed.outcome == "failed"
    key = {"updateUser": "e-0", "createUser": "e-4", "deleteUsers": "e-2"}[operation]
    assert failed.key == f"externalId={key}"
    assert (users["e-0"].name == "Ada") is (key != "e-0")
    assert ("e-4" in users) is (key != "e-4")
    assert ("e-2" in users) is (key == "e-2")


async def test_user_that_cannot_be_read_again_is_not_changed(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    fault = {"kind": "fail", "operation": "user", "status": 500, "times": None}
    result, users = await apply_with_fault(client, emulator_pool, "suspend", **fault)
    assert [item.outcome for item in result.items] == ["failed", "failed", "created", "failed"]
    assert [users[key].status for key in ("e-0", "e-1", "e-2")] == ["Activated"] * 3
    assert users["e-0"].name == "Old"
