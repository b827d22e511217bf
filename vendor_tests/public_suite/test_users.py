"""Users: creating, finding, changing and deleting them, their assignments and sessions."""

from .known_differences import UNKNOWN_USER_IS_NO_ERROR
from .repeats import repeats
from .stage import Stage

UNKNOWN_ID = "0" * 24


@repeats("users.test_create", methods=("users.create",))
def test_create(stage: Stage) -> None:
    user = stage.new_user(password="a password", nickname="Ada")
    assert user["id"]
    assert user["nickname"] == "Ada"


@repeats("users.test_update", methods=("users.update",))
def test_update(stage: Stage) -> None:
    user = stage.new_user()
    changed = stage.call("users.update", userId=user["id"], updates={"nickname": "Countess"})
    assert changed["id"] == user["id"]
    assert changed.get("nickname") == "Countess"


@repeats("users.test_detail", methods=("users.detail",))
def test_detail(stage: Stage) -> None:
    user = stage.new_user()
    detail = stage.call("users.detail", user_id=user["id"])
    assert (detail["id"], detail["username"]) == (user["id"], user["username"])


@repeats("users.test_list", "users.test_list_has_identities", methods=("users.list",))
def test_list(stage: Stage) -> None:
    user = stage.new_user()
    page = stage.call("users.list")
    users, count = page.get("list"), page["totalCount"]
    assert users[0]["id"] == user["id"]
    assert count >= len(users) > 0
    assert all(isinstance(user.get("identities"), list) for user in users)


@repeats("users.test_batch", methods=("users.batch",))
def test_batch(stage: Stage) -> None:
    user = stage.new_user()
    users = stage.call("users.batch", userIds=[user["id"]])
    assert len(users) == 1
    assert users[0]["id"] == user["id"]


@repeats("users.test_find", methods=("users.find",))
def test_find(stage: Stage) -> None:
    user = stage.new_user()
    assert stage.call("users.find", username=user["username"])["id"] == user["id"]
    assert stage.call("users.find", username=stage.new_name()) is None


@repeats("users.test_search", methods=("users.search",))
def test_search(stage: Stage) -> None:
    user = stage.new_user(nickname=stage.new_name())
    page = stage.call("users.search", query=user["nickname"])
    assert [found["id"] for found in page["list"]] == [user["id"]]


@repeats("users.test_exists", methods=("users.exists",))
def test_exists(stage: Stage) -> None:
    user = stage.new_user()
    names = {name: user[name] for name in ("username", "email", "phone")}
    assert names["email"] is None
    assert stage.call("users.exists", **names)
    assert not stage.call("users.exists", username=stage.new_name())


@repeats(
    "users.test_delete", "users.test_delete_many", methods=("users.delete", "users.delete_many")
)
def test_delete(stage: Stage) -> None:
    first, second = stage.new_user(), stage.new_user()
    assert stage.call("users.delete", userId=first["id"])["code"] == 200
    assert stage.call("users.delete_many", userIds=[second["id"]])["code"] == 200
    for user in (first, second):
        assert stage.call("users.detail", user_id=user["id"]) is None


@repeats("users.test_list_archived_users", methods=("users.list_archived_users",))
def test_list_archived_users(stage: Stage) -> None:
    username = stage.new_user()["username"]
    stage.seed(archived=[username])
    page = stage.call("users.list_archived_users")
    assert page["list"][0]["username"] == username
    assert page["totalCount"] > 0


@repeats(
    "users.test_list_roles",
    "users.test_add_roles",
    "users.test_remove_roles",
    methods=("users.list_roles", "users.add_roles", "users.remove_roles", "roles.list"),
)
def test_roles_of_a_user(stage: Stage) -> None:
    user_id = stage.new_user()["id"]
    assert stage.call("users.list_roles", userId=user_id)["totalCount"] == 0
    stage.new_role()
    codes = [role["code"] for role in stage.call("roles.list")["list"]]
    stage.call("users.add_roles", userId=user_id, roles=codes)
    page = stage.call("users.list_roles", userId=user_id)
    assert page["totalCount"] == len(page["list"]) == len(codes)
    stage.call("users.remove_roles", userId=user_id, roles=codes)
    page = stage.call("users.list_roles", userId=user_id)
    assert (page["totalCount"], len(page["list"])) == (0, 0)


@repeats("users.test_has_role", methods=("users.has_role",))
def test_has_role(stage: Stage) -> None:
    user_id, code = stage.new_user()["id"], stage.new_role()["code"]
    assert not stage.call("users.has_role", user_id, code)
    stage.call("users.add_roles", user_id, [code])
    assert stage.call("users.has_role", user_id, code)


