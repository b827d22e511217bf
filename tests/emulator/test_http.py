"""GraphQL over HTTP: documents, invalid documents and invalid bodies."""

import hashlib
import json
import logging
import sqlite3
import threading
from collections.abc import MutableMapping
from typing import Any

import anyio
import httpx
import pytest
from graphql import (
    DocumentNode,
    ExecutionResult,
    build_client_schema,
    get_introspection_query,
    introspection_from_schema,
    parse,
    print_schema,
)

from authing_users.emulator import create_app
from authing_users.emulator.gql import documents, execution
from authing_users.emulator.gql.documents import LRUCache
from authing_users.emulator.gql.executor import execute
from authing_users.emulator.json_body import MAX_BODY_SIZE
from authing_users.emulator.store import users
from authing_users.emulator.store.database import Database

from .api import CREATE, LIST, SCHEMA, USER, Api
from .test_roles import ASSIGN


async def send(api: Api, body: bytes, **headers: str) -> httpx.Response:
    return await api.http.post(
        "/graphql/v2", content=body, headers={"authorization": api.token, **headers}
    )


async def test_introspection_returns_the_whole_schema(api: Api) -> None:
    response = await api.post(get_introspection_query(), headers={})
    served = build_client_schema(response.json()["data"])
    written = build_client_schema(introspection_from_schema(SCHEMA))
    assert print_schema(served) == print_schema(written)


async def test_introspection_uses_its_variables(api: Api) -> None:
    query = "query($n: String!) { __type(name: $n) { name } }"
    for name in ("User", "Role", "User"):
        assert await api.execute(query, n=name) == {"name": name}


async def test_operation_name_selects_the_operation(api: Api) -> None:
    await api.create(username="a")
    document = "query A { users { totalCount } } query B { __typename } mutation C { __typename }"
    responses = {
        name: (
            await send(api, json.dumps({"query": document, "operationName": name}).encode())
        ).json()
        for name in ("A", "B", "C")
    }
    assert responses == {
        "A": {"data": {"users": {"totalCount": 1}}},
        "B": {"data": {"__typename": "Query"}},
        "C": {"data": {"__typename": "Mutation"}},
    }
    for name in ("D", None):
        response = await send(api, json.dumps({"query": document, "operationName": name}).encode())
        assert response.status_code == 400
        assert isinstance(response.json()["errors"][0]["message"], str)


async def test_empty_operation_name_is_ignored(api: Api) -> None:
    response = await send(api, b'{"query": "query A { __typename }", "operationName": ""}')
    assert response.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ users { totalCount }", None),
        ("{ nonsense }", None),
        ("{ users { nonsense } }", None),
        ("{ users }", None),
        ("subscription { users }", None),
        ("fragment A on User { id }", None),
        ("{ ...A } fragment A on Query { ...A }", None),
        ("{ user(id: 5) { id } }", None),
        ('{ users(sortBy: "CREATEDAT_ASC") { totalCount } }', None),
        (LIST, {"page": "1"}),
        (LIST, {"page": 2**31}),
        (LIST, {"page": 1.5}),
        (LIST, {"sortBy": "NONSENSE"}),
        ("query($i: CreateUserInput!) { __typename }", {"i": {"signedUpd": "x"}}),
        ("mutation($i: CreateUserInput!) { createUser(userInfo: $i) { id } }", {}),
        (
            "mutation($i: CreateUserInput!) { createUser(userInfo: $i) { id } }",
            {"i": {"signedUpd": "x"}},
        ),
        (
            "mutation($i: CreateUserInput!) { createUser(userInfo: $i) { id } }",
            {"i": {"loginsCount": "2"}},
        ),
    ],
)
async def test_invalid_document_is_a_bad_request(
    api: Api, query: str, variables: dict[str, object] | None
) -> None:
    for _ in range(2):
        response = await api.post(query, variables)
        assert response.status_code == 400
        content = response.json()
        assert set(content) == {"errors"}
        assert all(isinstance(error["message"], str) for error in content["errors"])


