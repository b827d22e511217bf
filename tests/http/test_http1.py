"""Reading responses, and writing requests, without a network."""

import gzip
import time
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authing_users._http1 import (
    LONGEST_CHUNK_LINE,
    LONGEST_HEAD,
    RemoteProtocolError,
    ResponseReader,
    head_fields,
    request_bytes,
)
from authing_users._runtime.secret import SecretBytes

Outcome = tuple[str, int, dict[str, str], bool, bytes]

MB = 1_000_000


def outcome(pieces: list[bytes], *, ends: bool = True) -> Outcome | str:
    """Return what becomes of a response: its parts, or that it is broken or not complete."""
    reader = ResponseReader()
    complete = False
    try:
        for piece in pieces:
            complete = reader.feed(piece)
        if not complete:
            if not ends:
                return "wants more"
            reader.end()
        return ("read", reader.status, reader.headers, reader.keep_alive, reader.body())
    except RemoteProtocolError as error:
        return f"broken: {error}" if complete else "broken"


def read(response: bytes) -> tuple[int, bool, bytes]:
    """Return status, keep-alive and body of a response that is complete before the end comes."""
    reader = ResponseReader()
    assert reader.feed(response)
    return reader.status, reader.keep_alive, reader.body()


def response(*fields: str, body: bytes = b"", line: str = "HTTP/1.1 200 OK") -> bytes:
    return "".join(f"{text}\r\n" for text in (line, *fields, "")).encode("latin-1") + body


def is_broken(whole: bytes) -> bool:
    try:
        ResponseReader().feed(whole)
    except RemoteProtocolError:
        return True
    return False


SIZED = response("Content-Length: 5", body=b"hello")
CHUNKED = response(
    "Transfer-Encoding: Chunked",
    body=b'3;a=b;c="d"\r\nhel\r\n02 \r\nlo\r\n0\r\nx-trailer: 1\r\n\r\n',
)
INTERIM = response("link: x", line="HTTP/1.1 103 Early Hints") + SIZED
UNTIL_END = response(body=b"hello")
OLD = response("Content-Length: 5", "Connection: keep-alive", body=b"hello", line="HTTP/1.0 200 OK")
ZIPPED = response(
    "content-encoding: gzip",
    f"content-length: {len(gzip.compress(b'hello', mtime=0))}",
    body=gzip.compress(b"hello", mtime=0),
)
EMPTY = response(line="HTTP/1.1 204 No Content")
GOOD = [SIZED, CHUNKED, INTERIM, UNTIL_END, OLD, ZIPPED, EMPTY]
BAD = [
    b"\r\n\r\n",
    response("Transfer-Encoding: chunked", body=b"x\r\n"),
    response("Transfer-Encoding: chunked", body=b"1\r\nab\r\n"),
    response("Content-Length: 5", "Content-Length: 6", body=b"hello"),
    response("a: " + "b" * LONGEST_HEAD),
    response("Transfer-Encoding: chunked", body=b"1;" + b"x" * LONGEST_CHUNK_LINE + b"\r\na\r\n"),
    b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    gzip.compress(b"hello"),
]


@pytest.mark.parametrize("whole", GOOD)
def test_a_response_is_read_wherever_it_is_split(whole: bytes) -> None:
    expected = outcome([whole])
    assert expected[0] == "read"
    for split in range(len(whole) + 1):
        assert outcome([whole[:split], whole[split:]]) == expected
    assert outcome([bytes([byte]) for byte in whole]) == expected


