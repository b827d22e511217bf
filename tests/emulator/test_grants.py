"""Grants of resources to users, roles, groups and departments."""

from collections.abc import Mapping
from typing import Any

import pytest

from .api import Api
from .rest import UNKNOWN, post, rejection_code, send
from .test_organisations import create_company, department_ids
from .test_permissions import (
    IS_ALLOWED,
    OF_USER,
    RESOURCES,
    create_targets,
    grant,
    is_allowed,
    resources,
    targets,
)

ALLOW = (
    "mutation($on: String!, $action: String!, $user: String, $users: [String!], $role: String,"
    " $roles: [String!], $namespace: String) { allow(resource: $on, action: $action,"
    " userId: $user, userIds: $users, roleCode: $role, roleCodes: $roles, namespace: $namespace)"
    " { code message } }"
)
AUTHORIZE = (
    "mutation($on: String, $kind: ResourceType, $opts: [AuthorizeResourceOpt], $namespace: String)"
    " { authorizeResource(resource: $on, resourceType: $kind, opts: $opts, namespace: $namespace)"
    " { code message } }"
)
OF_GROUP = (
    "query($code: String!, $namespace: String) { group(code: $code)"
    " { authorizedResources(namespace: $namespace) { totalCount list { code actions } } } }"
)
OF_DEPARTMENT = (
    "query($id: String!, $namespace: String, $kind: String) { nodeById(id: $id)"
    " { authorizedResources(namespace: $namespace, resourceType: $kind)"
    " { totalCount list { code actions } } } }"
)
REVOKE_PATH = "/api/v2/acl/revoke-resource"


def target(target_type: str, identifier: str, *actions: str) -> dict[str, object]:
    return {"targetType": target_type, "targetIdentifier": identifier, "actions": actions}


async def authorize(api: Api, on: str, *opts: Mapping[str, object], **arguments: object) -> None:
    message = await api.execute(AUTHORIZE, on=on, opts=opts, **arguments)
    assert message["code"] == 200


async def revoke(
    api: Api, on: str, *opts: Mapping[str, object], namespace: str | None = None
) -> None:
    body = {"namespace": namespace, "resource": on, "opts": opts}
    response = await send(api, "POST", REVOKE_PATH, body)
    assert response.json()["code"] == 200


async def test_allow_gives_users_and_roles_an_action(api: Api) -> None:
    ids = await create_targets(api)
    variables: Any = {"on": "book:1", "action": "book:read"}
    message = await api.execute(ALLOW, **variables, user=ids["eve"], users=[], roles=["middle"])
    assert message == {"code": 200, "message": "授权成功"}
    for name in ("bob", "eve"):
        assert await is_allowed(api, ids[name], "book:read", "book:1")
        assert not await is_allowed(api, ids[name], "book:write", "book:1")
        assert not await is_allowed(api, ids[name], "book:read", "book:2")
    await api.execute(ALLOW, **{**variables, "action": "book:w*"}, users=[ids["eve"]])
    assert await resources(api, OF_USER, id=ids["eve"]) == {"book:1": ["book:read", "book:w*"]}
    assert await is_allowed(api, ids["eve"], "book:write", "book:1")
    await api.execute(ALLOW, **{**variables, "on": "*"}, role="base")
    assert await is_allowed(api, ids["bob"], "book:read", "film:1")
    assert not await is_allowed(api, ids["eve"], "book:read", "film:1")


async def test_allow_rejects_incomplete_grants(api: Api) -> None:
    eve = (await create_targets(api))["eve"]
    cases: list[tuple[dict[str, object], int]] = [
        ({"on": "book", "action": "a", "user": eve}, 2231),
        ({"on": "book:1", "action": "a"}, 2231),
        ({"on": "book:1", "action": "a", "users": []}, 2231),
        ({"on": "book:1", "action": " ", "user": eve}, 2231),
        ({"on": "book:1", "action": "a", "user": UNKNOWN}, 2004),
        ({"on": "book:1", "action": "a", "user": eve, "role": "unknown"}, 404),
        ({"on": "book:1", "action": "a", "role": "child", "namespace": "shop"}, 404),
        ({"on": "book:\0", "action": "a", "user": eve}, 2231),
    ]
    for variables, code in cases:
        assert await api.error_code(ALLOW, **variables) == code, variables
    assert await resources(api, OF_USER, id=eve) == {}


