"""Search users."""

import pytest

from .api import Api
from .test_groups import ADD, CREATE_GROUP
from .test_roles import ASSIGN, CREATE_ROLE

SEARCH = (
    "query($query: String!, $fields: [String], $page: Int, $limit: Int,"
    " $departmentOpts: [SearchUserDepartmentOpt], $groupOpts: [SearchUserGroupOpt],"
    " $roleOpts: [SearchUserRoleOpt]) { searchUser(query: $query, fields: $fields, page: $page,"
    " limit: $limit, departmentOpts: $departmentOpts, groupOpts: $groupOpts, roleOpts: $roleOpts)"
    " { totalCount list { username identities { provider } } } }"
)


async def search(api: Api, query: str, **arguments: object) -> list[str]:
    page = await api.execute(SEARCH, query=query, **arguments)
    usernames = [user["username"] for user in page["list"]]
    if not {"page", "limit"} & arguments.keys():
        assert page["totalCount"] == len(usernames)
    return usernames


@pytest.mark.parametrize(
    "field",
    [
        *("username", "nickname", "email", "phone", "company", "name", "givenName"),
        *("familyName", "middleName", "profile", "preferredUsername"),
    ],
)
async def test_default_fields_are_searched(api: Api, field: str) -> None:
    await api.create(**{"username": "n", field: "xx-needle@y.zz"})
    await api.create(username="other")
    assert await search(api, "needle") == ["xx-needle@y.zz" if field == "username" else "n"]


async def test_named_fields_are_searched(api: Api) -> None:
    await api.create(username="a", country="Needleland")
    await api.create(username="b", nickname="needle")
    assert await search(api, "needle") == ["b"]
    assert await search(api, "needle", fields=["country"]) == ["a"]
    assert await search(api, "needle", fields=["country", "nickname"]) == ["b", "a"]
    assert await search(api, "needle", fields=[]) == ["b"]
    assert await search(api, "needle", fields=["nickname"] * 2_000) == ["b"]


@pytest.mark.parametrize(
    ("stored", "query"),
    [
        ("Bob Miller", "BOB mil"),
        ("Jürgen Weiß", "JÜRGEN WEISS"),
        ("Ольга Кузнецова", "КУЗНЕЦ"),
        ("Σοφία", "ΣΟΦΊΑ"),
        ("王秀英", "秀"),
        ("İpek", "i̇PEK"),
    ],
)
async def test_search_ignores_case_in_every_script(api: Api, stored: str, query: str) -> None:
    await api.create(username="u", name=stored)
    assert await search(api, query) == ["u"]


@pytest.mark.parametrize("query", ["%", "_", "a%c", "a_c", "'", '"', "\\"])
async def test_search_has_no_wildcards(api: Api, query: str) -> None:
    await api.create(username="abc")
    assert await search(api, query) == []
    await api.create(username=f"x{query}y")
    assert await search(api, query) == [f"x{query}y"]


async def test_pages_of_a_search(api: Api) -> None:
    for number in range(12):
        await api.create(username=f"bob{number:02}")
    await api.create(username="eve")
    assert len(await search(api, "bob", limit=20)) == 12
    pages = [await search(api, "bob", page=page, limit=5) for page in (1, 2, 3, 4)]
    assert [name for page in pages for name in page] == [
        f"bob{number:02}" for number in reversed(range(12))
    ]
    first = await api.execute(SEARCH, query="BOB")
    assert (first["totalCount"], len(first["list"])) == (12, 10)
    assert await api.error_code(SEARCH, query="bob", page=0) == 2231


@pytest.mark.parametrize("query", ["", " \t"])
async def test_blank_search_without_scope_is_rejected(api: Api, query: str) -> None:
    assert await api.error_code(SEARCH, query=query) == 2014
    for options in ("departmentOpts", "groupOpts", "roleOpts"):
        assert await api.error_code(SEARCH, query=query, **{options: list[object]()}) == 2014
    assert await api.error_code(SEARCH, query=query, fields=["name"]) == 2014


