"""Files that are written: they appear under their name when they are complete."""

import codecs
import errno
import os
import stat
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

from .._inputs.checks import type_name
from ..errors import InvalidInputError
from ._errors import CellError, FileError, path_problem

FileTarget = str | os.PathLike[str] | IO[bytes] | IO[str]
"""A path, ``"-"`` for the standard output, or a stream."""


class Target:
    """Where bytes are written to.

    A path is written as a temporary file in its folder, which replaces the file when it is
    complete. Only its owner can read a new file; a file that is replaced passes on its mode.

    Attributes:
        name: Name for messages.
        stream: The stream to write to.
    """

    def __init__(self, target: FileTarget, *, is_private: bool = False) -> None:
        self._path: Path | None = None
        self._temporary: Path | None = None
        self._is_private = is_private
        self._is_text = False
        if target == "-":
            self.name: str = "<stdout>"
            self.stream: IO[Any] = sys.stdout.buffer
        elif isinstance(target, str | os.PathLike):
            self._open(Path(target))
        elif hasattr(target, "write"):
            name = getattr(target, "name", None)
            self.name = Path(name).name if isinstance(name, str) else "<stream>"
            self.stream = cast("IO[Any]", target)
            self._is_text = hasattr(target, "encoding")
        else:
            raise InvalidInputError(
                f"target must be a path, '-' or a file that is open, not {type_name(target)}"
            )

    def _open(self, path: Path) -> None:
        self.name = path.name
        # A link stays one, and a device or pipe is written to.
        try:
            path = path.resolve()
            if path.exists() and not path.is_file():
                self.stream = path.open("wb")
                self._path = path
                return
            number, temporary = tempfile.mkstemp(
                prefix=f".{path.name}.", suffix=".part", dir=path.parent
            )
        except (OSError, ValueError) as error:  # ValueError: the path has a null byte
            raise _not_writable(str(path), error) from error
        self._path = path
        self._temporary = Path(temporary)
        self.stream = os.fdopen(number, "wb")

    def text_writer(self, encoding: str) -> "TextWriter":
        """Return an object whose ``write`` writes text."""
        return TextWriter(self.stream, None if self._is_text else encoding)

    def binary_stream(self) -> IO[bytes]:
        """Return the stream, to which bytes must be written.

        Raises:
            InvalidInputError: It is a stream of text.
        """
        if self._is_text:
            raise InvalidInputError("target must be a binary file, because the format is not text")
        return cast("IO[bytes]", self.stream)

    def commit(self) -> None:
        """Put the complete file in its place."""
        self.stream.flush()
        if self._path is None:
            return
        if self._temporary is None:
            self.stream.close()
            return
        os.fsync(self.stream.fileno())
        self.stream.close()
        if not self._is_private and self._path.exists():
            self._temporary.chmod(stat.S_IMODE(self._path.stat().st_mode))
        self._temporary.replace(self._path)

    def discard(self) -> None:
        """Remove the temporary file of a path. Nothing is removed from a stream."""
        if self._path is not None:
            with suppress(OSError):  # closing writes what is buffered
                self.stream.close()
            if self._temporary is not None:
                with suppress(FileNotFoundError):
                    self._temporary.unlink()

    @contextmanager
    def errors(self) -> Generator[None]:
        """Raise errors of the operating system as ``FileError``, except for a closed pipe."""
        try:
            yield
        except OSError as error:
            if isinstance(error, BrokenPipeError) or error.errno == errno.EPIPE:
                raise
            raise _not_writable(self.name, error) from error


def _not_writable(name: str, error: OSError | ValueError) -> FileError:
    reason = path_problem(error)
    return FileError(name, f"the file cannot be written: {reason}")


class TextWriter:
    """Writes text to a stream.

    Args:
        stream: The stream.
        encoding: The encoding of the text. ``None`` for a text stream.
    """

    def __init__(self, stream: IO[Any], encoding: str | None) -> None:
        self._stream = stream
        self._encoding = encoding
        self._encoder = None if encoding is None else codecs.getincrementalencoder(encoding)()

    def write(self, text: str) -> object:
        """Write text.

        Raises:
            CellError: The encoding lacks one of the characters.
        """
        if self._encoder is None:
            return self._stream.write(text)
        try:
            data = self._encoder.encode(text)
        except UnicodeEncodeError as error:
            character = error.object[error.start]
            raise CellError(
                f"the encoding {self._encoding} lacks the character {character!r}: choose another "
                "such as utf-8"
            ) from None
        return self._stream.write(data)

    def encodable(self, text: str) -> str:
        """Return text without characters that the encoding lacks: these are escaped."""
        if self._encoding is None or self._encoding.startswith("utf"):
            return text
        return text.encode(self._encoding, "backslashreplace").decode(self._encoding)
