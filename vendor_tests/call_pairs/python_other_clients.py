"""Call pairs of the roles, groups, policies and udf clients of the vendor's Python SDK."""

from ..seeded_pool import ADA, BOB, ROLE, STATEMENTS
from .model import call, python_pair

ENCODED_VALUES = [{"key": "school", "value": '"LSE"'}]

CALL_PAIRS = [
    python_pair(call("roles.list")),
    python_pair(call("roles.list", 2, 1, "default"), variant="second page"),
    python_pair(call("roles.create", "binder", "binds books")),
    python_pair(call("roles.create", "clerk"), variant="code taken"),
    python_pair(call("roles.detail", "librarian")),
    python_pair(call("roles.detail", "nothing"), variant="unknown role"),
    python_pair(call("roles.update", "clerk", "counts books", "accountant")),
    python_pair(call("roles.delete", "librarian")),
    python_pair(call("roles.delete_many", ["librarian", "clerk"])),
    python_pair(call("roles.list_users", "librarian")),
    python_pair(
        call("roles.list_users", "librarian", with_custom_data=True),
        requires=["custom_values"],
        variant="custom data",
    ),
    python_pair(call("roles.add_users", "librarian", [BOB])),
    python_pair(call("roles.remove_users", "librarian", [ADA])),
    python_pair(call("roles.list_policies", "librarian"), requires=["role_policy"]),
    python_pair(call("roles.add_policies", "clerk", ["books"]), requires=["policy"]),
    python_pair(call("roles.remove_policies", "librarian", ["books"]), requires=["role_policy"]),
    python_pair(
        call("roles.list_authorized_resources", "librarian", "default"), requires=["role_policy"]
    ),
    python_pair(call("roles.get_udf_value", ROLE), requires=["role_id"]),
    python_pair(call("roles.get_udf_value_batch", [ROLE]), requires=["role_id"]),
    python_pair(call("roles.get_specific_udf_value", ROLE, "floor"), requires=["role_id"]),
    python_pair(
        call("roles.get_specific_udf_value", ROLE, "nothing"),
        requires=["role_id"],
        variant="unknown field",
    ),
    python_pair(call("roles.set_udf_value", ROLE, {"floor": 4}), requires=["role_id"]),
    python_pair(call("roles.set_udf_value_batch", {ROLE: {"floor": 4}}), requires=["role_id"]),
    python_pair(call("roles.remove_udf_value", ROLE, "floor"), requires=["role_id"]),
    python_pair(call("roles.find_by_code", "librarian"), call("roles.detail", "librarian")),
    python_pair(call("groups.list")),
    python_pair(call("groups.list", 2, 1), variant="second page"),
    python_pair(call("groups.create", "binders", "Binders", "bind books")),
    python_pair(call("groups.create", "staff", "Staff"), variant="code taken"),
    python_pair(call("groups.detail", "readers")),
    python_pair(call("groups.detail", "nothing"), variant="unknown group"),
    python_pair(call("groups.update", "staff", "crew", "Crew", "all who work here")),
    python_pair(call("groups.delete", "staff")),
    python_pair(call("groups.delete_many", ["readers", "staff"])),
    python_pair(call("groups.list_users", "readers")),
    python_pair(
        call("groups.list_users", "readers", with_custom_data=True),
        requires=["custom_values"],
        variant="custom data",
    ),
    python_pair(call("groups.add_users", "staff", [BOB])),
    python_pair(call("groups.remove_users", "readers", [ADA])),
    python_pair(
        call("groups.list_authorized_resources", "readers", "default"), requires=["group_policy"]
    ),
    python_pair(call("policies.list"), requires=["policy"]),
    python_pair(call("policies.create", "films", STATEMENTS, "may see films")),
    python_pair(
        call("policies.create", "books", STATEMENTS), requires=["policy"], variant="code taken"
    ),
    python_pair(call("policies.detail", "books"), requires=["policy"]),
    python_pair(call("policies.update", "books", STATEMENTS[:1], "reads"), requires=["policy"]),
    python_pair(call("policies.delete", "books"), requires=["user_policy"]),
    python_pair(call("policies.delete_many", ["books"]), requires=["user_policy"]),
    python_pair(call("policies.list_assignments", "books"), requires=["user_policy"]),
    python_pair(
        call("policies.add_assignments", ["books"], "GROUP", ["readers"]), requires=["policy"]
    ),
    python_pair(
        call("policies.remove_assignments", ["books"], "USER", [ADA]), requires=["user_policy"]
    ),
    python_pair(
        call("policies.disable_assignment", "books", "USER", ADA), requires=["user_policy"]
    ),
    python_pair(
        call("policies.enable_assignment", "books", "USER", ADA), requires=["disabled_user_policy"]
    ),
    python_pair(call("udf.list", "USER"), requires=["custom_fields"]),
    python_pair(call("udf.set", "USER", "school", "STRING", "School")),
    python_pair(call("udf.remove", "USER", "school"), requires=["custom_values"]),
    python_pair(call("udf.list_udf_value", "USER", ADA), requires=["custom_values"]),
    python_pair(
        call("udf.set_udf_value_batch", "USER", ADA, ENCODED_VALUES),
        requires=["custom_values"],
    ),
]
