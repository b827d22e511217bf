"""A failure to start is one sentence on stderr and exit code 1."""

import errno
import os
import socket
import sqlite3
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from authing_users.cli import app as command
from authing_users.emulator import EmulatorApp, create_app
from authing_users.emulator.store.database_file import DatabaseFile

from .server import COMMAND
from .test_cli import port_in_use


@pytest.fixture
def path(tmp_path: Path) -> str:
    """The path of a database with users."""
    path = str(tmp_path / "pool.db")
    app = create_app(path)
    app.seed_users(200)
    app.close()
    return path


def failure(*arguments: str) -> str:
    """Return the sentence with which the command fails."""
    result = CliRunner().invoke(command, ["emulator", "--port", "0", *arguments])
    assert isinstance(result.exception, SystemExit), result.exception
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.endswith(".\n")
    assert result.stderr.count("\n") == 1
    return result.stderr


def alter(path: str, statement: str, *parameters: object) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement, parameters)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        b"\xff\x00",
    ],
)
def test_damaged_key(path: str, key: str | bytes) -> None:
    alter(path, "UPDATE userpool SET privateKey = ?", key)
    message = failure("--db", path)
    assert "The keys of the user pool are damaged" in message
    assert "BEGIN" not in message


@pytest.mark.parametrize("column", ["secret", "jwtSecret", "managementKey", "tokenExpiresAfter"])
def test_damaged_pool(path: str, column: str) -> None:
    alter(path, f"UPDATE userpool SET {column} = ?", b"\xff")
    assert "The keys of the user pool are damaged" in failure("--db", path)


def test_text_that_is_not_utf_8(path: str) -> None:
    alter(path, "UPDATE userpool SET secret = CAST(x'ff' AS TEXT)")
    assert f"The user pool in {path} cannot be opened" in failure("--db", path)


def test_missing_table(path: str) -> None:
    alter(path, "DROP TABLE userpool")
    assert "no such table: userpool" in failure("--db", path)


@pytest.mark.parametrize(("filler", "message"), [(b"\0", "it is damaged"), (b"?", "malformed")])
def test_damaged_pages(path: str, filler: bytes, message: str) -> None:
    content = bytearray(Path(path).read_bytes())
    start = len(content) - 8 * 4096  # in a table or an index of the users
    content[start:] = filler * (len(content) - start)
    Path(path).write_bytes(content)
    assert message in failure("--db", path)


def test_truncated_file(path: str) -> None:
    os.truncate(path, 4096 * 3 + 100)
    assert "cannot be opened as a database" in failure("--db", path)


def test_newer_version(path: str) -> None:
    alter(path, "PRAGMA user_version = 99")
    assert "was written by a newer emulator" in failure("--db", path)


def test_database_in_use(path: str) -> None:
    app = create_app(path)
    assert "it is in use by another emulator or program" in failure("--db", path)
    app.close()


def test_other_files(tmp_path: Path) -> None:
    diary, queue = tmp_path / "diary", tmp_path / "queue"
    diary.write_text("Dear diary, " * 100)
    os.mkfifo(queue)
    assert "file is not a database" in failure("--db", str(diary))
    assert "it is not a regular file" in failure("--db", str(queue))
    assert "it is not a regular file" in failure("--db", os.devnull)
    assert "Is a directory" in failure("--db", str(tmp_path))
    assert "No such file or directory" in failure("--db", str(tmp_path / "no" / "pool.db"))
    assert "File name too long" in failure("--db", str(tmp_path / ("x" * 300)))


def test_file_name_that_is_not_utf_8(tmp_path: Path) -> None:
    path = os.fsdecode(bytes(tmp_path / "p") + b"\xff.db")
    create_app(path).close()
    assert Path(path).exists()


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_read_only_file(path: str, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    open_file = os.open

    def refuse(name: str, flags: int, *arguments: int) -> int:
        if name == path:
            raise OSError(number, os.strerror(number))
        return open_file(name, flags, *arguments)

    monkeypatch.setattr(os, "open", refuse)
    assert os.strerror(number) in failure("--db", path)


def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = str(tmp_path / "pool.db")
    with monkeypatch.context() as patch:
        patch.setattr(DatabaseFile, "complete_commits", fail)
        assert "No space left on device" in failure("--db", path)
    create_app(path).close()
    monkeypatch.setattr(EmulatorApp, "seed_users", fail)
    message = failure("--db", path)
    assert message == "The users of --seed-users cannot be created: No space left on device.\n"


def test_port_in_use() -> None:
    with port_in_use() as port:
        assert f"Cannot listen on port {port}" in failure("--port", str(port))


def test_unsupported_address_family(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EAFNOSUPPORT, os.strerror(errno.EAFNOSUPPORT))

    monkeypatch.setattr(socket, "socket", refuse)
    assert "does not support addresses such as ::1" in failure("--host", "::1")


def test_closed_stdout() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.run(
        [*COMMAND, "--port", "0"],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        timeout=30,
        check=False,
    )
    os.close(writer)
    assert process.returncode == 1
    assert process.stderr == (
        "The address of the emulator cannot be written to stdout: Broken pipe.\n"
    )
