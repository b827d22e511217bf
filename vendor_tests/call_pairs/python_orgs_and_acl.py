"""Call pairs of the org and acl clients of the vendor's Python SDK."""

from ..seeded_pool import ADA, BOB, DEPARTMENT, ORG, RESOURCE, ROOT_DEPARTMENT, UNKNOWN_ID
from .model import call, python_pair

READ_BOOKS = [{"name": "books:read", "description": "Read books"}]
TARGETS = [
    {"targetType": "USER", "targetIdentifier": ADA, "actions": ["books:read", "books:lend"]},
    {"targetType": "ROLE", "targetIdentifier": "clerk", "actions": ["books:read"]},
    {"targetType": "GROUP", "targetIdentifier": "readers", "actions": ["books:read"]},
    {"targetType": "ORG", "targetIdentifier": DEPARTMENT, "actions": ["books:read"]},
]
REVOKED = [{"targetType": "USER", "targetIdentifier": ADA}]
ANY_ACTION = {"op": "OR", "list": ["books:read", "books:burn"]}

CALL_PAIRS = [
    python_pair(call("org.list"), requires=["department"]),
    python_pair(call("org.list", 2, 1), requires=["department"], variant="second page"),
    python_pair(call("org.find_by_id", ORG), requires=["department"]),
    python_pair(call("org.find_by_id", UNKNOWN_ID), variant="unknown organization"),
    python_pair(call("org.root_node", ORG), requires=["department"]),
    python_pair(call("org.is_root_node", ORG, ROOT_DEPARTMENT), requires=["department"]),
    python_pair(
        call("org.is_root_node", ORG, DEPARTMENT), requires=["department"], variant="another one"
    ),
    python_pair(call("org.get_node_by_id", DEPARTMENT), requires=["department"]),
    python_pair(call("org.get_node_by_id", UNKNOWN_ID), variant="unknown department"),
    python_pair(call("org.list_children", ROOT_DEPARTMENT), requires=["department"]),
    python_pair(call("org.search_nodes", "room"), requires=["department"]),
    python_pair(call("org.list_members", ROOT_DEPARTMENT, 1, 10), requires=["department"]),
    python_pair(
        call("org.list_members", ROOT_DEPARTMENT, 1, 10, include_children_nodes=False),
        requires=["department"],
        variant="own members",
    ),
    python_pair(
        call("org.list_authorized_resources", DEPARTMENT, "default"), requires=["department_grant"]
    ),
    python_pair(
        call("org.list_authorized_resources_by_code", ORG, "hall", "default", "DATA"),
        requires=["department_grant"],
    ),
    python_pair(call("acl.allow", "books:1", "books:read", "default", "clerk")),
    python_pair(
        call("acl.allow", "books:1", "books:*", namespace="default", user_id=BOB), variant="user"
    ),
    python_pair(
        call("acl.is_allowed", ADA, "books:read", "books:1", "default"), requires=["user_policy"]
    ),
    python_pair(call("acl.is_allowed", ADA, "books:read", "books:1", "default"), variant="no"),
    python_pair(
        call("acl.authorize_resource", "default", "books:*", TARGETS), requires=["department"]
    ),
    python_pair(call("acl.revoke_resource", "default", "books", REVOKED), requires=["user_grant"]),
    python_pair(
        call("acl.list_authorized_resources", "default", "USER", ADA), requires=["user_grant"]
    ),
    python_pair(
        call("acl.list_authorized_resources", "default", "ORG", DEPARTMENT, "DATA"),
        requires=["department_grant"],
        variant="department",
    ),
    python_pair(
        call("acl.get_authorized_targets", "default", "DATA", "books:1"), requires=["user_grant"]
    ),
    python_pair(
        call("acl.get_authorized_targets", "default", "DATA", "books:1", ANY_ACTION, "USER"),
        requires=["user_grant"],
        variant="by action",
    ),
    python_pair(call("acl.create_namespace", "shop", "Shop", "sells books")),
    python_pair(call("acl.create_namespace", "default", "Default"), variant="code taken"),
    python_pair(call("acl.update_namespace", 2, "Store", "store"), requires=["namespace"]),
    python_pair(call("acl.update_namespace", 0, "Store"), variant="unknown namespace"),
    python_pair(call("acl.list_namespaces"), requires=["namespace"]),
    python_pair(call("acl.list_namespaces", 2, 1), requires=["namespace"], variant="second page"),
    python_pair(call("acl.delete_namespace", 2), requires=["resource"]),
    python_pair(call("acl.delete_namespace", 0), variant="unknown namespace"),
    python_pair(
        call("acl.create_resource", "shop", "pens", "DATA", READ_BOOKS, "for writing"),
        requires=["namespace"],
    ),
    python_pair(
        call("acl.create_resource", "shop", "books", "DATA", READ_BOOKS),
        requires=["resource"],
        variant="code taken",
    ),
    python_pair(
        call("acl.update_resource", "shop", "books", "API", READ_BOOKS, "online", "/books"),
        requires=["resource"],
    ),
    python_pair(call("acl.list_resources", "shop"), requires=["resource"]),
    python_pair(
        call("acl.list_resources", "shop", "MENU", 1, 5), requires=["resource"], variant="menus"
    ),
    python_pair(call("acl.get_resource_by_id", RESOURCE), requires=["resource"]),
    python_pair(call("acl.get_resource_by_code", "shop", "books"), requires=["resource"]),
    python_pair(call("acl.get_resource_by_code", "default", "books"), variant="unknown resource"),
    python_pair(call("acl.delete_resource", "shop", "books"), requires=["resource"]),
    python_pair(call("acl.delete_resource", "default", "books"), variant="unknown resource"),
]
