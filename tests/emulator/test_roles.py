"""Roles and their holders."""

import pytest

from .api import Api, scalars

ROLE = f"{scalars('Role')} parent {{ code }}"
CREATE_ROLE = (
    "mutation($namespace: String, $code: String!, $description: String, $parent: String)"
    " { createRole(namespace: $namespace, code: $code, description: $description, parent: $parent)"
    f" {{ {ROLE} }} }}"
)
UPDATE_ROLE = (
    "mutation($code: String!, $description: String, $newCode: String, $namespace: String)"
    " { updateRole(code: $code, description: $description, newCode: $newCode,"
    f" namespace: $namespace) {{ {ROLE} }} }}"
)
GET_ROLE = (
    "query($code: String!, $namespace: String)"
    f" {{ role(code: $code, namespace: $namespace) {{ {ROLE} }} }}"
)
LIST_ROLES = (
    "query($namespace: String, $page: Int, $limit: Int, $sortBy: SortByEnum)"
    " { roles(namespace: $namespace, page: $page, limit: $limit, sortBy: $sortBy)"
    " { totalCount list { code parent { code } } } }"
)
DELETE_ROLES = (
    "mutation($codes: [String!]!, $namespace: String)"
    " { deleteRoles(codeList: $codes, namespace: $namespace) { code } }"
)
_VARIABLES = (
    "($namespace: String, $roleCode: String, $roleCodes: [String], $userIds: [String!],"
    " $groupCodes: [String!], $nodeCodes: [String!])"
)
_ARGUMENTS = (
    "(namespace: $namespace, roleCode: $roleCode, roleCodes: $roleCodes, userIds: $userIds,"
    " groupCodes: $groupCodes, nodeCodes: $nodeCodes)"
)
ASSIGN = f"mutation{_VARIABLES} {{ assignRole{_ARGUMENTS} {{ code message }} }}"
REVOKE = f"mutation{_VARIABLES} {{ revokeRole{_ARGUMENTS} {{ code message }} }}"
UNKNOWN = "0123456789abcdef01234567"


async def roles_of(api: Api, user_id: str, namespace: str | None = None) -> list[str]:
    query = (
        "query($id: String!, $namespace: String) { user(id: $id)"
        " { roles(namespace: $namespace) { totalCount list { code } } } }"
    )
    page = (await api.execute(query, id=user_id, namespace=namespace))["roles"]
    assert page["totalCount"] == len(page["list"])
    return [role["code"] for role in page["list"]]


async def test_new_role(api: Api) -> None:
    role = await api.execute(CREATE_ROLE, code="admin", description="all of it")
    assert role == {
        "id": role["id"],
        "namespace": "default",
        "code": "admin",
        "arn": f"arn:cn:authing:{api.app.user_pool_id}:role:{role['id']}",
        "description": "all of it",
        "isSystem": False,
        "createdAt": "2023-11-14T22:13:20.250Z",
        "updatedAt": "2023-11-14T22:13:20.250Z",
        "parent": None,
    }
    assert await api.execute(GET_ROLE, code="admin") == role
    assert await api.execute(GET_ROLE, code="admin", namespace="") == role
    assert await api.execute(GET_ROLE, code="admin", namespace="shop") is None


async def test_codes_are_unique_in_a_namespace(api: Api) -> None:
    await api.execute(CREATE_ROLE, code="admin")
    assert await api.error_code(CREATE_ROLE, code="admin", namespace="default") == 409
    assert (await api.execute(CREATE_ROLE, code="admin", namespace="shop"))["namespace"] == "shop"
    for code in ("", " ", "a\0b"):
        assert await api.error_code(CREATE_ROLE, code=code) == 2231
    assert await api.error_code(CREATE_ROLE, code="x", namespace="a\0b") == 2231


