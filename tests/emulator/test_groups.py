"""Groups and their members."""

import pytest

from .api import Api, scalars

GROUP = scalars("Group")
CREATE_GROUP = (
    "mutation($code: String!, $name: String!, $description: String)"
    f" {{ createGroup(code: $code, name: $name, description: $description) {{ {GROUP} }} }}"
)
UPDATE_GROUP = (
    "mutation($code: String!, $name: String, $description: String, $newCode: String)"
    " { updateGroup(code: $code, name: $name, description: $description, newCode: $newCode)"
    f" {{ {GROUP} }} }}"
)
GET_GROUP = f"query($code: String!) {{ group(code: $code) {{ {GROUP} }} }}"
LIST_GROUPS = (
    "query($userId: String, $page: Int, $limit: Int, $sortBy: SortByEnum)"
    " { groups(userId: $userId, page: $page, limit: $limit, sortBy: $sortBy)"
    " { totalCount list { code } } }"
)
DELETE_GROUPS = "mutation($codes: [String!]!) { deleteGroups(codeList: $codes) { code } }"
ADD = (
    "mutation($ids: [String!]!, $code: String)"
    " { addUserToGroup(userIds: $ids, code: $code) { code message } }"
)
REMOVE = (
    "mutation($ids: [String!]!, $code: String)"
    " { removeUserFromGroup(userIds: $ids, code: $code) { code message } }"
)
UNKNOWN = "0123456789abcdef01234567"


async def groups_of(api: Api, user_id: str) -> list[str]:
    query = "query($id: String!) { user(id: $id) { groups { totalCount list { code } } } }"
    page = (await api.execute(query, id=user_id))["groups"]
    assert page["totalCount"] == len(page["list"])
    return [group["code"] for group in page["list"]]


async def test_new_group(api: Api) -> None:
    group = await api.execute(CREATE_GROUP, code="staff", name="Staff")
    assert group == {
        "code": "staff",
        "name": "Staff",
        "description": None,
        "createdAt": "2023-11-15T06:13:20+08:00",
        "updatedAt": "2023-11-15T06:13:20+08:00",
    }
    assert await api.execute(GET_GROUP, code="staff") == group
    assert await api.execute(GET_GROUP, code="Staff") is None
    assert await api.error_code(CREATE_GROUP, code="staff", name="x") == 409
    for code in ("", " ", "a\0b"):
        assert await api.error_code(CREATE_GROUP, code=code, name="x") == 2231


async def test_changes(api: Api) -> None:
    group = await api.execute(CREATE_GROUP, code="staff", name="Staff", description="d")
    await api.execute(CREATE_GROUP, code="other", name="Other")
    api.clock.now += 1
    changed = await api.execute(UPDATE_GROUP, code="staff", newCode="crew", name="Crew")
    assert changed == group | {
        "code": "crew",
        "name": "Crew",
        "updatedAt": "2023-11-15T06:13:21+08:00",
    }
    assert (await api.execute(UPDATE_GROUP, code="crew", description=None))["description"] is None
    renamed = await api.execute(UPDATE_GROUP, code="crew", name=None, newCode="team")
    assert (renamed["code"], renamed["name"]) == ("team", "Crew")
    await api.execute(UPDATE_GROUP, code="team", newCode="crew")
    assert await api.error_code(UPDATE_GROUP, code="crew", newCode="other") == 409
    assert await api.error_code(UPDATE_GROUP, code="staff", name="x") == 404


async def test_lists(api: Api) -> None:
    bob = (await api.create(username="bob"))["id"]
    for code in ("a", "b", "c"):
        await api.execute(CREATE_GROUP, code=code, name=code)
    await api.execute(UPDATE_GROUP, code="b", description="x")
    await api.execute(ADD, ids=[bob], code="a")

    async def codes(**arguments: object) -> list[str]:
        page = await api.execute(LIST_GROUPS, **arguments)
        assert page["totalCount"] == (1 if "userId" in arguments else 3)
        return [group["code"] for group in page["list"]]

    assert await codes() == ["c", "b", "a"]
    assert await codes(sortBy="UPDATEDAT_ASC") == ["a", "c", "b"]
    assert await codes(page=2, limit=2) == ["a"]
    assert await codes(userId=bob) == ["a"]
    assert await api.error_code(LIST_GROUPS, userId=UNKNOWN) == 2004
    assert await api.error_code(LIST_GROUPS, page=0) == 2231


async def test_deletion(api: Api) -> None:
    bob = (await api.create(username="bob"))["id"]
    for code in ("a", "b"):
        await api.execute(CREATE_GROUP, code=code, name=code)
        await api.execute(ADD, ids=[bob], code=code)
    assert await api.error_code(DELETE_GROUPS, codes=["a", "unknown"]) == 404
    assert await api.error_code(DELETE_GROUPS, codes=[]) == 2231
    assert await groups_of(api, bob) == ["b", "a"]
    assert await api.execute(DELETE_GROUPS, codes=["a", "a"]) == {"code": 200}
    assert await groups_of(api, bob) == ["b"]


async def test_joining_and_leaving(api: Api) -> None:
    bob, eve = [(await api.create(username=name))["id"] for name in ("bob", "eve")]
    for code in ("a", "b"):
        await api.execute(CREATE_GROUP, code=code, name=code)
    assert (await api.execute(REMOVE, ids=[bob], code="a"))["code"] == 200  # is not a member
    for _ in range(2):  # the second time changes nothing
        assert (await api.execute(ADD, ids=[bob, eve], code="a"))["code"] == 200
    await api.execute(ADD, ids=[bob], code="b")
    assert await groups_of(api, bob) == ["b", "a"]
    assert (await api.execute(REMOVE, ids=[bob], code="a"))["code"] == 200
    assert await groups_of(api, bob) == ["b"]
    page = await api.execute("{ users { list { username groups { list { code } } } } }")
    assert page["list"] == [
        {"username": "eve", "groups": {"list": [{"code": "a"}]}},
        {"username": "bob", "groups": {"list": [{"code": "b"}]}},
    ]


async def test_members(api: Api) -> None:
    ids = [(await api.create(username=name))["id"] for name in "abc"]
    await api.execute(CREATE_GROUP, code="staff", name="Staff")
    await api.execute(ADD, ids=ids, code="staff")
    query = (
        'query($page: Int, $limit: Int) { group(code: "staff")'
        " { users(page: $page, limit: $limit) { totalCount list { username } } } }"
    )
    users = (await api.execute(query, page=2, limit=2))["users"]
    assert users == {"totalCount": 3, "list": [{"username": "a"}]}
    await api.execute("mutation($id: String!) { deleteUser(id: $id) { code } }", id=ids[0])
    assert (await api.execute(query))["users"]["totalCount"] == 2


@pytest.mark.parametrize("document", [ADD, REMOVE])
async def test_rejected_member_changes_have_no_effect(api: Api, document: str) -> None:
    bob, eve = [(await api.create(username=name))["id"] for name in ("bob", "eve")]
    await api.execute(CREATE_GROUP, code="staff", name="Staff")
    await api.execute(ADD, ids=[eve], code="staff")
    for ids in ([bob, UNKNOWN], [eve, UNKNOWN]):
        assert await api.error_code(document, ids=ids, code="staff") == 2004
    assert await api.error_code(document, ids=[bob], code="unknown") == 404
    assert await api.error_code(document, ids=[bob]) == 2231
    assert await api.error_code(document, ids=[], code="staff") == 2231
    assert await groups_of(api, bob) == []
    assert await groups_of(api, eve) == ["staff"]
