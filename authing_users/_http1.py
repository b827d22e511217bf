"""HTTP/1.1 as this client speaks it: one request at a time on a connection. Does no I/O."""

import re
import zlib
from collections.abc import Mapping

from ._runtime.secret import SecretBytes

# What is longer is no answer of an API.
LONGEST_HEAD = 65_536
LONGEST_CHUNK_LINE = 4_096

_HEAD_END = b"\r\n\r\n"
_STATUS_LINE = re.compile(r"HTTP/1\.([01]) ([1-9][0-9]{2})(?: |$)")
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;|\Z)")
_LENGTH = re.compile(r"[0-9]{1,15}")
_WITHOUT_BODY = frozenset({204, 304})
_GZIP_OR_ZLIB = 47  # window bits that make zlib read either
_RAW_DEFLATE = -15
_DEFLATE_METHOD = 8  # what the first byte of zlib's head says in its lower half


class RemoteProtocolError(Exception):
    """What the server sent is no HTTP response, or only a part of one."""


def head_fields(host: str, headers: Mapping[str, str]) -> bytes:
    """Return the fields of a request's head that are the same at every request.

    Args:
        host: Host, and port where it is not the usual one.
        headers: The other fields.
    """
    fields = {"host": host, **headers, "accept-encoding": "gzip, deflate"}
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode("ascii")


def request_bytes(method: str, target: str, fields: bytes, body: bytes | None) -> SecretBytes:
    """Return a whole request, which may hold secrets in its head and in its body.

    Args:
        method: HTTP method.
        target: Path and query, encoded.
        fields: The fields of the head, each with its line end.
        body: The body; a request that has none, by its method, carries no length.
    """
    line = f"{method} {target} HTTP/1.1\r\n".encode("ascii")
    if body is None:
        return SecretBytes(line + fields + b"\r\n")
    return SecretBytes(b"%b%bcontent-length: %d\r\n\r\n%b" % (line, fields, len(body), body))


