"""JSON bodies of requests and responses."""

import json
import re
from typing import cast

import anyio
from starlette.requests import Request

MAX_BODY_SIZE = 10 * 1024 * 1024  # bytes
MAX_VALUES = 100_000  # in lists and objects
BODY_TIMEOUT = 30.0  # seconds for the whole body

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)


class BodyError(Exception):
    """The body of a request is rejected. The message is sent to the client.

    Attributes:
        status: The HTTP status of the response.
    """

    status = 400


class MalformedBodyError(BodyError):
    """The body of a request is invalid."""


class BodyTooLargeError(BodyError):
    """The body of a request exceeds ``MAX_BODY_SIZE``."""

    status = 413

    def __init__(self) -> None:
        super().__init__(f"The request body exceeds {MAX_BODY_SIZE:,} bytes.")


class BodyTimeoutError(BodyError):
    """The body of a request did not arrive within ``BODY_TIMEOUT``."""

    status = 408

    def __init__(self) -> None:
        super().__init__(f"The request body did not arrive within {BODY_TIMEOUT:.0f} seconds.")


async def read_body(request: Request) -> bytes:
    """Read the body of a request.

    Raises:
        BodyError: The body is too large or arrives too slowly.
    """
    body = bytearray()
    try:
        with anyio.fail_after(BODY_TIMEOUT):
            async for part in request.stream():
                body += part
                if len(body) > MAX_BODY_SIZE:
                    raise BodyTooLargeError
    except TimeoutError:
        raise BodyTimeoutError from None
    return bytes(body)


def parse_json_object(body: bytes) -> dict[str, object]:
    """Parse a JSON object.

    Raises:
        MalformedBodyError: The body is not a JSON object, or has more than ``MAX_VALUES`` values.
    """
    # A parsed value needs far more memory than its text, so count the values before.
    if body.count(b",") >= MAX_VALUES and _STRING.sub(b"", body).count(b",") >= MAX_VALUES:
        message = f"The request body has more than {MAX_VALUES:,} values."
        raise MalformedBodyError(message)
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
