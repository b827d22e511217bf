"""Call the methods of the org and acl clients of the Python SDK that the emulator supports."""

from typing import Any

import pytest

from .call_pairs.unpaired_methods import UNPAIRED_METHODS
from .sdk_drivers import Driver, VendorError
from .seeded_pool import DEPARTMENT, ORG, RESOURCE, ROOT_DEPARTMENT, UNKNOWN_ID, SeededPool
from .test_python_users import codes, ids


def id_of(pool: SeededPool, placeholder: str) -> str:
    identifier: str = pool.resolve(placeholder)
    return identifier


def grant(target_type: str, identifier: str, *actions: str) -> dict[str, object]:
    return {"targetType": target_type, "targetIdentifier": identifier, "actions": [*actions]}


def test_read_organizations_as_lists_and_as_trees(python_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("department")
    org, root, hall = (id_of(pool, name) for name in (ORG, ROOT_DEPARTMENT, DEPARTMENT))
    (listed,) = python_sdk.call("org.list")["list"]
    assert (listed["id"], listed["rootNode"]["id"]) == (org, root)
    assert [node["id"] for node in listed["nodes"]] == [root, hall]
    (tree,) = python_sdk.call("org.list", treeify=True)["list"]
    assert [child["id"] for child in tree["nodes"][0]["children"]] == [hall]
    nodes = python_sdk.call("org.find_by_id", org)["nodes"]
    assert [node["code"] for node in nodes] == ["library", "hall"]
    assert python_sdk.call("org.root_node", org)["name"] == "Library"
    assert python_sdk.call("org.is_root_node", org, root) is True
    assert python_sdk.call("org.is_root_node", org_id=org, node_id=hall) is False
    with pytest.raises(VendorError) as caught:
        python_sdk.call("org.find_by_id", UNKNOWN_ID)
    assert caught.value.code == 404


def test_read_departments_and_their_members(python_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("department")
    root, hall = id_of(pool, ROOT_DEPARTMENT), id_of(pool, DEPARTMENT)
    node = python_sdk.call("org.get_node_by_id", hall)
    assert (node["code"], node["path"]) == ("hall", [root, hall])
    assert python_sdk.call("org.list_children", root) == [node]
    assert python_sdk.call("org.search_nodes", "reading")[0]["id"] == hall
    assert ids(python_sdk.call("org.list_members", root)["users"]) == {pool.ada}
    own = python_sdk.call("org.list_members", root, 1, 5, include_children_nodes=False)
    assert own["users"] == {"totalCount": 0, "list": []}


def test_allow_users_and_roles(python_sdk: Driver, pool: SeededPool) -> None:
    def is_allowed(user_id: str, action: str, resource: str) -> bool:
        allowed: bool = python_sdk.call("acl.is_allowed", user_id, action, resource, "default")
        return allowed

    arguments: dict[str, Any] = {"namespace": "default", "resource": "books:123"}
    python_sdk.call("acl.allow", **arguments, action="books:edit", user_id=pool.bob)
    assert is_allowed(pool.bob, "books:edit", "books:123")
    assert not is_allowed(pool.bob, "books:delete", "books:123")
    python_sdk.call("acl.allow", **arguments, action="books:*", user_id=pool.bob)
    assert is_allowed(pool.bob, "books:delete", "books:123")
    python_sdk.call("acl.allow", "books:*", "books:edit", "default", role="librarian")
    assert is_allowed(pool.ada, "books:edit", "books:*")
    assert is_allowed(pool.ada, "books:edit", "books:7")
    assert not is_allowed(pool.eve, "books:edit", "books:7")


def test_authorize_list_and_revoke_resources(python_sdk: Driver, pool: SeededPool) -> None:
    opts = [grant("USER", pool.ada, "books:edit"), grant("USER", pool.bob, "books:edit")]
    assert python_sdk.call("acl.authorize_resource", "default", "books:1", opts) is True
    arguments = ("default", "USER", pool.ada)
    page = python_sdk.call("acl.list_authorized_resources", *arguments)
    assert page["list"] == [{"code": "books:1", "type": "DATA", "actions": ["books:edit"]}]
    assert python_sdk.call("users.list_authorized_resources", pool.ada, "default") == page
    (target, _) = python_sdk.call("acl.get_authorized_targets", "default", "DATA", "books:1")[
        "list"
    ]
    assert target["actions"] == ["books:edit"]
    assert python_sdk.call("acl.revoke_resource", "default", "books", opts[:1]) is True
    assert python_sdk.call("acl.list_authorized_resources", *arguments)["totalCount"] == 0
    other = python_sdk.call("acl.list_authorized_resources", "default", "USER", pool.bob)
    assert other["totalCount"] == 1


def test_grants_of_groups_and_departments_in_all_namespaces(
    python_sdk: Driver, pool: SeededPool
) -> None:
    pool.ensure("department")
    org, hall = id_of(pool, ORG), id_of(pool, DEPARTMENT)
    python_sdk.call("acl.create_namespace", "shop", "Shop")
    opts = [grant("ORG", hall, "a"), grant("GROUP", "readers", "a"), grant("USER", pool.bob, "a")]
    for namespace, resource in (("default", "books:*"), ("shop", "orders:*")):
        python_sdk.call("acl.authorize_resource", namespace, resource, opts)
    for method, arguments, expected in (
        ("org.list_authorized_resources", (hall,), 2),
        ("org.list_authorized_resources", (hall, "default"), 1),
        ("org.list_authorized_resources_by_code", (org, "hall", "shop", "DATA"), 1),
        ("groups.list_authorized_resources", ("readers",), 2),
        ("groups.list_authorized_resources", ("readers", "shop"), 1),
        ("users.list_authorized_resources", (pool.bob,), 1),
        ("users.list_authorized_resources", (pool.ada, "shop"), 1),
    ):
        page = python_sdk.call(method, *arguments)
        assert page["totalCount"] == len(page["list"]) == expected, (method, arguments)


def test_manage_namespaces(python_sdk: Driver, pool: SeededPool) -> None:
    namespace = python_sdk.call("acl.create_namespace", "shop", "Shop", "sells books")
    assert (namespace["code"], namespace["name"]) == ("shop", "Shop")
    renamed = python_sdk.call("acl.update_namespace", namespace["id"], name="Store")
    assert (renamed["code"], renamed["name"]) == ("shop", "Store")
    page = python_sdk.call("acl.list_namespaces")
    assert page["total"] == 2
    assert [item["code"] for item in page["list"]] == ["shop", "default"]
    assert python_sdk.call("acl.delete_namespace", namespace["id"]) is True
    for method, code in (("update_namespace", 3005), ("delete_namespace", 3003)):
        with pytest.raises(VendorError) as caught:
            python_sdk.call(f"acl.{method}", 0)
        assert caught.value.code == code


def test_manage_resources(python_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("resource")
    actions = [{"name": "name", "description": "description"}]
    python_sdk.call("acl.create_resource", "shop", "menu", "MENU", actions)
    updated = python_sdk.call("acl.update_resource", "shop", "books", None, actions, "printed")
    assert (updated["description"], updated["actions"]) == ("printed", actions)
    assert python_sdk.call("acl.list_resources", "shop")["totalCount"] == 2
    assert codes(python_sdk.call("acl.list_resources", "shop", "DATA")) == ["books"]
    resource = id_of(pool, RESOURCE)
    assert python_sdk.call("acl.get_resource_by_id", resource)["data"] == updated
    assert python_sdk.call("acl.get_resource_by_code", "shop", "books")["data"] == updated
    assert python_sdk.call("acl.delete_resource", "shop", "books") is True
    assert codes(python_sdk.call("acl.list_resources", "shop")) == ["menu"]


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("org.create_org", ["Library"]),
        ("org.create_node", ["Hall", "org", "parent"]),
        ("org.add_members", ["node", ["user"]]),
        ("org.move_node", ["org", "node", "parent"]),
    ],
)
def test_changes_of_organizations_are_unsupported(
    python_sdk: Driver, pool: SeededPool, method: str, arguments: list[object]
) -> None:
    assert f"python {method}" in UNPAIRED_METHODS
    with pytest.raises(VendorError):
        python_sdk.call(method, *arguments)
