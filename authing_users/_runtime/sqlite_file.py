"""SQLite files that threads and processes share."""

import os
import sqlite3
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from weakref import finalize

from ..errors import AuthingError, ConfigurationError
from .fork import register_after_fork

_BUSY_TIMEOUT = 60.0  # seconds to wait for another process that writes
_BUSY_RETRY = 0.01  # seconds between two attempts to switch to write-ahead logging


class SQLiteFile:
    """A connection to an SQLite file, shared by threads, and opened again in forked processes.

    Args:
        path: Path of the file. It is created if it does not exist.
        what: What the file is, for errors: ``checkpoint file``.
        application_id: Number in the file's header that says what the file is.
        schema: Statements that create the tables of a new file.
        is_durable: Whether a change must survive a power failure. All changes survive the end of
            the process.

    Raises:
        ConfigurationError: The file cannot be opened, or is something else.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        what: str,
        application_id: int,
        schema: tuple[str, ...],
        *,
        is_durable: bool,
    ) -> None:
        try:
            name = os.fsdecode(path)
            self.path: str = os.path.abspath(name)
        except TypeError:
            kind = type(path).__name__
            raise ConfigurationError(f"The path of the {what} must be a path, not {kind}") from None
        if "\0" in self.path:
            raise ConfigurationError(f"The path of the {what} contains a null byte: {self.path!r}")
        if name == ":memory:":
            raise ConfigurationError(f"The {what} must be a file on disk, not in memory")
        self._what = what
        self._application_id = application_id
        self._schema = schema
        self._is_durable = is_durable
        self._is_closed = False
        # Connections of the parent process: closing them here could corrupt the file.
        self._inherited: list[sqlite3.Connection] = []
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = self._open()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Leave the connection to the parent process."""
        self._lock = threading.RLock()
        if self._connection is not None:
            self._inherited.append(self._connection)
            self._connection = None

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """Lend the connection for reading.

        Raises:
            AuthingError: The file cannot be read.
            ConfigurationError: The file is closed.
        """
        with self._lock:
            connection = self._current()
            try:
                yield connection
            except sqlite3.Error as error:
                problem = f"Cannot read the {self._what} {self.path}: {error}"
            else:
                return
        raise AuthingError(problem)

    @contextmanager
    def writing(self) -> Generator[sqlite3.Connection]:
        """Lend the connection for one transaction, which no other process interrupts.

        Raises:
            AuthingError: The file cannot be written.
            ConfigurationError: The file is closed.
        """
        with self._lock:
            connection = self._current()
            try:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    with suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                problem = f"Cannot write the {self._what} {self.path}: {error}"
            else:
                return
        raise AuthingError(problem)

    def close(self) -> None:
        """Close the file. Closing twice is allowed."""
        with self._lock:
            self._is_closed = True
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _current(self) -> sqlite3.Connection:
        if self._is_closed:
            raise ConfigurationError(f"The {self._what} {self.path} is closed")
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def _open(self) -> sqlite3.Connection:
        connection = None
        try:
            connection = sqlite3.connect(
                self.path, timeout=_BUSY_TIMEOUT, isolation_level=None, check_same_thread=False
            )
            self._prepare(connection)
        except sqlite3.Error as error:
            folder = os.path.dirname(self.path)
            problem = str(error) if os.path.isdir(folder) else f"there is no folder {folder}"
        except BaseException:
            if connection is not None:
                connection.close()
            raise
        else:
            finalize(self, _close, connection, os.getpid())  # for callers that do not close
            return connection
        if connection is not None:
            connection.close()
        raise ConfigurationError(f"Cannot open the {self._what} {self.path}: {problem}")

    def _prepare(self, connection: sqlite3.Connection) -> None:
        (found,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if tables and found != self._application_id:
            raise ConfigurationError(f"{self.path} is not a {self._what}: pass another path")
        _use_write_ahead_log(connection)
        level = "FULL" if self._is_durable else "NORMAL"
        connection.execute(f"PRAGMA synchronous = {level}")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"PRAGMA application_id = {self._application_id}")
        for statement in self._schema:
            connection.execute(statement)
        connection.execute("COMMIT")


def _close(connection: sqlite3.Connection, process: int) -> None:
    """Close a connection, but not in a forked process, where that could corrupt the file."""
    if os.getpid() == process:
        connection.close()


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Let readers and one writer work at the same time, as a lasting property of the file."""
    # SQLite does not wait for other processes here: two that create the file could meet.
    deadline = time.monotonic() + _BUSY_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_BUSY_RETRY)
        else:
            return
