"""Operations of other projects: in a generated package, and as documents."""

import json
import logging
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from authing_users import (
    ConflictError,
    CreateUserInput,
    DeadlineExceededError,
    InvalidInputError,
    InvalidRequestError,
    InvalidResponseError,
    ManagementClient,
    NotFoundError,
    SchemaDriftWarning,
    ServerError,
)

from ..support.client_kinds import ClientKind, MakeClient, Management, run
from ..support.emulator_pool import EmulatorPool
from ..support.frames import error_frames, format_locals, library_frames
from ..support.older_server import OlderServer, running_older_server
from ..support.own_package import own_package
from ..support.scripted_server import ScriptedServer, api_error, data, http_error, token

GET_POOL = "query GetPool { userpool { id name } }"
GET_USER = "query GetUser($id: String!) { user(id: $id) { id username arn } }"
REMOVE = "mutation RemoveUser($id: String!) { deleteUser(id: $id) { code message } }"


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with own_package(tmp_path_factory.mktemp("acme")) as package:
        yield package


@pytest.fixture
def server(emulator_pool: EmulatorPool) -> Iterator[OlderServer]:
    with running_older_server(emulator_pool) as server:
        yield server


def of_package(client: Management, acme: Any) -> Any:
    """Return the client of a package."""
    if isinstance(client, ManagementClient):
        return client.graphql(acme.Client)
    return client.graphql(acme.AsyncClient)


class Pool(BaseModel):
    id: str
    title: str = Field(alias="name")


class PoolResult(BaseModel):
    userpool: Pool


# Generated packages


async def test_operations_of_a_package(
    acme: Any, client: Management, emulator_pool: EmulatorPool
) -> None:
    own = of_package(client, acme)
    pool = await run(own.get_pool())
    assert (type(pool).__module__, pool.id) == (
        "acme_authing.operation_results",
        emulator_pool.emulator.user_pool_id,
    )
    user = await run(own.add_user(acme.CreateUserInput(username="bob", given_name="Bob")))
    assert type(user) is acme.User
    assert (user.username, user.given_name) == ("bob", "Bob")
    # Not the operation of this library, which has the same name.
    found = await run(own.get_user(user.id))
    assert set(dict(found)) == {"id", "username", "arn", "registerSource"}
    assert (await run(own.remove_users([user.id]))).code == 200
    assert await run(own.get_user(user.id)) is None


async def test_the_errors_are_those_of_all_operations(acme: Any, client: Management) -> None:
    own = of_package(client, acme)
    await run(own.add_user(acme.CreateUserInput(username="bob")))
    with pytest.raises(ConflictError) as raised:
        await run(own.add_user(acme.CreateUserInput(username="bob")))
    assert raised.value.operation == "AddUser"


async def test_a_mutation_that_reports_a_failure_raises(acme: Any, make_client: MakeClient) -> None:
    failed = data(deleteUsers={"code": 2004, "message": "gone"})
    own = of_package(make_client(ScriptedServer(failed)), acme)
    with pytest.raises(NotFoundError, match="gone"):
        await run(own.remove_users(["a"]))


async def test_a_rejected_token_is_replaced(acme: Any, make_client: MakeClient) -> None:
    server = ScriptedServer(api_error(2206, "expired"), data(userpool={"id": "p"}))
    server.tokens = [token("first"), token("second")]
    assert (await run(of_package(make_client(server), acme).get_pool())).id == "p"
    sent = [request.headers["authorization"] for request in server.requests[1::2]]
    assert sent == ["Bearer first", "Bearer second"]


async def test_queries_are_retried_and_mutations_are_not(
    acme: Any, make_client: MakeClient
) -> None:
    server = ScriptedServer(http_error(503, retry_after="0"), data(userpool={"id": "p"}))
    assert await run(of_package(make_client(server, retries=1), acme).get_pool())
    server = ScriptedServer(http_error(502), data(deleteUsers={"code": 200}))
    with pytest.raises(ServerError):
        await run(of_package(make_client(server, retries=1), acme).remove_users(["a"]))
    assert server.operations == ["GetAccessToken", "RemoveUsers"]


async def test_request_options_are_respected(acme: Any, make_client: MakeClient) -> None:
    server = ScriptedServer(http_error(503, retry_after="60"), data(userpool={"id": "p"}))
    client = make_client(server, retries=1).with_options(deadline=1)
    with pytest.raises((ServerError, DeadlineExceededError)):
        await run(of_package(client, acme).get_pool())
    assert server.operations == ["GetAccessToken", "GetPool"]


async def test_attempts_are_logged(
    acme: Any, client: Management, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "authing_users"):
        await run(of_package(client, acme).get_pool())
        await run(client.execute(GET_POOL.replace("GetPool", "MyPool"), None, PoolResult))
    logged = " ".join(record.getMessage() for record in caplog.records)
    assert "GetPool" in logged
    assert "MyPool" in logged


