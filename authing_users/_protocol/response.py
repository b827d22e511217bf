"""Read responses: the result of a call, or the error to raise."""

import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast, get_args

from pydantic_core import ValidationError, from_json

from .._runtime.fork import register_after_fork
from ..errors import (
    APIError,
    AuthenticationError,
    AuthingError,
    ConflictError,
    InvalidRequestError,
    InvalidResponseError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
)

if TYPE_CHECKING:  # imported by the first call that needs them
    from pydantic import BaseModel

    from authing_graphql import CommonMessage

ResultT = TypeVar("ResultT", bound="BaseModel")

SUCCESS = 200
BUSY = 1000
LONGEST_CODE = 10
TOKEN_REJECTED = frozenset({2020, 2206, 2207})
USER_DOES_NOT_EXIST = 2004

_ERRORS_BY_CODE: dict[int, type[APIError]] = {
    code: error_type
    for error_type, codes in {
        # 400-599: the code repeats an HTTP status.
        AuthenticationError: {*TOKEN_REJECTED, 401, 2333},
        PermissionDeniedError: {403, 1001, 2018, 2036, 2202, 2209, 2212},
        NotFoundError: {404, USER_DOES_NOT_EXIST, 2210, 2224},
        ConflictError: {409, 2026, 2034, 2035, 2200},
        RateLimitError: {429, 2100},
        ServerError: {BUSY, *range(500, 600)},
    }.items()
    for code in codes
}


@dataclass(slots=True, eq=False)
class Response:
    """An HTTP response whose body has been read.

    Attributes:
        operation: Name of the operation that it responds to.
        status: HTTP status.
        headers: Headers, with case-insensitive lookup.
        body: Decompressed body.
    """

    operation: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class _Reader(NamedTuple):
    """Reads the responses of one operation.

    Attributes:
        validator: Validates ``data`` as the operation's result, and ``errors``.
        outcomes: Attributes of the result that hold the outcome of a mutation.
    """

    validator: Any
    outcomes: tuple[str, ...]