@repeats(
    "users.test_add_group",
    "users.test_list_groups",
    "users.test_remove_group",
    methods=("users.add_group", "users.list_groups", "users.remove_group"),
)
def test_groups_of_a_user(stage: Stage) -> None:
    user_id, code = stage.new_user()["id"], stage.new_group()["code"]
    page = stage.call("users.list_groups", user_id)
    assert (page["totalCount"], len(page["list"])) == (0, 0)
    # Users who are not members are ignored.
    assert stage.call("users.remove_group", user_id, code)["code"] == 200
    assert stage.call("users.add_group", user_id, code)["code"] == 200
    assert [group["code"] for group in stage.call("users.list_groups", user_id)["list"]] == [code]
    assert stage.call("users.remove_group", user_id, code)["code"] == 200
    assert stage.call("users.list_groups", user_id)["totalCount"] == 0


@repeats(
    "users.test_add_policies",
    "users.test_remove_policies",
    methods=("users.add_policies", "users.list_policies", "users.remove_policies"),
)
def test_policies_of_a_user(stage: Stage) -> None:
    user_id, code = stage.new_user()["id"], stage.new_policy()["code"]
    stage.call("users.add_policies", userId=user_id, policies=[code])
    page = stage.call("users.list_policies", userId=user_id)
    assert page["totalCount"] == 1
    assert page["list"][0]["code"] == code
    stage.call("users.remove_policies", userId=user_id, policies=[code])
    assert stage.call("users.list_policies", userId=user_id)["totalCount"] == 0


@repeats(
    "users.test_list_org",
    methods=("users.list_org",),
)
def test_organisations_of_a_user(stage: Stage) -> None:
    user, code = stage.new_user(), stage.new_name()
    hall = {"name": "Hall", "code": f"{code}hall", "members": [user["username"]]}
    stage.seed(organisations=[{"name": "Library", "code": code, "children": [hall]}])
    (path,) = stage.call("users.list_org", user["id"])
    assert path[-1]["code"] == hall["code"]


@repeats("users.test_list_dept", methods=("users.list_department",))
def test_departments_of_a_user(stage: Stage) -> None:
    user, code = stage.new_user(), stage.new_name()
    stage.seed(organisations=[{"name": "Hall", "code": code, "members": [user["username"]]}])
    (membership,) = stage.call("users.list_department", user["id"])["departments"]["list"]
    assert membership["department"]["code"] == code


@repeats("users.test_refresh_token", methods=("users.refresh_token", "check_login_status"))
def test_refresh_token(stage: Stage) -> None:
    user_id = stage.new_user()["id"]
    token = stage.call("users.refresh_token", userId=user_id)
    assert token["exp"] > token["iat"] > 0
    status = stage.call("check_login_status", token=token["token"])
    assert status["data"]["id"] == user_id


@repeats("users.test_kick_users", "users.test_logout", methods=("users.kick", "users.logout"))
def test_end_sessions(stage: Stage) -> None:
    first, second = stage.new_logged_in_user()["id"], stage.new_logged_in_user()["id"]
    assert stage.is_logged_in(first)
    assert stage.is_logged_in(second)
    assert stage.call("users.kick", [first])
    assert stage.call("users.logout", second)["code"] == 200
    assert not stage.is_logged_in(first)
    assert not stage.is_logged_in(second)


@repeats(
    "users.test_check_login_status",
    methods=("users.check_login_status",),
    difference=UNKNOWN_USER_IS_NO_ERROR,
)
def test_check_login_status_of_an_unknown_user(stage: Stage) -> None:
    assert stage.call("users.check_login_status", UNKNOWN_ID)["code"] == 2004


@repeats("users.test_list_user_actions", methods=("users.list_user_actions",))
def test_list_user_actions(stage: Stage) -> None:
    stage.new_logged_in_user()
    page = stage.call("users.list_user_actions")
    assert page["list"][0]["operation_name"] == "login"
    assert page["totalCount"] > 0


@repeats("users.test_send_first_login_email", methods=("users.send_first_login_verify_email",))
def test_send_first_login_verify_email(stage: Stage) -> None:
    user = stage.new_user(email=f"{stage.new_name()}@example.com")
    sent = stage.call("users.send_first_login_verify_email", app_id=UNKNOWN_ID, user_id=user["id"])
    assert sent["message"]
    assert stage.mail_recipients()[-1] == user["email"]
