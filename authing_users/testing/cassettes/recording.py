"""Builds the recorded form of a request and its response, and replays it."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache
from time import time
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

from .calls import POOL_HEADER, Call, VCRRequest, body_bytes, graphql_content
from .errors import CassetteError
from .json_text import canonical_json, pretty_json
from .pools import with_pool
from .preparations import is_success, recorded
from .scrubbing import CassetteScrubber

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


@dataclass(frozen=True, slots=True)
class Placeholders:
    """Names that stand in a recording for the server and the user pool.

    Attributes:
        origin: Scheme, host and port of the server.
        pool: ID of the user pool.
        alias: Its alias in the recording, or ``None`` if the recording has none.
    """

    origin: str
    pool: str
    alias: str | None

    @classmethod
    def of(cls, request: VCRRequest, pool: str | None, alias: str | None) -> "Placeholders":
        """Return the placeholders for a request and its response."""
        parts = urlsplit(request.uri)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        return cls(origin, pool or alias or "", alias)

    def hide(self, content: bytes) -> bytes:
        """Return content for a recording."""
        content = _with_origin(content, self.origin, ORIGIN)
        return with_pool(content, self.pool, self.alias or self.pool)

    def show(self, content: bytes) -> bytes:
        """Return content of a recording for the server and the pool of a request."""
        content = _with_origin(content, ORIGIN, self.origin)
        return with_pool(content, self.alias or self.pool, self.pool)


def with_origin(uri: str) -> str:
    """Return a URL with what stands for the server in recordings."""
    parts = urlsplit(uri)
    return ORIGIN + urlunsplit(("", "", parts.path, parts.query, ""))


def recorded_request(
    request: VCRRequest, call: Call, alias: str, scrubber: CassetteScrubber
) -> VCRRequest:
    """Return what is recorded of a request."""
    from .vcrpy import Request

    placeholders = Placeholders.of(request, call.pool, alias)
    headers = {POOL_HEADER: alias}
    content_type = request.headers.get("content-type")
    if content_type is not None:
        headers = {"content-type": str(content_type), **headers}
    uri = with_origin(scrubber.url(_text(placeholders.hide, request.uri)))
    # Before the scrubber, which may replace all IDs.
    body = placeholders.hide(body_bytes(request.body))
    graphql = graphql_content(body)
    if graphql is not None:
        variables = canonical_json(scrubber.json(graphql.get("variables") or {}))
        name, document = json.dumps(call.operation or None), json.dumps(call.document)
        text = f'{{"operationName":{name},"variables":{variables},"document":{document}}}'
        body = text.encode("utf-8", "surrogatepass")
    elif body:
        body = scrubber.body(body, headers.get("content-type"))
    return cast("VCRRequest", Request(request.method, uri, _laid_out(body), headers))


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
    placeholders = Placeholders.of(request, call.pool, alias)
    headers: dict[str, list[str]] = response["headers"]
    kept = {
        name: [_text(placeholders.hide, value) for value in headers[name]]
        for name in sorted(KEPT_HEADERS & set(headers))
    }
    kept = scrubber.headers(kept)
    if "retry-after" in kept:
        kept["retry-after"] = [_in_seconds(value, headers) for value in kept["retry-after"]]
    if "x-request-id" in kept:
        kept["x-request-id"] = [_RECORDED_REQUEST_ID]
    if call.preparation is not None and is_success(call.preparation, response):
        return recorded(call.preparation, {"status": response["status"], "headers": kept})
    content_type = next(iter(headers.get("content-type", [])), None)
    body = scrubber.body(placeholders.hide(response["body"]["string"]), content_type)
    status = response["status"]
    message = status.get("message")
    return {
        "status": {**status, "message": scrubber.text(message) if message else message},
        "headers": kept,
        "body": {"string": _laid_out(body)},
    }


def replayed_response(
    response: dict[str, Any], request: VCRRequest, pool: str | None, alias: str | None
) -> dict[str, Any]:
    """Return a recorded response for the pool and the server of a request."""
    placeholders = Placeholders.of(request, pool, alias)
    headers = {
        name: [_text(placeholders.show, value) for value in values]
        for name, values in response["headers"].items()
    }
    body = placeholders.show(response["body"].get("string") or b"")
    return {**response, "headers": headers, "body": {"string": body}}


def decoded_response(response: dict[str, Any]) -> dict[str, Any]:
    """Return a response with a body that is not compressed.

    Raises:
        CassetteError: The encoding is not known, so the body may contain secrets.
    """
    from .vcrpy import DECOMPRESSORS

    headers = {name.lower(): values for name, values in response["headers"].items()}
    body = response["body"].get("string") or b""
    if isinstance(body, str):
        body = body.encode("utf-8", "surrogatepass")
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


def _with_origin(content: bytes, old: str, new: str) -> bytes:
    if old.encode() not in content:
        return content
    return _origin_pattern(old).sub(new.encode(), content)


@lru_cache(maxsize=64)
def _origin_pattern(origin: str) -> re.Pattern[bytes]:
    # Not the beginning of a longer host or port.
    return re.compile(re.escape(origin.encode()) + rb"(?![\w:-]|\.\w)")


def _text(change: Callable[[bytes], bytes], text: str) -> str:
    return change(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")


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
