"""Snapshots, and user pools as files."""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from authing_users.cli import app as cli
from authing_users.emulator import EmulatorApp, create_app, serving, snapshots
from authing_users.emulator.snapshots import SnapshotError
from authing_users.emulator.store import seeding
from authing_users.emulator.store.database import UnusableDatabaseError
from authing_users.emulator.store.migrations import MIGRATIONS, migrate

from .api import Api, connected
from .test_sessions import REFRESH

runner = CliRunner()


@pytest.fixture(params=["memory", "file"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return ":memory:" if request.param == "memory" else str(tmp_path / "pool.db")


async def test_snapshot_and_restore(database: str) -> None:
    async with connected(create_app(database)) as api:
        control = api.app.control
        user = await api.create(username="a", password=api.encrypt("a password"))
        control.snapshot("one")
        await api.create(username="b")
        await api.update(user["id"], nickname="changed")
        control.snapshot("two")
        control.restore("one")
        assert await api.usernames() == ["a"]
        assert await api.user(user["id"]) == user
        await api.create(username="c")
        control.restore("two")
        assert await api.usernames() == ["b", "a"]
        control.restore("one")  # a snapshot can be restored repeatedly
        assert await api.usernames() == ["a"]
        control.snapshot("two")
        control.restore("two")
        assert (await api.usernames(), control.snapshots) == (["a"], ("one", "two"))
    if database != ":memory:":
        async with connected(create_app(database)) as api:
            assert await api.usernames() == ["a"]
            assert api.app.control.snapshots == ()


async def test_tokens_of_a_snapshot_are_valid_again(api: Api) -> None:
    user = await api.create(username="a")
    token = (await api.execute(REFRESH, id=user["id"]))["token"]
    api.app.control.snapshot("one")
    api.app.control.reset()
    api.app.control.restore("one")
    document = "query($t: String) { checkLoginStatus(token: $t) { status } }"
    assert await api.execute(document, t=token) == {"status": True}


async def test_unknown_and_invalid_names(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    control = api.app.control
    await api.create(username="a")
    with pytest.raises(SnapshotError, match="none yet"):
        control.restore("signed-up")
    control.snapshot("signed-up")
    with pytest.raises(SnapshotError, match="Did you mean 'signed-up'"):
        control.restore("signed_up")
    for name in ("", " ", "a\nb", "x" * 101):
        with pytest.raises(SnapshotError, match="printable"):
            control.snapshot(name)
    monkeypatch.setattr(snapshots, "MAX_SNAPSHOTS", 1)
    with pytest.raises(SnapshotError, match="at most 1 snapshots"):
        control.snapshot("another")
    control.snapshot("signed-up")
    assert (await api.usernames(), control.snapshots) == (["a"], ("signed-up",))


async def test_export_and_import(tmp_path: Path, database: str) -> None:
    file = tmp_path / "exported.db"
    async with connected(create_app(database, secret="s1")) as api:
        user = await api.create(username="a", password=api.encrypt("a password"))
        api.app.control.export(file)
        await api.create(username="b")
        credentials = (api.app.user_pool_id, api.app.secret, api.app.public_key)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert set(os.listdir(tmp_path)) - {"pool.db"} == {"exported.db"}
    before = file.read_bytes()
    for target in (":memory:", str(tmp_path / "new.db"), str(file)):
        is_copy = target != str(file)
        app = create_app(target, import_file=file if is_copy else None)
        assert (app.user_pool_id, app.secret, app.public_key) == credentials
        async with connected(app) as api:
            assert await api.usernames() == ["a"]
            assert await api.user(user["id"]) == user
        assert (file.read_bytes() == before) == is_copy  # a database becomes a WAL database
    async with connected(create_app(import_file=file, secret="s2")) as api:
        assert api.app.secret == "s2"


async def test_import_needs_a_new_database(tmp_path: Path) -> None:
    file, path = tmp_path / "exported.db", str(tmp_path / "pool.db")
    app = create_app(path)
    app.control.export(file)
    app.close()
    with pytest.raises(UnusableDatabaseError, match="import into a new database"):
        create_app(path, import_file=file)
    with pytest.raises(UnusableDatabaseError, match="holds the user pool"):
        create_app(import_file=file, user_pool_id="other")


async def test_load_keeps_the_credentials(tmp_path: Path, database: str) -> None:
    file = tmp_path / "exported.db"
    async with connected(create_app()) as api:
        user = await api.create(username="a")
        token = (await api.execute(REFRESH, id=user["id"]))["token"]
        api.app.control.export(file)
    async with connected(create_app(database)) as api:
        credentials = (api.app.secret, api.app.public_key)
        await api.create(username="b")
        api.app.control.load(file)
        assert await api.usernames() == ["a"]  # with the token from before
        await api.log_in()
        await api.create(username="c", password=api.encrypt("a password"))
        document = "query($t: String) { checkLoginStatus(token: $t) { status } }"
        assert await api.execute(document, t=token) == {"status": True}
        assert (api.app.secret, api.app.public_key) == credentials
    if database != ":memory:":
        app = create_app(database)
        assert (app.secret, app.public_key) == credentials
        app.close()


async def test_files_of_older_emulators_are_loaded(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "older.db"
    with monkeypatch.context() as patch:
        patch.setattr("authing_users.emulator.store.migrations.MIGRATIONS", MIGRATIONS[:-1])
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            migrate(connection)
            columns = [row[1] for row in connection.execute("PRAGMA table_info(userpool)")]
            query = f"SELECT {', '.join(columns)} FROM userpool"
            with api.app._emulator.transaction(write=False) as transaction:
                row = transaction.connection.execute(query).fetchone()
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO userpool VALUES ({marks})", row)
    await api.create(username="a")
    api.app.control.load(file)
    assert await api.usernames() == []


async def test_unusable_files(api: Api, tmp_path: Path) -> None:
    control = api.app.control
    await api.create(username="a")
    other, text, empty = (tmp_path / name for name in ("other.db", "text", "empty"))
    in_use, elsewhere = tmp_path / "in-use.db", tmp_path / "elsewhere.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE t (x)")
    text.write_text("text" * 1_000)
    empty.touch()
    running_app = create_app(str(in_use))
    foreign = create_app(user_pool_id="elsewhere")
    foreign.control.export(elsewhere)
    foreign.close()
    for path, reason in (
        (tmp_path / "missing", "No such file"),
        (tmp_path, "Is a directory|not a regular file"),
        (other, "another program"),
        (text, "not a user pool"),
        (empty, "not a user pool"),
        (in_use, "in use"),
        (elsewhere, "holds the user pool elsewhere, not"),
    ):
        with pytest.raises(UnusableDatabaseError, match=reason):
            control.load(path)
    for path, reason in (
        (tmp_path / "missing" / "x", "does not exist"),
        (tmp_path, "Is a directory|not a regular file"),
        (other, "another program"),
        (text, "not a user pool"),
        (in_use, "in use"),
    ):
        with pytest.raises(UnusableDatabaseError, match=reason):
            control.export(path)
    running_app.close()
    assert await api.usernames() == ["a"]
    assert text.read_text() == "text" * 1_000
    assert not (tmp_path / "missing").exists()


async def test_a_failed_export_leaves_the_file_as_it_is(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "exported.db"
    api.app.control.export(file)
    before = file.read_bytes()
    await api.create(username="a")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(UnusableDatabaseError, match="No space left on device"):
        api.app.control.export(file)
    assert (file.read_bytes(), os.listdir(tmp_path)) == (before, ["exported.db"])


async def test_a_failed_restore_changes_nothing(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(create_app(database)) as api:
        api.app.control.snapshot("one")
        await api.create(username="a")
        (broken,) = api.app.control._snapshots._copies.values()
        broken.close()
        with pytest.raises(sqlite3.Error):
            api.app.control.restore("one")
        assert await api.usernames() == ["a"]


def test_import_and_export_of_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(tmp_path / "pool.db")
    served: list[tuple[str, str, int]] = []

    def serve(app: EmulatorApp, *_: object) -> None:
        with app._emulator.transaction(write=False) as transaction:
            users = seeding.count_records(app._emulator.store(transaction))["users"]
        served.append((app.secret, app.public_key, users))
        app.control.reset()
        app.seed_users(5)

    monkeypatch.setattr(serving, "serve", serve)
    for arguments in (["--seed-users", "3"], ["--import", file]):
        result = runner.invoke(
            cli, ["emulator", "--port", "0", *arguments, "--export-on-exit", file]
        )
        assert (result.exit_code, result.output) == (0, "")
    assert [users for *_, users in served] == [3, 5]
    assert served[0][:2] == served[1][:2]


def test_unusable_files_of_the_command_line(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing" / "pool.db")
    for option in ("--import", "--export-on-exit"):
        result = runner.invoke(cli, ["emulator", "--port", "0", option, missing])
        assert (result.exit_code, result.output.startswith(missing)) == (1, True), result.output
