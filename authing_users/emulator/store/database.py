"""The SQLite database: its connections and transactions.

All writers share one connection and take turns. Readers of a file have their own connections: in
WAL mode they see the last commit and never wait. A database in memory has only one connection, so
readers and writers take turns.
"""

import contextlib
import math
import os
import sqlite3
import threading
import time
from types import TracebackType
from typing import Self

from ..errors import RequestLimitError
from .database_file import DatabaseFile
from .migrations import IncompatibleDatabaseError, check_compatible, migrate

IN_MEMORY = ":memory:"
_BUSY_TIMEOUT = 5.0  # seconds; only another program that opens the file can cause a wait
_INTERRUPT_STEPS = 10_000  # of SQLite's virtual machine, about a millisecond


class UnusableDatabaseError(Exception):
    """The database cannot be opened or used. The message is for the user."""


class DatabaseBusyError(Exception):
    """A transaction could not begin in time."""


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
        self._active_readers: set[sqlite3.Connection] = set()
        self._closed = False
        self._interrupted = False
        self._limits = threading.local()  # of the transaction in each thread
        self._file: DatabaseFile | None = None
        with contextlib.ExitStack() as undo:
            try:
                if not self._in_memory:
                    self._file = DatabaseFile(self._path)
                    undo.callback(self._file.close)
                self._writer = self._connect()
                undo.callback(self._writer.close)
                check_compatible(self._writer)
                if not self._in_memory:
                    self._writer.execute("PRAGMA journal_mode = WAL")
                    self._writer.execute("PRAGMA wal_autocheckpoint = 0")
                migrate(self._writer)
                self._complete_commits()
                self._check_integrity()
            except IncompatibleDatabaseError as error:
                message = f"{path} {error}."
                raise UnusableDatabaseError(message) from None
            except (sqlite3.Error, OSError) as error:
                reason = error.strerror if isinstance(error, OSError) else str(error)
                message = f"{path or 'An empty path'} cannot be opened as a database: {reason}."
                raise UnusableDatabaseError(message) from None
            undo.pop_all()

    def begin(self, *, write: bool, timeout: float | None = None) -> sqlite3.Connection:
        """Begin a transaction. The returned connection must be passed to ``end``.

        Args:
            write: The transaction writes.
            timeout: How long to wait for other transactions, in seconds; without limit when
                ``None``.

        Raises:
            DatabaseBusyError: Other transactions did not end in time.
        """
        if write or self._in_memory:
            if not self._write_lock.acquire(timeout=-1 if timeout is None else timeout):
                raise DatabaseBusyError
            connection = self._writer
        else:
            connection = self._reader()
        try:
            self._require_open()
            connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        except BaseException:
            self._release(connection)
            raise
        return connection

    def end(self, connection: sqlite3.Connection, *, commit: bool) -> None:
        """Commit or roll back a transaction that ``begin`` started."""
        try:
            if commit or connection.in_transaction:  # SQLite rolls back an interrupted write itself
                connection.execute("COMMIT" if commit else "ROLLBACK")
            if commit and connection is self._writer:
                self._complete_commits()
        except BaseException:
            if connection.in_transaction:  # the commit failed, for example because the disk is full
                connection.execute("ROLLBACK")
            raise
        finally:
            self._release(connection)

    def transaction(
        self, *, write: bool, timeout: float | None = None, max_cpu_time: float | None = None
    ) -> "Transaction":
        """Return a transaction that begins with the first use of its connection.

        Args:
            write: The transaction writes.
            timeout: How long to wait for other transactions, in seconds; without limit when
                ``None``.
            max_cpu_time: How much CPU time the thread may use within the ``with`` block, in
                seconds; without limit when ``None``.
        """
        return Transaction(self, write=write, timeout=timeout, max_cpu_time=max_cpu_time)

    def copy_to(self, target: sqlite3.Connection) -> None:
        """Copy the last commit to another database. Waits for the writer."""
        with self._write_lock:
            self._require_open()
            self._writer.backup(target)

    def replace_with(self, source: sqlite3.Connection) -> None:
        """Replace the whole content by that of another database, in one commit.

        Waits for the writer. Active readers of a file continue with the old content.
        """
        with self._write_lock:
            self._require_open()
            source.backup(self._writer)
            self._complete_commits()

    def limit_cpu_time(self, seconds: float | None) -> None:
        """Limit the CPU time of the calling thread from now on; ``None`` removes the limit."""
        self._limits.seconds = seconds
        self._limits.end = math.inf if seconds is None else time.thread_time() + seconds

    def interruption(self) -> str | None:
        """Return why the calling thread must end its transaction, or ``None`` if it may go on."""
        if self._interrupted:
            return "The emulator is stopping."
        if time.thread_time() > getattr(self._limits, "end", math.inf):
            return f"The request needs more than {self._limits.seconds:g} seconds of CPU time."
        return None

    def interrupt(self) -> None:
        """Make all long statements fail, now and later. Their transactions are rolled back."""
        self._interrupted = True

    def close(self) -> None:
        """Wait for the writer, then close the database. Active readers close when they finish."""
        with self._write_lock:
            if self._closed:
                return
            self._closed = True
            self._close_idle_readers()
            self._writer.close()
            self._close_unused_file()

    def _require_open(self) -> None:
        if self._closed:
            message = "The database is closed."
            raise UnusableDatabaseError(message)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path if self._in_memory else os.fsencode(self._path),
            timeout=_BUSY_TIMEOUT,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.create_function("contains_text", -1, _contains_text, deterministic=True)
            connection.set_progress_handler(
                lambda: self.interruption() is not None, _INTERRUPT_STEPS
            )
        except BaseException:
            connection.close()
            raise
        return connection

    def _check_integrity(self) -> None:
        """Find damage now, rather than in a later request.

        Raises:
            DatabaseError: The database is damaged.
        """
        (result,) = self._writer.execute("PRAGMA quick_check(1)").fetchone()
        if result != "ok":
            message = f"it is damaged ({' '.join(result.split())})"
            raise sqlite3.DatabaseError(message)

    def _complete_commits(self) -> None:
        if self._file is not None:
            self._file.complete_commits(self._writer)

    def _reader(self) -> sqlite3.Connection:
        try:
            connection = self._idle_readers.pop()
        except IndexError:
            connection = self._connect()
            connection.execute("PRAGMA query_only = ON")
        self._active_readers.add(connection)
        return connection

    def _release(self, connection: sqlite3.Connection) -> None:
        if connection is self._writer:
            self._write_lock.release()
            return
        self._active_readers.discard(connection)
        self._idle_readers.append(connection)
        if self._closed:
            self._close_idle_readers()
            self._close_unused_file()

    def _close_idle_readers(self) -> None:
        with contextlib.suppress(IndexError):
            while True:
                self._idle_readers.pop().close()

    def _close_unused_file(self) -> None:
        if self._file is not None and not self._active_readers:
            self._file.close()


