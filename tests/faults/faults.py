"""What can go wrong between a request and its answer, by name."""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import Enum, auto
from typing import Any, cast

from .fake_service import Content, Request, api_error

# Seconds between two bytes, when no timeout strikes and the end is still far away.
SLOW = 0.02
TEN_MEGABYTES = 10_000_000
SERVER_TIME = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Ending(Enum):
    """What becomes of the connection after an answer."""

    KEEP = auto()
    CLOSE = auto()
    RESET = auto()
    HANG = auto()


@dataclass(frozen=True)
class Reply:
    """What the server sends for a request.

    Attributes:
        answer: The bytes; may be none at all.
        ending: What becomes of the connection then.
        pause: Seconds between one byte and the next; all at once when ``None``.
    """

    answer: bytes = b""
    ending: Ending = Ending.KEEP
    pause: float | None = None


@dataclass(frozen=True)
class Situation:
    """What a fault may need to know.

    Attributes:
        request: The request.
        good: The content of the good answer; empty when the server does not act.
        elsewhere: Address of another server, which nobody has a reason to call.
    """

    request: Request
    good: Content
    elsewhere: str


@dataclass(frozen=True)
class Fault:
    """One way to fail.

    Attributes:
        reply: What is sent.
        acts: Whether the server does what the request asks for, before it fails.
        reads: Whether the server reads the body of the request.
        revokes: Whether the token of the request is not valid any more.
    """

    reply: Callable[[Situation], Reply]
    acts: bool = False
    reads: bool = True
    revokes: bool = False


