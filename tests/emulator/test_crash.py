"""What was answered survives the sudden death of the emulator."""

import queue
import signal
import sqlite3
import threading
from pathlib import Path
from typing import Any

import httpx

from .api import ACCESS_TOKEN, CREATE, UPDATE
from .server import Server, running, start, stop

CLIENTS = 3
SEEDED = 10
ANSWERS_BEFORE_DEATH = 150


class Client(threading.Thread):
    """Creates users and changes each once, until the emulator is gone."""

    def __init__(self, server: Server, number: int, answers: "queue.Queue[None]") -> None:
        super().__init__()
        self._server = server
        self._number = number
        self._answers = answers
        self.created: dict[str, str] = {}
        self.changed: dict[str, str] = {}
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            with httpx.Client(base_url=self._server.url, timeout=30) as http:
                self._work(http)
        except httpx.TransportError:
            return  # killed, as it had to be
        except BaseException as error:  # told to the test by its main thread
            self.failure = error

    def _work(self, http: httpx.Client) -> None:
        ask(http, ACCESS_TOKEN, id=self._server.user_pool_id, secret=self._server.secret)
        count = 0
        while True:
            count += 1
            name = f"c{self._number}-{count}"
            user = ask(http, CREATE, i={"username": name, "phone": name})
            self.created[user["id"]] = name
            self._answers.put(None)
            ask(http, UPDATE, id=user["id"], i={"nickname": f"changed {name}"})
            self.changed[user["id"]] = f"changed {name}"
            self._answers.put(None)


def ask(http: httpx.Client, document: str, **variables: object) -> Any:
    response = http.post("/graphql/v2", json={"query": document, "variables": variables})
    content = response.json()
    assert "errors" not in content, content
    (value,) = content["data"].values()
    if "accessToken" in value:
        http.headers["authorization"] = value["accessToken"]
    return value


def test_everything_that_was_answered_is_there_after_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "pool.db"
    server = start("--db", str(path), "--seed-users", str(SEEDED))
    answers: queue.Queue[None] = queue.Queue()
    clients = [Client(server, number, answers) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    for _ in range(ANSWERS_BEFORE_DEATH):
        answers.get(timeout=30)
    code, _ = stop(server, signal.SIGKILL)
    for client in clients:
        client.join(timeout=30)
        assert client.failure is None
    assert code == -signal.SIGKILL

    created = {user_id: name for client in clients for user_id, name in client.created.items()}
    changed = {user_id: name for client in clients for user_id, name in client.changed.items()}
    with running("--db", str(path)) as again, httpx.Client(base_url=again.url) as http:
        assert (again.user_pool_id, again.secret) == (server.user_pool_id, server.secret)
        ask(http, ACCESS_TOKEN, id=again.user_pool_id, secret=again.secret)
        page = ask(http, "{ users(limit: 100000) { totalCount list { id username nickname } } }")
        stored = {user["id"]: user for user in page["list"]}
        assert len(created) >= ANSWERS_BEFORE_DEATH // 2 - CLIENTS
        assert {user_id: stored[user_id]["username"] for user_id in created} == created
        assert {user_id: stored[user_id]["nickname"] for user_id in changed} == changed
        # At most the one request of each client that was under way may have been made as well.
        assert 0 <= page["totalCount"] - SEEDED - len(created) <= CLIENTS
        user = ask(http, CREATE, i={"username": "after"})
        assert user["username"] == "after"
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
