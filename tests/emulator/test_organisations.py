"""Organisations, departments and their members."""

from collections.abc import Mapping
from typing import Any

import pytest

from .api import START_TIME, Api
from .rest import UNKNOWN, get, rejection_code

SEED = "/emulator/v1/seed"
NODE = (
    "id orgId name nameI18n description descriptionI18n order code root depth path codePath"
    " namePath createdAt updatedAt children isVirtualNode"
)
DEPARTMENTS = (
    "query($id: String, $org: String) { user(id: $id) { departments(orgId: $org) { totalCount"
    f" list {{ isMainDepartment joinedAt department {{ {NODE} }} }} }} }} }}"
)
MEMBERS = (
    "query($id: String, $below: Boolean, $page: Int, $limit: Int) { user(id: $id) { departments {"
    " list { department { code users(includeChildrenNodes: $below, page: $page, limit: $limit)"
    " { totalCount list { username } } } } } } }"
)
SEARCH = (
    "query($options: [SearchUserDepartmentOpt]) {"
    ' searchUser(query: "@example.com", departmentOpts: $options) { list { username } } }'
)
SET_MAIN = (
    "mutation($id: String!, $department: String) {"
    " setMainDepartment(userId: $id, departmentId: $department) { code } }"
)
ORGS = (
    "query($page: Int, $limit: Int, $sortBy: SortByEnum) {"
    " orgs(page: $page, limit: $limit, sortBy: $sortBy) { totalCount"
    f" list {{ id rootNode {{ {NODE} }} nodes {{ {NODE} }} }} }} }}"
)
ORG = f"query($id: String!) {{ org(id: $id) {{ id rootNode {{ {NODE} }} nodes {{ {NODE} }} }} }}"
ROOT = f"query($org: String!) {{ rootNode(orgId: $org) {{ {NODE} }} }}"
IS_ROOT = "query($org: String!, $id: String!) { isRootNode(orgId: $org, nodeId: $id) }"
BY_ID = f"query($id: String!) {{ nodeById(id: $id) {{ {NODE} }} }}"
BY_CODE = (
    f"query($org: String!, $code: String!) {{ nodeByCode(orgId: $org, code: $code) {{ {NODE} }} }}"
)
CHILDREN = (
    f"query($id: String!, $org: String) {{ childrenNodes(nodeId: $id, orgId: $org) {{ {NODE} }} }}"
)
NODES = "query($keyword: String!) { searchNodes(keyword: $keyword) { code } }"
CREATED = "2023-11-14T22:13:20.250Z"


async def seed(api: Api, *organisations: Mapping[str, object]) -> Any:
    response = await api.http.post(SEED, json={"organisations": organisations})
    content = response.json()
    assert (response.status_code == 200) is ("status" in content)
    return content


async def users(api: Api, *names: str) -> dict[str, str]:
    """Create users and return their IDs by name."""
    created = [await api.create(username=name, email=f"{name}@example.com") for name in names]
    return dict(zip(names, [user["id"] for user in created], strict=True))


async def create_company(api: Api) -> dict[str, str]:
    """Create an organisation: ceo at the root, dev in a department, qa in its child department."""
    ids = await users(api, "ceo", "dev", "qa", "guest")
    quality = {"name": "Quality", "code": "quality", "members": [ids["qa"]]}
    engineering = {
        "name": "Engineering",
        "code": "eng",
        "members": [ids["dev"]],
        "children": [quality],
    }
    sales = {"name": "Sales", "code": "sales", "members": [ids["ceo"]]}
    acme = {
        "name": "示例",
        "code": "acme",
        "members": [ids["ceo"]],
        "children": [engineering, sales],
    }
    await seed(api, acme)
    return ids


async def departments(api: Api, user_id: str, org: str | None = None) -> list[dict[str, Any]]:
    page = (await api.execute(DEPARTMENTS, id=user_id, org=org))["departments"]
    assert page["totalCount"] == len(page["list"])
    memberships: list[dict[str, Any]] = page["list"]
    return memberships


async def department_ids(api: Api, user_id: str) -> dict[str, str]:
    """Return the IDs of a user's departments by code."""
    nodes = [one["department"] for one in await departments(api, user_id)]
    return {node["code"]: node["id"] for node in nodes}


