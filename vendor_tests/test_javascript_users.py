"""Call each method of the users client of the vendor's JavaScript SDK."""

from datetime import UTC, datetime

import pytest

from .sdk_drivers import Driver, VendorError
from .seeded_pool import STATEMENTS, UNKNOWN_ID, SeededPool
from .test_python_users import codes, ids


def test_create(javascript_sdk: Driver, pool: SeededPool) -> None:
    info = {"username": "nina", "email": "Nina@Example.com", "password": "123456!"}
    user = javascript_sdk.call("users.create", info)
    assert (user["username"], user["email"]) == ("nina", "nina@example.com")
    with pytest.raises(VendorError) as caught:
        javascript_sdk.call("users.create", {"nickname": "nobody"})
    assert caught.value.code


def test_create_with_options(javascript_sdk: Driver, pool: SeededPool) -> None:
    identity = {"provider": "wechat", "userIdInIdp": "wx-1", "isSocial": True}
    options = {"keepPassword": True, "resetPasswordOnFirstLogin": True, "identity": identity}
    user = javascript_sdk.call("users.create", {"username": "nina", "password": "hash"}, options)
    same_user = javascript_sdk.call(
        "users.find", {"identity": {"provider": "wechat", "userIdInIdp": "wx-1"}}
    )
    assert same_user["id"] == user["id"]


def test_update(javascript_sdk: Driver, pool: SeededPool) -> None:
    updates = {"nickname": "Countess", "password": "654321!"}
    assert javascript_sdk.call("users.update", pool.ada, updates)["nickname"] == "Countess"


def test_update_rejects_last_login_in_milliseconds(
    javascript_sdk: Driver, pool: SeededPool
) -> None:
    with pytest.raises(VendorError):
        javascript_sdk.call("users.update", pool.ada, {"lastLogin": "1602756937000"})


def test_detail(javascript_sdk: Driver, pool: SeededPool) -> None:
    assert javascript_sdk.call("users.detail", pool.ada)["username"] == "ada"
    assert javascript_sdk.call("users.detail", UNKNOWN_ID) is None
    pool.ensure("custom_values")
    user = javascript_sdk.call("users.detail", pool.ada, {"withCustomData": True})
    assert user["customData"] == pool.custom_values


def test_delete(javascript_sdk: Driver, pool: SeededPool) -> None:
    assert javascript_sdk.call("users.delete", pool.eve)["code"] == 200
    assert javascript_sdk.call("users.deleteMany", [pool.ada, pool.bob])["code"] == 200
    assert javascript_sdk.call("users.list")["totalCount"] == 0


def test_batch(javascript_sdk: Driver, pool: SeededPool) -> None:
    assert len(javascript_sdk.call("users.batch", [pool.ada, pool.bob])) == 2
    pool.ensure("custom_values")
    (user,) = javascript_sdk.call(
        "users.batch", ["ada"], {"queryField": "username", "withCustomData": True}
    )
    assert user["customData"] == pool.custom_values


def test_list(javascript_sdk: Driver, pool: SeededPool) -> None:
    page = javascript_sdk.call("users.list", 1, 2)
    assert (page["totalCount"], len(page["list"])) == (3, 2)
    assert all(isinstance(user["identities"], list) for user in page["list"])
    pool.ensure("department")
    assert ids(javascript_sdk.call("users.list", 1, 10, {"excludeUsersInOrg": True})) == {
        pool.bob,
        pool.eve,
    }


