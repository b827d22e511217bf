"""Responses to the requests that clients make for themselves, without a server."""

import json
import time
from typing import Any, cast
from urllib.parse import urlsplit

from ..._inputs.passwords import DEFAULT_PUBLIC_KEY
from ..._runtime.secret import MASK
from .calls import Call, Preparation, VCRRequest

REPLAYED_TOKEN = "authing-cassette-token"
"""The management token of replayed calls. No server accepts it."""

TOKEN_INVALID = 2020
_REJECTING_CODES = frozenset({TOKEN_INVALID, 2206, 2207})
LIFETIME = 15 * 24 * 60 * 60  # seconds; that of the API
# Fixed, so that recording again changes nothing.
_RECORDED = {"accessToken": MASK, "iat": 1577836800, "exp": 1577836800 + LIFETIME}


def json_response(content: object) -> dict[str, Any]:
    """Return a response in the form of ``vcrpy``."""
    return {
        "status": {"code": 200, "message": "OK"},
        "headers": {"content-type": ["application/json"]},
        "body": {"string": json.dumps(content, separators=(",", ":")).encode()},
    }


def replayed(preparation: Preparation) -> dict[str, Any]:
    """Return a response with a token that has just been issued, or with the published key."""
    if preparation == "key":
        return _key_response()
    now = int(time.time())
    token = {"accessToken": REPLAYED_TOKEN, "iat": now, "exp": now + LIFETIME}
    return json_response({"data": {"accessToken": token}})


def recorded(preparation: Preparation, response: dict[str, Any]) -> dict[str, Any]:
    """Return a response as it is recorded: the same for all tokens, and for all keys."""
    if preparation == "key":
        return {**response, "body": _key_response()["body"]}
    return {**response, "body": json_response({"data": {"accessToken": _RECORDED}})["body"]}


def is_success(preparation: Preparation, response: dict[str, Any]) -> bool:
    """Whether a response contains a token, which may be masked, or a key."""
    data: Any = _content(response).get("data")
    if not isinstance(data, dict):
        return False
    fields = cast("dict[str, Any]", data)
    if preparation == "key":
        return isinstance(fields.get("publicKey"), str)
    token: Any = fields.get("accessToken")
    return isinstance(token, dict) and bool(cast("dict[str, Any]", token).get("accessToken"))


def _key_response() -> dict[str, Any]:
    # Any key will do: ciphertexts are not compared.
    return json_response({"code": 200, "message": "OK", "data": {"publicKey": DEFAULT_PUBLIC_KEY}})


def rejected_token(request: VCRRequest, call: Call) -> dict[str, Any]:
    """Return the response of a server that does not accept the token of a request."""
    problem = {"code": TOKEN_INVALID, "message": "The token of a replayed call is not valid"}
    if call.query is not None or urlsplit(request.uri).path.endswith("/graphql/v2"):
        return json_response({"errors": [{"message": problem}], "data": None})
    return json_response(problem)


def rejects_token(response: dict[str, Any]) -> bool:
    """Whether a server did not accept the token of a request."""
    if response["status"]["code"] == 401:
        return True
    content = _content(response)
    codes: list[object] = [content.get("code"), content.get("apiCode")]
    errors: Any = content.get("errors")
    listed: list[Any] = [*errors] if isinstance(errors, list) else []
    for error in listed:
        message = cast("dict[str, Any]", error).get("message") if isinstance(error, dict) else None
        if isinstance(message, dict):
            codes.append(cast("dict[str, Any]", message).get("code"))
    return any(isinstance(code, int) and code in _REJECTING_CODES for code in codes)


def has_replayed_token(request: VCRRequest) -> bool:
    """Whether a request is sent with the token of replayed calls."""
    return REPLAYED_TOKEN in str(request.headers.get("authorization", ""))


def _content(response: dict[str, Any]) -> dict[str, Any]:
    try:
        content: object = json.loads(response["body"].get("string") or b"")
    except ValueError:
        return {}
    return cast("dict[str, Any]", content) if isinstance(content, dict) else {}
