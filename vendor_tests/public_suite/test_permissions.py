"""The resources that users and groups are authorized for."""

from .repeats import repeats
from .sdk_under_test import SdkUnderTest


def authorize(
    sdk: SdkUnderTest,
    resource: str,
    identifier: str,
    *,
    target_type: str = "USER",
    namespace: str = "default",
) -> None:
    """Authorize a target to edit a resource."""
    kind = resource.partition(":")[0]
    target = {"targetType": target_type, "targetIdentifier": identifier}
    opts = [{**target, "actions": [f"{kind}:edit"]}]
    sdk.call("acl.authorize_resource", namespace=namespace, resource=resource, opts=opts)


def new_namespace(sdk: SdkUnderTest) -> str:
    """Create a namespace and return its code."""
    code = sdk.new_name()
    namespace = sdk.call("acl.create_namespace", code, code)
    assert namespace["id"]
    assert namespace["code"] == code
    return code


@repeats(
    "users.test_list_authorized_resources_case1",
    "users.test_list_authorized_resources_case2",
    methods=("users.list_authorized_resources", "acl.authorize_resource"),
)
def test_resources_of_a_user(sdk: SdkUnderTest) -> None:
    for resource in ("books:*", "books:1"):
        user_id = sdk.new_user()["id"]
        authorize(sdk, resource, user_id)
        page = sdk.call("users.list_authorized_resources", user_id=user_id, namespace="default")
        assert page["totalCount"] == len(page["list"]) == 1
        assert page["list"][0]["code"] == resource
        assert page["list"][0]["actions"] == ["books:edit"]


@repeats(
    "users.test_list_authorized_resources_without_namespace",
    methods=("users.list_authorized_resources", "acl.create_namespace"),
)
def test_resources_of_a_user_without_namespace_are_those_of_the_default_one(
    sdk: SdkUnderTest,
) -> None:
    user_id, namespace = sdk.new_user()["id"], new_namespace(sdk)
    authorize(sdk, "books:*", user_id)
    authorize(sdk, "orders:*", user_id, namespace=namespace)
    page = sdk.call("users.list_authorized_resources", user_id=user_id)
    assert page["totalCount"] == 1
    assert [item["code"] for item in page["list"]] == ["books:*"]


@repeats(
    "users.test_check_resource_permission_batch_case1",
    "users.test_check_resource_permission_batch_case2",
    "users.test_check_resource_permission_batch_case3",
    "users.test_check_resource_permission_batch_case4",
    "users.test_check_resource_permission_batch_case5",
    methods=("users.check_resource_permission_batch",),
)
def test_check_resources(sdk: SdkUnderTest) -> None:
    kinds, items = ["books:*", "orders:*"], ["books:1", "orders:2"]
    nothing: list[str] = []
    cases = [
        (kinds, items, items),
        (items, items, items),
        (items, ["books:2", "orders:1"], nothing),
        (items, kinds, nothing),
        (kinds, kinds, kinds),
    ]
    for authorized, checked, expected in cases:
        user_id = sdk.new_user()["id"]
        for resource in authorized:
            authorize(sdk, resource, user_id)
        permitted = sdk.call(
            "users.check_resource_permission_batch",
            user_id=user_id,
            namespace="default",
            resources=checked,
        )
        assert [item["code"] for item in permitted] == expected
        assert all(item["actions"] for item in permitted)


@repeats(
    "users.test_list_authorized_resources_of_resource_kind_case1",
    "users.test_list_authorized_resources_of_resource_kind_case2",
    methods=("users.list_authorized_resources_of_resource_kind",),
)
def test_resources_of_a_kind(sdk: SdkUnderTest) -> None:
    user_id, expected = sdk.new_user()["id"], list[str]()
    authorize(sdk, "orders:2", user_id)
    for resource in ("books:1", "books:2"):
        authorize(sdk, resource, user_id)
        expected.append(resource)
        resources = sdk.call(
            "users.list_authorized_resources_of_resource_kind",
            user_id=user_id,
            namespace="default",
            resource="books",
        )
        assert [item["code"] for item in resources] == expected
        assert all(item["actions"] for item in resources)


@repeats("groups.test_list_authorized_resources", methods=("groups.list_authorized_resources",))
def test_resources_of_a_group(sdk: SdkUnderTest) -> None:
    code = sdk.new_group()["code"]
    authorize(sdk, "books:*", code, target_type="GROUP")
    page = sdk.call("groups.list_authorized_resources", namespace="default", code=code)
    assert page.get("totalCount") == len(page.get("list")) == 1
    assert page["list"][0]["code"] == "books:*"


@repeats(
    "groups.test_list_authorized_resources_without_namespace",
    methods=("groups.list_authorized_resources", "acl.create_namespace"),
)
def test_resources_of_a_group_without_namespace_are_those_of_all(sdk: SdkUnderTest) -> None:
    code, namespace = sdk.new_group()["code"], new_namespace(sdk)
    authorize(sdk, "books:*", code, target_type="GROUP")
    authorize(sdk, "orders:*", code, target_type="GROUP", namespace=namespace)
    page = sdk.call("groups.list_authorized_resources", code=code)
    assert page["totalCount"] == 2
    assert {item["code"] for item in page["list"]} == {"books:*", "orders:*"}


@repeats("roles.test_create_with_namespace", methods=("roles.create", "acl.create_namespace"))
def test_a_role_in_a_namespace(sdk: SdkUnderTest) -> None:
    code, namespace = sdk.new_name(), new_namespace(sdk)
    role = sdk.call("roles.create", code=code, namespace=namespace)
    assert role["code"] == code
    same_code = sdk.call("roles.create", code=code, namespace="default")
    assert same_code["id"] != role["id"]
