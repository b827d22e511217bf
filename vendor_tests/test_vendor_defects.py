"""Calls that work in `authing_users` but are broken or missing in the vendor's Python SDK."""

import pytest

from authing_graphql import CreateUserIdentityInputDict
from authing_users import ManagementClient
from authing_users.errors import NotFoundError

from .canonical_request import canonical_request
from .proxy import RecordingProxy
from .sdk_drivers import Driver, VendorError
from .seeded_pool import UNKNOWN_ID, SeededPool


def test_get_udf_value_batch_returns_the_values_of_several_users(
    client: ManagementClient, pool: SeededPool
) -> None:
    """The vendor sends the variable ``targetId``, but its own document declares ``targetIds``."""
    pool.ensure("custom_values")
    values = client.users.get_udf_value_batch([pool.ada, pool.bob])
    assert values == {pool.ada: pool.custom_values, pool.bob: {}}


def test_create_role_stores_the_parent(client: ManagementClient, pool: SeededPool) -> None:
    """The vendor sends the variable ``parentCode``, but its own document declares ``parent``."""
    role = client.roles.create("binder", parentCode="clerk")
    assert role.parent is not None
    assert role.parent.code == "clerk"
    stored = client.roles.detail("binder")
    assert stored is not None
    assert stored.parent is not None
    assert stored.parent.code == "clerk"


def test_search_accepts_fields(
    client: ManagementClient, python_sdk: Driver, pool: SeededPool
) -> None:
    """The vendor's method has no parameter for the declared variable ``fields``."""
    with pytest.raises(VendorError, match="fields") as caught:
        python_sdk.call("users.search", "Analytical", fields=["company"])
    assert caught.value.type == "TypeError"
    pool.ensure("custom_values")
    (user,) = client.users.search("Analytical", {"fields": ["company"]}).list
    assert user.id == pool.ada
    (user,) = client.users.search("Analytical", ["company"], with_custom_data=True).list
    assert user.custom_data == pool.custom_values
    assert client.users.search("Analytical", {"fields": ["username"]}).list == []


def test_list_accepts_a_sort_order(client: ManagementClient, pool: SeededPool) -> None:
    """The vendor's method has no parameter for the declared variable ``sortBy``."""
    oldest_first = [user.id for user in client.users.list(sort_by="CREATEDAT_ASC").list]
    assert oldest_first == [pool.ada, pool.bob, pool.eve]
    assert [user.id for user in client.users.list().list] == oldest_first[::-1]


def test_list_can_exclude_members_of_organisations(
    client: ManagementClient, pool: SeededPool
) -> None:
    """The vendor's method has no parameter for the declared variable ``excludeUsersInOrg``."""
    pool.ensure("department")
    users = client.users.list(exclude_users_in_org=True).list
    assert {user.id for user in users} == {pool.bob, pool.eve}


def test_create_and_find_accept_an_identity(client: ManagementClient, pool: SeededPool) -> None:
    """The vendor's methods have no parameter for the declared variable ``identity``."""
    identity: CreateUserIdentityInputDict = {
        "provider": "wechat",
        "userIdInIdp": "wx-1",
        "isSocial": True,
    }
    user = client.users.create({"username": "nina"}, identity=identity)
    same_user = client.users.find(identity={"provider": "wechat", "userIdInIdp": "wx-1"})
    assert same_user is not None
    assert same_user.id == user.id


def test_create_accepts_reset_password_on_first_login(
    client: ManagementClient, proxy: RecordingProxy, pool: SeededPool
) -> None:
    """The vendor's method has no parameter for ``resetPasswordOnFirstLogin``."""
    proxy.take_new_requests()
    client.users.create({"username": "nina"}, reset_password_on_first_login=True)
    (request,) = proxy.take_new_requests()
    arguments = canonical_request(request)["arguments"]["createUser"]
    assert arguments["resetPasswordOnFirstLogin"] is True


def test_list_department_accepts_an_organisation(
    client: ManagementClient, pool: SeededPool
) -> None:
    """The vendor's method has no parameter for the declared variable ``orgId``."""
    pool.ensure("department")
    (membership,) = client.users.list_department(pool.ada).list
    assert membership.department is not None
    assert membership.department.org_id is not None
    assert client.users.list_department(pool.ada, membership.department.org_id).list == [membership]
    assert client.users.list_department(pool.ada, UNKNOWN_ID).list == []


def test_set_custom_field_accepts_options(client: ManagementClient, pool: SeededPool) -> None:
    """The vendor's method has no parameter for the declared variable ``options``."""
    choices = '[{"value": "red", "label": "Red"}]'
    client.udf.set("USER", "colour", "SELECT", "Colour", options=choices)
    assert [field.options for field in client.udf.list("USER")] == [choices]


def test_list_assignments_accepts_a_namespace(client: ManagementClient, pool: SeededPool) -> None:
    """The vendor's method has no parameter for the declared variable ``namespace``."""
    policy = pool.user_policy
    assert client.policies.list_assignments(policy, namespace="default").total_count == 1
    with pytest.raises(NotFoundError):
        client.policies.list_assignments(policy, namespace="elsewhere")
