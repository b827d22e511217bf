"""Call each method of the users client of the vendor's Python SDK."""

from datetime import UTC, datetime
from typing import Any

import pytest

from .sdk_drivers import Driver, VendorError
from .seeded_pool import STATEMENTS, UNKNOWN_ID, SeededPool


def codes(page: dict[str, Any]) -> list[str]:
    assert page["totalCount"] == len(page["list"])
    return [item["code"] for item in page["list"]]


def ids(page: dict[str, Any]) -> set[str]:
    return {user["id"] for user in page["list"]}


def test_create_stores_the_fields_and_lowercases_the_email(
    python_sdk: Driver, pool: SeededPool
) -> None:
    info = {
        "username": "nina",
        "unionid": "u-1",
        "email": "Nina@Example.com",
        "password": "123456!",
    }
    user = python_sdk.call("users.create", info)
    assert (user["username"], user["unionid"]) == ("nina", "u-1")
    assert user["email"] == "nina@example.com"
    assert python_sdk.call("users.create", {"phone": "18812345678"})["phone"] == "18812345678"


def test_create_without_an_identifier_fails(python_sdk: Driver, pool: SeededPool) -> None:
    with pytest.raises(VendorError) as caught:
        python_sdk.call("users.create", {"nickname": "nobody"})
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
def test_create_with_a_taken_identifier_fails(
    python_sdk: Driver, pool: SeededPool, taken: dict[str, str], code: int
) -> None:
    """Username, email and phone have their own error codes. Other identifiers share 2026."""
    with pytest.raises(VendorError) as caught:
        python_sdk.call("users.create", taken)
    assert caught.value.code == code


def test_signed_up_round_trips_to_the_same_instant(python_sdk: Driver, pool: SeededPool) -> None:
    user = python_sdk.call(
        "users.create", {"username": "nina", "signedUp": "2020-10-15T17:55:37+08:00"}
    )
    assert datetime.fromisoformat(user["signedUp"]) == datetime(2020, 10, 15, 9, 55, 37, tzinfo=UTC)