@pytest.mark.parametrize("query", ["", " \t"])
async def test_blank_search_returns_all_users_in_scope(api: Api, query: str) -> None:
    ids = {name: (await api.create(username=name))["id"] for name in "abc"}
    await api.execute(CREATE_GROUP, code="staff", name="staff")
    await api.execute(CREATE_ROLE, code="admin")
    await api.execute(ADD, ids=[ids["a"], ids["b"]], code="staff")
    await api.execute(ASSIGN, userIds=[ids["b"], ids["c"]], roleCodes=["admin"])
    staff, admin = [{"code": "staff"}], [{"code": "admin"}]
    assert await search(api, query, groupOpts=staff) == ["b", "a"]
    assert await search(api, query, roleOpts=admin) == ["c", "b"]
    assert await search(api, query, groupOpts=staff, roleOpts=admin, fields=["name"]) == ["b"]
    assert await search(api, query, groupOpts=staff, page=2, limit=1) == ["a"]
    assert await search(api, query, departmentOpts=[{"departmentId": "x"}]) == []
    assert await api.error_code(SEARCH, query=query, groupOpts=staff, fields=["password"]) == 2015


@pytest.mark.parametrize("field", ["nonsense", "password", "token", "blocked", None, "name; --"])
async def test_unsupported_search_field_is_rejected(api: Api, field: str | None) -> None:
    assert await api.error_code(SEARCH, query="x", fields=["name", field]) == 2015


async def test_search_within_groups_and_roles(api: Api) -> None:
    ids = {name: (await api.create(username=f"bob-{name}"))["id"] for name in "abcd"}
    for code in ("staff", "guests"):
        await api.execute(CREATE_GROUP, code=code, name=code)
    for namespace in ("default", "shop"):
        await api.execute(CREATE_ROLE, code="admin", namespace=namespace)
    await api.execute(ADD, ids=[ids["a"], ids["b"]], code="staff")
    await api.execute(ADD, ids=[ids["c"]], code="guests")
    await api.execute(ASSIGN, userIds=[ids["b"], ids["c"]], roleCodes=["admin"])
    await api.execute(ASSIGN, userIds=[ids["d"]], roleCodes=["admin"], namespace="shop")

    staff, guests, unknown = {"code": "staff"}, {"code": "guests"}, {"code": "nobody"}
    admin, shop = {"code": "admin"}, {"code": "admin", "namespace": "shop"}
    assert await search(api, "bob", groupOpts=[staff]) == ["bob-b", "bob-a"]
    assert await search(api, "bob", groupOpts=[staff, guests]) == ["bob-c", "bob-b", "bob-a"]
    assert await search(api, "bob", groupOpts=[unknown]) == []
    assert await search(api, "bob", roleOpts=[admin]) == ["bob-c", "bob-b"]
    assert await search(api, "bob", roleOpts=[shop]) == ["bob-d"]
    assert await search(api, "bob", roleOpts=[admin, shop]) == ["bob-d", "bob-c", "bob-b"]
    assert await search(api, "bob", groupOpts=[staff], roleOpts=[admin]) == ["bob-b"]
    assert await search(api, "-a", groupOpts=[staff], roleOpts=[]) == ["bob-a"]
    many = [{"code": f"role {number}"} for number in range(2_000)]
    assert await search(api, "bob", roleOpts=[*many, {"code": "admin\0"}, shop]) == ["bob-d"]
    assert await search(api, "bob", groupOpts=[*many, {"code": "staff\0"}, guests]) == ["bob-c"]
    assert await api.error_code(SEARCH, query="x", groupOpts=[{"code": None}]) == 2231
    assert await api.error_code(SEARCH, query="x", groupOpts=[None]) == 2231


async def test_search_within_an_unknown_department_is_empty(api: Api) -> None:
    await api.create(username="bob")
    assert await search(api, "bob", departmentOpts=[{"departmentId": "x"}]) == []
    assert (
        await api.error_code(SEARCH, query="bob", departmentOpts=[{"departmentId": None}]) == 2231
    )
    assert await search(api, "bob", departmentOpts=[]) == ["bob"]