class Transaction:
    """A transaction that is committed at the end of its ``with`` block, or rolled back on errors.

    It begins with the first use of ``connection``. Slow work before that, such as hashing a
    password, does not block other writers.

    Attributes:
        writes: Whether the transaction writes.
    """

    def __init__(
        self,
        database: Database,
        *,
        write: bool,
        timeout: float | None,
        max_cpu_time: float | None,
    ) -> None:
        self._database = database
        self.writes: bool = write
        self._timeout = timeout
        self._max_cpu_time = max_cpu_time
        self._connection: sqlite3.Connection | None = None

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of this transaction."""
        if self._connection is None:
            self._connection = self._database.begin(write=self.writes, timeout=self._timeout)
        return self._connection

    def rollback(self) -> None:
        """Undo all changes."""
        self._end(commit=False)

    def check_interruption(self) -> None:
        """Check whether the transaction may go on.

        Raises:
            RequestLimitError: It took too much CPU time, or the emulator is stopping.
        """
        reason = self._database.interruption()
        if reason is not None:
            raise RequestLimitError(reason)

    def __enter__(self) -> Self:
        self._database.limit_cpu_time(self._max_cpu_time)
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self._end(commit=exception_type is None)
            if isinstance(exception, sqlite3.OperationalError):
                self.check_interruption()  # which made the statement fail
        finally:
            self._database.limit_cpu_time(None)

    def _end(self, *, commit: bool) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            self._database.end(connection, commit=commit)


def _contains_text(text: str, *values: str | None) -> bool:
    """Return whether a value contains the case-folded text, ignoring case.

    SQLite's LIKE and lower() ignore the case of ASCII letters only.
    """
    return any(value is not None and text in value.casefold() for value in values)
