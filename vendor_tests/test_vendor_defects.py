"""What the vendor's Python SDK declares or promises, and cannot do: ours can."""

import pytest

from authing_graphql import CreateUserIdentityInputDict
from authing_users import ManagementClient
from authing_users.errors import NotFoundError

from .drivers import Driver, VendorError
from .proxy import RecordingProxy
from .scene import Scene
from .sent import sent


def test_the_values_of_several_users_can_be_read_at_once(
    ours: ManagementClient, scene: Scene
) -> None:
    """The vendor's sends ``targetId``, where its own document declares ``targetIds``."""
    assert scene.values
    values = ours.users.get_udf_value_batch([scene.ada, scene.bob])
    assert values == {scene.ada: scene.values, scene.bob: {}}


def test_the_parent_of_a_new_role_is_kept(ours: ManagementClient, scene: Scene) -> None:
    """The vendor's sends ``parentCode``, where its own document declares ``parent``."""
    role = ours.roles.create("binder", parentCode="clerk")
    assert role.parent is not None
    assert role.parent.code == "clerk"
    again = ours.roles.detail("binder")
    assert again is not None
    assert again.parent is not None
    assert again.parent.code == "clerk"


def test_a_search_can_look_in_some_fields_only(
    ours: ManagementClient, python: Driver, scene: Scene
) -> None:
    """The vendor's document declares ``fields``, which its method does not take."""
    with pytest.raises(VendorError, match="fields") as caught:
        python.call("users.search", "Analytical", fields=["company"])
    assert caught.value.type == "TypeError"
    assert scene.values
    (user,) = ours.users.search("Analytical", {"fields": ["company"]}).list
    assert user.id == scene.ada
    (user,) = ours.users.search("Analytical", ["company"], with_custom_data=True).list
    assert user.custom_data == scene.values
    assert ours.users.search("Analytical", {"fields": ["username"]}).list == []


def test_users_can_be_listed_in_another_order(ours: ManagementClient, scene: Scene) -> None:
    """The vendor's document declares ``sortBy``, which its method does not take."""
    oldest_first = [user.id for user in ours.users.list(sort_by="CREATEDAT_ASC").list]
    assert oldest_first == [scene.ada, scene.bob, scene.eve]
    assert [user.id for user in ours.users.list().list] == oldest_first[::-1]


def test_members_of_organisations_can_be_left_out_of_the_list(
    ours: ManagementClient, scene: Scene
) -> None:
    """The vendor's document declares ``excludeUsersInOrg``, which its method does not take."""
    assert scene.department
    users = ours.users.list(exclude_users_in_org=True).list
    assert {user.id for user in users} == {scene.bob, scene.eve}


def test_a_new_user_can_have_an_account_at_a_provider_and_be_found_by_it(
    ours: ManagementClient, scene: Scene
) -> None:
    """The vendor's documents declare ``identity``, which its methods do not take."""
    account: CreateUserIdentityInputDict = {
        "provider": "wechat",
        "userIdInIdp": "wx-1",
        "isSocial": True,
    }
    user = ours.users.create({"username": "nina"}, identity=account)
    found = ours.users.find(identity={"provider": "wechat", "userIdInIdp": "wx-1"})
    assert found is not None
    assert found.id == user.id


def test_a_new_user_can_have_to_choose_a_password(
    ours: ManagementClient, proxy: RecordingProxy, scene: Scene
) -> None:
    """The vendor's document declares it, and its method does not take it."""
    proxy.take()
    ours.users.create({"username": "nina"}, reset_password_on_first_login=True)
    (request,) = proxy.take()
    assert sent(request)["arguments"]["createUser"]["resetPasswordOnFirstLogin"] is True


def test_departments_can_be_those_of_one_organisation(ours: ManagementClient, scene: Scene) -> None:
    """The vendor's document declares ``orgId``, which its method does not take."""
    assert scene.department
    (place,) = ours.users.list_department(scene.ada).list
    assert place.department is not None
    assert place.department.org_id is not None
    assert ours.users.list_department(scene.ada, place.department.org_id).list == [place]
    assert ours.users.list_department(scene.ada, "0" * 24).list == []


def test_a_custom_field_can_have_choices(ours: ManagementClient, scene: Scene) -> None:
    """The vendor's document declares ``options``, which its method does not take."""
    choices = '[{"value": "red", "label": "Red"}]'
    ours.udf.set("USER", "colour", "SELECT", "Colour", options=choices)
    assert [field.options for field in ours.udf.list("USER")] == [choices]


def test_assignments_can_be_those_of_one_namespace(ours: ManagementClient, scene: Scene) -> None:
    """The vendor's document declares ``namespace``, which its method does not take."""
    policy = scene.adas_policy
    assert ours.policies.list_assignments(policy, namespace="default").total_count == 1
    with pytest.raises(NotFoundError):
        ours.policies.list_assignments(policy, namespace="elsewhere")
