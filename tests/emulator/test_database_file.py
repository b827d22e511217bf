"""The database file holds all confirmed changes, under all its names and without other files."""

import contextlib
import itertools
import os
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from authing_users.emulator.store.database import Database
from authing_users.emulator.store.database_file import DatabaseFile

from .api import ACCESS_TOKEN, CREATE
from .server import Server, running, stop

pytestmark = pytest.mark.slow

KILLS = 10
WRITERS = 3
BLOCK = 4096

LIST_USERNAMES = "{ users(limit: 10000) { list { username } } }"


class Writers:
    """Clients that create users until the emulator is killed.

    Attributes:
        confirmed: The usernames of all users that the emulator confirmed.
    """

    def __init__(self, http: httpx.Client) -> None:
        self.confirmed: set[str] = set()
        self._http = http
        self._responses = threading.Semaphore(0)

    def execute(self, server: Server, document: str, **variables: object) -> Any:
        body = {"query": document, "variables": variables}
        content = self._http.post(f"{server.url}/graphql/v2", json=body).json()
        assert "errors" not in content, content
        return next(iter(content["data"].values()))

    def log_in(self, server: Server) -> None:
        """Get a token, which stays valid when the emulator starts again."""
        token = self.execute(server, ACCESS_TOKEN, id=server.user_pool_id, secret=server.secret)
        self._http.headers["authorization"] = token["accessToken"]

    def create_and_kill(self, server: Server, prefix: str) -> None:
        """Kill the emulator while users are created."""
        threads = [
            threading.Thread(target=self._create, args=(server, f"{prefix}-{number}"))
            for number in range(WRITERS)
        ]
        for thread in threads:
            thread.start()
        for _ in range(10):
            assert self._responses.acquire(timeout=30)
        assert stop(server, signal.SIGKILL)[0] == -signal.SIGKILL
        for thread in threads:
            thread.join()

    def _create(self, server: Server, prefix: str) -> None:
        with contextlib.suppress(httpx.HTTPError):
            for number in itertools.count():
                user = {"username": f"{prefix}-{number}", "profile": "x" * 6_000}
                self.execute(server, CREATE, i=user)
                self.confirmed.add(user["username"])
                self._responses.release()


