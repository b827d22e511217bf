"""What is recorded of a request and its response."""

import re
from email.utils import parsedate_to_datetime
from time import time
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

from .calls import POOL_HEADER, Call, VCRRequest, body_bytes, graphql_content
from .errors import CassetteError
from .json_text import canonical_json, pretty_json
from .pools import text_with_pool, with_pool
from .scrubbing import CassetteScrubber
from .tokens import has_token, recorded_token

ORIGIN = "https://authing.invalid"
"""Stands for the server in recordings."""

# All other headers are removed: they differ between runs, or contain secrets.
KEPT_HEADERS = frozenset({"content-type", "location", "retry-after", "x-request-id"})
# Headers of requests that hold no secret.
_PUBLIC_HEADERS = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "host"}
    | {"user-agent", "x-authing-request-from", "x-authing-sdk-version", POOL_HEADER}
)
_RECORDED_REQUEST_ID = "recorded"


def recorded_request(
    request: VCRRequest, call: Call, alias: str, scrubber: CassetteScrubber
) -> VCRRequest:
    """Return what is recorded of a request."""
    from .vcrpy import Request

    headers = {POOL_HEADER: alias}
    content_type = request.headers.get("content-type")
    if content_type is not None:
        headers = {"content-type": str(content_type), **headers}
    pool = call.pool or alias
    parts = urlsplit(scrubber.url(request.uri))
    path = urlunsplit(("", "", parts.path, parts.query, ""))
    uri = text_with_pool(ORIGIN + path, pool, alias)
    body: Any = body_bytes(request.body)
    graphql = graphql_content(body)
    if graphql is not None:
        content = {
            "operationName": call.operation or None,
            "variables": scrubber.json(graphql.get("variables") or {}),
            "document": call.document,
        }
        text = pretty_json(canonical_json_in_order(content)) or ""
        body = text_with_pool(text, pool, alias)
    elif body:
        scrubbed = with_pool(scrubber.body(body, headers.get("content-type")), pool, alias)
        body = _laid_out(scrubbed)
    return cast("VCRRequest", Request(request.method, uri, body, headers))


def canonical_json_in_order(content: dict[str, Any]) -> str:
    """Return JSON with the fields of a body in the order that helps its readers."""
    fields = [f"{canonical_json(name)}:{canonical_json(value)}" for name, value in content.items()]
    return "{" + ",".join(fields) + "}"


def recorded_response(
    response: dict[str, Any],
    request: VCRRequest,
    call: Call,
    alias: str,
    scrubber: CassetteScrubber,
) -> dict[str, Any]:
    """Return what is recorded of a response.

    Args:
        response: The response in the form of ``vcrpy``, with a body that is not compressed.
        request: The request that it responds to.
        call: The call of the request.
        alias: The alias of the user pool.
        scrubber: Removes the secrets.
    """
    pool = call.pool or alias
    headers = {name.lower(): values for name, values in response["headers"].items()}
    kept = scrubber.headers({name: headers[name] for name in sorted(KEPT_HEADERS & set(headers))})
    for name, values in kept.items():
        kept[name] = [text_with_pool(with_recorded_origin(v, request), pool, alias) for v in values]
    if "retry-after" in kept:
        kept["retry-after"] = [_in_seconds(value, headers) for value in kept["retry-after"]]
    if "x-request-id" in kept:
        kept["x-request-id"] = [_RECORDED_REQUEST_ID]
    if call.is_token_request and has_token(response):
        return recorded_token({"status": response["status"], "headers": kept})
    body = response["body"].get("string") or b""
    if isinstance(body, str):
        body = body.encode("utf-8", "surrogatepass")
    content_type = (headers.get("content-type") or [None])[0]
    origin = _origin(request.uri).encode()
    body = scrubber.body(body.replace(origin, ORIGIN.encode()), content_type)
    status = response["status"]
    message = status.get("message")
    return {
        "status": {**status, "message": scrubber.text(message) if message else message},
        "headers": kept,
        "body": {"string": _laid_out(with_pool(body, pool, alias))},
    }


def replayed_response(
    response: dict[str, Any], request: VCRRequest, pool: str, alias: str | None
) -> dict[str, Any]:
    """Return a recorded response for the pool and the server of a request."""
    origin = _origin(request.uri)
    headers = {
        name: [value.replace(ORIGIN, origin) for value in values]
        for name, values in response["headers"].items()
    }
    body = response["body"].get("string") or b""
    body = body.replace(ORIGIN.encode(), origin.encode())
    if alias is not None:
        body = with_pool(body, alias, pool)
        headers = {
            name: [text_with_pool(value, alias, pool) for value in values]
            for name, values in headers.items()
        }
    return {**response, "headers": headers, "body": {"string": body}}


def decoded_response(response: dict[str, Any]) -> dict[str, Any]:
    """Return a response with a body that is not compressed.

    Raises:
        CassetteError: The encoding is not known, so the body may contain secrets.
    """
    from .vcrpy import DECOMPRESSORS

    headers = {name.lower(): values for name, values in response["headers"].items()}
    body = response["body"].get("string") or b""
    listed = ",".join(headers.pop("content-encoding", [])).lower()
    encodings = [name for name in re.split(r"\s*,\s*", listed) if name not in ("", "identity")]
    for encoding in reversed(encodings):
        decompress = DECOMPRESSORS.get(encoding)
        if decompress is None:
            raise CassetteError(
                f"A response cannot be recorded, since {encoding!r} cannot be decompressed here: "
                "install the package that decompresses it, or do not send it in accept-encoding"
            )
        try:
            body = decompress(body)
        except Exception:
            break  # some HTTP clients decompress the body and keep the header
    return {**response, "headers": headers, "body": {"string": body}}


def without_public(headers: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the headers of a request that may hold secrets."""
    return {name: values for name, values in headers.items() if name.lower() not in _PUBLIC_HEADERS}


def with_recorded_origin(text: str, request: VCRRequest) -> str:
    """Return a URL or header with the placeholder in place of the server of a request."""
    return text.replace(_origin(request.uri), ORIGIN)


def _origin(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _laid_out(body: bytes) -> bytes:
    """Return JSON with one field a line, and anything else as it is."""
    try:
        pretty = pretty_json(body.decode("utf-8"))
    except UnicodeDecodeError:
        return body
    return body if pretty is None else pretty.encode("utf-8")


def _in_seconds(value: str, headers: dict[str, Any]) -> str:
    """Return a Retry-After that does not depend on the date of the recording."""
    try:
        until = parsedate_to_datetime(value).timestamp()
    except ValueError:
        return value
    try:
        now = parsedate_to_datetime(headers["date"][0]).timestamp()
    except (KeyError, IndexError, ValueError):
        now = time()
    return str(max(0, round(until - now)))
