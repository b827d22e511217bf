"""Say in one line each what the interactions of a cassette are."""

import json
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .bodies import UndecodableError, decode_content, decode_text
from .files import CassetteFile, fields
from .scrubbing import CassetteScrubber

# Characters of the variables that are shown.
SHOWN = 60


class Line(NamedTuple):
    """An interaction.

    Attributes:
        operation: The GraphQL operation, or method and path.
        variables: The variables, or the query of a URL, without secrets.
        status: The status of the response.
        size: The size of the response's body, in bytes.
    """

    operation: str
    variables: str
    status: str
    size: int


def summarize(cassette: CassetteFile) -> list[Line]:
    """Return a line for each interaction."""
    scrubber = CassetteScrubber()
    return [_line(one, scrubber) for one in cassette.interactions]


def _line(interaction: dict[str, Any], scrubber: CassetteScrubber) -> Line:
    request, response = fields(interaction.get("request")), fields(interaction.get("response"))
    content = _graphql(request)
    parts = urlsplit(scrubber.url(str(request.get("uri", ""))))
    operation = content.get("operationName") or interaction.get("operation")
    if operation:
        variables = scrubber.text(json.dumps(content.get("variables") or {}, ensure_ascii=False))
        shown = "" if variables == "{}" else variables
    else:
        operation, shown = f"{request.get('method', '')} {parts.path}", parts.query
    status = fields(response.get("status")).get("code", "")
    return Line(str(operation), _short(shown), str(status), len(_body(response)))


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _body(message: dict[str, Any]) -> bytes:
    body: object = message.get("body")
    body = fields(body).get("string", body)
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    return body if isinstance(body, bytes) else b""


def _graphql(request: dict[str, Any]) -> dict[str, Any]:
    try:
        text = decode_text(decode_content(_body(request), None)[0], None).text
        return fields(json.loads(text))
    except (UndecodableError, ValueError, RecursionError):
        return {}
