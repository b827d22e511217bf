"""Permissions of users, roles and groups."""

from typing import Any

import pytest

from authing_users.emulator.core import Emulator
from authing_users.emulator.errors import ApiError
from authing_users.emulator.store import permissions

from .api import Api
from .test_groups import ADD as JOIN, CREATE_GROUP, REMOVE
from .test_policies import ADD as ADD_POLICIES, CREATE_POLICY, DISABLE, ENABLE, UPDATE_POLICY
from .test_roles import ASSIGN, CREATE_ROLE, REVOKE

IS_ALLOWED = (
    "query($on: String!, $action: String!, $id: String!, $namespace: String)"
    " { isActionAllowed(resource: $on, action: $action, userId: $id, namespace: $namespace) }"
)
IS_DENIED = IS_ALLOWED.replace("isActionAllowed", "isActionDenied")
PAGE = "{ totalCount list { code type actions apiIdentifier } }"
RESOURCES = (
    "query($targetType: PolicyAssignmentTargetType, $id: String, $namespace: String,"
    " $kind: String) { authorizedResources(targetType: $targetType, targetIdentifier: $id,"
    f" namespace: $namespace, resourceType: $kind) {PAGE} }}"
)
OF_USER = (
    "query($id: String!, $namespace: String, $kind: String) { user(id: $id)"
    f" {{ authorizedResources(namespace: $namespace, resourceType: $kind) {PAGE} }} }}"
)
TARGETS = (
    "query($namespace: String!, $kind: ResourceType!, $on: String!,"
    " $targetType: PolicyAssignmentTargetType, $actions: AuthorizedTargetsActionsInput)"
    " { authorizedTargets(namespace: $namespace, resourceType: $kind, resource: $on,"
    " targetType: $targetType, actions: $actions)"
    " { totalCount list { targetType targetIdentifier actions } } }"
)
UNKNOWN = "0123456789abcdef01234567"


async def grant(
    api: Api,
    target: tuple[str, str],
    resource: str,
    *actions: str,
    effect: str = "ALLOW",
    namespace: str = "default",
) -> str:
    """Assign a new policy with one statement to a target and return its code."""
    target_type, identifier = target
    code = f"{effect} {resource} {actions} {target} {namespace}"
    statement = {"resource": resource, "actions": actions, "effect": effect}
    await api.execute(CREATE_POLICY, code=code, statements=[statement], namespace=namespace)
    variables = {"policies": [code], "targetType": target_type, "ids": [identifier]}
    await api.execute(ADD_POLICIES, **variables, namespace=namespace)
    return code


async def is_allowed(api: Api, user_id: str, action: str, on: str, **arguments: object) -> bool:
    allowed: bool = await api.execute(IS_ALLOWED, id=user_id, action=action, on=on, **arguments)
    if allowed:
        assert not await api.execute(IS_DENIED, id=user_id, action=action, on=on, **arguments)
    return allowed


async def resources(api: Api, document: str, **variables: object) -> dict[str, list[str]]:
    result = await api.execute(document, **variables)
    page: Any = result.get("authorizedResources", result)
    assert page["totalCount"] == len(page["list"])
    return {resource["code"]: resource["actions"] for resource in page["list"]}


async def targets(api: Api, on: str, **arguments: object) -> dict[tuple[str, str], list[str]]:
    variables = {"namespace": "default", "kind": "DATA", "on": on, **arguments}
    page = await api.execute(TARGETS, **variables)
    assert page["totalCount"] == len(page["list"])
    return {(row["targetType"], row["targetIdentifier"]): row["actions"] for row in page["list"]}


async def create_targets(api: Api) -> dict[str, str]:
    """Create bob with the role child (base > middle > child) and the group staff, and eve."""
    ids = {name: (await api.create(username=name))["id"] for name in ("bob", "eve")}
    await api.execute(CREATE_ROLE, code="base")
    await api.execute(CREATE_ROLE, code="middle", parent="base")
    await api.execute(CREATE_ROLE, code="child", parent="middle")
    await api.execute(CREATE_GROUP, code="staff", name="Staff")
    await api.execute(ASSIGN, roleCode="child", userIds=[ids["bob"]])
    await api.execute(JOIN, ids=[ids["bob"]], code="staff")
    return ids


