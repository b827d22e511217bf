"""The file of a database: its lock, and the commits that its pages do not contain yet.

SQLite writes a commit to a second file, the write-ahead log, and derives the name of the log from
the path of the database. A database can have several paths: hard links, and mount points such as
that of ``docker run -v ./users.db:/data/users.db``. After a crash, an emulator that opens another
path would not find the log. So each commit is completed in the database file itself:

1. A copy of the log is appended to the database file, behind its last page, where SQLite ignores
   it.
2. SQLite copies the pages from the log to the database file. After the last page it truncates the
   file, which removes the copy of the log.

If the process is killed during the second step, the next start restores the log from the copy.
Everything else that it finds next to the path is outdated, and is removed.
"""

import contextlib
import errno
import io
import os
import sqlite3
import stat
import struct
import sys
import threading
import zlib

from .migrations import APPLICATION_ID

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_MAX_LOG_SIZE = 512 * 1024  # bytes; a commit waits for older readers if the log is larger
_CHECKPOINT_TIMEOUT = 1_000  # milliseconds that such a commit waits at most

_HEADER = struct.Struct(">16sH10xI36xI28x")  # magic, page size, number of pages, application ID
_HEADER_MAGIC = b"SQLite format 3\0"

_BLOCK = 4096  # bytes; a copy of the log begins and ends at a multiple of it
_FOOTER = struct.Struct(">16sQQI")  # magic, start and size of the copy, checksum; ends a copy
_FOOTER_MAGIC = bytes.fromhex("8f1d6ac5027b4e93b0d85e3c19f7a264")

# Locked bytes, all far behind the content. SQLite's own are part of its file format.
_OUR_LOCK = 2**62
_SQLITE_SHARED_LOCK, _SQLITE_SHARED_LOCK_SIZE = 0x40000002, 510

# Locks belong to the process, so they do not keep out a second emulator of this process.
_open_files: set[tuple[int, int]] = set()
_open_files_lock = threading.Lock()


