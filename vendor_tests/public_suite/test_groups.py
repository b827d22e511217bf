"""Groups and their members."""

import json

from .known_differences import JSON_WITHOUT_DEFAULT
from .repeats import repeats
from .sdk_under_test import SdkUnderTest


@repeats("groups.test_create", methods=("groups.create",), difference=JSON_WITHOUT_DEFAULT)
def test_a_group_is_json(sdk: SdkUnderTest) -> None:
    group = sdk.new_group()
    assert group["code"]
    assert json.loads(json.dumps(group, indent=4))["code"] == group["code"]


@repeats("groups.test_detail", methods=("groups.detail",))
def test_detail(sdk: SdkUnderTest) -> None:
    group = sdk.new_group()
    detail = sdk.call("groups.detail", group.get("code"))
    for field in ("code", "name", "description"):
        assert detail.get(field) == group.get(field)


@repeats("groups.test_update", "groups.test_update_code", methods=("groups.update",))
def test_update(sdk: SdkUnderTest) -> None:
    code = sdk.new_group()["code"]
    group = sdk.call("groups.update", code, name="Readers", description="borrow books")
    assert (group["code"], group["name"]) == (code, "Readers")
    assert group["description"] == "borrow books"
    new_code = sdk.new_name()
    group = sdk.call("groups.update", code=code, new_code=new_code)
    assert (group["code"], group["name"]) == (new_code, "Readers")


@repeats("groups.test_list", methods=("groups.list",))
def test_list(sdk: SdkUnderTest) -> None:
    code = sdk.new_group()["code"]
    page = sdk.call("groups.list")
    assert page.get("totalCount") >= len(page.get("list"))
    assert page["list"][0]["code"] == code


@repeats(
    "groups.test_delete",
    "groups.test_delete_many",
    methods=("groups.delete", "groups.delete_many"),
)
def test_delete(sdk: SdkUnderTest) -> None:
    first, second = sdk.new_group()["code"], sdk.new_group()["code"]
    sdk.call("groups.delete", first)
    sdk.call("groups.delete_many", code_list=[second])
    for code in (first, second):
        assert sdk.call("groups.detail", code=code) is None


@repeats(
    "groups.test_add_users",
    "groups.test_list_users",
    "groups.test_remove_users",
    methods=("groups.add_users", "groups.list_users", "groups.remove_users"),
)
def test_members(sdk: SdkUnderTest) -> None:
    code = sdk.new_group()["code"]
    user_ids = [sdk.new_logged_in_user()["id"] for _ in range(2)]
    assert sdk.call("groups.add_users", code=code, user_ids=user_ids).get("code") == 200
    page = sdk.call("groups.list_users", code)
    assert page["totalCount"] == len(page["list"]) == 2
    for user in page["list"]:
        assert user["id"] in user_ids
        assert user.get("status") is not None
        assert user.get("lastIP") is not None
    sdk.call("groups.remove_users", code=code, user_ids=user_ids)
    page = sdk.call("groups.list_users", code)
    assert (page["totalCount"], len(page["list"])) == (0, 0)
