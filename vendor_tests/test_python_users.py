"""The users client of the vendor's Python SDK, method by method."""

from datetime import UTC, datetime
from typing import Any

import pytest

from .drivers import Driver, VendorError
from .scene import STATEMENTS, Scene

NOBODY = "0" * 24


def codes(page: dict[str, Any]) -> list[str]:
    assert page["totalCount"] == len(page["list"])
    return [item["code"] for item in page["list"]]


def ids(page: dict[str, Any]) -> set[str]:
    return {user["id"] for user in page["list"]}


def test_create_stores_the_fields_and_lowers_the_email(python: Driver, scene: Scene) -> None:
    info = {
        "username": "nina",
        "unionid": "u-1",
        "email": "Nina@Example.com",
        "password": "123456!",
    }
    user = python.call("users.create", info)
    assert (user["username"], user["unionid"]) == ("nina", "u-1")
    assert user["email"] == "nina@example.com"
    assert python.call("users.create", {"phone": "18812345678"})["phone"] == "18812345678"


def test_create_without_an_identifier_fails(python: Driver, scene: Scene) -> None:
    with pytest.raises(VendorError) as caught:
        python.call("users.create", {"nickname": "nobody"})
    assert caught.value.type == "AuthingException"
    assert caught.value.code


@pytest.mark.parametrize(
    ("taken", "code"),
    [
        ({"username": "ada"}, 2034),
        ({"email": "Ada@example.com"}, 2200),
        ({"phone": "18800000001"}, 2035),
        ({"username": "nina", "externalId": "emp-3"}, 2026),
    ],
)
def test_create_twice_fails(python: Driver, scene: Scene, taken: dict[str, str], code: int) -> None:
    """The API has a code for each of the usual identifiers, and 2026 for the rest."""
    with pytest.raises(VendorError) as caught:
        python.call("users.create", taken)
    assert caught.value.code == code


def test_signed_up_round_trips_to_the_same_instant(python: Driver, scene: Scene) -> None:
    user = python.call(
        "users.create", {"username": "nina", "signedUp": "2020-10-15T17:55:37+08:00"}
    )
    assert datetime.fromisoformat(user["signedUp"]) == datetime(2020, 10, 15, 9, 55, 37, tzinfo=UTC)


def test_create_with_custom_data(python: Driver, scene: Scene) -> None:
    assert scene.fields
    data = {"school": "UCL", "age": 17, "member": True}
    user = python.call("users.create", {"username": "nina"}, custom_data=data)
    assert user["customData"] == data
    detail = python.call("users.detail", user["id"], with_custom_data=True)
    assert detail["customData"] == data


def test_create_with_a_kept_password(python: Driver, scene: Scene) -> None:
    user = python.call("users.create", {"username": "nina", "password": "hash"}, keep_password=True)
    assert user["username"] == "nina"


def test_update(python: Driver, scene: Scene) -> None:
    user = python.call("users.update", scene.ada, {"nickname": "Countess", "password": "654321!"})
    assert user["nickname"] == "Countess"
    assert python.call("users.detail", scene.ada)["nickname"] == "Countess"


def test_detail(python: Driver, scene: Scene) -> None:
    user = python.call("users.detail", scene.ada)
    assert user["username"] == "ada"
    assert isinstance(user["identities"], list)
    assert python.call("users.detail", NOBODY) is None


def test_delete(python: Driver, scene: Scene) -> None:
    assert python.call("users.delete", scene.ada)["code"] == 200
    assert python.call("users.detail", scene.ada) is None


def test_delete_many(python: Driver, scene: Scene) -> None:
    assert python.call("users.delete_many", [scene.ada, scene.bob])["code"] == 200
    assert python.call("users.detail", scene.bob) is None


def test_batch_gives_as_many_users_as_ids(python: Driver, scene: Scene) -> None:
    assert len(python.call("users.batch", [scene.ada, scene.bob])) == 2


def test_batch_get(python: Driver, scene: Scene) -> None:
    (user,) = python.call("users.batch_get", ["ada"], query_field="username")
    assert user["id"] == scene.ada
    (user,) = python.call("users.batch_get", ["emp-3"], "externalId")
    assert user["id"] == scene.eve
    assert scene.values
    (user,) = python.call("users.batch_get", [scene.ada], with_custom_data=True)
    assert user["customData"] == scene.values


def test_list_carries_identities(python: Driver, scene: Scene) -> None:
    page = python.call("users.list", 1, 200)
    assert page["totalCount"] == 3
    assert all(isinstance(user["identities"], list) for user in page["list"])


def test_list_with_custom_data(python: Driver, scene: Scene) -> None:
    assert scene.values
    page = python.call("users.list", with_custom_data=True)
    assert {user["id"]: user["customData"] for user in page["list"]}[scene.ada] == scene.values


def test_list_archived_users(python: Driver, scene: Scene) -> None:
    assert python.call("users.list_archived_users")["totalCount"] == 0
    assert scene.archived in ids(python.call("users.list_archived_users", 1, 50))


