"""Custom fields: definitions, and values of users and other targets."""

import json
from typing import Any

import pytest

from .api import Api
from .test_roles import CREATE_ROLE, DELETE_ROLES

FIELD = "targetType dataType key label options"
VALUE = "key dataType value label"
SET_UDF = (
    "mutation($targetType: UDFTargetType!, $key: String!, $dataType: UDFDataType!,"
    " $label: String!, $options: String) { setUdf(targetType: $targetType, key: $key,"
    f" dataType: $dataType, label: $label, options: $options) {{ {FIELD} }} }}"
)
REMOVE_UDF = (
    "mutation($targetType: UDFTargetType!, $key: String!)"
    " { removeUdf(targetType: $targetType, key: $key) { code message } }"
)
UDF = f"query($targetType: UDFTargetType!) {{ udf(targetType: $targetType) {{ {FIELD} }} }}"
SET_UDV = (
    "mutation($targetType: UDFTargetType!, $targetId: String!, $key: String!, $value: String!)"
    " { setUdv(targetType: $targetType, targetId: $targetId, key: $key, value: $value)"
    f" {{ {VALUE} }} }}"
)
SET_UDV_BATCH = (
    "mutation($targetType: UDFTargetType!, $targetId: String!, $udvList: [UserDefinedDataInput!])"
    " { setUdvBatch(targetType: $targetType, targetId: $targetId, udvList: $udvList)"
    f" {{ {VALUE} }} }}"
)
SET_UDF_VALUE_BATCH = (
    "mutation($targetType: UDFTargetType!, $input: [SetUdfValueBatchInput!]!)"
    " { setUdfValueBatch(targetType: $targetType, input: $input) { code message } }"
)
REMOVE_UDV = (
    "mutation($targetType: UDFTargetType!, $targetId: String!, $key: String!)"
    f" {{ removeUdv(targetType: $targetType, targetId: $targetId, key: $key) {{ {VALUE} }} }}"
)
UDV = (
    "query($targetType: UDFTargetType!, $targetId: String!)"
    f" {{ udv(targetType: $targetType, targetId: $targetId) {{ {VALUE} }} }}"
)
UDF_VALUE_BATCH = (
    "query($targetType: UDFTargetType!, $targetIds: [String]!)"
    " { udfValueBatch(targetType: $targetType, targetIds: $targetIds)"
    f" {{ targetId data {{ {VALUE} }} }} }}"
)
CREATE_WITH_PARAMS = (
    "mutation($i: CreateUserInput!, $params: String)"
    f" {{ createUser(userInfo: $i, params: $params) {{ id customData {{ {VALUE} }} }} }}"
)
UNKNOWN = "0123456789abcdef01234567"


async def define_fields(api: Api, *keys: str, target_type: str = "USER", **fields: object) -> Any:
    """Define fields, by default of type STRING, and return the last one."""
    definitions: list[Any] = []
    for key in keys:
        arguments = {"dataType": "STRING", "label": f"The {key}", **fields}
        definitions.append(await api.execute(SET_UDF, targetType=target_type, key=key, **arguments))
    return definitions[-1]


async def store_value(api: Api, user_id: str, key: str, value: object) -> Any:
    """Store a value of a user as JSON text."""
    return await api.execute(
        SET_UDV, targetType="USER", targetId=user_id, key=key, value=json.dumps(value)
    )


async def stored_values(api: Api, target_id: str, target_type: str = "USER") -> dict[str, str]:
    values = await api.execute(UDV, targetType=target_type, targetId=target_id)
    return {value["key"]: value["value"] for value in values}


async def error_message(api: Api, document: str, **variables: object) -> str:
    headers = {"authorization": api.token, "x-authing-lang": "en-US"}
    response = await api.post(document, variables, headers)
    (error,) = response.json()["errors"]
    text: str = error["message"]["message"]
    return text


async def test_new_field(api: Api) -> None:
    field = await define_fields(api, "school", label="School", options="[]")
    assert field == {
        "targetType": "USER",
        "dataType": "STRING",
        "key": "school",
        "label": "School",
        "options": "[]",
    }
    assert (await define_fields(api, "age", dataType="NUMBER"))["options"] is None
    assert [field["key"] for field in await api.execute(UDF, targetType="USER")] == [
        "school",
        "age",
    ]
    assert await api.execute(UDF, targetType="ROLE") == []