async def test_error_suggests_the_correct_field(api: Api) -> None:
    document = "mutation($i: CreateUserInput!) { createUser(userInfo: $i) { id } }"
    response = await api.post(document, {"i": {"signedUpd": "x"}})
    assert "signedUp" in response.json()["errors"][0]["message"].replace("signedUpd", "")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'[{"query": "{ __typename }"}]',
        b'"{ __typename }"',
        b"{}",
        b'{"query": ""}',
        b'{"query": " "}',
        b'{"query": null}',
        b'{"query": ["{ __typename }"]}',
        b'{"query": "{ __typename }", "variables": []}',
        b'{"query": "{ __typename }", "variables": "x"}',
        b'{"query": "{ __typename }", "operationName": 1}',
        b'{"query": "{ __typename }", "variables": {"x": NaN}}',
        b'{"query": "{ __typename }", "variables": {"x": -Infinity}}',
        b'{"query": "{ __typename }", "variables": {"x": "\\ud800"}}',
        b'{"query": "{ __typename }", "variables": {"\\udfff": 1}}',
        b'{"query": "\xff"}',
        '{"query": "{ __typename }"}'.encode("utf-16"),
        b'{"query": "{ __typename }", "variables": {"x": '
        + b"[" * 100_000
        + b"]" * 100_000
        + b"}}",
        b'{"query": "{ __typename }", "variables": {"x": ' + b"9" * 5_000 + b"}}",
        b'{"query": "' + b"{ user " * 5_000 + b'"}',
        b'{"query": "{ __typename(x: ' + b"[" * 5_000 + b"]" * 5_000 + b') }"}',
    ],
)
async def test_malformed_body_is_a_bad_request(api: Api, body: bytes) -> None:
    response = await send(api, body)
    assert response.status_code == 400
    assert all(isinstance(error["message"], str) for error in response.json()["errors"])


async def test_surrogate_pairs_are_accepted(api: Api) -> None:
    body = b'{"query": "{ __typename }", "variables": {"x": "\\ud83d\\ude00 \\u4f60"}}'
    assert (await send(api, body)).status_code == 200


async def test_deeply_nested_documents_are_rejected(api: Api) -> None:
    user = await api.create(username="bob")
    await api.execute('mutation { createRole(code: "a") { id } }')
    await api.execute(ASSIGN, userIds=[user["id"]], roleCode="a")

    def nested(depth: int) -> str:
        cycle = "{ users { list { roles { list "
        return f'{{ role(code: "a") {cycle * depth} {{ code }} {"}" * 4 * depth} }}'

    response = await api.execute(nested(10))
    for _ in range(10):
        response = response["users"]["list"][0]["roles"]["list"][0]
    assert response == {"code": "a"}
    for depth in (45, 1_000):  # the first can be parsed but not executed
        response = await api.post(nested(depth))
        assert response.status_code == 400
        assert "nested too deeply" in response.json()["errors"][0]["message"]


async def test_too_large_body_is_rejected(api: Api) -> None:
    response = await send(api, b" " * (MAX_BODY_SIZE + 1))
    assert response.status_code == 413
    assert response.json()["errors"][0]["message"]


async def test_long_documents_are_executed_without_caching(api: Api) -> None:
    document = "{ users { totalCount } }" + " " * 30_000
    for _ in range(2):
        assert await api.execute(document) == {"totalCount": 0}


async def test_other_methods_and_paths(api: Api) -> None:
    response = await api.http.get("/graphql/v2")
    assert response.status_code == 405
    assert response.json() == {
        "code": 405,
        "message": "Method GET not allowed for /graphql/v2.",
        "data": None,
    }
    assert (await api.http.post("/graphql/v3")).status_code == 404


async def test_responses_are_json_in_utf_8(api: Api) -> None:
    await api.create(username="王秀英")
    response = await api.post(LIST)
    assert response.headers["content-type"] == "application/json"
    assert "王秀英" in response.content.decode()


