"""Custom fields, and the custom data of users."""

from datetime import datetime, timedelta, timezone

import pytest

from authing_users import FilterTargetDict, InvalidRequestError, NotFoundError, UDFDataType

from ..support.client_kinds import Management, collect, run
from ..support.pool_content import CUSTOM_FIELDS, create_user, define_custom_fields

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
