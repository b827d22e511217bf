"""The roles, groups, policies and udf clients of the vendor's Python SDK, method by method."""

import pytest

from .drivers import Driver, VendorError
from .scene import STATEMENTS, Scene
from .test_python_users import codes, ids


def test_roles_are_created_read_changed_and_deleted(python: Driver, scene: Scene) -> None:
    role = python.call("roles.create", "binder", "binds books")
    assert (role["code"], role["description"]) == ("binder", "binds books")
    assert python.call("roles.detail", "binder")["description"] == "binds books"
    assert python.call("roles.find_by_code", "binder")["id"] == python.call(
        "roles.detail", "binder"
    ).get("id")
    changed = python.call("roles.update", "binder", "sews books", "sewer")
    assert (changed["code"], changed["description"]) == ("sewer", "sews books")
    assert python.call("roles.delete", "sewer")["code"] == 200
    assert python.call("roles.detail", "sewer") is None


def test_roles_are_listed_and_deleted_together(python: Driver, scene: Scene) -> None:
    page = python.call("roles.list")
    assert set(codes(page)) == {"librarian", "clerk"}
    assert python.call("roles.delete_many", ["librarian", "clerk"])["code"] == 200
    assert python.call("roles.list", namespace="default")["totalCount"] == 0


def test_the_parent_of_a_new_role_is_lost(python: Driver, scene: Scene) -> None:
    """It sends ``parentCode``, where its own document declares ``parent``."""
    assert python.call("roles.create", "binder", parentCode="clerk")["parent"] is None


def test_roles_have_users(python: Driver, scene: Scene) -> None:
    assert ids(python.call("roles.list_users", "librarian")) == {scene.ada}
    assert python.call("roles.add_users", "librarian", [scene.bob])["code"] == 200
    assert ids(python.call("roles.list_users", "librarian", 1, 50)) == {scene.ada, scene.bob}
    assert python.call("roles.remove_users", "librarian", [scene.ada])["code"] == 200
    assert ids(python.call("roles.list_users", "librarian")) == {scene.bob}


def test_roles_list_users_with_custom_data(python: Driver, scene: Scene) -> None:
    assert scene.values
    page = python.call("roles.list_users", "librarian", with_custom_data=True)
    assert page["list"][0]["customData"] == scene.values


def test_roles_have_policies(python: Driver, scene: Scene) -> None:
    assert python.call("roles.list_policies", "clerk")["totalCount"] == 0
    assert python.call("roles.add_policies", "clerk", [scene.policy])["code"] == 200
    assert codes(python.call("roles.list_policies", "clerk")) == [scene.policy]
    page = python.call("roles.list_authorized_resources", "clerk", "default")
    assert "books:*" in {item["code"] for item in page["list"]}
    assert python.call("roles.remove_policies", "clerk", [scene.policy])["code"] == 200
    assert python.call("roles.list_policies", "clerk")["totalCount"] == 0
    assert python.call("roles.list_authorized_resources", "clerk", "default")["totalCount"] == 0


def test_roles_have_custom_data(python: Driver, scene: Scene) -> None:
    role = scene.role
    assert python.call("roles.get_udf_value", role) == {"floor": 3}
    assert python.call("roles.get_specific_udf_value", role, "floor") == 3
    assert python.call("roles.set_udf_value", role, {"floor": 4}) is True
    assert python.call("roles.get_udf_value_batch", [role]) == {role: {"floor": 4}}
    assert python.call("roles.set_udf_value_batch", {role: {"floor": 5}}) is True
    assert python.call("roles.get_udf_value", role) == {"floor": 5}
    assert python.call("roles.remove_udf_value", role, "floor") is True
    assert python.call("roles.get_udf_value", role) == {}


def test_groups_are_created_read_changed_and_deleted(python: Driver, scene: Scene) -> None:
    group = python.call("groups.create", "binders", "Binders", "bind books")
    assert (group["code"], group["name"]) == ("binders", "Binders")
    assert python.call("groups.detail", "binders")["description"] == "bind books"
    changed = python.call("groups.update", "binders", "sewers", "Sewers")
    assert (changed["code"], changed["name"]) == ("sewers", "Sewers")
    assert python.call("groups.delete", "sewers")["code"] == 200
    assert python.call("groups.detail", "sewers") is None


