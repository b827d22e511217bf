"""Concurrent clients."""

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from .api import ACCESS_TOKEN, CREATE, UPDATE, encrypt
from .server import Server, running
from .test_groups import ADD, CREATE_GROUP
from .test_roles import ASSIGN, CREATE_ROLE

pytestmark = pytest.mark.slow

THREADS = 8
ROUNDS = 8

PAIR = (
    "mutation($a: CreateUserInput!, $b: CreateUserInput!)"
    " { a: createUser(userInfo: $a) { id } b: createUser(userInfo: $b) { id } }"
)


def connect(server: Server) -> tuple[httpx.Client, Callable[..., Any]]:
    http = httpx.Client(base_url=server.url, timeout=60)

    def execute(document: str, **variables: object) -> Any:
        response = http.post("/graphql/v2", json={"query": document, "variables": variables})
        content = response.json()
        assert response.status_code == 200, content
        assert "errors" not in content, content
        return next(iter(content["data"].values()))

    token = execute(ACCESS_TOKEN, id=server.user_pool_id, secret=server.secret)["accessToken"]
    http.headers["authorization"] = f"Bearer {token}"
    return http, execute


@pytest.mark.parametrize("file", ["pool.db", None], ids=["file", "memory"])
def test_concurrent_clients_see_consistent_data(tmp_path: Path, file: str | None) -> None:
    start = threading.Barrier(THREADS)
    with running("--db", str(tmp_path / file) if file else ":memory:") as server:
        http, execute = connect(server)
        execute(CREATE_ROLE, code="role")
        execute(CREATE_GROUP, code="group", name="Group")
        key = http.get("/api/v2/.well-known").json()["data"]["publicKey"]

        def work(thread: int) -> int:
            http, execute = connect(server)
            start.wait()
            deleted = 0
            for number in range(ROUNDS):
                first, second = (f"t{thread}-{number}-{part}" for part in "ab")
                execute(PAIR, a={"username": first}, b={"username": second})
                count = execute("{ users { totalCount } }")["totalCount"]
                assert count % 2 == 0  # a document's changes are visible all at once
                user = execute(
                    "query($n: String) { findUser(username: $n) { id token nickname } }", n=first
                )
                changed = {"nickname": first, "phone": first}
                if number == 0:
                    changed["password"] = encrypt(key, "a password")
                assert execute(UPDATE, id=user["id"], i=changed)["nickname"] == first
                assert execute(ASSIGN, userIds=[user["id"]], roleCode="role")["code"] == 200
                assert execute(ADD, ids=[user["id"]], code="group")["code"] == 200
                page = execute(
                    "query($q: String!) { searchUser(query: $q)"
                    " { totalCount list { username roles { totalCount } } } }",
                    q=f"{first}",
                )
                assert page["list"] == [{"username": first, "roles": {"totalCount": 1}}]
                if number % 4 == 3:
                    other = execute("query($n: String) { findUser(username: $n) { id } }", n=second)
                    ids = [user["id"], other["id"]]
                    execute(
                        "mutation($ids: [String!]!) { deleteUsers(ids: $ids) { code } }", ids=ids
                    )
                    deleted += 2
            http.close()
            return deleted

        with ThreadPoolExecutor(THREADS) as pool:
            deleted = sum(pool.map(work, range(THREADS)))

        total = 2 * THREADS * ROUNDS - deleted
        assert execute("{ users { totalCount } }")["totalCount"] == total
        for query in ('{ role(code: "role") ', '{ group(code: "group") '):
            members = execute(query + "{ users { totalCount } } }")["users"]["totalCount"]
            assert members == total // 2
        http.close()


def test_only_one_of_many_clients_gets_a_username() -> None:
    with running() as server:
        http, execute = connect(server)
        start = threading.Barrier(THREADS)

        def work(thread: int) -> int:
            start.wait()
            body = {"query": CREATE, "variables": {"i": {"username": "bob"}}}
            headers = {"authorization": http.headers["authorization"]}
            content = httpx.post(f"{server.url}/graphql/v2", json=body, headers=headers).json()
            return content["errors"][0]["message"]["code"] if "errors" in content else 200

        with ThreadPoolExecutor(THREADS) as pool:
            codes = sorted(pool.map(work, range(THREADS)))
        assert codes == [200, *itertools.repeat(2034, THREADS - 1)]
        assert execute("{ users { totalCount } }")["totalCount"] == 1
        http.close()
