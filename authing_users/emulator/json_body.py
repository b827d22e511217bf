"""JSON bodies of requests and responses."""

import json
from typing import cast

from starlette.requests import Request

MAX_BODY_SIZE = 10 * 1024 * 1024  # bytes


class MalformedBodyError(Exception):
    """The body of a request is invalid. The message is sent to the client."""


class BodyTooLargeError(Exception):
    """The body of a request exceeds ``MAX_BODY_SIZE``. The message is sent to the client."""

    def __init__(self) -> None:
        super().__init__(f"The request body exceeds {MAX_BODY_SIZE:,} bytes.")


async def read_body(request: Request) -> bytes:
    """Read the body of a request.

    Raises:
        BodyTooLargeError: The body exceeds ``MAX_BODY_SIZE``.
    """
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY_SIZE:
            raise BodyTooLargeError
        parts.append(part)
    return b"".join(parts)


def parse_json_object(body: bytes) -> dict[str, object]:
    """Parse a JSON object.

    Raises:
        MalformedBodyError: The body is not a JSON object.
    """
    try:
        value: object = json.loads(body.decode(), parse_constant=_reject_constant)
        if b"\\u" in body:
            # Reject unpaired surrogates: neither the database nor a response can encode them.
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        message = "The request body is nested too deeply."
        raise MalformedBodyError(message) from None
    except ValueError:
        message = "The request body is not valid JSON in UTF-8."
        raise MalformedBodyError(message) from None
    if not isinstance(value, dict):
        message = "The request body is not a JSON object."
        raise MalformedBodyError(message)
    return cast("dict[str, object]", value)


def encode_json(content: object) -> bytes:
    """Encode a response body as JSON."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _reject_constant(name: str) -> object:
    raise ValueError(name)  # NaN and Infinity, which Python accepts and JSON does not have