@pytest.mark.parametrize("holder", [("ROLE", "base"), ("ROLE", "child"), ("GROUP", "staff")])
async def test_users_have_what_their_roles_and_groups_are_granted(
    api: Api, holder: tuple[str, str]
) -> None:
    ids = await create_targets(api)
    await authorize(api, "book:*", target(*holder, "book:read"), target("USER", ids["eve"], "see"))
    assert await is_allowed(api, ids["bob"], "book:read", "book:7")
    expected = {"book:*": ["book:read"]}
    assert await resources(api, OF_USER, id=ids["bob"]) == expected
    assert await resources(api, RESOURCES, targetType=holder[0], id=holder[1]) == expected
    assert await resources(api, OF_USER, id=ids["eve"]) == {"book:*": ["see"]}
    listed = await targets(api, "book:1")
    assert listed[("USER", ids["bob"])] == listed[holder] == ["book:read"]
    assert listed[("USER", ids["eve"])] == ["see"]


async def test_members_have_what_their_departments_are_granted(api: Api) -> None:
    ids = await create_company(api)
    eng = (await department_ids(api, ids["dev"]))["eng"]
    quality = (await department_ids(api, ids["qa"]))["quality"]
    acme = (await department_ids(api, ids["ceo"]))["acme"]
    await authorize(api, "book:1", target("ORG", eng, "book:read"))
    allowed = {name for name in ids if await is_allowed(api, ids[name], "book:read", "book:1")}
    assert allowed == {"dev", "qa"}
    expected = {"book:1": ["book:read"]}
    for node, found in ((eng, expected), (quality, expected), (acme, {})):
        assert await resources(api, OF_DEPARTMENT, id=node) == found
        assert await resources(api, RESOURCES, targetType="ORG", id=node) == found
    assert await resources(api, OF_DEPARTMENT, id=eng, kind="API") == {}
    assert (await targets(api, "book:1")).keys() == {
        ("ORG", eng),
        ("ORG", quality),
        ("USER", ids["dev"]),
        ("USER", ids["qa"]),
    }
    assert (await targets(api, "book:1", targetType="ORG")).keys() == {
        ("ORG", eng),
        ("ORG", quality),
    }


async def test_denials_of_policies_override_grants(api: Api) -> None:
    bob = (await create_targets(api))["bob"]
    await authorize(api, "book:*", target("USER", bob, "book:read", "book:write"))
    await grant(api, ("GROUP", "staff"), "book:1", "book:write", effect="DENY")
    assert await is_allowed(api, bob, "book:read", "book:1")
    assert not await is_allowed(api, bob, "book:write", "book:1")
    assert await is_allowed(api, bob, "book:write", "book:2")


async def test_grants_are_seen_by_the_other_permission_queries(api: Api) -> None:
    bob = (await create_targets(api))["bob"]
    await authorize(api, "book:1", target("USER", bob, "book:read"))
    await authorize(api, "film:*", target("GROUP", "staff", "film:see"))
    checked = ["film:*", "film:2", "book:1", "book:2", "book:*"]
    body = {"userId": bob, "namespace": "default", "resources": checked}
    assert await post(api, "/api/v2/acl/check-resource-permission-batch", body) == [
        {"code": "film:*", "actions": ["film:see"]},
        {"code": "film:2", "actions": ["film:see"]},
        {"code": "book:1", "actions": ["book:read"]},
    ]
    body = {"userId": bob, "namespace": "default", "resource": "book"}
    assert await post(api, "/api/v2/acl/get-authorized-resources-of-resource-kind", body) == [
        {"code": "book:1", "actions": ["book:read"]}
    ]


