"""Permission namespaces, and the resources that are registered in them."""

from typing import Any

from .api import Api
from .rest import UNKNOWN, data, get, post, rejection_code, send
from .test_grants import AUTHORIZE, target
from .test_permissions import OF_USER, resources, targets
from .test_policies import CREATE_POLICY
from .test_roles import CREATE_ROLE

RESOURCES = "/api/v2/resources"
DETAIL = "/api/v2/resources/detail"
READ = {"name": "book:read", "description": "Read books"}
BOOK: dict[str, Any] = {"code": "book", "type": "DATA", "actions": [READ]}
ROLE = "query($namespace: String) { role(code: $code, namespace: $namespace) { code } }".replace(
    "$code", '"reader"'
)
POLICIES = "query($namespace: String) { policies(namespace: $namespace) { totalCount } }"


def namespaces_path(api: Api, namespace_id: object = None) -> str:
    path = f"/api/v2/resource-namespace/{api.app.user_pool_id}"
    return path if namespace_id is None else f"{path}/{namespace_id}"


async def create(api: Api, code: str = "shop", name: str = "Shop", **fields: object) -> Any:
    return await post(api, namespaces_path(api), {"code": code, "name": name, **fields})


async def test_namespaces_are_created_listed_updated_and_deleted(api: Api) -> None:
    shop = await create(api, description="sells")
    assert shop == {
        "id": shop["id"],
        "code": "shop",
        "name": "Shop",
        "description": "sells",
        "appId": None,
        "appName": None,
        "status": 1,
    }
    page = await get(api, namespaces_path(api))
    assert page["total"] == 2
    assert page["list"][0] == shop
    assert page["list"][1]["code"] == "default"
    second = await get(api, namespaces_path(api), page=2, limit=1)
    assert second == {"total": 2, "list": page["list"][1:]}
    path = namespaces_path(api, shop["id"])
    updated = data(await send(api, "PUT", path, {"name": "Store", "code": "store"}))
    assert updated == {**shop, "name": "Store", "code": "store"}
    assert (await get(api, namespaces_path(api)))["list"][0] == updated
    response = await send(api, "DELETE", path)
    assert response.json()["code"] == 200
    assert (await get(api, namespaces_path(api)))["total"] == 1


async def test_invalid_namespaces_are_rejected(api: Api) -> None:
    shop = await create(api)
    (default,) = (await get(api, namespaces_path(api), page=2, limit=1))["list"]
    await api.execute(CREATE_ROLE, code="reader", namespace="used")
    cases: list[tuple[str, str, object, int]] = [
        ("POST", namespaces_path(api), {"code": "shop", "name": "x"}, 409),
        ("POST", namespaces_path(api), {"code": "default", "name": "x"}, 409),
        ("POST", namespaces_path(api), {"code": " ", "name": "x"}, 2231),
        ("POST", namespaces_path(api), {"code": "a\0", "name": "x"}, 2231),
        ("POST", namespaces_path(api), {"code": "x"}, 2231),
        ("POST", namespaces_path(api), {"code": "x", "name": "x", "description": 1}, 2231),
        ("POST", f"/api/v2/resource-namespace/{UNKNOWN}", {"code": "x", "name": "x"}, 2224),
        ("GET", f"/api/v2/resource-namespace/{UNKNOWN}", None, 2224),
        ("PUT", namespaces_path(api, 0), {"name": "x"}, 3005),
        ("PUT", namespaces_path(api, "x"), {"name": "x"}, 2231),
        ("PUT", namespaces_path(api, "9" * 40), {"name": "x"}, 2231),
        ("PUT", namespaces_path(api, shop["id"]), {"code": "default"}, 409),
        ("PUT", namespaces_path(api, shop["id"]), {"code": "used"}, 409),
        ("PUT", namespaces_path(api, default["id"]), {"code": "other"}, 2231),
        ("DELETE", namespaces_path(api, 0), None, 3003),
        ("DELETE", namespaces_path(api, default["id"]), None, 2231),
    ]
    for method, path, body, code in cases:
        assert await rejection_code(api, method, path, body) == code, (method, path, body)
    assert (await get(api, namespaces_path(api)))["list"] == [shop, default]


