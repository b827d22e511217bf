"""Whatever values move between users, the steps of a plan never take one that is in use."""

from typing import Any, Literal

from hypothesis import given, settings, strategies as st

from authing_users import Plan, User
from authing_users._inputs.plans import desired_record, plan_rules
from authing_users._plans.comparison import UNIQUE_FIELDS, state_of
from authing_users._plans.matching import PlanBuilder, PoolUsers
from authing_users._plans.references import References
from authing_users.plans import PlannedCreate, PlannedMissing

Missing = Literal["ignore", "delete"]
Fields = dict[str, str | None]

KEYS = st.sampled_from(["e-0", "e-1", "e-2", "e-3", "e-4"])
VALUES = st.sampled_from(["a", "b", "c", "d", None])
RECORDS = st.lists(
    st.fixed_dictionaries({"externalId": KEYS}, optional={"username": VALUES, "phone": VALUES}),
    max_size=6,
)


def free_pool(records: list[Fields]) -> dict[str, Fields]:
    """Return users by ID, without the values of unique fields that an earlier one has."""
    users: dict[str, Fields] = {}
    for record in records:
        taken = {(name, value) for user in users.values() for name, value in user.items()}
        fields = {name: value for name, value in record.items() if (name, value) not in taken}
        if "externalId" in fields:
            users[f"u-{len(users)}"] = {"username": None, "phone": None, **fields}
    return users


def plan_for(users: dict[str, Fields], desired: list[Fields], missing: Missing) -> Plan:
    pool = PoolUsers("externalId")
    for user_id, fields in users.items():
        user = User.model_validate({"id": user_id, "status": "Activated", **fields})
        pool.add(state_of(user), in_scope=True)
    items = [desired_record(one, at, "externalId", None, None) for at, one in enumerate(desired)]
    rules = plan_rules("externalId", missing, None, "pool")
    return PlanBuilder(rules, pool, References()).plan(items)


def apply(plan: Plan, users: dict[str, Fields]) -> None:
    """Execute a plan as the API does, which accepts no value that another user has."""
    for step in plan:
        if isinstance(step, PlannedMissing):
            del users[step.user_id]
            continue
        user_id = f"new-{step.index}" if isinstance(step, PlannedCreate) else step.user_id
        changes: dict[str, Any] = (
            dict(step.fields)
            if isinstance(step, PlannedCreate)
            else {name: change.new for name, change in step._changes.fields.items()}
        )
        for name, value in changes.items():
            others = [other.get(name) for id_, other in users.items() if id_ != user_id]
            assert value is None or name not in UNIQUE_FIELDS or value not in others
        users[user_id] = {"username": None, "phone": None, **users.get(user_id, {}), **changes}


@settings(max_examples=50, deadline=None)
@given(stored=RECORDS, desired=RECORDS, missing=st.sampled_from(["ignore", "delete"]))
def test_steps_never_take_a_value_in_use_and_leave_nothing_to_do(
    stored: list[Fields], desired: list[Fields], missing: Missing
) -> None:
    users = free_pool(stored)
    plan = plan_for(users, desired, missing)
    settled = [*plan.create, *plan.update, *plan.conflicts]
    assert len(settled) + len(plan.unchanged) == len(desired)
    apply(plan, users)
    conflicts = {one.index for one in plan.conflicts}
    applied = [one for at, one in enumerate(desired) if at not in conflicts]
    assert plan_for(users, applied, "ignore").is_empty