async def test_a_class_of_the_wrong_kind_is_rejected(
    acme: Any, make_client: MakeClient, client_kind: ClientKind
) -> None:
    client: Any = make_client(ScriptedServer())
    wrong = acme.AsyncClient if client_kind == "sync" else acme.Client
    with pytest.raises(InvalidInputError) as raised:
        client.graphql(wrong)
    assert raised.value.message == (
        "client_class: acme_authing.client.AsyncClient is asynchronous: pass Client, or use the"
        " other client"
        if client_kind == "sync"
        else "client_class: acme_authing.client.Client is synchronous: pass AsyncClient, or use the"
        " other client"
    )
    for nothing in (dict, acme, None):
        with pytest.raises(InvalidInputError, match="`authing-users generate` wrote, not"):
            client.graphql(nothing)


# Servers whose schema lacks something


async def test_a_field_that_the_server_lacks_is_omitted(
    acme: Any, make_client: MakeClient, server: OlderServer, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(1)
    server.lack("User.arn", "CreateUserInput.company")
    client = make_client(server)
    user = (await run(client.users.list(fields=["id"]))).list[0]
    own = of_package(client, acme)
    with pytest.warns(SchemaDriftWarning) as caught:
        found = await run(own.get_user(user.id))
    (warning,) = caught
    assert "the field 'arn' of the type 'User'" in str(warning.message)
    assert warning.filename.startswith(__file__.rpartition("/tests/")[0] + "/tests/")
    assert (found.id, found.arn) == (user.id, None)
    request = server.received[-1]
    assert request.operation == "GetUser"
    assert "registerSource" in request.document
    assert "nickname" not in request.document
    # It is remembered, for the operation of this library with the same name, too.
    known: Any = await run(client.users.detail(user.id))
    assert known.arn is None
    assert await run(own.get_user(user.id)) == found
    assert not any(request.messages for request in server.received[-2:])
    with pytest.raises(InvalidRequestError, match="the field 'company' of the input"):
        await run(own.add_user(acme.CreateUserInput(username="bob", company="acme")))


async def test_a_document_is_sent_as_it_is(
    make_client: MakeClient, server: OlderServer, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(1)
    server.lack("User.arn")
    client = make_client(server)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SchemaDriftWarning)
        user = (await run(client.users.list())).list[0]
    for _ in range(2):
        with pytest.raises(InvalidRequestError, match="Cannot query field 'arn'"):
            await run(client.execute(GET_USER, {"id": user.id}, dict[str, Any]))
        assert server.received[-1].document == GET_USER


# Documents


class PoolDict(TypedDict):
    userpool: dict[str, str]


@dataclass
class PoolRecord:
    userpool: Pool


async def test_a_document_is_executed(client: Management, emulator_pool: EmulatorPool) -> None:
    pool_id = emulator_pool.emulator.user_pool_id
    assert (await run(client.execute(GET_POOL, None, PoolResult))).userpool.id == pool_id
    assert (await run(client.execute(GET_POOL, {}, PoolRecord))).userpool.id == pool_id
    assert (await run(client.execute(GET_POOL, {}, PoolDict)))["userpool"]["id"] == pool_id
    anything = await run(client.execute(GET_POOL, {}, dict[str, Any]))
    assert anything["userpool"]["id"] == pool_id


async def test_variables_of_all_kinds(make_client: MakeClient) -> None:
    server = ScriptedServer(data(a=1))

    class Inner(BaseModel):
        some_name: int = Field(default=1, serialization_alias="someName")
        at: datetime | None = None

    variables: dict[str, object] = {
        "input": CreateUserInput(username="bob", given_name=None),
        "list": [{"inner": Inner(some_name=2)}, (1, 2)],
        "at": datetime(2024, 1, 31, tzinfo=UTC),
        "none": None,
    }
    await run(make_client(server).execute("query A { a }", variables, dict[str, int]))
    assert server.variables[-1] == {
        "input": {"username": "bob", "givenName": None},
        "list": [{"inner": {"someName": 2}}, [1, 2]],
        "at": "2024-01-31T00:00:00Z",
        "none": None,
    }
    assert json.loads(server.requests[-1].content)["query"] == "query A { a }"


async def test_one_of_several_operations(make_client: MakeClient) -> None:
    document = f"{GET_POOL} {REMOVE}"
    server = ScriptedServer(http_error(502), data(deleteUser={"code": 200}))
    client = make_client(server, retries=1)
    with pytest.raises(ServerError):
        await run(
            client.execute(document, {"id": "a"}, dict[str, Any], operation_name="RemoveUser")
        )
    assert server.operations == ["GetAccessToken", "RemoveUser"]


@pytest.mark.parametrize(
    ("document", "times"),
    [
        (GET_POOL, 2),
        (f"{GET_POOL} # mutation GetPool", 2),
        (REMOVE, 1),
        (f"# query RemoveUser\n{REMOVE}", 1),
        (f'fragment query on A @a(b: "query RemoveUser {{") {{ c }} {REMOVE}', 1),
    ],
)
async def test_what_is_retried_depends_on_the_operation(
    make_client: MakeClient, document: str, times: int
) -> None:
    server = ScriptedServer(*[http_error(502)] * 2)
    client = make_client(server, retries=1)
    with pytest.raises(ServerError):
        await run(client.with_options(retries=1).execute(document, None, dict[str, Any]))
    assert len(server.operations) == 1 + times


@pytest.mark.parametrize(
    ("document", "operation_name", "message"),
    [
        ("  ", None, "document is empty"),
        (3, None, "document must be a string, not int"),
        ("# query A { b }", None, "document has no operation: write query Name {...}"),
        ("fragment F on A { b }", None, "document has no operation: write query Name {...}"),
        ("{ a }", None, "the query in document is anonymous"),
        ("mutation ($a: Int) { a }", None, "the mutation in document is anonymous"),
        ("query A { a } query B { b }", None, "pass operation_name, one of 'A', 'B'"),
        ("query A { a }", "C", "operation_name: document has no operation 'C', only 'A'"),
        ("{ a }", "C", "document has no operation 'C': its operation is anonymous"),
        ("query A { a } query A { b }", "A", "document has 2 operations with the name 'A'"),
        ("query A { a }", " ", "operation_name is empty"),
        ("subscription A { a }", None, "A is a subscription, which cannot be executed"),
        ("query A { a", None, "document is not complete: a closing brace is missing"),
        ("query A", None, "document is not complete: a closing brace is missing"),
        ("query A { a(b: [1}) }", None, "there is a '}' without its counterpart"),
        ("query A { a } }", None, "there is a '}' without its counterpart"),
        ("type A { b: Int }", None, "document: expected query or mutation, found 'type'"),
    ],
)
async def test_a_document_that_cannot_be_executed(
    make_client: MakeClient, document: Any, operation_name: str | None, message: str
) -> None:
    server = ScriptedServer()
    client = make_client(server)
    with pytest.raises(InvalidInputError) as raised:
        await run(client.execute(document, {}, dict[str, Any], operation_name=operation_name))
    assert message in raised.value.message
    assert server.requests == []


async def test_arguments_that_cannot_be_used(make_client: MakeClient) -> None:
    server = ScriptedServer()
    client: Any = make_client(server)
    wrong: list[tuple[Any, str]] = [
        ([], "variables must be a mapping, not list"),
        ({1: 2}, "variables: names must be strings, not int"),
        ({"a": object()}, "variables cannot be sent as JSON: "),
    ]
    for variables, message in wrong:
        with pytest.raises(InvalidInputError) as raised:
            await run(client.execute(REMOVE, variables, dict[str, Any]))
        assert message in raised.value.message
    for result_type in (object(), "NoType", ModuleType, client):
        with pytest.raises(InvalidInputError, match="result_type: pydantic cannot validate"):
            await run(client.execute(REMOVE, None, result_type))
    assert server.requests == []


async def test_data_of_another_shape(make_client: MakeClient) -> None:
    server = ScriptedServer(data(userpool={"id": "p"}), data(userpool=3))
    client = make_client(server)
    with pytest.raises(InvalidResponseError, match=r"data\.userpool\.name: expected a value"):
        await run(client.execute(GET_POOL, None, PoolResult))
    with pytest.raises(InvalidResponseError, match=r"data\.userpool"):
        await run(client.execute(GET_POOL, None, dict[str, dict[str, Any]]))


async def test_secrets_in_variables_are_not_shown(acme: Any, make_client: MakeClient) -> None:
    def repeat(body: dict[str, Any]) -> Any:
        values = body["variables"]
        return api_error(500, f"wrong: {values.get('password') or values['user']['password']}")

    client = make_client(ScriptedServer(*[repeat] * 3))
    document = "mutation Set($password: String) { set(password: $password) { code } }"
    user = {"user": CreateUserInput(password="canary-password")}
    own = of_package(client, acme)
    for call in (
        lambda: client.execute(document, {"password": "canary-password"}, dict[str, Any]),
        lambda: client.execute(document, user, dict[str, Any]),
        lambda: own.add_user(acme.CreateUserInput(password="canary-password")),
    ):
        with pytest.raises(InvalidRequestError) as raised:
            await run(call())
        assert "canary-password" not in str(raised.value)
        shown = format_locals(library_frames(error_frames(raised.value)))
        assert "canary-password" not in shown
