"""The users client of the vendor's JavaScript SDK, method by method."""

from datetime import UTC, datetime

import pytest

from .drivers import Driver, VendorError
from .scene import STATEMENTS, Scene
from .test_python_users import NOBODY, codes, ids


def test_create(javascript: Driver, scene: Scene) -> None:
    info = {"username": "nina", "email": "Nina@Example.com", "password": "123456!"}
    user = javascript.call("users.create", info)
    assert (user["username"], user["email"]) == ("nina", "nina@example.com")
    with pytest.raises(VendorError) as caught:
        javascript.call("users.create", {"nickname": "nobody"})
    assert caught.value.code


def test_create_with_options(javascript: Driver, scene: Scene) -> None:
    identity = {"provider": "wechat", "userIdInIdp": "wx-1", "isSocial": True}
    options = {"keepPassword": True, "resetPasswordOnFirstLogin": True, "identity": identity}
    user = javascript.call("users.create", {"username": "nina", "password": "hash"}, options)
    found = javascript.call(
        "users.find", {"identity": {"provider": "wechat", "userIdInIdp": "wx-1"}}
    )
    assert found["id"] == user["id"]


def test_update(javascript: Driver, scene: Scene) -> None:
    updates = {"nickname": "Countess", "password": "654321!"}
    assert javascript.call("users.update", scene.ada, updates)["nickname"] == "Countess"


def test_last_login_in_milliseconds_is_refused(javascript: Driver, scene: Scene) -> None:
    with pytest.raises(VendorError):
        javascript.call("users.update", scene.ada, {"lastLogin": "1602756937000"})


def test_detail(javascript: Driver, scene: Scene) -> None:
    assert javascript.call("users.detail", scene.ada)["username"] == "ada"
    assert javascript.call("users.detail", NOBODY) is None
    assert scene.values
    user = javascript.call("users.detail", scene.ada, {"withCustomData": True})
    assert user["customData"] == scene.values


def test_delete(javascript: Driver, scene: Scene) -> None:
    assert javascript.call("users.delete", scene.eve)["code"] == 200
    assert javascript.call("users.deleteMany", [scene.ada, scene.bob])["code"] == 200
    assert javascript.call("users.list")["totalCount"] == 0


def test_batch(javascript: Driver, scene: Scene) -> None:
    assert len(javascript.call("users.batch", [scene.ada, scene.bob])) == 2
    assert scene.values
    (user,) = javascript.call(
        "users.batch", ["ada"], {"queryField": "username", "withCustomData": True}
    )
    assert user["customData"] == scene.values


def test_list(javascript: Driver, scene: Scene) -> None:
    page = javascript.call("users.list", 1, 2)
    assert (page["totalCount"], len(page["list"])) == (3, 2)
    assert all(isinstance(user["identities"], list) for user in page["list"])
    assert scene.department
    assert ids(javascript.call("users.list", 1, 10, {"excludeUsersInOrg": True})) == {
        scene.bob,
        scene.eve,
    }


def test_list_with_custom_data(javascript: Driver, scene: Scene) -> None:
    assert scene.values
    page = javascript.call("users.list", 1, 10, {"withCustomData": True})
    assert {user["id"]: user["customData"] for user in page["list"]}[scene.ada] == scene.values


def test_filter(javascript: Driver, scene: Scene) -> None:
    assert scene.values
    criteria = [[{"type": "userDefinedFields", "value": "school"}, "EQ", "UCL"]]
    page = javascript.call("users.filter", {"page": 1, "limit": 10, "filter": criteria})
    assert ids(page) == {scene.ada}


def test_list_archived_users(javascript: Driver, scene: Scene) -> None:
    assert scene.archived in ids(javascript.call("users.listArchivedUsers"))


def test_exists(javascript: Driver, scene: Scene) -> None:
    assert javascript.call("users.exists", {"username": "ada"}) is True
    assert javascript.call("users.exists", {"email": "nobody@example.com"}) is False


def test_find(javascript: Driver, scene: Scene) -> None:
    assert javascript.call("users.find", {"externalId": "emp-3"})["id"] == scene.eve
    assert javascript.call("users.find", {"username": "nobody"}) is None
    assert scene.values
    user = javascript.call("users.find", {"username": "ada", "withCustomData": True})
    assert user["customData"] == scene.values


def test_search(javascript: Driver, scene: Scene) -> None:
    assert ids(javascript.call("users.search", "Analytical")) == {scene.ada}
    assert ids(javascript.call("users.search", "Analytical", {"fields": ["username"]})) == set()
    options = {"groupOpts": [{"code": "readers"}]}
    assert ids(javascript.call("users.search", "", options)) == {scene.ada}
    assert scene.values
    page = javascript.call("users.search", "ada", {"withCustomData": True})
    assert page["list"][0]["customData"] == scene.values


def test_refresh_token(javascript: Driver, scene: Scene) -> None:
    token = javascript.call("users.refreshToken", scene.ada)
    assert token["exp"] > token["iat"]
    assert javascript.call("checkLoginStatus", token["token"])["id"] == scene.ada


def test_groups(javascript: Driver, scene: Scene) -> None:
    assert javascript.call("users.addGroup", scene.bob, "staff")["code"] == 200
    assert codes(javascript.call("users.listGroups", scene.bob)) == ["staff"]
    assert javascript.call("users.removeGroup", scene.bob, "staff")["code"] == 200
    assert codes(javascript.call("users.listGroups", scene.bob)) == []