def test_create_with_custom_data(python_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("custom_fields")
    data = {"school": "UCL", "age": 17, "member": True}
    user = python_sdk.call("users.create", {"username": "nina"}, custom_data=data)
    assert user["customData"] == data
    detail = python_sdk.call("users.detail", user["id"], with_custom_data=True)
    assert detail["customData"] == data


def test_create_with_keep_password(python_sdk: Driver, pool: SeededPool) -> None:
    user = python_sdk.call(
        "users.create", {"username": "nina", "password": "hash"}, keep_password=True
    )
    assert user["username"] == "nina"


def test_update(python_sdk: Driver, pool: SeededPool) -> None:
    user = python_sdk.call(
        "users.update", pool.ada, {"nickname": "Countess", "password": "654321!"}
    )
    assert user["nickname"] == "Countess"
    assert python_sdk.call("users.detail", pool.ada)["nickname"] == "Countess"


def test_detail(python_sdk: Driver, pool: SeededPool) -> None:
    user = python_sdk.call("users.detail", pool.ada)
    assert user["username"] == "ada"
    assert isinstance(user["identities"], list)
    assert python_sdk.call("users.detail", UNKNOWN_ID) is None


def test_delete(python_sdk: Driver, pool: SeededPool) -> None:
    assert python_sdk.call("users.delete", pool.ada)["code"] == 200
    assert python_sdk.call("users.detail", pool.ada) is None


def test_delete_many(python_sdk: Driver, pool: SeededPool) -> None:
    assert python_sdk.call("users.delete_many", [pool.ada, pool.bob])["code"] == 200
    assert python_sdk.call("users.detail", pool.bob) is None


def test_batch_returns_one_user_per_id(python_sdk: Driver, pool: SeededPool) -> None:
    assert len(python_sdk.call("users.batch", [pool.ada, pool.bob])) == 2


def test_batch_get(python_sdk: Driver, pool: SeededPool) -> None:
    (user,) = python_sdk.call("users.batch_get", ["ada"], query_field="username")
    assert user["id"] == pool.ada
    (user,) = python_sdk.call("users.batch_get", ["emp-3"], "externalId")
    assert user["id"] == pool.eve
    pool.ensure("custom_values")
    (user,) = python_sdk.call("users.batch_get", [pool.ada], with_custom_data=True)
    assert user["customData"] == pool.custom_values


def test_list_includes_identities(python_sdk: Driver, pool: SeededPool) -> None:
    page = python_sdk.call("users.list", 1, 200)
    assert page["totalCount"] == 3
    assert all(isinstance(user["identities"], list) for user in page["list"])


def test_list_with_custom_data(python_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("custom_values")
    page = python_sdk.call("users.list", with_custom_data=True)
    assert {user["id"]: user["customData"] for user in page["list"]}[pool.ada] == pool.custom_values


def test_list_archived_users(python_sdk: Driver, pool: SeededPool) -> None:
    assert python_sdk.call("users.list_archived_users")["totalCount"] == 0
    assert pool.archived_user in ids(python_sdk.call("users.list_archived_users", 1, 50))


def test_exists(python_sdk: Driver, pool: SeededPool) -> None:
    assert python_sdk.call("users.exists", username="ada") is True
    assert python_sdk.call("users.exists", email="ADA@example.com") is True
    assert python_sdk.call("users.exists", external_id="emp-3") is True
    assert python_sdk.call("users.exists", phone="18899999999") is False


def test_find(python_sdk: Driver, pool: SeededPool) -> None:
    assert python_sdk.call("users.find", email="ada@example.com")["id"] == pool.ada
    assert python_sdk.call("users.find", phone="18800000001")["id"] == pool.bob
    assert python_sdk.call("users.find", external_id="emp-3")["id"] == pool.eve
    assert python_sdk.call("users.find", username="nobody") is None


def test_find_with_custom_data(python_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("custom_values")
    user = python_sdk.call("users.find", username="ada", with_custom_data=True)
    assert user["customData"] == pool.custom_values


def test_search(python_sdk: Driver, pool: SeededPool) -> None:
    assert ids(python_sdk.call("users.search", "Analytical")) == {pool.ada}
    pool.ensure("custom_values")
    page = python_sdk.call("users.search", "ada", with_custom_data=True)
    assert page["list"][0]["customData"] == pool.custom_values


def test_search_within_a_group_and_a_role(python_sdk: Driver, pool: SeededPool) -> None:
    page = python_sdk.call("users.search", "", group_opts=[{"code": "readers"}])
    assert ids(page) == {pool.ada}
    page = python_sdk.call(
        "users.search", "", role_opts=[{"namespace": "default", "code": "librarian"}]
    )
    assert ids(page) == {pool.ada}


def test_search_within_a_department(python_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("department")
    (path,) = python_sdk.call("users.list_org", pool.ada)
    options = [{"departmentId": path[-1]["id"], "includeChildrenDepartments": True}]
    assert ids(python_sdk.call("users.search", "", department_opts=options)) == {pool.ada}


def test_refresh_token(python_sdk: Driver, pool: SeededPool) -> None:
    token = python_sdk.call("users.refresh_token", pool.ada)
    assert token["exp"] - token["iat"] == 15 * 24 * 3600
    status = python_sdk.call("check_login_status", token["token"])
    assert status["code"] == 200
    assert status["status"] is True
    assert status["data"]["id"] == pool.ada


def test_groups(python_sdk: Driver, pool: SeededPool) -> None:
    assert codes(python_sdk.call("users.list_groups", pool.bob)) == []
    assert python_sdk.call("users.add_group", pool.bob, "staff")["code"] == 200
    assert codes(python_sdk.call("users.list_groups", pool.bob)) == ["staff"]
    assert python_sdk.call("users.remove_group", pool.bob, "staff")["code"] == 200
    assert codes(python_sdk.call("users.list_groups", pool.bob)) == []


def test_remove_group_of_a_non_member_succeeds(python_sdk: Driver, pool: SeededPool) -> None:
    assert python_sdk.call("users.remove_group", pool.eve, "staff")["code"] == 200


def test_roles(python_sdk: Driver, pool: SeededPool) -> None:
    assert codes(python_sdk.call("users.list_roles", pool.bob)) == []
    assert python_sdk.call("users.add_roles", pool.bob, ["clerk", "librarian"])["code"] == 200
    assert set(codes(python_sdk.call("users.list_roles", pool.bob))) == {"clerk", "librarian"}
    assert python_sdk.call("users.remove_roles", pool.bob, ["librarian"])["code"] == 200
    assert codes(python_sdk.call("users.list_roles", pool.bob, "default")) == ["clerk"]


def test_has_role(python_sdk: Driver, pool: SeededPool) -> None:
    assert python_sdk.call("users.has_role", pool.ada, "librarian")
    assert not python_sdk.call("users.has_role", pool.ada, "clerk")


def test_policies(python_sdk: Driver, pool: SeededPool) -> None:
    assert python_sdk.call("users.list_policies", pool.bob) == {"totalCount": 0, "list": []}
    assert python_sdk.call("users.add_policies", pool.bob, [pool.policy])["code"] == 200
    page = python_sdk.call("users.list_policies", pool.bob)
    assert page["list"] == [
        {"code": pool.policy, "targetType": "USER", "targetIdentifier": pool.bob}
    ]
    assert page["totalCount"] == 1
    assert python_sdk.call("users.remove_policies", pool.bob, [pool.policy])["code"] == 200
    assert python_sdk.call("users.list_policies", pool.bob)["totalCount"] == 0


def test_udv(python_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("custom_fields")
    (item,) = python_sdk.call("users.set_udv", pool.ada, "member", False)
    assert (item["key"], item["dataType"], item["value"]) == ("member", "BOOLEAN", "false")
    (item,) = python_sdk.call("users.list_udv", pool.ada)
    assert item["value"] is False
    assert python_sdk.call("users.remove_udv", pool.ada, "member") == []
    assert python_sdk.call("users.list_udv", pool.ada) == []


def test_set_udv_of_the_wrong_type_fails(python_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("custom_fields")
    with pytest.raises(VendorError) as caught:
        python_sdk.call("users.set_udv", pool.ada, "age", "eighteen")
    assert caught.value.type == "AuthingException"


def test_set_udv_of_a_date_round_trips(python_sdk: Driver, pool: SeededPool) -> None:
    instant = datetime(2020, 10, 15, 9, 55, 37, tzinfo=UTC)
    python_sdk.call("users.set_udv", pool.ada, pool.datetime_field, instant)
    (item,) = python_sdk.call("users.list_udv", pool.ada)
    value: datetime = item["value"]
    assert (value if value.tzinfo else value.replace(tzinfo=UTC)) == instant


def test_udf_values(python_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("custom_fields")
    data = {"school": "UCL", "age": 20, "prefs": {"tea": ["green", None]}}
    assert python_sdk.call("users.set_udf_value", pool.ada, data) is True
    assert python_sdk.call("users.get_udf_value", pool.ada) == data
    assert python_sdk.call("users.remove_udf_value", pool.ada, "prefs") is None
    assert python_sdk.call("users.get_udf_value", pool.ada) == {"school": "UCL", "age": 20}


def test_set_udf_value_batch(python_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("custom_fields")
    data = {pool.ada: {"school": "UCL"}, pool.bob: {"age": 7}}
    assert python_sdk.call("users.set_udf_value_batch", data) is True
    assert python_sdk.call("users.get_udf_value", pool.ada) == {"school": "UCL"}
    assert python_sdk.call("users.get_udf_value", pool.bob) == {"age": 7}


def test_get_udf_value_batch_always_fails(python_sdk: Driver, pool: SeededPool) -> None:
    """The SDK sends the variable ``targetId``, but its own document declares ``targetIds``."""
    pool.ensure("custom_values")
    with pytest.raises(VendorError) as caught:
        python_sdk.call("users.get_udf_value_batch", [pool.ada])
    assert caught.value.code is None  # the SDK cannot parse the error response either


def test_list_org(python_sdk: Driver, pool: SeededPool) -> None:
    assert python_sdk.call("users.list_org", pool.ada) == []
    pool.ensure("department")
    (path,) = python_sdk.call("users.list_org", pool.ada)
    assert next(step["type"] for step in path) == "org"
    assert path[-1]["code"] == pool.department


def test_list_department(python_sdk: Driver, pool: SeededPool) -> None:
    user = python_sdk.call("users.list_department", pool.bob)
    assert user["departments"] == {"totalCount": 0, "list": []}
    pool.ensure("department")
    page = python_sdk.call("users.list_department", pool.ada)["departments"]
    assert page["totalCount"] == 1
    assert page["list"][0]["department"]["code"] == pool.department


def test_list_authorized_resources(python_sdk: Driver, pool: SeededPool) -> None:
    empty_page = python_sdk.call("users.list_authorized_resources", pool.bob, "default")
    assert empty_page == {"totalCount": 0, "list": []}
    pool.ensure("user_policy")
    page = python_sdk.call("users.list_authorized_resources", pool.ada, "default", "DATA")
    resource = {item["code"]: item for item in page["list"]}["books:*"]
    assert resource["type"] == "DATA"
    assert set(resource["actions"]) == set(STATEMENTS[0]["actions"])


def test_check_resource_permission_batch(python_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("user_policy")
    permitted = python_sdk.call(
        "users.check_resource_permission_batch", pool.ada, "default", ["books:1", "films:1"]
    )
    assert [item["code"] for item in permitted] == ["books:1"]
    assert set(permitted[0]["actions"]) == set(STATEMENTS[0]["actions"])


def test_list_authorized_resources_of_resource_kind(python_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("user_policy")
    resources = python_sdk.call(
        "users.list_authorized_resources_of_resource_kind", pool.ada, "default", "books"
    )
    assert "books:*" in {item["code"] for item in resources}


def test_kick(python_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("token")
    assert python_sdk.call("users.kick", [pool.ada]) is True
    assert python_sdk.call("users.check_login_status", pool.ada)["data"]["isLogin"] is False


def test_kick_ignores_unknown_users(python_sdk: Driver, pool: SeededPool) -> None:
    assert python_sdk.call("users.kick", [UNKNOWN_ID]) is True


def test_logout(python_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("token")
    assert python_sdk.call("users.logout", pool.ada)["code"] == 200
    assert python_sdk.call("users.check_login_status", pool.ada)["data"]["isLogin"] is False


def test_check_login_status(python_sdk: Driver, pool: SeededPool) -> None:
    assert python_sdk.call("users.check_login_status", pool.ada)["data"]["isLogin"] is False
    pool.ensure("token")
    envelope = python_sdk.call("users.check_login_status", pool.ada)
    assert envelope["code"] == 200
    assert envelope["data"]["isLogin"] is True
    assert envelope["data"]["user"]["id"] == pool.ada
    assert python_sdk.call("users.check_login_status", UNKNOWN_ID)["code"] != 200


def test_list_user_actions(python_sdk: Driver, pool: SeededPool) -> None:
    python_sdk.call("users.create", {"username": "nina"})
    page = python_sdk.call("users.list_user_actions")
    assert page["totalCount"] >= 1
    assert {"operation_name", "timestamp", "operator_arn"} <= page["list"][0].keys()
    assert python_sdk.call("users.list_user_actions", operation_name="no such")["totalCount"] == 0


def test_send_first_login_verify_email(python_sdk: Driver, pool: SeededPool) -> None:
    message = python_sdk.call("users.send_first_login_verify_email", UNKNOWN_ID, pool.ada)
    assert message["code"] == 200
