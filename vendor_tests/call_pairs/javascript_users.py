"""Call pairs of the users client of the vendor's JavaScript SDK."""

from ..seeded_pool import ADA, BOB, DEPARTMENT, EVE, UNKNOWN_ID
from .model import call, javascript_pair
from .python_users import CUSTOM_VALUES, INSTANT, NEW_USER

IDENTITY = {"provider": "wechat", "userIdInIdp": "wx-1", "isSocial": True}
IDENTITY_LINK = {
    "userId": ADA,
    "isSocial": True,
    "type": "generic",
    "identifier": "wechat",
    "extIdpId": UNKNOWN_ID,
}
SCHOOL_FILTER = [[{"type": "userDefinedFields", "value": "school"}, "EQ", "UCL"]]
DEPARTMENT_OPTIONS = [{"departmentId": DEPARTMENT, "includeChildrenDepartments": False}]

CALL_PAIRS = [
    javascript_pair(call("users.create", NEW_USER), call("users.create", NEW_USER)),
    javascript_pair(
        call(
            "users.create",
            {"username": "nina", "password": "hash"},
            {"keepPassword": True, "resetPasswordOnFirstLogin": True, "identity": IDENTITY},
        ),
        call(
            "users.create",
            {"username": "nina", "password": "hash"},
            keep_password=True,
            reset_password_on_first_login=True,
            identity=IDENTITY,
        ),
        variant="options",
    ),
    javascript_pair(
        call("users.create", {"username": "ada"}),
        call("users.create", {"username": "ada"}),
        variant="username taken",
    ),
    javascript_pair(
        call("users.update", ADA, {"nickname": "Countess", "password": "654321!"}),
        call("users.update", ADA, {"nickname": "Countess", "password": "654321!"}),
    ),
    javascript_pair(call("users.detail", ADA), call("users.detail", ADA)),
    javascript_pair(
        call("users.detail", ADA, {"withCustomData": True}),
        call("users.detail", ADA, with_custom_data=True),
        requires=["custom_values"],
        variant="custom data",
    ),
    javascript_pair(call("users.delete", ADA), call("users.delete", ADA)),
    javascript_pair(call("users.deleteMany", [ADA, BOB]), call("users.delete_many", [ADA, BOB])),
    javascript_pair(call("users.batch", [BOB, ADA]), call("users.batch", [BOB, ADA])),
    javascript_pair(
        call("users.batch", ["ada"], {"queryField": "username", "withCustomData": True}),
        call("users.batch_get", ["ada"], "username", with_custom_data=True),
        requires=["custom_values"],
        variant="custom data",
    ),
    javascript_pair(call("users.list", 2, 2), call("users.list", 2, 2)),
    javascript_pair(
        call("users.list", 1, 10, {"withCustomData": True, "excludeUsersInOrg": True}),
        call("users.list", 1, 10, with_custom_data=True, exclude_users_in_org=True),
        requires=["custom_values", "department"],
        variant="options",
    ),
    javascript_pair(
        call("users.filter", {"page": 1, "limit": 10, "filter": SCHOOL_FILTER}),
        call("users.filter", 1, 10, SCHOOL_FILTER),
        requires=["custom_values"],
    ),
    javascript_pair(
        call("users.listArchivedUsers"),
        call("users.list_archived_users"),
        requires=["archived_user"],
    ),
    javascript_pair(
        call("users.exists", {"username": "ada"}), call("users.exists", username="ada")
    ),
    javascript_pair(
        call("users.find", {"externalId": "emp-3"}), call("users.find", {"externalId": "emp-3"})
    ),
    javascript_pair(
        call("users.find", {"username": "ada", "withCustomData": True}),
        call("users.find", {"username": "ada", "withCustomData": True}),
        requires=["custom_values"],
        variant="custom data",
    ),
    javascript_pair(
        call("users.search", "Analytical", {"fields": ["company"], "page": 1, "limit": 5}),
        call("users.search", "Analytical", {"fields": ["company"]}, 1, 5),
    ),
    javascript_pair(
        call("users.search", "ada", {"departmentOpts": DEPARTMENT_OPTIONS, "withCustomData": True}),
        call("users.search", "ada", {"departmentOpts": DEPARTMENT_OPTIONS, "withCustomData": True}),
        requires=["department", "custom_values"],
        variant="custom data",
    ),
    javascript_pair(call("users.refreshToken", ADA), call("users.refresh_token", ADA)),
    javascript_pair(call("users.listGroups", ADA), call("users.list_groups", ADA)),
    javascript_pair(call("users.addGroup", BOB, "staff"), call("users.add_group", BOB, "staff")),
    javascript_pair(
        call("users.removeGroup", ADA, "readers"), call("users.remove_group", ADA, "readers")
    ),
    javascript_pair(call("users.listRoles", ADA), call("users.list_roles", ADA)),
    javascript_pair(
        call("users.addRoles", BOB, ["clerk"]), call("users.add_roles", BOB, ["clerk"])
    ),
    javascript_pair(
        call("users.removeRoles", ADA, ["librarian"], "default"),
        call("users.remove_roles", ADA, ["librarian"], "default"),
    ),
    javascript_pair(
        call("users.hasRole", ADA, "librarian"), call("users.has_role", ADA, "librarian")
    ),
    javascript_pair(
        call("users.hasRole", BOB, "librarian"),
        call("users.has_role", BOB, "librarian"),
        variant="not assigned",
    ),
    javascript_pair(
        call("users.listOrgs", ADA), call("users.list_orgs", ADA), requires=["department"]
    ),
    javascript_pair(
        call("users.listDepartment", ADA),
        call("users.list_department", ADA),
        requires=["department"],
    ),
    javascript_pair(
        call("users.listAuthorizedResources", ADA, "default", {"resourceType": "DATA"}),
        call("users.list_authorized_resources", ADA, "default", "DATA"),
        requires=["user_policy"],
    ),
    javascript_pair(
        call("users.getUdfValue", ADA), call("users.get_udf_value", ADA), requires=["custom_values"]
    ),
    javascript_pair(
        call("users.getUdfValueBatch", [ADA, BOB]),
        call("users.get_udf_value_batch", [ADA, BOB]),
        requires=["custom_values"],
    ),
    javascript_pair(
        call("users.setUdfValue", ADA, CUSTOM_VALUES),
        call("users.set_udf_value", ADA, CUSTOM_VALUES),
        requires=["custom_fields"],
    ),
    javascript_pair(
        call("users.setUdfValue", ADA, {"birth": INSTANT}),
        call("users.set_udf_value", ADA, {"birth": INSTANT}),
        requires=["datetime_field"],
        variant="date",
    ),
    javascript_pair(
        call("users.setUdfValueBatch", [{"userId": ADA, "data": {"age": 7}}]),
        call("users.set_udf_value_batch", [{"userId": ADA, "data": {"age": 7}}]),
        requires=["custom_fields"],
    ),
    javascript_pair(
        call("users.removeUdfValue", ADA, "age"),
        call("users.remove_udf_value", ADA, "age"),
        requires=["custom_values"],
    ),
    javascript_pair(call("users.kick", [ADA]), call("users.kick", [ADA]), requires=["token"]),
    javascript_pair(
        call("users.logout", {"userId": ADA}), call("users.logout", ADA), requires=["token"]
    ),
    javascript_pair(
        call("users.checkLoginStatus", ADA),
        call("users.check_login_status", ADA),
        requires=["token"],
    ),
    javascript_pair(
        call("users.checkLoginStatus", EVE),
        call("users.check_login_status", EVE),
        variant="logged out",
    ),
    javascript_pair(call("users.listUserActions"), call("users.list_user_actions")),
    javascript_pair(
        call("users.listUserActions", {"operationNames": ["createUser"], "page": 1, "limit": 2}),
        call("users.list_user_actions", 1, 2, operation_name=["createUser"]),
        variant="by operation",
    ),
    javascript_pair(
        call("users.listUserActions", {"userIds": [ADA, BOB], "page": 1, "limit": 5}),
        call("users.list_user_actions", 1, 5, user_ids=[ADA, BOB]),
        variant="by user",
    ),
    javascript_pair(
        call("users.sendFirstLoginVerifyEmail", {"appId": UNKNOWN_ID, "userId": ADA}),
        call("users.send_first_login_verify_email", UNKNOWN_ID, ADA),
    ),
    javascript_pair(call("users.getUserTenants", ADA), call("users.get_user_tenants", ADA)),
    javascript_pair(
        call("users.linkIdentity", {**IDENTITY_LINK, "userIdInIdp": "wx-1"}),
        call("users.link_identity", ADA, "wx-1", True, "wechat", "generic", UNKNOWN_ID),
    ),
    javascript_pair(
        call("users.unlinkIdentity", IDENTITY_LINK),
        call("users.unlink_identity", ADA, True, "wechat", "generic", UNKNOWN_ID),
        requires=["identity_provider"],
    ),
    javascript_pair(
        call("users.getApplicationLoginUserNum", {"appId": UNKNOWN_ID}),
        call("users.get_application_login_user_num", UNKNOWN_ID),
    ),
    javascript_pair(
        call("users.getUdfFieldUserNum", {"definedFieldKey": "school", "appId": UNKNOWN_ID}),
        call("users.get_udf_field_user_num", "school", UNKNOWN_ID),
        requires=["custom_values"],
    ),
    javascript_pair(call("users.resignUser", ADA), call("users.resign", ADA)),
    javascript_pair(
        call("users.resignUserBatch", [ADA, BOB]), call("users.resign_batch", [ADA, BOB])
    ),
]
