"""Call each method of the roles, groups, policies and udf clients of the Python SDK."""

import pytest

from .sdk_drivers import Driver, VendorError
from .seeded_pool import STATEMENTS, SeededPool
from .test_python_users import codes, ids


def test_create_read_update_and_delete_a_role(python_sdk: Driver, pool: SeededPool) -> None:
    role = python_sdk.call("roles.create", "binder", "binds books")
    assert (role["code"], role["description"]) == ("binder", "binds books")
    assert python_sdk.call("roles.detail", "binder")["description"] == "binds books"
    assert python_sdk.call("roles.find_by_code", "binder")["id"] == python_sdk.call(
        "roles.detail", "binder"
    ).get("id")
    updated = python_sdk.call("roles.update", "binder", "sews books", "sewer")
    assert (updated["code"], updated["description"]) == ("sewer", "sews books")
    assert python_sdk.call("roles.delete", "sewer")["code"] == 200
    assert python_sdk.call("roles.detail", "sewer") is None


def test_list_and_delete_many_roles(python_sdk: Driver, pool: SeededPool) -> None:
    page = python_sdk.call("roles.list")
    assert set(codes(page)) == {"librarian", "clerk"}
    assert python_sdk.call("roles.delete_many", ["librarian", "clerk"])["code"] == 200
    assert python_sdk.call("roles.list", namespace="default")["totalCount"] == 0


def test_create_role_loses_the_parent(python_sdk: Driver, pool: SeededPool) -> None:
    """The SDK sends the variable ``parentCode``, but its own document declares ``parent``."""
    assert python_sdk.call("roles.create", "binder", parentCode="clerk")["parent"] is None


def test_add_list_and_remove_users_of_a_role(python_sdk: Driver, pool: SeededPool) -> None:
    assert ids(python_sdk.call("roles.list_users", "librarian")) == {pool.ada}
    assert python_sdk.call("roles.add_users", "librarian", [pool.bob])["code"] == 200
    assert ids(python_sdk.call("roles.list_users", "librarian", 1, 50)) == {pool.ada, pool.bob}
    assert python_sdk.call("roles.remove_users", "librarian", [pool.ada])["code"] == 200
    assert ids(python_sdk.call("roles.list_users", "librarian")) == {pool.bob}