def test_groups_are_listed_and_deleted_together(python: Driver, scene: Scene) -> None:
    assert set(codes(python.call("groups.list"))) == {"readers", "staff"}
    assert python.call("groups.delete_many", ["readers", "staff"])["code"] == 200
    assert python.call("groups.list", 1, 50)["totalCount"] == 0


def test_groups_have_users(python: Driver, scene: Scene) -> None:
    assert ids(python.call("groups.list_users", "readers")) == {scene.ada}
    assert python.call("groups.add_users", "readers", [scene.bob])["code"] == 200
    assert ids(python.call("groups.list_users", "readers", 1, 50)) == {scene.ada, scene.bob}
    assert python.call("groups.remove_users", "readers", [scene.ada])["code"] == 200
    assert ids(python.call("groups.list_users", "readers")) == {scene.bob}


def test_groups_list_users_with_custom_data(python: Driver, scene: Scene) -> None:
    assert scene.values
    page = python.call("groups.list_users", "readers", with_custom_data=True)
    assert page["list"][0]["customData"] == scene.values


def test_groups_are_authorized(python: Driver, scene: Scene) -> None:
    nothing = python.call("groups.list_authorized_resources", "readers", "default")
    assert nothing == {"totalCount": 0, "list": []}
    python.call("policies.add_assignments", [scene.policy], "GROUP", ["readers"])
    page = python.call("groups.list_authorized_resources", "readers", "default", "DATA")
    assert "books:*" in {item["code"] for item in page["list"]}


def test_policies_are_created_read_changed_and_deleted(python: Driver, scene: Scene) -> None:
    policy = python.call("policies.create", "films", STATEMENTS[:1], "may see films")
    assert policy["code"] == "films"
    assert policy["statements"][0]["resource"] == "books:*"
    assert python.call("policies.detail", "films")["description"] == "may see films"
    changed = python.call("policies.update", "films", STATEMENTS, "none")
    assert len(changed["statements"]) == 2
    assert changed["description"] == "none"
    assert "films" in [item["code"] for item in python.call("policies.list", 1, 50)["list"]]
    assert python.call("policies.delete", "films")["code"] == 200
    assert python.call("policies.detail", "films") is None


def test_policies_are_deleted_together(python: Driver, scene: Scene) -> None:
    python.call("policies.create", "films", STATEMENTS[:1])
    assert python.call("policies.delete_many", ["films", scene.policy])["code"] == 200
    assert python.call("policies.detail", scene.policy) is None


def test_policies_are_assigned(python: Driver, scene: Scene) -> None:
    policy = scene.policy
    assert python.call("policies.list_assignments", policy)["totalCount"] == 0
    assert python.call("policies.add_assignments", [policy], "USER", [scene.ada])["code"] == 200
    page = python.call("policies.list_assignments", policy)
    assert [item["targetIdentifier"] for item in page["list"]] == [scene.ada]
    assert python.call("policies.remove_assignments", [policy], "USER", [scene.ada])["code"] == 200
    assert python.call("policies.list_assignments", policy)["totalCount"] == 0


def test_assignments_are_switched_off_and_on(python: Driver, scene: Scene) -> None:
    policy = scene.adas_policy

    def count() -> int:
        page = python.call("users.list_authorized_resources", scene.ada, "default")
        total: int = page["totalCount"]
        return total

    before = count()
    assert python.call("policies.disable_assignment", policy, "USER", scene.ada)["code"] == 200
    assert count() == 0
    assert python.call("policies.enable_assignment", policy, "USER", scene.ada)["code"] == 200
    assert count() == before > 0


def test_custom_fields(python: Driver, scene: Scene) -> None:
    field = python.call("udf.set", "USER", "school", "STRING", "School")
    assert (field["key"], field["dataType"], field["label"]) == ("school", "STRING", "School")
    assert [item["key"] for item in python.call("udf.list", "USER")] == ["school"]
    values = [{"key": "school", "value": '"UCL"'}]
    (item,) = python.call("udf.set_udf_value_batch", "USER", scene.ada, values)
    assert item["value"] == "UCL"
    (item,) = python.call("udf.list_udf_value", "USER", scene.ada)
    assert (item["key"], item["value"]) == ("school", "UCL")
    assert python.call("udf.remove", "USER", "school")["code"] == 200
    assert python.call("udf.list", "USER") == []


def test_an_undefined_custom_field_has_no_values(python: Driver, scene: Scene) -> None:
    with pytest.raises(VendorError) as caught:
        python.call("users.set_udv", scene.ada, "nothing", "x")
    assert caught.value.type == "AuthingException"
