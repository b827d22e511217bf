"""Custom fields, and the custom data of users."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from authing_graphql import UDFTargetType
from authing_graphql.custom_data import value_from_wire
from authing_users import (
    CustomValueDict,
    FilterTargetDict,
    InvalidInputError,
    InvalidRequestError,
    NotFoundError,
    UDFDataType,
    UserCustomValuesDict,
)

from ..support.client_kinds import Management, collect, run
from ..support.pool_content import CUSTOM_FIELDS, UNKNOWN_ID, create_user, define_custom_fields

BORN = datetime(2000, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=4)))
VALUES: dict[str, object] = {
    "school": "ucla",
    "age": 20,
    "height": 1.5,
    "born": BORN,
    "alive": False,
    "extra": {"a": [1, None]},
}


async def test_custom_data_is_written_and_read_as_python_values(client: Management) -> None:
    await define_custom_fields(client)
    users, user_id = client.users, await create_user(client)
    assert await run(users.set_udf_value(user_id, VALUES)) == VALUES
    assert await run(users.get_udf_value(user_id)) == VALUES
    other = await run(users.create({"username": "eve"}, custom_data=VALUES))
    assert other.custom_data == VALUES
    assert await run(users.get_udf_value_batch([user_id, other.id])) == {
        user_id: VALUES,
        other.id: VALUES,
    }
    assert (await run(users.set_udf_value_batch({user_id: {"age": 21}}))).code == 200
    listed = {item.key: item for item in await run(users.list_udv(user_id))}
    assert (listed["age"].value, listed["age"].data_type) == (21, UDFDataType.NUMBER)
    assert listed["age"].label == "Age"
    await run(users.set_udv(user_id, "school", "mit"))
    remaining = await run(users.remove_udf_value(user_id, "extra"))
    assert remaining == {
        **{key: value for key, value in VALUES.items() if key != "extra"},
        "age": 21,
        "school": "mit",
    }
    assert "age" not in [item.key for item in await run(users.remove_udv(user_id, "age"))]
    with pytest.raises(InvalidRequestError, match="age"):
        await run(users.set_udv(user_id, "age", "old"))


async def test_custom_data_is_returned_only_on_request(client: Management) -> None:
    await define_custom_fields(client)
    users, user_id = client.users, await create_user(client)
    await run(users.set_udv(user_id, "age", 20))
    assert (await run(users.list())).list[0].custom_data is None
    for user in (
        await run(users.detail(user_id, with_custom_data=True)),
        await run(users.find(username="bob", with_custom_data=True)),
        await run(users.find({"username": "bob", "withCustomData": True})),
        (await run(users.list(with_custom_data=True))).list[0],
        (await run(users.search("bob", {"withCustomData": True}))).list[0],
        (await run(users.batch([user_id], with_custom_data=True)))[0],
        (await collect(users.iter_list(with_custom_data=True)))[0],
    ):
        assert user is not None
        assert user.custom_data == {"age": 20}
        assert user["customData"] == {"age": 20}


async def test_custom_fields_are_defined_listed_and_removed(client: Management) -> None:
    await define_custom_fields(client)
    assert [field.key for field in await run(client.udf.list("USER"))] == list(CUSTOM_FIELDS)
    user_id = await create_user(client)
    stored = await run(client.udf.set_udf_value_batch("USER", user_id, {"age": 20}))
    assert stored == {"age": 20}
    (value,) = await run(client.udf.list_udf_value("USER", user_id))
    assert value["value"] == 20
    assert (await run(client.udf.remove("USER", "age"))).code == 200
    assert await run(client.udf.list_udf_value("USER", user_id)) == []


async def test_filter_finds_users_by_custom_data(client: Management) -> None:
    await define_custom_fields(client)
    users = client.users
    ids = [await create_user(client, username=name) for name in ("bob", "eve", "dan")]
    for user_id, years in zip(ids, (20, 30, 20), strict=True):
        await run(users.set_udv(user_id, "age", years))
    age: FilterTargetDict = {"type": "userDefinedFields", "value": "age"}
    page = await run(users.filter(1, 1, [(age, "EQ", 20)]))
    assert (page.total_count, [user.username for user in page.list]) == (2, ["dan"])
    matching = await collect(users.iter_filter([(age, "EQ", 20)], limit=1))
    assert [user.id for user in matching] == [ids[2], ids[0]]
    page = await run(users.filter(filter=[(age, "NEQ", 20)]))
    assert [user.username for user in page.list] == ["eve"]
    assert (await run(users.filter())).total_count == 3
    unknown: FilterTargetDict = {"type": "userDefinedFields", "value": "shoeSize"}
    with pytest.raises(NotFoundError):
        await run(users.filter(filter=[(unknown, "EQ", 1)]))
    for text in ("1e400", "9" * 5000):  # numbers that Python cannot represent
        value = value_from_wire("NUMBER", text)
        assert (await run(users.filter(filter=[(age, "EQ", value)]))).total_count == 0


# JSON text as a client writes it, and the text that the API then returns.
STORED_TIMES = [
    ("1635390000700", "1635390000700"),
    ('"2021-10-28T03:00:00.700Z"', "2021-10-28T03:00:00.700Z"),
    ('"2021-10-28 11:00"', "2021-10-28 11:00"),
    ('"2021-10-28T11:00:00.123456"', "2021-10-28T11:00:00.123456"),
    ('"2021-10-28T11:00:00+08:00"', "2021-10-28T11:00:00+08:00"),
    ('"2021-10-28"', "2021-10-28"),
    ("8640000000000000", "8640000000000000"),  # a year that datetime does not have
]


async def stored_text(client: Management, user_id: str, key: str) -> str:
    """Return the value of a custom field as the API returns it."""
    items: Any = await run(client.users._api.list_user_defined_data(UDFTargetType.USER, user_id))
    (text,) = [item.value for item in items if item.key == key]
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize(("written", "stored"), STORED_TIMES)
async def test_time_that_is_read_and_written_back_is_stored_as_before(
    client: Management, written: str, stored: str
) -> None:
    await define_custom_fields(client)
    users, user_id = client.users, await create_user(client)
    value = [CustomValueDict(key="born", value=written)]
    assert list(await run(client.udf.set_udf_value_batch("USER", user_id, value))) == ["born"]
    values = await run(users.get_udf_value(user_id))
    copy_id = (await run(users.create({"username": "eve"}, custom_data=values))).id
    detail = await run(users.detail(user_id, with_custom_data=True))
    (item,) = await run(users.list_udv(user_id))
    assert detail is not None
    assert values == detail.custom_data == {"born": item.value}
    assert await stored_text(client, copy_id, "born") == stored
    await run(users.set_udf_value(user_id, values))
    assert await stored_text(client, user_id, "born") == stored
    await run(users.set_udv(user_id, "born", item.value))
    assert await stored_text(client, user_id, "born") == stored
    await run(users.set_udf_value_batch({user_id: detail.custom_data or {}}))
    assert await stored_text(client, user_id, "born") == stored
    for listed in (item, CustomValueDict(key="born", value=item.value)):
        await run(client.udf.set_udf_value_batch("USER", user_id, [listed]))
        assert await stored_text(client, user_id, "born") == stored
    born: FilterTargetDict = {"type": "userDefinedFields", "value": "born"}
    assert (await run(users.filter(filter=[(born, "EQ", item.value)]))).total_count == 2


async def test_times_are_read_as_they_were_given(client: Management) -> None:
    await define_custom_fields(client)
    user_id = await create_user(client)
    for value in (datetime.now(), BORN, date(2000, 1, 2)):  # noqa: DTZ005  # a wall-clock time
        written = await run(client.users.set_udf_value(user_id, {"born": value}))
        read = (await run(client.users.get_udf_value(user_id)))["born"]
        assert written == {"born": value}
        assert (type(read), read) == (type(value), value)


async def test_numbers_and_objects_are_stored_as_before(client: Management) -> None:
    await define_custom_fields(client)
    user_id = await create_user(client)
    values = {"age": 2**53 + 1, "height": 1.10, "extra": {"z": "中", "a": [None, 1e-7, -0.0]}}
    await run(client.users.set_udf_value(user_id, values))
    texts = [await stored_text(client, user_id, key) for key in values]
    assert texts[:2] == ["9007199254740993", "1.1"]
    read = await run(client.users.get_udf_value(user_id))
    assert repr(read) == repr(values)
    await run(client.users.set_udf_value(user_id, read))
    assert [await stored_text(client, user_id, key) for key in values] == texts


async def test_roles_have_custom_data(client: Management) -> None:
    for key, data_type in CUSTOM_FIELDS.items():
        await run(client.udf.set("ROLE", key, data_type, key.title()))
    roles = client.roles
    ids = [(await run(roles.create(code))).id or "" for code in ("editor", "reader")]
    assert await run(roles.get_udf_value(ids[0])) == {}
    assert await run(roles.set_udf_value(ids[0], VALUES)) == VALUES
    assert await run(roles.get_udf_value(ids[0])) == VALUES
    assert await run(roles.get_specific_udf_value(ids[0], "born")) == BORN
    assert await run(roles.get_specific_udf_value(ids[0], "shoe size")) is None
    assert (await run(roles.set_udf_value_batch({ids[1]: {"age": 7}}))).code == 200
    assert (await run(roles.set_udf_value_batch([{"roleId": ids[1], "data": {"school": "x"}}])))[
        "code"
    ] == 200
    assert await run(roles.get_udf_value_batch([*ids, UNKNOWN_ID])) == {
        ids[0]: VALUES,
        ids[1]: {"age": 7, "school": "x"},
        UNKNOWN_ID: {},
    }
    assert await run(roles.remove_udf_value(ids[1], "age")) == {"school": "x"}
    assert await run(roles.get_udf_value_batch([])) == {}


async def test_custom_data_of_an_unknown_role_is_an_error(client: Management) -> None:
    await run(client.udf.set("ROLE", "age", "NUMBER", "Age"))
    role_id = (await run(client.roles.create("editor"))).id or ""
    calls: list[Callable[[], Any]] = [
        lambda: client.roles.get_udf_value(UNKNOWN_ID),
        lambda: client.roles.get_udf_value("editor"),  # the code, not the ID
        lambda: client.roles.get_specific_udf_value(UNKNOWN_ID, "age"),
        lambda: client.roles.set_udf_value(UNKNOWN_ID, {"age": 1}),
        lambda: client.roles.set_udf_value(role_id, {"shoe size": 1}),
        lambda: client.roles.set_udf_value_batch({role_id: {"age": 1}, UNKNOWN_ID: {"age": 1}}),
        lambda: client.roles.remove_udf_value(UNKNOWN_ID, "age"),
        lambda: client.roles.remove_udf_value(role_id, "shoe size"),
    ]
    for call in calls:
        with pytest.raises(NotFoundError):
            await run(call())
    assert await run(client.roles.get_udf_value(role_id)) == {}
    with pytest.raises(InvalidRequestError, match="age"):
        await run(client.roles.set_udf_value(role_id, {"age": "old"}))


async def test_values_are_given_as_in_the_sdks_of_the_vendor(client: Management) -> None:
    await define_custom_fields(client)
    users, user_id = client.users, await create_user(client)
    pairs: list[CustomValueDict] = [
        {"key": "school", "value": '"UCL"'},
        {"key": "extra", "value": '{"ccc": "qq"}'},
        {"key": "age", "value": 20},
        {"key": "born", "value": BORN},
    ]
    stored = await run(client.udf.set_udf_value_batch("USER", user_id, pairs))
    assert stored == {"school": "UCL", "extra": {"ccc": "qq"}, "age": 20, "born": BORN}
    other = await create_user(client, username="eve")
    listed = await run(client.udf.list_udf_value("USER", user_id))
    assert await run(client.udf.set_udf_value_batch("USER", other, listed)) == stored
    data: list[UserCustomValuesDict] = [
        {"userId": user_id, "data": {"age": 21}},
        {"userId": other, "data": {"age": 22, "alive": True}},
    ]
    assert (await run(users.set_udf_value_batch(data))).code == 200
    assert [await run(users.get_specific_udf_value(each, "age")) for each in (user_id, other)] == [
        21,
        22,
    ]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "udf_value_list is empty"),
        ({}, "udf_value_list is empty"),
        ("x", "udf_value_list must be a dict, not str"),
        (5, "udf_value_list must be a dict, not int"),
        (["x"], r"udf_value_list\[0\] must be a dict, not str"),
        ([{"key": "school"}], r"udf_value_list\[0\] has no 'value'"),
        ([{"value": "1"}], r"udf_value_list\[0\]\['key'\] must be a string, not None"),
        ([{"key": "school", "valeu": "1"}], "Unknown key 'valeu' .* Did you mean 'value'?"),
        (
            [{"key": "school", "value": "UCL"}],
            r"udf_value_list\[0\]\['value'\] must be JSON text, .* pass a dict: {'school': value}",
        ),
        ([{"key": "school", "value": {1}}], "Custom field 'school': set"),
        ({"school": "\ud800"}, "Custom field 'school' contains a lone surrogate"),
    ],
)
async def test_invalid_list_of_values_is_rejected_before_it_is_sent(
    client: Management, values: Any, message: str
) -> None:
    with pytest.raises(InvalidInputError, match=message):
        await run(client.udf.set_udf_value_batch("USER", UNKNOWN_ID, values))


INVALID_VALUES_OF_SEVERAL_USERS: list[tuple[Any, str]] = [
    ([], "data is empty"),
    ({"a": {}}, r"data\['a'\] is empty"),
    (["a"], r"data\[0\] must be a dict, not str"),
    ([{"userId": "a"}], r"data\[0\] has no 'data'"),
    ([{"user_id": "a", "data": {}}], "Unknown key 'user_id' .* Did you mean 'userId'?"),
    ([{"userId": "a", "data": {}}], r"data\[0\]\['data'\] is empty"),
    ([{"userId": "", "data": {"age": 1}}], r"data\[0\]\['userId'\] is empty"),
]


@pytest.mark.parametrize(("data", "message"), INVALID_VALUES_OF_SEVERAL_USERS)
async def test_invalid_values_of_several_users_are_rejected_before_they_are_sent(
    client: Management, data: Any, message: str
) -> None:
    with pytest.raises(InvalidInputError, match=message):
        await run(client.users.set_udf_value_batch(data))
