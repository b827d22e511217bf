"""Create, update and delete users."""

import re

import pytest
from graphql import GraphQLInputObjectType

from .api import SCHEMA, START_TIME, UPDATE, USER, Api, scalars

DELETE = "mutation($id: String!) { deleteUser(id: $id) { code message } }"
DELETE_MANY = "mutation($ids: [String!]!) { deleteUsers(ids: $ids) { code message } }"
UNKNOWN = "0123456789abcdef01234567"

CREATE_WITH_OPTIONS = (
    f"mutation($i: CreateUserInput!, $keep: Boolean, $reset: Boolean, $params: String,"
    f" $identity: CreateUserIdentityInput) {{ createUser(userInfo: $i, keepPassword: $keep,"
    f" resetPasswordOnFirstLogin: $reset, params: $params, identity: $identity) {{ {USER} }} }}"
)


async def test_new_user_has_the_defaults_of_the_service(api: Api) -> None:
    user = await api.create(username="bob")
    assert user["status"] == "Activated"
    assert user["gender"] == "U"
    assert user["photo"] == ("https://files.authing.co/authing-console/default-user-avatar.png")
    assert user["registerSource"] == ["import:manual"]
    assert user["loginsCount"] == 0
    assert user["identities"] == []
    flags = ("emailVerified", "phoneVerified", "blocked", "isDeleted")
    assert [user[flag] for flag in flags] == [False] * 4
    set_fields = {name for name, value in user.items() if value not in (None, False, 0, [])}
    assert set_fields == {
        *("id", "arn", "userPoolId", "status", "username", "registerSource", "photo", "gender"),
        *("signedUp", "createdAt", "updatedAt"),
    }


async def test_new_user_has_id_arn_and_timestamps(api: Api) -> None:
    user = await api.create(username="bob")
    assert re.fullmatch("[0-9a-f]{24}", user["id"])
    assert int(user["id"][:8], 16) == int(START_TIME)
    assert user["userPoolId"] == api.app.user_pool_id
    assert user["arn"] == f"arn:cn:authing:{api.app.user_pool_id}:user:{user['id']}"
    assert user["createdAt"] == user["updatedAt"] == user["signedUp"] == "2023-11-15T06:13:20+08:00"


async def test_every_input_field_is_stored(api: Api) -> None:
    values: dict[str, object] = {}
    input_type = SCHEMA.type_map["CreateUserInput"]
    assert isinstance(input_type, GraphQLInputObjectType)
    for name, field in input_type.fields.items():
        match str(field.type):
            case "String":
                values[name] = f"{name} 值"
            case "Boolean":
                values[name] = True
            case "Int":
                values[name] = 7
            case _:
                values[name] = ["import:manual", "basic:email"]
    values |= {
        "email": "bob@example.com",
        "lastLogin": "2021-03-11T20:52:50+08:00",
        "signedUp": "2020-03-11T20:52:50+08:00",
    }
    del values["password"]
    user = await api.create(**values)
    assert {name: user[name] for name in values} == values
    assert await api.user(user["id"]) == user


async def test_fields_that_only_an_update_can_set(api: Api) -> None:
    user = await api.create(username="bob")
    fields = {
        "city": "Xi'an",
        "province": "Shaanxi",
        "phoneCountryCode": "+86",
        "expiredAt": "2030-01-01T00:00:00Z",
        "directManagement": "0123456789abcdef01234567",
    }
    changed = await api.update(user["id"], **fields)
    assert {name: changed[name] for name in fields} == fields
    assert await api.user(user["id"]) == changed


async def test_null_on_creation_equals_absence(api: Api) -> None:
    user = await api.create(username="bob", gender=None, email=None, blocked=None)
    assert (user["gender"], user["email"], user["blocked"]) == ("U", None, False)


@pytest.mark.parametrize(
    "fields", [{}, {"nickname": "Bob"}, {"username": ""}, {"email": None, "phone": ""}]
)
async def test_a_user_needs_an_identifier(api: Api, fields: dict[str, object]) -> None:
    assert await api.create_error_code(**fields) == 2231


@pytest.mark.parametrize(
    "identifier", ["username", "phone", "unionid", "openid", "externalId", "email"]
)
async def test_each_identifier_is_enough(api: Api, identifier: str) -> None:
    value = "bob@example.com" if identifier == "email" else "188xxxx8888"
    assert (await api.create(**{identifier: value}))[identifier] == value


