"""The faults that the server can simulate, by name."""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import Enum, auto
from typing import Any, Literal, cast

from .fake_service import Content, Request, api_error

# Seconds between two bytes: shorter than any read timeout, so only a deadline ends the response.
BYTE_INTERVAL = 0.02
LARGE_BODY_SIZE = 10_000_000
SERVER_TIME = datetime(2026, 11, 24, 12, tzinfo=UTC)


PortState = Literal["listening", "closed", "unresponsive"]
"""Whether the server accepts connections, refuses connections or leaves them pending."""


class ConnectionAction(Enum):
    """An action on the connection after the response."""

    KEEP = auto()
    CLOSE = auto()
    RESET = auto()
    HANG = auto()


@dataclass(frozen=True)
class FaultResponse:
    """The bytes that the server sends for a request.

    Attributes:
        data: The bytes, which may be empty.
        connection: What the server does with the connection afterwards.
        byte_interval: Seconds between two bytes; ``None`` sends all bytes at once.
    """

    data: bytes = b""
    connection: ConnectionAction = ConnectionAction.KEEP
    byte_interval: float | None = None


@dataclass(frozen=True)
class FaultContext:
    """The data that a fault builds its response from.

    Attributes:
        request: The request.
        success: Content of the successful response; empty if the server does not execute the
            request.
        redirect_target: URL on another port, which clients must not call.
    """

    request: Request
    success: Content
    redirect_target: str


Responder = Callable[[FaultContext], FaultResponse]


@dataclass(frozen=True)
class Fault:
    """A fault of the server.

    Attributes:
        respond: Builds the response.
        executes: Whether the server executes the request before it fails.
        reads_body: Whether the server reads the body of the request.
        revokes_token: Whether the server revokes the token of the request.
    """

    respond: Responder
    executes: bool = False
    reads_body: bool = True
    revokes_token: bool = False