async def test_own_policies_allow_actions(api: Api) -> None:
    ids = await create_targets(api)
    assert not await is_allowed(api, ids["bob"], "book:read", "book:1")
    await grant(api, ("USER", ids["bob"]), "book:1", "book:read")
    assert await is_allowed(api, ids["bob"], "book:read", "book:1")
    assert await is_allowed(api, ids["bob"], "book:read", "book:1", namespace="")
    assert not await is_allowed(api, ids["bob"], "book:read", "book:2")
    assert not await is_allowed(api, ids["bob"], "book:write", "book:1")
    assert not await is_allowed(api, ids["eve"], "book:read", "book:1")
    assert await api.execute(IS_DENIED, id=ids["eve"], action="book:read", on="book:1") is False


@pytest.mark.parametrize(
    "target", [("ROLE", "child"), ("ROLE", "middle"), ("ROLE", "base"), ("GROUP", "staff")]
)
async def test_policies_of_roles_and_groups_allow_actions(
    api: Api, target: tuple[str, str]
) -> None:
    ids = await create_targets(api)
    await grant(api, target, "book:*", "*")
    assert await is_allowed(api, ids["bob"], "book:read", "book:1")
    assert not await is_allowed(api, ids["eve"], "book:read", "book:1")
    await api.execute(REVOKE, roleCode="child", userIds=[ids["bob"]])
    await api.execute(REMOVE, ids=[ids["bob"]], code="staff")
    assert not await is_allowed(api, ids["bob"], "book:read", "book:1")


async def test_parent_role_does_not_inherit_from_child(api: Api) -> None:
    await create_targets(api)
    await grant(api, ("ROLE", "middle"), "book:1", "book:read")
    expected = {"book:1": ["book:read"]}
    for code, resources_of_role in (("child", expected), ("middle", expected), ("base", {})):
        assert await resources(api, RESOURCES, targetType="ROLE", id=code) == resources_of_role


@pytest.mark.parametrize("target", [("ROLE", "base"), ("GROUP", "staff"), ("USER", "bob")])
async def test_deny_overrides_allow(api: Api, target: tuple[str, str]) -> None:
    ids = await create_targets(api)
    for each in (("USER", ids["bob"]), ("ROLE", "child"), ("GROUP", "staff")):
        await grant(api, each, "book:*", "book:read", "book:write")
    denied = (target[0], ids.get(target[1], target[1]))
    await grant(api, denied, "book:1", "book:w*", effect="DENY")
    assert not await is_allowed(api, ids["bob"], "book:write", "book:1")
    assert await api.execute(IS_DENIED, id=ids["bob"], action="book:write", on="book:1") is True
    assert await is_allowed(api, ids["bob"], "book:read", "book:1")
    assert await is_allowed(api, ids["bob"], "book:write", "book:2")
    assert await targets(api, "book:1", targetType="USER") == {("USER", ids["bob"]): ["book:read"]}


async def test_disabled_assignment_has_no_effect(api: Api) -> None:
    bob = (await create_targets(api))["bob"]
    allow = await grant(api, ("USER", bob), "book:1", "book:read")
    deny = await grant(api, ("GROUP", "staff"), "book:1", "*", effect="DENY")
    assert not await is_allowed(api, bob, "book:read", "book:1")
    await api.execute(DISABLE, policy=deny, targetType="GROUP", id="staff")
    assert await is_allowed(api, bob, "book:read", "book:1")
    own = {"policy": allow, "targetType": "USER", "id": bob}
    await api.execute(DISABLE, **own)
    assert not await is_allowed(api, bob, "book:read", "book:1")
    assert await resources(api, OF_USER, id=bob) == {}
    assert await targets(api, "book:1") == {}
    await api.execute(ENABLE, **own)
    assert await is_allowed(api, bob, "book:read", "book:1")
    assert await targets(api, "book:1") == {("USER", bob): ["book:read"]}


async def test_policy_change_takes_effect_immediately(api: Api) -> None:
    bob = (await create_targets(api))["bob"]
    code = await grant(api, ("USER", bob), "book:1", "book:read")
    await api.execute(
        UPDATE_POLICY, code=code, statements=[{"resource": "film:1", "actions": ["film:see"]}]
    )
    assert not await is_allowed(api, bob, "book:read", "book:1")
    assert await is_allowed(api, bob, "film:see", "film:1")


