"""Plans say what would change, and send no mutations."""

import json
import pickle
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from authing_users import (
    AsyncManagementClient,
    Change,
    DeletionLimitError,
    InvalidInputError,
    MembershipChange,
    Plan,
    User,
)
from authing_users.files import read_users

from ..support.client_kinds import Management, as_async, collect, run
from ..support.emulator_pool import EmulatorPool

STAFF: list[dict[str, Any]] = [
    {"externalId": f"e-{at}", "username": f"user{at}", "email": f"user{at}@example.com"}
    for at in range(5)
]


async def plan_of(
    client: Management, desired: Any, key: Any = "externalId", **options: Any
) -> Plan:
    return await run(client.users.plan(desired, key=key, **options))


async def create(client: Management, *records: dict[str, Any]) -> list[str]:
    """Create users, and return their IDs."""
    infos: list[Any] = [*records]
    return [(await run(client.users.create(info))).id for info in infos]


def reasons(plan: Plan) -> list[tuple[int, str, str]]:
    return [(one.index, one.kind, one.reason) for one in plan.conflicts]


async def test_plan_names_exactly_what_differs(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_groups("staff", "lab")
    emulator_pool.seed_roles("editor")
    ids = await create(client, *STAFF[:3], {"externalId": "e-9"}, {"username": "operator"})
    await run(client.udf.set("USER", "level", "NUMBER", "Level"))
    await run(client.udf.set("USER", "hired", "DATETIME", "Hired"))
    await run(client.users.set_udf_value(ids[1], {"level": 7, "hired": date(2019, 4, 1)}))
    await run(client.users.add_group(ids[1], "lab"))
    desired = [
        {**STAFF[0], "email": "User0@Example.com"},
        {
            **STAFF[1],
            "name": "Ada",
            "customData": {"level": 8, "hired": date(2019, 4, 1)},
            "groups": ["staff"],
            "roles": ["editor"],
            "identities": [{"provider": "ldap", "userIdInIdp": "7"}],
            "status": "Suspended",
        },
        {**STAFF[3], "groups": ["staff"], "password": "canary-password"},
    ]
    before = len(emulator_pool.requests)
    plan = await plan_of(client, desired)
    sent = b"".join(request.content for request in emulator_pool.requests[before:])
    assert b"mutation" not in sent
    assert plan.counts == {
        "create": 1,
        "update": 1,
        "suspend": 0,
        "delete": 0,
        "unchanged": 1,
        "conflict": 0,
        "only_in_pool": 2,
    }
    (created,), (updated,) = plan.create, plan.update
    assert (created.index, created.key, created.fields["groups"]) == (2, "e-3", ["staff"])
    assert (updated.index, updated.key, updated.user_id) == (1, "e-1", ids[1])
    assert dict(updated.changes) == {
        "name": Change(None, "Ada"),
        "customData.level": Change(7, 8),
        "groups": MembershipChange(("staff",), ("lab",)),
        "roles": MembershipChange(("editor",), ()),
        "identities": MembershipChange(({"provider": "ldap", "userIdInIdp": "7"},), ()),
        "status": Change("Activated", "Suspended"),
    }
    assert plan.unchanged == (0,)
    assert [(one.key, one.action) for one in plan.only_in_pool] == [
        ("e-9", "ignore"),
        ("e-2", "ignore"),
    ]
    assert (len(plan), bool(plan), plan.is_empty) == (2, True, False)
    assert "canary" not in repr(plan) + str(created) + plan.summary(details=True)
    assert "canary" not in json.dumps(plan.to_dict())


async def test_records_can_come_from_any_iterable(client: Management) -> None:
    await create(client, *STAFF)
    records = [{**one, "name": "x"} for one in STAFF]
    desired = as_async(records) if isinstance(client, AsyncManagementClient) else iter(records)
    assert len((await plan_of(client, desired)).update) == 5


async def test_only_needed_fields_are_requested(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    await create(client, STAFF[0])
    before = len(emulator_pool.requests)
    plan = await plan_of(client, [{"externalId": "e-0", "name": "Ada"}])
    assert [one.changes for one in plan.update] == [{"name": Change(None, "Ada")}]
    requests = [request.content.decode() for request in emulator_pool.requests[before:]]
    (listing,) = [text for text in requests if "users(" in text]
    document = json.loads(listing)["query"]
    for field in ("externalId", "name", "status"):
        assert field in document
    for field in ("nickname", "customData {", "identities {"):
        assert field not in document
    assert len(requests) == 1


async def test_members_of_groups_are_read_once(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_groups("staff", "lab")
    ids = await create(client, *STAFF)
    await run(client.groups.add_users("staff", ids))
    before = emulator_pool.request_count
    plan = await plan_of(client, [{**one, "groups": ["staff"]} for one in STAFF])
    assert plan.is_empty
    assert emulator_pool.request_count - before == 4  # groups, users, and two lists of members


async def test_invalid_records_are_conflicts_and_protect_their_users(client: Management) -> None:
    await create(client, *STAFF)
    await run(client.udf.set("USER", "level", "NUMBER", "Level"))
    plan = await plan_of(
        client,
        [
            {"externalId": "e-0", "emial": "x"},
            {"externalId": "e-1", "customData": {"level": "7"}},
            {"externalId": "e-2", "customData": {"levle": 7}},
            {"externalId": "e-3", "groups": ["staff"]},
            {"externalId": "e-0", "name": "Ada"},
        ],
        missing="suspend",
    )
    assert reasons(plan) == [
        (0, "invalid", "Unknown key 'emial' in users[0]. Did you mean 'email'?"),
        (1, "invalid", "users[1].customData.level: must be a number, not str"),
        (
            2,
            "invalid",
            "users[2].customData.levle: the custom field does not exist. Did you mean 'level'?",
        ),
        (3, "invalid", "users[3].groups: the group 'staff' does not exist."),
        (4, "duplicate", "users[4] has the same externalId as users[0]"),
    ]
    assert [(one.key, one.action) for one in plan.only_in_pool] == [("e-4", "suspend")]


async def test_rows_of_files_are_records_and_bad_ones_protect_their_users(
    client: Management, tmp_path: Path
) -> None:
    await create(client, *STAFF[:4])
    path = tmp_path / "staff.csv"
    path.write_text(
        "externalId,username,loginsCount,emailVerified\n"
        "e-0,user0,7,\ne-1,user1,many,\ne-2,user2,3,maybe\n"
    )
    with read_users(path) as rows:
        plan = await plan_of(client, rows, missing="delete")
    assert [dict(one.changes) for one in plan.update] == [{"loginsCount": Change(0, 7)}]
    assert [(one.index, one.key, one.kind) for one in plan.conflicts] == [
        (1, "e-1", "invalid"),
        (2, "e-2", "invalid"),
    ]
    assert plan.conflicts[0].reason.startswith("staff.csv, row 2 (line 3), column 'loginsCount'")
    assert [one.key for one in plan.only_in_pool] == ["e-3"]
    path.write_text("externalId,loginsCount\n,many\n")
    with read_users(path) as rows, pytest.raises(InvalidInputError, match=r"\(staff.csv, row 1"):
        await plan_of(client, rows, missing="delete")


async def test_missing_groups_roles_and_custom_fields_can_be_created(client: Management) -> None:
    record = {**STAFF[0], "groups": ["staff"], "roles": ["editor"], "customData": {"level": 7}}
    plan = await plan_of(
        client,
        [record],
        create_groups=True,
        create_roles=True,
        create_custom_fields={"level": "NUMBER"},
    )
    assert (plan.new_groups, plan.new_roles) == (("staff",), ("editor",))
    assert plan.new_custom_fields == {"level": "NUMBER"}
    assert plan.conflicts == ()
    with pytest.raises(InvalidInputError, match="create_custom_fields"):
        await plan_of(client, [record], create_custom_fields={"level": "INTEGER"})


async def test_key_is_compared_as_the_api_stores_it(client: Management) -> None:
    await create(client, {**STAFF[0], "phone": "18800000001"})
    by_email = await plan_of(client, [{"email": "USER0@example.com"}], "email")
    by_phone = await plan_of(client, [{"phone": "188-0000-0001"}], "phone", missing="delete")
    for plan in (by_email, by_phone):
        assert (plan.is_empty, plan.unchanged, plan.only_in_pool) == (True, (0,), ())
    by_name = await plan_of(client, [{"username": "USER0", "externalId": "e-0"}], "username")
    assert [(one.kind, one.field) for one in by_name.conflicts] == [("taken", "externalId")]


async def test_duplicates_within_the_input_are_conflicts_of_the_later_record(
    client: Management,
) -> None:
    plan = await plan_of(
        client,
        [
            STAFF[0],
            {**STAFF[0], "name": "x"},
            {"externalId": "e-7", "email": "USER0@example.com"},
            {"username": "nobody"},
        ],
    )
    assert reasons(plan) == [
        (1, "duplicate", "users[1] has the same externalId as users[0]"),
        (2, "duplicate", "users[2] has the same email as users[0]"),
        (3, "invalid", "users[3] has no externalId"),
    ]
    assert [one.key for one in plan.create] == ["e-0"]


async def test_record_of_the_user_who_has_a_value_keeps_it(client: Management) -> None:
    await create(client, *STAFF[:2])
    plan = await plan_of(client, [{"externalId": "e-0", "email": "User1@example.com"}, STAFF[1]])
    assert reasons(plan) == [(0, "duplicate", "users[0] has the same email as users[1]")]
    assert plan.unchanged == (1,)


async def test_value_that_another_user_keeps_is_a_conflict(client: Management) -> None:
    ids = await create(client, *STAFF[:3])
    plan = await plan_of(
        client,
        [
            {"externalId": "e-0", "email": "user1@example.com"},
            {"externalId": "e-1", "name": "Ada"},
            {"externalId": "e-8", "username": "user2"},
        ],
    )
    assert reasons(plan) == [
        (0, "taken", f"users[0]: user {ids[1]} has the email 'user1@example.com' already"),
        (2, "taken", f"users[2]: user {ids[2]} has the username 'user2' already"),
    ]
    assert plan.conflicts[0].user_ids == (ids[1],)
    assert [one.key for one in plan.update] == ["e-1"]


async def test_step_that_takes_a_value_follows_the_step_that_frees_it(client: Management) -> None:
    await create(client, *STAFF[:3], {"externalId": "e-9", "username": "old"})
    plan = await plan_of(
        client,
        [
            {"externalId": "e-8", "email": "user0@example.com"},
            {"externalId": "e-0", "email": "user1@example.com"},
            {"externalId": "e-1", "email": "user2@example.com"},
            {"externalId": "e-2", "email": None},
            {"externalId": "e-7", "username": "old"},
        ],
        missing="delete",
    )
    assert plan.conflicts == ()
    assert [step.key for step in plan] == ["e-2", "e-9", "e-1", "e-7", "e-0", "e-8"]


async def test_exchange_of_values_is_a_conflict_and_so_is_what_depends_on_it(
    client: Management,
) -> None:
    ids = await create(client, *({**one, "phone": one["externalId"]} for one in STAFF[:2]))
    plan = await plan_of(
        client,
        [
            {"externalId": "e-0", "username": "user1", "phone": "1"},
            {"externalId": "e-1", "username": "user0"},
            {"externalId": "e-2", "phone": "e-0"},
            {"externalId": "e-4", "name": "Eve"},
        ],
    )
    assert reasons(plan) == [
        (
            0,
            "exchange",
            "users[0]: 'e-0' would exchange username and phone with 'e-1': give one of them another"
            " value first",
        ),
        (
            1,
            "exchange",
            "users[1]: 'e-1' would exchange username with 'e-0': give one of them another value"
            " first",
        ),
        (2, "taken", f"users[2]: user {ids[0]} has the phone 'e-0' already"),
    ]
    assert [one.key for one in plan.create] == ["e-4"]


async def test_several_users_with_the_key_are_a_conflict(client: Management) -> None:
    ids = await create(
        client,
        {"username": "a", "phone": "18800000001"},
        {"username": "b", "phone": "188 00000001"},
    )
    plan = await plan_of(client, [{"phone": "18800000001", "name": "Ada"}], "phone")
    (conflict,) = plan.conflicts
    assert (conflict.kind, set(conflict.user_ids)) == ("ambiguous", set(ids))
    assert plan.only_in_pool == ()


@pytest.mark.parametrize("missing", ["suspend", "delete"])
@pytest.mark.parametrize(
    ("key", "stored", "given"),
    [
        ("externalId", "E1", "E1 "),
        ("username", "ada", "Ada"),
        ("email", "ada@example.com", " Ada@example.com"),
        ("phone", "18800000001", "+86188-0000-0001"),
        ("username", "\u00e9", "e\u0301"),
    ],
)
async def test_a_slightly_different_key_replaces_no_user(
    client: Management, key: Any, stored: str, given: str, missing: Any
) -> None:
    (user_id, other) = await create(client, {key: stored}, {key: f"1{stored}"})
    plan = await plan_of(client, [{key: given}, {key: "12345@x"}], key, missing=missing)
    (conflict,) = plan.conflicts
    assert (conflict.kind, conflict.user_ids) == ("ambiguous", (user_id,))
    assert [one.user_id for one in plan.only_in_pool] == [other]
    assert [one.key for one in plan.create] == ["12345@x"]
    plan = await plan_of(client, [{key: given}], key)
    assert [one.key for one in plan.create] == [given]


async def test_only_users_within_the_scope_are_considered(client: Management) -> None:
    await create(client, *({**one, "company": f"c-{at % 2}"} for at, one in enumerate(STAFF)))

    def within(user: User) -> bool:
        return user.company == "c-0"

    desired = [{"externalId": "e-0"}, {"externalId": "e-1", "name": "Ada"}]
    for options in ({}, {"fields": ["company"]}):
        plan = await plan_of(client, desired, within=within, missing="suspend", **options)
        assert [one.key for one in plan.only_in_pool] == ["e-4", "e-2"]
        assert [(one.kind, one.index) for one in plan.conflicts] == [("out_of_scope", 1)]


async def test_number_of_missing_users_is_limited(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    await create(client, *STAFF)
    before = emulator_pool.request_count
    with pytest.raises(DeletionLimitError, match="desired is empty") as caught:
        await plan_of(client, [], missing="delete")
    assert (caught.value.count, emulator_pool.request_count) == (None, before)
    for limit, most in ((2, 2), ("50%", 2), ("0%", 0)):
        with pytest.raises(DeletionLimitError) as caught:
            await plan_of(client, STAFF[:2], missing="suspend", max_missing=limit)
        assert (caught.value.count, caught.value.limit, caught.value.total) == (3, most, 5)
        assert str(caught.value).startswith("The plan would suspend 3 of 5 users, and max_missing")
    plan = await plan_of(client, STAFF[:2], missing="delete", max_missing="60%")
    assert plan.counts["delete"] == 3
    assert (await plan_of(client, [], missing="delete", max_missing=5)).counts["delete"] == 5


async def test_users_who_cannot_log_in_are_not_suspended_again(client: Management) -> None:
    ids = await create(client, *STAFF[:3])
    await run(client.users.suspend(ids[0]))
    await run(client.users.resign(ids[1]))
    plan = await plan_of(client, [{"externalId": "new"}], missing="suspend", max_missing=1)
    assert [(one.status, one.action) for one in plan.only_in_pool] == [
        ("Activated", "suspend"),
        ("Resigned", "ignore"),
        ("Suspended", "ignore"),
    ]


@pytest.mark.parametrize(
    ("desired", "options", "message"),
    [
        ([], {"key": "name"}, "key must be one of externalId, username, email, phone, not 'name'"),
        ([], {"missing": "remove"}, "missing must be one of ignore, suspend, delete"),
        ([], {"max_missing": 5}, "max_missing has no effect without missing="),
        ([], {"missing": "delete", "max_missing": "x%"}, "max_missing must be a whole number"),
        ([], {"missing": "delete", "max_missing": -1}, "max_missing must be a whole number"),
        ([], {"missing": "delete", "max_missing": "101%"}, "max_missing must be a whole number"),
        ([{"name": "Ada"}], {"missing": "delete"}, r"users\[0\] has no externalId, so missing="),
        ([], {"create_groups": "yes"}, "create_groups must be True or False"),
        ({"externalId": "x"}, {}, "desired must be an iterable, not dict"),
        ("x", {}, "desired must be an iterable, not str"),
        (5, {}, "desired must be an iterable, not int"),
    ],
)
async def test_invalid_arguments_are_rejected_before_anything_is_sent(
    client: Management,
    emulator_pool: EmulatorPool,
    desired: Any,
    options: dict[str, Any],
    message: str,
) -> None:
    with pytest.raises(InvalidInputError, match=message):
        await plan_of(client, desired, **options)
    assert emulator_pool.request_count == 0


async def test_field_that_the_client_omits_cannot_be_compared(
    make_client: Any, emulator_pool: EmulatorPool
) -> None:
    client = make_client(emulator_pool, omit_fields={"User": ["nickname"]})
    assert (await plan_of(client, STAFF)).counts["create"] == 5
    with pytest.raises(InvalidInputError, match="needs the field 'nickname'"):
        await plan_of(client, [{"externalId": "e-1", "nickname": "x"}])


async def test_difference_that_cannot_be_written_is_reported_and_not_planned(
    client: Management,
) -> None:
    (user_id,) = await create(client, STAFF[0])
    desired = [{"externalId": "e-0", "registerSource": ["hr"]}]
    plan = await plan_of(client, desired)
    assert (plan.is_empty, plan.unchanged) == (True, (0,))
    (difference,) = plan.unwritable
    assert (difference.user_id, [*difference.changes]) == (user_id, ["registerSource"])
    assert "cannot be updated: externalId=e-0: registerSource" in plan.summary()


async def test_summary_is_readable(client: Management) -> None:
    await create(client, {**STAFF[0], "name": "Ada"}, STAFF[1], STAFF[2])
    plan = await plan_of(
        client,
        [
            {"externalId": "e-0", "name": "Eve", "groups": ["staff"], "loginsCount": 3},
            {**STAFF[3], "oauth": "canary-oauth"},
            {"name": "x", "externalId": None},
        ],
        create_groups=True,
    )
    assert plan.summary(details=True).splitlines() == [
        "create 1, update 1, suspend 0, delete 0, unchanged 0, conflict 1",
        "2 more users are only in the pool, left unchanged",
        "create the group staff",
        "conflict: users[2] has no externalId",
        "update externalId=e-0",
        '  name: "Ada" → "Eve"',
        "  loginsCount: 0 → 3",
        '  groups: +"staff"',
        "create externalId=e-3",
    ]
    assert plan.summary().splitlines() == plan.summary(details=True).splitlines()[:4]
    assert repr(plan).startswith("Plan(key='externalId', create=1, update=1,")


async def test_summary_lists_the_first_conflicts(client: Management) -> None:
    plan = await plan_of(client, [{"name": "x"}] * 30)
    lines = plan.summary().splitlines()
    assert len(lines) == 22
    assert lines[-1] == "… and 10 more"
    assert len(plan.summary(details=True).splitlines()) == 31


async def test_plan_can_be_stored_without_password(client: Management) -> None:
    await create(client, STAFF[0])
    desired = [
        {"externalId": "e-0", "oauth": "canary-oauth", "password": "canary-password"},
        {
            "externalId": "e-1",
            "password": "canary-password",
            "identities": [{"provider": "x", "userIdInIdp": "7", "refreshToken": "canary-token"}],
        },
        {"externalId": "e-2", "name": "Ada"},
    ]
    plan = await plan_of(client, desired)
    stored = pickle.dumps(plan)
    text = json.dumps(plan.to_dict())
    assert b"canary" not in stored
    assert "canary" not in text + plan.summary(details=True) + repr([*plan])
    restored: Plan = pickle.loads(stored)
    assert restored.to_dict() == plan.to_dict() == json.loads(text)
    assert [step.key for step in restored] == [step.key for step in plan]


@pytest.mark.parametrize(("percentage", "most"), [("29%", 29), ("29.5%", 29), ("57%", 57)])
async def test_a_percentage_is_not_rounded_down_by_one(
    client: Management, emulator_pool: EmulatorPool, percentage: str, most: int
) -> None:
    emulator_pool.seed_users(100)
    names = [user.username or "" for user in await collect(client.users.iter_list())]
    left: Any = [{"username": name} for name in names[most:]]
    plan = await plan_of(client, left, "username", missing="delete", max_missing=percentage)
    assert plan.counts["delete"] == most
    with pytest.raises(DeletionLimitError):
        await plan_of(client, left[1:], "username", missing="delete", max_missing=percentage)