class _Building:
    """The lock for building readers: pydantic does not build models in several threads."""

    def __init__(self) -> None:
        self.after_fork()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Start with a free lock."""
        self.lock = threading.Lock()


_building = _Building()


def graphql_result(result_type: type[ResultT], response: Response) -> ResultT:
    """Return the data of a GraphQL response.

    Raises:
        APIError: The response says that the operation failed.
        InvalidResponseError: The response is not a response to the operation.
    """
    if 200 <= response.status < 300:
        reader = _reader(result_type)
        try:
            read = reader.validator.validate_json(response.body, by_alias=True, by_name=False)
        except ValidationError:
            pass
        else:
            if not read.errors and read.data is not None:
                for outcome in reader.outcomes:
                    _check_success(getattr(read.data, outcome), response)
                return cast("ResultT", read.data)
    raise graphql_error(response)


@cache
def _reader(result_type: "type[BaseModel]") -> _Reader:
    # Parsing and validating the bytes in one step makes typed results as cheap as untyped ones.
    # Built at first use: most programs use few of the operations.
    from pydantic import create_model

    from authing_graphql import CommonMessage

    with _building.lock:
        fields: Any = {"data": (result_type | None, None), "errors": (list[Any] | None, None)}
        model = create_model(f"{result_type.__name__}Response", **fields)
        model.model_rebuild(force=True)
        outcomes = tuple(
            name
            for name, field in result_type.model_fields.items()
            if CommonMessage in (field.annotation, *get_args(field.annotation))
        )
        return _Reader(model.__pydantic_validator__, outcomes)


def graphql_error(response: Response) -> AuthingError:
    """Return the error for a GraphQL response without usable data."""
    errors = _content(response).get("errors")
    for error in cast("list[object]", errors) if isinstance(errors, list) else []:
        if isinstance(error, dict):
            return _graphql_error(cast("dict[str, Any]", error), response)
    return rest_error(response)


def _graphql_error(error: dict[str, Any], response: Response) -> APIError:
    message = error.get("message")
    if isinstance(message, dict):
        body = cast("dict[str, Any]", message)
        return api_error(body.get("code"), body.get("message"), response, data=body.get("data"))
    # A string message comes from the GraphQL layer: the document or a variable is invalid.
    extensions = error.get("extensions")
    code = cast("dict[str, Any]", extensions).get("code") if isinstance(extensions, dict) else None
    return api_error(code, message, response)


def rest_error(response: Response) -> AuthingError:
    """Return the error for a response of the form ``{code, message, data}``."""
    content = _content(response)
    codes = [content.get(name) for name in ("apiCode", "code", "statusCode")]
    code = next((code for code in map(code_of, codes) if code is not None), None)
    # With a success status and no code, a message does not mean that the call failed.
    is_error = response.status >= 400 or any(value is not None for value in codes)
    message = content.get("message")
    if message is not None and code != SUCCESS and is_error:
        return api_error(code, message, response, data=content.get("data"))
    if response.status >= 400:
        return api_error(None, None, response)
    return InvalidResponseError(
        f"Cannot read the response with HTTP status {response.status}: {_description(response)}",
        operation=response.operation,
        http_status=response.status,
        request_id=request_id(response),
    )


def api_error(
    code: object, message: object, response: Response, *, data: object = None
) -> APIError:
    """Return the error for a code and message of the API."""
    number = code_of(code)
    error_type = _ERRORS_BY_CODE.get(number) if number is not None else None
    if error_type is None:
        error_type = _ERRORS_BY_CODE.get(response.status, InvalidRequestError)
    return error_type(
        message if isinstance(message, str) and message else _status_message(response),
        code=number,
        data=data,
        operation=response.operation,
        http_status=response.status,
        request_id=request_id(response),
        retry_after=retry_after(response.headers.get("retry-after"), response.headers.get("date")),
    )


def is_token_rejected(error: AuthingError) -> bool:
    """Whether the server rejected the token, and so did not act on the request."""
    return isinstance(error, APIError) and (
        error.code in TOKEN_REJECTED or error.http_status == 401
    )


def token_error(error: APIError) -> APIError:
    """Return the error for a failed token request: usually an ``AuthenticationError``."""
    if isinstance(error, ServerError | RateLimitError):
        return error
    if error.code is None and error.http_status not in (401, 403):
        return error  # a wrong host is more likely than a wrong secret
    failure = AuthenticationError(error.message)
    failure.__dict__.update(error.__dict__)
    return failure


def require_outcome(message: "CommonMessage | None", operation: str) -> "CommonMessage":
    """Return the outcome of a mutation. A failed one has been raised before.

    Raises:
        InvalidResponseError: The response does not contain the outcome.
    """
    if message is None or message.code is None:
        raise InvalidResponseError(
            "The response does not say whether the mutation succeeded", operation=operation
        )
    return message


def _check_success(message: "CommonMessage | None", response: Response) -> None:
    if message is not None and message.code is not None and message.code != SUCCESS:
        raise api_error(message.code, message.message or "The mutation failed", response)


def not_found(kind: str, operation: str) -> NotFoundError:
    """Return the error for an object for which the API returns null."""
    return NotFoundError(f"The {kind} does not exist", code=404, operation=operation)


def user_not_found(operation: str) -> NotFoundError:
    """Return the error for a user for which the API returns null."""
    return NotFoundError("The user does not exist", code=USER_DOES_NOT_EXIST, operation=operation)


def retry_after(header: str | None, date: str | None) -> float | None:
    """Parse a ``Retry-After`` header.

    Args:
        header: The header: seconds or an HTTP date.
        date: The ``Date`` header, which an HTTP date is relative to. The local clock is not used.

    Returns:
        Seconds to wait, or ``None`` if the header is absent or invalid.
    """
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            until, now = parsedate_to_datetime(header), parsedate_to_datetime(date or "")
            seconds = (until - now).total_seconds()
        except (OverflowError, TypeError, ValueError):
            return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _content(response: Response) -> dict[str, Any]:
    try:
        content = from_json(response.body)
    except ValueError:
        return {}
    return cast("dict[str, Any]", content) if isinstance(content, dict) else {}


def code_of(code: object) -> int | None:
    """Return the code of a response, which some servers send as text."""
    if isinstance(code, str) and code.isdecimal() and len(code) <= LONGEST_CODE:
        return int(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _status_message(response: Response) -> str:
    return f"The server returned HTTP status {response.status} without a message"


def _description(response: Response) -> str:
    content_type = response.headers.get("content-type", "no content type")
    return f"{len(response.body)} bytes, {content_type}"


def request_id(response: Response) -> str | None:
    return response.headers.get("x-request-id")