class ResponseReader:
    """Reads one response from the bytes of a connection, as they come.

    Attributes:
        status: HTTP status.
        headers: Fields of the head, their names in lower case; repeated ones joined by commas.
        keep_alive: Whether the connection can carry another request afterwards.
    """

    __slots__ = (
        "_at",
        "_buffer",
        "_done",
        "_left",
        "_parts",
        "_step",
        "headers",
        "keep_alive",
        "status",
    )

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.keep_alive = False
        self._buffer = b""
        self._at = 0  # what stands before has been read
        self._parts: list[bytes] = []
        self._left = 0
        # A function and not a bound method, which would make a cycle for the collector.
        self._step = ResponseReader._read_head
        self._done = False

    def feed(self, data: bytes) -> bool:
        """Take the next bytes; return whether the response is complete.

        Raises:
            BrokenResponseError: This is no HTTP response.
        """
        rest = self._buffer[self._at :]
        self._buffer, self._at = rest + data if rest else data, 0
        while not self._done and self._step(self):
            pass
        if self._done and self._at < len(self._buffer):
            self.keep_alive = False  # nobody asked for what comes behind the response
        return self._done

    def end(self) -> None:
        """Take the end of the connection.

        Raises:
            BrokenResponseError: The response is not complete.
        """
        if not self._done:
            if self._step is not ResponseReader._read_until_end:
                begun = self.status or self._at < len(self._buffer)
                what = "in the middle of its answer" if begun else "unanswered"
                raise RemoteProtocolError(f"The server closed the connection {what}")
            self._done = True

    def body(self) -> bytes:
        """Return the body, decompressed.

        Raises:
            BrokenResponseError: It cannot be decompressed.
        """
        body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        encoding = self.headers.get("content-encoding", "identity").lower()
        if encoding == "identity" or not body:
            return body
        if encoding not in ("gzip", "x-gzip", "deflate"):
            raise RemoteProtocolError("The server compressed its answer in an unknown way")
        return _decompressed(body, encoding)

    # Each step returns whether the next one has something to do; all read what is buffered.

    def _read_head(self) -> bool:
        head = self._until(_HEAD_END, LONGEST_HEAD)
        if head is None:
            return False
        text = head.decode("latin-1")
        line, *fields = text.split("\r\n")
        match = _STATUS_LINE.match(line)
        if match is None:
            raise RemoteProtocolError("The server's answer does not begin as HTTP")
        # What ends a line for some and not for others has no place in a head.
        if {text.count("\r"), text.count("\n")} != {len(fields)} or "\0" in text:
            raise RemoteProtocolError("The server's answer has a broken HTTP head")
        self.headers = _fields(fields)
        status = int(match[2])
        if status < 200:
            if status == 101:
                raise RemoteProtocolError("The server switched to another protocol")
            return True  # an interim response: the real one follows
        self.status = status
        connection = self.headers.get("connection", "").lower()
        self.keep_alive = "close" not in connection and (
            match[1] == "1"
            # HTTP/1.0 has no chunks: who sends them all the same may be wrong about the end.
            or ("keep-alive" in connection and "transfer-encoding" not in self.headers)
        )
        return self._choose_body()

    def _choose_body(self) -> bool:
        if self.status in _WITHOUT_BODY:
            self._done = True
        elif (coding := self.headers.get("transfer-encoding")) is not None:
            if coding.lower() != "chunked" or "content-length" in self.headers:
                raise RemoteProtocolError("The server's answer has no clear length")
            self._step = ResponseReader._read_chunk_size
        elif (length := self.headers.get("content-length")) is not None:
            lengths = {part.strip(" \t") for part in length.split(",")}
            if len(lengths) != 1 or not _LENGTH.fullmatch(length := lengths.pop()):
                raise RemoteProtocolError("The server's answer has no clear length")
            self._left = int(length)
            self._step = ResponseReader._read_length
        else:
            self.keep_alive = False
            self._step = ResponseReader._read_until_end
        return True

    def _read_length(self) -> bool:
        self._take_left()
        self._done = not self._left
        return False

    def _read_until_end(self) -> bool:
        self._left = len(self._buffer) - self._at
        self._take_left()
        return False

    def _read_chunk_size(self) -> bool:
        line = self._until(b"\r\n", LONGEST_CHUNK_LINE)
        if line is None:
            return False
        match = _SIZE.match(line)
        if match is None:
            raise RemoteProtocolError("The server's answer is chunked in a wrong way")
        self._left = int(match[1], 16)
        self._step = ResponseReader._read_chunk if self._left else ResponseReader._read_trailer
        return True

    def _read_chunk(self) -> bool:
        self._take_left()
        if self._left:
            return False
        self._step = ResponseReader._read_chunk_end
        return True

    def _read_chunk_end(self) -> bool:
        line = self._until(b"\r\n", LONGEST_CHUNK_LINE)
        if line is None:
            return False
        if line:
            raise RemoteProtocolError("The server's answer is chunked in a wrong way")
        self._step = ResponseReader._read_chunk_size
        return True

    def _read_trailer(self) -> bool:
        line = self._until(b"\r\n", LONGEST_CHUNK_LINE)
        self._done = line == b""
        return bool(line)

    def _until(self, mark: bytes, longest: int) -> bytes | None:
        """Return what stands before the next mark, and go behind it."""
        start, end = self._at, self._buffer.find(mark, self._at)
        # A mark of which the last byte is missing may begin here: how bytes come in makes no
        # difference to what is too long.
        length = (len(self._buffer) - len(mark) + 1 if end < 0 else end) - start
        if length > longest:
            raise RemoteProtocolError("The server's answer has too long a head or line")
        if end < 0:
            return None
        self._at = end + len(mark)
        return self._buffer[start:end]

    def _take_left(self) -> None:
        part = self._buffer[self._at : self._at + self._left]
        if part:
            self._parts.append(part)
            self._at += len(part)
            self._left -= len(part)


def _fields(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not _NAME.fullmatch(name):
            raise RemoteProtocolError("The server's answer has a broken HTTP head")
        key, value = name.lower(), value.strip(" \t")
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers


def _decompressed(body: bytes, encoding: str) -> bytes:
    # Some servers send raw deflate data for what HTTP calls deflate.
    has_head = body[0] & 0x0F == _DEFLATE_METHOD and int.from_bytes(body[:2]) % 31 == 0
    raw = encoding == "deflate" and not has_head
    stream = zlib.decompressobj(_RAW_DEFLATE if raw else _GZIP_OR_ZLIB)
    try:
        content = stream.decompress(body)
    except zlib.error:
        raise RemoteProtocolError("The server's answer cannot be decompressed") from None
    if not stream.eof:
        raise RemoteProtocolError("The server's answer cannot be decompressed")
    return content
