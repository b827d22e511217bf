"""Call pairs of the users client of the vendor's Python SDK."""

from datetime import UTC, datetime

from ..seeded_pool import ADA, BOB, DEPARTMENT, EVE, TOKEN, UNKNOWN_ID
from .model import call, python_pair

NEW_USER = {"username": "nina", "email": "Nina@Example.com", "password": "123456!"}
NEW_USER_WITH_MANY_FIELDS = {
    "username": "nina",
    "phone": "18812345678",
    "unionid": "u-1",
    "nickname": "Nini",
    "registerSource": ["import:manual"],
    "signedUp": "2020-10-15T17:55:37+08:00",
    "lastLogin": "2020-11-15T09:55:37.123Z",
    "loginsCount": 7,
    "emailVerified": True,
    "blocked": True,
    "gender": "F",
    "country": "NL",
}
CUSTOM_VALUES = {"school": "UCL", "age": 20, "member": True, "prefs": {"tea": ["green", None]}}
INSTANT = datetime(2020, 10, 15, 9, 55, 37, tzinfo=UTC)
RESOURCES = ["books:1", "books:7", "films:1"]

CALL_PAIRS = [
    python_pair(call("users.create", NEW_USER)),
    python_pair(call("users.create", NEW_USER_WITH_MANY_FIELDS), variant="many fields"),
    python_pair(
        call("users.create", {"username": "nina"}, custom_data=CUSTOM_VALUES),
        requires=["custom_fields"],
        variant="custom data",
    ),
    python_pair(
        call("users.create", {"username": "nina", "password": "hash"}, keep_password=True),
        variant="keep_password",
    ),
    python_pair(call("users.create", {"username": "ada"}), variant="username taken"),
    python_pair(call("users.update", ADA, {"nickname": "Countess", "password": "654321!"})),
    python_pair(call("users.update", ADA, {"nickname": None, "city": "Leiden"}), variant="null"),
    python_pair(call("users.update", UNKNOWN_ID, {"nickname": "x"}), variant="unknown user"),
    python_pair(call("users.detail", ADA)),
    python_pair(
        call("users.detail", ADA, with_custom_data=True),
        requires=["custom_values"],
        variant="custom data",
    ),
    python_pair(call("users.detail", UNKNOWN_ID), variant="unknown user"),
    python_pair(call("users.delete", ADA)),
    python_pair(call("users.delete", UNKNOWN_ID), variant="unknown user"),
    python_pair(call("users.delete_many", [ADA, BOB])),
    python_pair(call("users.delete_many", [ADA, UNKNOWN_ID]), variant="unknown user"),
    python_pair(call("users.batch", [BOB, ADA])),
    python_pair(call("users.batch_get", ["ada", "eve"], "username")),
    python_pair(
        call("users.batch_get", [ADA, BOB], with_custom_data=True),
        requires=["custom_values"],
        variant="custom data",
    ),
    python_pair(call("users.list")),
    python_pair(call("users.list", 2, 2), variant="second page"),
    python_pair(
        call("users.list", 1, 200, True), requires=["custom_values"], variant="custom data"
    ),
    python_pair(call("users.list_archived_users"), requires=["archived_user"]),
    python_pair(call("users.exists", username="ada")),
    python_pair(call("users.exists", phone="18899999999"), variant="unknown user"),
    python_pair(call("users.find", email="Ada@Example.com")),
    python_pair(call("users.find", external_id="emp-3"), variant="by external ID"),
    python_pair(call("users.find", username="nobody"), variant="unknown user"),
    python_pair(
        call("users.find", username="ada", with_custom_data=True),
        requires=["custom_values"],
        variant="custom data",
    ),
    python_pair(call("users.search", "Analytical")),
    python_pair(
        call("users.search", "a", 2, 1),
        call("users.search", "a", None, 2, 1),
        variant="second page",
    ),
    python_pair(
        call("users.search", "ada", with_custom_data=True),
        requires=["custom_values"],
        variant="custom data",
    ),
    python_pair(call("users.search", "", group_opts=[{"code": "readers"}]), variant="empty query"),
    python_pair(call("users.search", "a", group_opts=[{"code": "readers"}]), variant="by group"),
    python_pair(
        call("users.search", "a", role_opts=[{"namespace": "default", "code": "librarian"}]),
        variant="by role",
    ),
    python_pair(
        call(
            "users.search",
            "a",
            department_opts=[{"departmentId": DEPARTMENT, "includeChildrenDepartments": True}],
        ),
        requires=["department"],
        variant="by department",
    ),
    python_pair(call("users.refresh_token", ADA)),
    python_pair(call("users.list_groups", ADA)),
    python_pair(call("users.add_group", BOB, "staff")),
    python_pair(call("users.add_group", BOB, "nothing"), variant="unknown group"),
    python_pair(call("users.remove_group", ADA, "readers")),
    python_pair(call("users.list_roles", ADA)),
    python_pair(call("users.list_roles", ADA, "default"), variant="namespace"),
    python_pair(call("users.add_roles", BOB, ["clerk", "librarian"])),
    python_pair(call("users.add_roles", BOB, ["clerk"], "default"), variant="namespace"),
    python_pair(call("users.remove_roles", ADA, ["librarian"])),
    python_pair(call("users.has_role", ADA, "librarian")),
    python_pair(call("users.has_role", ADA, "clerk"), variant="not assigned"),
    python_pair(call("users.list_policies", ADA), requires=["user_policy"]),
    python_pair(call("users.add_policies", BOB, ["books"]), requires=["policy"]),
    python_pair(call("users.remove_policies", ADA, ["books"]), requires=["user_policy"]),
    python_pair(call("users.list_udv", ADA), requires=["custom_values"]),
    python_pair(call("users.set_udv", ADA, "member", False), requires=["custom_values"]),
    python_pair(
        call("users.set_udv", ADA, "birth", INSTANT), requires=["datetime_field"], variant="date"
    ),
    python_pair(
        call("users.set_udv", ADA, "birth", INSTANT.replace(tzinfo=None)),
        requires=["datetime_field"],
        variant="naive date",
    ),
    python_pair(
        call("users.set_udv", ADA, "age", "eighteen"),
        requires=["custom_fields"],
        variant="wrong type",
    ),
    python_pair(call("users.remove_udv", ADA, "age"), requires=["custom_values"]),
    python_pair(call("users.get_udf_value", ADA), requires=["custom_values"]),
    python_pair(call("users.get_udf_value_batch", [ADA, BOB]), requires=["custom_values"]),
    python_pair(call("users.set_udf_value", ADA, CUSTOM_VALUES), requires=["custom_fields"]),
    python_pair(
        call("users.set_udf_value_batch", {ADA: {"school": "UCL"}, BOB: {"age": 7}}),
        requires=["custom_fields"],
    ),
    python_pair(call("users.remove_udf_value", ADA, "school"), requires=["custom_values"]),
    python_pair(call("users.list_org", ADA), requires=["department"]),
    python_pair(call("users.list_department", ADA), requires=["department"]),
    python_pair(call("users.list_authorized_resources", ADA, "default"), requires=["user_policy"]),
    python_pair(
        call("users.list_authorized_resources", ADA, "default", "DATA"),
        requires=["user_policy"],
        variant="resource type",
    ),
    python_pair(
        call("users.check_resource_permission_batch", ADA, "default", RESOURCES),
        requires=["user_policy"],
    ),
    python_pair(
        call("users.list_authorized_resources_of_resource_kind", ADA, "default", "books"),
        requires=["user_policy"],
    ),
    python_pair(call("users.kick", [ADA]), requires=["token"]),
    python_pair(call("users.logout", ADA), requires=["token"]),
    python_pair(call("users.check_login_status", ADA), requires=["token"]),
    python_pair(call("users.check_login_status", EVE), variant="logged out"),
    python_pair(call("users.list_user_actions")),
    python_pair(
        call("users.list_user_actions", 1, 2, operation_name="createUser"), variant="by operation"
    ),
    python_pair(call("users.send_first_login_verify_email", UNKNOWN_ID, ADA)),
    python_pair(call("check_login_status", TOKEN), requires=["token"]),
]