async def test_unexpected_error_is_logged_but_not_sent_to_the_client(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        message = "canary"
        raise RuntimeError(message)

    monkeypatch.setattr(users, "list_users", broken)
    with caplog.at_level(logging.ERROR):
        response = await api.post(LIST)
    assert response.json()["errors"][0]["message"]["code"] == 500
    assert "canary" not in response.text
    assert "Traceback" not in response.text
    assert "RuntimeError: canary" in caplog.text
    assert api.app.secret not in caplog.text
    assert api.token not in caplog.text


async def test_failed_commit_returns_an_error_and_stores_nothing(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    end = Database.end

    def full_disk(database: Database, connection: sqlite3.Connection, *, commit: bool) -> None:
        end(database, connection, commit=False)
        if commit:
            message = "database or disk is full"
            raise sqlite3.OperationalError(message)

    with monkeypatch.context() as patch:
        patch.setattr(Database, "end", full_disk)
        response = await api.post(CREATE, {"i": {"username": "bob"}})
        assert response.json()["errors"][0]["message"]["code"] == 500
        assert response.json()["data"] is None
    assert "disk is full" in caplog.text
    assert await api.usernames() == []


async def test_repeated_documents_and_introspections_are_cached(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[object] = []
    executed: list[object] = []

    def counting_parse(text: str, **options: Any) -> DocumentNode:
        parsed.append(text)
        return parse(text, **options)

    def counting_execute(*arguments: Any, **options: Any) -> ExecutionResult:
        executed.append(arguments)
        return execute(*arguments, **options)

    monkeypatch.setattr(documents, "parse", counting_parse)
    monkeypatch.setattr(execution, "execute", counting_execute)
    for _ in range(3):
        await api.execute(LIST)
    assert (len(parsed), len(executed)) == (1, 3)
    for _ in range(3):
        await api.post(get_introspection_query())
    assert (len(parsed), len(executed)) == (2, 4)


async def test_number_of_sql_statements_is_independent_of_the_page_size(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[str] = []
    begin = Database.begin

    def traced(database: Database, **options: Any) -> sqlite3.Connection:
        connection = begin(database, **options)
        connection.set_trace_callback(statements.append)
        return connection

    monkeypatch.setattr(Database, "begin", traced)
    await api.http.post("/emulator/v1/seed", json={"users": 50, "roles": ["r"], "groups": ["g"]})
    ids = [
        user["id"] for user in (await api.execute("{ users(limit: 50) { list { id } } }"))["list"]
    ]
    await api.execute(ASSIGN, userIds=ids, roleCode="r")
    related = "roles { list { code parent { code } } } groups { list { code } }"
    query = f"query($limit: Int) {{ users(limit: $limit) {{ list {{ {USER} {related} }} }} }}"
    counts: list[int] = []
    for limit in (1, 50):
        statements.clear()
        await api.execute(query, limit=limit)
        counts.append(len(statements))
    assert counts[0] == counts[1]


async def test_slow_hash_does_not_block_other_requests(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashing, others_done = threading.Event(), threading.Event()
    scrypt = hashlib.scrypt

    def slow(*arguments: Any, **options: Any) -> bytes:
        hashing.set()
        assert others_done.wait(timeout=30)
        return scrypt(*arguments, **options)

    monkeypatch.setattr(hashlib, "scrypt", slow)
    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            fields = {"username": "slow", "password": api.encrypt("123456")}
            tasks.start_soon(api.post, CREATE, {"i": fields})
            await anyio.to_thread.run_sync(hashing.wait)
            await api.create(username="quick")
            assert await api.usernames() == ["quick"]
            others_done.set()
    assert await api.usernames() == ["slow", "quick"]


async def test_closed_emulator_returns_errors(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    api.app.close()
    api.app.close()
    assert await api.error_code(LIST) == 500
    response = await api.http.get("/emulator/v1/health")
    assert response.json()["code"] == 500
    assert "closed" in caplog.text


async def test_client_disconnect_is_handled() -> None:
    app = create_app()
    messages: list[object] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.disconnect"}

    async def send_nowhere(message: MutableMapping[str, Any]) -> None:
        messages.append(message)

    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/graphql/v2", "headers": []}
    scope |= {"query_string": b"", "root_path": "", "client": None, "server": None}
    await app(scope, receive, send_nowhere)
    app.close()
    assert len(messages) == 2


def test_lru_cache_drops_the_least_recently_used_value() -> None:
    cache: LRUCache[str, str] = LRUCache(2)
    made: list[str] = []

    def look_up(key: str) -> str:
        def make() -> str:
            made.append(key)
            return key

        return cache.get(key, make)

    for key in "abacb":
        assert look_up(key) == key
    assert made == ["a", "b", "c", "b"]
