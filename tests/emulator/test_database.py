"""The database file: persistence, locking, migrations and invalid files."""

import itertools
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from authing_users.emulator import create_app
from authing_users.emulator.store import migrations
from authing_users.emulator.store.database import Database, UnusableDatabaseError
from authing_users.emulator.store.userpool import DEFAULT_USER_POOL_ID, DEVELOPMENT_SECRET

from .server import run, running


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "pool.db")


def open_and_close(path: str, **options: Any) -> str:
    """Open a database and return the secret of its user pool."""
    app = create_app(path, **options)
    app.close()
    return app.secret


def test_pool_secret_and_keys_survive(path: str) -> None:
    first = create_app(path)
    expected = (first.user_pool_id, first.secret, first.public_key)
    first.close()
    second = create_app(path, user_pool_id=first.user_pool_id)
    assert (second.user_pool_id, second.secret, second.public_key) == expected
    second.close()


def test_new_databases_differ_in_their_key_but_not_in_id_and_secret(path: str) -> None:
    first, second = create_app(path), create_app(f"{path}-2")
    assert first.secret == second.secret == DEVELOPMENT_SECRET
    assert first.public_key != second.public_key
    assert first.user_pool_id == second.user_pool_id == DEFAULT_USER_POOL_ID
    for app in (first, second):
        app.close()


def test_random_secret_replaces_the_development_secret_where_it_is_not_allowed(path: str) -> None:
    assert open_and_close(path) == DEVELOPMENT_SECRET
    secret = open_and_close(path, allow_development_secret=False)
    assert len(secret) == 32
    assert open_and_close(path, allow_development_secret=False) == secret
    assert open_and_close(path) == secret
    fresh = open_and_close(":memory:", allow_development_secret=False)
    assert fresh not in (secret, DEVELOPMENT_SECRET)
    assert open_and_close(path, secret="x", allow_development_secret=False) == "x"


def test_development_secret_must_not_be_given_where_it_is_not_allowed(path: str) -> None:
    with pytest.raises(UnusableDatabaseError, match="public"):
        create_app(path, secret=DEVELOPMENT_SECRET, allow_development_secret=False)


def test_new_secret_replaces_the_stored_one(path: str) -> None:
    create_app(path, secret="first").close()
    for secret in ("second", "second", None):
        app = create_app(path, secret=secret)
        assert app.secret == "second"
        app.close()


def test_database_with_another_pool_is_rejected(path: str) -> None:
    create_app(path, user_pool_id="pool-1").close()
    with pytest.raises(UnusableDatabaseError, match="holds the user pool pool-1, not pool-2"):
        create_app(path, user_pool_id="pool-2")
    create_app(path).close()  # the rejected attempt releases its lock


@pytest.mark.parametrize("pool_id", ["", "a b", "x" * 65, "a\nb", "$(rm)"])
def test_invalid_pool_id_is_rejected(pool_id: str) -> None:
    with pytest.raises(UnusableDatabaseError, match="user pool ID"):
        create_app(user_pool_id=pool_id)


@pytest.mark.parametrize("secret", ["", "a\nb", "\0"])
def test_invalid_secret_is_rejected(secret: str) -> None:
    with pytest.raises(UnusableDatabaseError, match="secret"):
        create_app(secret=secret)


def test_only_the_owner_can_read_the_files(path: str) -> None:
    app = create_app(path)
    for file in (path, f"{path}-wal"):
        assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    app.close()


def test_database_is_in_wal_mode_with_foreign_keys(path: str) -> None:
    database = Database(path)
    for write in (True, False):
        with database.transaction(write=write) as transaction:
            pragmas = {
                name: transaction.connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
            }
        assert pragmas == {
            "journal_mode": "wal",
            "foreign_keys": 1,
            "busy_timeout": 5000,
            "synchronous": 1,
        }
    database.close()


def test_second_emulator_in_the_same_process_is_rejected(path: str) -> None:
    app = create_app(path)
    with pytest.raises(UnusableDatabaseError, match="in use by another emulator"):
        create_app(path)
    app.close()
    create_app(path).close()