def response(
    body: bytes = b"", status: int = 200, headers: Mapping[str, str] | None = None
) -> bytes:
    """Return a response as it goes over the wire."""
    fields = {
        "content-type": "application/json",
        "date": format_datetime(SERVER_TIME, usegmt=True),
        "content-length": str(len(body)),
        **(headers or {}),
    }
    lines = [f"HTTP/1.1 {status} Status", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def encoded(content: Any) -> bytes:
    """Return content as JSON."""
    return json.dumps(content, ensure_ascii=False).encode("utf-8")


def _good(situation: Situation) -> bytes:
    return response(encoded(situation.good))


def _nothing(ending: Ending) -> Callable[[Situation], Reply]:
    return lambda situation: Reply(ending=ending)


def _cut(part: float, ending: Ending) -> Callable[[Situation], Reply]:
    """Send only a part of the good answer."""

    def reply(situation: Situation) -> Reply:
        answer = _good(situation)
        return Reply(answer[: int(len(answer) * part)], ending)

    return reply


def _dripping(pause: float) -> Callable[[Situation], Reply]:
    return lambda situation: Reply(_good(situation), pause=pause)


def _body(body: bytes, content_type: str = "application/json") -> Callable[[Situation], Reply]:
    return lambda situation: Reply(response(body, headers={"content-type": content_type}))


def _content(content: Any) -> Callable[[Situation], Reply]:
    return _body(encoded(content))


def _half_a_document(situation: Situation) -> Reply:
    body = encoded(situation.good)
    return Reply(response(body[: len(body) // 2]))


def _data_and_errors(situation: Situation) -> Reply:
    return Reply(response(encoded(situation.good | {"errors": api_error(2004, "x")["errors"]})))


def _error(situation: Situation, code: int, message: str) -> Reply:
    """Answer with an error of the API, in the shape that fits the operation."""
    is_rest = "/" in situation.request.operation
    content = {"code": code, "message": message} if is_rest else api_error(code, message)
    return Reply(response(encoded(content)))


def _api_error(code: int) -> Callable[[Situation], Reply]:
    return lambda situation: _error(situation, code, "no")


def _repeats_secrets(situation: Situation) -> Reply:
    request = situation.request
    return _error(situation, 1001, f"no {request.token} or {request.variables.get('secret')}")


def _large(situation: Situation) -> Reply:
    return Reply(response(encoded(situation.good | {"padding": "x" * TEN_MEGABYTES})))


def _wrong_content_type(situation: Situation) -> Reply:
    body = encoded(situation.good)
    return Reply(response(body, headers={"content-type": "text/html; charset=latin-1"}))


def _gzip(change: Callable[[bytes], bytes]) -> Callable[[Situation], Reply]:
    def reply(situation: Situation) -> Reply:
        body = change(gzip.compress(encoded(situation.good)))
        return Reply(response(body, headers={"content-encoding": "gzip"}))

    return reply


def _corrupted(body: bytes) -> bytes:
    # Behind the header of ten bytes; no block begins like that.
    return body[:10] + b"\xff" * 8 + body[18:]


def _chunked(situation: Situation) -> Reply:
    body = encoded(situation.good)
    chunks = [body[start : start + 100] for start in range(0, len(body), 100)]
    framed = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in [*chunks, b""])
    head = response(headers={"transfer-encoding": "chunked"})
    return Reply(head.replace(b"content-length: 0\r\n", b"") + framed)


def _without_length(situation: Situation) -> Reply:
    head, _, body = _good(situation).partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"content-length")]
    return Reply(b"\r\n".join([*lines, b"", body]), Ending.CLOSE)


def _status(status: int, **headers: str) -> Callable[[Situation], Reply]:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda situation: Reply(response(b"", status, fields))


def _redirect(status: int) -> Callable[[Situation], Reply]:
    return lambda situation: Reply(response(b"", status, {"location": situation.elsewhere}))


def _interim(situation: Situation) -> Reply:
    hints = b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n"
    return Reply(b"HTTP/1.1 100 Continue\r\n\r\n" + hints + _good(situation))


def _two_answers(situation: Situation) -> Reply:
    return Reply(_good(situation) + response(b"<html>unasked</html>"))


def _goodbye(situation: Situation) -> Reply:
    body = encoded(situation.good)
    return Reply(response(body, headers={"connection": "close"}), Ending.CLOSE)


def _changed(change: Callable[[Content], Content]) -> Callable[[Situation], Reply]:
    """Answer what is well formed, and not what the schema says."""

    def reply(situation: Situation) -> Reply:
        content = change(json.loads(encoded(situation.good)))
        return Reply(response(encoded(content)))

    return reply


def _duplicate_keys(situation: Situation) -> Reply:
    good = encoded(situation.good)
    return Reply(response(b'{"data": 7, "code": "x", "message": [], ' + good[1:]))


def _each_object(content: object, change: Callable[[Content], None]) -> None:
    """Change every user, page, token, status or outcome in some content."""
    if isinstance(content, list):
        for item in cast("list[object]", content):
            _each_object(item, change)
    elif isinstance(content, dict):
        fields = cast("Content", content)
        for item in list(fields.values()):
            _each_object(item, change)
        change(fields)


def _drop_optional(content: Content) -> Content:
    def drop(item: Content) -> None:
        for name in ("email", "status", "registerSource", "message", "iat", "exp"):
            item.pop(name, None)

    _each_object(content, drop)
    return content


def _drop_required(content: Content) -> Content:
    def drop(item: Content) -> None:
        for name in ("id", "isLogin", "accessToken"):
            item.pop(name, None)
        if item.get("data", 0) is None:
            del item["code"]  # a change without it has no known outcome

    _each_object(content, drop)
    return content


def _unknown_enums(content: Content) -> Content:
    def rename(item: Content) -> None:
        if "status" in item:
            item |= {"status": "Frozen", "gender": "X", "newlyInvented": {"a": [1]}}

    _each_object(content, rename)
    return content


def _nulls(content: Content) -> Content:
    def clear(item: Content) -> None:
        for name in ("id", "isLogin", "accessToken"):
            if name in item and not isinstance(item[name], dict):
                item[name] = None
        if item.get("data", 0) is None:
            item["code"] = None

    _each_object(content, clear)
    return content


def _with_retry_after(status: int, value: str) -> Fault:
    return Fault(_status(status, retry_after=value))


_ERRORS_AS_TEXT: Content = {"errors": [{"message": "Cannot query field 'x'"}]}
_IN_A_SECOND = format_datetime(SERVER_TIME + timedelta(seconds=1), usegmt=True)

# A fault whose meaning for a change is open acts first: that is when doing it again does harm.
FAULTS: dict[str, Fault] = {
    "good": Fault(lambda situation: Reply(_good(situation)), acts=True),
    # The connection fails.
    "reset before reading": Fault(_nothing(Ending.RESET), reads=False),
    "reset after reading": Fault(_nothing(Ending.RESET)),
    "reset after acting": Fault(_nothing(Ending.RESET), acts=True),
    "closed after acting": Fault(_nothing(Ending.CLOSE), acts=True),
    "closed in the head": Fault(_cut(0.1, Ending.CLOSE), acts=True),
    "closed in the body": Fault(_cut(0.8, Ending.CLOSE), acts=True),
    "reset in the body": Fault(_cut(0.8, Ending.RESET), acts=True),
    # Time passes.
    "never answers": Fault(_nothing(Ending.HANG), acts=True),
    "never ends": Fault(_cut(0.8, Ending.HANG), acts=True),
    "byte by byte": Fault(_dripping(0), acts=True),
    "endless drip": Fault(_dripping(SLOW), acts=True),
    # The answer is no answer.
    "0 bytes": Fault(_body(b""), acts=True),
    "no HTTP": Fault(lambda situation: Reply(b"SSH-2.0-x\r\n\r\n", Ending.CLOSE), acts=True),
    "HTML with 200": Fault(_body(b"<html>Sign in</html>", "text/html"), acts=True),
    "half a document": Fault(_half_a_document, acts=True),
    "null": Fault(_content(None), acts=True),
    "a list": Fault(_content([1, {"data": {}}]), acts=True),
    "data: null": Fault(_content({"data": None}), acts=True),
    "broken gzip": Fault(_gzip(_corrupted), acts=True),
    "truncated gzip": Fault(_gzip(lambda body: body[:-20]), acts=True),
    "required keys missing": Fault(_changed(_drop_required), acts=True),
    "nulls for non-null": Fault(_changed(_nulls), acts=True),
    # The answer is unusual, and good.
    "10 MB": Fault(_large, acts=True),
    "wrong content type": Fault(_wrong_content_type, acts=True),
    "gzip": Fault(_gzip(bytes), acts=True),
    "chunked": Fault(_chunked, acts=True),
    "without a length": Fault(_without_length, acts=True),
    "stray 1xx": Fault(_interim, acts=True),
    "two answers": Fault(_two_answers, acts=True),
    "connection: close": Fault(_goodbye, acts=True),
    "duplicate keys": Fault(_duplicate_keys, acts=True),
    "optional keys missing": Fault(_changed(_drop_optional), acts=True),
    "unknown enum values": Fault(_changed(_unknown_enums), acts=True),
    # The API answers an error.
    "errors as text": Fault(_content(_ERRORS_AS_TEXT)),
    "errors as objects": Fault(_api_error(2004)),
    "data and errors": Fault(_data_and_errors, acts=True),
    "errors with secrets": Fault(_repeats_secrets),
    "busy in a 200": Fault(_api_error(1000), acts=True),
    # The token is refused.
    "401": Fault(_status(401), revokes=True),
    "code 2020": Fault(_api_error(2020), revokes=True),
    "code 2206": Fault(_api_error(2206), revokes=True),
    "code 2207": Fault(_api_error(2207), revokes=True),
    # Statuses.
    "307 to elsewhere": Fault(_redirect(307)),
    "302 to elsewhere": Fault(_redirect(302)),
    "408": Fault(_status(408), acts=True),
    "500": Fault(_status(500), acts=True),
    "502": Fault(_status(502), acts=True),
    "503": Fault(_status(503), acts=True),
    "504": Fault(_status(504), acts=True),
    "503, after 1 s": _with_retry_after(503, "1"),
    "429": Fault(_status(429), acts=True),
    "429, after 1 s": _with_retry_after(429, "1"),
    "429, after a date": _with_retry_after(429, _IN_A_SECOND),
    "429, after nonsense": Fault(_status(429, retry_after="soon"), acts=True),
    "429, after -1 s": Fault(_status(429, retry_after="-1"), acts=True),
    "429, after inf": Fault(_status(429, retry_after="inf"), acts=True),
    "429, after 1e9 s": _with_retry_after(429, "1e9"),
}
