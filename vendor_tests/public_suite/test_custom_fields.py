"""Custom fields, and the values that users have in them."""

from datetime import datetime
from typing import Any

from .repeats import repeats
from .sdk_under_test import SdkUnderTest

VALUES: dict[str, object] = {
    "STRING": "UCL",
    "NUMBER": 18,
    "BOOLEAN": False,
    "DATETIME": datetime(2024, 2, 29, 23, 59, 58, 123456),  # noqa: DTZ001 - as the public tests do
    "OBJECT": {"favourite": "red"},
}


@repeats("udf.test_add", "udf.test_remove", methods=("udf.set", "udf.list", "udf.remove"))
def test_fields(sdk: SdkUnderTest) -> None:
    keys = [sdk.new_name(), sdk.new_name()]
    fields = [
        sdk.call("udf.set", targetType="USER", key=key, dataType="STRING", label="School")
        for key in keys
    ]
    assert all(field in sdk.call("udf.list", "USER") for field in fields)
    sdk.call("udf.remove", targetType="USER", key=keys[0])
    remaining = sdk.call("udf.list", "USER")
    assert fields[0] not in remaining
    assert fields[1] in remaining


@repeats("udf.test_list_udf_value", methods=("udf.list_udf_value",))
def test_values_of_a_target(sdk: SdkUnderTest) -> None:
    role_id, user_id, key = (
        sdk.new_role()["id"],
        sdk.new_user()["id"],
        sdk.new_field("STRING"),
    )
    sdk.call("users.set_udv", user_id, key, "UCL")
    assert sdk.call("udf.list_udf_value", target_type="ROLE", target_id=role_id) == []
    (item,) = sdk.call("udf.list_udf_value", target_type="USER", target_id=user_id)
    assert (item["key"], item["value"]) == (key, "UCL")


@repeats(
    "users.test_add_udv_string",
    "users.test_add_udv_int",
    "users.test_add_udv_boolean",
    "users.test_add_udv_datetime",
    "users.test_add_udv_object",
    "users.test_remove_duv",
    methods=("users.set_udv", "users.list_udv", "users.remove_udv"),
)
def test_one_value(sdk: SdkUnderTest) -> None:
    for data_type, value in VALUES.items():
        user_id, key = sdk.new_user()["id"], sdk.new_field(data_type)
        sdk.call("users.set_udv", userId=user_id, key=key, value=value)
        values = sdk.call("users.list_udv", user_id)
        assert len(values) == 1
        assert isinstance(values[0]["value"], type(value))
        sdk.call("users.remove_udv", userId=user_id, key=key)
        assert len(sdk.call("users.list_udv", user_id)) == 0


@repeats("users.test_add_udv_wrong_type", methods=("users.set_udv",))
def test_a_value_of_a_wrong_type_fails(sdk: SdkUnderTest) -> None:
    user_id = sdk.new_user()["id"]
    for data_type, value in {"STRING": 11, "NUMBER": "18", "BOOLEAN": "ok"}.items():
        key = sdk.new_field(data_type)
        sdk.error_code("users.set_udv", userId=user_id, key=key, value=value)
    assert len(sdk.call("users.list_udv", user_id)) == 0


@repeats(
    "users.test_create_with_custom_data",
    "users.test_list_with_custom_data",
    "users.test_batch_get_with_custom_data",
    "users.test_search_with_custom_data",
    methods=("users.create", "users.list", "users.batch_get", "users.search"),
)
def test_users_with_custom_data(sdk: SdkUnderTest) -> None:
    key, nickname = sdk.new_field("STRING"), sdk.new_name()
    users = [
        sdk.call(
            "users.create",
            userInfo={"username": sdk.new_name(), "nickname": nickname},
            custom_data={key: value},
        )
        for value in ("LSE", "UCL")
    ]
    assert users[1]["customData"][key] == "UCL"
    page = sdk.call("users.list", limit=200, with_custom_data=True)
    assert page["list"][0]["customData"][key] == "UCL"
    page = sdk.call("users.search", query=nickname, with_custom_data=True)
    assert {user["customData"][key] for user in page["list"]} == {"LSE", "UCL"}
    found = sdk.call("users.batch_get", [user["id"] for user in users], with_custom_data=True)
    assert [user["customData"][key] for user in found] == ["LSE", "UCL"]


@repeats(
    "users.test_set_udf_value",
    "users.test_set_udf_value_batch",
    methods=("users.set_udf_value", "users.set_udf_value_batch", "users.get_udf_value"),
)
def test_several_values(sdk: SdkUnderTest) -> None:
    school, age = sdk.new_field("STRING"), sdk.new_field("NUMBER")
    values = {school: "华中科技大学", age: 22}
    users = [sdk.new_user() for _ in range(3)]
    first, second, third = (user.get("id") for user in users)
    sdk.call("users.set_udf_value", user_id=first, data=values)
    sdk.call("users.set_udf_value_batch", {second: values, third: values})
    for user_id in (first, second, third):
        stored = sdk.call("users.get_udf_value", user_id=user_id)
        assert (stored[school], stored[age]) == (values[school], values[age])


def check_round_trip(sdk: SdkUnderTest, data_type: str) -> None:
    """Check that `detail` and `find` return the value that `set_udf_value` stored."""
    user, key, value = sdk.new_user(), sdk.new_field(data_type), VALUES[data_type]
    sdk.call("users.set_udf_value", user.get("id"), {key: value})
    results: list[Any] = [
        sdk.call("users.detail", user_id=user.get("id"), with_custom_data=True),
        sdk.call("users.find", username=user["username"], with_custom_data=True),
    ]
    for result in results:
        assert isinstance(result["customData"][key], type(value))
        assert result["customData"][key] == value


@repeats(
    "users.test_detail_with_custom_data_string",
    "users.test_detail_with_custom_data_number",
    "users.test_detail_with_custom_data_object",
    "users.test_find_with_custom_data_string",
    "users.test_find_with_custom_data_number",
    "users.test_find_with_custom_data_object",
    methods=("users.detail", "users.find", "users.set_udf_value"),
)
def test_values_round_trip(sdk: SdkUnderTest) -> None:
    for data_type in ("STRING", "NUMBER", "OBJECT"):
        check_round_trip(sdk, data_type)


@repeats(
    "users.test_detail_with_custom_data_datetime",
    "users.test_find_with_custom_data_datetime",
    methods=("users.detail", "users.find", "users.set_udf_value"),
)
def test_a_time_without_offset_round_trips(sdk: SdkUnderTest) -> None:
    check_round_trip(sdk, "DATETIME")
