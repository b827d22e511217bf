"""Read, create, update and filter users over REST."""

from typing import Any

import pytest

from .api import Api, scalars
from .rest import UNKNOWN, get, post, rejection_code, send

BATCH = "/api/v2/users/batch"
CREATE = "/api/v2/users"
CREATE_MANY = "/api/v2/users/create/batch"
EXISTS = "/api/v2/users/is-user-exists"
FILTER = "/api/v2/users/filter"
USER_FIELDS = {*scalars("User").split(), "identities"}


async def stored_passwords(api: Api) -> list[tuple[int, str]]:
    """Return the stored passwords in the order of their users."""
    with api.app._emulator.transaction(write=False) as transaction:
        return list(
            transaction.connection.execute(
                "SELECT kept, value FROM credentials JOIN users ON users.id = userId ORDER BY seq"
            )
        )


async def test_batch_of_users(api: Api) -> None:
    alice, bob = [await api.create(username=name) for name in ("alice", "bob")]
    users = await post(api, BATCH, {"ids": [bob["id"], UNKNOWN, alice["id"]], "type": "id"})
    assert users == [bob, alice]
    assert await post(api, BATCH, {"ids": ["bob"], "type": "username"}) == [bob]
    assert await post(api, BATCH, {"ids": [alice["id"]]}) == [alice]
    users = await post(api, BATCH, {"ids": [alice["id"]], "withCustomData": True})
    assert users == [alice | {"customData": []}]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"ids": ["x"], "type": "shoeSize"}, 2015),
        ({"ids": ["x"] * 81}, 2030),
        ({"ids": []}, 2231),
        ({"ids": "x"}, 2231),
        ({"ids": [1]}, 2231),
        ({"ids": ["x"], "type": 1}, 2231),
        ({"ids": ["x"], "withCustomData": "yes"}, 2231),
        ({}, 2231),
    ],
)
async def test_invalid_batch_is_rejected(api: Api, body: dict[str, object], code: int) -> None:
    assert await rejection_code(api, "POST", BATCH, body) == code


async def test_create_user(api: Api) -> None:
    body = {"username": "bob", "email": "Bob@Example.com", "registerSource": ["import:manual"]}
    user = await post(api, CREATE, {"userInfo": body})
    assert set(user) == USER_FIELDS
    assert (user["username"], user["email"]) == ("bob", "bob@example.com")
    assert await api.user(user["id"]) == user


async def test_create_with_a_password(api: Api) -> None:
    ciphertext = api.encrypt("$2b$10$hash")
    for name, keep in (("a", True), ("b", False)):
        user_info = {"username": name, "password": ciphertext}
        await post(api, CREATE, {"userInfo": user_info, "keepPassword": keep})
    (first_kept, first), (second_kept, second) = await stored_passwords(api)
    assert (first_kept, first) == (1, "$2b$10$hash")
    assert second_kept == 0
    assert second.startswith("scrypt$")


@pytest.mark.parametrize(
    ("user_info", "code"),
    [
        ({}, 2231),
        (None, 2231),
        ("bob", 2231),
        ({"username": "bob", "signedUpd": "x"}, 2231),
        ({"username": "bob", "loginsCount": "1"}, 2231),
        ({"username": "bob", "email": "x"}, 2204),
        ({"username": "bob", "password": "secret-in-clear"}, 2016),
        ({"username": "taken"}, 2034),
    ],
)
async def test_create_has_the_same_errors_as_graphql(
    api: Api, user_info: object, code: int
) -> None:
    await api.create(username="taken")
    assert await rejection_code(api, "POST", CREATE, {"userInfo": user_info}) == code
    assert await api.usernames() == ["taken"]


async def test_error_names_the_field_but_no_value(api: Api) -> None:
    for user_info, field in (
        ({"loginsCount": "s3cret"}, "userInfo.loginsCount"),
        ({"registerSource": ["x", 7]}, "userInfo.registerSource.1"),
        ({"s3cret value": 1}, "userInfo.?"),
        ({"signedUpd": "s3cret"}, "userInfo.signedUpd"),
    ):
        message = (await send(api, "POST", CREATE, {"userInfo": user_info})).json()["message"]
        assert field in message
        assert "s3cret" not in message