def test_exists(python: Driver, scene: Scene) -> None:
    assert python.call("users.exists", username="ada") is True
    assert python.call("users.exists", email="ADA@example.com") is True
    assert python.call("users.exists", external_id="emp-3") is True
    assert python.call("users.exists", phone="18899999999") is False


def test_find(python: Driver, scene: Scene) -> None:
    assert python.call("users.find", email="ada@example.com")["id"] == scene.ada
    assert python.call("users.find", phone="18800000001")["id"] == scene.bob
    assert python.call("users.find", external_id="emp-3")["id"] == scene.eve
    assert python.call("users.find", username="nobody") is None


def test_find_with_custom_data(python: Driver, scene: Scene) -> None:
    assert scene.values
    user = python.call("users.find", username="ada", with_custom_data=True)
    assert user["customData"] == scene.values


def test_search(python: Driver, scene: Scene) -> None:
    assert ids(python.call("users.search", "Analytical")) == {scene.ada}
    assert scene.values
    page = python.call("users.search", "ada", with_custom_data=True)
    assert page["list"][0]["customData"] == scene.values


def test_search_within_a_group_and_a_role(python: Driver, scene: Scene) -> None:
    page = python.call("users.search", "", group_opts=[{"code": "readers"}])
    assert ids(page) == {scene.ada}
    page = python.call(
        "users.search", "", role_opts=[{"namespace": "default", "code": "librarian"}]
    )
    assert ids(page) == {scene.ada}


def test_search_within_a_department(python: Driver, scene: Scene) -> None:
    assert scene.department
    (path,) = python.call("users.list_org", scene.ada)
    options = [{"departmentId": path[-1]["id"], "includeChildrenDepartments": True}]
    assert ids(python.call("users.search", "", department_opts=options)) == {scene.ada}


def test_refresh_token(python: Driver, scene: Scene) -> None:
    token = python.call("users.refresh_token", scene.ada)
    assert token["exp"] - token["iat"] == 15 * 24 * 3600
    status = python.call("check_login_status", token["token"])
    assert status["code"] == 200
    assert status["status"] is True
    assert status["data"]["id"] == scene.ada


def test_groups(python: Driver, scene: Scene) -> None:
    assert codes(python.call("users.list_groups", scene.bob)) == []
    assert python.call("users.add_group", scene.bob, "staff")["code"] == 200
    assert codes(python.call("users.list_groups", scene.bob)) == ["staff"]
    assert python.call("users.remove_group", scene.bob, "staff")["code"] == 200
    assert codes(python.call("users.list_groups", scene.bob)) == []


def test_leaving_a_group_never_joined_succeeds(python: Driver, scene: Scene) -> None:
    assert python.call("users.remove_group", scene.eve, "staff")["code"] == 200


def test_roles(python: Driver, scene: Scene) -> None:
    assert codes(python.call("users.list_roles", scene.bob)) == []
    assert python.call("users.add_roles", scene.bob, ["clerk", "librarian"])["code"] == 200
    assert set(codes(python.call("users.list_roles", scene.bob))) == {"clerk", "librarian"}
    assert python.call("users.remove_roles", scene.bob, ["librarian"])["code"] == 200
    assert codes(python.call("users.list_roles", scene.bob, "default")) == ["clerk"]


def test_has_role(python: Driver, scene: Scene) -> None:
    assert python.call("users.has_role", scene.ada, "librarian")
    assert not python.call("users.has_role", scene.ada, "clerk")


def test_policies(python: Driver, scene: Scene) -> None:
    assert python.call("users.list_policies", scene.bob) == {"totalCount": 0, "list": []}
    assert python.call("users.add_policies", scene.bob, [scene.policy])["code"] == 200
    page = python.call("users.list_policies", scene.bob)
    assert page["list"] == [
        {"code": scene.policy, "targetType": "USER", "targetIdentifier": scene.bob}
    ]
    assert page["totalCount"] == 1
    assert python.call("users.remove_policies", scene.bob, [scene.policy])["code"] == 200
    assert python.call("users.list_policies", scene.bob)["totalCount"] == 0


def test_udv(python: Driver, scene: Scene) -> None:
    assert scene.fields
    (item,) = python.call("users.set_udv", scene.ada, "member", False)
    assert (item["key"], item["dataType"], item["value"]) == ("member", "BOOLEAN", "false")
    (item,) = python.call("users.list_udv", scene.ada)
    assert item["value"] is False
    assert python.call("users.remove_udv", scene.ada, "member") == []
    assert python.call("users.list_udv", scene.ada) == []


def test_set_udv_of_the_wrong_type_fails(python: Driver, scene: Scene) -> None:
    assert scene.fields
    with pytest.raises(VendorError) as caught:
        python.call("users.set_udv", scene.ada, "age", "eighteen")
    assert caught.value.type == "AuthingException"