async def test_namespaces_are_separate(api: Api) -> None:
    bob = (await create_targets(api))["bob"]
    await grant(api, ("USER", bob), "book:1", "book:read", namespace="shop")
    assert not await is_allowed(api, bob, "book:read", "book:1")
    assert await is_allowed(api, bob, "book:read", "book:1", namespace="shop")
    assert await resources(api, OF_USER, id=bob) == {}
    assert await resources(api, OF_USER, id=bob, namespace="shop") == {"book:1": ["book:read"]}
    assert await targets(api, "book:1") == {}
    assert await targets(api, "book:1", namespace="shop") == {("USER", bob): ["book:read"]}


async def test_lists_of_resources(api: Api) -> None:
    bob = (await create_targets(api))["bob"]
    await grant(api, ("USER", bob), "book:1", "book:update")
    await grant(api, ("ROLE", "base"), "book:1", "book:delete")
    await grant(api, ("GROUP", "staff"), "menu_a", "menu_a:see")
    book = {"code": "book:1", "type": "DATA", "apiIdentifier": None}
    both = book | {"actions": ["book:delete", "book:update"]}
    menu = {"code": "menu_a", "type": None, "actions": ["menu_a:see"], "apiIdentifier": None}
    page = {"totalCount": 2, "list": [both, menu]}
    assert await api.execute(RESOURCES, targetType="USER", id=bob) == page
    assert (await api.execute(OF_USER, id=bob))["authorizedResources"] == page
    data = {"book:1": ["book:delete", "book:update"]}
    assert await resources(api, RESOURCES, targetType="USER", id=bob, kind="DATA") == data
    assert await resources(api, OF_USER, id=bob, kind="DATA") == data
    assert await resources(api, OF_USER, id=bob, kind="MENU") == {}
    for name, code in (("role", "child"), ("group", "staff")):
        query = f'{{ {name}(code: "{code}") {{ authorizedResources {PAGE} }} }}'
        assert (await api.execute(query))["authorizedResources"] == await api.execute(
            RESOURCES, targetType=name.upper(), id=code
        )
    assert await resources(api, RESOURCES, targetType="GROUP", id="staff") == {
        "menu_a": ["menu_a:see"]
    }
    users = await api.execute(f"{{ users {{ list {{ username authorizedResources {PAGE} }} }} }}")
    assert [user["authorizedResources"] for user in users["list"]] == [
        {"totalCount": 0, "list": []},
        page,
    ]


async def test_role_lists_the_resources_of_its_own_namespace(api: Api) -> None:
    await create_targets(api)
    await api.execute(CREATE_ROLE, code="child", namespace="shop")
    await grant(api, ("ROLE", "child"), "book:1", "a")
    await grant(api, ("ROLE", "child"), "book:2", "b", namespace="shop")
    query = (
        "query($namespace: String, $kind: String) {"
        ' role(code: "child", namespace: $namespace)'
        f" {{ authorizedResources(resourceType: $kind) {PAGE} }} }}"
    )
    assert await resources(api, query) == {"book:1": ["a"]}
    assert await resources(api, query, namespace="shop", kind="DATA") == {"book:2": ["b"]}
    assert await resources(api, query, kind="API") == {}


async def test_lists_of_targets(api: Api) -> None:
    ids = await create_targets(api)
    bob, eve = ("USER", ids["bob"]), ("USER", ids["eve"])
    await grant(api, ("ROLE", "middle"), "book:*", "book:read")
    await grant(api, ("GROUP", "staff"), "book:1", "book:write")
    await grant(api, eve, "book:1", "book:*")
    await grant(api, eve, "film:1", "book:read")
    read, write = ["book:read"], ["book:write"]
    all_targets = {
        ("GROUP", "staff"): write,
        ("ROLE", "middle"): read,
        ("ROLE", "child"): read,
        bob: [*read, *write],
        eve: ["book:*"],
    }
    assert await targets(api, "book:1") == all_targets
    assert await targets(api, "book:1", actions={"op": "AND", "list": []}) == all_targets
    assert await targets(api, "book:1", targetType="GROUP") == {("GROUP", "staff"): write}
    assert await targets(api, "book:1", targetType="ORG") == {}
    both = [*read, *write]
    every = await targets(api, "book:1", actions={"op": "AND", "list": both})
    assert every.keys() == {bob, eve}
    some = await targets(api, "book:1", actions={"op": "OR", "list": both})
    assert some == all_targets
    some = await targets(api, "book:1", actions={"op": "OR", "list": read})
    assert some.keys() == all_targets.keys() - {("GROUP", "staff")}
    assert (await targets(api, "film:1")).keys() == {eve}
    assert await targets(api, "book:1", kind="MENU") == {}
    variables = {"namespace": "default", "kind": "DATA", "on": "book:1"}
    assert await api.error_code(TARGETS, **variables, actions={"op": "OR", "list": [None]}) == 2231