def test_list_users_of_a_role_with_custom_data(python_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("custom_values")
    page = python_sdk.call("roles.list_users", "librarian", with_custom_data=True)
    assert page["list"][0]["customData"] == pool.custom_values


def test_add_list_and_remove_policies_of_a_role(python_sdk: Driver, pool: SeededPool) -> None:
    assert python_sdk.call("roles.list_policies", "clerk")["totalCount"] == 0
    assert python_sdk.call("roles.add_policies", "clerk", [pool.policy])["code"] == 200
    assert codes(python_sdk.call("roles.list_policies", "clerk")) == [pool.policy]
    page = python_sdk.call("roles.list_authorized_resources", "clerk", "default")
    assert "books:*" in {item["code"] for item in page["list"]}
    assert python_sdk.call("roles.remove_policies", "clerk", [pool.policy])["code"] == 200
    assert python_sdk.call("roles.list_policies", "clerk")["totalCount"] == 0
    assert python_sdk.call("roles.list_authorized_resources", "clerk", "default")["totalCount"] == 0


def test_custom_values_of_roles(python_sdk: Driver, pool: SeededPool) -> None:
    role = pool.role_id
    assert python_sdk.call("roles.get_udf_value", role) == {"floor": 3}
    assert python_sdk.call("roles.get_specific_udf_value", role, "floor") == 3
    assert python_sdk.call("roles.set_udf_value", role, {"floor": 4}) is True
    assert python_sdk.call("roles.get_udf_value_batch", [role]) == {role: {"floor": 4}}
    assert python_sdk.call("roles.set_udf_value_batch", {role: {"floor": 5}}) is True
    assert python_sdk.call("roles.get_udf_value", role) == {"floor": 5}
    assert python_sdk.call("roles.remove_udf_value", role, "floor") is True
    assert python_sdk.call("roles.get_udf_value", role) == {}


def test_create_read_update_and_delete_a_group(python_sdk: Driver, pool: SeededPool) -> None:
    group = python_sdk.call("groups.create", "binders", "Binders", "bind books")
    assert (group["code"], group["name"]) == ("binders", "Binders")
    assert python_sdk.call("groups.detail", "binders")["description"] == "bind books"
    updated = python_sdk.call("groups.update", "binders", "sewers", "Sewers")
    assert (updated["code"], updated["name"]) == ("sewers", "Sewers")
    assert python_sdk.call("groups.delete", "sewers")["code"] == 200
    assert python_sdk.call("groups.detail", "sewers") is None


def test_list_and_delete_many_groups(python_sdk: Driver, pool: SeededPool) -> None:
    assert set(codes(python_sdk.call("groups.list"))) == {"readers", "staff"}
    assert python_sdk.call("groups.delete_many", ["readers", "staff"])["code"] == 200
    assert python_sdk.call("groups.list", 1, 50)["totalCount"] == 0


def test_add_list_and_remove_users_of_a_group(python_sdk: Driver, pool: SeededPool) -> None:
    assert ids(python_sdk.call("groups.list_users", "readers")) == {pool.ada}
    assert python_sdk.call("groups.add_users", "readers", [pool.bob])["code"] == 200
    assert ids(python_sdk.call("groups.list_users", "readers", 1, 50)) == {pool.ada, pool.bob}
    assert python_sdk.call("groups.remove_users", "readers", [pool.ada])["code"] == 200
    assert ids(python_sdk.call("groups.list_users", "readers")) == {pool.bob}


def test_list_users_of_a_group_with_custom_data(python_sdk: Driver, pool: SeededPool) -> None:
    pool.ensure("custom_values")
    page = python_sdk.call("groups.list_users", "readers", with_custom_data=True)
    assert page["list"][0]["customData"] == pool.custom_values


def test_list_authorized_resources_of_a_group(python_sdk: Driver, pool: SeededPool) -> None:
    empty_page = python_sdk.call("groups.list_authorized_resources", "readers", "default")
    assert empty_page == {"totalCount": 0, "list": []}
    python_sdk.call("policies.add_assignments", [pool.policy], "GROUP", ["readers"])
    page = python_sdk.call("groups.list_authorized_resources", "readers", "default", "DATA")
    assert "books:*" in {item["code"] for item in page["list"]}


def test_create_read_update_and_delete_a_policy(python_sdk: Driver, pool: SeededPool) -> None:
    policy = python_sdk.call("policies.create", "films", STATEMENTS[:1], "may see films")
    assert policy["code"] == "films"
    assert policy["statements"][0]["resource"] == "books:*"
    assert python_sdk.call("policies.detail", "films")["description"] == "may see films"
    updated = python_sdk.call("policies.update", "films", STATEMENTS, "none")
    assert len(updated["statements"]) == 2
    assert updated["description"] == "none"
    assert "films" in [item["code"] for item in python_sdk.call("policies.list", 1, 50)["list"]]
    assert python_sdk.call("policies.delete", "films")["code"] == 200
    assert python_sdk.call("policies.detail", "films") is None


def test_delete_many_policies(python_sdk: Driver, pool: SeededPool) -> None:
    python_sdk.call("policies.create", "films", STATEMENTS[:1])
    assert python_sdk.call("policies.delete_many", ["films", pool.policy])["code"] == 200
    assert python_sdk.call("policies.detail", pool.policy) is None


def test_add_list_and_remove_assignments(python_sdk: Driver, pool: SeededPool) -> None:
    policy = pool.policy
    assert python_sdk.call("policies.list_assignments", policy)["totalCount"] == 0
    assert python_sdk.call("policies.add_assignments", [policy], "USER", [pool.ada])["code"] == 200
    page = python_sdk.call("policies.list_assignments", policy)
    assert [item["targetIdentifier"] for item in page["list"]] == [pool.ada]
    assert (
        python_sdk.call("policies.remove_assignments", [policy], "USER", [pool.ada])["code"] == 200
    )
    assert python_sdk.call("policies.list_assignments", policy)["totalCount"] == 0


def test_disable_and_enable_an_assignment(python_sdk: Driver, pool: SeededPool) -> None:
    policy = pool.user_policy

    def resource_count() -> int:
        page = python_sdk.call("users.list_authorized_resources", pool.ada, "default")
        total: int = page["totalCount"]
        return total

    count_before = resource_count()
    assert python_sdk.call("policies.disable_assignment", policy, "USER", pool.ada)["code"] == 200
    assert resource_count() == 0
    assert python_sdk.call("policies.enable_assignment", policy, "USER", pool.ada)["code"] == 200
    assert resource_count() == count_before > 0


def test_define_and_remove_a_custom_field(python_sdk: Driver, pool: SeededPool) -> None:
    field = python_sdk.call("udf.set", "USER", "school", "STRING", "School")
    assert (field["key"], field["dataType"], field["label"]) == ("school", "STRING", "School")
    assert [item["key"] for item in python_sdk.call("udf.list", "USER")] == ["school"]
    values = [{"key": "school", "value": '"UCL"'}]
    (item,) = python_sdk.call("udf.set_udf_value_batch", "USER", pool.ada, values)
    assert item["value"] == "UCL"
    (item,) = python_sdk.call("udf.list_udf_value", "USER", pool.ada)
    assert (item["key"], item["value"]) == ("school", "UCL")
    assert python_sdk.call("udf.remove", "USER", "school")["code"] == 200
    assert python_sdk.call("udf.list", "USER") == []


def test_set_value_of_an_undefined_field_fails(python_sdk: Driver, pool: SeededPool) -> None:
    with pytest.raises(VendorError) as caught:
        python_sdk.call("users.set_udv", pool.ada, "nothing", "x")
    assert caught.value.type == "AuthingException"
