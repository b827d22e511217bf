"""Servers whose schema lacks fields or arguments that the client uses."""

import asyncio
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from authing_users import (
    AsyncManagementClient,
    DeadlineExceededError,
    InvalidRequestError,
    InvalidResponseError,
    ManagementClient,
    PaginatedUsers,
    SchemaDriftWarning,
)
from authing_users.testing import skip_waits

from ..support.client_kinds import MakeClient, Management, collect, run
from ..support.emulator_pool import EmulatorPool
from ..support.frames import error_frames, format_locals, library_frames
from ..support.older_server import OlderServer, running_older_server
from ..support.scripted_server import NO_USERS, ScriptedServer, token

AT_ONCE = 8
TESTS = Path(__file__).parents[1]


@pytest.fixture
def server(emulator_pool: EmulatorPool) -> Iterator[OlderServer]:
    """A server with a schema that a test can reduce, in front of the emulator."""
    with running_older_server(emulator_pool) as server:
        yield server


def drift(caught: pytest.WarningsRecorder) -> list[str]:
    """Return what was warned about, as ``User.arn`` or ``Query.users(page)``."""
    names: list[str] = []
    for warning in caught:
        message = warning.message
        assert isinstance(message, SchemaDriftWarning)
        field = f"{message.type_name}.{message.field_name}"
        argument = message.argument_name
        names.append(field if argument is None else f"{field}({argument})")
    return names