def http_response(
    body: bytes = b"", status: int = 200, headers: Mapping[str, str] | None = None
) -> bytes:
    """Return the bytes of an HTTP response."""
    fields = {
        "content-type": "application/json",
        "date": format_datetime(SERVER_TIME, usegmt=True),
        "content-length": str(len(body)),
        **(headers or {}),
    }
    lines = [f"HTTP/1.1 {status} Status", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def to_json(content: Any) -> bytes:
    """Serialize content as JSON."""
    return json.dumps(content, ensure_ascii=False).encode("utf-8")


def _success(context: FaultContext) -> bytes:
    return http_response(to_json(context.success))


def _no_response(connection: ConnectionAction) -> Responder:
    return lambda context: FaultResponse(connection=connection)


def _truncated(fraction: float, connection: ConnectionAction) -> Responder:
    """Send only the first part of the successful response."""

    def respond(context: FaultContext) -> FaultResponse:
        data = _success(context)
        return FaultResponse(data[: int(len(data) * fraction)], connection)

    return respond


def _byte_by_byte(interval: float) -> Responder:
    return lambda context: FaultResponse(_success(context), byte_interval=interval)


def _body(body: bytes, content_type: str = "application/json") -> Responder:
    return lambda context: FaultResponse(
        http_response(body, headers={"content-type": content_type})
    )


def _content(content: Any) -> Responder:
    return _body(to_json(content))


def _truncated_json(context: FaultContext) -> FaultResponse:
    body = to_json(context.success)
    return FaultResponse(http_response(body[: len(body) // 2]))


def _data_and_error(code: int) -> Responder:
    errors = api_error(code, "x")["errors"]
    return lambda context: FaultResponse(
        http_response(to_json(context.success | {"errors": errors}))
    )


def _error(context: FaultContext, code: int, message: str) -> FaultResponse:
    """Return an API error in the GraphQL or REST format, depending on the operation."""
    is_rest = "/" in context.request.operation
    content = {"code": code, "message": message} if is_rest else api_error(code, message)
    return FaultResponse(http_response(to_json(content)))


def _api_error(code: int) -> Responder:
    return lambda context: _error(context, code, "no")


def _error_with_secrets(context: FaultContext) -> FaultResponse:
    request = context.request
    return _error(context, 1001, f"no {request.token} or {request.variables.get('secret')}")


def _large(context: FaultContext) -> FaultResponse:
    return FaultResponse(
        http_response(to_json(context.success | {"padding": "x" * LARGE_BODY_SIZE}))
    )


def _wrong_content_type(context: FaultContext) -> FaultResponse:
    body = to_json(context.success)
    return FaultResponse(
        http_response(body, headers={"content-type": "text/html; charset=latin-1"})
    )


def _gzip(modify: Callable[[bytes], bytes]) -> Responder:
    def respond(context: FaultContext) -> FaultResponse:
        body = modify(gzip.compress(to_json(context.success)))
        return FaultResponse(http_response(body, headers={"content-encoding": "gzip"}))

    return respond


def _corrupt(body: bytes) -> bytes:
    # The first ten bytes are the gzip header. No deflate block starts with 0xff.
    return body[:10] + b"\xff" * 8 + body[18:]


def _chunked(context: FaultContext) -> FaultResponse:
    body = to_json(context.success)
    chunks = [body[start : start + 100] for start in range(0, len(body), 100)]
    framed = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in [*chunks, b""])
    head = http_response(headers={"transfer-encoding": "chunked"})
    return FaultResponse(head.replace(b"content-length: 0\r\n", b"") + framed)


def _without_content_length(context: FaultContext) -> FaultResponse:
    head, _, body = _success(context).partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"content-length")]
    return FaultResponse(b"\r\n".join([*lines, b"", body]), ConnectionAction.CLOSE)


def _status(status: int, **headers: str) -> Responder:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda context: FaultResponse(http_response(b"", status, fields))


def _redirect(status: int) -> Responder:
    return lambda context: FaultResponse(
        http_response(b"", status, {"location": context.redirect_target})
    )


def _informational_responses(context: FaultContext) -> FaultResponse:
    hints = b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n"
    return FaultResponse(b"HTTP/1.1 100 Continue\r\n\r\n" + hints + _success(context))


def _two_responses(context: FaultContext) -> FaultResponse:
    return FaultResponse(_success(context) + http_response(b"<html>unexpected</html>"))


def _connection_close(context: FaultContext) -> FaultResponse:
    body = to_json(context.success)
    return FaultResponse(
        http_response(body, headers={"connection": "close"}), ConnectionAction.CLOSE
    )


def _modified(modify: Callable[[Content], Content]) -> Responder:
    """Send well-formed JSON whose content deviates from the schema."""

    def respond(context: FaultContext) -> FaultResponse:
        content = modify(json.loads(to_json(context.success)))
        return FaultResponse(http_response(to_json(content)))

    return respond


def _duplicate_keys(context: FaultContext) -> FaultResponse:
    success = to_json(context.success)
    duplicates = b'{"data": 7, "code": "x", "message": [], '
    return FaultResponse(http_response(duplicates + success[1:]))


def _modify_objects(content: object, modify: Callable[[Content], None]) -> None:
    """Modify each JSON object in the content, nested ones first."""
    if isinstance(content, list):
        for item in cast("list[object]", content):
            _modify_objects(item, modify)
    elif isinstance(content, dict):
        fields = cast("Content", content)
        for item in list(fields.values()):
            _modify_objects(item, modify)
        modify(fields)


def _drop_optional(content: Content) -> Content:
    def drop(item: Content) -> None:
        for name in ("email", "status", "registerSource", "message", "iat", "exp"):
            item.pop(name, None)

    _modify_objects(content, drop)
    return content


def _drop_required(content: Content) -> Content:
    def drop(item: Content) -> None:
        for name in ("id", "isLogin", "accessToken"):
            item.pop(name, None)
        if item.get("data", 0) is None:
            del item["code"]  # without it, the outcome of a REST mutation is unknown

    _modify_objects(content, drop)
    return content


def _unknown_enums(content: Content) -> Content:
    def rename(item: Content) -> None:
        if "status" in item:
            item |= {"status": "Frozen", "gender": "X", "newlyInvented": {"a": [1]}}

    _modify_objects(content, rename)
    return content


def _nulls(content: Content) -> Content:
    def clear(item: Content) -> None:
        for name in ("id", "isLogin", "accessToken"):
            if name in item and not isinstance(item[name], dict):
                item[name] = None
        if item.get("data", 0) is None:
            item["code"] = None

    _modify_objects(content, clear)
    return content


def _with_retry_after(status: int, value: str) -> Fault:
    # Like the error page of a proxy, after the service has executed the request.
    return Fault(_status(status, retry_after=value), executes=True)


_GRAPHQL_ERROR: Content = {"errors": [{"message": "Cannot query field 'x'"}]}
_IN_A_SECOND = format_datetime(SERVER_TIME + timedelta(seconds=1), usegmt=True)

# Faults that leave the outcome of a mutation open execute the request first: only then can a test
# detect that a mutation was executed twice.
FAULTS: dict[str, Fault] = {
    "ok": Fault(lambda context: FaultResponse(_success(context)), executes=True),
    # Connection failures.
    "reset before reading": Fault(_no_response(ConnectionAction.RESET), reads_body=False),
    "reset after reading": Fault(_no_response(ConnectionAction.RESET)),
    "reset after executing": Fault(_no_response(ConnectionAction.RESET), executes=True),
    "closed after executing": Fault(_no_response(ConnectionAction.CLOSE), executes=True),
    "closed in the headers": Fault(_truncated(0.1, ConnectionAction.CLOSE), executes=True),
    "closed in the body": Fault(_truncated(0.8, ConnectionAction.CLOSE), executes=True),
    "reset in the body": Fault(_truncated(0.8, ConnectionAction.RESET), executes=True),
    # Slow and missing responses.
    "no response": Fault(_no_response(ConnectionAction.HANG), executes=True),
    "incomplete response": Fault(_truncated(0.8, ConnectionAction.HANG), executes=True),
    "byte by byte": Fault(_byte_by_byte(0), executes=True),
    "slow bytes": Fault(_byte_by_byte(BYTE_INTERVAL), executes=True),
    # Invalid responses.
    "empty body": Fault(_body(b""), executes=True),
    "not HTTP": Fault(
        lambda context: FaultResponse(b"SSH-2.0-x\r\n\r\n", ConnectionAction.CLOSE), executes=True
    ),
    "HTML with 200": Fault(_body(b"<html>Sign in</html>", "text/html"), executes=True),
    "truncated JSON": Fault(_truncated_json, executes=True),
    "null": Fault(_content(None), executes=True),
    "a list": Fault(_content([1, {"data": {}}]), executes=True),
    "data: null": Fault(_content({"data": None}), executes=True),
    "broken gzip": Fault(_gzip(_corrupt), executes=True),
    "truncated gzip": Fault(_gzip(lambda body: body[:-20]), executes=True),
    "required keys missing": Fault(_modified(_drop_required), executes=True),
    "nulls for non-null": Fault(_modified(_nulls), executes=True),
    # Unusual but valid responses.
    "10 MB": Fault(_large, executes=True),
    "wrong content type": Fault(_wrong_content_type, executes=True),
    "gzip": Fault(_gzip(bytes), executes=True),
    "chunked": Fault(_chunked, executes=True),
    "no content-length": Fault(_without_content_length, executes=True),
    "1xx responses": Fault(_informational_responses, executes=True),
    "two responses": Fault(_two_responses, executes=True),
    "connection: close": Fault(_connection_close, executes=True),
    "duplicate keys": Fault(_duplicate_keys, executes=True),
    "optional keys missing": Fault(_modified(_drop_optional), executes=True),
    "unknown enum values": Fault(_modified(_unknown_enums), executes=True),
    # API errors.
    "GraphQL error": Fault(_content(_GRAPHQL_ERROR)),
    "API error": Fault(_api_error(2004)),
    "data and errors": Fault(_data_and_error(2004), executes=True),
    "data and rejected token": Fault(_data_and_error(2206), executes=True, revokes_token=True),
    "rate limit of the API": Fault(_api_error(2100)),
    "code 500 with 200": Fault(_api_error(500), executes=True),
    "code 503 with 200": Fault(_api_error(503), executes=True),
    "API error with secrets": Fault(_error_with_secrets),
    "busy code with 200": Fault(_api_error(1000), executes=True),
    # Rejected tokens.
    "401": Fault(_status(401), executes=True, revokes_token=True),
    "code 2020": Fault(_api_error(2020), revokes_token=True),
    "code 2206": Fault(_api_error(2206), revokes_token=True),
    "code 2207": Fault(_api_error(2207), revokes_token=True),
    # HTTP statuses.
    "307 to another host": Fault(_redirect(307)),
    "302 to another host": Fault(_redirect(302)),
    "404": Fault(_status(404)),
    "408": Fault(_status(408), executes=True),
    "500": Fault(_status(500), executes=True),
    "502": Fault(_status(502), executes=True),
    "503": Fault(_status(503), executes=True),
    "504": Fault(_status(504), executes=True),
    "503, retry-after 1": _with_retry_after(503, "1"),
    "429": Fault(_status(429), executes=True),
    "429, retry-after 1": _with_retry_after(429, "1"),
    "429, retry-after date": _with_retry_after(429, _IN_A_SECOND),
    "429, retry-after text": _with_retry_after(429, "soon"),
    "429, retry-after -1": _with_retry_after(429, "-1"),
    "429, retry-after inf": _with_retry_after(429, "inf"),
    "429, retry-after 1e9": _with_retry_after(429, "1e9"),
}