def test_set_udv_of_a_date_round_trips(python: Driver, scene: Scene) -> None:
    moment = datetime(2020, 10, 15, 9, 55, 37, tzinfo=UTC)
    python.call("users.set_udv", scene.ada, scene.birth, moment)
    (item,) = python.call("users.list_udv", scene.ada)
    read: datetime = item["value"]
    assert (read if read.tzinfo else read.replace(tzinfo=UTC)) == moment


def test_udf_values(python: Driver, scene: Scene) -> None:
    assert scene.fields
    data = {"school": "UCL", "age": 20, "prefs": {"tea": ["green", None]}}
    assert python.call("users.set_udf_value", scene.ada, data) is True
    assert python.call("users.get_udf_value", scene.ada) == data
    assert python.call("users.remove_udf_value", scene.ada, "prefs") is None
    assert python.call("users.get_udf_value", scene.ada) == {"school": "UCL", "age": 20}


def test_set_udf_value_batch(python: Driver, scene: Scene) -> None:
    assert scene.fields
    data = {scene.ada: {"school": "UCL"}, scene.bob: {"age": 7}}
    assert python.call("users.set_udf_value_batch", data) is True
    assert python.call("users.get_udf_value", scene.ada) == {"school": "UCL"}
    assert python.call("users.get_udf_value", scene.bob) == {"age": 7}


def test_get_udf_value_batch_can_never_succeed(python: Driver, scene: Scene) -> None:
    """It sends ``targetId``, where its own document declares ``targetIds``."""
    assert scene.values
    with pytest.raises(VendorError) as caught:
        python.call("users.get_udf_value_batch", [scene.ada])
    assert caught.value.code is None  # it cannot read the error either


def test_list_org(python: Driver, scene: Scene) -> None:
    assert python.call("users.list_org", scene.ada) == []
    assert scene.department
    (path,) = python.call("users.list_org", scene.ada)
    assert next(step["type"] for step in path) == "org"
    assert path[-1]["code"] == scene.department


def test_list_department(python: Driver, scene: Scene) -> None:
    nowhere = python.call("users.list_department", scene.bob)
    assert nowhere["departments"] == {"totalCount": 0, "list": []}
    assert scene.department
    page = python.call("users.list_department", scene.ada)["departments"]
    assert page["totalCount"] == 1
    assert page["list"][0]["department"]["code"] == scene.department


def test_list_authorized_resources(python: Driver, scene: Scene) -> None:
    nothing = python.call("users.list_authorized_resources", scene.bob, "default")
    assert nothing == {"totalCount": 0, "list": []}
    assert scene.adas_policy
    page = python.call("users.list_authorized_resources", scene.ada, "default", "DATA")
    resource = {item["code"]: item for item in page["list"]}["books:*"]
    assert resource["type"] == "DATA"
    assert set(resource["actions"]) == set(STATEMENTS[0]["actions"])


def test_check_resource_permission_batch(python: Driver, scene: Scene) -> None:
    assert scene.adas_policy
    permitted = python.call(
        "users.check_resource_permission_batch", scene.ada, "default", ["books:1", "films:1"]
    )
    assert [item["code"] for item in permitted] == ["books:1"]
    assert set(permitted[0]["actions"]) == set(STATEMENTS[0]["actions"])


def test_list_authorized_resources_of_resource_kind(python: Driver, scene: Scene) -> None:
    assert scene.adas_policy
    found = python.call(
        "users.list_authorized_resources_of_resource_kind", scene.ada, "default", "books"
    )
    assert "books:*" in {item["code"] for item in found}


def test_kick(python: Driver, scene: Scene) -> None:
    assert scene.token
    assert python.call("users.kick", [scene.ada]) is True
    assert python.call("users.check_login_status", scene.ada)["data"]["isLogin"] is False


def test_kicking_an_unknown_user_succeeds(python: Driver, scene: Scene) -> None:
    assert python.call("users.kick", [NOBODY]) is True


def test_logout(python: Driver, scene: Scene) -> None:
    assert scene.token
    assert python.call("users.logout", scene.ada)["code"] == 200
    assert python.call("users.check_login_status", scene.ada)["data"]["isLogin"] is False


def test_check_login_status(python: Driver, scene: Scene) -> None:
    assert python.call("users.check_login_status", scene.ada)["data"]["isLogin"] is False
    assert scene.token
    envelope = python.call("users.check_login_status", scene.ada)
    assert envelope["code"] == 200
    assert envelope["data"]["isLogin"] is True
    assert envelope["data"]["user"]["id"] == scene.ada
    assert python.call("users.check_login_status", NOBODY)["code"] != 200


def test_list_user_actions(python: Driver, scene: Scene) -> None:
    python.call("users.create", {"username": "nina"})
    page = python.call("users.list_user_actions")
    assert page["totalCount"] >= 1
    assert {"operation_name", "timestamp", "operator_arn"} <= page["list"][0].keys()
    assert python.call("users.list_user_actions", operation_name="no such")["totalCount"] == 0


def test_send_first_login_verify_email(python: Driver, scene: Scene) -> None:
    message = python.call("users.send_first_login_verify_email", NOBODY, scene.ada)
    assert message["code"] == 200
