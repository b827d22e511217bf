"""Scrub secrets from recorded requests and responses, and match requests when replaying."""

import json
from collections import deque
from collections.abc import Mapping
from typing import Any, Protocol, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ..._runtime.secret import MASK, SECRET_ENDINGS, Scrubber, Secret

# All other headers are removed: they differ between runs, or contain secrets.
KEPT_HEADERS = frozenset({"content-type", "location", "retry-after", "x-request-id"})

# The last secrets that were masked by the name of their field. A server may repeat them in
# responses, in other fields and headers. Short ones could be ordinary words.
_seen: deque[Secret] = deque(maxlen=64)
SHORTEST_SEEN = 9


class Request(Protocol):
    """The attributes of a ``vcr`` request that are used here."""

    method: str
    uri: str
    body: Any
    headers: Any


def scrubbed(value: Any) -> Any:
    """Return a copy of JSON content with all secrets replaced, except null ones."""
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, Any]", value)
        return {name: _scrubbed_field(name, field) for name, field in fields.items()}
    if isinstance(value, list):
        return [scrubbed(item) for item in cast("list[object]", value)]
    return value


def _scrubbed_field(name: str, value: Any) -> Any:
    if name.lower().endswith(SECRET_ENDINGS) and isinstance(value, str) and value:
        _remember(value)
        return MASK
    return scrubbed(value)


def _remember(value: str) -> None:
    if len(value) >= SHORTEST_SEEN and value != MASK and value not in _seen:
        _seen.append(Secret(value))


def _scrubbed_query(query: str) -> str:
    fields = parse_qsl(query, keep_blank_values=True)
    return urlencode([(name, _scrubbed_field(name, value)) for name, value in fields])


def scrub_request(request: Request) -> Request:
    """Remove the secrets of a request, in place, before it is recorded or compared."""
    body = _json(request.body)
    if body is not None:
        request.body = _bytes(scrubbed(body))
    parts = urlsplit(request.uri)
    request.uri = urlunsplit(parts._replace(query=_scrubbed_query(parts.query)))
    for name in list(request.headers):
        if name.lower() == "authorization":
            _remember(str(request.headers[name]).removeprefix("Bearer "))
        if name.lower() not in KEPT_HEADERS:
            del request.headers[name]
    return request


def scrub_response(response: dict[str, Any]) -> dict[str, Any]:
    """Return a response without its secrets, to be recorded."""
    body = _json(response["body"]["string"])
    content = response["body"] if body is None else {"string": scrubbed(body)}
    headers = {
        name: values for name, values in response["headers"].items() if name.lower() in KEPT_HEADERS
    }
    masked = Scrubber(_seen).value({**response, "headers": headers, "body": content})
    if body is not None:
        masked["body"]["string"] = _bytes(masked["body"]["string"])
    return cast("dict[str, Any]", masked)


def same_call(first: Request, second: Request) -> None:
    """Compare the operations and variables of two scrubbed requests. Hosts may differ.

    Raises:
        AssertionError: The requests differ. The message shows both.
    """
    if _identity(first) != _identity(second):
        raise AssertionError(f"{_identity(first)} is not {_identity(second)}")


def _identity(request: Request) -> tuple[object, ...]:
    parts = urlsplit(request.uri)
    body = _json(request.body)
    graphql = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    if "operationName" in graphql:
        return parts.path, graphql["operationName"], graphql.get("variables") or {}
    content: object = request.body if body is None else cast("object", body)
    return request.method, parts.path, _scrubbed_query(parts.query), content


def cassette_settings() -> dict[str, Any]:
    """Return ``vcr`` settings that scrub and match the requests of this API."""
    return {
        "before_record_request": scrub_request,
        "before_record_response": scrub_response,
        "decode_compressed_response": True,
        "match_on": ["authing_call"],
    }


def _json(body: Any) -> Any:
    try:
        return json.loads(body)
    except (TypeError, ValueError):
        return None


def _bytes(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