@st.composite
def partitions(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    whole = draw(st.sampled_from([*GOOD, *BAD]) | st.binary(max_size=60))
    whole += draw(st.sampled_from([b"", b"x", SIZED]))
    splits = sorted(draw(st.lists(st.integers(0, len(whole)), max_size=12)))
    ends = [*splits, len(whole)]
    return whole, [whole[start:end] for start, end in zip([0, *splits], ends, strict=True)]


@given(partitions(), st.booleans())
@settings(max_examples=300)
def test_how_the_bytes_come_in_makes_no_difference(
    case: tuple[bytes, list[bytes]], ends: bool
) -> None:
    whole, pieces = case
    assert outcome(pieces, ends=ends) == outcome([whole], ends=ends)


@pytest.mark.parametrize("size", [LONGEST_HEAD, LONGEST_HEAD + 1])
def test_what_is_too_long_a_head_does_not_depend_on_the_pieces(size: int) -> None:
    head = b"HTTP/1.1 204 x\r\na: ".ljust(size, b"x") + b"\r\n\r\n"
    for split in range(size - 2, size + 5):
        assert (outcome([head[:split], head[split:]]) == "broken") is (size > LONGEST_HEAD)


@pytest.mark.parametrize("size", [LONGEST_CHUNK_LINE, LONGEST_CHUNK_LINE + 1])
def test_what_is_too_long_a_line_does_not_depend_on_the_pieces(size: int) -> None:
    start = response("Transfer-Encoding: chunked")
    line = b"0;".ljust(size, b"x") + b"\r\n\r\n"
    for split in range(size - 2, size + 4):
        pieces = [start, line[:split], line[split:]]
        assert (outcome(pieces) == "broken") is (size > LONGEST_CHUNK_LINE)


PIECES = """
HTTP/1.1 200 OK|HTTP/1.0 100 |Content-Length: 3|Transfer-Encoding: chunked|connection: close
Content-Encoding: gzip|Content-Encoding: deflate|3|0|abc|:|;|\0|\r||
"""
ALMOST = st.lists(
    st.sampled_from([piece + end for piece in PIECES.strip().split("|") for end in ("", "\r\n")]),
    max_size=12,
).map(lambda pieces: "".join(pieces).encode())


@given(st.binary(max_size=200) | ALMOST, st.binary(max_size=20))
@settings(max_examples=500)
def test_garbage_is_read_or_incomplete_or_broken_and_nothing_else(start: bytes, end: bytes) -> None:
    result = outcome([start, end])
    assert isinstance(result, tuple) or result.startswith("broken")


# Less than a second where time grows with size; minutes, where it grows with its square.
LARGE = {
    "a long body": response(f"Content-Length: {10 * MB}", body=b"x" * 10 * MB),
    "small chunks": response(
        "Transfer-Encoding: chunked",
        body=(b"40\r\n" + b"x" * 64 + b"\r\n") * (10 * MB // 70) + b"0\r\n\r\n",
    ),
    "many trailers": response(
        "Transfer-Encoding: chunked",
        body=b"0\r\n" + (b"a: " + b"b" * 65 + b"\r\n") * (10 * MB // 70) + b"\r\n",
    ),
    "many interim heads": response("a: " + "b" * 150, line="HTTP/1.1 100 C") * 60_000 + SIZED,
    "no head": b"x" * 10 * MB,
    "no line": response("Transfer-Encoding: chunked", body=b"1" * 10 * MB),
}


@pytest.mark.parametrize("name", LARGE)
@pytest.mark.parametrize("size", [65_536, 20 * MB])
def test_ten_megabytes_take_no_quadratic_time(name: str, size: int) -> None:
    whole = LARGE[name]
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
    started = time.process_time()
    result = outcome(pieces)
    assert time.process_time() - started < 5
    assert result == "broken" or result[0] == "read"


def test_the_end_is_known_by_the_length_or_the_last_chunk() -> None:
    assert read(SIZED) == (200, True, b"hello")
    assert read(CHUNKED) == (200, True, b"hello")
    assert read(OLD) == (200, True, b"hello")


def test_without_a_length_the_body_ends_with_the_connection() -> None:
    reader = ResponseReader()
    assert not reader.feed(UNTIL_END)
    assert not reader.feed(b" again")
    reader.end()
    assert reader.body() == b"hello again"
    assert not reader.keep_alive


@pytest.mark.parametrize(
    ("whole", "what"),
    [
        (b"", "unanswered"),
        (response(line="HTTP/1.1 100 Continue"), "unanswered"),
        (b"HTTP", "in the middle"),
        (SIZED[:-1], "in the middle"),
        (CHUNKED[:-1], "in the middle"),
    ],
)
def test_a_connection_that_ends_too_early_is_broken(whole: bytes, what: str) -> None:
    reader = ResponseReader()
    assert not reader.feed(whole) if whole else True
    with pytest.raises(RemoteProtocolError, match=what):
        reader.end()


@pytest.mark.parametrize("status", [204, 304])
def test_some_answers_have_no_body_whatever_their_head_says(status: int) -> None:
    whole = response("Content-Length: 5", line=f"HTTP/1.1 {status} x")
    assert read(whole) == (status, True, b"")


def test_interim_answers_are_passed_over() -> None:
    reader = ResponseReader()
    assert reader.feed(response(line="HTTP/1.1 100 Continue") + INTERIM)
    assert reader.status == 200
    assert reader.headers == {"content-length": "5"}
    assert is_broken(response("upgrade: x", line="HTTP/1.1 101 Switching Protocols"))


@pytest.mark.parametrize(
    ("line", "connection", "keeps"),
    [
        ("HTTP/1.1 200 OK", None, True),
        ("HTTP/1.1 200", "Keep-Alive", True),
        ("HTTP/1.1 200 OK", "Close", False),
        ("HTTP/1.1 200 OK", "keep-alive, close", False),
        ("HTTP/1.0 200 OK", None, False),
        ("HTTP/1.0 200 OK", "Keep-Alive", True),
        ("HTTP/1.0 200 OK", "keep-alive, close", False),
    ],
)
def test_the_connection_is_kept_when_the_server_says_so(
    line: str, connection: str | None, keeps: bool
) -> None:
    fields = [] if connection is None else [f"Connection: {connection}"]
    assert read(response(*fields, "Content-Length: 0", line=line)) == (200, keeps, b"")


def test_chunks_of_an_old_server_are_the_last_thing_on_a_connection() -> None:
    whole = response(
        "Transfer-Encoding: chunked",
        "Connection: keep-alive",
        line="HTTP/1.0 200 OK",
        body=b"1\r\nx\r\n0\r\n\r\n",
    )
    assert read(whole) == (200, False, b"x")


@pytest.mark.parametrize("whole", [SIZED, CHUNKED, EMPTY])
def test_bytes_behind_an_answer_end_the_connection(whole: bytes) -> None:
    assert read(whole)[1] is True
    assert read(whole + b"H")[1] is False
    reader = ResponseReader()
    assert reader.feed(whole)
    assert reader.feed(SIZED)
    assert not reader.keep_alive
    assert reader.body() == read(whole)[2]


@pytest.mark.parametrize("lengths", [["5", "5"], ["5, 5"], ["5,5 , 5"], ["05", "05"]])
def test_a_repeated_length_is_one_length(lengths: list[str]) -> None:
    whole = response(*[f"Content-Length: {length}" for length in lengths], body=b"hello")
    assert read(whole) == (200, True, b"hello")


@pytest.mark.parametrize(
    "lengths",
    [
        ["5", "6"],
        *([text] for text in ("5, 6", "5,", "-5", "+5", "5.0", "0x5", "5 5", "", "5;q=1")),
        *([text] for text in ("9" * 20, "\xa05", "\x0b5", "\xb2")),
    ],
)
def test_a_length_that_is_none_is_broken(lengths: list[str]) -> None:
    assert is_broken(response(*[f"Content-Length: {length}" for length in lengths], body=b"hello"))


@pytest.mark.parametrize(
    "fields",
    [
        ["Transfer-Encoding: chunked", "Content-Length: 5"],
        ["Content-Length: 5", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: gzip, chunked"],
        ["Transfer-Encoding: identity"],
        ["Transfer-Encoding: chunked, identity"],
        ["Transfer-Encoding: xchunked"],
        ["Transfer-Encoding: \x0bchunked"],
        ["Transfer-Encoding:"],
    ],
)
def test_a_transfer_encoding_that_is_not_plainly_chunked_is_broken(fields: list[str]) -> None:
    assert is_broken(response(*fields, body=b"0\r\n\r\n"))


@pytest.mark.parametrize(
    "line", [b"", b" 1", b"-1", b"+1", b"0x1", b"g", b"1\n", b"1 x", b"1" * 16, "\u0661".encode()]
)
def test_a_chunk_without_a_size_is_broken(line: bytes) -> None:
    assert is_broken(response("Transfer-Encoding: chunked", body=line + b"\r\na\r\n"))


@pytest.mark.parametrize(
    "head",
    [
        response(line="HTTP/2 200 OK"),
        response(line="HTTP/1.1 20 OK"),
        response(line="HTTP/1.1 2000 OK"),
        response(line="HTTP/1.1 099 OK"),
        response(line="HTTP/1.1  200 OK"),
        response(line=" HTTP/1.1 200 OK"),
        response(line="HTTP/1.1 200\tOK"),
        response("no colon"),
        response(": no name"),
        response("a : b"),
        response(" folded: b"),
        response("a: b", " folded"),
        response("a\xe4: b"),
        response("a: b\nc: d"),
        response("a: b\rc: d"),
        response("a: b\0"),
        response(line="HTTP/1.1 200 O\nK"),
    ],
)
def test_a_head_that_can_be_read_in_two_ways_is_broken(head: bytes) -> None:
    assert is_broken(head)


def test_field_names_have_no_case_and_repeated_fields_are_joined() -> None:
    reader = ResponseReader()
    assert reader.feed(
        response("X-Request-ID:  a b\t", "x-many: 1", "X-Many: 2", "Content-Length: 0", "e:")
    )
    assert reader.headers == {
        "x-request-id": "a b",
        "x-many": "1, 2",
        "content-length": "0",
        "e": "",
    }


def raw_deflate(content: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(content) + stream.flush()


COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
}


@pytest.mark.parametrize("encoding", COMPRESSED)
@given(content=st.binary())
def test_compressed_bodies_are_decompressed(encoding: str, content: bytes) -> None:
    body = COMPRESSED[encoding](content)
    fields = f"Content-Encoding: {encoding.title()}", f"Content-Length: {len(body)}"
    assert read(response(*fields, body=body))[2] == content


def test_deflate_without_a_head_is_decompressed_too() -> None:
    bodies = {content: raw_deflate(content) for content in (b"%d " % n * n for n in range(800))}
    # Some begin with bytes whose checksum is that of zlib's head, which they do not have.
    assert any(int.from_bytes(body[:2]) % 31 == 0 for body in bodies.values())
    for content, body in bodies.items():
        fields = "Content-Encoding: deflate", f"Content-Length: {len(body)}"
        assert read(response(*fields, body=body))[2] == content


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
@pytest.mark.parametrize("part", [1, 2, 9, -1])
def test_a_body_that_cannot_be_decompressed_is_broken(encoding: str, part: int) -> None:
    body = COMPRESSED.get(encoding, gzip.compress)(b"hello" * 100)[:part]
    reader = ResponseReader()
    fields = f"Content-Encoding: {encoding}", f"Content-Length: {len(body)}"
    assert reader.feed(response(*fields, body=body))
    with pytest.raises(RemoteProtocolError):
        reader.body()


def test_a_compressed_body_of_no_bytes_is_empty() -> None:
    assert read(response("Content-Encoding: gzip", "Content-Length: 0"))[2] == b""


def test_a_request_is_its_line_its_fields_and_its_body() -> None:
    fields = head_fields("h:1", {"accept": "a"})
    assert bytes(request_bytes("POST", "/p?q=1", fields, "ü".encode())) == (
        b"POST /p?q=1 HTTP/1.1\r\nhost: h:1\r\naccept: a\r\naccept-encoding: gzip, deflate\r\n"
        b"content-length: 2\r\n\r\n\xc3\xbc"
    )
    assert bytes(request_bytes("DELETE", "/p", b"a: b\r\n", None)) == (
        b"DELETE /p HTTP/1.1\r\na: b\r\n\r\n"
    )
    assert request_bytes("POST", "/", b"", b"").endswith(b"content-length: 0\r\n\r\n")


def test_secret_bytes_are_sent_but_not_shown() -> None:
    secret = SecretBytes(b"canary")
    shown = [str(secret), repr(secret), f"{secret}", f"{secret!r}", f"{[secret]}", format(secret)]
    shown.append(str({"a": secret}))
    shown.append(repr(request_bytes("POST", "/", secret, secret)))
    shown.append(str(request_bytes("GET", "/canary", secret, None)))
    assert not any("canary" in text for text in shown)
    assert bytes(secret) == secret == b"canary"
    assert b"".join([secret]) == b"canary"
