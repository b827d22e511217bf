"""Requests for some fields of users: ``fields`` of calls, and the option ``omit_fields``."""

from collections.abc import Callable
from typing import Any

import pytest

from authing_users import (
    InvalidInputError,
    User,
)

from ..support.client_kinds import (
    MakeClient,
    run,
)
from ..support.own_schema import (
    ID,
    USER,
    AcmeUser,
    OwnSchemaServer,
    requested,
    users_of,
)

PARTIAL: dict[str, Callable[[Any, Any], Any]] = {
    "list": lambda c, fields: c.users.list(fields=fields),
    "iter_list": lambda c, fields: c.users.iter_list(fields=fields),
    "list_archived_users": lambda c, fields: c.users.list_archived_users(fields=fields),
    "iter_archived_users": lambda c, fields: c.users.iter_archived_users(fields=fields),
    "search": lambda c, fields: c.users.search("bob", fields=fields),
    "iter_search": lambda c, fields: c.users.iter_search("bob", fields=fields),
    "members of a group": lambda c, fields: c.groups.list_users("staff", fields=fields),
    "all members of a group": lambda c, fields: c.groups.iter_users("staff", fields=fields),
    "members of a department": lambda c, fields: c.orgs.list_members("d", fields=fields),
    "all members of a department": lambda c, fields: c.orgs.iter_members("d", fields=fields),
    "users of a role": lambda c, fields: c.roles.list_users("staff", fields=fields),
    "all users of a role": lambda c, fields: c.roles.iter_users("staff", fields=fields),
}


@pytest.fixture
def server() -> OwnSchemaServer:
    return OwnSchemaServer()


@pytest.mark.parametrize("call", PARTIAL.values(), ids=PARTIAL)
async def test_some_fields_are_requested(
    make_client: MakeClient, server: OwnSchemaServer, call: Callable[[Any, Any], Any]
) -> None:
    client = make_client(server)
    (user,) = await users_of(call(client, ["email", "last_ip"]))
    assert requested(server.documents[0]) == {"id", "email", "lastIP"}
    assert "withCustomData" not in server.documents[0]
    assert user == User(id=ID, email=USER["email"], last_ip=USER["lastIP"])
    assert user.model_fields_set == {"id", "email", "last_ip"}
    with pytest.raises(InvalidInputError, match=r"no field 'emial'\. Did you mean 'email'"):
        await users_of(call(client, ["emial"]))
    with pytest.raises(InvalidInputError, match="fields is empty"):
        await users_of(call(client, []))
    with pytest.raises(InvalidInputError, match="fields must be a list, not one string"):
        await users_of(call(client, "email"))
    assert len(server.documents) == 1


async def test_some_fields_of_the_callers_model(
    make_client: MakeClient, server: OwnSchemaServer
) -> None:
    client: Any = make_client(server, user_model=AcmeUser, omit_fields={"User": ["lastIP"]})
    page = await run(client.users.list(fields={"employee_number", "costCentre", "lastIP"}))
    assert page.list == [
        AcmeUser(id=ID, employee_number="7", costCentre=12, last_ip=USER["lastIP"])
    ]
    assert requested(server.documents[0]) == {"id", "employeeNumber", "costCentre", "lastIP"}


@pytest.mark.parametrize(
    "arguments", [{"fields": ["custom_data"]}, {"fields": ["id"], "with_custom_data": True}]
)
async def test_custom_fields_beside_some_fields(
    make_client: MakeClient, server: OwnSchemaServer, arguments: dict[str, Any]
) -> None:
    client = make_client(server)
    for call in (
        client.users.list(**arguments),
        client.users.search("bob", **arguments),
        client.groups.list_users("staff", **arguments),
        client.roles.list_users("staff", **arguments),
    ):
        (user,) = await users_of(call)
        assert user == User(id=ID, custom_data={"age": 36})


async def test_own_fields_can_be_searched(make_client: MakeClient, server: OwnSchemaServer) -> None:
    client: Any = make_client(server, user_model=AcmeUser)
    await run(client.users.search("7", ["employeeNumber"], fields=["username"]))
    assert server.variables[0]["fields"] == ["employeeNumber"]
    with pytest.raises(InvalidInputError, match="no field 'employeeNumber'"):
        await run(make_client(server).users.search("7", ["employeeNumber"]))


async def test_fields_are_omitted_by_an_option(
    make_client: MakeClient, server: OwnSchemaServer
) -> None:
    options = {"User": ["identities", "last_ip"], "PolicyStatement": ("condition",)}
    client = make_client(server, omit_fields=options)
    user = await run(client.users.detail(ID))
    assert user is not None
    assert (user.identities, user.last_ip, user.email) == (None, None, USER["email"])
    assert not requested(server.documents[0]) & {"identities", "lastIP"}
    assert "Identity" not in server.documents[0]
    await run(client.groups.list())
    assert "condition" not in server.documents[-1]
    transport: Any = client._transport
    assert "condition" not in transport.selection.document("ListPolicies")


async def test_an_omitted_field_cannot_identify_users(
    make_client: MakeClient, server: OwnSchemaServer
) -> None:
    client = make_client(server, omit_fields={"User": ["email"]})
    with pytest.raises(InvalidInputError, match="'email', which the option omit_fields omits"):
        await run(client.users.batch_get(["bob@example.com"], "email"))
    assert len(await run(client.users.batch_get(["bob"], "username"))) == 1