async def test_a_missing_field_is_omitted_and_remembered(
    make_client: MakeClient, server: OlderServer, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(2)
    server.lack("User.mainDepartmentCode")
    client = make_client(server)
    with pytest.warns(SchemaDriftWarning) as caught:
        page = await run(client.users.list())
    assert drift(caught) == ["User.mainDepartmentCode"]
    assert "'mainDepartmentCode' of the type 'User'" in str(caught[0].message)
    # The coroutines of an asynchronous client are awaited in a helper.
    assert Path(caught[0].filename).is_relative_to(TESTS)
    assert page.total_count == len(page.list) == 2
    assert {user.main_department_code for user in page.list} == {None}
    assert all(user.username for user in page.list)
    assert server.operations == ["ListUsers", "ListUsers"]
    assert server.executed == {"ListUsers": 1}

    server.received.clear()
    assert await run(client.users.list()) == page
    assert await run(client.users.detail(page.list[0].id)) == page.list[0]
    assert server.operations == ["ListUsers", "GetUser"]
    assert all("mainDepartmentCode" not in request.document for request in server.received)


async def test_nothing_changes_if_the_schema_is_complete(
    make_client: MakeClient, server: OlderServer
) -> None:
    client = make_client(server)
    assert (await run(client.users.list())).list == []
    assert server.operations == ["ListUsers"]


@pytest.mark.parametrize("quote", ["'", '"'])
async def test_fields_of_fragments_and_nested_objects_are_omitted_at_once(
    make_client: MakeClient, server: OlderServer, emulator_pool: EmulatorPool, quote: str
) -> None:
    emulator_pool.seed_users(1)
    missing = {"User.arn", "User.lastIP", "Identity.extIdpId", "UserCustomData.label"}
    server.lack(*missing)
    server.quote = quote
    client = make_client(server)
    with pytest.warns(SchemaDriftWarning) as caught:
        (user,) = (await run(client.users.list(with_custom_data=True))).list
    assert set(drift(caught)) == missing
    assert user.arn is None
    assert user.last_ip is None
    assert user.identities == []
    assert user.custom_data == {}
    assert server.operations == ["ListUsers", "ListUsers"]


@pytest.mark.parametrize("missing", ["Identity", "User.identities"])
async def test_a_missing_type_is_omitted_with_the_fields_that_return_it(
    make_client: MakeClient, server: OlderServer, emulator_pool: EmulatorPool, missing: str
) -> None:
    emulator_pool.seed_users(1)
    server.lack(missing)
    client = make_client(server)
    with pytest.warns(SchemaDriftWarning) as caught:
        (user,) = (await run(client.users.list())).list
    assert drift(caught) == ["User.identities"]
    assert user.identities is None
    assert "Identity" not in server.received[-1].document


async def test_a_parent_is_omitted_if_none_of_its_fields_exist(
    make_client: MakeClient, server: OlderServer, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(1)
    fields = "openid userIdInIdp userId connectionId isSocial provider type userPoolId extIdpId"
    missing = {f"Identity.{name}" for name in fields.split()}
    # The type exists, with a field that this client does not know.
    server.lack(*missing)
    client = make_client(server)
    with pytest.warns(SchemaDriftWarning) as caught:
        (user,) = (await run(client.users.list())).list
    assert "User.identities" in drift(caught)
    assert user.identities is None


async def test_a_missing_argument_is_omitted_unless_the_call_sets_it(
    make_client: MakeClient, server: OlderServer, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(1)
    server.lack("Query.users(excludeUsersInOrg)")
    client = make_client(server)
    with pytest.warns(SchemaDriftWarning) as caught:
        assert (await run(client.users.list())).total_count == 1
    assert drift(caught) == ["Query.users(excludeUsersInOrg)"]
    assert "'excludeUsersInOrg' of 'Query.users'" in str(caught[0].message)
    assert "excludeUsersInOrg" not in server.received[-1].document

    server.received.clear()
    with pytest.raises(InvalidRequestError) as raised:
        await run(client.users.list(exclude_users_in_org=True))
    assert raised.value.message == (
        "The schema of this server lacks the argument 'excludeUsersInOrg' of 'Query.users', "
        "which this call sets"
    )
    assert raised.value.operation == "ListUsers"
    assert raised.value.http_status == 400
    assert server.operations == ["ListUsers"]
    assert server.executed == {}

    # The server has been updated.
    server.lack()
    assert (await run(client.users.list(exclude_users_in_org=True))).total_count == 1


async def test_a_missing_enum_is_omitted_with_the_arguments_that_take_it(
    make_client: MakeClient, server: OlderServer
) -> None:
    server.lack("SortByEnum")
    client = make_client(server)
    with pytest.warns(SchemaDriftWarning) as caught:
        await run(client.users.list())
    assert drift(caught) == ["Query.users(sortBy)"]
    with pytest.raises(InvalidRequestError, match=r"argument 'sortBy' of 'Query\.users'"):
        await run(client.users.list(sort_by="CREATEDAT_ASC"))


async def test_a_mutation_is_executed_exactly_once(
    make_client: MakeClient, server: OlderServer
) -> None:
    arguments = {"Mutation.createUser(params)", "Mutation.createUser(identity)"}
    server.lack("User.mainDepartmentCode", *arguments)
    client = make_client(server)
    with pytest.warns(SchemaDriftWarning) as caught:
        user = await run(client.users.create({"username": "bob"}))
    assert set(drift(caught)) == {"User.mainDepartmentCode", *arguments}
    assert user.username == "bob"
    assert server.operations == ["CreateUser", "CreateUser"]
    assert server.executed == {"CreateUser": 1}
    assert (await run(client.users.list())).total_count == 1

    with pytest.raises(InvalidRequestError, match="'params'"):
        await run(client.users.create({"username": "eve"}, custom_data={"school": "x"}))
    updated = await run(client.users.update(user.id, {"nickname": "Bobby"}))
    assert updated.nickname == "Bobby"
    assert server.executed == {"CreateUser": 1, "ListUsers": 1, "UpdateUser": 1}


async def test_an_input_field_that_the_call_sets_is_never_omitted(
    make_client: MakeClient, server: OlderServer
) -> None:
    server.lack("UpdateUserInput.password", "UpdateUserInput.company", "User.arn")
    reported: list[tuple[int | None, str]] = []

    def report(code: int | None, message: str) -> None:
        reported.append((code, message))

    client = make_client(server, on_error=report)
    user = await _create(client, server)
    reported.clear()
    with pytest.raises(InvalidRequestError) as raised:
        await run(client.users.update(user, {"company": "canary", "password": "canary-password"}))
    lacking = raised.value.message.removeprefix("The schema of this server lacks ")
    assert set(lacking.split("; and ")) == {
        "the field 'company' of the input 'UpdateUserInput', which this call sets",
        "the field 'password' of the input 'UpdateUserInput', which this call sets",
    }
    assert reported == [(None, raised.value.message)]
    assert server.executed == {"CreateUser": 1}
    updated = await run(client.users.update(user, {"nickname": "Bobby"}))
    assert updated.nickname == "Bobby"


async def _create(client: Management, server: OlderServer) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SchemaDriftWarning)
        return (await run(client.users.create({"username": "bob"}))).id


async def test_a_missing_operation_is_named(make_client: MakeClient, server: OlderServer) -> None:
    server.lack("Query.userBatch", "Mutation.deleteUsers", "User.arn")
    client = make_client(server)
    with pytest.raises(InvalidRequestError) as raised:
        await run(client.users.batch(["a"]))
    assert raised.value.message == "The schema of this server lacks the query 'userBatch'"
    with pytest.raises(InvalidRequestError, match="lacks the mutation 'deleteUsers'"):
        await run(client.users.delete_many(["a"]))
    assert server.executed == {}


async def test_a_required_field_is_named_and_nothing_is_executed(
    make_client: MakeClient, server: OlderServer
) -> None:
    server.lack("User.id", "CommonMessage.code", "User.arn")
    client = make_client(server)
    for call in (
        lambda: client.users.list(),
        lambda: client.users.create({"username": "bob"}),
    ):
        with pytest.raises(InvalidRequestError) as raised:
            await run(cast("Any", call()))
        assert raised.value.message == (
            "The schema of this server lacks the field 'User.id', "
            "without which the result is useless"
        )
    with pytest.raises(InvalidRequestError, match=r"the field 'CommonMessage\.code'"):
        await run(client.users.delete("a"))
    assert server.executed == {}


async def test_custom_data_that_the_call_requests_is_never_omitted(
    make_client: MakeClient, server: OlderServer, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(1)
    server.lack("User.customData")
    client = make_client(server)
    with pytest.warns(SchemaDriftWarning) as caught:
        (user,) = (await run(client.users.list())).list
    assert drift(caught) == ["User.customData"]
    assert user.custom_data is None
    with pytest.raises(InvalidRequestError) as raised:
        await run(client.users.list(with_custom_data=True))
    assert raised.value.message == (
        "The schema of this server lacks the field 'User.customData', which this call requests "
        "with 'withCustomData'"
    )


async def test_users_are_not_lost_if_their_identifier_is_omitted(
    make_client: MakeClient, server: OlderServer
) -> None:
    server.lack("User.externalId")
    client = make_client(server)
    with pytest.warns(SchemaDriftWarning):
        user = await run(client.users.create({"username": "bob", "externalId": "e-1"}))
    assert await run(client.users.batch([user.id])) == [user]
    with pytest.raises(InvalidResponseError, match="a user without 'externalId'"):
        await run(client.users.batch_get(["e-1"], "externalId"))


async def test_derived_clients_share_what_is_known_and_others_do_not(
    make_client: MakeClient, server: OlderServer
) -> None:
    server.lack("User.arn")
    client = make_client(server)
    with pytest.warns(SchemaDriftWarning):
        await run(client.users.with_options(retries=0).list())
    await run(client.users.list())
    await run(client.with_options(deadline=10).users.list())
    assert server.operations == ["ListUsers"] * 4
    other = make_client(server)
    with pytest.warns(SchemaDriftWarning) as caught:
        await run(other.users.list())
    assert drift(caught) == ["User.arn"]
    assert server.operations == ["ListUsers"] * 6


async def test_a_strict_client_raises_the_error_of_the_server(
    make_client: MakeClient, server: OlderServer
) -> None:
    server.lack("User.arn")
    client = make_client(server, strict_schema=True)
    for _ in range(2):
        with pytest.raises(InvalidRequestError) as raised:
            await run(client.users.list())
        assert raised.value.message == "Cannot query field 'arn' on type 'User'."
    assert server.operations == ["ListUsers"] * 2


async def test_names_that_are_reported_one_by_one_are_omitted_in_several_rounds(
    make_client: MakeClient, server: OlderServer
) -> None:
    missing = ["User.arn", "User.openid", "User.lastIP", "Query.users(sortBy)"]
    server.lack(*missing)
    server.max_errors = 1
    client = make_client(server, retries=0)
    with pytest.warns(SchemaDriftWarning) as caught:
        await run(client.users.list())
    assert sorted(drift(caught)) == sorted(missing)
    assert server.operations == ["ListUsers"] * 5
    assert len({request.document for request in server.received}) == 5


@pytest.mark.slow
async def test_the_rounds_obey_the_deadline(make_client: MakeClient, server: OlderServer) -> None:
    server.lack("User.arn", "User.openid", "User.unionid")
    server.max_errors = 1
    server.quick = 2
    client = make_client(server, deadline=4)
    try:
        with pytest.warns(SchemaDriftWarning), pytest.raises(DeadlineExceededError):
            await run(client.users.list())
    finally:
        server.goes_on.set()
    assert server.executed == {}
    assert len(server.received) == 3


async def test_each_round_is_logged_as_an_attempt_and_reported_to_nobody(
    make_client: MakeClient, server: OlderServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.lack("User.arn")
    reported: list[str] = []

    def report(_: int | None, message: str) -> None:
        reported.append(message)

    client = make_client(server, retries=0, on_error=report)
    with caplog.at_level(logging.DEBUG, "authing_users"), pytest.warns(SchemaDriftWarning):
        await run(client.users.list())
    lines = [record.getMessage() for record in caplog.records]
    attempts = [line.split(" ms=")[0] for line in lines if "ListUsers" in line]
    assert attempts == [
        "operation=ListUsers attempt=1 status=400",
        "operation=ListUsers attempt=2 status=200",
    ]
    assert reported == []


async def test_the_token_request_is_adapted_too(
    make_client: MakeClient, server: OlderServer
) -> None:
    server.lack("AccessTokenRes.iat")
    client = make_client(server)
    with pytest.warns(SchemaDriftWarning) as caught:
        await run(client.users.list())
    assert drift(caught) == ["AccessTokenRes.iat"]
    assert server.operations == ["ListUsers"]


async def test_warnings_as_errors_lose_neither_what_is_known_nor_a_mutation(
    make_client: MakeClient, server: OlderServer
) -> None:
    server.lack("User.arn", "User.openid")
    client = make_client(server, max_in_flight=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error", SchemaDriftWarning)
        with pytest.raises(SchemaDriftWarning, match=r"'(openid|arn)'"):
            await run(client.users.create({"username": "bob"}))
        assert server.executed == {}
        # Each field is reported once, also those after the first.
        user = await run(client.users.create({"username": "bob"}))
    assert user.arn is None
    assert server.operations == ["CreateUser", "CreateUser"]
    assert server.executed == {"CreateUser": 1}


def list_at_once(client: ManagementClient) -> list[PaginatedUsers]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        calls = [pool.submit(client.users.list) for _ in range(AT_ONCE)]
        return [call.result() for call in calls]


def test_threads_that_meet_the_same_error_warn_once(server: OlderServer) -> None:
    server.lack("User.arn")
    with cast("ManagementClient", server.client("sync")) as client:
        client.roles.list()  # the token
        server.received.clear()
        server.meeting = threading.Barrier(AT_ONCE)
        with pytest.warns(SchemaDriftWarning) as caught:
            pages = list_at_once(client)
    assert drift(caught) == ["User.arn"]
    assert [page.total_count for page in pages] == [0] * AT_ONCE
    assert server.executed == {"ListUsers": AT_ONCE}
    assert len(server.received) == 2 * AT_ONCE


async def test_tasks_that_meet_the_same_error_warn_once(server: OlderServer) -> None:
    server.lack("User.arn")
    async with cast("AsyncManagementClient", server.client("async")) as client:
        await client.roles.list()  # the token
        server.received.clear()
        server.meeting = threading.Barrier(AT_ONCE)
        with pytest.warns(SchemaDriftWarning) as caught:
            pages = await asyncio.gather(*(client.users.list() for _ in range(AT_ONCE)))
    assert drift(caught) == ["User.arn"]
    assert [page.total_count for page in pages] == [0] * AT_ONCE
    assert server.executed == {"ListUsers": AT_ONCE}
    assert len(server.received) == 2 * AT_ONCE


async def test_iterators_and_all_parts_of_the_client_are_adapted(
    make_client: MakeClient, server: OlderServer, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(3)
    emulator_pool.seed_roles("admin")
    emulator_pool.seed_groups("staff")
    server.lack("User.arn", "Role.arn", "Group.description", "Query.roles(sortBy)")
    client = make_client(server)
    with pytest.warns(SchemaDriftWarning) as caught:
        users = await collect(client.users.iter_list(limit=1, prefetch=2))
    assert drift(caught) == ["User.arn"]
    with pytest.warns(SchemaDriftWarning) as caught:
        roles = await run(client.roles.list())
    assert set(drift(caught)) == {"Query.roles(sortBy)", "Role.arn"}
    with pytest.warns(SchemaDriftWarning) as caught:
        groups = await run(client.groups.list())
    assert drift(caught) == ["Group.description"]
    assert len(users) == 3
    assert [role.code for role in roles.list] == ["admin"]
    assert [group.code for group in groups.list] == ["staff"]


@pytest.mark.parametrize("status", [200, 400, 422, 500])
@pytest.mark.parametrize("data", [{}, {"data": None}], ids=["no data", "null"])
async def test_a_rejection_is_recognized_whatever_its_status(
    make_client: MakeClient, status: int, data: dict[str, None]
) -> None:
    rejection = httpx.Response(status, json={"errors": [UNKNOWN], **data})
    server = ScriptedServer(rejection, NO_USERS, rejection, NO_USERS)
    client = make_client(server)
    with pytest.warns(SchemaDriftWarning) as caught:
        assert (await run(client.users.list())).total_count == 0
    assert drift(caught) == ["User.arn"]
    assert server.operations == ["GetAccessToken", "ListUsers", "ListUsers"]
    assert server.variables[1] == server.variables[2]


async def test_errors_and_warnings_show_no_secret(make_client: MakeClient) -> None:
    value = {"message": 'Variable "$input" got invalid value "canary-token"; '}
    value["message"] += 'Field "company" is not defined by type "UpdateUserInput".'
    errors = [{**UNKNOWN, "extensions": {"token": "canary-token"}}]
    server = ScriptedServer(
        httpx.Response(400, json={"errors": [value]}), httpx.Response(400, json={"errors": errors})
    )
    client = make_client(server)
    update: Any = {"company": "x"}
    with pytest.raises(InvalidRequestError, match="'company' of the input") as lacking:
        await run(client.users.update("u", update))
    with pytest.raises(SchemaDriftWarning) as drifted:  # a warning is an error in these tests
        await run(client.users.update("u", update))
    for error in (lacking.value, drifted.value):
        assert "canary" not in str(error)
        shown = format_locals(library_frames(error_frames(error)))
        assert "UpdateUser" in shown
        assert "canary" not in shown


UNKNOWN = {"message": 'Cannot query field "arn" on type "User".'}
NOT_ADAPTED: dict[str, dict[str, Any]] = {
    "data beside it": {"data": {"users": {"totalCount": 0, "list": []}}, "errors": [UNKNOWN]},
    "empty data beside it": {"data": {"users": None}, "errors": [UNKNOWN]},
    "an error of the execution": {"errors": [{**UNKNOWN, "path": ["users"]}]},
    "another message": {"errors": [UNKNOWN, {"message": "Something else."}]},
    "a message of the API": {"errors": [UNKNOWN, {"message": {"code": 500, "message": "?"}}]},
    "no message": {"errors": [UNKNOWN, {}]},
    "no object": {"errors": [UNKNOWN, "?"]},
    "a field that is not selected, too": {
        "errors": [UNKNOWN, {"message": 'Cannot query field "nothing" on type "User".'}]
    },
    "a field that is not selected": {
        "errors": [{"message": 'Cannot query field "nothing" on type "User".'}]
    },
    "a type that is not selected": {
        "errors": [{"message": 'Cannot query field "arn" on type "Group".'}]
    },
    "an argument that is not passed": {
        "errors": [{"message": 'Unknown argument "arn" on field "Query.users".'}]
    },
    "a type that is not used": {"errors": [{"message": 'Unknown type "Group".'}]},
    "only an accompanying message": {
        "errors": [{"message": 'Variable "$page" is never used in operation "ListUsers".'}]
    },
    "more text around it": {"errors": [{"message": 'x Cannot query field "arn" on type "User".'}]},
    "more text after it": {"errors": [{"message": 'Cannot query field "arn" on type "User". x'}]},
}


@pytest.mark.parametrize("content", NOT_ADAPTED.values(), ids=NOT_ADAPTED)
async def test_other_responses_raise_the_error_of_the_server(
    make_client: MakeClient, content: dict[str, Any]
) -> None:
    server = ScriptedServer(httpx.Response(400, json=content))
    client = make_client(server)
    with pytest.raises(InvalidRequestError) as raised:
        await run(client.users.list())
    first = content["errors"][0]["message"]
    assert raised.value.message == first
    assert server.operations == ["GetAccessToken", "ListUsers"]


async def test_other_responses_with_messages_are_retried_as_before(
    make_client: MakeClient,
) -> None:
    unavailable = httpx.Response(503, json={"errors": [{"message": "Unavailable."}]})
    unauthorized = httpx.Response(401, json={"errors": [{"message": "Unauthorized."}]})
    server = ScriptedServer(unavailable, unauthorized, NO_USERS)
    server.tokens = [token("canary-first"), token("canary-second")]
    client = make_client(server, retries=1)
    with skip_waits():
        assert (await run(client.users.list())).total_count == 0
    listing = ["ListUsers"]
    assert server.operations == ["GetAccessToken", *listing * 2, "GetAccessToken", *listing]


async def test_a_server_that_rejects_the_adapted_document_alike_gets_it_once(
    make_client: MakeClient,
) -> None:
    rejection = httpx.Response(400, json={"errors": [UNKNOWN], "data": None})
    server = ScriptedServer(rejection, rejection, NO_USERS)
    client = make_client(server)
    with (
        pytest.warns(SchemaDriftWarning),
        pytest.raises(InvalidRequestError, match="Cannot query field"),
    ):
        await run(client.users.list())
    assert server.operations == ["GetAccessToken", "ListUsers", "ListUsers"]


PROGRAM = """
import sys, httpx
from authing_users import ManagementClient
token = {"accessToken": {"accessToken": "token", "iat": 0, "exp": 9}}
data = token | {"users": {"totalCount": 0, "list": []}}
response = httpx.Response(200, json={"data": data})
http = httpx.Client(transport=httpx.MockTransport(lambda _: response))
ManagementClient(user_pool_id="pool", secret="secret", http_client=http).users.list()
names = ("operation_tree", "operation_trees", "schema_drift", "validation_errors")
print([name for name in sys.modules if name.rpartition(".")[2] in names])
"""


def test_nothing_is_imported_before_a_server_lacks_something() -> None:
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert finished.stdout.strip() == "[]"