@pytest.mark.parametrize("identifier", ["username", "phone", "externalId"])
async def test_identifier_with_nul_is_rejected(api: Api, identifier: str) -> None:
    user = await api.create(username="bob")
    assert await api.create_error_code(**{identifier: "bob\0"}) == 2231
    assert await api.error_code(DELETE, id=user["id"] + "\0") == 2210
    assert await api.error_code(UPDATE, id=user["id"] + "\0x", i={}) == 2004
    assert await api.user(user["id"] + "\0") is None
    assert (await api.update(user["id"], nickname="a\0b"))["nickname"] == "a\0b"


@pytest.mark.parametrize(
    ("identifier", "code"),
    [
        ("username", 2034),
        ("phone", 2035),
        ("unionid", 2026),
        ("openid", 2026),
        ("externalId", 2026),
    ],
)
async def test_identifier_in_use_is_rejected(api: Api, identifier: str, code: int) -> None:
    first = await api.create(**{identifier: "taken"})
    assert await api.create_error_code(**{identifier: "taken"}) == code
    other = await api.create(username="other")
    assert await api.error_code(UPDATE, id=other["id"], i={identifier: "taken"}) == code
    kept = await api.update(first["id"], **{identifier: "taken"})  # a user can keep its own value
    assert kept[identifier] == "taken"


async def test_email_is_lower_cased_and_unique_ignoring_case(api: Api) -> None:
    user = await api.create(email="Bob.ÄÖ@Example.COM")
    assert user["email"] == "bob.äö@example.com"
    assert await api.create_error_code(email="BOB.äö@example.com") == 2200


async def test_username_is_case_sensitive(api: Api) -> None:
    await api.create(username="bob")
    assert (await api.create(username="Bob"))["username"] == "Bob"


@pytest.mark.parametrize(
    "email",
    ["bob", "bob@", "@example.com", "bob@example", "b b@example.com", "bob@ex..com", "a@b@c.de"],
)
async def test_invalid_email_is_rejected(api: Api, email: str) -> None:
    assert await api.create_error_code(email=email) == 2204


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("2017-06-07T14:34:08.700Z", "2017-06-07T22:34:08.700+08:00"),
        ("2017-06-07T14:34:08.700", "2017-06-07T14:34:08.700+08:00"),
        ("2017-06-07T14:34:08+04:00", "2017-06-07T18:34:08+08:00"),
        ("2017-06-07T14:34:08Z", "2017-06-07T22:34:08+08:00"),
        ("2017-06-07T14:34-0130", "2017-06-08T00:04:00+08:00"),
        ("2017-06-07 14:34:08.123456Z", "2017-06-07T22:34:08.123456+08:00"),
    ],
)
async def test_times_are_converted_to_the_pool_time_zone(api: Api, value: str, stored: str) -> None:
    user = await api.create(username="bob", signedUp=value, lastLogin=value)
    assert user["signedUp"] == user["lastLogin"] == stored


@pytest.mark.parametrize(
    "text",
    [
        *("1496846048700", "yesterday", "2017-06-07", "2017-13-07T14:34:08Z", ""),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "２０１７-06-07T14:34:08Z"),
    ],
)
async def test_invalid_time_is_rejected(api: Api, text: str) -> None:
    for field in ("signedUp", "lastLogin"):
        assert await api.create_error_code(username="bob", **{field: text}) == 2231
    user = await api.create(username="bob")
    assert await api.error_code(UPDATE, id=user["id"], i={"tokenExpiredAt": text}) == 2231


async def test_a_single_register_source_becomes_a_list(api: Api) -> None:
    user = await api.create(username="bob", registerSource="import:csv")
    assert user["registerSource"] == ["import:csv"]


async def test_update_keeps_absent_fields_and_clears_null_fields(api: Api) -> None:
    user = await api.create(username="bob", phone="1", nickname="Bobby", blocked=True)
    api.clock.now += 60
    changed = await api.update(user["id"], phone=None, nickname="Rob", blocked=None)
    assert changed == user | {
        "phone": None,
        "nickname": "Rob",
        "blocked": None,
        "updatedAt": "2023-11-15T06:14:20+08:00",
    }
    assert await api.user(user["id"]) == changed


async def test_last_identifier_can_be_cleared(api: Api) -> None:
    user = await api.create(username="bob")
    assert (await api.update(user["id"], username=None))["username"] is None