async def test_departments_of_a_user(api: Api) -> None:
    ids = await create_company(api)
    (membership,) = await departments(api, ids["qa"])
    assert (membership["isMainDepartment"], membership["joinedAt"]) == (False, CREATED)
    node = membership["department"]
    root = (await departments(api, ids["ceo"]))[0]["department"]
    eng = (await departments(api, ids["dev"]))[0]["department"]
    assert node == {
        **dict.fromkeys(("nameI18n", "description", "descriptionI18n", "order")),
        "id": node["id"],
        "orgId": root["orgId"],
        "name": "Quality",
        "code": "quality",
        "root": False,
        "depth": 2,
        "path": [root["id"], eng["id"], node["id"]],
        "codePath": ["acme", "eng", "quality"],
        "namePath": ["示例", "Engineering", "Quality"],
        "createdAt": CREATED,
        "updatedAt": CREATED,
        "children": [],
        "isVirtualNode": False,
    }
    sales = (await department_ids(api, ids["ceo"]))["sales"]
    assert (root["root"], root["depth"], root["path"]) == (True, 0, [root["id"]])
    assert root["children"] == [eng["id"], sales]
    assert eng["children"] == [node["id"]]
    assert int(node["id"][:8], 16) == int(START_TIME)
    assert await departments(api, ids["guest"]) == []


async def test_departments_of_one_organisation(api: Api) -> None:
    ids = await create_company(api)
    await seed(api, {"name": "Club", "code": "club", "members": [ids["qa"]]})
    both = await departments(api, ids["qa"])
    assert [one["department"]["code"] for one in both] == ["quality", "club"]
    first, second = [one["department"]["orgId"] for one in both]
    assert first != second
    assert await departments(api, ids["qa"], first) == both[:1]
    assert await departments(api, ids["qa"], second) == both[1:]
    assert await departments(api, ids["qa"], UNKNOWN) == []


async def test_members_of_a_department(api: Api) -> None:
    ids = await create_company(api)

    async def members(**arguments: object) -> list[str]:
        user = await api.execute(MEMBERS, id=ids["dev"], **arguments)
        ((one),) = user["departments"]["list"]
        return [member["username"] for member in one["department"]["users"]["list"]]

    assert await members() == ["qa", "dev"]
    assert await members(below=True, page=2, limit=1) == ["dev"]
    assert await members(below=False) == ["dev"]
    user = await api.execute(MEMBERS, id=ids["ceo"])
    counted = {
        one["department"]["code"]: one["department"]["users"]["totalCount"]
        for one in user["departments"]["list"]
    }
    assert counted == {"acme": 3, "sales": 1}


async def organisations(api: Api) -> list[Any]:
    """Return all organisations, oldest first."""
    page = await api.execute(ORGS, sortBy="CREATEDAT_ASC")
    assert page["totalCount"] == len(page["list"])
    listed: list[Any] = page["list"]
    return listed


async def test_list_of_organisations(api: Api) -> None:
    ids = await create_company(api)
    await seed(api, {"name": "Club", "code": "club"})
    acme, club = await organisations(api)
    (first, *_) = await departments(api, ids["ceo"])
    assert acme["rootNode"] == first["department"]
    assert acme["id"] == acme["rootNode"]["orgId"] != acme["rootNode"]["id"]
    assert [node["code"] for node in acme["nodes"]] == ["acme", "eng", "quality", "sales"]
    assert acme["nodes"][0] == acme["rootNode"]
    assert [node["code"] for node in club["nodes"]] == ["club"]
    for sort_by in (None, "UPDATEDAT_DESC"):
        page = await api.execute(ORGS, page=2, limit=1, sortBy=sort_by)
        assert page == {"totalCount": 2, "list": [acme]}
    assert await api.error_code(ORGS, page=0) == 2231
    assert await api.error_code(ORGS, limit=10_001) == 2231


async def test_one_organisation_and_its_departments(api: Api) -> None:
    await create_company(api)
    await seed(api, {"name": "Club", "code": "club"})
    acme, club = await organisations(api)
    root, eng, quality, sales = acme["nodes"]
    assert await api.execute(ORG, id=acme["id"]) == acme
    assert await api.execute(ROOT, org=acme["id"]) == root
    assert await api.execute(IS_ROOT, org=acme["id"], id=root["id"]) is True
    assert await api.execute(IS_ROOT, org=acme["id"], id=eng["id"]) is False
    assert await api.execute(IS_ROOT, org=club["id"], id=root["id"]) is False
    assert await api.execute(BY_ID, id=quality["id"]) == quality
    assert await api.execute(BY_ID, id=acme["id"]) is None
    assert await api.execute(BY_CODE, org=acme["id"], code="eng") == eng
    assert await api.execute(BY_CODE, org=club["id"], code="eng") is None
    assert await api.execute(CHILDREN, id=root["id"]) == [eng, sales]
    assert await api.execute(CHILDREN, id=eng["id"], org=acme["id"]) == [quality]
    assert await api.execute(CHILDREN, id=quality["id"]) == []
    assert await api.error_code(CHILDREN, id=eng["id"], org=club["id"]) == 404
    for document in (ORG, CHILDREN, ROOT, IS_ROOT):
        assert await api.error_code(document, id=UNKNOWN, org=UNKNOWN) == 404