async def fill(api: Api, namespace: str) -> str:
    """Put a role, a policy, a grant and a resource into a namespace, and return a user's ID."""
    await api.execute(CREATE_ROLE, code="reader", namespace=namespace)
    statements = [{"resource": "film:1", "actions": ["see"]}]
    await api.execute(CREATE_POLICY, code="films", statements=statements, namespace=namespace)
    user_id: str = (await api.create(username="bob"))["id"]
    opts = [target("USER", user_id, "book:read")]
    await api.execute(AUTHORIZE, on="book:1", opts=opts, namespace=namespace)
    await post(api, RESOURCES, {**BOOK, "namespace": namespace})
    return user_id


async def test_new_code_of_a_namespace_moves_what_is_in_it(api: Api) -> None:
    shop = await create(api)
    bob = await fill(api, "shop")
    await send(api, "PUT", namespaces_path(api, shop["id"]), {"code": "store"})
    assert await api.execute(ROLE, namespace="store") == {"code": "reader"}
    assert await api.execute(ROLE, namespace="shop") is None
    assert (await api.execute(POLICIES, namespace="store"))["totalCount"] == 1
    assert await resources(api, OF_USER, id=bob, namespace="store") == {"book:1": ["book:read"]}
    assert await resources(api, OF_USER, id=bob, namespace="shop") == {}
    assert (await get(api, RESOURCES, namespace="store"))["totalCount"] == 1
    assert await rejection_code(api, "GET", RESOURCES, namespace="shop") == 404


async def test_deletion_of_a_namespace_deletes_what_is_in_it(api: Api) -> None:
    shop = await create(api)
    bob = await fill(api, "shop")
    await send(api, "DELETE", namespaces_path(api, shop["id"]))
    assert await api.execute(ROLE, namespace="shop") is None
    assert (await api.execute(POLICIES, namespace="shop"))["totalCount"] == 0
    assert await resources(api, OF_USER, id=bob, namespace="shop") == {}
    await create(api)
    assert (await get(api, RESOURCES, namespace="shop"))["totalCount"] == 0


async def test_reset_keeps_only_the_default_namespace(api: Api) -> None:
    await create(api)
    await post(api, RESOURCES, BOOK)
    await api.http.post("/emulator/v1/reset", json={})
    assert [item["code"] for item in (await get(api, namespaces_path(api)))["list"]] == ["default"]
    assert (await get(api, RESOURCES))["totalCount"] == 0


async def test_resources_are_created_read_updated_and_deleted(api: Api) -> None:
    shop = await create(api)
    book = await post(api, RESOURCES, {**BOOK, "namespace": "shop", "description": "printed"})
    assert book == {
        "id": book["id"],
        "userPoolId": api.app.user_pool_id,
        "namespace": "shop",
        "namespaceId": shop["id"],
        "code": "book",
        "type": "DATA",
        "description": "printed",
        "actions": [READ],
        "apiIdentifier": None,
        "createdAt": "2023-11-14T22:13:20.250Z",
        "updatedAt": "2023-11-14T22:13:20.250Z",
    }
    assert await get(api, DETAIL, id=book["id"]) == book
    assert await get(api, DETAIL, namespace="shop", code="book") == book
    assert await get(api, DETAIL, code="book") is None
    assert await get(api, DETAIL, id=UNKNOWN) is None
    api.clock.now += 1
    body = {
        "namespace": "shop",
        "type": "API",
        "actions": [{"name": "GET"}],
        "description": "online",
        "apiIdentifier": "https://example.com/book",
    }
    updated = await post(api, f"{RESOURCES}/book", body)
    assert updated == {
        **book,
        **body,
        "actions": [{"name": "GET", "description": None}],
        "updatedAt": "2023-11-14T22:13:21.250Z",
    }
    assert await get(api, DETAIL, id=book["id"]) == updated
    response = await send(api, "DELETE", f"{RESOURCES}/book", namespace="shop")
    assert response.json()["code"] == 200
    assert await get(api, DETAIL, id=book["id"]) is None


async def test_lists_of_registered_resources(api: Api) -> None:
    await create(api)
    for code, kind in (("a", "DATA"), ("b", "MENU"), ("c", "DATA")):
        await post(api, RESOURCES, {**BOOK, "code": code, "type": kind, "namespace": "shop"})
    await post(api, RESOURCES, BOOK)

    async def codes(**parameters: object) -> tuple[int, list[str]]:
        page = await get(api, RESOURCES, **parameters)
        return page["totalCount"], [resource["code"] for resource in page["list"]]

    assert await codes(namespace="shop") == (3, ["c", "b", "a"])
    assert await codes(namespace="shop", type="DATA", page=2, limit=1) == (2, ["a"])
    assert await codes(namespace="shop", type="UI") == (0, [])
    assert await codes() == await codes(namespace="default") == (1, ["book"])


