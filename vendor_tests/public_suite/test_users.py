"""Users: creating, finding, changing and deleting them, their assignments and sessions."""

from .known_differences import UNKNOWN_USER_IS_NO_ERROR
from .repeats import repeats
from .sdk_under_test import SdkUnderTest

UNKNOWN_ID = "0" * 24


@repeats("users.test_create", methods=("users.create",))
def test_create(sdk: SdkUnderTest) -> None:
    user = sdk.new_user(password="a password", nickname="Ada")
    assert user["id"]
    assert user["nickname"] == "Ada"


@repeats("users.test_update", methods=("users.update",))
def test_update(sdk: SdkUnderTest) -> None:
    user = sdk.new_user()
    changed = sdk.call("users.update", userId=user["id"], updates={"nickname": "Countess"})
    assert changed["id"] == user["id"]
    assert changed.get("nickname") == "Countess"


@repeats("users.test_detail", methods=("users.detail",))
def test_detail(sdk: SdkUnderTest) -> None:
    user = sdk.new_user()
    detail = sdk.call("users.detail", user_id=user["id"])
    assert (detail["id"], detail["username"]) == (user["id"], user["username"])


@repeats("users.test_list", "users.test_list_has_identities", methods=("users.list",))
def test_list(sdk: SdkUnderTest) -> None:
    user = sdk.new_user()
    page = sdk.call("users.list")
    users, count = page.get("list"), page["totalCount"]
    assert users[0]["id"] == user["id"]
    assert count >= len(users) > 0
    assert all(isinstance(user.get("identities"), list) for user in users)


@repeats("users.test_batch", methods=("users.batch",))
def test_batch(sdk: SdkUnderTest) -> None:
    user = sdk.new_user()
    users = sdk.call("users.batch", userIds=[user["id"]])
    assert len(users) == 1
    assert users[0]["id"] == user["id"]


@repeats("users.test_find", methods=("users.find",))
def test_find(sdk: SdkUnderTest) -> None:
    user = sdk.new_user()
    assert sdk.call("users.find", username=user["username"])["id"] == user["id"]
    assert sdk.call("users.find", username=sdk.new_name()) is None


@repeats("users.test_search", methods=("users.search",))
def test_search(sdk: SdkUnderTest) -> None:
    user = sdk.new_user(nickname=sdk.new_name())
    page = sdk.call("users.search", query=user["nickname"])
    assert [found["id"] for found in page["list"]] == [user["id"]]


@repeats("users.test_exists", methods=("users.exists",))
def test_exists(sdk: SdkUnderTest) -> None:
    user = sdk.new_user()
    names = {name: user[name] for name in ("username", "email", "phone")}
    assert names["email"] is None
    assert sdk.call("users.exists", **names)
    assert not sdk.call("users.exists", username=sdk.new_name())


@repeats(
    "users.test_delete", "users.test_delete_many", methods=("users.delete", "users.delete_many")
)
def test_delete(sdk: SdkUnderTest) -> None:
    first, second = sdk.new_user(), sdk.new_user()
    assert sdk.call("users.delete", userId=first["id"])["code"] == 200
    assert sdk.call("users.delete_many", userIds=[second["id"]])["code"] == 200
    for user in (first, second):
        assert sdk.call("users.detail", user_id=user["id"]) is None


@repeats("users.test_list_archived_users", methods=("users.list_archived_users",))
def test_list_archived_users(sdk: SdkUnderTest) -> None:
    username = sdk.new_user()["username"]
    sdk.seed(archived=[username])
    page = sdk.call("users.list_archived_users")
    assert page["list"][0]["username"] == username
    assert page["totalCount"] > 0


@repeats(
    "users.test_list_roles",
    "users.test_add_roles",
    "users.test_remove_roles",
    methods=("users.list_roles", "users.add_roles", "users.remove_roles", "roles.list"),
)
def test_roles_of_a_user(sdk: SdkUnderTest) -> None:
    user_id = sdk.new_user()["id"]
    assert sdk.call("users.list_roles", userId=user_id)["totalCount"] == 0
    sdk.new_role()
    codes = [role["code"] for role in sdk.call("roles.list")["list"]]
    sdk.call("users.add_roles", userId=user_id, roles=codes)
    page = sdk.call("users.list_roles", userId=user_id)
    assert page["totalCount"] == len(page["list"]) == len(codes)
    sdk.call("users.remove_roles", userId=user_id, roles=codes)
    page = sdk.call("users.list_roles", userId=user_id)
    assert (page["totalCount"], len(page["list"])) == (0, 0)


@repeats("users.test_has_role", methods=("users.has_role",))
def test_has_role(sdk: SdkUnderTest) -> None:
    user_id, code = sdk.new_user()["id"], sdk.new_role()["code"]
    assert not sdk.call("users.has_role", user_id, code)
    sdk.call("users.add_roles", user_id, [code])
    assert sdk.call("users.has_role", user_id, code)