async def test_keys_are_unique_per_target_type(api: Api) -> None:
    await define_fields(api, "school", label="School", options="[1]")
    await define_fields(api, "school", target_type="ROLE", dataType="NUMBER", label="x")
    changed = await define_fields(api, "school", label="University")
    assert (changed["label"], changed["options"]) == ("University", "[1]")
    changed = await define_fields(api, "school", label="University", options=None)
    assert changed["options"] is None
    assert await api.execute(UDF, targetType="USER") == [changed]
    (other,) = await api.execute(UDF, targetType="ROLE")
    assert (other["dataType"], other["label"]) == ("NUMBER", "x")


@pytest.mark.parametrize("key", ["", " ", "a\0b"])
async def test_invalid_key_is_rejected(api: Api, key: str) -> None:
    code = await api.error_code(SET_UDF, targetType="USER", key=key, dataType="STRING", label="x")
    assert code == 2231
    assert await api.execute(UDF, targetType="USER") == []


async def test_data_type_of_a_field_with_values_cannot_change(api: Api) -> None:
    bob = (await api.create(username="bob"))["id"]
    await define_fields(api, "age", dataType="STRING")
    assert (await define_fields(api, "age", dataType="NUMBER"))["dataType"] == "NUMBER"
    await store_value(api, bob, "age", 20)
    change = {"targetType": "USER", "key": "age", "dataType": "STRING", "label": "x"}
    assert await api.error_code(SET_UDF, **change) == 422
    assert (await define_fields(api, "age", dataType="NUMBER", label="Age"))["label"] == "Age"
    assert await stored_values(api, bob) == {"age": "20"}
    await api.execute(REMOVE_UDV, targetType="USER", targetId=bob, key="age")
    assert (await api.execute(SET_UDF, **change))["dataType"] == "STRING"


async def test_deleting_a_field_deletes_its_values(api: Api) -> None:
    bob = (await api.create(username="bob"))["id"]
    await define_fields(api, "school", "city")
    await define_fields(api, "school", target_type="ROLE")
    for key in ("school", "city"):
        await store_value(api, bob, key, "x")
    assert (await api.execute(REMOVE_UDF, targetType="USER", key="school"))["code"] == 200
    assert await stored_values(api, bob) == {"city": "x"}
    await define_fields(api, "school")
    assert await stored_values(api, bob) == {"city": "x"}
    assert len(await api.execute(UDF, targetType="ROLE")) == 1
    assert await api.error_code(REMOVE_UDF, targetType="USER", key="unknown") == 404


@pytest.mark.parametrize(
    ("data_type", "value", "shown_as"),
    [
        ("STRING", "ucla", "ucla"),
        ("STRING", '"quoted" 中\0', '"quoted" 中\0'),
        ("STRING", "", ""),
        ("SELECT", "a", "a"),
        ("NUMBER", 20, "20"),
        ("NUMBER", -1.5, "-1.5"),
        ("BOOLEAN", False, "false"),
        ("BOOLEAN", True, "true"),
        ("DATETIME", "2021-03-11T20:52:50.123456", "2021-03-11T20:52:50.123456"),
        ("DATETIME", "2021-03-11", "2021-03-11"),
        ("DATETIME", 1615467170000, "1615467170000"),
        ("OBJECT", {"a": [1, None, "中"]}, '{"a":[1,null,"中"]}'),
        ("OBJECT", "text", '"text"'),
        ("OBJECT", None, "null"),
    ],
)
async def test_value_is_returned_as_stored(
    api: Api, data_type: str, value: object, shown_as: str
) -> None:
    bob = (await api.create(username="bob"))["id"]
    await define_fields(api, "key", dataType=data_type, label="Label")
    expected = [{"key": "key", "dataType": data_type, "value": shown_as, "label": "Label"}]
    assert await store_value(api, bob, "key", value) == expected
    assert await api.execute(UDV, targetType="USER", targetId=bob) == expected