async def test_search_for_departments(api: Api) -> None:
    await create_company(api)
    await seed(api, {"name": "Sales club", "code": "club"})

    async def search(keyword: str) -> list[str]:
        return [node["code"] for node in await api.execute(NODES, keyword=keyword)]

    assert await search("sales") == ["sales", "club"]
    assert await search("例") == ["acme"]
    assert await search("eng") == ["eng"]
    assert await search("%") == []
    assert await api.error_code(NODES, keyword=" ") == 2014


async def test_members_of_a_department_by_id(api: Api) -> None:
    await create_company(api)
    (acme,) = await organisations(api)
    document = (
        "query($id: String!, $below: Boolean) { nodeById(id: $id) {"
        " users(includeChildrenNodes: $below) { totalCount list { username } } } }"
    )

    async def members(below: bool | None) -> list[str]:
        page = (await api.execute(document, id=acme["rootNode"]["id"], below=below))["users"]
        assert page["totalCount"] == len(page["list"])
        return [user["username"] for user in page["list"]]

    assert await members(None) == await members(True) == ["qa", "dev", "ceo"]
    assert await members(False) == ["ceo"]


async def test_roles_of_a_department_are_unsupported(api: Api) -> None:
    ids = await create_company(api)
    document = (
        "query($id: String) { user(id: $id) { departments { list {"
        " department { roles { totalCount } } } } } }"
    )
    assert await api.error_code(document, id=ids["qa"]) == 501


async def test_search_within_departments(api: Api) -> None:
    ids = await create_company(api)
    eng = (await department_ids(api, ids["dev"]))["eng"]
    at_the_top = await department_ids(api, ids["ceo"])

    async def search(*options: tuple[str, bool]) -> list[str]:
        department_options = [
            {"departmentId": department, "includeChildrenDepartments": below}
            for department, below in options
        ]
        page = await api.execute(SEARCH, options=department_options)
        return [user["username"] for user in page["list"]]

    assert await search() == ["guest", "qa", "dev", "ceo"]
    assert await search((eng, False)) == ["dev"]
    assert await search((eng, True)) == ["qa", "dev"]
    assert await search((at_the_top["acme"], True)) == ["qa", "dev", "ceo"]
    assert await search((at_the_top["sales"], True), (eng, False)) == ["dev", "ceo"]
    assert await search(*[(f"no {number}", True) for number in range(2_000)], (eng, True)) == [
        "qa",
        "dev",
    ]


async def test_list_of_users_without_organisation(api: Api) -> None:
    await create_company(api)
    document = (
        "query($exclude: Boolean) { users(excludeUsersInOrg: $exclude)"
        " { totalCount list { username } } }"
    )
    outside = {"totalCount": 1, "list": [{"username": "guest"}]}
    assert await api.execute(document, exclude=True) == outside
    assert (await api.execute(document, exclude=False))["totalCount"] == 4


async def test_main_department(api: Api) -> None:
    ids = await create_company(api)
    own = await department_ids(api, ids["ceo"])
    assert (await api.execute(SET_MAIN, id=ids["ceo"], department=own["sales"]))["code"] == 200

    async def main() -> tuple[str | None, str | None, list[str]]:
        user = await api.user(ids["ceo"])
        marked = [
            one["department"]["code"]
            for one in await departments(api, ids["ceo"])
            if one["isMainDepartment"]
        ]
        return user["mainDepartmentId"], user["mainDepartmentCode"], marked

    assert await main() == (own["sales"], "sales", ["sales"])
    await api.update(ids["ceo"], mainDepartmentId=own["acme"])
    assert await main() == (own["acme"], "acme", ["acme"])
    await api.update(ids["ceo"], mainDepartmentCode="sales", nickname="boss")
    assert await main() == (own["sales"], "sales", ["sales"])
    await api.update(ids["ceo"], nickname="the boss")
    assert await main() == (own["sales"], "sales", ["sales"])
    await api.execute(SET_MAIN, id=ids["ceo"])
    assert await main() == (None, None, [])
    await api.update(ids["ceo"], mainDepartmentCode="acme")
    await api.update(ids["ceo"], mainDepartmentId=None)
    assert await main() == (None, None, [])


