"""Lists of any length that need little memory, because their items are in temporary files."""

import pickle
import struct
from collections.abc import Iterator, Sequence
from io import BufferedIOBase
from tempfile import SpooledTemporaryFile
from threading import Lock
from typing import Generic, TypeVar, cast, overload
from weakref import finalize

ItemT = TypeVar("ItemT")
ItemT_co = TypeVar("ItemT_co", covariant=True)

# Bytes. Smaller files stay in memory.
IN_MEMORY = 1 << 20
_OFFSET = struct.Struct("<Q")
# Items that are read at once when a list is iterated over.
READ_AHEAD = 64


class Spool(Generic[ItemT]):
    """Stores items in the order in which they are added, in a file without a name.

    The items must be picklable. Thread-safe.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._file = cast("BufferedIOBase", SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115
        # Callers need not close results.
        self._close = finalize(self, self._file.close)
        self._end = 0

    def add(self, item: ItemT) -> int:
        """Store an item, and return its position in the file."""
        data = pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
        with self._lock:
            offset = self._end
            self._file.seek(offset)
            self._file.write(data)
            self._end += len(data)
            return offset

    def read(self, offset: int) -> ItemT:
        """Return the item at a position in the file."""
        with self._lock:
            self._file.seek(offset)
            item: ItemT = pickle.load(self._file)  # noqa: S301 - no other process can write it
            return item

    def close(self) -> None:
        """Delete the file."""
        self._close()


class SpooledList(Sequence[ItemT]):
    """A list of items that a spool stores. Several lists can share one spool.

    Args:
        spool: Stores the items.
    """

    def __init__(self, spool: Spool[ItemT]) -> None:
        self._spool = spool
        self._lock = Lock()
        self._offsets = cast("BufferedIOBase", SpooledTemporaryFile(IN_MEMORY >> 4))  # noqa: SIM115
        self._close = finalize(self, self._offsets.close)
        self._length = 0

    def add(self, offset: int) -> None:
        """Append the item at a position in the spool."""
        with self._lock:
            self._offsets.seek(self._length * _OFFSET.size)
            self._offsets.write(_OFFSET.pack(offset))
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
        return self._spool.read(self._offsets_from(position, 1)[0])

    def __iter__(self) -> Iterator[ItemT]:
        start = 0
        while start < len(self):
            offsets = self._offsets_from(start, READ_AHEAD)
            for offset in offsets:
                yield self._spool.read(offset)
            start += len(offsets)

    def __repr__(self) -> str:
        return f"<{len(self)} items>"

    def close(self) -> None:
        """Delete the positions. The spool stays open."""
        self._close()

    def _offsets_from(self, start: int, number: int) -> list[int]:
        with self._lock:
            self._offsets.seek(start * _OFFSET.size)
            data = self._offsets.read(number * _OFFSET.size)
        return [offset for (offset,) in _OFFSET.iter_unpack(data)]
