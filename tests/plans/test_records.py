"""Records of users: what they can contain, and how they are written."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from authing_users import (
    AsyncManagementClient,
    BulkResult,
    InvalidInputError,
    PartialFailureError,
    User,
)
from authing_users._async.users.records import AsyncRecordWriter
from authing_users._inputs.records import parse_record, parse_updates
from authing_users._plans.comparison import changes_of
from authing_users._sync.users.records import RecordWriter
from authing_users._user_record import Record

from ..support.client_kinds import Management, run
from ..support.emulator_pool import EmulatorPool

ADA: dict[str, Any] = {
    "externalId": "e-1",
    "username": "ada",
    "email": "Ada@Example.com",
    "name": "Ada King",
    "birthdate": date(1815, 12, 10),
    "lastLogin": datetime(2024, 2, 29, 12, 30, tzinfo=UTC),
    "gender": None,
    "city": "London",
    "phoneCountryCode": "+44",
    "customData": {"level": 7, "hired": date(2019, 4, 1), "badge": None},
    "groups": ["lab", "staff"],
    "roles": ["editor", "reader"],
    "identities": [
        {"provider": "wechat", "userIdInIdp": "7", "connectionId": "wx", "type": "wechat"},
        {"provider": "ldap", "userIdInIdp": "8", "openid": "o-8", "accessToken": "canary-token"},
        {"provider": "saml", "userIdInIdp": "9", "connectionId": "saml", "isSocial": False},
    ],
    "status": "Suspended",
}


def record_of(content: Mapping[str, Any]) -> Record:
    return parse_record(content, index=0)


def writer_of(client: Management) -> AsyncRecordWriter[User] | RecordWriter[User]:
    transport: Any = client._transport
    if isinstance(client, AsyncManagementClient):
        return AsyncRecordWriter(transport)
    return RecordWriter(transport)


@pytest.fixture
async def filled_client(client: Management, emulator_pool: EmulatorPool) -> Management:
    """A client of a pool with groups, roles and custom fields."""
    emulator_pool.seed_groups("lab", "staff")
    emulator_pool.seed_roles("editor", "reader")
    for key, data_type in (("level", "NUMBER"), ("hired", "DATETIME"), ("badge", "STRING")):
        field_type: Any = data_type
        await run(client.udf.set("USER", key, field_type, key.title()))
    return client


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"emial": "a@b.c"}, "Unknown key 'emial' in users[0]. Did you mean 'email'?"),
        ({"rolls": []}, "Unknown key 'rolls' in users[0]. Did you mean 'roles'?"),
        ({"arn": "arn:x"}, "users[0].arn: the API sets this field, which is read-only"),
        ({"name": 5}, "users[0].name must be a string, not int: write str(value)"),
        ({"groups": "staff"}, "users[0].groups must be a list, not one string"),
        ({"roles": [""]}, "users[0].roles[0] is empty"),
        ({"status": "Archived"}, "users[0].status must be one of Activated, Suspended, Resigned"),
        ({"customData": {"x": object()}}, "users[0].customData: Custom field 'x': object cannot"),
        ({"customData": [1]}, "users[0].customData must be a dict, not list"),
        ({"keepPassword": "yes"}, "users[0].keepPassword must be True or False, not str"),
        ({"keepPassword": True}, "users[0].keepPassword: the record has no password"),
        (
            {"identities": {"provider": "x"}},
            "users[0].identities must be a list of dicts, not dict",
        ),
        ({"identities": [{"provider": "x"}]}, "users[0].identities[0].userIdInIdp is missing"),
        (
            {"identities": [{"provider": "x", "userIdInIDP": "7"}]},
            "Unknown key 'userIdInIDP' in users[0].identities[0]. Did you mean 'userIdInIdp'?",
        ),
        ({"signedUp": "soon"}, "users[0].signedUp must be an ISO 8601 time"),
        ({"phoneCountryCode": 86}, "users[0].phoneCountryCode must be a string, not int"),
        (["x"], "users[0] must be a dict, not list"),
        ({1: "x"}, "The keys of users[0] must be strings, not int"),
    ],
)
def test_invalid_record_is_rejected_with_its_position(content: Any, message: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        record_of(content)
    assert str(caught.value).startswith(message)


def test_record_has_what_was_given_and_masks_secrets() -> None:
    content = {**ADA, "id": "x" * 24, "password": "canary-password", "keepPassword": True}
    record = record_of(content)
    assert content["password"] == "canary-password"
    assert record.fields["email"] == "Ada@Example.com"
    assert record.fields["birthdate"] == "1815-12-10"
    assert record.fields["gender"] is None
    assert record.later == {"city", "phoneCountryCode"}
    assert (record.groups, record.status) == (("lab", "staff"), "Suspended")
    assert (record.keep_password, record.user_id) == (True, "x" * 24)
    assert "canary" not in repr(record)
    assert not record.is_plain
    assert record_of({"username": "ada", "status": "Activated", "groups": []}).is_plain
    assert record_of({"username": "ada", "customData": None, "groups": None}).groups == ()
    assert record_of({"username": "ada"}).groups is None
    assert "password" not in record.without_password().fields


def test_updates_are_checked_like_those_of_one_user() -> None:
    record = parse_updates({"name": None, "customData": {"level": 8}, "groups": []}, index=3)
    assert record.fields == {"name": None}
    assert (record.custom_data, record.groups, record.roles) == ({"level": 8}, (), None)
    for content, message in (
        ({"signedUp": None}, "updates[3].signedUp: can be set only when a user is created"),
        ({"keepPassword": True}, "updates[3].keepPassword: can be set only when a user is created"),
        ({"nmae": "x"}, "Unknown key 'nmae' in updates[3]. Did you mean 'name'?"),
    ):
        with pytest.raises(InvalidInputError) as caught:
            parse_updates(content, index=3)
        assert str(caught.value).startswith(message)


async def test_user_is_created_with_all_of_a_record(filled_client: Management) -> None:
    writer, record = writer_of(filled_client), record_of(ADA)
    user = await run(writer.create(record))
    assert (user.city, user.gender, user.status) == ("London", None, "Suspended")
    state = await run(writer.state(record, user.id))
    assert not changes_of(record, state)
    assert state.custom_data == {"level": 7, "hired": date(2019, 4, 1)}
    assert set(state.groups or ()) == {"lab", "staff"}
    assert set(state.roles or ()) == {"editor", "reader"}
    assert state.status == "Suspended"
    names = ("provider", "userIdInIdp", "connectionId", "type", "openid")
    assert [tuple(one[name] for name in names) for one in state.identities or ()] == [
        ("ldap", "8", None, None, "o-8"),
        ("wechat", "7", "wx", "wechat", None),
        ("saml", "9", "saml", None, None),
    ]
    assert not await run(writer.complete(record, user))


async def test_plain_record_takes_one_request(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    writer = writer_of(client)
    await run(writer.create(record_of({"username": "ada", "status": "Activated"})))
    names = [request.content.decode() for request in emulator_pool.requests]
    assert sum("createUser" in name for name in names) == 1
    assert len([name for name in names if "accessToken" not in name]) == 1


async def test_failure_after_the_creation_names_the_user_and_can_be_completed(
    filled_client: Management, emulator_pool: EmulatorPool
) -> None:
    writer, record = writer_of(filled_client), record_of({**ADA, "groups": ["staff", "unknown"]})
    with pytest.raises(PartialFailureError) as caught:
        await run(writer.create(record))
    error = caught.value
    assert error.completed == "CreateUser"
    assert str(error).startswith(f"User {error.user_id} was created, but its groups could not be")
    user = await run(filled_client.users.detail(error.user_id))
    assert user is not None
    emulator_pool.seed_groups("unknown", "other")
    await run(filled_client.users.add_group(user.id, "other"))
    assert await run(writer.complete(record, user))
    state = await run(writer.state(record, user.id))
    assert changes_of(record, state).removed_groups == ("other",)
    assert set(state.groups or ()) == {"staff", "unknown", "other"}
    assert state.status == "Suspended"
    assert not await run(writer.complete(record, user))


async def test_only_what_differs_is_sent(
    filled_client: Management, emulator_pool: EmulatorPool
) -> None:
    writer = writer_of(filled_client)
    user = await run(writer.create(record_of(ADA)))
    changed = record_of(
        {
            **ADA,
            "email": "ADA@example.COM",
            "name": None,
            "customData": {"level": None, "hired": date(2019, 4, 1), "badge": "007"},
            "groups": ["staff"],
            "roles": [],
            "identities": [*ADA["identities"], {"provider": "x", "userIdInIdp": "10"}],
            "status": "Activated",
        }
    )
    changes = changes_of(changed, await run(writer.state(changed, user.id)))
    assert [*changes.fields] == ["name"]
    before = len(emulator_pool.requests)
    updated = await run(writer.update(changes, user))
    assert (updated.name, updated.status) == (None, "Activated")
    sent = [request.url.path + request.content.decode() for request in emulator_pool.requests]
    for operation, request in zip(
        (
            "updateUser",
            "setUdvBatch",
            "removeUdv",
            "removeUserFromGroup",
            "revokeRole",
            "identity/link",
            "activate",
        ),
        sent[before:],
        strict=True,
    ):
        assert operation in request
    assert not changes_of(changed, await run(writer.state(changed, user.id)))


async def test_failed_change_names_what_was_done(filled_client: Management) -> None:
    writer = writer_of(filled_client)
    user = await run(writer.create(record_of({"username": "ada"})))
    record = record_of({"name": "Ada", "customData": {"unknown": 1}})
    changes = changes_of(record, await run(writer.state(record, user.id)))
    with pytest.raises(PartialFailureError) as caught:
        await run(writer.update(changes, user))
    assert (caught.value.completed, caught.value.user_id) == ("UpdateUser", user.id)
    assert "its custom fields could not be set" in str(caught.value)


async def test_tokens_of_providers_are_masked_and_sent(client: Management) -> None:
    content: Any = {"username": "ada", "oauth": "canary-oauth", "password": "canary-password"}
    record = parse_record(content, index=0)
    assert "canary" not in repr(record)
    assert "canary" not in repr(parse_updates({"oauth": "canary-oauth"}, index=0))
    result: BulkResult = await run(client.users.create_many([content]))
    (item,) = result.items
    assert "canary" not in repr(item)
    user = await run(client.users.find(username="ada"))
    assert user is not None
    assert user.oauth == "canary-oauth"
    updates: Any = [(user.id, {"oauth": "canary-2"})]
    updated: BulkResult = await run(client.users.update_many(updates))
    assert updated
    again: Any = [{"username": "ada", "oauth": "canary-2"}]
    plan = await run(client.users.plan(again, key="username"))
    assert plan.is_empty