async def test_resource_of_unknown_type_matches_every_type(api: Api) -> None:
    bob = (await create_targets(api))["bob"]
    await grant(api, ("USER", bob), "menu_a", "see")
    for kind in ("MENU", "BUTTON"):
        assert await targets(api, "menu_a", kind=kind) == {("USER", bob): ["see"]}


async def test_unknown_targets_are_rejected(api: Api) -> None:
    for document in (IS_ALLOWED, IS_DENIED):
        assert await api.error_code(document, id=UNKNOWN, action="a", on="b") == 2004
    assert await api.error_code(RESOURCES, targetType="USER", id=UNKNOWN) == 2004
    assert await api.error_code(RESOURCES, targetType="ROLE", id="unknown") == 404
    assert await api.error_code(RESOURCES, targetType="GROUP", id="unknown") == 404
    assert await api.error_code(RESOURCES, targetType="ORG", id="x") == 404
    assert await api.error_code(RESOURCES, targetType="AK_SK", id="x") == 501
    assert await api.error_code(RESOURCES, targetType="USER") == 2020
    assert await api.error_code(RESOURCES, targetType="ROLE") == 2231
    assert await api.error_code(RESOURCES, id=UNKNOWN) == 2231


async def test_conditions_are_unsupported(api: Api) -> None:
    bob = (await create_targets(api))["bob"]
    code = await grant(api, ("ROLE", "base"), "book:1", "book:read")
    statement = {
        "resource": "film:1",
        "actions": ["film:see"],
        "condition": [{"param": "ip", "operator": "In", "value": "x"}],
    }
    await api.execute(UPDATE_POLICY, code=code, statements=[statement])
    assert await api.error_code(IS_ALLOWED, id=bob, action="book:read", on="book:1") == 501
    assert await api.error_code(OF_USER, id=bob) == 501
    variables = {"namespace": "default", "kind": "DATA", "on": "film:1"}
    assert await api.error_code(TARGETS, **variables) == 501
    await api.execute(DISABLE, policy=code, targetType="ROLE", id="base")
    assert not await is_allowed(api, bob, "film:see", "film:1")


async def test_listed_targets_equal_the_allowed_users(api: Api) -> None:
    ids = await create_targets(api)
    await grant(api, ("ROLE", "base"), "*", "book:*")
    await grant(api, ("USER", ids["eve"]), "book:1", "book:read")
    await grant(api, ("GROUP", "staff"), "book:2", "book:write", effect="DENY")
    for on in ("book:1", "book:2", "film:1"):
        for action in ("book:read", "book:write", "film:see"):
            resources_to_check = {"op": "AND", "list": [action]}
            listed = await targets(api, on, targetType="USER", actions=resources_to_check)
            allowed = {
                ("USER", each) for each in ids.values() if await is_allowed(api, each, action, on)
            }
            assert listed.keys() == allowed


async def test_permitted_resources_for_rest(api: Api) -> None:
    bob = (await create_targets(api))["bob"]
    await grant(api, ("USER", bob), "book:*", "book:read")
    await grant(api, ("ROLE", "base"), "book:1", "book:write")
    await grant(api, ("GROUP", "staff"), "film:1", "film:see")
    emulator: Emulator = api.app._emulator
    with emulator.transaction(write=False) as transaction:
        store = emulator.store(transaction)
        resources_to_check = ["film:2", "book:1", "book:7", "book:1"]
        assert permissions.permitted_resources(store, bob, "default", resources_to_check) == [
            {"code": "book:1", "actions": ["book:read", "book:write"]},
            {"code": "book:7", "actions": ["book:read"]},
        ]
        assert permissions.permitted_resources(store, bob, "shop", resources_to_check) == []
        for kind in ("book", "book:*"):
            assert permissions.permitted_resources_of_kind(store, bob, "default", kind) == [
                {"code": "book:*", "actions": ["book:read"]},
                {"code": "book:1", "actions": ["book:read", "book:write"]},
            ]
        assert permissions.permitted_resources_of_kind(store, bob, "default", "car") == []
        with pytest.raises(ApiError):
            permissions.permitted_resources(store, UNKNOWN, "default", resources_to_check)
        with pytest.raises(ApiError):
            permissions.permitted_resources_of_kind(store, UNKNOWN, "default", "book")