def test_list_with_custom_data(javascript_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("custom_values")
    page = javascript_sdk.call("users.list", 1, 10, {"withCustomData": True})
    assert {user["id"]: user["customData"] for user in page["list"]}[pool.ada] == pool.custom_values


def test_filter(javascript_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("custom_values")
    criteria = [[{"type": "userDefinedFields", "value": "school"}, "EQ", "UCL"]]
    page = javascript_sdk.call("users.filter", {"page": 1, "limit": 10, "filter": criteria})
    assert ids(page) == {pool.ada}


def test_list_archived_users(javascript_sdk: Driver, pool: SeededPool) -> None:
    assert pool.archived_user in ids(javascript_sdk.call("users.listArchivedUsers"))


def test_exists(javascript_sdk: Driver, pool: SeededPool) -> None:
    assert javascript_sdk.call("users.exists", {"username": "ada"}) is True
    assert javascript_sdk.call("users.exists", {"email": "nobody@example.com"}) is False


def test_find(javascript_sdk: Driver, pool: SeededPool) -> None:
    assert javascript_sdk.call("users.find", {"externalId": "emp-3"})["id"] == pool.eve
    assert javascript_sdk.call("users.find", {"username": "nobody"}) is None
    pool.ensure("custom_values")
    user = javascript_sdk.call("users.find", {"username": "ada", "withCustomData": True})
    assert user["customData"] == pool.custom_values


def test_search(javascript_sdk: Driver, pool: SeededPool) -> None:
    assert ids(javascript_sdk.call("users.search", "Analytical")) == {pool.ada}
    assert ids(javascript_sdk.call("users.search", "Analytical", {"fields": ["username"]})) == set()
    options = {"groupOpts": [{"code": "readers"}]}
    assert ids(javascript_sdk.call("users.search", "", options)) == {pool.ada}
    pool.ensure("custom_values")
    page = javascript_sdk.call("users.search", "ada", {"withCustomData": True})
    assert page["list"][0]["customData"] == pool.custom_values


def test_refresh_token(javascript_sdk: Driver, pool: SeededPool) -> None:
    token = javascript_sdk.call("users.refreshToken", pool.ada)
    assert token["exp"] > token["iat"]
    assert javascript_sdk.call("checkLoginStatus", token["token"])["id"] == pool.ada


def test_groups(javascript_sdk: Driver, pool: SeededPool) -> None:
    assert javascript_sdk.call("users.addGroup", pool.bob, "staff")["code"] == 200
    assert codes(javascript_sdk.call("users.listGroups", pool.bob)) == ["staff"]
    assert javascript_sdk.call("users.removeGroup", pool.bob, "staff")["code"] == 200
    assert codes(javascript_sdk.call("users.listGroups", pool.bob)) == []


def test_roles(javascript_sdk: Driver, pool: SeededPool) -> None:
    assert javascript_sdk.call("users.addRoles", pool.bob, ["clerk"])["code"] == 200
    assert codes(javascript_sdk.call("users.listRoles", pool.bob)) == ["clerk"]
    assert javascript_sdk.call("users.hasRole", pool.bob, "clerk") is True
    assert javascript_sdk.call("users.removeRoles", pool.bob, ["clerk"])["code"] == 200
    assert javascript_sdk.call("users.hasRole", pool.bob, "clerk") is False


def test_departments(javascript_sdk: Driver, pool: SeededPool) -> None:
    assert javascript_sdk.call("users.listOrgs", pool.ada) == []
    pool.ensure("department")
    (path,) = javascript_sdk.call("users.listOrgs", pool.ada)
    assert path[-1]["code"] == pool.department
    page = javascript_sdk.call("users.listDepartment", pool.ada)
    assert page["list"][0]["department"]["code"] == pool.department


def test_list_authorized_resources(javascript_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("user_policy")
    page = javascript_sdk.call(
        "users.listAuthorizedResources", pool.ada, "default", {"resourceType": "DATA"}
    )
    resource = {item["code"]: item for item in page["list"]}["books:*"]
    assert set(resource["actions"]) == set(STATEMENTS[0]["actions"])


def test_udf_values(javascript_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("custom_fields")
    data = {"school": "UCL", "age": 20, "prefs": {"tea": ["green", None]}}
    assert len(javascript_sdk.call("users.setUdfValue", pool.ada, data)) == 3
    assert javascript_sdk.call("users.getUdfValue", pool.ada) == data
    javascript_sdk.call("users.removeUdfValue", pool.ada, "prefs")
    javascript_sdk.call("users.setUdfValueBatch", [{"userId": pool.bob, "data": {"age": 7}}])
    assert javascript_sdk.call("users.getUdfValueBatch", [pool.ada, pool.bob]) == {
        pool.ada: {"school": "UCL", "age": 20},
        pool.bob: {"age": 7},
    }


def test_set_udf_value_round_trips_a_date(javascript_sdk: Driver, pool: SeededPool) -> None:
    instant = datetime(2020, 10, 15, 9, 55, 37, tzinfo=UTC)
    javascript_sdk.call("users.setUdfValue", pool.ada, {pool.datetime_field: instant})
    assert javascript_sdk.call("users.getUdfValue", pool.ada) == {pool.datetime_field: instant}


def test_get_udf_value_batch_rejects_an_empty_list(
    javascript_sdk: Driver, pool: SeededPool
) -> None:
    with pytest.raises(VendorError, match="empty user id list"):
        javascript_sdk.call("users.getUdfValueBatch", [])


def test_login_status(javascript_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("token")
    assert javascript_sdk.call("users.checkLoginStatus", pool.ada)["isLogin"] is True
    assert javascript_sdk.call("users.logout", {"userId": pool.ada})["code"] == 200
    assert javascript_sdk.call("users.checkLoginStatus", pool.ada)["isLogin"] is False
    assert javascript_sdk.call("users.kick", [pool.ada])["code"] == 200


def test_list_user_actions(javascript_sdk: Driver, pool: SeededPool) -> None:
    javascript_sdk.call("users.create", {"username": "nina"})
    page = javascript_sdk.call("users.listUserActions")
    assert page["totalCount"] >= 1
    assert page["list"][0]["operationName"]
    empty_page = javascript_sdk.call("users.listUserActions", {"userIds": [UNKNOWN_ID]})
    assert empty_page == {"totalCount": 0, "list": []}


def test_send_first_login_verify_email(javascript_sdk: Driver, pool: SeededPool) -> None:
    options = {"appId": UNKNOWN_ID, "userId": pool.ada}
    assert javascript_sdk.call("users.sendFirstLoginVerifyEmail", options) is True


def test_get_user_tenants(javascript_sdk: Driver, pool: SeededPool) -> None:
    user = javascript_sdk.call("users.getUserTenants", pool.ada)
    assert user["id"] == pool.ada
    assert user["tenants"] == []


def test_link_and_unlink_identity(javascript_sdk: Driver, pool: SeededPool) -> None:
    options = {
        "userId": pool.ada,
        "userIdInIdp": "wx-1",
        "isSocial": True,
        "type": "generic",
        "identifier": "wechat",
        "extIdpId": UNKNOWN_ID,
    }
    assert javascript_sdk.call("users.linkIdentity", options)["code"] == 200
    assert len(javascript_sdk.call("users.detail", pool.ada)["identities"]) == 1
    del options["userIdInIdp"]
    assert javascript_sdk.call("users.unlinkIdentity", options)["code"] == 200
    assert javascript_sdk.call("users.detail", pool.ada)["identities"] == []


def test_get_application_login_user_num(javascript_sdk: Driver, pool: SeededPool) -> None:
    assert javascript_sdk.call("users.getApplicationLoginUserNum", {"appId": UNKNOWN_ID}) == 0
    pool.ensure("token")
    assert javascript_sdk.call("users.getApplicationLoginUserNum", {"appId": UNKNOWN_ID}) == 1


def test_get_udf_field_user_num(javascript_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("custom_values")
    options = {"definedFieldKey": "school", "appId": UNKNOWN_ID}
    assert javascript_sdk.call("users.getUdfFieldUserNum", options) == 0  # Ada has never logged in
    pool.ensure("token")
    assert javascript_sdk.call("users.getUdfFieldUserNum", options) == 1
    assert (
        javascript_sdk.call("users.getUdfFieldUserNum", {**options, "definedFieldKey": "age"}) == 1
    )


def test_resign_user(javascript_sdk: Driver, pool: SeededPool) -> None:
    javascript_sdk.call("users.resignUser", pool.ada)
    assert javascript_sdk.call("users.detail", pool.ada)["status"] == "Resigned"


def test_resign_user_batch(javascript_sdk: Driver, pool: SeededPool) -> None:
    javascript_sdk.call("users.resignUserBatch", [pool.ada, pool.bob])
    assert javascript_sdk.call("users.detail", pool.bob)["status"] == "Resigned"