async def test_parents(api: Api) -> None:
    await api.execute(CREATE_ROLE, code="base")
    child = await api.execute(CREATE_ROLE, code="child", parent="base")
    assert child["parent"] == {"code": "base"}
    assert await api.error_code(CREATE_ROLE, code="x", parent="unknown") == 404
    assert await api.error_code(CREATE_ROLE, code="x", parent="base", namespace="shop") == 404
    await api.execute(CREATE_ROLE, code="second", parent="base")
    assert (await api.execute(LIST_ROLES))["list"] == [
        {"code": "second", "parent": {"code": "base"}},
        {"code": "child", "parent": {"code": "base"}},
        {"code": "base", "parent": None},
    ]
    await api.execute(DELETE_ROLES, codes=["base"])
    assert (await api.execute(GET_ROLE, code="child"))["parent"] is None


async def test_changes(api: Api) -> None:
    role = await api.execute(CREATE_ROLE, code="admin", description="d")
    await api.execute(CREATE_ROLE, code="other")
    api.clock.now += 1
    renamed = await api.execute(UPDATE_ROLE, code="admin", newCode="root")
    assert renamed == role | {"code": "root", "updatedAt": "2023-11-14T22:13:21.250Z"}
    assert (await api.execute(UPDATE_ROLE, code="root", newCode="root"))["code"] == "root"
    assert (await api.execute(UPDATE_ROLE, code="root", description=None))["description"] is None
    assert (await api.execute(UPDATE_ROLE, code="root", newCode=None))["code"] == "root"
    assert await api.error_code(UPDATE_ROLE, code="root", newCode="other") == 409
    assert await api.error_code(UPDATE_ROLE, code="root", newCode="") == 2231
    assert await api.error_code(UPDATE_ROLE, code="admin", description="x") == 404
    assert await api.error_code(UPDATE_ROLE, code="root", namespace="shop", description="x") == 404


async def test_lists(api: Api) -> None:
    for code in ("a", "b", "c"):
        await api.execute(CREATE_ROLE, code=code)
    await api.execute(CREATE_ROLE, code="d", namespace="shop")
    await api.execute(UPDATE_ROLE, code="b", description="x")

    async def codes(**arguments: object) -> list[str]:
        page = await api.execute(LIST_ROLES, **arguments)
        assert page["totalCount"] == (1 if arguments.get("namespace") == "shop" else 3)
        return [role["code"] for role in page["list"]]

    assert await codes() == ["c", "b", "a"]
    assert await codes(sortBy="CREATEDAT_ASC") == ["a", "b", "c"]
    assert await codes(sortBy="UPDATEDAT_DESC") == ["b", "c", "a"]
    assert await codes(page=2, limit=2) == ["a"]
    assert await codes(namespace="shop") == ["d"]
    assert await api.error_code(LIST_ROLES, limit=0) == 2231


async def test_deletion(api: Api) -> None:
    for code in ("a", "b", "c"):
        await api.execute(CREATE_ROLE, code=code)
    delete = "mutation($code: String!) { deleteRole(code: $code) { code } }"
    assert await api.execute(delete, code="a") == {"code": 200}
    assert await api.error_code(delete, code="a") == 404
    assert await api.error_code(DELETE_ROLES, codes=["b", "unknown"]) == 404
    assert await api.error_code(DELETE_ROLES, codes=[]) == 2231
    assert (await api.execute(LIST_ROLES))["totalCount"] == 2
    assert await api.execute(DELETE_ROLES, codes=["b", "c", "b"]) == {"code": 200}
    assert (await api.execute(LIST_ROLES))["totalCount"] == 0


