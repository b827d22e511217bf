"""Groups and their members."""

import json

from .known_differences import JSON_WITHOUT_DEFAULT
from .repeats import repeats
from .stage import Stage


@repeats("groups.test_create", methods=("groups.create",), difference=JSON_WITHOUT_DEFAULT)
def test_a_group_is_json(stage: Stage) -> None:
    group = stage.new_group()
    assert group["code"]
    assert json.loads(json.dumps(group, indent=4))["code"] == group["code"]


@repeats("groups.test_detail", methods=("groups.detail",))
def test_detail(stage: Stage) -> None:
    group = stage.new_group()
    detail = stage.call("groups.detail", group.get("code"))
    for field in ("code", "name", "description"):
        assert detail.get(field) == group.get(field)


@repeats("groups.test_update", "groups.test_update_code", methods=("groups.update",))
def test_update(stage: Stage) -> None:
    code = stage.new_group()["code"]
    group = stage.call("groups.update", code, name="Readers", description="borrow books")
    assert (group["code"], group["name"]) == (code, "Readers")
    assert group["description"] == "borrow books"
    new_code = stage.new_name()
    group = stage.call("groups.update", code=code, new_code=new_code)
    assert (group["code"], group["name"]) == (new_code, "Readers")


@repeats("groups.test_list", methods=("groups.list",))
def test_list(stage: Stage) -> None:
    code = stage.new_group()["code"]
    page = stage.call("groups.list")
    assert page.get("totalCount") >= len(page.get("list"))
    assert page["list"][0]["code"] == code


@repeats(
    "groups.test_delete",
    "groups.test_delete_many",
    methods=("groups.delete", "groups.delete_many"),
)
def test_delete(stage: Stage) -> None:
    first, second = stage.new_group()["code"], stage.new_group()["code"]
    stage.call("groups.delete", first)
    stage.call("groups.delete_many", code_list=[second])
    for code in (first, second):
        assert stage.call("groups.detail", code=code) is None


@repeats(
    "groups.test_add_users",
    "groups.test_list_users",
    "groups.test_remove_users",
    methods=("groups.add_users", "groups.list_users", "groups.remove_users"),
)
def test_members(stage: Stage) -> None:
    code = stage.new_group()["code"]
    user_ids = [stage.new_logged_in_user()["id"] for _ in range(2)]
    assert stage.call("groups.add_users", code=code, user_ids=user_ids).get("code") == 200
    page = stage.call("groups.list_users", code)
    assert page["totalCount"] == len(page["list"]) == 2
    for user in page["list"]:
        assert user["id"] in user_ids
        assert user.get("status") is not None
        assert user.get("lastIP") is not None
    stage.call("groups.remove_users", code=code, user_ids=user_ids)
    page = stage.call("groups.list_users", code)
    assert (page["totalCount"], len(page["list"])) == (0, 0)