def test_roles(javascript: Driver, scene: Scene) -> None:
    assert javascript.call("users.addRoles", scene.bob, ["clerk"])["code"] == 200
    assert codes(javascript.call("users.listRoles", scene.bob)) == ["clerk"]
    assert javascript.call("users.hasRole", scene.bob, "clerk") is True
    assert javascript.call("users.removeRoles", scene.bob, ["clerk"])["code"] == 200
    assert javascript.call("users.hasRole", scene.bob, "clerk") is False


def test_departments(javascript: Driver, scene: Scene) -> None:
    assert javascript.call("users.listOrgs", scene.ada) == []
    assert scene.department
    (path,) = javascript.call("users.listOrgs", scene.ada)
    assert path[-1]["code"] == scene.department
    page = javascript.call("users.listDepartment", scene.ada)
    assert page["list"][0]["department"]["code"] == scene.department


def test_list_authorized_resources(javascript: Driver, scene: Scene) -> None:
    assert scene.adas_policy
    page = javascript.call(
        "users.listAuthorizedResources", scene.ada, "default", {"resourceType": "DATA"}
    )
    resource = {item["code"]: item for item in page["list"]}["books:*"]
    assert set(resource["actions"]) == set(STATEMENTS[0]["actions"])


def test_udf_values(javascript: Driver, scene: Scene) -> None:
    assert scene.fields
    data = {"school": "UCL", "age": 20, "prefs": {"tea": ["green", None]}}
    assert len(javascript.call("users.setUdfValue", scene.ada, data)) == 3
    assert javascript.call("users.getUdfValue", scene.ada) == data
    javascript.call("users.removeUdfValue", scene.ada, "prefs")
    javascript.call("users.setUdfValueBatch", [{"userId": scene.bob, "data": {"age": 7}}])
    assert javascript.call("users.getUdfValueBatch", [scene.ada, scene.bob]) == {
        scene.ada: {"school": "UCL", "age": 20},
        scene.bob: {"age": 7},
    }


def test_a_date_round_trips(javascript: Driver, scene: Scene) -> None:
    moment = datetime(2020, 10, 15, 9, 55, 37, tzinfo=UTC)
    javascript.call("users.setUdfValue", scene.ada, {scene.birth: moment})
    assert javascript.call("users.getUdfValue", scene.ada) == {scene.birth: moment}


def test_an_empty_list_is_refused(javascript: Driver, scene: Scene) -> None:
    with pytest.raises(VendorError, match="empty user id list"):
        javascript.call("users.getUdfValueBatch", [])


def test_login_state(javascript: Driver, scene: Scene) -> None:
    assert scene.token
    assert javascript.call("users.checkLoginStatus", scene.ada)["isLogin"] is True
    assert javascript.call("users.logout", {"userId": scene.ada})["code"] == 200
    assert javascript.call("users.checkLoginStatus", scene.ada)["isLogin"] is False
    assert javascript.call("users.kick", [scene.ada])["code"] == 200


def test_list_user_actions(javascript: Driver, scene: Scene) -> None:
    javascript.call("users.create", {"username": "nina"})
    page = javascript.call("users.listUserActions")
    assert page["totalCount"] >= 1
    assert page["list"][0]["operationName"]
    nothing = javascript.call("users.listUserActions", {"userIds": [NOBODY]})
    assert nothing == {"totalCount": 0, "list": []}


def test_send_first_login_verify_email(javascript: Driver, scene: Scene) -> None:
    options = {"appId": NOBODY, "userId": scene.ada}
    assert javascript.call("users.sendFirstLoginVerifyEmail", options) is True


def test_get_user_tenants(javascript: Driver, scene: Scene) -> None:
    user = javascript.call("users.getUserTenants", scene.ada)
    assert user["id"] == scene.ada
    assert user["tenants"] == []


def test_identities_are_linked_and_unlinked(javascript: Driver, scene: Scene) -> None:
    options = {
        "userId": scene.ada,
        "userIdInIdp": "wx-1",
        "isSocial": True,
        "type": "generic",
        "identifier": "wechat",
        "extIdpId": NOBODY,
    }
    assert javascript.call("users.linkIdentity", options)["code"] == 200
    assert len(javascript.call("users.detail", scene.ada)["identities"]) == 1
    del options["userIdInIdp"]
    assert javascript.call("users.unlinkIdentity", options)["code"] == 200
    assert javascript.call("users.detail", scene.ada)["identities"] == []


def test_get_application_login_user_num(javascript: Driver, scene: Scene) -> None:
    assert javascript.call("users.getApplicationLoginUserNum", {"appId": NOBODY}) == 0
    assert scene.token
    assert javascript.call("users.getApplicationLoginUserNum", {"appId": NOBODY}) == 1


def test_get_udf_field_user_num(javascript: Driver, scene: Scene) -> None:
    assert scene.values
    options = {"definedFieldKey": "school", "appId": NOBODY}
    assert javascript.call("users.getUdfFieldUserNum", options) == 0  # who never logged in
    assert scene.token
    assert javascript.call("users.getUdfFieldUserNum", options) == 1
    assert javascript.call("users.getUdfFieldUserNum", {**options, "definedFieldKey": "age"}) == 1


def test_resign_user(javascript: Driver, scene: Scene) -> None:
    javascript.call("users.resignUser", scene.ada)
    assert javascript.call("users.detail", scene.ada)["status"] == "Resigned"


def test_resign_user_batch(javascript: Driver, scene: Scene) -> None:
    javascript.call("users.resignUserBatch", [scene.ada, scene.bob])
    assert javascript.call("users.detail", scene.bob)["status"] == "Resigned"