class DatabaseFile:
    """The locked file of a database.

    It must stay open for longer than all connections of SQLite: when a process closes a file, the
    operating system releases all its locks on the file.

    Args:
        path: Path of the file without symbolic links. The file is created if it does not exist.

    Raises:
        OSError: The file cannot be opened, is in use, or is not a regular file.
    """

    def __init__(self, path: str) -> None:
        self._log_path = f"{path}-wal"
        self._file, self._identity = _open_and_lock(path)
        try:
            header = _HEADER.unpack(self._read(0, _HEADER.size).ljust(_HEADER.size, b"\0"))
            magic, page_size, page_count, application_id = header
            if (magic, application_id) == (_HEADER_MAGIC, APPLICATION_ID):
                for suffix in ("-wal", "-shm", "-journal"):
                    with contextlib.suppress(FileNotFoundError):
                        os.unlink(f"{path}{suffix}")
                # A size of 65,536 does not fit into the two bytes and is stored as 1.
                self._restore_log(page_count * (65_536 if page_size == 1 else page_size))
        except BaseException:
            self.close()
            raise

    def complete_commits(self, connection: sqlite3.Connection) -> None:
        """Write all commits that are in the log to the database file.

        Args:
            connection: The connection that writes. It must not be in a transaction.

        Raises:
            OSError: The database file cannot be written. A crash would lose the last commit.
        """
        with open(self._log_path, "rb") as log:
            log_size = os.fstat(log.fileno()).st_size
            if not log_size:
                return
            self._append_log(log, connection)
        # Readers can delay this, and so can a full disk. The next commit does it then.
        timeout = _CHECKPOINT_TIMEOUT if log_size > _MAX_LOG_SIZE else 0
        (previous,) = connection.execute("PRAGMA busy_timeout").fetchone()
        connection.execute(f"PRAGMA busy_timeout = {timeout}")
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.execute(f"PRAGMA busy_timeout = {previous}")

    def close(self) -> None:
        """Close the file and release its lock."""
        with _open_files_lock:
            _open_files.discard(self._identity)
            self._file.close()

    def _append_log(self, log: io.BufferedReader, connection: sqlite3.Connection) -> None:
        (page_size,) = connection.execute("PRAGMA page_size").fetchone()
        (page_count,) = connection.execute("PRAGMA page_count").fetchone()
        # Behind older copies: they are needed until this one is complete.
        start = _round_up(max(page_size * page_count, self._file.seek(0, os.SEEK_END)))
        size, checksum = 0, 0
        self._file.seek(start)
        while chunk := log.read(1024 * 1024):
            _write_all(self._file, chunk)
            size, checksum = size + len(chunk), zlib.crc32(chunk, checksum)
        self._file.seek(_round_up(start + size + _FOOTER.size) - _FOOTER.size)
        _write_all(self._file, _FOOTER.pack(_FOOTER_MAGIC, start, size, checksum))
        os.fsync(self._file.fileno())

    def _restore_log(self, pages_end: int) -> None:
        """Restore the log from its newest complete copy, if there is one behind the pages."""
        end = self._file.seek(0, os.SEEK_END) // _BLOCK * _BLOCK
        while end > pages_end:
            footer = self._read(end - _FOOTER.size, _FOOTER.size)
            magic, start, size, checksum = _FOOTER.unpack(footer)
            if magic == _FOOTER_MAGIC and start + size < end:
                content = self._read(start, size)
                if zlib.crc32(content) == checksum:
                    descriptor = os.open(self._log_path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
                    with open(descriptor, "wb") as log:
                        log.write(content)
                    return
            end -= _BLOCK

    def _read(self, start: int, size: int) -> bytes:
        self._file.seek(start)
        parts: list[bytes] = []
        while size and (part := self._file.read(size)):
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def check_unused(path: str) -> None:
    """Check that an existing file is not in use by an emulator.

    Raises:
        OSError: The file is in use, cannot be read, or is not a regular file.
    """
    if os.access(path, os.R_OK) and not os.access(path, os.W_OK):
        return  # an emulator could not open it
    os.stat(path)  # the next line would create it
    file, identity = _open_and_lock(os.path.realpath(path))
    with _open_files_lock:
        _open_files.discard(identity)
        file.close()


def _open_and_lock(path: str) -> tuple[io.FileIO, tuple[int, int]]:
    """Open a file, and lock it for this process under all its names.

    Returns:
        The file, and its device and inode.
    """
    with _open_files_lock:
        with contextlib.suppress(FileNotFoundError):
            # Checked before the file is opened: closing it again would release the lock.
            if _identity(os.stat(path)) in _open_files:
                raise _in_use()
        descriptor = os.open(
            path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600
        )  # the file contains the keys of the pool, so only its owner can read it
        file = io.FileIO(descriptor, "r+")
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "it is not a regular file")
            _lock(descriptor)
            _open_files.add(_identity(status))
        except BaseException:
            file.close()
            raise
        return file, _identity(status)


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _in_use() -> OSError:
    return BlockingIOError(errno.EAGAIN, "it is in use by another emulator or program")


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        os.lseek(descriptor, _OUR_LOCK, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            raise _in_use() from None
        return
    exclusive = fcntl.LOCK_EX | fcntl.LOCK_NB
    shared = _SQLITE_SHARED_LOCK_SIZE, _SQLITE_SHARED_LOCK
    try:
        if sys.platform == "linux":
            # Other locks of this process can end when SQLite unlocks or closes the file.
            lock = struct.pack("@hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, _OUR_LOCK, 1, 0)
            fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, lock)
        # Each connection of SQLite, of any program, holds this lock. Another program would also
        # lose the files next to the database, which are removed here.
        fcntl.lockf(descriptor, exclusive, *shared)
        fcntl.lockf(descriptor, fcntl.LOCK_UN, *shared)
    except (BlockingIOError, PermissionError):
        raise _in_use() from None


def _round_up(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def _write_all(file: io.FileIO, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]