async def test_invalid_resources_are_rejected(api: Api) -> None:
    book = await post(api, RESOURCES, BOOK)
    cases: list[tuple[str, str, dict[str, object], int]] = [
        ("POST", RESOURCES, BOOK, 409),
        ("POST", RESOURCES, {**BOOK, "namespace": "unknown"}, 404),
        ("POST", RESOURCES, {**BOOK, "code": "userpool"}, 2231),
        ("POST", RESOURCES, {**BOOK, "code": "*"}, 2231),
        ("POST", RESOURCES, {**BOOK, "code": " "}, 2231),
        ("POST", RESOURCES, {**BOOK, "code": "a\0"}, 2231),
        ("POST", RESOURCES, {**BOOK, "code": None}, 2231),
        ("POST", RESOURCES, {**BOOK, "code": "x", "type": "data"}, 2231),
        ("POST", RESOURCES, {**BOOK, "code": "x", "type": None}, 2231),
        ("POST", RESOURCES, {**BOOK, "code": "x", "actions": []}, 2231),
        ("POST", RESOURCES, {**BOOK, "code": "x", "actions": {"name": "a"}}, 2231),
        ("POST", RESOURCES, {**BOOK, "code": "x", "actions": ["a"]}, 2231),
        ("POST", RESOURCES, {**BOOK, "code": "x", "actions": [{"name": ""}]}, 2231),
        ("POST", RESOURCES, {**BOOK, "code": "x", "actions": [{**READ, "description": 1}]}, 2231),
        ("POST", RESOURCES, {**BOOK, "code": "x", "description": 1}, 2231),
        ("POST", f"{RESOURCES}/unknown", {"description": "x"}, 404),
        ("POST", f"{RESOURCES}/book", {"description": "x", "namespace": "unknown"}, 404),
        ("POST", f"{RESOURCES}/book", {"type": "x"}, 2231),
        ("POST", f"{RESOURCES}/book", {"actions": "x"}, 2231),
    ]
    for method, path, body, code in cases:
        assert await rejection_code(api, method, path, body) == code, (method, path, body)
    assert await rejection_code(api, "DELETE", f"{RESOURCES}/unknown") == 404
    assert await rejection_code(api, "DELETE", f"{RESOURCES}/book", namespace="unknown") == 404
    assert await rejection_code(api, "GET", RESOURCES, type="x") == 2231
    assert await rejection_code(api, "GET", RESOURCES, namespace="unknown") == 404
    assert await rejection_code(api, "GET", DETAIL) == 2231
    assert await get(api, RESOURCES) == {"totalCount": 1, "list": [book]}


async def test_registered_resource_tells_the_type_of_a_granted_one(api: Api) -> None:
    bob = (await api.create(username="bob"))["id"]
    identifier = "https://example.com/orders"
    orders = {**BOOK, "code": "orders", "type": "API", "apiIdentifier": identifier}
    await post(api, RESOURCES, orders)
    await post(api, RESOURCES, {**BOOK, "code": "menu_a", "type": "MENU"})
    for on in ("orders:*", "menu_a", "other"):
        opts = [target("USER", bob, "a")]
        await api.execute(AUTHORIZE, on=on, opts=opts, kind="UI" if on == "menu_a" else None)
    page = (await api.execute(OF_USER, id=bob))["authorizedResources"]
    assert page["list"] == [
        {"code": "menu_a", "type": "MENU", "actions": ["a"], "apiIdentifier": None},
        {"code": "orders:*", "type": "API", "actions": ["a"], "apiIdentifier": identifier},
        {"code": "other", "type": None, "actions": ["a"], "apiIdentifier": None},
    ]
    assert await resources(api, OF_USER, id=bob, kind="API") == {"orders:*": ["a"]}
    assert await resources(api, OF_USER, id=bob, kind="DATA") == {}
    assert await targets(api, "orders:7", kind="API") == {("USER", bob): ["a"]}
    assert await targets(api, "orders:7", kind="DATA") == {}
    assert await targets(api, "menu_a", kind="UI") == {}
