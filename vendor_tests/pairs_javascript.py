"""The users client of the vendor's JavaScript SDK, and ours."""

from .pairs import ADA, BOB, DEPARTMENT, EVE, NOBODY, call, javascript
from .pairs_python_users import DATA, MOMENT, NINA

IDENTITY = {"provider": "wechat", "userIdInIdp": "wx-1", "isSocial": True}
LINK = {
    "userId": ADA,
    "isSocial": True,
    "type": "generic",
    "identifier": "wechat",
    "extIdpId": NOBODY,
}
SCHOOL = [[{"type": "userDefinedFields", "value": "school"}, "EQ", "UCL"]]
DEPARTMENTS = [{"departmentId": DEPARTMENT, "includeChildrenDepartments": False}]

PAIRS = [
    javascript(call("users.create", NINA), call("users.create", NINA)),
    javascript(
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
        note="options",
    ),
    javascript(call("users.create", {"username": "ada"}), call("users.create", {"username": "ada"}),
               note="taken"),
    javascript(
        call("users.update", ADA, {"nickname": "Countess", "password": "654321!"}),
        call("users.update", ADA, {"nickname": "Countess", "password": "654321!"}),
    ),
    javascript(call("users.detail", ADA), call("users.detail", ADA)),
    javascript(
        call("users.detail", ADA, {"withCustomData": True}),
        call("users.detail", ADA, with_custom_data=True),
        "values",
        note="custom data",
    ),
    javascript(call("users.delete", ADA), call("users.delete", ADA)),
    javascript(call("users.deleteMany", [ADA, BOB]), call("users.delete_many", [ADA, BOB])),
    javascript(call("users.batch", [BOB, ADA]), call("users.batch", [BOB, ADA])),
    javascript(
        call("users.batch", ["ada"], {"queryField": "username", "withCustomData": True}),
        call("users.batch_get", ["ada"], "username", with_custom_data=True),
        "values",
        note="custom data",
    ),
    javascript(call("users.list", 2, 2), call("users.list", 2, 2)),
    javascript(
        call("users.list", 1, 10, {"withCustomData": True, "excludeUsersInOrg": True}),
        call("users.list", 1, 10, with_custom_data=True, exclude_users_in_org=True),
        "values",
        "department",
        note="options",
    ),
    javascript(
        call("users.filter", {"page": 1, "limit": 10, "filter": SCHOOL}),
        call("users.filter", 1, 10, SCHOOL),
        "values",
    ),
    javascript(call("users.listArchivedUsers"), call("users.list_archived_users"), "archived"),
    javascript(call("users.exists", {"username": "ada"}), call("users.exists", username="ada")),
    javascript(call("users.find", {"externalId": "emp-3"}),
               call("users.find", {"externalId": "emp-3"})),
    javascript(
        call("users.find", {"username": "ada", "withCustomData": True}),
        call("users.find", {"username": "ada", "withCustomData": True}),
        "values",
        note="custom data",
    ),
    javascript(
        call("users.search", "Analytical", {"fields": ["company"], "page": 1, "limit": 5}),
        call("users.search", "Analytical", {"fields": ["company"]}, 1, 5),
    ),
    javascript(
        call("users.search", "ada", {"departmentOpts": DEPARTMENTS, "withCustomData": True}),
        call("users.search", "ada", {"departmentOpts": DEPARTMENTS, "withCustomData": True}),
        "department",
        "values",
        note="custom data",
    ),
    javascript(call("users.refreshToken", ADA), call("users.refresh_token", ADA)),
    javascript(call("users.listGroups", ADA), call("users.list_groups", ADA)),
    javascript(call("users.addGroup", BOB, "staff"), call("users.add_group", BOB, "staff")),
    javascript(call("users.removeGroup", ADA, "readers"),
               call("users.remove_group", ADA, "readers")),
    javascript(call("users.listRoles", ADA), call("users.list_roles", ADA)),
    javascript(call("users.addRoles", BOB, ["clerk"]), call("users.add_roles", BOB, ["clerk"])),
    javascript(call("users.removeRoles", ADA, ["librarian"], "default"),
               call("users.remove_roles", ADA, ["librarian"], "default")),
    javascript(call("users.hasRole", ADA, "librarian"), call("users.has_role", ADA, "librarian")),
    javascript(call("users.hasRole", BOB, "librarian"), call("users.has_role", BOB, "librarian"),
               note="not"),
    javascript(call("users.listOrgs", ADA), call("users.list_orgs", ADA), "department"),
    javascript(call("users.listDepartment", ADA), call("users.list_department", ADA),
               "department"),
    javascript(
        call("users.listAuthorizedResources", ADA, "default", {"resourceType": "DATA"}),
        call("users.list_authorized_resources", ADA, "default", "DATA"),
        "adas_policy",
    ),
    javascript(call("users.getUdfValue", ADA), call("users.get_udf_value", ADA), "values"),
    javascript(call("users.getUdfValueBatch", [ADA, BOB]),
               call("users.get_udf_value_batch", [ADA, BOB]), "values"),
    javascript(call("users.setUdfValue", ADA, DATA), call("users.set_udf_value", ADA, DATA),
               "fields"),
    javascript(call("users.setUdfValue", ADA, {"birth": MOMENT}),
               call("users.set_udf_value", ADA, {"birth": MOMENT}), "birth", note="date"),
    javascript(
        call("users.setUdfValueBatch", [{"userId": ADA, "data": {"age": 7}}]),
        call("users.set_udf_value_batch", {ADA: {"age": 7}}),
        "fields",
    ),
    javascript(call("users.removeUdfValue", ADA, "age"), call("users.remove_udf_value", ADA, "age"),
               "values"),
    javascript(call("users.kick", [ADA]), call("users.kick", [ADA]), "token"),
    javascript(call("users.logout", {"userId": ADA}), call("users.logout", ADA), "token"),
    javascript(call("users.checkLoginStatus", ADA), call("users.check_login_status", ADA),
               "token"),
    javascript(call("users.checkLoginStatus", EVE), call("users.check_login_status", EVE),
               note="not"),
    javascript(call("users.listUserActions"), call("users.list_user_actions")),
    javascript(
        call("users.listUserActions", {"operationNames": ["createUser"], "page": 1, "limit": 2}),
        call("users.list_user_actions", 1, 2, operation_name=["createUser"]),
        note="operations",
    ),
    javascript(
        call("users.listUserActions", {"userIds": [ADA, BOB], "page": 1, "limit": 5}),
        call("users.list_user_actions", 1, 5, user_ids=[ADA, BOB]),
        note="users",
    ),
    javascript(
        call("users.sendFirstLoginVerifyEmail", {"appId": NOBODY, "userId": ADA}),
        call("users.send_first_login_verify_email", NOBODY, ADA),
    ),
    javascript(call("users.getUserTenants", ADA), call("users.get_user_tenants", ADA)),
    javascript(
        call("users.linkIdentity", {**LINK, "userIdInIdp": "wx-1"}),
        call("users.link_identity", ADA, "wx-1", True, "wechat", "generic", NOBODY),
    ),
    javascript(
        call("users.unlinkIdentity", LINK),
        call("users.unlink_identity", ADA, True, "wechat", "generic", NOBODY),
        "identity",
    ),
    javascript(
        call("users.getApplicationLoginUserNum", {"appId": NOBODY}),
        call("users.get_application_login_user_num", NOBODY),
    ),
    javascript(
        call("users.getUdfFieldUserNum", {"definedFieldKey": "school", "appId": NOBODY}),
        call("users.get_udf_field_user_num", "school", NOBODY),
        "values",
    ),
    javascript(call("users.resignUser", ADA), call("users.resign", ADA)),
    javascript(call("users.resignUserBatch", [ADA, BOB]), call("users.resign_batch", [ADA, BOB])),
]  # fmt: skip
