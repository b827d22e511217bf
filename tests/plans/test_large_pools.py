"""A plan for ten thousand users names exactly the known differences."""

from typing import Any

import pytest

from authing_users import DeletionLimitError, ManagementClient, UserRecord

from ..support.emulator_pool import EmulatorPool

pytestmark = pytest.mark.slow

NUMBER = 10_000


def record(at: int, **changes: Any) -> UserRecord:
    content: Any = {
        "externalId": f"e-{at}",
        "username": f"user{at}",
        "email": f"user{at}@example.com",
        "name": f"Name {at}",
        **changes,
    }
    fields: UserRecord = content
    return fields


def test_known_differences_of_ten_thousand_users_are_planned_and_applied(
    emulator_pool: EmulatorPool,
) -> None:
    with emulator_pool.plain_client() as client:
        assert client.users.create_many(record(at) for at in range(NUMBER))
        renamed = {*range(0, NUMBER, 997)}
        gone = {*range(5, NUMBER, 2003)}
        changes = {at: {"name": f"Other {at}"} for at in renamed}
        desired = [record(at, **changes.get(at, {})) for at in range(NUMBER) if at not in gone]
        desired += [record(at) for at in range(NUMBER, NUMBER + 7)]
        options: dict[str, Any] = {"key": "externalId", "missing": "delete"}
        plan = client.users.plan(desired, max_missing="1%", **options)
        assert {step.key for step in plan.update} == {f"e-{at}" for at in renamed}
        assert {step.key for step in plan.create} == {f"e-{NUMBER + at}" for at in range(7)}
        assert {step.key for step in plan.only_in_pool} == {f"e-{at}" for at in gone}
        assert (len(plan.unchanged), plan.conflicts) == (NUMBER - len(renamed) - len(gone), ())
        before = len(emulator_pool.read("calls")["calls"])
        result = client.users.apply(plan)
        assert result
        operations = [one["operation"] for one in emulator_pool.read("calls")["calls"][before:]]
        assert operations.count("updateUser") == len(renamed)
        assert operations.count("deleteUsers") == len(gone)
        assert len(operations) <= 2 * (len(renamed) + len(gone)) + 7
        assert_second_run_plans_nothing(client, desired, options)
        with pytest.raises(DeletionLimitError, match="The plan would delete 9907 of 10002 users"):
            client.users.plan(desired[:95], max_missing="5%", **options)


def assert_second_run_plans_nothing(
    client: ManagementClient, desired: list[UserRecord], options: dict[str, Any]
) -> None:
    plan = client.users.plan(desired, **options)
    assert plan.is_empty
    assert len(plan.unchanged) == len(desired)