@pytest.mark.parametrize(
    ("data_type", "text"),
    [
        *[("STRING", text) for text in ("ucla", "1", "null", '["a"]', "", '"a', r'"\ud800"')],
        ("SELECT", "1"),
        *[("NUMBER", text) for text in ('"1"', "true", "null", "NaN", "1e999", "-Infinity")],
        *[("BOOLEAN", text) for text in ("0", '"true"', "True", "null")],
        *[("DATETIME", text) for text in ('"soon"', "1.5", "true", "9e15", '"1615467170000"')],
        *[("DATETIME", text) for text in ('"2021-13-01"', '"2021-02-30T00:00:00"', "2021-01-01")],
        *[("OBJECT", text) for text in ("{", "[" * 100_000, "NaN", r'{"a": "\udc00"}')],
    ],
)
async def test_value_of_the_wrong_type_is_rejected(api: Api, data_type: str, text: str) -> None:
    bob = (await api.create(username="bob"))["id"]
    await define_fields(api, "shoe size", dataType=data_type)
    variables = {"targetType": "USER", "targetId": bob, "key": "shoe size", "value": text}
    assert await api.error_code(SET_UDV, **variables) == 2231
    assert (await error_message(api, SET_UDV, **variables)).endswith(": shoe size")
    assert await stored_values(api, bob) == {}


async def test_values_are_replaced_and_removed(api: Api) -> None:
    bob, eve = [(await api.create(username=name))["id"] for name in ("bob", "eve")]
    await define_fields(api, "school", "city", "pet")
    for user_id in (bob, eve):
        await store_value(api, user_id, "city", "b")
        values = await store_value(api, user_id, "school", "a")
    assert [value["key"] for value in values] == ["school", "city"]  # in the order of definition
    await store_value(api, bob, "city", "c")
    assert await stored_values(api, bob) == {"school": "a", "city": "c"}
    removed = {"targetType": "USER", "targetId": bob}
    for _ in range(2):  # the second time there is nothing to remove
        remaining = await api.execute(REMOVE_UDV, **removed, key="school")
        assert [value["key"] for value in remaining] == ["city"]
    assert await api.execute(REMOVE_UDV, **removed, key="city") == []
    assert await stored_values(api, eve) == {"school": "a", "city": "b"}


async def test_unknown_targets_and_fields_are_rejected(api: Api) -> None:
    bob = (await api.create(username="bob"))["id"]
    await define_fields(api, "school")
    await define_fields(api, "rank", target_type="ROLE")
    known: dict[str, object] = {"targetType": "USER", "targetId": bob, "key": "school"}
    for document, more in ((SET_UDV, {"value": '"x"'}), (REMOVE_UDV, {})):
        assert await api.error_code(document, **known | {"targetId": UNKNOWN}, **more) == 2004
        assert await api.error_code(document, **known | {"key": "rank"}, **more) == 404
        text = await error_message(api, document, **known | {"key": "rank"}, **more)
        assert text == "Not found: custom field rank"
    assert await api.error_code(UDV, targetType="USER", targetId=UNKNOWN) == 2004
    assert await stored_values(api, bob) == {}


async def test_several_values_of_a_user_at_once(api: Api) -> None:
    bob = (await api.create(username="bob"))["id"]
    await define_fields(api, "school")
    await define_fields(api, "age", dataType="NUMBER")
    variables = {"targetType": "USER", "targetId": bob}
    values = [{"key": "age", "value": "20"}, {"key": "school", "value": '"x"'}]
    values = await api.execute(SET_UDV_BATCH, **variables, udvList=values)
    assert [value["value"] for value in values] == ["x", "20"]
    for bad in ({"key": "age", "value": '"x"'}, {"key": "age", "value": None}, {"key": "age"}):
        wrong = [{"key": "school", "value": '"y"'}, bad]
        assert await api.error_code(SET_UDV_BATCH, **variables, udvList=wrong) == 2231
    assert await api.error_code(SET_UDV_BATCH, **variables) == 2231
    assert await api.error_code(SET_UDV_BATCH, **variables, udvList=[]) == 2231
    assert await stored_values(api, bob) == {"school": "x", "age": "20"}