@pytest.mark.slow
def test_second_emulator_is_rejected_for_every_path_to_the_file(path: str, tmp_path: Path) -> None:
    symbolic_link, hard_link = str(tmp_path / "symbolic.db"), str(tmp_path / "hard.db")
    with running("--db", path) as server:
        os.symlink(path, symbolic_link)
        os.link(path, hard_link)
        for name in (path, os.path.relpath(path), symbolic_link, hard_link):
            second = run("--port", "0", "--db", name)
            assert (second.returncode, second.stdout) == (1, "")
            assert second.stderr == (
                f"{name} cannot be opened as a database:"
                " it is in use by another emulator or program.\n"
            )
        assert httpx.get(f"{server.url}/emulator/v1/health").json()["status"] == "ok"
    app = create_app(path)
    for name in (path, symbolic_link, hard_link):
        with pytest.raises(UnusableDatabaseError, match="in use by another emulator"):
            create_app(name)
    # The rejected attempts did not release the lock.
    assert run("--port", "0", "--db", hard_link).returncode == 1
    app.close()
    create_app(hard_link).close()


def test_database_that_another_program_reads_is_rejected(path: str) -> None:
    create_app(path).close()
    code = f"""
import sqlite3, sys
connection = sqlite3.connect({path!r})
connection.execute("SELECT count(*) FROM users").fetchall()
print(flush=True)
sys.stdin.read()
"""
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    assert other.stdout.readline()
    with pytest.raises(UnusableDatabaseError, match="in use by another emulator or program"):
        create_app(path)
    other.communicate()
    create_app(path).close()


def test_newer_database_is_rejected(path: str) -> None:
    create_app(path).close()
    _alter(path, "PRAGMA user_version = 99")
    with pytest.raises(UnusableDatabaseError, match=r"newer emulator .*99"):
        create_app(path)


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE t (x)", "PRAGMA user_version = 1", "PRAGMA application_id = 7"],
)
def test_database_of_another_program_is_not_changed(path: str, statement: str) -> None:
    _alter(path, statement)
    before = Path(path).read_bytes()
    with pytest.raises(UnusableDatabaseError, match="database of another program"):
        create_app(path)
    assert Path(path).read_bytes() == before


def test_other_files_are_rejected(path: str, tmp_path: Path) -> None:
    Path(path).write_text("Dear diary, " * 100)
    for name in (path, str(tmp_path), str(tmp_path / "no" / "pool.db"), ""):
        with pytest.raises(UnusableDatabaseError, match="cannot be opened as a database"):
            create_app(name)


def test_folder_is_rejected_without_creating_files(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(UnusableDatabaseError, match="cannot be opened as a database"):
        create_app(str(folder))
    assert list(tmp_path.iterdir()) == [folder]


def test_no_connection_stays_open_when_a_file_is_not_a_database(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def tracked_connect(*args: Any, **options: Any) -> sqlite3.Connection:
        opened.append(connect(*args, **options))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", tracked_connect)
    Path(path).write_text("x" * 4096)
    with pytest.raises(UnusableDatabaseError, match="cannot be opened as a database"):
        Database(path)
    assert opened
    for connection in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")


def test_migrations_run_once_and_in_order(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    create_app(path).close()
    published = len(migrations.MIGRATIONS)
    second = ("CREATE TABLE second (x)", "INSERT INTO second VALUES (1)")
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, second))
    for _ in range(2):
        create_app(path).close()
    assert _read(path, "SELECT x FROM second") == [(1,)]
    assert _read(path, "PRAGMA user_version") == [(published + 1,)]


def test_failed_migration_keeps_the_previous_version(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_app(path).close()
    published = len(migrations.MIGRATIONS)
    broken = ("CREATE TABLE second (x)", "INSERT INTO nowhere VALUES (1)")
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, broken))
    with pytest.raises(UnusableDatabaseError, match="nowhere"):
        create_app(path)
    assert _read(path, "PRAGMA user_version") == [(published,)]
    assert _read(path, "SELECT name FROM sqlite_master WHERE name = 'second'") == []