async def test_update_user(api: Api) -> None:
    bob = await api.create(username="bob", nickname="b")
    path = f"/api/v2/users/{bob['id']}"
    user = await post(api, path, {"nickname": None, "city": "Köln"})
    assert user == bob | {"nickname": None, "city": "Köln"}
    assert await api.user(bob["id"]) == user
    assert await rejection_code(api, "POST", path, {"signedUp": "2020-01-01T00:00:00Z"}) == 2231
    assert await rejection_code(api, "POST", f"/api/v2/users/{UNKNOWN}", {"city": "x"}) == 2004
    await api.create(username="alice")
    assert await rejection_code(api, "POST", path, {"username": "alice"}) == 2034


async def test_update_password(api: Api) -> None:
    bob = await api.create(username="bob")
    await post(api, f"/api/v2/users/{bob['id']}", {"password": api.encrypt("letmein")})
    assert len(await stored_passwords(api)) == 1


async def test_create_many_returns_the_result_of_each_user(api: Api) -> None:
    await api.create(username="taken")
    inputs: list[object] = [
        {"username": "a"},
        {"username": "taken"},
        {"username": "a"},
        {},
        7,
        {"username": "b", "password": "short"},
        {"username": "c", "email": "C@Example.com", "password": "long enough"},
    ]
    outcomes: list[dict[str, Any]] = await post(
        api, CREATE_MANY, {"users": inputs, "rawPassword": True}
    )
    assert [outcome["success"] for outcome in outcomes] == [True, *[False] * 5, True]
    for outcome in outcomes:
        assert set(outcome) == {"success", "errMsg", "user"}
        assert (outcome["errMsg"] is None) is outcome["success"]
        assert (outcome["user"] is not None) is outcome["success"]
    assert outcomes[6]["user"] == await api.user(outcomes[6]["user"]["id"])
    assert outcomes[1]["errMsg"] == outcomes[2]["errMsg"] == "用户名已被使用"
    assert await api.usernames() == ["c", "a", "taken"]


async def test_create_many_accepts_plain_or_encrypted_passwords(api: Api) -> None:
    async def is_imported(password: str, body: dict[str, object]) -> bool:
        name = f"u{len(await api.usernames())}"
        users = [{"username": name, "password": password}]
        outcome = (await post(api, CREATE_MANY, {"users": users} | body))[0]
        return bool(outcome["success"])

    assert await is_imported("in the clear", {"rawPassword": True})
    assert await is_imported(api.encrypt("secret"), {"rawPassword": False})
    assert not await is_imported("in the clear", {"rawPassword": False})
    assert not await is_imported("in the clear", {})
    assert len(await stored_passwords(api)) == 2


@pytest.mark.parametrize(
    "body", [{}, {"users": []}, {"users": {}}, {"users": [{"username": "x"}], "rawPassword": "1"}]
)
async def test_invalid_create_many_is_rejected(api: Api, body: dict[str, object]) -> None:
    assert await rejection_code(api, "POST", CREATE_MANY, body) == 2231
    assert await api.usernames() == []


async def test_create_many_is_limited_to_100_users(api: Api) -> None:
    hundred = [{"username": f"u{number}"} for number in range(100)]
    assert await rejection_code(api, "POST", CREATE_MANY, {"users": [*hundred, {}]}) == 2231
    assert await api.usernames() == []
    assert len(await post(api, CREATE_MANY, {"users": hundred})) == 100


async def test_user_exists(api: Api) -> None:
    await api.create(username="bob", email="bob@example.com", phone="1", externalId="x")
    for name, value, expected in (
        ("username", "bob", True),
        ("username", "Bob", False),
        ("email", "BOB@example.com", True),
        ("phone", "1", True),
        ("phone", "2", False),
        ("externalId", "x", True),
    ):
        assert await get(api, EXISTS, **{name: value}) is expected
    assert await get(api, EXISTS, username="bob", phone="2") is False
    assert await get(api, EXISTS, username="bob", email="", phone="", externalId="") is True
    assert await rejection_code(api, "GET", EXISTS) == 2231