async def test_values_of_several_users_at_once(api: Api) -> None:
    bob, eve, zoe = [(await api.create(username=name))["id"] for name in ("bob", "eve", "zoe")]
    await define_fields(api, "school")

    def entries(*user_ids: str) -> list[dict[str, str]]:
        return [{"targetId": each, "key": "school", "value": '"x"'} for each in user_ids]

    variables = {"targetType": "USER"}
    assert (
        await api.error_code(SET_UDF_VALUE_BATCH, **variables, input=entries(bob, UNKNOWN)) == 2004
    )
    assert await api.error_code(SET_UDF_VALUE_BATCH, **variables, input=[]) == 2231
    assert await stored_values(api, bob) == {}
    message = await api.execute(SET_UDF_VALUE_BATCH, **variables, input=entries(bob, eve))
    assert message["code"] == 200
    value = {"key": "school", "dataType": "STRING", "value": "x", "label": "The school"}
    assert await api.execute(
        UDF_VALUE_BATCH, **variables, targetIds=[zoe, eve, UNKNOWN, bob, eve]
    ) == [
        {"targetId": zoe, "data": []},
        {"targetId": eve, "data": [value]},
        {"targetId": bob, "data": [value]},
    ]
    assert await api.execute(UDF_VALUE_BATCH, **variables, targetIds=[]) == []
    assert await api.error_code(UDF_VALUE_BATCH, **variables, targetIds=[bob, None]) == 2231


async def test_deleting_a_user_deletes_its_values(api: Api) -> None:
    bob, eve = [(await api.create(username=name))["id"] for name in ("bob", "eve")]
    await define_fields(api, "age", dataType="NUMBER")
    for user_id in (bob, eve):
        await store_value(api, user_id, "age", 20)
    change = {"targetType": "USER", "key": "age", "dataType": "STRING", "label": "x"}
    await api.execute("mutation($id: String!) { deleteUser(id: $id) { code } }", id=bob)
    assert await api.error_code(SET_UDF, **change) == 422  # eve still has a value
    await api.execute("mutation($id: String!) { deleteUser(id: $id) { code } }", id=eve)
    assert (await api.execute(SET_UDF, **change))["dataType"] == "STRING"


async def test_deleting_a_role_deletes_its_values(api: Api) -> None:
    role = (await api.execute(CREATE_ROLE, code="admin"))["id"]
    await define_fields(api, "rank", target_type="ROLE", dataType="NUMBER")
    variables = {"targetType": "ROLE", "targetId": role, "key": "rank", "value": "1"}
    await api.execute(SET_UDV, **variables)
    assert await stored_values(api, role, "ROLE") == {"rank": "1"}
    assert await api.error_code(SET_UDV, **variables | {"targetId": "admin"}) == 404
    await api.execute(DELETE_ROLES, codes=["admin"])
    assert await api.error_code(UDV, targetType="ROLE", targetId=role) == 404
    await define_fields(api, "rank", target_type="ROLE", dataType="STRING")


async def test_values_of_a_department(api: Api) -> None:
    bob = (await api.create(username="bob"))["id"]
    organisation = {"name": "Acme", "code": "acme", "members": [bob]}
    await api.http.post("/emulator/v1/seed", json={"organisations": [organisation]})
    query = "query($id: String!) { user(id: $id) { departments { list { department { id } } } } }"
    (membership,) = (await api.execute(query, id=bob))["departments"]["list"]
    node = membership["department"]["id"]
    await define_fields(api, "floor", target_type="NODE", dataType="NUMBER")
    variables = {"targetType": "NODE", "targetId": node, "key": "floor", "value": "3"}
    await api.execute(SET_UDV, **variables)
    assert await stored_values(api, node, "NODE") == {"floor": "3"}
    assert await api.error_code(SET_UDV, **variables | {"targetId": UNKNOWN}) == 404


async def test_values_of_the_pool(api: Api) -> None:
    await define_fields(api, "motto", target_type="USERPOOL")
    variables = {"targetType": "USERPOOL", "key": "motto", "value": '"x"'}
    await api.execute(SET_UDV, **variables, targetId=api.app.user_pool_id)
    assert await stored_values(api, api.app.user_pool_id, "USERPOOL") == {"motto": "x"}
    assert await api.error_code(SET_UDV, **variables, targetId=UNKNOWN) == 404


@pytest.mark.parametrize("target_type", ["ORG", "PERMISSION", "APPLICATION"])
async def test_unsupported_target_types_are_rejected(api: Api, target_type: str) -> None:
    await define_fields(api, "key", target_type=target_type)
    target = {"targetType": target_type, "targetId": UNKNOWN}
    assert await api.error_code(SET_UDV, **target, key="key", value='"x"') == 501
    assert await api.error_code(REMOVE_UDV, **target, key="key") == 501
    assert await api.error_code(UDV, **target) == 501
    assert await api.error_code(UDF_VALUE_BATCH, targetType=target_type, targetIds=["x"]) == 501


