"""The bodies of requests and answers."""

import json
from typing import cast

from starlette.requests import Request

LARGEST_BODY = 10 * 1024 * 1024  # bytes


class MalformedBodyError(Exception):
    """The body of a request is not what it has to be; the message is for the client."""


class TooLargeBodyError(Exception):
    """The body of a request is larger than any sensible one."""


async def read_body(request: Request) -> bytes:
    """Read the body of a request.

    Raises:
        TooLargeBodyError: The body is larger than ``LARGEST_BODY``.
    """
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            raise TooLargeBodyError
        parts.append(part)
    return b"".join(parts)


def json_object(body: bytes) -> dict[str, object]:
    """Decode a body that is a JSON object.

    Raises:
        MalformedBodyError: It is something else.
    """
    try:
        value: object = json.loads(body.decode(), parse_constant=_refuse_constant)
        if b"\\u" in body:
            # An escape may be half of a character, which neither the database nor an answer
            # could hold.
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        message = "The body of the request is nested too deeply."
        raise MalformedBodyError(message) from None
    except ValueError:
        message = "The body of the request is not JSON in UTF-8."
        raise MalformedBodyError(message) from None
    if not isinstance(value, dict):
        message = "The body of the request is not a JSON object."
        raise MalformedBodyError(message)
    return cast("dict[str, object]", value)


def encode(content: object) -> bytes:
    """Encode an answer as JSON."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _refuse_constant(name: str) -> object:
    raise ValueError(name)  # NaN and Infinity are no JSON, though Python reads them