def test_confirmed_changes_survive_kills_under_alternating_names(tmp_path: Path) -> None:
    # As with a mount point, what SQLite writes next to one name is not next to the other.
    names = [tmp_path / folder / "pool.db" for folder in ("host", "container")]
    for name in names:
        name.parent.mkdir()
    Database(str(names[0])).close()
    os.link(*names)
    with httpx.Client(trust_env=False, verify=False) as http:
        writers = Writers(http)
        for kill in range(KILLS):
            with running("--db", str(names[kill % 2])) as server:
                if not kill:
                    writers.log_in(server)
                page = writers.execute(server, LIST_USERNAMES)
                stored = {user["username"] for user in page["list"]}
                assert writers.confirmed <= stored
                assert len(stored) <= len(writers.confirmed) + kill * WRITERS  # unconfirmed ones
                writers.create_and_kill(server, str(kill))
    # The file is complete on its own, too.
    copy = tmp_path / "copy.db"
    shutil.copyfile(names[0], copy)
    database = Database(str(copy))
    with database.transaction(write=False) as transaction:
        rows = transaction.connection.execute("SELECT username FROM users").fetchall()
        check = transaction.connection.execute("PRAGMA integrity_check").fetchall()
    database.close()
    assert check == [("ok",)]
    assert writers.confirmed <= {username for (username,) in rows}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database with the value 0 in the table ``t``."""
    database = Database(str(tmp_path / "pool.db"))
    write(database, "CREATE TABLE t (x)")
    write(database, "INSERT INTO t VALUES (0)")
    yield database
    database.close()


def write(database: Database, statement: str) -> None:
    with database.transaction(write=True) as transaction:
        transaction.connection.execute(statement)


def values_in(content: bytes, folder: Path) -> list[int]:
    """Return the values in a copy of the file that was made during a crash."""
    folder.mkdir()
    path = folder / "copy.db"
    path.write_bytes(content)
    for suffix in ("-wal", "-shm", "-journal"):
        Path(f"{path}{suffix}").write_bytes(b"outdated")
    database = Database(str(path))
    with database.transaction(write=False) as transaction:
        values = [x for (x,) in transaction.connection.execute("SELECT x FROM t ORDER BY x")]
        (check,) = transaction.connection.execute("PRAGMA integrity_check").fetchone()
        assert check == "ok"
    write(database, "DELETE FROM t")  # also completes a commit
    database.close()
    assert path.stat().st_size % BLOCK == 0
    assert list(folder.iterdir()) == [path]
    return values


@pytest.fixture
def crash_during(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], bytes]:
    """Return the content of the file when its pages are about to change."""
    path = tmp_path / "pool.db"
    append_log: Any = DatabaseFile._append_log
    contents: list[bytes] = []

    def append_and_copy(file: DatabaseFile, *arguments: object) -> None:
        append_log(file, *arguments)
        contents.append(path.read_bytes())

    def crash(statement: str) -> bytes:
        write(database, statement)
        return contents[-1]

    monkeypatch.setattr(DatabaseFile, "_append_log", append_and_copy)
    return crash


def test_crash_while_pages_are_written_loses_nothing(
    crash_during: Callable[[str], bytes], tmp_path: Path
) -> None:
    before = (tmp_path / "pool.db").read_bytes()
    content = crash_during("INSERT INTO t VALUES (1)")
    changed = [
        start
        for start in range(0, len(before), BLOCK)
        if before[start : start + BLOCK]
        != (tmp_path / "pool.db").read_bytes()[start : start + BLOCK]
    ]
    assert changed
    assert values_in(content, tmp_path / "none-written") == [0, 1]
    for start in changed:
        torn = bytearray(content)
        torn[start + 100 : start + BLOCK] = b"?" * (BLOCK - 100)  # SQLite itself never tears less
        assert values_in(bytes(torn), tmp_path / f"torn-{start}") == [0, 1]


def test_crash_while_the_log_is_appended_keeps_the_earlier_commits(
    crash_during: Callable[[str], bytes], tmp_path: Path
) -> None:
    size = (tmp_path / "pool.db").stat().st_size
    content = crash_during("INSERT INTO t VALUES (1)")
    for number, end in enumerate((size, size + 1, size + BLOCK, len(content) - BLOCK, -1)):
        assert values_in(content[:end], tmp_path / f"{number}") == [0]
    damaged = bytearray(content)
    damaged[size + 100] ^= 1
    assert values_in(bytes(damaged), tmp_path / "damaged") == [0]


def test_crash_loses_nothing_while_a_reader_delays_the_log(
    database: Database, crash_during: Callable[[str], bytes], tmp_path: Path
) -> None:
    with database.transaction(write=False) as reader:
        assert reader.connection.execute("SELECT x FROM t").fetchall() == [(0,)]
        for value in (1, 2):
            content = crash_during(f"INSERT INTO t VALUES ({value})")
            assert values_in(content, tmp_path / f"{value}") == list(range(value + 1))
        torn = values_in(content[:-1], tmp_path / "torn")
        assert torn == [0, 1]
        assert reader.connection.execute("SELECT x FROM t").fetchall() == [(0,)]
    crash_during("INSERT INTO t VALUES (3)")
    content = (tmp_path / "pool.db").read_bytes()
    connection = sqlite3.connect(":memory:")
    connection.deserialize(content[:18] + b"\1\1" + content[20:])  # memory has no log
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (4,)
    (page_count,) = connection.execute("PRAGMA page_count").fetchone()
    connection.close()
    assert len(content) == page_count * BLOCK  # all copies of the log are gone


def test_log_stays_small_while_readers_come_and_go(database: Database, tmp_path: Path) -> None:
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            with database.transaction(write=False) as transaction:
                transaction.connection.execute("SELECT count(*) FROM t").fetchone()
                time.sleep(0.005)  # there is another reader at almost all times

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for _ in range(200):
        write(database, "UPDATE t SET x = randomblob(40000)")
    log_size = (tmp_path / "pool.db-wal").stat().st_size
    done.set()
    for reader in readers:
        reader.join()
    assert log_size < 2_000_000
