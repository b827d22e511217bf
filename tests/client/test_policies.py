"""Policies, and the users, roles and groups that they are assigned to."""

from typing import Any

import pytest

from authing_users import NotFoundError

from ..support.client_kinds import MakeClient, Management, collect, run
from ..support.emulator_pool import EmulatorPool
from ..support.pool_content import create_user
from ..support.scripted_server import ScriptedServer, data


async def test_a_policy_is_created_assigned_disabled_updated_and_deleted(
    client: Management,
) -> None:
    policies, users, user_id = client.policies, client.users, await create_user(client)
    statement: Any = {"resource": "book:*", "actions": ["book:read"], "effect": "ALLOW"}
    policy = await run(policies.create("reading", [statement], "May read"))
    assert policy.statements is not None
    assert policy.statements[0].actions == ["book:read"]
    assert [item.code for item in (await run(policies.list())).list] == ["reading"]
    assert (await run(users.add_policies(user_id, ["reading"]))).code == 200
    assert (await run(users.list_policies(user_id))).list[0].code == "reading"
    assert len(await collect(users.iter_policies(user_id))) == 1
    (assignment,) = await collect(policies.iter_assignments("reading"))
    assert assignment.target_identifier == user_id
    permitted = await run(users.check_resource_permission_batch(user_id, "default", ["book:1"]))
    assert [(item.code, item.actions) for item in permitted] == [("book:1", ["book:read"])]
    resources = await run(users.list_authorized_resources(user_id, "default"))
    assert [resource.code for resource in resources.list] == ["book:*"]
    await run(policies.disable_assignment("reading", "USER", user_id))
    assert (await run(users.list_authorized_resources(user_id, "default"))).total_count == 0
    await run(policies.enable_assignment("reading", "USER", user_id))
    assert (await run(users.remove_policies(user_id, ["reading"]))).code == 200
    updated = await run(policies.update("reading", new_code="writing"))
    assert updated.code == "writing"
    assert await run(policies.detail("reading")) is None
    assert (await run(policies.delete("writing"))).code == 200
    with pytest.raises(NotFoundError):
        await run(policies.delete_many(["writing"]))


async def test_policies_are_assigned_to_roles_and_groups(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_roles("reader")
    emulator_pool.seed_groups("staff")
    await run(client.policies.create("reading", [{"resource": "book:*", "actions": ["book:read"]}]))
    assert (await run(client.roles.add_policies("reader", ["reading"]))).code == 200
    assert (await run(client.roles.list_policies("reader"))).total_count == 1
    assert (await run(client.roles.list_authorized_resources("reader"))).total_count == 1
    assert (await run(client.roles.remove_policies("reader", ["reading"]))).code == 200
    await run(client.policies.add_assignments(["reading"], "GROUP", ["staff"]))
    assert (await run(client.groups.list_authorized_resources("staff"))).total_count == 1
    await run(client.policies.remove_assignments(["reading"], "GROUP", ["staff"]))
    assert (await run(client.policies.list_assignments("reading"))).total_count == 0


async def test_iter_assignments_yields_equal_identifiers_of_different_types(
    make_client: MakeClient,
) -> None:
    assignments = [
        {"code": "reading", "targetType": target_type, "targetIdentifier": target}
        for target_type, target in (("USER", "a"), ("ROLE", "a"), ("USER", "b"))
    ]
    server = ScriptedServer(
        data(policyAssignments={"totalCount": 3, "list": assignments[:2]}),
        data(policyAssignments={"totalCount": 3, "list": assignments[2:]}),
    )
    client = make_client(server)
    assigned = await collect(client.policies.iter_assignments("reading", limit=2))
    assert [(item.target_type, item.target_identifier) for item in assigned] == [
        ("USER", "a"),
        ("ROLE", "a"),
        ("USER", "b"),
    ]
