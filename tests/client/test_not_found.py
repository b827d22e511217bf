"""Calls for unknown users, roles and groups."""

from collections.abc import Callable
from typing import Any

import pytest

from authing_users import NotFoundError

from ..support.client_kinds import MakeClient, Management, run
from ..support.emulator_pool import EmulatorPool
from ..support.pool_content import UNKNOWN_ID, define_custom_fields
from ..support.scripted_server import ScriptedServer, data

CALLS_FOR_UNKNOWN_USER: list[Callable[[Any], Any]] = [
    lambda u: u.get_user_tenants(UNKNOWN_ID),
    lambda u: u.list_udv(UNKNOWN_ID),
    lambda u: u.get_udf_value(UNKNOWN_ID),
    lambda u: u.remove_udv(UNKNOWN_ID, "age"),
    lambda u: u.remove_udf_value(UNKNOWN_ID, "age"),
    lambda u: u.check_resource_permission_batch(UNKNOWN_ID, "default", ["book:1"]),
    lambda u: u.list_authorized_resources_of_resource_kind(UNKNOWN_ID, "default", "book"),
    lambda u: u.logout(UNKNOWN_ID),
    lambda u: u.remove_group(UNKNOWN_ID, "staff"),
    lambda u: u.remove_policies(UNKNOWN_ID, ["reading"]),
    lambda u: u.send_first_login_verify_email("app-1", UNKNOWN_ID),
]


async def test_calls_for_an_unknown_user_raise_not_found(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_groups("staff")
    await define_custom_fields(client)
    await run(client.policies.create("reading", [{"resource": "book:*", "actions": ["book:read"]}]))
    for call in CALLS_FOR_UNKNOWN_USER:
        with pytest.raises(NotFoundError):
            await run(call(client.users))


async def test_custom_data_of_an_unknown_user_is_empty_in_a_batch(client: Management) -> None:
    assert await run(client.users.get_udf_value_batch([UNKNOWN_ID])) == {UNKNOWN_ID: {}}


async def test_nested_listings_of_an_unknown_object_raise_not_found(
    make_client: MakeClient,
) -> None:
    nothing = data(user=None, role=None, group=None)
    server = ScriptedServer(nothing, nothing, nothing, nothing)
    client = make_client(server)
    for call in (
        client.users.list_authorized_resources,
        client.users.list_department,
        client.roles.list_authorized_resources,
        client.groups.list_authorized_resources,
    ):
        with pytest.raises(NotFoundError):
            await run(call("unknown"))


async def test_a_null_user_in_a_nested_listing_raises_not_found(make_client: MakeClient) -> None:
    server = ScriptedServer(data(user=None), data(user=None), data(refreshToken=None))
    client = make_client(server)
    for call in (client.users.list_groups, client.users.list_roles, client.users.refresh_token):
        with pytest.raises(NotFoundError) as caught:
            await run(call("unknown"))
        assert caught.value.code == 2004