async def test_grant_of_a_kind_covers_the_resources_of_the_kind_only(api: Api) -> None:
    bob = (await create_targets(api))["bob"]
    await authorize(api, "book", target("USER", bob, "see"))
    for on, expected in (("book", True), ("book:1", True), ("books:1", False), ("film:1", False)):
        assert await is_allowed(api, bob, "see", on) is expected, on
    await authorize(api, "film:1", target("USER", bob, "see"))
    assert not await is_allowed(api, bob, "see", "film:1:a")


async def test_without_a_namespace_groups_and_departments_list_all_namespaces(api: Api) -> None:
    ids = await create_company(api)
    await create_targets(api)
    eng = (await department_ids(api, ids["dev"]))["eng"]
    for namespace, on in (("default", "book:1"), ("shop", "film:1")):
        opts = [target("ORG", eng, "a"), target("GROUP", "staff", "a"), target("USER", ids["qa"])]
        await authorize(api, on, *opts, namespace=namespace)
    both, default, shop = {"book:1": ["a"], "film:1": ["a"]}, {"book:1": ["a"]}, {"film:1": ["a"]}
    assert await resources(api, OF_GROUP, code="staff") == both
    assert await resources(api, OF_GROUP, code="staff", namespace="shop") == shop
    assert await resources(api, OF_DEPARTMENT, id=eng) == both
    assert await resources(api, OF_DEPARTMENT, id=eng, namespace="default") == default
    assert await resources(api, OF_USER, id=ids["dev"]) == default
    assert await resources(api, OF_USER, id=ids["dev"], namespace="shop") == shop
    assert not await is_allowed(api, ids["dev"], "a", "film:1")
    assert await is_allowed(api, ids["dev"], "a", "film:1", namespace="shop")
    # Without actions, all are granted.
    assert await resources(api, OF_USER, id=ids["qa"]) == {"book:1": ["*", "a"]}


async def test_denial_of_another_namespace_does_not_hide_a_grant(api: Api) -> None:
    await create_targets(api)
    await authorize(api, "book:1", target("GROUP", "staff", "a"), namespace="shop")
    await grant(api, ("GROUP", "staff"), "book:1", "a", effect="DENY")
    assert await resources(api, OF_GROUP, code="staff") == {"book:1": ["a"]}


async def test_granting_again_adds_actions_and_keeps_the_kind(api: Api) -> None:
    bob = (await create_targets(api))["bob"]
    await authorize(api, "menu_a", target("USER", bob, "see"), kind="MENU")
    await authorize(api, "menu_a", target("USER", bob, "click", "see"))
    page = (await api.execute(OF_USER, id=bob, kind="MENU"))["authorizedResources"]
    resource = {"code": "menu_a", "type": "MENU", "actions": ["click", "see"]}
    assert page == {"totalCount": 1, "list": [{**resource, "apiIdentifier": None}]}
    assert await resources(api, OF_USER, id=bob, kind="DATA") == {}


async def test_invalid_grants_change_nothing(api: Api) -> None:
    eve = (await create_targets(api))["eve"]
    good = target("USER", eve, "a")
    cases: list[tuple[dict[str, object], int]] = [
        ({"opts": [good]}, 2231),
        ({"on": " ", "opts": [good]}, 2231),
        ({"on": "book:1"}, 2231),
        ({"on": "book:1", "opts": []}, 2231),
        ({"on": "book:1", "opts": [None]}, 2231),
        ({"on": "book:1", "opts": [target("USER", eve, "")]}, 2231),
        ({"on": "book:1", "opts": [good, target("USER", UNKNOWN, "a")]}, 2004),
        ({"on": "book:1", "opts": [good, target("ROLE", "unknown", "a")]}, 404),
        ({"on": "book:1", "opts": [good, target("GROUP", "unknown", "a")]}, 404),
        ({"on": "book:1", "opts": [good, target("ORG", UNKNOWN, "a")]}, 404),
        ({"on": "book:1", "opts": [good, target("AK_SK", "x", "a")]}, 501),
        ({"on": "book:\0", "opts": [good]}, 2231),
    ]
    for variables, code in cases:
        assert await api.error_code(AUTHORIZE, **variables) == code, variables
    assert await resources(api, OF_USER, id=eve) == {}


