"""Every example of the document UsersManagementClient, run as it stands there.

Only what the document leaves to the reader (ids, codes) is filled in.
"""
# ruff: noqa: E501

from dataclasses import dataclass
from typing import Any

import pytest

from authing_users import InvalidInputError, ManagementClient, User

from ..support.emulator_pool import Stage

CREATE = """
user = management_client.users.create(
  userInfo={
    'username': 'bob',
    'password': '123456',
    'phone': '188xxxx8888', # Since this is an admin operation, SMS authentication is needed. If you need it, please use AuthenticationClient
    'nickname': 'Nick',
    'loginsCount': 2, # login counter of the user in original system
    'signedUpd': '2020-10-15T17:55:37+08:00', # register time of the user in original system
})
"""
DETAIL = """
data = management_client.users.detail(
  userId="60b4a136d9xxxxcc3d87e55a"
)
"""
DELETE = """
data = management_client.users.delete(
  userId="USERID1"
)
"""
DELETE_MANY = """
data = management_client.users.detail(
  userIds=["USERID1", "USERID2"]
)
"""
BATCH = """
data = management_client.users.batch(
  userIds=["USERID1", "USERID2"]
)
"""
LIST = """
data = management_client.users.list()
totalCount = data['totalCount'] # total amount of users
users = data['list'] # current page
"""
SEARCH = """
query = 'Bob'
data = management_client.users.search(query=query)
totalCount = data['totalCount'] # total amount of users
users = data['list'] # role list
"""
REFRESH_TOKEN = """
data = management_client.users.refresh_token(
    userId="60b4a136d9xxxxcc3d87e55a"
)
token, iat, exp = data['token'], data['iat'], data['exp']
"""
LIST_GROUPS = """
data = management_client.users.list_groups()
totalCount = data['totalCount'] # total amount of user group
users = data['list'] # current page
"""
ADD_GROUP = """
data = management_client.users.add_group('USER_ID', 'GEOUP_CODE')
code, message = data['code'], data['message']
"""
REMOVE_GROUP = """
data = management_client.users.remove_group('USER_ID', 'GEOUP_CODE')
code, message = data['code'], data['message']
"""
LIST_ROLES = """
data = management_client.users.list_roles()
totalCount = data['totalCount'] # total amount of roles
users = data['list'] # role list
"""
ADD_ROLES = """
data = management_client.users.add_roles(
   userId='60b4a136d9xxxxcc3d87e55a',
   roles=['ROLE1', 'ROLE2']
)
totalCount = data['totalCount'] # the latest amount
users = data['list'] # latest role list
"""
REMOVE_ROLES = """
data = management_client.users.remove_roles(
   userId='60b4a136d9xxxxcc3d87e55a',
   roles=['ROLE1', 'ROLE2']
)
totalCount = data['totalCount'] # the latest amount
users = data['list'] # latest role list
"""


@dataclass
class Scene:
    """Two users, a group and two roles, under the names that the document uses."""

    client: ManagementClient
    bob: User
    alice: User

    def run(self, example: str) -> dict[str, Any]:
        """Run an example with the ids of the scene; return the names that it defined."""
        for placeholder, real in {
            "60b4a136d9xxxxcc3d87e55a": self.bob.id,
            "USERID1": self.bob.id,
            "USERID2": self.alice.id,
            "USER_ID": self.bob.id,
        }.items():
            example = example.replace(placeholder, real)
        names: dict[str, Any] = {"management_client": self.client}
        exec(example, names)
        return names


@pytest.fixture
def scene(stage: Stage) -> Scene:
    stage.roles("ROLE1", "ROLE2")
    stage.groups("GEOUP_CODE")
    client = stage.sync_client()
    return Scene(
        client,
        bob=client.users.create({"username": "bob"}),
        alice=client.users.create({"username": "alice"}),
    )


def test_detail(scene: Scene) -> None:
    assert scene.run(DETAIL)["data"] == scene.bob


def test_delete(scene: Scene) -> None:
    data = scene.run(DELETE)["data"]
    assert data["code"] == 200
    assert isinstance(data["message"], str)
    assert scene.client.users.detail(scene.bob.id) is None


def test_batch(scene: Scene) -> None:
    assert scene.run(BATCH)["data"] == [scene.bob, scene.alice]


def test_list(scene: Scene) -> None:
    names = scene.run(LIST)
    assert names["totalCount"] == 2
    assert names["users"] == [scene.alice, scene.bob]


def test_search(scene: Scene) -> None:
    names = scene.run(SEARCH)
    assert names["totalCount"] == 1
    assert names["users"] == [scene.bob]


def test_refresh_token(scene: Scene) -> None:
    names = scene.run(REFRESH_TOKEN)
    assert names["token"].count(".") == 2
    assert names["exp"] - names["iat"] == 15 * 24 * 3600


def test_add_group_and_remove_group(scene: Scene) -> None:
    names = scene.run(ADD_GROUP)
    assert names["code"] == 200
    assert isinstance(names["message"], str)
    assert [group.code for group in scene.client.users.list_groups(scene.bob.id).list] == [
        "GEOUP_CODE"
    ]
    names = scene.run(REMOVE_GROUP)
    assert names["code"] == 200
    assert scene.client.users.list_groups(scene.bob.id).list == []


def test_add_roles_and_remove_roles(scene: Scene) -> None:
    names = scene.run(ADD_ROLES)
    assert names["totalCount"] == 2
    assert {role["code"] for role in names["users"]} == {"ROLE1", "ROLE2"}
    assert names["data"]["code"] == 200
    names = scene.run(REMOVE_ROLES)
    assert names["totalCount"] == 0
    assert names["users"] == []


@pytest.mark.parametrize(
    ("example", "hint"),
    [
        (CREATE, "Unknown key 'signedUpd' in userInfo. Did you mean 'signedUp'?"),
        (DELETE_MANY, "write batch(userIds=[…]) to fetch several, or delete_many(userIds=[…])"),
        (LIST_GROUPS, "list_groups() needs a user ID: write list_groups('USER_ID')"),
        (LIST_ROLES, "list_roles() needs a user ID: write list_roles('USER_ID')"),
    ],
    ids=["create", "delete_many", "list_groups", "list_roles"],
)
def test_an_example_that_cannot_work_is_refused_with_a_hint(
    scene: Scene, stage: Stage, example: str, hint: str
) -> None:
    before = stage.requests
    with pytest.raises(InvalidInputError) as caught:
        scene.run(example)
    assert hint in str(caught.value)
    assert stage.requests == before
    assert scene.client.users.list().total_count == 2


def test_the_first_example_works_once_the_field_is_spelt_right(scene: Scene) -> None:
    scene.client.users.delete(scene.bob.id)
    user = scene.run(CREATE.replace("signedUpd", "signedUp"))["user"]
    assert (user.username, user.phone, user.nickname) == ("bob", "188xxxx8888", "Nick")
    assert user["loginsCount"] == 2
    assert user["signedUp"] == "2020-10-15T17:55:37+08:00"
