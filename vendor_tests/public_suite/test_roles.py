"""Roles, their users and policies, with and without a namespace."""

from .repeats import repeats
from .sdk_under_test import SdkUnderTest

NAMESPACES: list[dict[str, object]] = [{}, {"namespace": "default"}]
"""Arguments that name the default namespace."""


@repeats("roles.test_create", methods=("roles.create",))
def test_create(sdk: SdkUnderTest) -> None:
    role = sdk.call("roles.create", code=sdk.new_name(), namespace=None)
    assert role["id"] is not None


@repeats(
    "roles.test_list",
    "roles.test_list_with_namespace",
    "roles.test_list_without_namespace",
    methods=("roles.list",),
)
def test_list(sdk: SdkUnderTest) -> None:
    for options in NAMESPACES:
        code = sdk.new_role()["code"]
        page = sdk.call("roles.list", **options)
        assert page["list"][0]["code"] == code
        assert page["totalCount"] >= len(page["list"])


@repeats("roles.test_detail", "roles.test_detail_with_namespace", methods=("roles.detail",))
def test_detail(sdk: SdkUnderTest) -> None:
    for options in NAMESPACES:
        code = sdk.new_name()
        sdk.call("roles.create", code=code, **options)
        assert sdk.call("roles.detail", code=code, **options)["code"] == code


@repeats(
    "roles.test_update",
    "roles.test_update_with_namespace",
    "roles.test_update_with_new_code",
    "roles.test_update_with_new_code_with_namespace",
    methods=("roles.update",),
)
def test_update(sdk: SdkUnderTest) -> None:
    for options in NAMESPACES:
        code, new_code = sdk.new_role()["code"], sdk.new_name()
        role = sdk.call("roles.update", code=code, description="reads", **options)
        assert role["description"] == "reads"
        role = sdk.call("roles.update", code=code, newCode=new_code, **options)
        assert role["code"] == new_code
        assert sdk.call("roles.detail", code=code) is None


@repeats(
    "roles.test_delete",
    "roles.test_delete_namespace",
    "roles.test_delete_many",
    "roles.test_delete_many_with_namespace",
    methods=("roles.delete", "roles.delete_many"),
)
def test_delete(sdk: SdkUnderTest) -> None:
    for options in NAMESPACES:
        first, second = sdk.new_role()["code"], sdk.new_role()["code"]
        assert sdk.call("roles.delete", code=first, **options)["code"] == 200
        assert sdk.call("roles.delete_many", code_list=[second], **options)["code"] == 200
        for code in (first, second):
            assert sdk.call("roles.detail", code=code, **options) is None


@repeats(
    "roles.test_list_users",
    "roles.test_list_users_with_namespace",
    "roles.test_add_users",
    "roles.test_add_users_with_namespace",
    "roles.test_remove_users",
    "roles.test_remove_users_with_namespace",
    methods=("roles.list_users", "roles.add_users", "roles.remove_users"),
)
def test_users_of_a_role(sdk: SdkUnderTest) -> None:
    user_id = sdk.new_user()["id"]
    for options in NAMESPACES:
        code = sdk.new_role()["code"]
        page = sdk.call("roles.list_users", code=code, **options)
        assert (page["totalCount"], len(page["list"])) == (0, 0)
        sdk.call("roles.add_users", code, [user_id], **options)
        page = sdk.call("roles.list_users", code, **options)
        assert page["totalCount"] == 1
        assert [user["id"] for user in page["list"]] == [user_id]
        sdk.call("roles.remove_users", code, [user_id], **options)
        page = sdk.call("roles.list_users", code, **options)
        assert (page["totalCount"], len(page["list"])) == (0, 0)


@repeats("roles.test_list_users_with_custom_data", methods=("roles.list_users",))
def test_users_of_a_role_with_custom_data(sdk: SdkUnderTest) -> None:
    key, code = sdk.new_field("STRING"), sdk.new_role()["code"]
    info = {"username": sdk.new_name()}
    user = sdk.call("users.create", userInfo=info, custom_data={key: "UCL"})
    sdk.call("roles.add_users", code=code, userIds=[user.get("id")])
    page = sdk.call("roles.list_users", code, with_custom_data=True)
    assert page["totalCount"] == 1
    assert page["list"][0]["customData"][key] == "UCL"


@repeats(
    "roles.test_add_policies",
    "roles.test_remove_policies",
    methods=("roles.add_policies", "roles.list_policies", "roles.remove_policies"),
)
def test_policies_of_a_role(sdk: SdkUnderTest) -> None:
    code, policy = sdk.new_role()["code"], sdk.new_policy()["code"]
    sdk.call("roles.add_policies", code, [policy])
    page = sdk.call("roles.list_policies", code)
    assert page["totalCount"] == 1
    assert page["list"][0]["code"] == policy
    sdk.call("roles.remove_policies", code, [policy])
    assert sdk.call("roles.list_policies", code)["totalCount"] == 0