async def test_every_query_for_users_returns_their_values(api: Api) -> None:
    bob, eve = [(await api.create(username=name))["id"] for name in ("bob", "eve")]
    await define_fields(api, "school")
    await store_value(api, bob, "school", "ucla")
    value = {"key": "school", "dataType": "STRING", "value": "ucla", "label": "The school"}
    fields = f"id customData {{ {VALUE} }}"
    expected = {bob: [value], eve: []}

    def values(users: list[Any]) -> dict[str, Any]:
        return {user["id"]: user["customData"] for user in users}

    assert values((await api.execute(f"{{ users {{ list {{ {fields} }} }} }}"))["list"]) == expected
    get = f"query($id: String) {{ user(id: $id) {{ {fields} }} }}"
    assert (await api.execute(get, id=bob))["customData"] == [value]
    batch = f"query($ids: [String!]!) {{ userBatch(ids: $ids) {{ {fields} }} }}"
    assert values(await api.execute(batch, ids=[bob, eve])) == expected
    find = f'{{ findUser(username: "bob") {{ {fields} }} }}'
    assert values([await api.execute(find)]) == {bob: [value]}
    search = f'{{ searchUser(query: "b") {{ list {{ {fields} }} }} }}'
    assert values((await api.execute(search))["list"]) == {bob: [value]}


async def test_user_is_created_with_values(api: Api) -> None:
    await define_fields(api, "school")
    await define_fields(api, "age", "shoes", dataType="NUMBER")
    await define_fields(api, "boss", dataType="BOOLEAN")
    await define_fields(api, "pets", dataType="OBJECT")
    values_by_key = {"age": 20, "school": "1", "pets": ["cat"], "boss": "false", "shoes": "42"}
    params = json.dumps([{"key": key, "value": value} for key, value in values_by_key.items()])
    user = await api.execute(CREATE_WITH_PARAMS, i={"username": "bob"}, params=params)
    values = {value["key"]: value["value"] for value in user["customData"]}
    assert values == {"school": "1", "age": "20", "shoes": "42", "boss": "false", "pets": '["cat"]'}
    assert await stored_values(api, user["id"]) == values
    for nothing in (None, "", "[]"):
        user = await api.execute(CREATE_WITH_PARAMS, i={"username": f"u{nothing}"}, params=nothing)
        assert user["customData"] == []


@pytest.mark.parametrize(
    ("params", "code"),
    [
        *[(text, 2231) for text in ("x", "{}", "1", "[1]", '[{"key": "age"}]', "[" * 100_000)],
        *[(text, 2231) for text in ('[{"value": 1}]', '[{"key": 1, "value": 1}]')],
        ('[{"key": "age", "value": "old"}]', 2231),
        ('[{"key": "age", "value": [1]}]', 2231),
        ('[{"key": "unknown", "value": 1}]', 404),
    ],
)
async def test_user_is_not_created_with_invalid_values(api: Api, params: str, code: int) -> None:
    await define_fields(api, "age", dataType="NUMBER")
    variables = {"i": {"username": "bob"}, "params": params}
    assert await api.error_code(CREATE_WITH_PARAMS, **variables) == code
    assert await api.usernames() == []


async def test_rest_returns_values_on_request(api: Api) -> None:
    bob = (await api.create(username="bob"))["id"]
    await define_fields(api, "boss", dataType="BOOLEAN")
    await store_value(api, bob, "boss", value=False)
    headers = {"authorization": api.token}
    response = await api.http.get(f"/api/v2/users/{bob}?with_custom_data=1", headers=headers)
    value = {"key": "boss", "dataType": "BOOLEAN", "value": "false", "label": "The boss"}
    assert response.json()["data"]["customData"] == [value]


async def test_reset_deletes_fields_and_values(api: Api) -> None:
    await define_fields(api, "motto", target_type="USERPOOL")
    pool = {"targetType": "USERPOOL", "targetId": api.app.user_pool_id}
    await api.execute(SET_UDV, **pool, key="motto", value='"x"')
    await api.http.post("/emulator/v1/reset", json={})
    assert await api.execute(UDF, targetType="USERPOOL") == []
    assert await api.execute(UDV, **pool) == []
