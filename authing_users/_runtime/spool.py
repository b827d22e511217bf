"""Lists of any length that need little memory, because their items are in temporary files."""

import pickle
import struct
import tempfile
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar, overload
from weakref import finalize

if TYPE_CHECKING:
    from io import FileIO

ItemT = TypeVar("ItemT")
ItemT_co = TypeVar("ItemT_co", covariant=True)

# Bytes at the end that are in memory.
IN_MEMORY = 1 << 20
# A length or a position.
_NUMBER = struct.Struct("<Q")
# Items that are read at once when a list is iterated over.
READ_AHEAD = 64


class SpoolFile:
    """Bytes that are only appended to, in memory and then in a file without a name.

    If the file cannot be written, because the disk is full, everything stays in memory. The owner
    must look at ``failure``, and append little after that. Not thread-safe.

    Args:
        in_memory: Number of bytes from which on the file is written.

    Attributes:
        failure: Why the file could not be written.
    """

    def __init__(self, in_memory: int) -> None:
        self._in_memory = in_memory
        self._files: list[FileIO] = []
        self._in_file = 0  # number of bytes
        self._tail = bytearray()
        self._is_closed = False
        self.failure: OSError | None = None
        # Callers need not close results.
        self._close = finalize(self, _close_all, self._files)

    def append(self, data: bytes) -> int:
        """Append bytes, and return the position of the first."""
        position = self._in_file + len(self._tail)
        self._tail += data
        if len(self._tail) > self._in_memory and self.failure is None:
            try:
                self._move_to_file()
            except OSError as error:
                self.failure = error
        return position

    def read(self, position: int, size: int) -> bytes:
        """Return up to ``size`` bytes.

        Raises:
            ValueError: The file is closed.
        """
        if self._is_closed:
            raise ValueError("The result is closed")
        data = b""
        while position < self._in_file and size:
            self._files[0].seek(position)
            part = self._files[0].read(min(size, self._in_file - position))
            data, position, size = data + part, position + len(part), size - len(part)
        start = position - self._in_file
        return data + self._tail[start : start + size] if size else data

    def close(self) -> None:
        """Delete the file."""
        self._is_closed = True
        self._tail.clear()
        self._close()

    def _move_to_file(self) -> None:
        if not self._files:
            # Without a buffer, which could not be emptied if the disk is full.
            new = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
            self._files.append(new)
        file = self._files[0]
        file.seek(self._in_file)
        while self._tail:
            written = file.write(self._tail) or 0
            del self._tail[:written]
            self._in_file += written


def _close_all(files: "list[FileIO]") -> None:
    for file in files:
        file.close()


class Spool(Generic[ItemT]):
    """Stores items in the order in which they are added.

    The items must be picklable. Thread-safe.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._file = SpoolFile(IN_MEMORY)

    @property
    def failure(self) -> OSError | None:
        """Why items could not be written to a file."""
        return self._file.failure

    def add(self, item: ItemT) -> int:
        """Store an item, and return its position."""
        data = pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
        with self._lock:
            return self._file.append(_NUMBER.pack(len(data)) + data)

    def read(self, position: int) -> ItemT:
        """Return the item at a position."""
        with self._lock:
            (size,) = _NUMBER.unpack(self._file.read(position, _NUMBER.size))
            data = self._file.read(position + _NUMBER.size, size)
        item: ItemT = pickle.loads(data)  # noqa: S301 - no other process can write it
        return item

    def close(self) -> None:
        """Delete the file."""
        with self._lock:
            self._file.close()


class SpooledList(Sequence[ItemT]):
    """A list of items that a spool stores. Several lists can share one spool.

    Args:
        spool: Stores the items.
    """

    def __init__(self, spool: Spool[ItemT]) -> None:
        self._spool = spool
        self._lock = Lock()
        self._positions = SpoolFile(IN_MEMORY >> 4)
        self._length = 0

    @property
    def failure(self) -> OSError | None:
        """Why the list could not be written to a file."""
        return self._positions.failure

    def add(self, position: int) -> None:
        """Append the item at a position in the spool."""
        with self._lock:
            self._positions.append(_NUMBER.pack(position))
            self._length += 1

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> ItemT: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[ItemT]: ...
    def __getitem__(self, index: int | slice) -> ItemT | Sequence[ItemT]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        position = index + len(self) if index < 0 else index
        if not 0 <= position < len(self):
            raise IndexError(f"There is no item {index}: there are {len(self)} items")
        return self._spool.read(self._positions_from(position, 1)[0])

    def __iter__(self) -> Iterator[ItemT]:
        start = 0
        while start < len(self):
            positions = self._positions_from(start, READ_AHEAD)
            for position in positions:
                yield self._spool.read(position)
            start += len(positions)

    def __repr__(self) -> str:
        return f"<{len(self)} items>"

    def close(self) -> None:
        """Delete the positions. The spool stays open."""
        with self._lock:
            self._positions.close()

    def _positions_from(self, start: int, number: int) -> list[int]:
        with self._lock:
            data = self._positions.read(start * _NUMBER.size, number * _NUMBER.size)
        return [position for (position,) in _NUMBER.iter_unpack(data)]
