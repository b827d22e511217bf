"""Whole user pools as files: a SQLite database that this emulator, or a newer one, can open."""

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

from .database import Database, UnusableDatabaseError
from .database_file import check_unused
from .migrations import APPLICATION_ID, IncompatibleDatabaseError, check_compatible
from .userpool import load_pool

_CREDENTIALS = "id, secret, secretVersion, managementKey, privateKey"


def check_export_path(path: str) -> None:
    """Check that a pool can be exported to a path.

    Raises:
        UnusableDatabaseError: The folder does not exist or is not writable, or the file is in use
            or is not a user pool.
    """
    file = Path(path)
    folder = file.resolve().parent
    if not folder.is_dir():
        message = f"{path} cannot be written: the folder {folder} does not exist."
        raise UnusableDatabaseError(message)
    if not os.access(folder, os.W_OK):
        message = f"{path} cannot be written: the folder {folder} is not writable."
        raise UnusableDatabaseError(message)
    if file.exists():
        _check_pool_file(path, "replaced")


def write_pool_file(path: str, copy_to: Callable[[sqlite3.Connection], None]) -> None:
    """Write a user pool to a file, or leave an existing file as it is.

    Only the owner of the file can read it.

    Args:
        path: Path of the file, which is replaced if it exists.
        copy_to: Copies the pool to a database.

    Raises:
        UnusableDatabaseError: The file cannot be written.
    """
    check_export_path(path)
    target = os.path.realpath(path)
    try:
        descriptor, draft = tempfile.mkstemp(
            dir=os.path.dirname(target), prefix=f".{os.path.basename(target)}-"
        )
        os.close(descriptor)
        try:
            with contextlib.closing(sqlite3.connect(draft, isolation_level=None)) as connection:
                copy_to(connection)
                connection.execute("PRAGMA journal_mode = DELETE").fetchall()
            with open(draft, "rb+") as file:
                os.fsync(file.fileno())
            os.replace(draft, target)
        except BaseException:
            os.unlink(draft)
            raise
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        message = f"{path} cannot be written: {reason}."
        raise UnusableDatabaseError(message) from None


def read_pool_file(path: str) -> sqlite3.Connection:
    """Read an exported user pool, or the database of an emulator, into memory.

    The file stays as it is, and may be of an older emulator.

    Raises:
        UnusableDatabaseError: The file cannot be read, is in use, or is not a user pool.
    """
    _check_pool_file(path, "read")
    memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            _copy_pool(path, os.path.join(folder, "pool.db"), memory)
        if load_pool(memory) is None:
            message = f"{path} cannot be read: it does not hold a user pool."
            raise UnusableDatabaseError(message)
    except BaseException:
        memory.close()
        raise
    return memory


def _copy_pool(path: str, draft: str, memory: sqlite3.Connection) -> None:
    try:
        shutil.copyfile(path, draft)
        with contextlib.closing(Database(draft)) as database:  # which migrates the copy
            database.copy_to(memory)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}."
        raise UnusableDatabaseError(message) from None
    except UnusableDatabaseError as error:
        raise UnusableDatabaseError(str(error).replace(draft, path)) from None


def copy_credentials(running: Database, source: sqlite3.Connection) -> None:
    """Give a pool in memory the secret and the keys of a running one.

    Raises:
        UnusableDatabaseError: The pools have different IDs.
    """
    with running.transaction(write=False) as transaction:
        row = transaction.connection.execute(f"SELECT {_CREDENTIALS} FROM userpool").fetchone()
    (pool_id,) = source.execute("SELECT id FROM userpool").fetchone()
    if pool_id != row[0]:
        message = f"The file holds the user pool {pool_id}, not {row[0]}."
        raise UnusableDatabaseError(message)
    source.execute(f"UPDATE userpool SET ({_CREDENTIALS}) = (?, ?, ?, ?, ?)", row)


def _check_pool_file(path: str, purpose: str) -> None:
    try:
        check_unused(path)
        uri = f"{Path(path).resolve().as_uri()}?mode=ro&immutable=1"
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            check_compatible(connection)
    except OSError as error:
        message = f"{path} cannot be {purpose}: {error.strerror}."
        raise UnusableDatabaseError(message) from None
    except IncompatibleDatabaseError as error:
        message = f"{path} cannot be {purpose}: it {error}."
        raise UnusableDatabaseError(message) from None
    except sqlite3.Error:
        application_id = None
    if application_id != APPLICATION_ID:
        message = f"{path} cannot be {purpose}: it is not a user pool of the emulator."
        raise UnusableDatabaseError(message)