async def test_main_department_requires_membership(api: Api) -> None:
    ids = await create_company(api)
    eng = (await department_ids(api, ids["dev"]))["eng"]
    assert await api.error_code(SET_MAIN, id=ids["ceo"], department=eng) == 404
    assert await api.error_code(SET_MAIN, id=UNKNOWN, department=eng) == 2004
    update = "mutation($id: String, $i: UpdateUserInput!) { updateUser(id: $id, input: $i) { id } }"
    acme = (await department_ids(api, ids["ceo"]))["acme"]
    for change in (
        {"mainDepartmentCode": "eng"},
        {"mainDepartmentId": acme, "mainDepartmentCode": "sales"},
    ):
        assert await api.error_code(update, id=ids["ceo"], i=change) == 404
    assert (await api.user(ids["ceo"]))["mainDepartmentId"] is None


async def test_organisations_over_rest(api: Api) -> None:
    ids = await create_company(api)
    (path,) = await get(api, f"/api/v2/users/{ids['qa']}/orgs")
    assert [(item["type"], item.get("name")) for item in path] == [
        ("org", None),
        ("node", "示例"),
        ("node", "Engineering"),
        ("node", "Quality"),
    ]
    org, root, *_, node = path
    assert org == {
        "type": "org",
        "id": root["orgId"],
        "createdAt": CREATED,
        "updatedAt": CREATED,
        "userPoolId": api.app.user_pool_id,
        "rootNodeId": root["id"],
        "logo": None,
    }
    assert set(node) == {
        *("type", "id", "createdAt", "updatedAt", "userPoolId", "orgId", "name", "nameI18n"),
        *("description", "descriptionI18n", "order", "code", "leaderUserId", "source"),
        *("dataVersion", "sourceData"),
    }
    assert (node["code"], node["source"]) == ("quality", [])
    paths = await get(api, f"/api/v2/users/{ids['ceo']}/orgs")
    assert [[item["type"] for item in one] for one in paths] == [
        ["org", "node"],
        ["org", "node", "node"],
    ]
    assert await get(api, f"/api/v2/users/{ids['guest']}/orgs") == []
    assert await rejection_code(api, "GET", f"/api/v2/users/{UNKNOWN}/orgs") == 2004


async def test_rest_and_graphql_return_the_same_departments(api: Api) -> None:
    ids = await create_company(api)
    own = await department_ids(api, ids["ceo"])
    await api.execute(SET_MAIN, id=ids["ceo"], department=own["sales"])
    page = await get(api, f"/api/v2/users/{ids['ceo']}/departments")
    assert page == {"totalCount": 2, "list": await departments(api, ids["ceo"])}
    assert await rejection_code(api, "GET", f"/api/v2/users/{UNKNOWN}/departments") == 2004


async def test_deletion_and_reset_remove_memberships(api: Api) -> None:
    ids = await create_company(api)
    await api.execute("mutation($id: String!) { deleteUser(id: $id) { code } }", id=ids["qa"])
    user = await api.execute(MEMBERS, id=ids["dev"])
    assert user["departments"]["list"][0]["department"]["users"]["totalCount"] == 1
    await api.http.post("/emulator/v1/reset", json={})
    assert (await seed(api, {"name": "a", "code": "acme"}))["status"] == "ok"


async def test_codes_are_unique(api: Api) -> None:
    ids = await create_company(api)
    child: dict[str, object] = {"name": "x", "code": "x"}
    for organisation in (
        {"name": "a", "code": "b", "children": [child, child]},
        {"name": "a", "code": "x", "children": [child]},
    ):
        assert (await seed(api, organisation))["code"] == 409
    response = await seed(api, {"name": "a", "code": "new", "members": [ids["qa"], UNKNOWN]})
    assert response["code"] == 2004
    assert len(await departments(api, ids["qa"])) == 1
    again = {"name": "a", "code": "b", "members": [ids["qa"]], "children": [child]}
    assert (await seed(api, again))["status"] == "ok"


def nested(levels: int) -> dict[str, object]:
    department: dict[str, object] = {"name": "x", "code": f"x{levels}"}
    return department if levels == 0 else {**department, "children": [nested(levels - 1)]}


@pytest.mark.parametrize(
    "organisations",
    [
        {},
        ["acme"],
        [{}],
        [{"name": "a"}],
        [{"code": "a"}],
        [{"name": " ", "code": "a"}],
        [{"name": "a", "code": 1}],
        [{"name": "a", "code": "a", "member": []}],
        [{"name": "a", "code": "a", "members": "x"}],
        [{"name": "a", "code": "a", "members": [1]}],
        [{"name": "a", "code": "a", "children": {}}],
        [{"name": "a", "code": "a", "children": [{"name": "b"}]}],
        [nested(40)],
    ],
)
async def test_invalid_organisation_is_rejected(api: Api, organisations: object) -> None:
    response = await api.http.post(SEED, json={"users": 1, "organisations": organisations})
    assert response.status_code == 400
    assert response.json()["message"]
    assert await api.usernames() == []
