"""Forms of arguments that are accepted: values, empty texts, and custom data on update."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from authing_users import CreateUserInput, InvalidInputError, UpdateUserInput

from ..support.client_kinds import MakeClient, Management, run
from ..support.pool_content import create_user, define_custom_fields
from ..support.scripted_server import ScriptedServer, data

EXTERNAL_ID = UUID("12345678-1234-5678-1234-567812345678")
SIGNED_UP = datetime(2020, 10, 15, 17, 55, 37, tzinfo=timezone(timedelta(hours=8)))


async def test_times_dates_and_uuids_are_stored_as_text(client: Management) -> None:
    fields: Any = {"signedUp": SIGNED_UP, "birthdate": date(2000, 1, 2), "externalId": EXTERNAL_ID}
    names: Any = {"signed_up": SIGNED_UP, "birthdate": date(2000, 1, 2), "external_id": EXTERNAL_ID}
    for user_info in (fields, CreateUserInput(**names)):
        created = await run(client.users.create(user_info))
        assert datetime.fromisoformat(created.signed_up or "") == SIGNED_UP
        assert (created.birthdate, created.external_id) == ("2000-01-02", str(EXTERNAL_ID))
        assert await run(client.users.find(external_id=EXTERNAL_ID)) == created
        assert await run(client.users.exists(external_id=EXTERNAL_ID))
        await run(client.users.delete(created.id))


async def test_an_aware_time_is_sent_with_its_offset(make_client: MakeClient) -> None:
    model: Any = UpdateUserInput
    for updates in ({"lastLogin": SIGNED_UP}, model(last_login=SIGNED_UP)):
        server = ScriptedServer(data(updateUser={"id": "x"}))
        arguments: Any = updates
        await run(make_client(server).users.update("x", arguments))
        assert server.variables[-1]["input"] == {"lastLogin": "2020-10-15T17:55:37+08:00"}


async def test_update_returns_custom_data_when_asked(client: Management) -> None:
    await define_custom_fields(client)
    user_id = await create_user(client)
    await run(client.users.set_udf_value(user_id, {"age": 20}))
    user = await run(client.users.update(user_id, {"nickname": "Bob"}, with_custom_data=True))
    assert (user.nickname, user.custom_data) == ("Bob", {"age": 20})
    user = await run(client.users.update(id=user_id, updates={}, with_custom_data=True))
    assert user.custom_data == {"age": 20}
    user = await run(client.users.update(user_id, {"nickname": "Bobby"}))
    assert (user.nickname, user.custom_data) == ("Bobby", None)


Call = Callable[[Any], Any]
EMPTY: list[tuple[str, Call, Call]] = [
    (
        "find",
        lambda u: u.find(username="", email="bob@example.com"),
        lambda u: u.find(email="bob@example.com"),
    ),
    (
        "find by a dict",
        lambda u: u.find({"username": "bob", "phone": "", "identity": ""}),
        lambda u: u.find({"username": "bob"}),
    ),
    ("find without a dict", lambda u: u.find("", username="bob"), lambda u: u.find(username="bob")),
    ("exists", lambda u: u.exists("bob", "", "", ""), lambda u: u.exists("bob")),
    (
        "search",
        lambda u: u.search(
            "bob", {"departmentOpts": "", "fields": ""}, group_opts="", role_opts=""
        ),
        lambda u: u.search("bob"),
    ),
    ("search without options", lambda u: u.search("bob", ""), lambda u: u.search("bob", None)),
    (
        "actions",
        lambda u: u.list_user_actions(1, 10, "", "", ""),
        lambda u: u.list_user_actions(1, 10),
    ),
    (
        "resources",
        lambda u: u.list_authorized_resources(u.bob, "default", ""),
        lambda u: u.list_authorized_resources(u.bob, "default"),
    ),
]


@pytest.mark.parametrize(
    ("empty", "absent"),
    [(empty, absent) for _, empty, absent in EMPTY],
    ids=[name for name, _, _ in EMPTY],
)
async def test_empty_texts_count_as_not_given(
    client: Management, empty: Call, absent: Call
) -> None:
    users: Any = client.users
    bob = await run(users.create({"username": "bob", "email": "bob@example.com"}))
    users.bob = bob.id
    assert await run(empty(users)) == await run(absent(users))


ONLY_EMPTY: list[Call] = [
    lambda u: u.find(username=""),
    lambda u: u.find({"email": ""}),
    lambda u: u.exists(""),
]


@pytest.mark.parametrize("call", ONLY_EMPTY, ids=["find", "find by a dict", "exists"])
async def test_only_empty_texts_are_too_little(make_client: MakeClient, call: Call) -> None:
    server = ScriptedServer()
    with pytest.raises(InvalidInputError, match=r"needs one of username, email"):
        await run(call(make_client(server).users))
    assert server.requests == []


async def test_blank_texts_are_still_rejected(make_client: MakeClient) -> None:
    server = ScriptedServer()
    users: Any = make_client(server).users
    calls: list[Callable[[], Any]] = [
        lambda: users.find(username=" "),
        lambda: users.search("x", group_opts=" "),
        lambda: users.list_user_actions(client_ip=" "),
    ]
    for call in calls:
        with pytest.raises(InvalidInputError):
            await run(call())
    assert server.requests == []