async def test_assigning_and_revoking(api: Api) -> None:
    bob, eve = [(await api.create(username=name))["id"] for name in ("bob", "eve")]
    for code in ("a", "b"):
        await api.execute(CREATE_ROLE, code=code)
    await api.execute(CREATE_ROLE, code="s", namespace="shop")
    assert await roles_of(api, bob) == []
    for _ in range(2):  # the second time changes nothing
        message = await api.execute(ASSIGN, userIds=[bob, eve], roleCodes=["a", "b"])
        assert message["code"] == 200
    assert await roles_of(api, bob) == ["b", "a"]
    await api.execute(ASSIGN, userIds=[bob], roleCode="s", namespace="shop")
    assert await roles_of(api, bob) == ["b", "a"]
    assert await roles_of(api, bob, "shop") == ["s"]
    for _ in range(2):
        message = await api.execute(REVOKE, userIds=[bob], roleCode="a", roleCodes=["b"])
        assert message["code"] == 200
    assert await roles_of(api, bob) == []
    assert await roles_of(api, eve) == ["b", "a"]


async def test_holders(api: Api) -> None:
    ids = [(await api.create(username=name))["id"] for name in "abc"]
    await api.execute(CREATE_ROLE, code="admin")
    await api.execute(ASSIGN, userIds=ids, roleCodes=["admin"])
    query = (
        'query($page: Int, $limit: Int) { role(code: "admin")'
        " { users(page: $page, limit: $limit) { totalCount list { username } } } }"
    )
    users = (await api.execute(query, page=2, limit=2))["users"]
    assert users == {"totalCount": 3, "list": [{"username": "a"}]}
    await api.execute("mutation($id: String!) { deleteUser(id: $id) { code } }", id=ids[0])
    assert (await api.execute(query))["users"]["totalCount"] == 2
    assert await api.error_code(query, page=0) == 2231
    await api.execute(DELETE_ROLES, codes=["admin"])
    assert await roles_of(api, ids[1]) == []


async def test_roles_in_a_list_of_users(api: Api) -> None:
    ids = [(await api.create(username=name))["id"] for name in "abc"]
    await api.execute(CREATE_ROLE, code="x")
    await api.execute(CREATE_ROLE, code="y", parent="x")
    await api.execute(ASSIGN, userIds=ids[:2], roleCodes=["x"])
    await api.execute(ASSIGN, userIds=ids[1:2], roleCodes=["y"])
    page = await api.execute("{ users { list { roles { list { code parent { code } } } } } }")
    x, y = {"code": "x", "parent": None}, {"code": "y", "parent": {"code": "x"}}
    assert [user["roles"]["list"] for user in page["list"]] == [[], [y, x], [x]]


@pytest.mark.parametrize("document", [ASSIGN, REVOKE])
async def test_rejected_holder_changes_have_no_effect(api: Api, document: str) -> None:
    bob = (await api.create(username="bob"))["id"]
    await api.execute(CREATE_ROLE, code="a")
    await api.execute(CREATE_ROLE, code="b")
    await api.execute(ASSIGN, userIds=[bob], roleCodes=["b"])
    cases: list[tuple[dict[str, object], int]] = [
        ({"userIds": [bob], "roleCodes": ["a", "b", "unknown"]}, 404),
        ({"userIds": [bob], "roleCodes": ["a", "b"], "namespace": "shop"}, 404),
        ({"userIds": [bob, UNKNOWN], "roleCodes": ["a", "b"]}, 2004),
        ({"userIds": [bob]}, 2231),
        ({"userIds": [bob], "roleCodes": []}, 2231),
        ({"userIds": [bob], "roleCodes": ["a", None]}, 2231),
        ({"userIds": [bob], "roleCode": "a", "roleCodes": [None]}, 2231),
        ({"roleCodes": ["a", "b"]}, 2231),
        ({"userIds": [], "roleCodes": ["a", "b"]}, 2231),
        ({"userIds": [bob], "roleCodes": ["a", "b"], "groupCodes": ["g"]}, 501),
        ({"userIds": [bob], "roleCodes": ["a", "b"], "nodeCodes": ["n"]}, 501),
    ]
    for arguments, code in cases:
        assert await api.error_code(document, **arguments) == code
    assert await roles_of(api, bob) == ["b"]