@pytest.mark.parametrize(
    ("revoked", "left"),
    [
        ("book:1", {"book:2", "book", "film:1"}),
        ("book", {"film:1"}),
        ("book:*", {"book", "film:1"}),
        ("*", set[str]()),
        ("car", {"book:1", "book:2", "book", "film:1"}),
    ],
)
async def test_revocation_covers_one_resource_or_a_kind(
    api: Api, revoked: str, left: set[str]
) -> None:
    ids = await create_targets(api)
    for on in ("book:1", "book:2", "book", "film:1"):
        await authorize(api, on, target("USER", ids["bob"], "a"), target("USER", ids["eve"], "a"))
        await authorize(api, on, target("USER", ids["bob"], "a"), namespace="shop")
    await revoke(api, revoked, {"targetType": "USER", "targetIdentifier": ids["bob"]})
    assert (await resources(api, OF_USER, id=ids["bob"])).keys() == left
    assert len(await resources(api, OF_USER, id=ids["eve"])) == 4
    assert len(await resources(api, OF_USER, id=ids["bob"], namespace="shop")) == 4


async def test_revocation_of_some_actions(api: Api) -> None:
    bob = (await create_targets(api))["bob"]
    await authorize(api, "book:1", target("USER", bob, "a", "b", "c"))
    await revoke(api, "book:1", target("USER", bob, "a", "c", "x"))
    assert await resources(api, OF_USER, id=bob) == {"book:1": ["b"]}
    await revoke(api, "book:1", target("USER", bob, "b"))
    assert await resources(api, OF_USER, id=bob) == {}


async def test_revocation_leaves_what_follows_from_elsewhere(api: Api) -> None:
    bob = (await create_targets(api))["bob"]
    await authorize(api, "book:1", target("ROLE", "child", "a"))
    await grant(api, ("USER", bob), "book:1", "b")
    await revoke(api, "book:1", target("USER", bob))
    assert await resources(api, OF_USER, id=bob) == {"book:1": ["a", "b"]}


async def test_invalid_revocations_are_rejected(api: Api) -> None:
    eve = (await create_targets(api))["eve"]
    await authorize(api, "book:1", target("USER", eve, "a"))
    good = {"targetType": "USER", "targetIdentifier": eve}
    cases: list[tuple[object, object, int]] = [
        (None, [good], 2231),
        ("book:1", None, 2231),
        ("book:1", [], 2231),
        ("book:1", "x", 2231),
        ("book:1", ["x"], 2231),
        ("book:1", [{"targetType": "USER"}], 2231),
        ("book:1", [{**good, "targetType": "user"}], 2231),
        ("book:1", [{**good, "actions": "a"}], 2231),
        ("book:1", [{**good, "actions": [1]}], 2231),
        ("book:1", [good, {**good, "targetIdentifier": UNKNOWN}], 2004),
        ("book:1", [good, {**good, "targetType": "ORG"}], 404),
    ]
    for resource, opts, code in cases:
        body = {"resource": resource, "opts": opts}
        assert await rejection_code(api, "POST", REVOKE_PATH, body) == code, body
    assert await resources(api, OF_USER, id=eve) == {"book:1": ["a"]}


async def test_grants_are_deleted_with_their_target(api: Api) -> None:
    ids = await create_targets(api)
    eve = ids["eve"]
    await authorize(
        api,
        "book:1",
        target("USER", eve, "a"),
        target("ROLE", "child", "a"),
        target("GROUP", "staff", "a"),
    )
    assert len(await targets(api, "book:1")) == 4
    await api.execute("mutation($id: String!) { deleteUser(id: $id) { code } }", id=eve)
    await api.execute('mutation { deleteRole(code: "child") { code } }')
    await api.execute('mutation { deleteGroups(codeList: ["staff"]) { code } }')
    assert await targets(api, "book:1") == {}
    assert await api.error_code(IS_ALLOWED, id=eve, action="a", on="book:1") == 2004
    # A new object with the code of a deleted one has none of its grants.
    await api.execute('mutation { createGroup(code: "staff", name: "x") { code } }')
    assert await resources(api, OF_GROUP, code="staff") == {}
