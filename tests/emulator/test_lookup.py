"""Read, list and find users."""

from typing import Any

import pytest

from authing_users.emulator.store.records import MAX_PAGE_SIZE

from .api import GET, LIST, Api, error_code

BATCH = "query($ids: [String!]!, $type: String) { userBatch(ids: $ids, type: $type) { username } }"
FIND = (
    "query($email: String, $phone: String, $username: String, $externalId: String,"
    " $identity: FindUserByIdentityInput) { findUser(email: $email, phone: $phone,"
    " username: $username, externalId: $externalId, identity: $identity) { username } }"
)
EXISTS = (
    "query($email: String, $phone: String, $username: String, $externalId: String)"
    " { isUserExists(email: $email, phone: $phone, username: $username, externalId: $externalId) }"
)


async def find_username(api: Api, **criteria: object) -> Any:
    user = await api.execute(FIND, **criteria)
    exists = await api.execute(EXISTS, **criteria)
    assert exists is (user is not None)
    return user and user["username"]


async def test_unknown_user_is_null(api: Api) -> None:
    assert await api.user("0123456789abcdef01234567") is None


async def test_user_without_id_needs_a_user_token(api: Api) -> None:
    assert await api.error_code(GET) == 2020


async def test_list_returns_pages_newest_first(api: Api) -> None:
    for number in range(25):
        await api.create(username=f"u{number:02}")
    expected = [f"u{number:02}" for number in reversed(range(25))]
    first = await api.execute(LIST)
    assert first["totalCount"] == 25
    assert [user["username"] for user in first["list"]] == expected[:10]
    pages = [await api.usernames(page=page, limit=7) for page in range(1, 6)]
    assert [name for page in pages for name in page] == expected
    assert pages[-1] == []


async def test_list_in_every_order(api: Api) -> None:
    ids = [(await api.create(username=name))["id"] for name in "abc"]  # all in one second
    await api.update(ids[1], nickname="x")
    await api.update(ids[0], nickname="x")
    orders = {
        "CREATEDAT_DESC": ["c", "b", "a"],
        "CREATEDAT_ASC": ["a", "b", "c"],
        "UPDATEDAT_DESC": ["a", "b", "c"],
        "UPDATEDAT_ASC": ["c", "b", "a"],
        None: ["c", "b", "a"],
    }
    assert {order: await api.usernames(sortBy=order) for order in orders} == orders


async def test_exclude_users_in_org_without_organisations_returns_all_users(api: Api) -> None:
    await api.create(username="a")
    assert await api.execute("{ users(excludeUsersInOrg: true) { totalCount } }") == {
        "totalCount": 1
    }


@pytest.mark.parametrize("window", [{"page": 0}, {"limit": 0}, {"page": -1}, {"limit": -5}])
async def test_invalid_page_is_rejected(api: Api, window: dict[str, int]) -> None:
    assert await api.error_code(LIST, **window) == 2231


async def test_largest_page_and_limit_return_an_empty_page(api: Api) -> None:
    await api.create(username="a")
    page = await api.execute(LIST, page=2**31 - 1, limit=MAX_PAGE_SIZE)
    assert page == {"totalCount": 1, "list": []}


async def test_larger_limit_is_rejected_with_the_maximum(api: Api) -> None:
    variables = {"page": 1, "limit": MAX_PAGE_SIZE + 1}
    response = await api.post(LIST, variables, {"authorization": api.token, "x-authing-lang": "en"})
    assert error_code(response) == 2231
    assert "limit (at most 10000)" in response.json()["errors"][0]["message"]["message"]


async def test_list_returns_the_identities_of_each_user(api: Api) -> None:
    create = (
        "mutation($u: String!, $n: String!) { createUser(userInfo: {username: $u},"
        ' identity: {provider: "wechat", userIdInIdp: $n}) { id } }'
    )
    await api.execute(create, u="a", n="1")
    await api.execute(create, u="b", n="2")
    await api.create(username="c")
    page = await api.execute("{ users { list { username identities { userIdInIdp } } } }")
    assert page["list"] == [
        {"username": "c", "identities": []},
        {"username": "b", "identities": [{"userIdInIdp": "2"}]},
        {"username": "a", "identities": [{"userIdInIdp": "1"}]},
    ]


