"""The values that roles have in custom fields."""

from .repeats import repeats
from .sdk_under_test import SdkUnderTest
from .test_custom_fields import VALUES


@repeats(
    "roles.test_get_specific_udf_value",
    "roles.test_set_udf_value_int_type",
    "roles.test_set_udf_value_boolean_type",
    "roles.test_set_udf_value_datetime_type",
    "roles.test_set_udf_value_dict_type",
    "roles.test_remove_udf_value",
    methods=(
        "roles.set_udf_value",
        "roles.get_specific_udf_value",
        "roles.remove_udf_value",
    ),
)
def test_one_value(sdk: SdkUnderTest) -> None:
    role_id = sdk.new_role().get("id")
    for data_type, value in VALUES.items():
        key = sdk.new_field(data_type, "ROLE")
        sdk.call("roles.set_udf_value", role_id, {key: value})
        stored = sdk.call("roles.get_specific_udf_value", role_id, key)
        assert isinstance(stored, type(value))
        assert stored == value
        sdk.call("roles.remove_udf_value", role_id, key)
        assert sdk.call("roles.get_specific_udf_value", role_id, key) is None


@repeats(
    "roles.test_get_udf_value",
    "roles.test_get_udf_value_batch",
    "roles.test_set_udf_value_batch",
    methods=(
        "roles.get_udf_value",
        "roles.get_udf_value_batch",
        "roles.set_udf_value_batch",
    ),
)
def test_values_of_several_roles(sdk: SdkUnderTest) -> None:
    key = sdk.new_field("STRING", "ROLE")
    first, second = sdk.new_role()["id"], sdk.new_role()["id"]
    sdk.call("roles.set_udf_value", first, {key: "quiet"})
    sdk.call("roles.set_udf_value", second, {key: "loud"})
    values = sdk.call("roles.get_udf_value_batch", [first, second])
    assert values.get(first).get(key) == "quiet"
    assert values.get(second).get(key) == "loud"
    sdk.call("roles.set_udf_value_batch", {first: {key: "new"}, second: {key: "new"}})
    for role_id in (first, second):
        assert sdk.call("roles.get_udf_value", role_id) == {key: "new"}


@repeats("udf.test_set_udf_value_batch", methods=("udf.set_udf_value_batch",))
def test_encoded_values(sdk: SdkUnderTest) -> None:
    """The list of the vendor's form contains values as JSON."""
    role_id, key = sdk.new_role()["id"], sdk.new_field("OBJECT", "ROLE")
    values = [{"key": key, "value": '{"shelf": "left"}'}]
    sdk.call(
        "udf.set_udf_value_batch", target_type="ROLE", target_id=role_id, udf_value_list=values
    )
    assert sdk.call("roles.get_udf_value", role_id) == {key: {"shelf": "left"}}
