"""Recognizes the requests of the API, and says when two of them are the same call."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, cast
from urllib.parse import parse_qsl, urlsplit

from .documents import document_hash, operation_of
from .json_text import canonical_json
from .pools import OWN_POOL, text_with_pool, with_pool
from .scrubbing import CassetteScrubber

POOL_HEADER = "x-authing-userpool-id"
# Our client sends both, and so do the vendor's SDKs.
_CLIENT_HEADERS = ("x-authing-request-from", "x-authing-sdk-version")
# Paths of recordings without headers, which older versions made.
_GRAPHQL_PATH = "/graphql/v2"
_REST_PREFIXES = ("/api/v2/", "/api/v3/")
_LOGOUT_PATH = "/logout"
_KEY_OPERATION = "GET /api/v2/.well-known"

Preparation = Literal["token", "key"]


class VCRRequest(Protocol):
    """The attributes of a request of ``vcrpy`` that are used here."""

    method: str
    uri: str
    body: Any
    headers: Any


@dataclass(slots=True, eq=False)
class Call:
    """A request of the API, as it is compared: without secrets, host, and ID of the pool.

    Attributes:
        operation: Name of the operation, or method and path.
        pool: ID of the user pool, its alias in a recording, or ``None`` if it is not known.
        content: Variables, or query and body.
        document: Hash of the GraphQL document, or ``None``.
        query: The GraphQL document, if it is known.
        preparation: What the client asks for to prepare other calls: a management token, or the
            public key for passwords. ``None`` for all other calls.
        key: Equal for equal calls.
    """

    operation: str
    pool: str | None
    content: dict[str, Any]
    document: str | None = None
    query: str | None = field(default=None, repr=False)
    preparation: Preparation | None = None
    key: tuple[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.set_pool(self.pool)

    def set_pool(self, pool: str | None) -> None:
        """Say which pool the call is for."""
        self.pool = pool
        # A document without a name is the only name of its operation.
        parts = self.operation or self.document or "", canonical_json(self.content)
        if pool:
            parts = (
                text_with_pool(parts[0], pool, OWN_POOL),
                text_with_pool(parts[1], pool, OWN_POOL),
            )
        self.key = parts


def is_api_request(request: VCRRequest) -> bool:
    """Whether a client of this API sent a request: its headers say so, not its host or path."""
    headers = request.headers
    return POOL_HEADER in headers and any(name in headers for name in _CLIENT_HEADERS)


def pool_of(request: VCRRequest) -> str:
    """Return the ID of the user pool of a request of this API."""
    return _text(request.headers[POOL_HEADER])


def live_call(request: VCRRequest, pool: str, scrubber: CassetteScrubber) -> Call:
    """Return the call that a client makes."""
    return _call(request, pool, scrubber)


def recorded_call(request: VCRRequest, scrubber: CassetteScrubber | None) -> Call | None:
    """Return the call of a recorded request, or ``None`` if it is not one of this API.

    Args:
        request: The request.
        scrubber: Removes its secrets; ``None`` if it has none.
    """
    if POOL_HEADER in request.headers:
        return _call(request, pool_of(request), scrubber)
    path = urlsplit(request.uri).path
    is_graphql = path == _GRAPHQL_PATH and b"operationName" in (body_bytes(request.body))
    if is_graphql or path.startswith(_REST_PREFIXES) or path == _LOGOUT_PATH:
        return _call(request, None, scrubber)
    return None


def graphql_content(body: bytes) -> dict[str, Any] | None:
    """Return the content of a body that holds a GraphQL operation."""
    try:
        content: object = json.loads(body)
    except ValueError:
        return None
    if not isinstance(content, dict):
        return None
    fields = cast("dict[str, Any]", content)
    is_graphql = isinstance(fields.get("query"), str) or isinstance(fields.get("document"), str)
    return fields if is_graphql else None


def describe_recorded(request: Mapping[str, Any]) -> str:
    """Return the operation of a recorded request, or its method and path."""
    content = graphql_content(body_bytes(request["body"])) or {}
    parts = urlsplit(str(request["uri"]))
    return str(content.get("operationName") or f"{request['method']} {parts.path}")


def _call(request: VCRRequest, pool: str | None, scrubber: CassetteScrubber | None) -> Call:
    # Before personal data is replaced, which an ID is.
    body = body_bytes(request.body)
    body = body if pool is None else with_pool(body, pool, OWN_POOL)
    content = graphql_content(body)
    if content is None:
        return _rest_call(request, body, pool, scrubber)
    query = content.get("query")
    document = content.get("document") if query is None else document_hash(query)
    name = content.get("operationName") or (operation_of(query) if query else None)
    variables: dict[str, Any] = content.get("variables") or {}
    if scrubber is not None:
        variables = scrubber.json(variables)
    is_for_token = name == "GetAccessToken" or (query is not None and "accessToken(" in query)
    if pool is None and is_for_token and isinstance(variables.get("userPoolId"), str):
        pool = variables["userPoolId"]
    return Call(
        operation=str(name or ""),
        pool=pool,
        content={"variables": variables},
        document=document if isinstance(document, str) else None,
        query=query,
        preparation="token" if is_for_token and "secret" in variables else None,
    )


def _rest_call(
    request: VCRRequest, body: bytes, pool: str | None, scrubber: CassetteScrubber | None
) -> Call:
    uri = request.uri if pool is None else text_with_pool(request.uri, pool, OWN_POOL)
    parts = urlsplit(uri if scrubber is None else scrubber.url(uri))
    content: dict[str, Any] = {}
    if parts.query:
        content["query"] = _parameters(parts.query)
    if body:
        if scrubber is not None:
            body = scrubber.body(body, _content_type(request))
        try:
            content["body"] = json.loads(body)
        except ValueError:
            content["body"] = body.decode("utf-8", "backslashreplace")
    operation = f"{request.method} {parts.path}"
    preparation: Preparation | None = "key" if operation == _KEY_OPERATION else None
    return Call(operation, pool, content, preparation=preparation)


def _parameters(query: str) -> dict[str, Any]:
    values: dict[str, list[str]] = {}
    for name, value in sorted(parse_qsl(query, keep_blank_values=True)):
        values.setdefault(name, []).append(value)
    return {name: listed if len(listed) > 1 else listed[0] for name, listed in values.items()}


def _content_type(request: VCRRequest) -> str | None:
    value = request.headers.get("content-type")
    return None if value is None else _text(value)


def _text(value: Any) -> str:
    """Return the value of a header, which some HTTP clients give as bytes or as a list."""
    if isinstance(value, list | tuple):
        value = cast("list[Any]", value)[0] if value else ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def body_bytes(body: Any) -> bytes:
    """Return the body of a request as bytes; empty if it has none."""
    if body is None:
        return b""
    if isinstance(body, bytes):
        return bytes(body)  # also of SecretBytes
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    if isinstance(body, dict | list):  # aiohttp's json=
        return json.dumps(body).encode()
    content: Any = body.read() if hasattr(body, "read") else b"".join(body)
    return bytes(content)
