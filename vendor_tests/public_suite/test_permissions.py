"""The resources that users and groups are authorized for."""

from .repeats import repeats
from .stage import Stage


def authorize(
    stage: Stage,
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
    stage.call("acl.authorize_resource", namespace=namespace, resource=resource, opts=opts)


def new_namespace(stage: Stage) -> str:
    """Create a namespace and return its code."""
    code = stage.new_name()
    namespace = stage.call("acl.create_namespace", code, code)
    assert namespace["id"]
    assert namespace["code"] == code
    return code


@repeats(
    "users.test_list_authorized_resources_case1",
    "users.test_list_authorized_resources_case2",
    methods=("users.list_authorized_resources", "acl.authorize_resource"),
)
def test_resources_of_a_user(stage: Stage) -> None:
    for resource in ("books:*", "books:1"):
        user_id = stage.new_user()["id"]
        authorize(stage, resource, user_id)
        page = stage.call("users.list_authorized_resources", user_id=user_id, namespace="default")
        assert page["totalCount"] == len(page["list"]) == 1
        assert page["list"][0]["code"] == resource
        assert page["list"][0]["actions"] == ["books:edit"]


@repeats(
    "users.test_list_authorized_resources_without_namespace",
    methods=("users.list_authorized_resources", "acl.create_namespace"),
)
def test_resources_of_a_user_without_namespace_are_those_of_the_default_one(stage: Stage) -> None:
    user_id, namespace = stage.new_user()["id"], new_namespace(stage)
    authorize(stage, "books:*", user_id)
    authorize(stage, "orders:*", user_id, namespace=namespace)
    page = stage.call("users.list_authorized_resources", user_id=user_id)
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
def test_check_resources(stage: Stage) -> None:
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
        user_id = stage.new_user()["id"]
        for resource in authorized:
            authorize(stage, resource, user_id)
        permitted = stage.call(
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
def test_resources_of_a_kind(stage: Stage) -> None:
    user_id, expected = stage.new_user()["id"], list[str]()
    authorize(stage, "orders:2", user_id)
    for resource in ("books:1", "books:2"):
        authorize(stage, resource, user_id)
        expected.append(resource)
        resources = stage.call(
            "users.list_authorized_resources_of_resource_kind",
            user_id=user_id,
            namespace="default",
            resource="books",
        )
        assert [item["code"] for item in resources] == expected
        assert all(item["actions"] for item in resources)


@repeats("groups.test_list_authorized_resources", methods=("groups.list_authorized_resources",))
def test_resources_of_a_group(stage: Stage) -> None:
    code = stage.new_group()["code"]
    authorize(stage, "books:*", code, target_type="GROUP")
    page = stage.call("groups.list_authorized_resources", namespace="default", code=code)
    assert page.get("totalCount") == len(page.get("list")) == 1
    assert page["list"][0]["code"] == "books:*"


@repeats(
    "groups.test_list_authorized_resources_without_namespace",
    methods=("groups.list_authorized_resources", "acl.create_namespace"),
)
def test_resources_of_a_group_without_namespace_are_those_of_all(stage: Stage) -> None:
    code, namespace = stage.new_group()["code"], new_namespace(stage)
    authorize(stage, "books:*", code, target_type="GROUP")
    authorize(stage, "orders:*", code, target_type="GROUP", namespace=namespace)
    page = stage.call("groups.list_authorized_resources", code=code)
    assert page["totalCount"] == 2
    assert {item["code"] for item in page["list"]} == {"books:*", "orders:*"}


@repeats("roles.test_create_with_namespace", methods=("roles.create", "acl.create_namespace"))
def test_a_role_in_a_namespace(stage: Stage) -> None:
    code, namespace = stage.new_name(), new_namespace(stage)
    role = stage.call("roles.create", code=code, namespace=namespace)
    assert role["code"] == code
    same_code = stage.call("roles.create", code=code, namespace="default")
    assert same_code["id"] != role["id"]