async def test_batch_keeps_the_order_and_omits_unknown_ids_and_duplicates(api: Api) -> None:
    ids = {name: (await api.create(username=name))["id"] for name in "abc"}
    requested_ids = [ids["c"], "unknown", ids["a"], ids["c"], ids["b"], ids["a"]]
    users = await api.execute(BATCH, ids=requested_ids)
    assert [user["username"] for user in users] == ["c", "a", "b"]
    assert await api.execute(BATCH, ids=[]) == []


@pytest.mark.parametrize("kind", ["username", "phone", "email", "externalId"])
async def test_batch_by_other_identifiers(api: Api, kind: str) -> None:
    values = {name: f"{name}@example.com" for name in "ab"}
    for name, value in values.items():
        await api.create(**{"username": f"name-{name}", kind: value})
    users = await api.execute(BATCH, ids=[values["b"], values["a"]], type=kind)
    expected = ["name-b", "name-a"] if kind != "username" else [values["b"], values["a"]]
    assert [user["username"] for user in users] == expected


async def test_batch_by_email_is_not_case_sensitive(api: Api) -> None:
    await api.create(username="a", email="a@example.com")
    assert await api.execute(BATCH, ids=["A@EXAMPLE.com"], type="email") == [{"username": "a"}]


async def test_batch_rejects_more_than_80_ids_and_unknown_types(api: Api) -> None:
    assert await api.execute(BATCH, ids=["x"] * 80) == []
    assert await api.error_code(BATCH, ids=["x"] * 81) == 2030
    for kind in ("nickname", "", "id; DROP TABLE users"):
        assert await api.error_code(BATCH, ids=["x"], type=kind) == 2015


async def test_find_by_each_identifier(api: Api) -> None:
    await api.create(username="bob", email="bob@example.com", phone="1", externalId="e")
    await api.create(username="Bob")
    assert await find_username(api, username="bob") == "bob"
    assert await find_username(api, email="BOB@example.com") == "bob"
    assert await find_username(api, phone="1") == "bob"
    assert await find_username(api, externalId="e") == "bob"
    assert await find_username(api, username="BOB") is None


async def test_find_requires_all_criteria(api: Api) -> None:
    await api.create(username="bob", email="bob@example.com")
    await api.create(username="eve", phone="1")
    assert await find_username(api, username="bob", email="bob@example.com") == "bob"
    assert await find_username(api, username="bob", phone="1") is None
    assert (
        await find_username(api, username="bob", phone="", externalId="") == "bob"
    )  # as PHP sends it


async def test_find_without_criteria_is_rejected(api: Api) -> None:
    for query in (FIND, EXISTS):
        assert await api.error_code(query) == 2231
        assert await api.error_code(query, username="", phone=None) == 2231
    assert await api.error_code(FIND, identity={}) == 2231


async def test_find_by_identity(api: Api) -> None:
    create = (
        "mutation($u: String!, $i: CreateUserIdentityInput!)"
        " { createUser(userInfo: {username: $u}, identity: $i) { id } }"
    )
    linked = {"provider": "wechat", "userIdInIdp": "1", "isSocial": True, "connectionId": "c1"}
    await api.execute(create, u="a", i=linked)
    await api.execute(
        create, u="b", i={"provider": "github", "userIdInIdp": "1", "isSocial": False}
    )
    cases: list[tuple[dict[str, object], str | None]] = [
        ({"provider": "wechat", "userIdInIdp": "1"}, "a"),
        ({"provider": "github"}, "b"),
        ({"isSocial": False}, "b"),
        ({"identifier": "c1"}, "a"),
        ({"provider": "github", "isSocial": True}, None),
    ]
    for identity, username in cases:
        user = await api.execute(FIND, identity=identity)
        assert (user and user["username"]) == username
    assert await api.execute(FIND, username="b", identity={"provider": "wechat"}) is None
    assert await api.execute(FIND, username="a", identity={"provider": "wechat"}) is not None


async def test_userpool_returns_its_settings(api: Api) -> None:
    pool = await api.execute(
        "{ userpool { id secret tokenExpiresAfter createdAt isDeleted name domain logo jwtSecret"
        " emailVerifiedDefault sendWelcomeEmail registerDisabled appSsoEnabled"
        " userpoolTypes { code } loginFailCheck { limit } allowedOrigins } }"
    )
    assert pool["id"] == api.app.user_pool_id
    assert pool["secret"] == api.app.secret
    assert pool["tokenExpiresAfter"] == 15 * 24 * 60 * 60
    assert pool["createdAt"] == "2023-11-15T06:13:20+08:00"
    assert pool["isDeleted"] is False
    assert pool["userpoolTypes"] is None
    assert len(pool["jwtSecret"]) >= 32