async def test_tenants(api: Api) -> None:
    bob = await api.create(username="bob")
    assert await get(api, f"/api/v2/users/{bob['id']}/tenants") == bob | {"tenants": []}
    assert await get(api, f"/api/v2/users/{UNKNOWN}/tenants") is None


async def test_filter_without_conditions_lists_all(api: Api) -> None:
    users = [await api.create(username=name) for name in "abc"]
    page = await post(api, FILTER, {"page": 2, "limit": 2, "filter": []})
    assert page == {"totalCount": 3, "list": [users[0]]}
    response = await send(api, "POST", FILTER)
    assert [user["username"] for user in response.json()["data"]["list"]] == ["c", "b", "a"]


async def test_filter_by_custom_data(api: Api) -> None:
    set_udf = (
        "mutation($key: String!, $type: UDFDataType!) {"
        " setUdf(targetType: USER, key: $key, dataType: $type, label: $key) { key } }"
    )
    set_udv = (
        "mutation($id: String!, $key: String!, $value: String!) {"
        " setUdv(targetType: USER, targetId: $id, key: $key, value: $value) { key } }"
    )
    await api.execute(set_udf, key="school", type="STRING")
    await api.execute(set_udf, key="age", type="NUMBER")
    ids = {name: (await api.create(username=name))["id"] for name in ("a", "b", "c")}
    for name, school, age in (("a", "ucla", 18), ("b", "18", 20)):
        await api.execute(set_udv, id=ids[name], key="school", value=f'"{school}"')
        await api.execute(set_udv, id=ids[name], key="age", value=str(age))

    async def users(*conditions: tuple[str, str, object]) -> list[str]:
        inputs = [
            [{"type": "userDefinedFields", "value": key}, operator, value]
            for key, operator, value in conditions
        ]
        page = await post(api, FILTER, {"filter": inputs})
        assert page["totalCount"] == len(page["list"])
        return [user["username"] for user in page["list"]]

    assert await users(("school", "EQ", "ucla")) == ["a"]
    assert await users(("school", "NEQ", "ucla")) == ["c", "b"]
    assert await users(("school", "EQ", "18")) == ["b"]
    assert await users(("age", "EQ", "18")) == await users(("age", "EQ", 18)) == ["a"]
    assert await users(("age", "NEQ", "18"), ("school", "NEQ", "ucla")) == ["c", "b"]
    assert await users(("age", "EQ", 18), ("school", "EQ", "18")) == []
    unknown = [[{"type": "userDefinedFields", "value": "shoes"}, "EQ", "x"]]
    assert await rejection_code(api, "POST", FILTER, {"filter": unknown}) == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"filter": [[{"type": "OtherFields", "value": "app"}, "EQ", {"id": "x"}]]}, 501),
        ({"filter": [[{"type": "OtherFields", "value": "app"}, "LIKE", {"id": "x"}]]}, 2231),
        ({"filter": [[{"type": "shoes", "value": "x"}, "EQ", "y"]]}, 2231),
        ({"filter": [{"type": "OtherFields"}]}, 2231),
        ({"filter": {}}, 2231),
        ({"page": "1"}, 2231),
        ({"page": True}, 2231),
        ({"page": 0}, 2231),
        ({"page": 2**31}, 2231),
        ({"limit": 10**30}, 2231),
        ({"limit": 1.5}, 2231),
    ],
)
async def test_invalid_or_unsupported_filter_is_rejected(
    api: Api, body: dict[str, object], code: int
) -> None:
    assert await rejection_code(api, "POST", FILTER, body) == code


@pytest.mark.parametrize("path", [BATCH, CREATE, CREATE_MANY, FILTER, f"{CREATE}/{UNKNOWN}"])
async def test_body_must_be_a_json_object(api: Api, path: str) -> None:
    for body in (b"[]", b"{", b"\xff"):
        response = await api.http.post(path, content=body, headers={"authorization": api.token})
        assert (response.status_code, response.json()["code"]) == (400, 400)
