"""Resources, and who can access them."""

import json
from typing import Any

import pytest

from authing_users import (
    AuthorizedTargetsActionsInput,
    AuthorizeResourceOpt,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    Operator,
    PolicyAssignmentTargetType,
    ResourceType,
)

from ..support.client_kinds import MakeClient, Management, collect, run
from ..support.emulator_pool import EmulatorPool
from ..support.pool_content import UNKNOWN_ID, create_company, create_user
from ..support.scripted_server import ScriptedServer, data, rest

READ: Any = [{"name": "book:read", "description": "Read books"}]


def opts(target_type: str, identifier: str, *actions: str) -> Any:
    return [{"targetType": target_type, "targetIdentifier": identifier, "actions": [*actions]}]


async def test_users_and_roles_are_allowed_to_do_something(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_roles("reader")
    acl, user_id = client.acl, await create_user(client)

    async def is_allowed(action: str, resource: str) -> bool:
        return await run(acl.is_allowed(user_id, action, resource, "default"))

    assert not await is_allowed("book:read", "book:1")
    message = await run(acl.allow("book:1", "book:*", "default", user_id=user_id))
    assert (message.code, message.message) == (200, "Access granted")
    assert await is_allowed("book:read", "book:1")
    assert not await is_allowed("book:read", "book:2")
    await run(acl.allow("book:*", "book:read", "default", "reader"))
    assert not await is_allowed("book:read", "book:2")
    await run(client.roles.add_users("reader", [user_id]))
    assert await is_allowed("book:read", "book:2")
    assert not await is_allowed("book:write", "book:2")
    with pytest.raises(InvalidRequestError):
        await run(acl.allow("book", "book:read", "default", user_id=user_id))
    with pytest.raises(NotFoundError):
        await run(acl.allow("book:1", "book:read", "default", role="nobody"))
    with pytest.raises(NotFoundError):
        await run(acl.is_allowed(UNKNOWN_ID, "book:read", "book:1", "default"))


async def test_granted_access_is_seen_by_users_groups_roles_and_departments(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_roles("reader")
    emulator_pool.seed_groups("staff")
    ids = await create_company(client, emulator_pool)
    (org,) = (await run(client.orgs.list())).list
    root = await run(client.orgs.root_node(org.id))
    grants: list[Any] = [
        *opts("USER", ids["ceo"], "book:write"),
        *opts("ROLE", "reader", "book:read"),
        AuthorizeResourceOpt(
            target_type=PolicyAssignmentTargetType.GROUP,
            target_identifier="staff",
            actions=["book:lend"],
        ),
        *opts("ORG", root.id, "book:see"),
    ]
    message = await run(client.acl.authorize_resource("default", "book:*", grants))
    assert message.code == 200
    await run(client.roles.add_users("reader", [ids["dev"]]))
    await run(client.groups.add_users("staff", [ids["qa"]]))
    expected = {
        ids["ceo"]: ["book:see", "book:write"],
        ids["dev"]: ["book:read", "book:see"],
        ids["qa"]: ["book:lend", "book:see"],
    }
    users = client.users
    for user_id, actions in expected.items():
        (resource,) = (await run(users.list_authorized_resources(user_id, "default"))).list
        assert (resource.code, resource.type_, resource.actions) == ("book:*", "DATA", actions)
        (one,) = await run(users.check_resource_permission_batch(user_id, "default", ["book:1"]))
        assert (one.code, one.actions) == ("book:1", actions)
        kind = users.list_authorized_resources_of_resource_kind(user_id, "default", "book")
        assert [item.actions for item in await run(kind)] == [actions]
        listed = await run(client.acl.list_authorized_resources("default", "USER", user_id))
        assert listed.list == [resource]
    (resource,) = (await run(client.roles.list_authorized_resources("reader", "default"))).list
    assert resource.actions == ["book:read"]
    (resource,) = (await run(client.groups.list_authorized_resources("staff"))).list
    assert resource.actions == ["book:lend"]
    node = client.acl.list_authorized_resources("default", "ORG", root.id, "DATA")
    assert [resource.actions for resource in (await run(node)).list] == [["book:see"]]
    assert (
        await run(client.acl.list_authorized_resources("default", "GROUP", "staff", "UI"))
    ).total_count == 0
    with pytest.raises(NotFoundError):
        await run(client.acl.authorize_resource("default", "x", opts("ORG", UNKNOWN_ID, "a")))
    with pytest.raises(NotFoundError):
        await run(client.acl.list_authorized_resources("default", "ROLE", "nobody"))


async def test_targets_of_a_resource_are_listed(client: Management) -> None:
    acl = client.acl
    reader = await create_user(client, username="reader")
    writer = await create_user(client, username="writer")
    await run(acl.authorize_resource("default", "book:1", opts("USER", reader, "read")))
    await run(acl.authorize_resource("default", "book:1", opts("USER", writer, "read", "write")))

    async def targets(**keywords: Any) -> set[str | None]:
        page = await run(acl.get_authorized_targets("default", "DATA", "book:1", **keywords))
        found = [target for target in page.list or [] if target is not None]
        assert page.total_count == len(found)
        assert {target.target_type for target in found} <= {PolicyAssignmentTargetType.USER}
        return {target.target_identifier for target in found}

    assert await targets() == {reader, writer}
    both: Any = {"op": "AND", "list": ["read", "write"]}
    assert await targets(actions=both) == {writer}
    either = AuthorizedTargetsActionsInput(op=Operator.OR, list=["read", "write"])
    assert await targets(actions=either) == {reader, writer}
    assert await targets(target_type="GROUP") == set()


async def test_access_is_revoked(client: Management) -> None:
    acl, user_id = client.acl, await create_user(client)

    async def codes() -> dict[str | None, Any]:
        page = await run(acl.list_authorized_resources("default", "USER", user_id))
        return {resource.code: resource.actions for resource in page.list}

    for resource in ("book:1", "book:2", "film:1"):
        await run(acl.authorize_resource("default", resource, opts("USER", user_id, "a", "b")))
    message = await run(acl.revoke_resource("default", "film:1", opts("USER", user_id, "b")))
    assert (message.code, message.message) == (200, "Access revoked")
    assert await codes() == {"book:1": ["a", "b"], "book:2": ["a", "b"], "film:1": ["a"]}
    target: Any = {"targetType": "USER", "targetIdentifier": user_id}
    await run(acl.revoke_resource("default", "book", [target]))
    assert await codes() == {"film:1": ["a"]}
    with pytest.raises(NotFoundError):
        await run(acl.revoke_resource("default", "film:1", opts("ROLE", "nobody", "a")))


async def test_namespaces_are_managed(client: Management) -> None:
    acl = client.acl
    shop = await run(acl.create_namespace("shop", "Shop", "sells"))
    assert (shop.code, shop.name, shop.description) == ("shop", "Shop", "sells")
    assert (shop["id"], shop.get("status")) == (shop.id, 1)
    with pytest.raises(ConflictError):
        await run(acl.create_namespace("shop", "Again"))
    await run(acl.create_namespace("bank", "Bank"))
    page = await run(acl.list_namespaces(limit=2))
    assert [item.code for item in page.list] == ["bank", "shop"]
    assert page.total_count == page["totalCount"] == page["total"] == page.get("total") == 3
    assert [item.code for item in await collect(acl.iter_namespaces(limit=1))] == [
        "bank",
        "shop",
        "default",
    ]
    assert len(await collect(acl.iter_namespaces(prefetch=2))) == 3
    updated = await run(acl.update_namespace(shop.id, name="Store", code="store"))
    assert (updated.id, updated.code, updated.name) == (shop.id, "store", "Store")
    assert updated.description == "sells"
    with pytest.raises(ConflictError):
        await run(acl.update_namespace(shop.id, code="bank"))
    role = await run(client.roles.create("clerk", namespace="store"))
    assert (await run(client.roles.list(namespace="store"))).list == [role]
    assert (await run(acl.delete_namespace(shop.id))).code == 200
    for call in (lambda: acl.delete_namespace(shop.id), lambda: acl.update_namespace(0, "x")):
        with pytest.raises(NotFoundError):
            await run(call())


async def test_resources_are_managed(client: Management) -> None:
    acl = client.acl
    await run(acl.create_namespace("shop", "Shop"))
    book = await run(acl.create_resource("shop", "book", "DATA", READ, "printed"))
    assert (book.code, book.type, book.description) == ("book", "DATA", "printed")
    assert book.actions is not None
    assert (book.actions[0].name, book.actions[0].description) == ("book:read", "Read books")
    with pytest.raises(ConflictError):
        await run(acl.create_resource("shop", "book", ResourceType.MENU, READ))
    with pytest.raises(NotFoundError):
        await run(acl.create_resource("nowhere", "book", "DATA", READ))
    with pytest.raises(InvalidRequestError):
        await run(acl.create_resource("shop", "userpool", "DATA", READ))
    updated = await run(
        acl.update_resource(
            "shop",
            "book",
            resource_type=ResourceType.API,
            actions=[{"name": "GET"}],
            api_identifier="https://example.com/book",
        )
    )
    assert (updated.id, updated.type, updated.description) == (book.id, "API", "printed")
    assert updated.api_identifier == "https://example.com/book"
    assert [action.name for action in updated.actions or []] == ["GET"]
    assert await run(acl.get_resource_by_id(book.id)) == updated
    assert await run(acl.get_resource_by_code("shop", "book")) == updated
    assert await run(acl.get_resource_by_code("default", "book")) is None
    assert await run(acl.get_resource_by_id(UNKNOWN_ID)) is None
    await run(acl.create_resource("shop", "menu 1/2 ü", "MENU", READ))
    page = await run(acl.list_resources("shop", page=2, limit=1))
    assert (page.total_count, [resource.code for resource in page.list]) == (2, ["book"])
    menus = await run(acl.list_resources("shop", "MENU"))
    assert [resource.code for resource in menus.list] == ["menu 1/2 ü"]
    resources = await collect(acl.iter_resources("shop", limit=1))
    assert [resource.code for resource in resources] == ["menu 1/2 ü", "book"]
    apis = await collect(acl.iter_resources("shop", "API", prefetch=2))
    assert [resource.code for resource in apis] == ["book"]
    assert (await run(acl.delete_resource("shop", "book"))).code == 200
    for call in (
        lambda: acl.delete_resource("shop", "book"),
        lambda: acl.update_resource("shop", "book", description="x"),
        lambda: acl.list_resources("nowhere"),
    ):
        with pytest.raises(NotFoundError):
            await run(call())


async def test_granted_resource_has_the_type_of_the_registered_one(client: Management) -> None:
    acl, user_id = client.acl, await create_user(client)
    await run(acl.create_resource("default", "menu_a", "MENU", [{"name": "see"}]))
    await run(acl.authorize_resource("default", "menu_a", opts("USER", user_id, "see")))
    grant = acl.authorize_resource(
        "default", "button_a", opts("USER", user_id, "click"), resource_type="BUTTON"
    )
    await run(grant)
    page = await run(client.users.list_authorized_resources(user_id, "default"))
    assert {resource.code: resource.type_ for resource in page.list} == {
        "menu_a": ResourceType.MENU,
        "button_a": ResourceType.BUTTON,
    }


async def test_requests_for_namespaces_and_resources(make_client: MakeClient) -> None:
    namespace = {"id": 7, "code": "shop", "name": "Shop"}
    resource = {"id": "r", "code": "a/b"}
    server = ScriptedServer(
        rest(namespace),
        rest(namespace),
        rest({"list": [namespace], "totalCount": 1}),
        rest(None),
        rest(resource),
        rest(resource),
        rest(None),
        rest(None),
    )
    client = make_client(server)
    acl = client.acl
    await run(acl.create_namespace("shop", "Shop"))
    await run(acl.update_namespace(7, description="x"))
    page = await run(acl.list_namespaces())
    assert (page["total"], page.total_count) == (1, 1)  # as the vendor's documentation has it
    await run(acl.delete_namespace(7))
    await run(acl.create_resource("shop", "a/b", "DATA", iter(READ)))
    await run(acl.update_resource("shop", "a/b", description="x"))
    await run(acl.delete_resource("shop", "a/b"))
    target = AuthorizeResourceOpt(
        target_type=PolicyAssignmentTargetType.USER, target_identifier="u"
    )
    await run(acl.revoke_resource("shop", "a/b", (target,)))
    namespaces = f"/api/v2/resource-namespace/{server.requests[0].headers['x-authing-userpool-id']}"
    assert server.paths == [
        f"POST {namespaces}",
        f"PUT {namespaces}/7",
        f"GET {namespaces}?page=1&limit=10",
        f"DELETE {namespaces}/7",
        "POST /api/v2/resources",
        "POST /api/v2/resources/a%2Fb",
        "DELETE /api/v2/resources/a%2Fb?namespace=shop",
        "POST /api/v2/acl/revoke-resource",
    ]
    bodies = [json.loads(request.content) for request in server.requests[1:] if request.content]
    assert bodies == [
        {"code": "shop", "name": "Shop"},
        {"description": "x"},
        {"namespace": "shop", "code": "a/b", "type": "DATA", "actions": READ},
        {"namespace": "shop", "description": "x"},
        {
            "namespace": "shop",
            "resource": "a/b",
            "opts": [{"targetType": "USER", "targetIdentifier": "u"}],
        },
    ]


async def test_null_instead_of_a_page_raises_not_found(make_client: MakeClient) -> None:
    server = ScriptedServer(data(authorizedResources=None), data(authorizedTargets=None))
    client = make_client(server)
    with pytest.raises(NotFoundError):
        await run(client.acl.list_authorized_resources("default", "USER", "u"))
    with pytest.raises(NotFoundError):
        await run(client.acl.get_authorized_targets("default", "DATA", "book:1"))