async def test_empty_identifier_becomes_null(api: Api) -> None:
    first = await api.create(username="a", email="")
    second = await api.create(username="b", phone="1")
    assert first["email"] is None
    assert (await api.update(second["id"], phone=""))["phone"] is None


async def test_update_of_unknown_user_is_rejected(api: Api) -> None:
    assert await api.error_code(UPDATE, id=UNKNOWN, i={"name": "x"}) == 2004
    assert await api.error_code(UPDATE, i={"name": "x"}) == 2020


async def test_main_department_must_exist(api: Api) -> None:
    user = await api.create(username="bob")
    assert await api.error_code(UPDATE, id=user["id"], i={"mainDepartmentId": UNKNOWN}) == 404
    cleared = await api.update(user["id"], mainDepartmentId=None, mainDepartmentCode=None)
    assert cleared["mainDepartmentId"] is None


async def test_identity_is_linked(api: Api) -> None:
    identity = {
        "provider": "wechat",
        "userIdInIdp": "42",
        "openid": "o",
        "isSocial": True,
        "connectionId": "c",
        "accessToken": "a",
        "refreshToken": "r",
    }
    user = await api.execute(CREATE_WITH_OPTIONS, i={}, identity=identity)
    linked = {
        **identity,
        "userId": user["id"],
        "userPoolId": api.app.user_pool_id,
        "type": None,
        "extIdpId": None,
    }
    assert user["identities"] == [linked]
    assert await api.user(user["id"]) == user
    assert (
        await api.error_code(CREATE_WITH_OPTIONS, i={"username": "bob"}, identity=identity) == 2026
    )
    assert await api.usernames() == [None]


@pytest.mark.parametrize("field", ["provider", "userIdInIdp"])
async def test_incomplete_identity_is_rejected(api: Api, field: str) -> None:
    identity = {"provider": "wechat", "userIdInIdp": "42", field: ""}
    assert (
        await api.error_code(CREATE_WITH_OPTIONS, i={"username": "bob"}, identity=identity) == 2231
    )


async def test_deleting_a_user_deletes_all_its_data(api: Api) -> None:
    identity = {"provider": "wechat", "userIdInIdp": "42"}
    user = await api.execute(CREATE_WITH_OPTIONS, i={"username": "bob"}, identity=identity)
    assert (await api.execute(DELETE, id=user["id"]))["code"] == 200
    assert await api.user(user["id"]) is None
    again = await api.execute(CREATE_WITH_OPTIONS, i={"username": "bob"}, identity=identity)
    assert len(again["identities"]) == 1


async def test_deleting_unknown_users_is_rejected(api: Api) -> None:
    assert await api.error_code(DELETE, id=UNKNOWN) == 2210
    assert await api.error_code(DELETE_MANY, ids=[]) == 2231


async def test_deleting_several_users_is_atomic(api: Api) -> None:
    ids = [(await api.create(username=name))["id"] for name in "abc"]
    assert await api.error_code(DELETE_MANY, ids=[ids[0], UNKNOWN]) == 2210
    assert await api.usernames() == ["c", "b", "a"]
    assert (await api.execute(DELETE_MANY, ids=[*ids[:2], ids[0]]))["code"] == 200
    assert await api.usernames() == ["c"]


async def test_failed_mutation_rolls_back_the_whole_document(api: Api) -> None:
    document = """mutation {
      a: createUser(userInfo: {username: "a"}) { id }
      b: deleteUser(id: "nobody") { code }
      c: createUser(userInfo: {username: "c"}) { id }
    }"""
    assert await api.error_code(document) == 2210
    assert await api.usernames() == []


async def test_mutations_of_a_document_run_in_order(api: Api) -> None:
    document = """mutation {
      a: createUser(userInfo: {username: "a"}) { username }
      b: createUser(userInfo: {username: "b"}) { username }
    }"""
    response = await api.post(document)
    assert response.json()["data"] == {"a": {"username": "a"}, "b": {"username": "b"}}
    taken = 'mutation { a: createUser(userInfo: {username: "x"}) { id }'
    taken += ' b: createUser(userInfo: {username: "x"}) { id } }'
    assert await api.error_code(taken) == 2034
    assert await api.usernames() == ["b", "a"]


async def test_all_columns_of_a_user_are_fields_of_the_schema(api: Api) -> None:
    user = await api.create(username="bob")
    assert set(user) == {*scalars("User").split(), "identities"}
