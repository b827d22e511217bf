"""Files that are read: their bytes, their hash and their encoding."""

import codecs
import hashlib
import io
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import IO, Any, BinaryIO, cast

from .._inputs.checks import type_name
from ..errors import InvalidInputError
from ._errors import FileError, path_problem

CHUNK = 1 << 16
SPOOLED_IN_MEMORY = 1 << 20
"""Bytes of a stream that are kept in memory. Longer streams are copied to a temporary file."""

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # starts like that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The encodings that a message suggests: those of Chinese and of Western European spreadsheets.
OTHER_ENCODINGS = ("gb18030", "big5", "cp1252")

FileSource = str | os.PathLike[str] | IO[bytes] | IO[str]
"""A path, ``"-"`` for the standard input, or a stream."""


class Source:
    """The bytes of a file or stream, which can be read several times.

    Attributes:
        name: Name for messages.
        is_text: Whether it is a stream of text, whose bytes here are UTF-8.
        sha256: SHA-256 hash of the bytes, in hexadecimal digits.
    """

    def __init__(self, source: FileSource, name: str | None) -> None:
        self._lock = Lock()
        self.is_text: bool = isinstance(source, io.TextIOBase)
        self._file, default_name = _open(source)
        self.name: str = name or default_name
        self._size = self._file.seek(0, io.SEEK_END)
        digest = hashlib.sha256()
        with self.open() as binary:
            while chunk := binary.read(CHUNK):
                digest.update(chunk)
        self.sha256: str = digest.hexdigest()

    def is_at(self, path: str | os.PathLike[str]) -> bool:
        """Return whether the bytes are read from the file at a path."""
        try:
            return os.path.samestat(os.stat(path), os.fstat(self._file.fileno()))
        except (OSError, ValueError):
            return False

    def open(self) -> io.BufferedReader:
        """Return a stream that reads from the beginning, independent of others."""
        return io.BufferedReader(_View(self._read_at, self._size), CHUNK)

    def close(self) -> None:
        """Close the file. The standard input and streams of the caller stay open."""
        self._file.close()

    def _read_at(self, position: int, size: int) -> bytes:
        with self._lock:
            self._file.seek(position)
            return self._file.read(size)


class _View(io.RawIOBase):
    """Reads a shared file with a position of its own."""

    def __init__(self, read_at: Callable[[int, int], bytes], size: int) -> None:
        self._read_at = read_at
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = start + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        data = self._read_at(self._position, len(buffer))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


def _open(source: FileSource) -> tuple[BinaryIO, str]:
    """Return a seekable file with the bytes of a source, and a name for it."""
    if source == "-":
        return _spooled(sys.stdin.buffer), "<stdin>"
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        try:
            file = path.open("rb")
        except (OSError, ValueError) as error:  # ValueError: the path has a null byte
            reason = path_problem(error)
            raise FileError(str(path), f"the file cannot be read: {reason}") from error
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return file, path.name
        with file:  # a pipe
            return _spooled(file), path.name
    if not hasattr(source, "read"):
        raise InvalidInputError(
            f"source must be a path, '-' or a file that is open, not {type_name(source)}"
        )
    name = getattr(source, "name", None)
    shown = Path(name).name if isinstance(name, str) else "<stream>"
    return _spooled(source), shown


def _spooled(stream: IO[bytes] | IO[str]) -> BinaryIO:
    """Return a temporary copy of a stream. Text is encoded as UTF-8."""
    copy = cast("BinaryIO", tempfile.SpooledTemporaryFile(SPOOLED_IN_MEMORY))  # noqa: SIM115
    while chunk := stream.read(CHUNK):
        copy.write(chunk.encode() if isinstance(chunk, str) else chunk)
    return copy


def detect_encoding(source: Source, encoding: str | None) -> str:
    """Return the encoding of a source, whose bytes all belong to it.

    Args:
        source: The source.
        encoding: The argument. ``None``: by the byte order mark, otherwise UTF-8.

    Raises:
        InvalidInputError: The encoding is unknown.
        FileError: A byte does not belong to the encoding. The message names its line.
    """
    known = None if encoding is None else known_encoding(encoding)
    with source.open() as binary:
        start = binary.read(4)
    if source.is_text:
        return "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    mark = next((name for bom, name in BOMS if start.startswith(bom)), None)
    if known is not None:
        chosen = known
        if chosen == "utf-8" and mark == "utf-8-sig":
            chosen = mark
    elif mark is None and b"\0" in start:
        raise FileError(
            source.name,
            "the file is not UTF-8 text. If it is UTF-16 text without a byte order mark, give its "
            "encoding: encoding='utf-16-le' (--encoding utf-16-le)",
            line=1,
        )
    else:
        chosen = mark or "utf-8"
    _check_bytes(source, chosen, is_given=encoding is not None)
    return chosen


def known_encoding(encoding: str) -> str:
    """Return the usual name of an encoding.

    Raises:
        InvalidInputError: There is no such encoding of text.
    """
    try:
        codec = codecs.lookup(encoding)
    except (LookupError, TypeError):
        raise InvalidInputError(
            f"Unknown encoding {encoding!r}: write one such as 'utf-8', 'utf-16' or 'gb18030'"
        ) from None
    if not codec._is_text_encoding:
        raise InvalidInputError(f"{encoding!r} is not an encoding of text")
    return codec.name


def _check_bytes(source: Source, encoding: str, *, is_given: bool) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with source.open() as binary:
        while True:
            chunk = binary.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].decode(encoding, "ignore").count("\n")
                raise FileError(
                    source.name, _wrong_byte(error, encoding, is_given=is_given), line=line
                ) from None
            except UnicodeError as error:  # of some encodings that decode no text
                reason = f"the file cannot be read as {encoding}: {error}"
                raise FileError(source.name, reason) from None
            line += text.count("\n")
            if not chunk:
                return


def _wrong_byte(error: UnicodeDecodeError, encoding: str, *, is_given: bool) -> str:
    byte = error.object[error.start]
    problem = f"the byte 0x{byte:02x} is not {encoding.removesuffix('-sig').upper()}"
    if is_given:
        return f"{problem}. The file has another encoding, or is damaged"
    rest = error.object[error.start : error.start + 1000]
    # A character can be cut off at the end.
    other = next((name for name in OTHER_ENCODINGS if _decodes(rest, name)), OTHER_ENCODINGS[0])
    return (
        f"{problem}. Give the encoding of the file, such as encoding='{other}' (--encoding {other})"
    )


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def open_text(source: Source, encoding: str, newline: str) -> io.TextIOWrapper:
    """Return the text of a source, without a byte order mark.

    Args:
        source: The source.
        encoding: Its encoding.
        newline: As for ``open``.
    """
    text = io.TextIOWrapper(source.open(), encoding, newline=newline)
    # The codecs of `utf-16-le` and others keep the mark.
    if encoding not in ("utf-8", "utf-8-sig", "utf-16", "utf-32") and text.read(1) != "\ufeff":
        text.close()
        text = io.TextIOWrapper(source.open(), encoding, newline=newline)
    return text
