"""The SQLite database: its file lock, connections and transactions.

All writers share one connection and take turns. Readers of a file have their own connections: in
WAL mode they see the last commit and never wait. A database in memory has only one connection, so
readers and writers take turns.
"""

import contextlib
import errno
import os
import sqlite3
import threading
from types import TracebackType
from typing import Self

from .migrations import IncompatibleDatabaseError, migrate

IN_MEMORY = ":memory:"
_BUSY_TIMEOUT = 5.0  # seconds; only another program that opens the file can cause a wait


class UnusableDatabaseError(Exception):
    """The database cannot be opened or used. The message is for the user."""


class Database:
    """An open database.

    Args:
        path: Path of the file, which is created if it does not exist, or ``:memory:``.

    Raises:
        UnusableDatabaseError: The file cannot be opened, is in use, or belongs to another
            program.
    """

    def __init__(self, path: str) -> None:
        self._in_memory = path == IN_MEMORY
        self._path = path if self._in_memory else os.path.realpath(path)
        self._write_lock = threading.Lock()
        self._idle_readers: list[sqlite3.Connection] = []
        self._closed = False
        self._file_lock: sqlite3.Connection | None = None
        with contextlib.ExitStack() as undo:
            try:
                if not self._in_memory:
                    if os.path.isdir(self._path):
                        # Checked before locking, which would create a file next to the folder.
                        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
                    self._file_lock = _lock_file(self._path)
                    undo.callback(self._file_lock.close)
                    _create_private_file(self._path)
                self._writer = self._connect()
                undo.callback(self._writer.close)
                migrate(self._writer)
                if not self._in_memory:
                    self._writer.execute("PRAGMA journal_mode = WAL")
            except IncompatibleDatabaseError as error:
                message = f"{path} {error}."
                raise UnusableDatabaseError(message) from None
            except (sqlite3.Error, OSError) as error:
                reason = error.strerror if isinstance(error, OSError) else str(error)
                message = f"{path or 'An empty path'} cannot be opened as a database: {reason}."
                raise UnusableDatabaseError(message) from None
            undo.pop_all()

    def begin(self, *, write: bool) -> sqlite3.Connection:
        """Begin a transaction. The returned connection must be passed to ``end``."""
        if write or self._in_memory:
            self._write_lock.acquire()
            connection = self._writer
        else:
            connection = self._reader()
        try:
            if self._closed:
                message = "The database is closed."
                raise UnusableDatabaseError(message)
            connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        except BaseException:
            self._release(connection)
            raise
        return connection

    def end(self, connection: sqlite3.Connection, *, commit: bool) -> None:
        """Commit or roll back a transaction that ``begin`` started."""
        try:
            connection.execute("COMMIT" if commit else "ROLLBACK")
        except BaseException:
            if connection.in_transaction:  # the commit failed, for example because the disk is full
                connection.execute("ROLLBACK")
            raise
        finally:
            self._release(connection)

    def transaction(self, *, write: bool) -> "Transaction":
        """Return a transaction that begins with the first use of its connection."""
        return Transaction(self, write=write)

    def close(self) -> None:
        """Wait for the writer, then close the database. Active readers close when they finish."""
        with self._write_lock:
            if self._closed:
                return
            self._closed = True
            self._close_idle_readers()
            self._writer.close()
            if self._file_lock is not None:
                self._file_lock.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_TIMEOUT, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            # Commits survive a killed process. Only a power cut can lose the last ones.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.create_function("contains_text", -1, _contains_text, deterministic=True)
        except BaseException:
            connection.close()
            raise
        return connection

    def _reader(self) -> sqlite3.Connection:
        try:
            return self._idle_readers.pop()
        except IndexError:
            connection = self._connect()
            connection.execute("PRAGMA query_only = ON")
            return connection

    def _release(self, connection: sqlite3.Connection) -> None:
        if connection is self._writer:
            self._write_lock.release()
            return
        self._idle_readers.append(connection)
        if self._closed:
            self._close_idle_readers()

    def _close_idle_readers(self) -> None:
        with contextlib.suppress(IndexError):
            while True:
                self._idle_readers.pop().close()


class Transaction:
    """A transaction that is committed at the end of its ``with`` block, or rolled back on errors.

    It begins with the first use of ``connection``. Slow work before that, such as hashing a
    password, does not block other writers.
    """

    def __init__(self, database: Database, *, write: bool) -> None:
        self._database = database
        self._write = write
        self._connection: sqlite3.Connection | None = None

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of this transaction."""
        if self._connection is None:
            self._connection = self._database.begin(write=self._write)
        return self._connection

    def rollback(self) -> None:
        """Undo all changes."""
        self._end(commit=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end(commit=exception_type is None)

    def _end(self, *, commit: bool) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            self._database.end(connection, commit=commit)


def _lock_file(path: str) -> sqlite3.Connection:
    """Lock the database for this process for as long as the returned connection is open.

    The lock is a transaction on a file next to the database: SQLite's locks work the same on
    every platform, and the operating system releases them when the process dies.
    """
    lock_path = f"{path}.lock"
    _create_private_file(lock_path)
    connection = sqlite3.connect(
        lock_path, timeout=0, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        connection.close()
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        message = f"{path} is in use by another emulator."
        raise UnusableDatabaseError(message) from None
    return connection


def _create_private_file(path: str) -> None:
    """Create a file that only the owner can read, because it contains the pool's keys."""
    # O_EXCL: closing a descriptor of an existing file would release the locks that SQLite holds
    # on it in this process.
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _contains_text(text: str, *values: str | None) -> bool:
    """Return whether a value contains the case-folded text, ignoring case.

    SQLite's LIKE and lower() ignore the case of ASCII letters only.
    """
    return any(value is not None and text in value.casefold() for value in values)