@repeats(
    "users.test_add_group",
    "users.test_list_groups",
    "users.test_remove_group",
    methods=("users.add_group", "users.list_groups", "users.remove_group"),
)
def test_groups_of_a_user(sdk: SdkUnderTest) -> None:
    user_id, code = sdk.new_user()["id"], sdk.new_group()["code"]
    page = sdk.call("users.list_groups", user_id)
    assert (page["totalCount"], len(page["list"])) == (0, 0)
    # Users who are not members are ignored.
    assert sdk.call("users.remove_group", user_id, code)["code"] == 200
    assert sdk.call("users.add_group", user_id, code)["code"] == 200
    assert [group["code"] for group in sdk.call("users.list_groups", user_id)["list"]] == [code]
    assert sdk.call("users.remove_group", user_id, code)["code"] == 200
    assert sdk.call("users.list_groups", user_id)["totalCount"] == 0


@repeats(
    "users.test_add_policies",
    "users.test_remove_policies",
    methods=("users.add_policies", "users.list_policies", "users.remove_policies"),
)
def test_policies_of_a_user(sdk: SdkUnderTest) -> None:
    user_id, code = sdk.new_user()["id"], sdk.new_policy()["code"]
    sdk.call("users.add_policies", userId=user_id, policies=[code])
    page = sdk.call("users.list_policies", userId=user_id)
    assert page["totalCount"] == 1
    assert page["list"][0]["code"] == code
    sdk.call("users.remove_policies", userId=user_id, policies=[code])
    assert sdk.call("users.list_policies", userId=user_id)["totalCount"] == 0


@repeats(
    "users.test_list_org",
    methods=("users.list_org",),
)
def test_organisations_of_a_user(sdk: SdkUnderTest) -> None:
    user, code = sdk.new_user(), sdk.new_name()
    hall = {"name": "Hall", "code": f"{code}hall", "members": [user["username"]]}
    sdk.seed(organisations=[{"name": "Library", "code": code, "children": [hall]}])
    (path,) = sdk.call("users.list_org", user["id"])
    assert path[-1]["code"] == hall["code"]


@repeats("users.test_list_dept", methods=("users.list_department",))
def test_departments_of_a_user(sdk: SdkUnderTest) -> None:
    user, code = sdk.new_user(), sdk.new_name()
    sdk.seed(organisations=[{"name": "Hall", "code": code, "members": [user["username"]]}])
    (membership,) = sdk.call("users.list_department", user["id"])["departments"]["list"]
    assert membership["department"]["code"] == code


@repeats("users.test_refresh_token", methods=("users.refresh_token", "check_login_status"))
def test_refresh_token(sdk: SdkUnderTest) -> None:
    user_id = sdk.new_user()["id"]
    token = sdk.call("users.refresh_token", userId=user_id)
    assert token["exp"] > token["iat"] > 0
    status = sdk.call("check_login_status", token=token["token"])
    assert status["data"]["id"] == user_id


@repeats("users.test_kick_users", "users.test_logout", methods=("users.kick", "users.logout"))
def test_end_sessions(sdk: SdkUnderTest) -> None:
    first, second = sdk.new_logged_in_user()["id"], sdk.new_logged_in_user()["id"]
    assert sdk.is_logged_in(first)
    assert sdk.is_logged_in(second)
    assert sdk.call("users.kick", [first])
    assert sdk.call("users.logout", second)["code"] == 200
    assert not sdk.is_logged_in(first)
    assert not sdk.is_logged_in(second)


@repeats(
    "users.test_check_login_status",
    methods=("users.check_login_status",),
    difference=UNKNOWN_USER_IS_NO_ERROR,
)
def test_check_login_status_of_an_unknown_user(sdk: SdkUnderTest) -> None:
    assert sdk.call("users.check_login_status", UNKNOWN_ID)["code"] == 2004


@repeats("users.test_list_user_actions", methods=("users.list_user_actions",))
def test_list_user_actions(sdk: SdkUnderTest) -> None:
    sdk.new_logged_in_user()
    page = sdk.call("users.list_user_actions")
    assert page["list"][0]["operation_name"] == "login"
    assert page["totalCount"] > 0


@repeats("users.test_send_first_login_email", methods=("users.send_first_login_verify_email",))
def test_send_first_login_verify_email(sdk: SdkUnderTest) -> None:
    user = sdk.new_user(email=f"{sdk.new_name()}@example.com")
    sent = sdk.call("users.send_first_login_verify_email", app_id=UNKNOWN_ID, user_id=user["id"])
    assert sent["message"]
    assert sdk.mail_recipients()[-1] == user["email"]
