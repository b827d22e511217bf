"""Limits of a request: its values, its tokens, its result and its CPU time."""

import contextlib
import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import anyio
import anyio.to_thread
import httpx
import pytest

from authing_users.emulator import request_context
from authing_users.emulator.gql import execution
from authing_users.emulator.gql.documents import MAX_TOKENS
from authing_users.emulator.json_body import MAX_VALUES
from authing_users.emulator.store import environment, users
from authing_users.emulator.store.database import Database
from authing_users.emulator.store.records import Store
from authing_users.emulator.web import responses

from .api import CREATE, USER, Api
from .rest import get
from .server import COMMAND, running, stop
from .test_control import HEALTH, JSON, SEED

BATCH = "query($ids: [String!]!) { userBatch(ids: $ids) { id } }"
SLOW = (
    "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 30000000)"
    " SELECT count(*) FROM n"
)
WHOLE_PAGE = f"{{ users(limit: 100) {{ list {{ {USER} }} }} }}"


def graphql_body(numbers: int) -> bytes:
    return json.dumps({"query": BATCH, "variables": {"ids": [1] * numbers}}).encode()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/graphql/v2", graphql_body(1_000_000)),
        ("/api/v2/users/batch", json.dumps({"ids": [1] * 1_000_000}).encode()),
        (SEED, json.dumps({"roles": [{}] * (MAX_VALUES + 1)}).encode()),
        (
            "/graphql/v2",
            b'{"query": "{ __typename }", "variables": ' + b'{"a":1,' * (MAX_VALUES + 1),
        ),
    ],
)
async def test_body_with_too_many_values_is_not_parsed(
    api: Api, path: str, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("The body was parsed.")

    with monkeypatch.context() as patch:
        patch.setattr(json, "loads", refuse)
        response = await api.http.post(path, content=body, headers=JSON)
    assert response.status_code == 400
    assert "more than 100,000 values" in response.text


async def test_commas_in_texts_are_not_values(api: Api) -> None:
    profile = '"\\' + "," * 2 * MAX_VALUES
    assert (await api.create(username="a", profile=profile))["profile"] == profile


async def test_values_below_the_limit_are_accepted(api: Api) -> None:
    response = await api.http.post(
        "/graphql/v2", content=graphql_body(MAX_VALUES - 10), headers=JSON
    )
    assert "String cannot represent" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "document",
    [
        f"{{ userBatch(ids: [{'1,' * 1_000_000}]) {{ id }} }}",
        "{" + " ".join(f"a{number}: __typename" for number in range(MAX_TOKENS // 3 + 1)) + "}",
        "{" + "... { __typename }" * (MAX_TOKENS // 4) + "}",
    ],
    ids=["list", "aliases", "fragments"],
)
async def test_document_with_too_many_tokens_is_rejected(api: Api, document: str) -> None:
    response = await api.post(document)
    assert response.status_code == 400
    assert f"{MAX_TOKENS} tokens" in response.json()["errors"][0]["message"]


async def test_large_documents_are_accepted(api: Api) -> None:
    aliases = " ".join(f'a{number}: user(id: "x") {{ id }}' for number in range(300))
    response = await api.post(f"{{ {aliases} }}")
    assert len(response.json()["data"]) == 300


async def test_too_large_result_is_rejected_and_nothing_is_stored(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await api.http.post(SEED, json={"users": 100})
    assert len((await api.execute(WHOLE_PAGE))["list"]) == 100
    monkeypatch.setattr(request_context, "_MAX_RESULT_SIZE", 300_000)
    response = await api.post(WHOLE_PAGE)
    assert response.status_code == 400
    assert "The result is too large" in response.json()["errors"][0]["message"]
    # Long texts count as well, and the pages of lists below lists.
    profile = "x" * 299_000
    response = await api.post(CREATE, {"i": {"username": "a", "profile": profile}})
    assert response.status_code == 400
    assert (await api.execute("{ users { totalCount } }"))["totalCount"] == 100
    nested = "{ users(limit: 100) { list { groups { list { __typename } } } } }"
    monkeypatch.setattr(request_context, "_MAX_RESULT_SIZE", 9_000)
    assert (await api.post(nested)).status_code == 400


async def test_result_that_needs_too_much_cpu_time_is_rejected(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await api.http.post(SEED, json={"users": 200})
    monkeypatch.setattr(execution, "MAX_CPU_TIME", 0.001)
    response = await api.post(WHOLE_PAGE.replace("limit: 100", "limit: 200"))
    assert response.status_code == 400
    assert response.json()["errors"] == [
        {"message": "The request needs more than 0.001 seconds of CPU time."}
    ]


def slow(function: Callable[..., object]) -> Callable[..., None]:
    """Return a function that also executes a statement of some seconds."""

    def run(store: Store, *arguments: object) -> None:
        function(store, *arguments)
        store.connection.execute(SLOW)

    return run


async def test_statement_that_needs_too_much_cpu_time_is_interrupted(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    user = await api.create(username="a")
    monkeypatch.setattr(users, "delete", slow(users.delete))
    monkeypatch.setattr(environment, "set_variable", slow(environment.set_variable))
    monkeypatch.setattr(execution, "MAX_CPU_TIME", 0.05)
    defaults = responses.run_in_transaction.__kwdefaults__
    monkeypatch.setitem(cast("dict[str, object]", defaults), "max_cpu_time", 0.05)
    graphql = await api.post(
        "mutation($id: String!) { deleteUser(id: $id) { code } }", {"id": user["id"]}
    )
    rest = await api.http.post(
        "/api/v2/env", json={"key": "a", "value": "b"}, headers={"authorization": api.token}
    )
    for response in (graphql, rest):
        assert response.status_code == 400
        assert "The request needs more than 0.05 seconds of CPU time." in response.text
    assert caplog.text == ""
    assert await api.usernames() == ["a"]
    assert await get(api, "/api/v2/env") == []


async def test_health_is_available_while_all_threads_are_busy(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = threading.Event()

    def block(*_: object, **__: object) -> None:
        assert done.wait(timeout=30)

    monkeypatch.setattr(users, "get", block)
    health = ""
    async with anyio.create_task_group() as tasks:
        for _ in range(100):
            tasks.start_soon(api.post, 'query { user(id: "x") { id } }')
        threads = anyio.to_thread.current_default_thread_limiter()
        with anyio.move_on_after(30):
            while threads.available_tokens:  # noqa: ASYNC110 - there is no event
                await anyio.sleep(0.01)
            health = (await api.http.get(HEALTH)).json()["status"]
        done.set()
    assert health == "ok"


async def test_health_is_available_during_a_long_change(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, done = threading.Event(), threading.Event()
    delete = users.delete

    def block(store: Store, ids: list[str]) -> None:
        delete(store, ids)
        writing.set()
        assert done.wait(timeout=30)

    user = await api.create(username="a")
    monkeypatch.setattr(users, "delete", block)
    health: object = None
    async with anyio.create_task_group() as tasks:
        document = "mutation($id: String!) { deleteUser(id: $id) { code } }"
        tasks.start_soon(api.post, document, {"id": user["id"]})
        with anyio.move_on_after(30):
            await anyio.to_thread.run_sync(writing.wait, 20)
            health = (await api.http.get(HEALTH)).json()
        done.set()
    assert health == {"status": "ok", "userPoolId": api.app.user_pool_id, "counts": None}
    assert (await api.http.get(HEALTH)).json()["counts"]["users"] == 0


def stored_users(path: Path) -> int:
    database = Database(str(path))
    with database.transaction(write=False) as transaction:
        (number,) = transaction.connection.execute("SELECT count(*) FROM users").fetchone()
    database.close()
    return int(number)


def test_stop_during_a_seed_request_stores_all_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "pool.db"
    with running("--db", str(path)) as server, ThreadPoolExecutor() as threads:
        response = threads.submit(
            httpx.post, f"{server.url}{SEED}", json={"users": 100_000}, timeout=60
        )
        log = Path(f"{path}-wal")
        while not log.stat().st_size:  # until the transaction has begun to write
            assert not response.done()
            time.sleep(0.01)
        start = time.monotonic()
        code, errors = stop(server)
        duration = time.monotonic() - start
        content = response.result().json()
    assert (code, errors) == (0, "")
    assert content["message"] == "The emulator is stopping."
    assert duration < 4
    assert stored_users(path) == 0


def test_stop_during_seed_users_stores_all_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "pool.db"
    Database(str(path)).close()
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", "--db", str(path), "--seed-users", "100000"]
    )
    size, log = 0, Path(f"{path}-wal")
    while size < 1_000_000:  # until the transaction has begun to write
        assert process.poll() is None
        time.sleep(0.01)
        with contextlib.suppress(FileNotFoundError):
            size = log.stat().st_size
    start = time.monotonic()
    process.terminate()
    assert process.wait(timeout=30) == -signal.SIGTERM
    assert time.monotonic() - start < 4
    assert stored_users(path) == 0
