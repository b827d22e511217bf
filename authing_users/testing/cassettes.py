"""What goes into a cassette, and which recorded request answers a new one."""

import json
from collections.abc import Mapping
from typing import Any, Protocol, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

SCRUBBED = "**********"

# A field whose name ends like this holds a secret, in requests and answers, however deep.
SECRET_ENDINGS = ("authorization", "oauth", "password", "secret", "token")
# All other headers change from run to run, or hold what a cassette must not.
KEPT_HEADERS = frozenset({"content-type", "location", "retry-after", "x-request-id"})


class Request(Protocol):
    """A request as ``vcr`` holds it."""

    method: str
    uri: str
    body: Any
    headers: Any


def scrubbed(value: Any) -> Any:
    """Return JSON content with every secret replaced; what is null stays null."""
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, Any]", value)
        return {name: _scrubbed_field(name, field) for name, field in fields.items()}
    if isinstance(value, list):
        return [scrubbed(item) for item in cast("list[object]", value)]
    return value


def _scrubbed_field(name: str, value: Any) -> Any:
    if name.lower().endswith(SECRET_ENDINGS) and isinstance(value, str) and value:
        return SCRUBBED
    return scrubbed(value)


def _scrubbed_query(query: str) -> str:
    fields = parse_qsl(query, keep_blank_values=True)
    return urlencode([(name, _scrubbed_field(name, value)) for name, value in fields])


def scrub_request(request: Request) -> Request:
    """Take the secrets out of a request before it is recorded or compared."""
    body = _json(request.body)
    if body is not None:
        request.body = _bytes(scrubbed(body))
    parts = urlsplit(request.uri)
    request.uri = urlunsplit(parts._replace(query=_scrubbed_query(parts.query)))
    for name in list(request.headers):
        if name.lower() not in KEPT_HEADERS:
            del request.headers[name]
    return request


def scrub_response(response: dict[str, Any]) -> dict[str, Any]:
    """Take the secrets out of a response before it is recorded."""
    body = _json(response["body"]["string"])
    content = response["body"] if body is None else {"string": _bytes(scrubbed(body))}
    headers = {
        name: values for name, values in response["headers"].items() if name.lower() in KEPT_HEADERS
    }
    return {**response, "headers": headers, "body": content}


def same_call(first: Request, second: Request) -> None:
    """Compare two scrubbed requests: the operation and its variables, not the host.

    Raises:
        AssertionError: They differ; the message says in what.
    """
    if _call(first) != _call(second):
        raise AssertionError(f"{_call(first)} is not {_call(second)}")


def _call(request: Request) -> tuple[object, ...]:
    parts = urlsplit(request.uri)
    body = _json(request.body)
    graphql = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    if "operationName" in graphql:
        return parts.path, graphql["operationName"], graphql.get("variables") or {}
    content: object = request.body if body is None else cast("object", body)
    return request.method, parts.path, _scrubbed_query(parts.query), content


def cassette_settings() -> dict[str, Any]:
    """Return the settings of ``vcr`` for cassettes of this API."""
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
