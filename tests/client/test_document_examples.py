"""Every example of the document UsersManagementClient, run unchanged.

Only the IDs and codes that the document leaves to the reader are filled in.
"""
# ruff: noqa: E501

from dataclasses import dataclass
from typing import Any

import pytest

from authing_users import InvalidInputError, ManagementClient, User

from ..support.client_kinds import Management
from ..support.emulator_pool import EmulatorPool

pytestmark = pytest.mark.parametrize("client_kind", ["sync"])  # the examples are synchronous

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
class ExamplePool:
    """Two users, a group and two roles, under the names that the document uses."""

    client: ManagementClient
    bob: User
    alice: User

    def run(self, example: str) -> dict[str, Any]:
        """Run an example with the IDs of the pool; return the names that it defined."""
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
def pool(client: Management, emulator_pool: EmulatorPool) -> ExamplePool:
    emulator_pool.seed_roles("ROLE1", "ROLE2")
    emulator_pool.seed_groups("GEOUP_CODE")
    assert isinstance(client, ManagementClient)
    return ExamplePool(
        client,
        bob=client.users.create({"username": "bob"}),
        alice=client.users.create({"username": "alice"}),
    )


def test_detail_returns_the_user(pool: ExamplePool) -> None:
    assert pool.run(DETAIL)["data"] == pool.bob


def test_delete_removes_the_user(pool: ExamplePool) -> None:
    data = pool.run(DELETE)["data"]
    assert data["code"] == 200
    assert isinstance(data["message"], str)
    assert pool.client.users.detail(pool.bob.id) is None


def test_batch_returns_the_users(pool: ExamplePool) -> None:
    assert pool.run(BATCH)["data"] == [pool.bob, pool.alice]


def test_list_returns_a_page_of_users(pool: ExamplePool) -> None:
    names = pool.run(LIST)
    assert names["totalCount"] == 2
    assert names["users"] == [pool.alice, pool.bob]


def test_search_finds_a_user_by_name(pool: ExamplePool) -> None:
    names = pool.run(SEARCH)
    assert names["totalCount"] == 1
    assert names["users"] == [pool.bob]


def test_refresh_token_returns_a_token_for_fifteen_days(pool: ExamplePool) -> None:
    names = pool.run(REFRESH_TOKEN)
    assert names["token"].count(".") == 2
    assert names["exp"] - names["iat"] == 15 * 24 * 3600


def test_add_group_and_remove_group_change_the_membership(pool: ExamplePool) -> None:
    names = pool.run(ADD_GROUP)
    assert names["code"] == 200
    assert isinstance(names["message"], str)
    assert [group.code for group in pool.client.users.list_groups(pool.bob.id).list] == [
        "GEOUP_CODE"
    ]
    names = pool.run(REMOVE_GROUP)
    assert names["code"] == 200
    assert pool.client.users.list_groups(pool.bob.id).list == []


def test_add_roles_and_remove_roles_return_the_resulting_roles(pool: ExamplePool) -> None:
    names = pool.run(ADD_ROLES)
    assert names["totalCount"] == 2
    assert {role["code"] for role in names["users"]} == {"ROLE1", "ROLE2"}
    assert names["data"]["code"] == 200
    names = pool.run(REMOVE_ROLES)
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
def test_an_example_that_cannot_work_is_rejected_with_a_hint(
    pool: ExamplePool, emulator_pool: EmulatorPool, example: str, hint: str
) -> None:
    before = emulator_pool.request_count
    with pytest.raises(InvalidInputError) as caught:
        pool.run(example)
    assert hint in str(caught.value)
    assert emulator_pool.request_count == before
    assert pool.client.users.list().total_count == 2


def test_the_first_example_works_with_the_field_spelled_correctly(pool: ExamplePool) -> None:
    pool.client.users.delete(pool.bob.id)
    user = pool.run(CREATE.replace("signedUpd", "signedUp"))["user"]
    assert (user.username, user.phone, user.nickname) == ("bob", "188xxxx8888", "Nick")
    assert user["loginsCount"] == 2
    assert user["signedUp"] == "2020-10-15T17:55:37+08:00"