def test_exception_rolls_back(path: str) -> None:
    database = Database(path)

    def fail() -> None:
        with database.transaction(write=True) as transaction:
            transaction.connection.execute("CREATE TABLE t (x)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.transaction(write=False) as transaction:
        tables = transaction.connection.execute("SELECT * FROM sqlite_master WHERE name = 't'")
        assert tables.fetchall() == []
    database.close()


def test_failed_commit_rolls_back_and_releases_the_database() -> None:
    database = Database(":memory:")

    def break_a_reference() -> None:
        with database.transaction(write=True) as transaction:
            transaction.connection.execute("PRAGMA defer_foreign_keys = ON")
            transaction.connection.execute(
                "INSERT INTO role_users (roleId, userId) VALUES ('none', 'none')"
            )

    with pytest.raises(sqlite3.IntegrityError):
        break_a_reference()
    with database.transaction(write=True) as transaction:
        count = transaction.connection.execute("SELECT count(*) FROM role_users").fetchone()
        assert count == (0,)
    database.close()


def test_readers_cannot_write(path: str) -> None:
    database = Database(path)
    with (
        pytest.raises(sqlite3.OperationalError, match="readonly"),
        database.transaction(write=False) as transaction,
    ):
        transaction.connection.execute("DELETE FROM users")
    database.close()


def test_readers_see_the_last_commit_during_a_write(path: str) -> None:
    database = Database(path)
    with database.transaction(write=True) as writer:
        writer.connection.execute("CREATE TABLE t (x)")
    with database.transaction(write=True) as writer:
        writer.connection.execute("INSERT INTO t VALUES (1)")
        with database.transaction(write=False) as reader:
            assert reader.connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
    with database.transaction(write=False) as reader:
        assert reader.connection.execute("SELECT count(*) FROM t").fetchone() == (1,)
    database.close()


def test_active_reader_closes_after_the_database(path: str) -> None:
    database = Database(path)
    with database.transaction(write=False) as reader:
        connection = reader.connection
        database.close()
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")
    for write in (True, False):
        with (
            pytest.raises(UnusableDatabaseError, match="closed"),
            database.transaction(write=write) as transaction,
        ):
            transaction.connection.execute("SELECT 1")


def test_writers_take_turns_in_memory() -> None:
    database = Database(":memory:")
    with database.transaction(write=True) as transaction:
        transaction.connection.execute("CREATE TABLE t (x)")
        transaction.connection.execute("INSERT INTO t VALUES (0)")

    def increment() -> None:
        for _ in range(50):
            with database.transaction(write=True) as transaction:
                (value,) = transaction.connection.execute("SELECT x FROM t").fetchone()
                transaction.connection.execute("UPDATE t SET x = ?", (value + 1,))

    _in_threads(increment, 8)
    with database.transaction(write=False) as transaction:
        assert transaction.connection.execute("SELECT x FROM t").fetchone() == (400,)
    database.close()


def _in_threads(work: Callable[[], None], number: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _alter(path: str, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def _read(path: str, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    rows = connection.execute(query).fetchall()
    connection.close()
    return rows


def write_until_interrupted(database: Database) -> None:
    numbers = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 100000)"
    with database.transaction(write=True) as transaction:
        connection = transaction.connection
        connection.execute("CREATE TABLE numbers (x)")
        steps = itertools.count()
        connection.set_progress_handler(lambda: next(steps) > 100, 1000)
        try:
            connection.execute(f"INSERT INTO numbers {numbers} SELECT x FROM n")
        finally:
            connection.set_progress_handler(None, 0)


def test_an_interrupted_write_raises_its_own_error(tmp_path: Path) -> None:
    """SQLite rolls back the whole transaction of an interrupted INSERT by itself."""
    database = Database(str(tmp_path / "pool.db"))
    with pytest.raises(sqlite3.OperationalError, match=r"^interrupted$"):
        write_until_interrupted(database)
    with database.transaction(write=True) as transaction:
        tables = transaction.connection.execute("SELECT name FROM sqlite_master").fetchall()
    assert "numbers" not in {row[0] for row in tables}
    database.close()
