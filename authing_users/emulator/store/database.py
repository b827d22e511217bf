"""The SQLite database: who may open it, its connections, and transactions on them.

Writers take turns on one connection. Readers of a file have connections of their own, which in
WAL mode see the last commit and never wait. A database in memory exists in one connection only, so
there readers take turns with the writers.
"""

import contextlib
import errno
import os
import sqlite3
import threading
from types import TracebackType
from typing import Self

from .migrations import ForeignDatabaseError, migrate

IN_MEMORY = ":memory:"
_BUSY_TIMEOUT = 5.0  # seconds; only another program that looks into the file can make us wait


class UnusableDatabaseError(Exception):
    """The database cannot be opened or used; the message is a sentence for the user."""


class Database:
    """One open database.

    Args:
        path: Path of the file, which is created if need be, or ``:memory:``.

    Raises:
        UnusableDatabaseError: The file cannot be opened, is in use, or is not an emulator's.
    """

    def __init__(self, path: str) -> None:
        self._in_memory = path == IN_MEMORY
        self._path = path if self._in_memory else os.path.realpath(path)
        self._write_lock = threading.Lock()
        self._idle_readers: list[sqlite3.Connection] = []
        self._closed = False
        self._claim: sqlite3.Connection | None = None
        with contextlib.ExitStack() as undo:
            try:
                if not self._in_memory:
                    if os.path.isdir(self._path):
                        # Before the claim, which would leave a file beside the folder.
                        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
                    self._claim = _claim(self._path)
                    undo.callback(self._claim.close)
                    _create_private(self._path)
                self._writer = self._connect()
                undo.callback(self._writer.close)
                migrate(self._writer)
                if not self._in_memory:
                    self._writer.execute("PRAGMA journal_mode = WAL")
            except ForeignDatabaseError as error:
                message = f"{path} {error}."
                raise UnusableDatabaseError(message) from None
            except (sqlite3.Error, OSError) as error:
                reason = error.strerror if isinstance(error, OSError) else str(error)
                message = f"{path or 'An empty path'} cannot be opened as a database: {reason}."
                raise UnusableDatabaseError(message) from None
            undo.pop_all()

    def begin(self, *, write: bool) -> sqlite3.Connection:
        """Start a transaction and return its connection; every one must be given to ``end``."""
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
            self._give_back(connection)
            raise
        return connection

    def end(self, connection: sqlite3.Connection, *, commit: bool) -> None:
        """Commit or roll back a transaction that ``begin`` started."""
        try:
            connection.execute("COMMIT" if commit else "ROLLBACK")
        except BaseException:
            if connection.in_transaction:  # a commit that failed, as on a full disk
                connection.execute("ROLLBACK")
            raise
        finally:
            self._give_back(connection)

    def transaction(self, *, write: bool) -> "Transaction":
        """A transaction that begins when its connection is first asked for."""
        return Transaction(self, write=write)

    def close(self) -> None:
        """Wait for the writer and close everything; readers close as they finish."""
        with self._write_lock:
            if self._closed:
                return
            self._closed = True
            self._close_idle_readers()
            self._writer.close()
            if self._claim is not None:
                self._claim.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_TIMEOUT, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            # A commit then is in the hands of the operating system, which outlives a killed
            # process; only a power cut could take the last ones back.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.create_function("matches", -1, _matches, deterministic=True)
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

    def _give_back(self, connection: sqlite3.Connection) -> None:
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
    """One transaction: committed at the end of its ``with`` block, unless it is rolled back.

    It begins with the first use of ``connection``, so that slow work without the database, such
    as hashing a password, happens before anybody has to wait for it.
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
        """Undo everything."""
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


def _claim(path: str) -> sqlite3.Connection:
    """Keep other processes away for as long as the connection is open, and no longer.

    The claim is an endless transaction on a file beside the database: SQLite's locks work the
    same on every system, and the system frees them when the process dies.
    """
    lock_path = f"{path}.lock"
    _create_private(lock_path)
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


def _create_private(path: str) -> None:
    """Create a file that only its owner may read, for it holds the pool's keys."""
    # Only a new file is opened here: closing a descriptor of an existing one would free the
    # locks that SQLite holds on it in this process.
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _matches(needle: str, *values: str | None) -> bool:
    """Whether a case-folded text is within one of the values, whatever their case.

    SQLite's own LIKE and lower() know only the letters of ASCII.
    """
    return any(value is not None and needle in value.casefold() for value in values)
